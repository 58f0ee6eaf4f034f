//! Purpose: buttons as numbers, and numbers as few bytes.
//!
//! Invariant: a number that was given once keeps its meaning, because buttons that carry it stand in messages that were sent.

use super::{Button, TokenProblem};
use crate::i18n::Language;
use crate::ids::{ActId, BroadcastId, DisputeId, GroupId, PushId, RunId};

/// An entry's number and a reason share one number of a token.
const REASONS: i64 = 8;

/// What a button does, what it is about, and a detail of it.
pub(super) fn parts(button: Button) -> (u8, i64, i64) {
    match button {
        Button::SetUp(group) => (1, group.0, 0),
        Button::LessonDone(push) => (2, push.0, 0),
        Button::MyPoints(group) => (3, group.0, 0),
        Button::WhyDeleted(act) => (4, act.0, 0),
        Button::Appeal(act) => (5, act.0, 0),
        Button::Undo(act) => (6, act.0, 0),
        Button::Language(choice) => (7, 0, choice_number(choice)),
        Button::GroupLanguage(group, choice) => (8, group.0, choice_number(choice)),
        Button::Appeals(group) => (9, group.0, 0),
        Button::Dispute(group) => (10, group.0, 0),
        Button::TakeBack { dispute, entry, reason } => {
            (11, dispute.0, entry.saturating_mul(REASONS).saturating_add(i64::from(reason)))
        }
        Button::LeavePoints(dispute) => (12, dispute.0, 0),
        Button::Confirm { run, version } => (13, run.0, version),
        Button::Approve(broadcast, version) => (14, broadcast.0, version),
        Button::Decline(broadcast, version) => (15, broadcast.0, version),
        Button::Dialogue { serial, choice } => (20, serial, choice),
        Button::Broadcast { broadcast, deed } => (21, broadcast.0, deed),
        Button::Topic { topic, run, wanted } => {
            (22, topic, run.0.saturating_mul(2).saturating_add(i64::from(wanted)))
        }
        Button::Coming { group, page } => (23, group.0, page),
        Button::GroupStage { group, choice } => (30, group.0, choice),
        Button::ReadLesson(push) => (31, push.0, 0),
        Button::LeaveAct { act, reason } => (40, act.0, i64::from(reason)),
    }
}

/// The button of these numbers; none if there is none.
pub(super) fn button(what: u8, subject: i64, detail: i64) -> Option<Button> {
    Some(match what {
        1 => Button::SetUp(GroupId(subject)),
        2 => Button::LessonDone(PushId(subject)),
        3 => Button::MyPoints(GroupId(subject)),
        4 => Button::WhyDeleted(ActId(subject)),
        5 => Button::Appeal(ActId(subject)),
        6 => Button::Undo(ActId(subject)),
        7 => Button::Language(choice(detail).ok()?),
        8 => Button::GroupLanguage(GroupId(subject), choice(detail).ok()?),
        9 => Button::Appeals(GroupId(subject)),
        10 => Button::Dispute(GroupId(subject)),
        11 => Button::TakeBack {
            dispute: DisputeId(subject),
            entry: detail / REASONS,
            reason: u8::try_from(detail % REASONS).ok()?,
        },
        12 => Button::LeavePoints(DisputeId(subject)),
        13 => Button::Confirm { run: RunId(subject), version: detail },
        14 => Button::Approve(BroadcastId(subject), detail),
        15 => Button::Decline(BroadcastId(subject), detail),
        20 => Button::Dialogue { serial: subject, choice: detail },
        21 => Button::Broadcast { broadcast: BroadcastId(subject), deed: detail },
        22 => Button::Topic { topic: subject, run: RunId(detail / 2), wanted: detail % 2 == 1 },
        23 => Button::Coming { group: GroupId(subject), page: detail },
        30 => Button::GroupStage { group: GroupId(subject), choice: detail },
        31 => Button::ReadLesson(PushId(subject)),
        40 => Button::LeaveAct { act: ActId(subject), reason: u8::try_from(detail).ok()? },
        _ => return None,
    })
}

/// Languages are numbered from 1 on; 0 is none. The numbers stand in buttons that were sent.
fn choice_number(choice: Option<Language>) -> i64 {
    match choice {
        None => 0,
        Some(Language::Chinese) => 1,
        Some(Language::English) => 2,
    }
}

/// The choice with this number.
fn choice(number: i64) -> Result<Option<Language>, TokenProblem> {
    let mut all = std::iter::once(None).chain(Language::ALL.map(Some));
    all.find(|choice| choice_number(*choice) == number).ok_or(TokenProblem::Forged)
}

/// Writes a number in groups of seven bits, lowest first; negative ones (there are none) as 0.
pub(super) fn push_number(bytes: &mut Vec<u8>, number: i64) {
    let mut left = number.max(0).cast_unsigned();
    loop {
        let low = u8::try_from(left & 0x7f).unwrap_or(0);
        left >>= 7;
        if left == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

pub(super) fn take_number(bytes: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for place in 0..9 {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << (7 * place);
        if first & 0x80 == 0 {
            return i64::try_from(number).ok();
        }
    }
    None
}
