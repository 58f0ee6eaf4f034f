//! Purpose: the decisions of moderation: who is exempt, what a set of matches leads to, what a warning leads to.
//!
//! Invariant: pure. `now` is an argument, every fact about a person is an argument, and no fact is a name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::channel::{PartKind, SenderKind};
use crate::clock::{DAY_MS, HOUR_MS, Millis};

/// The id of a rule as staff see it: "R3". 1 to 16 ASCII letters, digits, `-` or `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuleId(String);

/// The text is not a rule id: 1 to 16 ASCII letters, digits, `-` or `_`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rule id: 1 to 16 letters, digits, `-` or `_`")]
pub struct NotARuleId(pub String);

impl RuleId {
    /// The rule that the links section of a pack stands for.
    #[must_use]
    pub fn links() -> Self {
        Self("links".to_owned())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RuleId {
    type Error = NotARuleId;

    fn try_from(id: String) -> Result<Self, NotARuleId> {
        let fits = (1..=16).contains(&id.len());
        if fits && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            Ok(Self(id))
        } else {
            Err(NotARuleId(id))
        }
    }
}

impl From<RuleId> for String {
    fn from(id: RuleId) -> Self {
        id.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a rule acts in a group or only reports what it would have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Report to staff; leave the message alone. Every new rule starts here.
    #[default]
    Observe,
    /// Act.
    Enforce,
}

/// What a rule does to a message. Ordered from mild to strong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Tell staff.
    #[default]
    Report,
    /// Delete and tell the sender privately why.
    Delete,
    /// Delete, tell the sender, and count a warning, which may lead to a mute (see [`ladder`]).
    DeleteAndWarn,
}

/// One piece of text to check. An act (a message, an edit, an album) is a list of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Where it stood.
    pub kind: PartKind,
    /// The text as it was sent.
    pub text: &'a str,
}

/// True if no rule applies to the sender: verified staff speaking as themselves, the linked channel's posts that the
/// channel itself forwards, an anonymous administrator of this very group. The channel vouches for the last two in a way
/// that no name and no bare id can imitate.
#[must_use]
pub fn exempt(sender: SenderKind, is_verified_staff: bool) -> bool {
    match sender {
        SenderKind::AnonymousAdmin | SenderKind::LinkedChannel => true,
        SenderKind::Person => is_verified_staff,
        SenderKind::Bot | SenderKind::OtherChat => false,
    }
}

/// What a rule is set to in one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// Act or only report.
    pub mode: Mode,
    /// What to do in enforce mode.
    pub action: Action,
    /// Warnings up to the mute, if this rule differs from the ladder.
    pub warnings: Option<u32>,
}

/// What to do about one act. One act gets one reaction, whatever number of rules it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing matched.
    Clean,
    /// Only observed rules matched: report these ids, leave the message alone. No id twice.
    Observed(Vec<RuleId>),
    /// Do this.
    Act {
        /// The rule to name to the sender: the one with the strongest action, the first matched among equals.
        rule: RuleId,
        /// What to do.
        action: Action,
        /// Warnings up to the mute, if the rule differs from the ladder.
        warnings: Option<u32>,
        /// Observed rules that matched too, for the report. No id twice.
        observed: Vec<RuleId>,
    },
}

/// Decides what the rules that one act touches lead to. `setting_of` says how a rule is set in this group.
///
/// [`exempt`] is asked before the text is inspected at all.
#[must_use]
pub fn decide<'a>(
    touched: impl IntoIterator<Item = &'a RuleId>,
    setting_of: impl Fn(&RuleId) -> Setting,
) -> Verdict {
    let mut observed: Vec<RuleId> = Vec::new();
    let mut strongest: Option<(&RuleId, Setting)> = None;
    for rule in touched {
        let setting = setting_of(rule);
        if setting.mode == Mode::Observe {
            if !observed.contains(rule) {
                observed.push(rule.clone());
            }
        } else if strongest.is_none_or(|(_, before)| setting.action > before.action) {
            strongest = Some((rule, setting));
        }
    }
    match strongest {
        Some((rule, Setting { action, warnings, .. })) => {
            Verdict::Act { rule: rule.clone(), action, warnings, observed }
        }
        None if observed.is_empty() => Verdict::Clean,
        None => Verdict::Observed(observed),
    }
}

/// How warnings lead to a mute. The defaults are the school's: the third warning in 30 days mutes for 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ladder {
    /// The warning that mutes: 1 to 20.
    pub warnings: u32,
    /// Days until a warning expires: 1 to 365.
    pub window_days: u32,
    /// Hours of a mute: 1 to 720.
    pub mute_hours: u32,
}

impl Default for Ladder {
    fn default() -> Self {
        Self { warnings: 3, window_days: 30, mute_hours: 24 }
    }
}

impl Ladder {
    /// The ladder of a rule that mutes at another warning.
    #[must_use]
    pub fn with_warnings(self, warnings: Option<u32>) -> Self {
        Self { warnings: warnings.unwrap_or(self.warnings), ..self }
    }

    /// How many of the warnings given at these times still count at `now`. A warning of the future counts, since
    /// clocks of two processes may differ.
    #[must_use]
    pub fn active_warnings(&self, given: &[Millis], now: Millis) -> u32 {
        let window_ms = i64::from(self.window_days) * DAY_MS;
        let active = given.iter().filter(|at| now.since_ms(**at) < window_ms).count();
        u32::try_from(active).unwrap_or(u32::MAX)
    }
}

/// What a new warning leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Warn: this is warning `n` of `of`.
    Warn {
        /// 1 for the first.
        n: u32,
        /// The warning that mutes.
        of: u32,
    },
    /// Mute for this many milliseconds.
    Mute {
        /// Length of the mute.
        duration_ms: i64,
    },
}

/// The step for a new warning when `active_before` earlier ones still count. Once the last rung is reached, every
/// further warning mutes again until old ones expire.
#[must_use]
pub fn ladder(active_before: u32, ladder: &Ladder) -> Step {
    let n = active_before.saturating_add(1);
    if n < ladder.warnings {
        Step::Warn { n, of: ladder.warnings }
    } else {
        Step::Mute { duration_ms: i64::from(ladder.mute_hours) * HOUR_MS }
    }
}
