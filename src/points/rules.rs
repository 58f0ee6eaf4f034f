//! Purpose: what earns how many points, and how far the caps let it.
//!
//! Invariant: pure. The same rule set, act and sums always give the same decision; what an act pays and what is left
//! under the caps is decided here and nowhere else.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::stars::{Star, Waivers};

/// Something that earns points. The names are those of `points.toml` and of the ledger; they are only ever added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Told the school who they are.
    BindIdentity,
    /// Really watched five minutes of a video.
    Video,
    /// Finished a lesson: at least 80 % of its minutes.
    FinishLesson,
    /// Read an article for at least 60 s.
    Article,
    /// Passed a quiz: at least 60 % right.
    QuizPass,
    /// Had all of a quiz right. Paid on top of [`Act::QuizPass`], so that the best try counts and none counts twice.
    QuizPerfect,
    /// Took part in a live lesson for 30 min or 60 % of it.
    Live,
    /// Took part on site.
    OnSite,
    /// Visited a practice base.
    PracticeBase,
    /// Wrote a reflection of at least 50 characters.
    Reflection,
    /// Gave an answer that was accepted.
    AcceptedAnswer,
    /// Had an idea that the school took up.
    AdoptedIdea,
    /// Answered a survey.
    Survey,
    /// Passed the final test: at least 80 % right.
    FinalTest,
}

impl Act {
    /// Every act, with its name in the configuration and the ledger.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::BindIdentity, "bind-identity"),
        (Self::Video, "video"),
        (Self::FinishLesson, "finish-lesson"),
        (Self::Article, "article"),
        (Self::QuizPass, "quiz-pass"),
        (Self::QuizPerfect, "quiz-perfect"),
        (Self::Live, "live"),
        (Self::OnSite, "on-site"),
        (Self::PracticeBase, "practice-base"),
        (Self::Reflection, "reflection"),
        (Self::AcceptedAnswer, "accepted-answer"),
        (Self::AdoptedIdea, "adopted-idea"),
        (Self::Survey, "survey"),
        (Self::FinalTest, "final-test"),
    ];

    /// The name in the configuration and the ledger.
    #[must_use]
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(act, _)| *act == self).map_or("", |(_, id)| id)
    }

    /// The act of a name; none if this program has no such act.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == id).map(|(act, _)| *act)
    }
}

/// A limit on points within a stretch of time, from the shortest to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cap {
    /// This act, today.
    ActDay,
    /// All acts together, today.
    Day,
    /// This act, this week.
    ActWeek,
    /// All acts together, this week.
    Week,
    /// This act, this month.
    ActMonth,
}

impl Cap {
    /// Every cap, with its name in the ledger.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::ActDay, "act-day"),
        (Self::Day, "day"),
        (Self::ActWeek, "act-week"),
        (Self::Week, "week"),
        (Self::ActMonth, "act-month"),
    ];

    /// The name in the ledger.
    #[must_use]
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(cap, _)| *cap == self).map_or("", |(_, id)| id)
    }

    /// The cap of a name; none if this program has no such cap.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == id).map(|(cap, _)| *cap)
    }
}

/// What one act earns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Points for doing it once, 0–1,000; 0 records the act without paying for it.
    pub points: u32,
    /// True if it counts only once for each person, whatever the source.
    #[serde(default)]
    pub once: bool,
    /// Most points of this act on one of the school's calendar days.
    pub day: Option<u32>,
    /// Most points of this act in a week from Monday to Sunday.
    pub week: Option<u32>,
    /// Most points of this act in a calendar month.
    pub month: Option<u32>,
    /// The act whose caps this one shares; it then has none of its own.
    pub counts_with: Option<Act>,
}

/// The caps of all acts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Together {
    /// Most points a day.
    pub day: u32,
    /// Most points a week.
    pub week: u32,
}

/// A versioned set of rules, as `bot-config/points.toml` has it. Usable once [`RuleSet::check`] finds no problem.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// The version, stored with every entry: 1–32 characters without spaces.
    pub version: String,
    /// The caps of all acts together.
    pub together: Together,
    /// What each act earns; an act that isn't here earns nothing and is not recorded.
    pub acts: BTreeMap<Act, Rule>,
    /// What each star takes, from the first star; 1–5 of them.
    pub stars: Vec<Star>,
    /// Who is excused from which requirement.
    #[serde(default)]
    pub waivers: Waivers,
}

/// The net points one rule has brought a person in the stretches that caps look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSum {
    /// The rule's name in the ledger; may be one that this program has no act for.
    pub rule: String,
    /// Today.
    pub day: i64,
    /// Since this week's Monday.
    pub week: i64,
    /// Since the first of the month.
    pub month: i64,
}

/// What an act brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The points, perhaps fewer than the rule's.
    pub points: u32,
    /// The cap that left fewer than the rule's points. Of several equally tight ones the longest, because it tells when
    /// there is room again.
    pub cap: Option<Cap>,
}

impl RuleSet {
    /// The points of so many finished lessons whose quizzes were all right: what the bot pays today.
    #[must_use]
    pub fn of_lessons(&self, lessons: u32) -> i64 {
        let paid = [Act::FinishLesson, Act::QuizPass, Act::QuizPerfect].into_iter();
        let rules = paid.filter_map(|act| self.acts.get(&act));
        let times = |rule: &Rule| if rule.once { lessons.min(1) } else { lessons };
        rules.map(|rule| i64::from(rule.points) * i64::from(times(rule))).sum()
    }

    /// The act whose caps hold for `act`.
    fn cap_owner(&self, act: Act) -> Act {
        self.acts.get(&act).and_then(|rule| rule.counts_with).unwrap_or(act)
    }

    /// What `act` brings to somebody with these sums; none if the rule set doesn't know the act.
    #[must_use]
    pub fn decide(&self, act: Act, sums: &[RuleSum]) -> Option<Decision> {
        let rule = self.acts.get(&act)?;
        let owner = self.cap_owner(act);
        let shared = |sum: &&RuleSum| Act::of_id(&sum.rule).is_some_and(|of| self.cap_owner(of) == owner);
        let caps = self.acts.get(&owner).unwrap_or(rule);
        let room = |cap: u32, spent: i64| i64::from(cap).saturating_sub(spent).max(0);
        let rooms = [
            (Cap::ActDay, caps.day.map(|cap| room(cap, sums.iter().filter(shared).map(|sum| sum.day).sum()))),
            (Cap::Day, Some(room(self.together.day, sums.iter().map(|sum| sum.day).sum()))),
            (
                Cap::ActWeek,
                caps.week.map(|cap| room(cap, sums.iter().filter(shared).map(|sum| sum.week).sum())),
            ),
            (Cap::Week, Some(room(self.together.week, sums.iter().map(|sum| sum.week).sum()))),
            (
                Cap::ActMonth,
                caps.month.map(|cap| room(cap, sums.iter().filter(shared).map(|sum| sum.month).sum())),
            ),
        ];
        let full = i64::from(rule.points);
        let (mut points, mut tightest) = (full, None);
        for (cap, room) in rooms {
            match room {
                Some(room) if room < full && room <= points => (points, tightest) = (room, Some(cap)),
                _ => {}
            }
        }
        Some(Decision { points: u32::try_from(points).unwrap_or(0), cap: tightest })
    }

    /// What may still be earned today and this week by somebody who has these net points today and this week.
    /// Today's room is never more than the week's.
    #[must_use]
    pub fn room(&self, day: i64, week: i64) -> (u32, u32) {
        let left = |cap: u32, spent: i64| u32::try_from(i64::from(cap).saturating_sub(spent)).unwrap_or(0);
        let week = left(self.together.week, week);
        (left(self.together.day, day).min(week), week)
    }
}
