//! Purpose: what a teacher has decided about something to be published.
//!
//! Invariant: plain data that survives in the database as JSON: fields are only ever added, with a default.

use serde::{Deserialize, Serialize};

use crate::channel::Content;
use crate::ids::{GroupId, Native, PersonId};

/// What readers are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirmation {
    /// Nothing.
    #[default]
    None,
    /// To press a button once they have read it.
    Read,
    /// To confirm by name, in a second step that says what they agree to.
    Signed,
}

/// How pressing it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// Waits for quiet hours to end, and counts for the burden limit.
    #[default]
    Normal,
    /// Goes out at once, also at night. Needs a second person of the staff, or an administrator.
    Urgent,
}

/// What it is about, so that people can choose what they get in private: a name from the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Topic(pub String);

/// Which groups it goes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Groups {
    /// Every group of the author's at the time it goes out.
    #[default]
    AllMine,
    /// These, with the forum topic it goes to in each, if any.
    Chosen(Vec<(GroupId, Option<Native>)>),
}

/// Something to be published, as far as it is decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What is posted, one after another.
    #[serde(default)]
    pub contents: Vec<Content>,
    /// Where.
    #[serde(default)]
    pub groups: Groups,
    /// What it is about; empty for general news.
    #[serde(default)]
    pub topic: Topic,
    /// What readers are asked for.
    #[serde(default)]
    pub confirmation: Confirmation,
    /// How pressing it is.
    #[serde(default)]
    pub urgency: Urgency,
    /// When, as [`crate::timetable::Recurrence::to_text`] writes it; now if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// How many hours late a run of what comes again may be made after a downtime, 0 for not at all; as the school has it if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_hours: Option<u32>,
    /// Who wrote the words as they are, if not the author: somebody else who looks after the groups has changed them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words_by: Option<PersonId>,
    /// True if the words ask for money: then it goes out only after somebody else's yes, and says so. Read from the words
    /// whenever they are checked; nobody chooses it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_fee: bool,
    /// How often somebody was asked for a yes again because the time was changed. Together with the version of the words it
    /// numbers the questions.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub moves: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &i64) -> bool {
    *number == 0
}
