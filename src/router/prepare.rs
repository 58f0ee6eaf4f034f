//! Purpose: everything about an update that needs no database: what its words ask for, and which rules they touch.

use crate::broadcasts::{self, dialogue};
use crate::channel::{ChatKind, Event, Incoming};
use crate::config::Config;
use crate::ids::UpdateId;
use crate::lessons;
use crate::moderation::{self, Finding};
use crate::phrase::Phrase;
use crate::points::{self, Ask};
use crate::roster;

/// What a message asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The balance.
    Points,
    /// The last entries.
    PointsWhy,
    /// To choose the language.
    Language,
    /// The lessons its author has missed.
    Lessons,
    /// To choose the stage of a group's children.
    Stage,
    /// What the rules that observe have noted in a group.
    Observed,
    /// Which topics one gets in private; only asked there.
    Topics,
    /// To publish something, or what belongs to that; in a group only what is coming.
    Broadcast(dialogue::Ask),
}

/// An update, read.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its number.
    pub update: UpdateId,
    /// What happened.
    pub event: Event,
    /// What a message asks for.
    pub asked: Option<Asked>,
    /// Which rules a message touches.
    pub findings: Vec<Finding>,
}

impl Prepared {
    /// True for talk in a group that nobody in the program has to do with: most messages are such, and the database is
    /// not asked about them.
    #[must_use]
    pub fn is_mere_talk(&self) -> bool {
        match &self.event {
            Event::Message(message) => {
                message.chat.kind != ChatKind::Private
                    && message.album.is_none()
                    && message.topic_change.is_none()
                    && self.asked.is_none()
                    && self.findings.is_empty()
            }
            _ => false,
        }
    }
}

/// Reads an update. Pure; linear in the size of its text.
#[must_use]
pub fn prepare(incoming: Incoming, config: &Config, bot_name: &str) -> Prepared {
    let mut prepared =
        Prepared { update: incoming.update, event: incoming.event, asked: None, findings: Vec::new() };
    if let Event::Message(message) = &prepared.event {
        let in_private = message.chat.kind == ChatKind::Private;
        prepared.asked =
            Phrase::read(message.words(), bot_name).and_then(|phrase| asked(&phrase, in_private));
        // Also where points are asked for: other parts of the same message may carry anything.
        prepared.findings = config.moderation.inspect(&message.parts);
    }
    prepared
}

fn asked(phrase: &Phrase, in_private: bool) -> Option<Asked> {
    match points::asks_for_points(phrase) {
        Some(Ask::Balance) => Some(Asked::Points),
        Some(Ask::Why) => Some(Asked::PointsWhy),
        None if roster::asks_for_language(phrase, in_private) => Some(Asked::Language),
        None if lessons::asks_for_lessons(phrase, in_private) => Some(Asked::Lessons),
        None if roster::asks_for_stage(phrase, in_private) => Some(Asked::Stage),
        None if moderation::asks_for_observed(phrase, in_private) => Some(Asked::Observed),
        None if in_private && broadcasts::asks_for_topics(phrase) => Some(Asked::Topics),
        None if in_private => dialogue::asks(phrase).map(Asked::Broadcast),
        None => dialogue::asks_in_group(phrase).then_some(Asked::Broadcast(dialogue::Ask::Schedule)),
    }
}
