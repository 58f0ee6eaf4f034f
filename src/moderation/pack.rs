//! Purpose: the shape of a rule pack, the TOML file in which a school says which words and links are unwelcome.
//!
//! Invariant: an unknown setting is an error with its place, never ignored. A pack says nothing about people.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rules::{Action, Ladder, Mode, RuleId, Setting};

/// The starter pack that ships with the bot, comments included; `bot-config/moderation.toml`.
pub const STARTER: &str = include_str!("../../bot-config/moderation.toml");

/// A rule pack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pack {
    /// How warnings lead to a mute.
    pub ladder: Ladder,
    /// What is done about links; nothing if absent.
    pub links: Option<LinkRule>,
    /// Named lists of words that mean nothing by themselves. Rules combine them with `together`.
    pub signal: BTreeMap<String, Signal>,
    /// The rules by id.
    pub rule: BTreeMap<RuleId, Rule>,
}

/// A named list of words. Limits are those of [`super::lexicon`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Signal {
    /// Words; found however they are disguised with symbols, look-alikes or width.
    pub keywords: Vec<String>,
    /// Words also found when written with rare characters of the same sound, with a heart for 信, or in pinyin letters.
    pub pinyin_keywords: Vec<String>,
    /// Ordinary words that count only when somebody disguised them: by sound, symbols inside, or odd letters.
    pub disguised_keywords: Vec<String>,
    /// Regular expressions, searched in the folded text with its separators (lower case, half width, simplified).
    pub patterns: Vec<String>,
    /// Phrases that excuse a word inside them: 参加微信群 excuses 加微信.
    pub except: Vec<String>,
}

/// A rule: its own words are enough by themselves; `together` names signals that must all be there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    /// Act or only report; a group may override it.
    pub mode: Mode,
    /// What to do in enforce mode.
    pub action: Action,
    /// The warning that mutes for this rule (1 to 20), if it differs from the ladder.
    pub warnings: Option<u32>,
    /// As in [`Signal`].
    pub keywords: Vec<String>,
    /// As in [`Signal`].
    pub pinyin_keywords: Vec<String>,
    /// As in [`Signal`].
    pub disguised_keywords: Vec<String>,
    /// As in [`Signal`].
    pub patterns: Vec<String>,
    /// As in [`Signal`].
    pub except: Vec<String>,
    /// Sets of signals; a set matches when every signal in it is somewhere in the act. Besides the pack's own signals,
    /// `link` (a link that is not on the allow list) and `username` (an @name that is not) exist.
    pub together: Vec<Vec<String>>,
    /// Signals that excuse an act from this rule wherever in it they are: who warns of something names it.
    pub unless: Vec<String>,
}

impl Rule {
    /// The words that are enough by themselves.
    #[must_use]
    pub fn words(&self) -> Signal {
        Signal {
            keywords: self.keywords.clone(),
            pinyin_keywords: self.pinyin_keywords.clone(),
            disguised_keywords: self.disguised_keywords.clone(),
            patterns: self.patterns.clone(),
            except: self.except.clone(),
        }
    }
}

/// What happens to a link or name that no list contains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// It stays.
    #[default]
    Allow,
    /// It breaks the link rule.
    Deny,
}

/// The link rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkRule {
    /// Act or only report; a group may override it.
    pub mode: Mode,
    /// What to do in enforce mode.
    pub action: Action,
    /// The warning that mutes for this rule (1 to 20), if it differs from the ladder.
    pub warnings: Option<u32>,
    /// Domains that are always welcome, their subdomains included. The longest entry that fits a host decides.
    pub allow: Vec<String>,
    /// Domains that are never welcome, their subdomains included.
    pub deny: Vec<String>,
    /// Domains that hide where a link leads; denied like `deny`.
    pub shorteners: Vec<String>,
    /// Links to domains on no list.
    pub others: Policy,
    /// Invitations and links to other chats (t.me/…).
    pub telegram: Policy,
    /// @names in the text.
    pub usernames: Policy,
    /// Telegram names that are welcome as @name and as t.me/name, without the @.
    pub names_allow: Vec<String>,
    /// Telegram names that are never welcome.
    pub names_deny: Vec<String>,
}

impl Pack {
    /// Reads a pack. Whether its words can be compiled is for [`super::lexicon::Lexicon::compile`] to say.
    ///
    /// # Errors
    /// The first thing that isn't TOML of this shape, with line and column.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// How a rule is set by the pack itself; an unknown rule observes and reports.
    #[must_use]
    pub fn setting(&self, id: &RuleId) -> Setting {
        let of_rule = self.rule.get(id).map(|rule| (rule.mode, rule.action, rule.warnings));
        let of_links = || {
            let links = self.links.as_ref().filter(|_| *id == RuleId::links())?;
            Some((links.mode, links.action, links.warnings))
        };
        let (mode, action, warnings) = of_rule.or_else(of_links).unwrap_or_default();
        Setting { mode, action, warnings }
    }
}
