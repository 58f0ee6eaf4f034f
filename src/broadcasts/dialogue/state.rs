//! Purpose: where a teacher's conversation stands, what comes in, and what comes of it.
//!
//! Invariant: plain data that survives in the database as JSON: fields are only ever added, with a default.

use serde::{Deserialize, Serialize};

use super::choice::Choice;
use super::times::Time;
use crate::broadcasts::digest::Forecast;
use crate::broadcasts::{Draft, Groups};
use crate::channel::Content;
use crate::clock::Millis;
use crate::config::Broadcasts;
use crate::i18n::Text;
use crate::ids::{BroadcastId, GroupId, Native};
use crate::roster::ForumTopic;
use crate::timetable::{QuietHours, SchoolTime};

/// What the conversation is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Something new.
    #[default]
    New,
    /// Another text for something that was published or is to be.
    Edit(BroadcastId),
    /// Another time for something that is to be published.
    Move(BroadcastId),
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Something came without a command: is it to be published?
    Offer,
    /// What is published.
    What {
        /// True until the first message that takes the place of what there is.
        replaces: bool,
    },
    /// Who gets it.
    Groups {
        /// The page shown.
        page: u32,
        /// Only groups whose titles have this, in small letters; empty for all.
        search: String,
    },
    /// In which topic of a forum.
    Forum {
        /// The group.
        group: GroupId,
    },
    /// Topic, confirmation and urgency.
    Options,
    /// When it goes out.
    When {
        /// What there is to choose from beyond the usual: recurrences in their form for the database.
        offers: Vec<Option<String>>,
    },
    /// Whether the time was understood as it was meant.
    Reading {
        /// In its form for the database.
        when: String,
        /// True if it is after midnight though the day before was named.
        is_past_midnight: bool,
    },
    /// Everything at a glance; the last confirmation.
    Summary,
    /// The draft is old: is it still meant?
    Stale(Box<Step>),
    /// There is a draft already: go on with it, or begin anew?
    Again(Box<Step>),
}

impl Step {
    /// The choices of groups from the beginning.
    #[must_use]
    pub fn groups() -> Self {
        Self::Groups { page: 0, search: String::new() }
    }

    /// The question for the time, without offers.
    #[must_use]
    pub fn when() -> Self {
        Self::When { offers: Vec::new() }
    }
}

/// A conversation that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialogue {
    /// What it is for.
    #[serde(default)]
    pub purpose: Purpose,
    /// What is asked.
    pub step: Step,
    /// What is decided.
    pub draft: Draft,
    /// When it last changed.
    pub changed_at: Millis,
    /// The album the last content belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<Native>,
    /// True once the summary was shown: from then on each change leads back to it.
    #[serde(default)]
    pub is_reviewed: bool,
}

impl Dialogue {
    /// A conversation that begins.
    #[must_use]
    pub fn new(step: Step, now: Millis) -> Self {
        let draft = Draft { groups: Groups::Chosen(Vec::new()), ..Draft::default() };
        Self { purpose: Purpose::New, step, draft, changed_at: now, album: None, is_reviewed: false }
    }

    /// True if the group is among those chosen one by one.
    #[must_use]
    pub fn has_chosen(&self, group: GroupId) -> bool {
        matches!(&self.draft.groups, Groups::Chosen(chosen) if chosen.iter().any(|(id, _)| *id == group))
    }
}

/// Everything kept of a person's conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The number of the newest card. Buttons carry that of theirs; it is never used again, so that a button of an
    /// earlier card does nothing.
    pub serial: i64,
    /// The conversation, if one is open.
    pub open: Option<Dialogue>,
}

/// What comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The command to publish something.
    Announce,
    /// The command to drop it.
    Cancel,
    /// Any other message.
    Wrote {
        /// What could be published of it.
        content: Option<Content>,
        /// Its words.
        words: String,
        /// The album it belongs to.
        album: Option<Native>,
    },
    /// A button.
    Pressed {
        /// The card it is on.
        serial: i64,
        /// What it chooses.
        choice: Choice,
    },
    /// Another text or another time for something published before.
    Began(Purpose, Box<Draft>),
}

/// What is known when something comes in.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The time.
    pub now: Millis,
    /// The school's clock and calendar.
    pub time: SchoolTime<'a>,
    /// When nothing is sent that can wait.
    pub quiet: QuietHours,
    /// The groups the person may publish to, with their titles, in the order shown.
    pub groups: &'a [(GroupId, String)],
    /// What holds for announcements, and their topics.
    pub settings: &'a Broadcasts,
    /// The open topics of groups that are forums.
    pub forums: &'a [ForumTopic],
    /// What stands in groups and is to get other words; nothing if nothing has gone out.
    pub posted: &'a [Content],
    /// The titles of groups that were chosen and can't be published to any more.
    pub lost: &'a [String],
    /// True if somebody else has to agree before something urgent of the person's goes out.
    pub needs_yes: bool,
    /// In how many of its groups the draft would come in a digest.
    pub forecast: Option<Forecast>,
    /// What stops the draft as it is.
    pub troubles: &'a [Text],
    /// What should be thought about before it is published.
    pub hints: &'a [Text],
}

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// The card of the step, as a new message or in the place of the one pressed.
    Card,
    /// The same card again with what has changed on it.
    Changed,
    /// Only what is noted.
    Notes,
    /// Nothing.
    Nothing,
    /// That the button's step is over.
    Over,
    /// It isn't for this conversation.
    NotMine,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Publish it. Made only by the last confirmation.
    Publish(Box<Draft>),
    /// Give something published other contents. Made only by the last confirmation.
    Edit(BroadcastId, Vec<Content>),
    /// Publish something at another time, or now. Made only by the last confirmation.
    Move(BroadcastId, Option<String>),
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What is said before the card.
    pub notes: Vec<Text>,
    /// What is shown.
    pub show: Show,
    /// What is done.
    pub act: Option<Act>,
}

impl Reply {
    /// Shows something, without a word.
    #[must_use]
    pub fn show(show: Show) -> Self {
        Self { notes: Vec::new(), show, act: None }
    }

    /// Says something, and shows something.
    #[must_use]
    pub fn note(note: Text, show: Show) -> Self {
        Self { notes: vec![note], show, act: None }
    }
}

impl Time {
    /// In its form for a draft.
    #[must_use]
    pub fn kept(self) -> Option<String> {
        match self {
            Self::Now => None,
            Self::At(when, _) => Some(when),
        }
    }
}
