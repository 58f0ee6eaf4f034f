//! Purpose: polls and quizzes, their votes and when they close.
//!
//! Invariant: a person has at most one vote per poll; a closed poll takes no votes; `counts` always equals what
//! the votes add up to.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::clock::{Millis, SECOND_MS};

use super::entities::Styled;
use super::ids::{CannotDo, ChatId, PersonId};

/// A poll. Forwarded copies share it.
#[derive(Clone, Debug)]
pub struct Poll {
    /// Identifier.
    pub id: String,
    /// The chat and message it was first sent in.
    pub home: (ChatId, i64),
    /// The question.
    pub question: Styled,
    /// The options' texts.
    pub options: Vec<String>,
    /// Votes per option.
    pub counts: Vec<u64>,
    /// Who chose what.
    pub votes: HashMap<PersonId, Vec<usize>>,
    /// Whether the bot learns who voted.
    pub anonymous: bool,
    /// Whether it has right answers.
    pub quiz: bool,
    /// Whether several options may be chosen.
    pub multiple: bool,
    /// Whether a vote may be changed or taken back.
    pub revoting: bool,
    /// Whether only members of the chat may vote.
    pub members_only: bool,
    /// Indexes of the right options of a quiz.
    pub correct: Vec<usize>,
    /// Shown after a vote in a quiz.
    pub explanation: Styled,
    /// Description.
    pub description: Option<Styled>,
    /// Seconds it was to stay open.
    pub open_period_s: Option<i64>,
    /// When it closes by itself.
    pub closes: Option<Millis>,
    /// Whether it takes no more votes.
    pub closed: bool,
    /// Whether the bot sent it and hears of its votes.
    pub by_bot: bool,
}

impl Poll {
    /// An open, public poll of a person.
    pub(super) fn by_person(id: String, question: String, options: Vec<String>) -> Self {
        Self {
            id,
            home: (ChatId(0), 0),
            question: Styled { text: question, entities: Vec::new() },
            counts: vec![0; options.len()],
            options,
            votes: HashMap::new(),
            anonymous: false,
            quiz: false,
            multiple: false,
            revoting: true,
            members_only: false,
            correct: Vec::new(),
            explanation: Styled::default(),
            description: None,
            open_period_s: None,
            closes: None,
            closed: false,
            by_bot: false,
        }
    }

    /// Sets a person's choice; an empty one takes the vote back.
    pub(super) fn vote(&mut self, person: PersonId, mut chosen: Vec<usize>) -> Result<(), CannotDo> {
        chosen.sort_unstable();
        chosen.dedup();
        if self.closed {
            return CannotDo::because("this poll is closed");
        }
        if chosen.iter().any(|option| *option >= self.options.len()) {
            return CannotDo::because("this poll has no such option");
        }
        if chosen.len() > 1 && !self.multiple {
            return CannotDo::because("this poll takes one answer");
        }
        let before = self.votes.get(&person);
        match (before.is_some(), chosen.is_empty()) {
            (true, _) if !self.revoting => return CannotDo::because("a vote in this poll is final"),
            (false, true) => return CannotDo::because("there is no vote to take back"),
            _ => {}
        }
        for option in before.into_iter().flatten() {
            if let Some(count) = self.counts.get_mut(*option) {
                *count -= 1;
            }
        }
        for option in &chosen {
            if let Some(count) = self.counts.get_mut(*option) {
                *count += 1;
            }
        }
        if chosen.is_empty() {
            self.votes.remove(&person);
        } else {
            self.votes.insert(person, chosen);
        }
        Ok(())
    }

    /// The poll as a `Poll` object; `original` shows the right answers also while it is open, as Telegram does for
    /// the bot that sent it.
    pub(super) fn json(&self, original: bool) -> Value {
        let options: Vec<Value> = self
            .options
            .iter()
            .zip(&self.counts)
            .enumerate()
            .map(|(index, (text, count))| {
                json!({"persistent_id": persistent_id(&self.id, index), "text": text, "voter_count": count})
            })
            .collect();
        let mut out = json!({
            "id": self.id,
            "question": self.question.text,
            "options": options,
            "total_voter_count": self.votes.len(),
            "is_closed": self.closed,
            "is_anonymous": self.anonymous,
            "type": if self.quiz { "quiz" } else { "regular" },
            "allows_multiple_answers": self.multiple,
            "allows_revoting": self.revoting,
            "members_only": self.members_only,
        });
        if !self.question.entities.is_empty() {
            out["question_entities"] = json!(self.question.entities);
        }
        if let Some(description) = &self.description {
            out["description"] = json!(description.text);
        }
        if self.quiz && (original || self.closed) {
            out["correct_option_ids"] = json!(self.correct);
            if let [only] = self.correct.as_slice() {
                out["correct_option_id"] = json!(only);
            }
            if !self.explanation.text.is_empty() {
                out["explanation"] = json!(self.explanation.text);
                out["explanation_entities"] = json!(self.explanation.entities);
            }
        }
        if let Some(seconds) = self.open_period_s {
            out["open_period"] = json!(seconds);
        }
        if let Some(closes) = self.closes {
            out["close_date"] = json!(closes.0.div_euclid(SECOND_MS));
        }
        out
    }

    /// A person's choice as a `PollAnswer` object.
    pub(super) fn answer_json(&self, person: PersonId, user: &Value) -> Value {
        let chosen = self.votes.get(&person).cloned().unwrap_or_default();
        let persistent: Vec<String> = chosen.iter().map(|option| persistent_id(&self.id, *option)).collect();
        json!({"poll_id": self.id, "user": user, "option_ids": chosen, "option_persistent_ids": persistent})
    }
}

fn persistent_id(poll: &str, option: usize) -> String {
    format!("{poll}-{option}")
}
