//! Purpose: sendPoll and stopPoll, and polls that close by themselves.
//!
//! Invariant: a poll past its closing time is closed before anything else looks at it.

use std::collections::HashMap;

use serde_json::Value;

use crate::clock::{Millis, SECOND_MS};
use crate::sandbox::entities::{Styled, utf16_len};
use crate::sandbox::ids::ChatId;
use crate::sandbox::message::Content;
use crate::sandbox::poll::Poll;
use crate::sandbox::standing::Permissions;
use crate::sandbox::world::World;

use super::target::{markup, styled};
use super::{Answer, ApiError, Call};

impl World {
    pub(super) fn send_poll(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let mut poll = read_poll(call, self.now())?;
        poll.id = format!("{}", 5_000_000_000_000_000_000 + self.next_number());
        let id = poll.id.clone();
        let draft = self.prepare(call, chat, Content::Poll(id.clone()), Permissions::POLLS)?;
        if let Some(closes) = poll.closes {
            self.due_polls.push(std::cmp::Reverse((closes, id.clone())));
        }
        self.add_poll(poll);
        let sent = self.post(chat, draft);
        let number = sent.get("message_id").and_then(Value::as_i64).unwrap_or(0);
        if let Some(poll) = self.polls.get_mut(&id) {
            poll.home = (chat, number);
        }
        Ok(sent)
    }

    pub(super) fn stop_poll(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let number = call.need_int("message_id")?;
        let message = self.chat(chat).and_then(|place| place.message(number));
        let message = message.ok_or_else(|| ApiError::bad("message with poll to stop not found"))?;
        let Content::Poll(id) = message.content.clone() else {
            return Err(ApiError::bad("message with poll to stop not found"));
        };
        if message.from != self.bot || message.origin.is_some() {
            return Err(ApiError::bad("poll can't be stopped"));
        }
        if self.poll(&id).is_none_or(|poll| poll.closed) {
            return Err(ApiError::bad("poll has already been closed"));
        }
        let new_markup = markup(call)?;
        self.close_poll(&id);
        let place = self.chats.get_mut(&chat).and_then(|place| place.history.get_mut(number));
        if let Some(message) = place {
            message.markup = new_markup;
        }
        Ok(self.poll(&id).map_or(Value::Null, |poll| poll.json(true)))
    }

    /// Closes every poll whose time has come.
    pub(in crate::sandbox) fn close_due_polls(&mut self) {
        while self.due_polls.peek().is_some_and(|due| due.0.0 <= self.now()) {
            let Some(std::cmp::Reverse((_, id))) = self.due_polls.pop() else { return };
            if self.poll(&id).is_some_and(|poll| !poll.closed) {
                self.close_poll(&id);
            }
        }
    }

    /// When the next open poll closes by itself.
    pub(in crate::sandbox) fn next_poll_close(&self) -> Option<Millis> {
        self.due_polls.peek().map(|due| due.0.0)
    }

    fn close_poll(&mut self, id: &str) {
        let Some(poll) = self.polls.get_mut(id) else { return };
        poll.closed = true;
        let object = poll.json(true);
        self.poll_changed(id);
        self.announce("poll", 0, object);
    }

    /// Marks the message that shows a poll as changed, so that the page draws it again.
    pub(in crate::sandbox) fn poll_changed(&mut self, id: &str) {
        let revision = self.touch();
        let Some((chat, number)) = self.poll(id).map(|poll| poll.home) else { return };
        let place = self.chats.get_mut(&chat).and_then(|place| place.history.get_mut(number));
        if let Some(message) = place {
            message.revision = revision;
        }
    }
}

fn read_poll(call: &Call, now: Millis) -> Result<Poll, ApiError> {
    let question = styled(call, "question", "question_entities", "question_parse_mode")?;
    if !(1..=300).contains(&utf16_len(&question.text)) {
        return Err(ApiError::bad("poll question must be 1–300 characters long"));
    }
    let options = read_options(call)?;
    let quiz = call.text("type") == Some("quiz");
    let multiple = call.flag("allows_multiple_answers");
    let correct = read_correct(call, quiz, multiple, options.len())?;
    let explanation = styled(call, "explanation", "explanation_entities", "explanation_parse_mode")?;
    if utf16_len(&explanation.text) > 200 || explanation.text.matches('\n').count() > 2 {
        return Err(ApiError::bad("poll explanation is too long"));
    }
    let description = match call.text("description") {
        Some(_) => Some(styled(call, "description", "description_entities", "description_parse_mode")?),
        None => None,
    };
    let (open_period_s, closes) = read_closing(call, now)?;
    Ok(Poll {
        id: String::new(),
        home: (ChatId(0), 0),
        question,
        counts: vec![0; options.len()],
        options,
        votes: HashMap::new(),
        anonymous: call.get("is_anonymous").and_then(Value::as_bool).unwrap_or(true),
        quiz,
        multiple,
        revoting: call.get("allows_revoting").and_then(Value::as_bool).unwrap_or(!quiz),
        members_only: call.flag("members_only"),
        correct,
        explanation: if quiz { explanation } else { Styled::default() },
        description,
        open_period_s,
        closes,
        closed: call.flag("is_closed"),
        by_bot: true,
    })
}

fn read_options(call: &Call) -> Result<Vec<String>, ApiError> {
    let options: Vec<String> = call
        .list("options")
        .iter()
        .filter_map(|option| option.as_str().or_else(|| option.get("text")?.as_str()).map(str::to_owned))
        .collect();
    if options.is_empty() {
        return Err(ApiError::bad("poll must have at least 1 option"));
    }
    if options.len() > 12 {
        return Err(ApiError::bad("poll can't have more than 12 options"));
    }
    if options.iter().any(|option| option.trim().is_empty()) {
        return Err(ApiError::bad("poll options must be non-empty"));
    }
    if options.iter().any(|option| utf16_len(option) > 100) {
        return Err(ApiError::bad("poll options length must not exceed 100"));
    }
    Ok(options)
}

fn read_correct(call: &Call, quiz: bool, multiple: bool, count: usize) -> Result<Vec<usize>, ApiError> {
    if !quiz {
        return Ok(Vec::new());
    }
    let given =
        call.list("correct_option_ids").iter().filter_map(Value::as_i64).chain(call.int("correct_option_id"));
    let mut correct: Vec<usize> = given.map(|id| usize::try_from(id).unwrap_or(usize::MAX)).collect();
    correct.sort_unstable();
    correct.dedup();
    let fits =
        !correct.is_empty() && correct.iter().all(|id| *id < count) && (multiple || correct.len() == 1);
    if fits { Ok(correct) } else { Err(ApiError::bad("wrong correct option ID specified")) }
}

fn read_closing(call: &Call, now: Millis) -> Result<(Option<i64>, Option<Millis>), ApiError> {
    const OPEN_S: std::ops::RangeInclusive<i64> = 5..=2_628_000;
    let wrong = || ApiError::bad("can't use the specified open period or close date");
    match (call.int("open_period"), call.int("close_date")) {
        (Some(seconds), None) if OPEN_S.contains(&seconds) => {
            Ok((Some(seconds), Some(now.plus_ms(seconds * SECOND_MS))))
        }
        (None, Some(at)) if OPEN_S.contains(&at.saturating_sub(now.0.div_euclid(SECOND_MS))) => {
            Ok((None, Some(Millis(at * SECOND_MS))))
        }
        (None, None) => Ok((None, None)),
        _ => Err(wrong()),
    }
}
