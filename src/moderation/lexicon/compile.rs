//! Purpose: turns a rule pack into a [`Lexicon`], or says everything that is wrong with it.
//!
//! Invariant: no problem hides another one (only a pack that is too big is refused unread).

use super::patterns::Patterns;
use super::sounds::SoundsBuilder;
use super::words::{Owner, WordsBuilder};
use super::{
    KEYWORDS_MAX, Lexicon, LinkOwners, PATTERNS_MAX, Problem, RULES_MAX, Reason, Rule, SETS_MAX, SIGNALS_MAX,
};
use crate::moderation::links::Links;
use crate::moderation::pack::{self, Pack, Signal};
use crate::moderation::rules::{Ladder, RuleId};

/// The built-in signal of a link that is not on the allow list.
const LINK_SIGNAL: &str = "link";
/// The built-in signal of an @name that is not on the allow list.
const NAME_SIGNAL: &str = "username";

impl Lexicon {
    /// Compiles a pack. Takes milliseconds; done when a pack is loaded or saved, not per message.
    ///
    /// # Errors
    /// Everything that is wrong with the pack.
    pub fn compile(pack: &Pack) -> Result<Self, Vec<Problem>> {
        let mut compiler = Compiler::default();
        compiler.check_counts(pack);
        if !compiler.problems.is_empty() {
            // Compiling thousands of patterns only to refuse them would cost seconds.
            return Err(compiler.problems);
        }
        compiler.check_numbers(pack);
        let lexicon = compiler.compile(pack);
        match lexicon {
            Some(lexicon) if compiler.problems.is_empty() => Ok(lexicon),
            _ => Err(compiler.problems),
        }
    }
}

#[derive(Default)]
struct Compiler {
    words: WordsBuilder,
    exceptions: WordsBuilder,
    sounds: SoundsBuilder,
    patterns: Patterns,
    owners: Vec<String>,
    problems: Vec<Problem>,
}

impl Compiler {
    fn compile(&mut self, pack: &Pack) -> Option<Lexicon> {
        for (id, rule) in &pack.rule {
            let owner = self.owner(String::new());
            self.add_all(&format!("rule.{id}"), owner, &rule.words());
        }
        let link_rule = self.owner(String::new());
        for (name, signal) in &pack.signal {
            if [LINK_SIGNAL, NAME_SIGNAL].contains(&name.as_str()) {
                self.refuse(format!("signal.{name}"), Reason::Reserved(name.clone()));
            }
            let owner = self.owner(name.clone());
            self.add_all(&format!("signal.{name}"), owner, signal);
        }
        let links = pack.links.as_ref().and_then(|rule| self.link_owners(rule, link_rule));
        let mut rules = Vec::new();
        for (owner, (id, rule)) in (0..).zip(&pack.rule) {
            if *id == RuleId::links() {
                self.refuse(format!("rule.{id}"), Reason::Reserved(id.to_string()));
            }
            let together = self.sets(id, &rule.together);
            let unless = self.signals(&format!("rule.{id}.unless"), &rule.unless);
            rules.push(Rule { id: id.clone(), owner, together, unless });
        }
        rules.push(Rule { id: RuleId::links(), owner: link_rule, together: Vec::new(), unless: Vec::new() });
        Some(Lexicon {
            rules,
            words: self.finish("keywords", |own| std::mem::take(&mut own.words).build())?,
            exceptions: self.finish("except", |own| std::mem::take(&mut own.exceptions).build())?,
            sounds: self.finish("pinyin_keywords", |own| std::mem::take(&mut own.sounds).build())?,
            patterns: std::mem::take(&mut self.patterns),
            links,
        })
    }

    fn finish<T>(&mut self, place: &str, build: impl FnOnce(&mut Self) -> Result<T, Reason>) -> Option<T> {
        build(self).map_err(|reason| self.refuse(place.to_owned(), reason)).ok()
    }

    fn refuse(&mut self, place: String, reason: Reason) {
        self.problems.push(Problem { place, reason });
    }

    /// The next owner; a rule has an empty name, so that no set of signals can name it.
    fn owner(&mut self, name: String) -> Owner {
        self.owners.push(name);
        Owner::try_from(self.owners.len() - 1).unwrap_or(Owner::MAX)
    }

    fn link_owners(&mut self, rule: &pack::LinkRule, owner: Owner) -> Option<LinkOwners> {
        let link_signal = self.owner(LINK_SIGNAL.to_owned());
        let name_signal = self.owner(NAME_SIGNAL.to_owned());
        match Links::compile(rule) {
            Ok(links) => Some(LinkOwners { links, rule: owner, link_signal, name_signal }),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn add_all(&mut self, place: &str, owner: Owner, list: &Signal) {
        self.add(place, "keywords", &list.keywords, |own, word| own.words.add(owner, word, false));
        self.add(place, "pinyin_keywords", &list.pinyin_keywords, |own, word| {
            own.add_heard(owner, word, false)
        });
        self.add(place, "disguised_keywords", &list.disguised_keywords, |own, word| {
            // A word without Chinese can be disguised as well, only not by sound.
            match own.add_heard(owner, word, true) {
                Err(Reason::NoSound(_)) => Ok(()),
                other => other,
            }
        });
        self.add(place, "patterns", &list.patterns, |own, pattern| own.patterns.add(owner, pattern));
        self.add(place, "except", &list.except, |own, phrase| own.exceptions.add(owner, phrase, false));
    }

    fn add_heard(&mut self, owner: Owner, word: &str, only_disguised: bool) -> Result<(), Reason> {
        self.words.add(owner, word, only_disguised)?;
        self.sounds.add(owner, word, only_disguised)
    }

    fn add(
        &mut self,
        place: &str,
        list: &str,
        entries: &[String],
        mut add: impl FnMut(&mut Self, &str) -> Result<(), Reason>,
    ) {
        for (index, entry) in entries.iter().enumerate() {
            if let Err(reason) = add(self, entry) {
                self.refuse(format!("{place}.{list}[{index}]"), reason);
            }
        }
    }

    fn sets(&mut self, id: &RuleId, sets: &[Vec<String>]) -> Vec<Vec<Owner>> {
        let mut owners = Vec::new();
        for (index, set) in sets.iter().enumerate() {
            let place = format!("rule.{id}.together[{index}]");
            if set.is_empty() {
                self.refuse(place.clone(), Reason::EmptySet);
            }
            owners.push(self.signals(&place, set));
        }
        owners
    }

    /// The owners of signals by their names.
    fn signals(&mut self, place: &str, names: &[String]) -> Vec<Owner> {
        let mut known = Vec::new();
        for name in names {
            let position = self.owners.iter().position(|owner| !name.is_empty() && owner == name);
            match position.and_then(|position| Owner::try_from(position).ok()) {
                Some(owner) => known.push(owner),
                None => self.refuse(place.to_owned(), Reason::UnknownSignal(name.clone())),
            }
        }
        known
    }

    fn check_numbers(&mut self, pack: &Pack) {
        let Ladder { warnings, window_days, mute_hours } = pack.ladder;
        self.check_range("ladder.warnings".to_owned(), warnings, 20);
        self.check_range("ladder.window_days".to_owned(), window_days, 365);
        self.check_range("ladder.mute_hours".to_owned(), mute_hours, 720);
        for (id, rule) in &pack.rule {
            self.check_range(format!("rule.{id}.warnings"), rule.warnings.unwrap_or(1), 20);
        }
        let of_links = pack.links.as_ref().and_then(|links| links.warnings);
        self.check_range("links.warnings".to_owned(), of_links.unwrap_or(1), 20);
    }

    fn check_range(&mut self, place: String, value: u32, max: u32) {
        if !(1..=max).contains(&value) {
            self.refuse(place, Reason::OutOfRange { value, min: 1, max });
        }
    }

    fn check_counts(&mut self, pack: &Pack) {
        let mut keywords = 0;
        let mut patterns = 0;
        let lists = pack.rule.values().map(pack::Rule::words).chain(pack.signal.values().cloned());
        for list in lists {
            let words = [&list.keywords, &list.pinyin_keywords, &list.disguised_keywords, &list.except];
            keywords += words.iter().map(|words| words.len()).sum::<usize>();
            patterns += list.patterns.len();
        }
        self.check_count("keywords".to_owned(), keywords, KEYWORDS_MAX);
        self.check_count("patterns".to_owned(), patterns, PATTERNS_MAX);
        self.check_count("rule".to_owned(), pack.rule.len(), RULES_MAX);
        self.check_count("signal".to_owned(), pack.signal.len(), SIGNALS_MAX);
        for (id, rule) in &pack.rule {
            let largest = rule.together.iter().map(Vec::len).max().unwrap_or(0).max(rule.together.len());
            self.check_count(format!("rule.{id}.together"), largest, SETS_MAX);
            self.check_count(format!("rule.{id}.unless"), rule.unless.len(), SETS_MAX);
        }
    }

    fn check_count(&mut self, place: String, count: usize, max: usize) {
        if count > max {
            self.refuse(place, Reason::TooMany { count, max });
        }
    }
}
