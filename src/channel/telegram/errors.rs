//! Purpose: what an error of the Bot API means for the thing that was asked.
//!
//! ```text
//! no connection                    Down       nothing was sent
//! sent, answer lost or unreadable  Uncertain
//! 5xx, with or without JSON        Uncertain  the server may have handed the request on before it failed
//! 429                              Wait       for the chat, or for the bot where no chat is concerned
//! 401, 404 without a method        Down       the token was changed: loud in the log, and no row is lost
//! 409                              Down       another program uses the token
//! 400, 403                         by the description's beginning, see the tables; else Content, Forbidden
//! ```
//!
//! Invariant: a description that nobody has listed never counts as done. A 429 names no scope, so a send to a chat
//! waits for that chat; that two chats refused within a second mean the whole bot is for the outbox to see.

use std::time::Duration;

use super::api::{Failed, Refusal};
use crate::channel::{
    Answer, FILE_UNUSABLE, Member, Outgoing, Rights, Role, SendOutcome, TOO_LONG, TOPIC_SHUT, WaitScope,
};
use crate::ids::Native;

/// The shortest and the longest wait that is believed, in seconds.
const WAIT_S: (u64, u64) = (1, 24 * 3_600);

/// The target can't be reached any more.
const GONE: [&str; 13] = [
    "chat not found",
    "peer_id_invalid",
    "channel_private",
    "bot was blocked by the user",
    "user_is_blocked",
    "user is deactivated",
    "input_user_deactivated",
    "bot was kicked from",
    "bot is not a member of",
    "the group chat was deleted",
    "group chat was deactivated",
    "bot can't initiate conversation with",
    "bots can't send messages to bots",
];

/// The bot lacks a right, or the place takes nothing until somebody changes it.
const FORBIDDEN: [&str; 19] = [
    "not enough rights",
    "need administrator rights",
    "have no rights to send",
    "chat_admin_required",
    "chat_restricted",
    "chat_forbidden",
    "chat_write_forbidden",
    "chat_send_",
    "chat_guest_send_forbidden",
    // A person who takes no voice and round video messages.
    "voice_messages_forbidden",
    "topic_closed",
    "user_restricted",
    "right_forbidden",
    "user_admin_invalid",
    "user is an administrator of the chat",
    "can't remove chat owner",
    "method is available only for supergroups",
    // Also "… for everyone": older than 48 hours, or of somebody whose messages the bot may not delete.
    "message can't be deleted",
    "message_delete_forbidden",
];

/// The forum topic takes nothing, or is no more.
const SHUT: [&str; 3] = ["topic_closed", "topic_deleted", "message thread not found"];

/// The person isn't there.
const NOBODY: [&str; 6] = [
    "user not found",
    "member not found",
    "participant_id_invalid",
    "user_id_invalid",
    "user_not_participant",
    "invalid user_id specified",
];

/// More words than fit in one message.
const LONG: [&str; 4] =
    ["message is too long", "message_too_long", "message caption is too long", "media_caption_too_long"];

/// The file is gone, or not what it is said to be.
const NO_FILE: [&str; 9] = [
    "wrong file identifier",
    "wrong remote file identifier",
    "wrong file_id",
    "file_id_invalid",
    "file_reference_",
    "invalid file_id",
    "photo_invalid_dimensions",
    "image_process_failed",
    "file is too big",
];

/// What was asked for is so already, for whatever asked it.
const SO_ALREADY: [&str; 2] = ["hide_requester_missing", "user_already_participant"];

/// How a request that has no result ended.
pub(super) fn outcome(failed: Failed, what: &Outgoing) -> SendOutcome {
    match failed {
        Failed::NotSent(reason) => SendOutcome::Down { reason },
        Failed::Unknown(reason) => SendOutcome::Uncertain { reason },
        Failed::Refused(refusal) => refused(refusal, what),
    }
}

fn refused(refusal: Refusal, what: &Outgoing) -> SendOutcome {
    if let Some(to) = refusal.migrate_to {
        return SendOutcome::Migrated { to: to.into() };
    }
    let said = refusal.description.to_lowercase();
    let text = in_album(said.split_once(": ").map_or(said.as_str(), |(_, text)| text));
    match refusal.code {
        429 => SendOutcome::Wait { wait: wait(&refusal, text), scope: scope(what) },
        400 | 403 => by_description(text, refusal.code, refusal.description.clone(), what),
        404 if text.starts_with("method not found") => match what {
            Outgoing::Whisper { .. } => SendOutcome::NoWhisper,
            _ => SendOutcome::Content { reason: refusal.description },
        },
        401 | 404 => {
            tracing::error!(
                code = refusal.code,
                "Telegram refuses the bot's token: nothing can be sent until it is right"
            );
            SendOutcome::Down { reason: refusal.description }
        }
        409 => SendOutcome::Down { reason: refusal.description },
        // The message was sent, and another bot or an administrator was quicker to delete it.
        500.. if text.starts_with("sent message was immediately deleted") => SendOutcome::Done(Answer::Done),
        500.. => SendOutcome::Uncertain { reason: format!("{} {}", refusal.code, refusal.description) },
        _ => SendOutcome::Content { reason: refusal.description },
    }
}

/// What is wrong with an item of an album is quoted: `failed to send message #1 with the error message "…"`.
fn in_album(text: &str) -> &str {
    let quoted = text.strip_prefix("failed to send message #").and_then(|rest| rest.split_once('"'));
    quoted.map_or(text, |(_, quoted)| quoted.trim_end_matches('"'))
}

fn wait(refusal: &Refusal, text: &str) -> Duration {
    let said = || text.rsplit("retry after ").next().and_then(|number| number.trim().parse().ok());
    let seconds = refusal.retry_after.or_else(said).unwrap_or(WAIT_S.0);
    Duration::from_secs(seconds.clamp(WAIT_S.0, WAIT_S.1))
}

fn scope(what: &Outgoing) -> WaitScope {
    match what {
        Outgoing::SetCommands { .. } | Outgoing::AnswerPress { .. } => WaitScope::Bot,
        _ => WaitScope::Chat,
    }
}

fn by_description(text: &str, code: i64, reason: String, what: &Outgoing) -> SendOutcome {
    let begins = |list: &[&str]| list.iter().any(|beginning| text.starts_with(beginning));
    if is_so_already(text, what) || begins(&SO_ALREADY) {
        return SendOutcome::Done(Answer::Done);
    }
    let is_nobody = begins(&NOBODY);
    match what {
        Outgoing::AskMember { person } if is_nobody => {
            return SendOutcome::Done(Answer::Member(absent(person)));
        }
        Outgoing::Leave if begins(&GONE) => return SendOutcome::Done(Answer::Done),
        // The member isn't there, doesn't take it, or the bot may not whisper here: the fallback may still reach them.
        Outgoing::Whisper { .. }
            if is_nobody
                || begins(&FORBIDDEN)
                || text.contains("ephemeral")
                || text.starts_with("message_not_command") =>
        {
            return SendOutcome::NoWhisper;
        }
        Outgoing::Post(post) if post.topic.is_some() && begins(&SHUT) => {
            return SendOutcome::Content { reason: TOPIC_SHUT.to_owned() };
        }
        // It is the member who isn't there, and not the group.
        Outgoing::Mute { .. } | Outgoing::Unmute { .. } if is_nobody => {
            return SendOutcome::Content { reason };
        }
        _ => {}
    }
    if begins(&GONE) || is_nobody {
        SendOutcome::Gone { reason }
    } else if begins(&FORBIDDEN) || code == 403 {
        SendOutcome::Forbidden { reason }
    } else if begins(&LONG) {
        SendOutcome::Content { reason: format!("{TOO_LONG}: {reason}") }
    } else if begins(&NO_FILE) {
        SendOutcome::Content { reason: format!("{FILE_UNUSABLE}: {reason}") }
    } else {
        SendOutcome::Content { reason }
    }
}

/// True if the refusal means that nothing is left to do: the message is gone, the text is so, the poll is closed, the
/// one who pressed has long stopped waiting.
fn is_so_already(text: &str, what: &Outgoing) -> bool {
    let moot: &[&str] = match what {
        Outgoing::Delete { .. } => &["message to delete not found", "message_id_invalid"],
        Outgoing::Edit { .. } | Outgoing::Amend { .. } | Outgoing::Buttons { .. } => {
            &["message is not modified"]
        }
        Outgoing::CloseQuiz { .. } => &["poll has already been closed"],
        Outgoing::AnswerPress { .. } => &["query is too old", "query_id_invalid"],
        _ => &[],
    };
    moot.iter().any(|beginning| text.starts_with(beginning))
}

fn absent(person: &Native) -> Member {
    Member {
        id: person.clone(),
        name: String::new(),
        is_bot: false,
        role: Role::Absent,
        rights: Rights::default(),
    }
}
