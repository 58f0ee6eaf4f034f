//! Purpose: whether a rule set makes sense, beyond having the right shape.
//!
//! Invariant: pure. Every problem is found at once, each with its place and what to write instead.

use super::rules::{Act, Rule, RuleSet};
use crate::i18n::{Text, say};

/// The most points one act may pay.
const ACT_POINTS_MAX: u32 = 1_000;
/// The highest cap.
const CAP_MAX: u32 = 10_000;
/// The most points a star may take.
const STAR_POINTS_MAX: u32 = 1_000_000;
/// The most of anything else a star may take.
const STAR_COUNT_MAX: u32 = 10_000;
/// How many stars there may be.
const STARS_MAX: usize = 5;
/// The longest version name, in characters.
const VERSION_LETTERS_MAX: usize = 32;

/// Something wrong in `points.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The keys that lead to the value: `["acts", "video", "day"]`. An element of `stars` has its index, from 0. Where
    /// the last key is what is missing, the place is the table before it.
    pub place: Vec<String>,
    /// What is wrong and what to write instead.
    pub says: Text,
}

impl RuleSet {
    /// Everything that is wrong with the rule set; nothing if it can be used.
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        let mut found = Findings(Vec::new());
        self.check_head(&mut found);
        for (act, rule) in &self.acts {
            self.check_act(*act, rule, &mut found);
        }
        self.check_stars(&mut found);
        found.0
    }

    fn check_head(&self, found: &mut Findings) {
        let letters = self.version.chars().count();
        if letters == 0
            || letters > VERSION_LETTERS_MAX
            || self.version.chars().any(|letter| letter.is_whitespace() || letter.is_control())
        {
            found.add(&["version"], say::points_problem_version(VERSION_LETTERS_MAX));
        }
        for (key, cap) in [("day", self.together.day), ("week", self.together.week)] {
            if !(1..=CAP_MAX).contains(&cap) {
                found.add(&["together", key], say::points_problem_range(CAP_MAX, 1_u32, cap));
            }
        }
        if self.together.week < self.together.day {
            let says = say::points_problem_caps_order(self.together.week, self.together.day);
            found.add(&["together", "week"], says);
        }
    }

    fn check_act(&self, act: Act, rule: &Rule, found: &mut Findings) {
        let place = |key| ["acts", act.id(), key];
        if rule.points > ACT_POINTS_MAX {
            found.add(&place("points"), say::points_problem_range(ACT_POINTS_MAX, 0_u32, rule.points));
        }
        let caps = [("day", rule.day), ("week", rule.week), ("month", rule.month)];
        let mut shorter = None;
        for (key, cap) in caps.into_iter().filter_map(|(key, cap)| Some((key, cap?))) {
            if !(1..=CAP_MAX).contains(&cap) {
                found.add(&place(key), say::points_problem_range(CAP_MAX, 1_u32, cap));
            } else if cap < rule.points {
                found.add(&place(key), say::points_problem_cap_small(cap, rule.points));
            }
            match shorter {
                Some(before) if cap < before => {
                    found.add(&place(key), say::points_problem_caps_order(cap, before));
                }
                _ => {}
            }
            shorter = Some(cap);
        }
        if let Some(other) = rule.counts_with {
            let says = match self.acts.get(&other) {
                _ if other == act => Some(say::points_problem_shares_itself()),
                None => Some(say::points_problem_shares_missing(other.id())),
                Some(owner) if owner.counts_with.is_some() => {
                    Some(say::points_problem_shares_chain(other.id()))
                }
                Some(_) if shorter.is_some() => Some(say::points_problem_shares_own(other.id())),
                Some(owner) => [owner.day, owner.week, owner.month]
                    .into_iter()
                    .flatten()
                    .find(|cap| *cap < rule.points)
                    .map(|cap| say::points_problem_cap_small(cap, rule.points)),
            };
            if let Some(says) = says {
                found.add(&place("counts_with"), says);
            }
        }
    }

    fn check_stars(&self, found: &mut Findings) {
        if self.stars.is_empty() || self.stars.len() > STARS_MAX {
            found.add(&["stars"], say::points_problem_stars(STARS_MAX));
        }
        let mut before = None;
        for (index, star) in self.stars.iter().enumerate() {
            let index = index.to_string();
            let place = |key| ["stars", index.as_str(), key];
            if star.points > STAR_POINTS_MAX {
                let says = say::points_problem_range(STAR_POINTS_MAX, 0_u32, star.points);
                found.add(&place("points"), says);
            }
            if before.is_some_and(|before| star.points <= before) {
                found.add(&place("points"), say::points_problem_stars_order(star.points));
            }
            before = Some(star.points);
            let counts =
                [("quizzes", star.quizzes), ("lesson_hours", star.lesson_hours), ("on_site", star.on_site)];
            for (key, count) in counts.into_iter().filter(|(_, count)| *count > STAR_COUNT_MAX) {
                found.add(&place(key), say::points_problem_range(STAR_COUNT_MAX, 0_u32, count));
            }
            let recorded_by = [
                ("quizzes", star.quizzes > 0, Act::QuizPass),
                ("on_site", star.on_site > 0, Act::OnSite),
                ("final_test", star.final_test, Act::FinalTest),
            ];
            for (key, asked, act) in recorded_by {
                if asked && !self.acts.contains_key(&act) {
                    found.add(&place(key), say::points_problem_star_act(act.id()));
                }
            }
        }
    }
}

/// The problems found so far.
struct Findings(Vec<Problem>);

impl Findings {
    fn add(&mut self, place: &[&str], says: Text) {
        self.0.push(Problem { place: place.iter().map(|key| (*key).to_owned()).collect(), says });
    }
}
