//! Purpose: every error text that is known, and what it means for the thing that was asked.

use std::time::Duration;

use crate::channel::telegram::api::{Failed, Refusal};
use crate::channel::telegram::errors::outcome;
use crate::channel::{
    Answer, Card, Content, FILE_UNUSABLE, Outgoing, Post, Role, SendOutcome, Styled, TOO_LONG, WaitScope,
};
use crate::clock::Millis;
use crate::ids::Native;

fn say() -> Outgoing {
    Outgoing::Say { card: Card::default() }
}

fn whisper() -> Outgoing {
    Outgoing::Whisper { to: Native::from(11), card: Card::default(), fallback: None, private_first: false }
}

fn delete() -> Outgoing {
    Outgoing::Delete { messages: vec![Native::from(5)] }
}

fn edit() -> Outgoing {
    Outgoing::Edit { message: Native::from(5), card: Card::default() }
}

fn mute() -> Outgoing {
    Outgoing::Mute { person: Native::from(11), until: Millis(0) }
}

fn press() -> Outgoing {
    Outgoing::AnswerPress { press: Native::from(5), text: None, alert: false }
}

fn close() -> Outgoing {
    Outgoing::CloseQuiz { message: Native::from(5) }
}

fn ask() -> Outgoing {
    Outgoing::AskMember { person: Native::from(11) }
}

fn refused(code: i64, description: &str, what: &Outgoing) -> SendOutcome {
    let description = description.to_owned();
    outcome(Failed::Refused(Refusal { code, description, ..Refusal::default() }), what)
}

fn leave() -> Outgoing {
    Outgoing::Leave
}

/// The end without its words.
fn end(outcome: &SendOutcome) -> &'static str {
    match outcome {
        SendOutcome::Done(_) => "done",
        SendOutcome::Wait { .. } => "wait",
        SendOutcome::Retry { .. } => "retry",
        SendOutcome::Down { .. } => "down",
        SendOutcome::Uncertain { .. } => "uncertain",
        SendOutcome::Migrated { .. } => "migrated",
        SendOutcome::Gone { .. } => "gone",
        SendOutcome::Forbidden { .. } => "forbidden",
        SendOutcome::Content { .. } => "content",
        SendOutcome::NoWhisper => "no whisper",
    }
}

/// Code, description, what was asked, and its end.
type Line = (i64, &'static str, fn() -> Outgoing, &'static str);

fn post() -> Outgoing {
    let content = Content::Text { body: Styled::default() };
    Outgoing::Post(Post { content, buttons: Vec::new(), topic: None, reply_to: None, silent: false })
}

fn buttons() -> Outgoing {
    Outgoing::Buttons { message: Native::from(5), buttons: Vec::new() }
}

fn post_in_topic() -> Outgoing {
    let Outgoing::Post(post) = post() else { return post() };
    Outgoing::Post(Post { topic: Some(Native::from(3)), ..post })
}

/// What is refused of what somebody wrote to be published.
const POSTS: [Line; 19] = [
    (400, "Bad Request: TOPIC_CLOSED", post_in_topic, "content"),
    (400, "Bad Request: message thread not found", post_in_topic, "content"),
    (400, "Bad Request: TOPIC_CLOSED", post, "forbidden"),
    (400, "Bad Request: MEDIA_EMPTY", post, "content"),
    (400, "Bad Request: wrong file identifier/HTTP URL specified", post, "content"),
    (400, "Bad Request: wrong remote file identifier specified: can't unserialize it", post, "content"),
    (400, "Bad Request: can't use file of type Photo as Document", post, "content"),
    (400, "Bad Request: message caption is too long", post, "content"),
    (400, "Bad Request: too many messages to send as an album", post, "content"),
    (400, "Bad Request: there is no text in the message to edit", post, "content"),
    (413, "Request Entity Too Large", post, "content"),
    (400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", post, "forbidden"),
    (400, "Bad Request: not enough rights to send photos to the chat", post, "forbidden"),
    (400, "Bad Request: VOICE_MESSAGES_FORBIDDEN", post, "forbidden"),
    (
        400,
        "Bad Request: failed to send message #1 with the error message \"CHAT_SEND_MEDIA_FORBIDDEN\"",
        post,
        "forbidden",
    ),
    (
        400,
        "Bad Request: failed to send message #2 with the error message \"Wrong file identifier/HTTP URL specified\"",
        post,
        "content",
    ),
    (403, "Forbidden: bot was blocked by the user", post, "gone"),
    (400, "Bad Request: message is not modified: specified new message content", buttons, "done"),
    (400, "Bad Request: message is not modified: specified new message content", post, "content"),
];

const TABLE: [Line; 53] = [
    (400, "Bad Request: message to delete not found", delete, "done"),
    (400, "Bad Request: message can't be deleted", delete, "forbidden"),
    (400, "Bad Request: message can't be deleted for everyone", delete, "forbidden"),
    (400, "Bad Request: message to edit not found", edit, "content"),
    (
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
        edit,
        "done",
    ),
    (400, "Bad Request: message can't be edited", edit, "content"),
    (400, "Bad Request: message to be replied not found", say, "content"),
    (400, "Bad Request: message thread not found", say, "content"),
    (400, "Bad Request: chat not found", say, "gone"),
    (400, "Bad Request: chat not found", leave, "done"),
    (400, "Bad Request: user not found", mute, "content"),
    (400, "Bad Request: user not found", ask, "done"),
    (400, "Bad Request: user not found", whisper, "no whisper"),
    (400, "Bad Request: PARTICIPANT_ID_INVALID", ask, "done"),
    (400, "Bad Request: user is an administrator of the chat", mute, "forbidden"),
    (400, "Bad Request: not enough rights to restrict/unrestrict chat member", mute, "forbidden"),
    (400, "Bad Request: not enough rights to send text messages to the chat", say, "forbidden"),
    (400, "Bad Request: not enough rights to send text messages to the chat", whisper, "no whisper"),
    (400, "Bad Request: need administrator rights in the channel chat", say, "forbidden"),
    (400, "Bad Request: CHAT_ADMIN_REQUIRED", mute, "forbidden"),
    (400, "Bad Request: CHAT_RESTRICTED", say, "forbidden"),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", say, "forbidden"),
    (400, "Bad Request: TOPIC_CLOSED", say, "forbidden"),
    (400, "Bad Request: HIDE_REQUESTER_MISSING", say, "done"),
    (400, "Bad Request: USER_ALREADY_PARTICIPANT", say, "done"),
    (400, "Bad Request: method is available only for supergroups", mute, "forbidden"),
    (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", press, "done"),
    (400, "Bad Request: QUERY_ID_INVALID", press, "done"),
    (400, "Bad Request: poll has already been closed", close, "done"),
    (400, "Bad Request: message is too long", say, "content"),
    (400, "Bad Request: message text is empty", say, "content"),
    (400, "Bad Request: can't parse entities: Can't find end of the entity", say, "content"),
    (400, "Bad Request: file is too big", say, "content"),
    (400, "Bad Request: BUTTON_DATA_INVALID", say, "content"),
    (400, "Bad Request: MESSAGE_NOT_COMMAND", whisper, "no whisper"),
    (400, "Bad Request: something nobody has ever seen", say, "content"),
    (400, "Bad Request: something nobody has ever seen", delete, "content"),
    (403, "Forbidden: bot was blocked by the user", say, "gone"),
    (403, "Forbidden: user is deactivated", say, "gone"),
    (403, "Forbidden: bot was kicked from the supergroup chat", say, "gone"),
    (403, "Forbidden: bot was kicked from the group chat", say, "gone"),
    (403, "Forbidden: bot is not a member of the supergroup chat", say, "gone"),
    (403, "Forbidden: bot is not a member of the supergroup chat", leave, "done"),
    (403, "Forbidden: the group chat was deleted", say, "gone"),
    (403, "Forbidden: bot can't initiate conversation with a user", say, "gone"),
    (403, "Forbidden: something nobody has ever seen", say, "forbidden"),
    (413, "Request Entity Too Large", say, "content"),
    (401, "Unauthorized", say, "down"),
    (404, "Not Found", say, "down"),
    (404, "Not Found: method not found", whisper, "no whisper"),
    (502, "Bad Gateway", say, "uncertain"),
    (500, "Internal Server Error: restart", delete, "uncertain"),
    (500, "Internal Server Error: sent message was immediately deleted and can't be returned", say, "done"),
];

#[test]
fn every_known_error_text_has_its_end() {
    for (code, description, what, expected) in TABLE.into_iter().chain(POSTS) {
        let what = what();
        assert_eq!(end(&refused(code, description, &what)), expected, "{description} to {what:?}");
    }
}

#[test]
fn a_moot_text_is_done_only_for_what_it_is_about() {
    for (text, right) in [
        ("Bad Request: message to delete not found", delete()),
        ("Bad Request: message is not modified", edit()),
        ("Bad Request: poll has already been closed", close()),
        ("Bad Request: query is too old", press()),
    ] {
        for what in [say(), delete(), edit(), close(), press(), mute()] {
            let is_done = matches!(refused(400, text, &what), SendOutcome::Done(_));
            assert_eq!(is_done, what == right, "{text} to {what:?}");
        }
    }
}

#[test]
fn a_moved_group_gives_its_new_id() {
    let refusal = Refusal {
        code: 400,
        description: "Bad Request: group chat was upgraded to a supergroup chat".to_owned(),
        migrate_to: Some(-1009),
        ..Refusal::default()
    };
    let migrated = SendOutcome::Migrated { to: Native::from(-1009) };
    assert_eq!(outcome(Failed::Refused(refusal), &say()), migrated);
}

#[test]
fn a_wait_is_taken_from_the_field_else_from_the_words_and_stays_in_bounds() {
    let wait = |description: &str, retry_after: Option<u64>, what: &Outgoing| {
        let refusal =
            Refusal { code: 429, description: description.to_owned(), retry_after, migrate_to: None };
        match outcome(Failed::Refused(refusal), what) {
            SendOutcome::Wait { wait, scope } => (wait, scope),
            other => panic!("no wait: {other:?}"),
        }
    };
    let text = "Too Many Requests: retry after 17";
    assert_eq!(wait(text, Some(35), &say()), (Duration::from_secs(35), WaitScope::Chat));
    assert_eq!(wait(text, None, &edit()), (Duration::from_secs(17), WaitScope::Chat));
    assert_eq!(wait("Too Many Requests", None, &press()), (Duration::from_secs(1), WaitScope::Bot));
    assert_eq!(wait(text, Some(0), &say()).0, Duration::from_secs(1));
    assert_eq!(wait(text, Some(u64::MAX), &say()).0, Duration::from_hours(24));
}

#[test]
fn somebody_telegram_does_not_know_is_an_absent_member() {
    let SendOutcome::Done(Answer::Member(member)) = refused(400, "Bad Request: member not found", &ask())
    else {
        panic!("no member")
    };
    assert_eq!((member.id, member.role), (Native::from(11), Role::Absent));
}

#[test]
fn only_a_missing_connection_proves_that_nothing_happened() {
    let reason = || "reset".to_owned();
    assert_eq!(outcome(Failed::NotSent(reason()), &say()), SendOutcome::Down { reason: reason() });
    assert_eq!(outcome(Failed::Unknown(reason()), &say()), SendOutcome::Uncertain { reason: reason() });
}

#[test]
fn words_that_are_too_long_and_files_that_are_gone_are_told_apart_and_the_servers_words_kept() {
    for (description, known) in [
        ("Bad Request: message is too long", TOO_LONG),
        ("Bad Request: message caption is too long", TOO_LONG),
        ("Bad Request: wrong file identifier/HTTP URL specified", FILE_UNUSABLE),
    ] {
        let SendOutcome::Content { reason } = refused(400, description, &post()) else {
            panic!("{description}")
        };
        assert_eq!(reason, format!("{known}: {description}"));
    }
}
