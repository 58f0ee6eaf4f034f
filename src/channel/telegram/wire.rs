//! Purpose: Telegram's objects, reduced to the fields the product reads.
//!
//! Invariant: nothing here owns text that can be borrowed, and a field that isn't listed costs only its skipping.

#![expect(clippy::struct_field_names, reason = "the fields have Telegram's names")]

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// A text, borrowed unless it has escapes. A type of its own because serde borrows a bare `Cow` inside an `Option` or
/// a `Vec` never.
#[derive(Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(transparent)]
pub(super) struct Words<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl Words<'_> {
    pub(super) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct User<'a> {
    pub(super) id: i64,
    #[serde(default)]
    pub(super) is_bot: bool,
    #[serde(borrow)]
    pub(super) first_name: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) last_name: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) username: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) language_code: Option<Words<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Chat<'a> {
    pub(super) id: i64,
    #[serde(borrow, rename = "type")]
    pub(super) kind: Words<'a>,
    #[serde(borrow)]
    pub(super) title: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) first_name: Option<Words<'a>>,
}

/// Something with an address in it: an entity, a link preview, a Mini App, a login.
#[derive(Debug, Deserialize)]
pub(super) struct Link<'a> {
    #[serde(borrow)]
    pub(super) url: Option<Words<'a>>,
}

/// Something with words in it: a quote, a poll option, a text to copy.
#[derive(Debug, Deserialize)]
pub(super) struct Wording<'a> {
    #[serde(borrow)]
    pub(super) text: Words<'a>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Origin<'a> {
    #[serde(borrow)]
    pub(super) sender_user: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) sender_user_name: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) sender_chat: Option<Chat<'a>>,
    #[serde(borrow)]
    pub(super) chat: Option<Chat<'a>>,
    #[serde(borrow)]
    pub(super) author_signature: Option<Words<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ExternalReply<'a> {
    #[serde(borrow)]
    pub(super) origin: Option<Origin<'a>>,
}

/// A file of any kind.
#[derive(Debug, Deserialize)]
pub(super) struct File<'a> {
    #[serde(borrow)]
    pub(super) file_name: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) title: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) performer: Option<Words<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Contact<'a> {
    #[serde(borrow)]
    pub(super) phone_number: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) first_name: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) last_name: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) vcard: Option<Words<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Venue<'a> {
    #[serde(borrow)]
    pub(super) title: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) address: Option<Words<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Poll<'a> {
    #[serde(borrow)]
    pub(super) id: Words<'a>,
    #[serde(borrow)]
    pub(super) question: Words<'a>,
    #[serde(borrow)]
    pub(super) options: Vec<Wording<'a>>,
    #[serde(default)]
    pub(super) is_closed: bool,
    #[serde(borrow)]
    pub(super) description: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) explanation: Option<Words<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Markup<'a> {
    #[serde(borrow, default)]
    pub(super) inline_keyboard: Vec<Vec<Button<'a>>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Button<'a> {
    #[serde(borrow)]
    pub(super) text: Words<'a>,
    #[serde(borrow)]
    pub(super) url: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) web_app: Option<Link<'a>>,
    #[serde(borrow)]
    pub(super) login_url: Option<Link<'a>>,
    #[serde(borrow)]
    pub(super) copy_text: Option<Wording<'a>>,
}

/// A topic of a forum as it is opened or changed.
#[derive(Debug, Deserialize)]
pub(super) struct ForumTopic<'a> {
    #[serde(borrow)]
    pub(super) name: Option<Words<'a>>,
}

/// The message that is answered.
#[derive(Debug, Deserialize)]
pub(super) struct Answered<'a> {
    pub(super) message_id: i64,
    pub(super) ephemeral_message_id: Option<i64>,
    #[serde(borrow)]
    pub(super) from: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) receiver_user: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) sender_chat: Option<Chat<'a>>,
    #[serde(borrow)]
    pub(super) forum_topic_created: Option<ForumTopic<'a>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message<'a> {
    pub(super) message_id: i64,
    pub(super) ephemeral_message_id: Option<i64>,
    #[serde(default)]
    pub(super) date: i64,
    #[serde(borrow)]
    pub(super) chat: Chat<'a>,
    #[serde(borrow)]
    pub(super) from: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) receiver_user: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) sender_chat: Option<Chat<'a>>,
    #[serde(default)]
    pub(super) is_automatic_forward: bool,
    #[serde(default)]
    pub(super) is_topic_message: bool,
    pub(super) message_thread_id: Option<i64>,
    #[serde(borrow)]
    pub(super) media_group_id: Option<Words<'a>>,
    #[serde(borrow)]
    pub(super) reply_to_message: Option<Box<Answered<'a>>>,
    #[serde(borrow)]
    pub(super) external_reply: Option<Box<ExternalReply<'a>>>,
    #[serde(borrow)]
    pub(super) quote: Option<Wording<'a>>,
    #[serde(borrow)]
    pub(super) forward_origin: Option<Box<Origin<'a>>>,
    #[serde(borrow)]
    pub(super) via_bot: Option<User<'a>>,
    #[serde(borrow)]
    pub(super) text: Option<Words<'a>>,
    #[serde(borrow, default)]
    pub(super) entities: Vec<Link<'a>>,
    #[serde(borrow)]
    pub(super) link_preview_options: Option<Link<'a>>,
    #[serde(borrow)]
    pub(super) caption: Option<Words<'a>>,
    #[serde(borrow, default)]
    pub(super) caption_entities: Vec<Link<'a>>,
    #[serde(borrow)]
    pub(super) reply_markup: Option<Markup<'a>>,
    #[serde(borrow)]
    pub(super) document: Option<File<'a>>,
    #[serde(borrow)]
    pub(super) audio: Option<File<'a>>,
    #[serde(borrow)]
    pub(super) video: Option<File<'a>>,
    #[serde(borrow)]
    pub(super) animation: Option<File<'a>>,
    pub(super) photo: Option<IgnoredAny>,
    pub(super) voice: Option<IgnoredAny>,
    pub(super) video_note: Option<IgnoredAny>,
    pub(super) sticker: Option<IgnoredAny>,
    pub(super) location: Option<IgnoredAny>,
    pub(super) dice: Option<IgnoredAny>,
    #[serde(borrow)]
    pub(super) contact: Option<Contact<'a>>,
    #[serde(borrow)]
    pub(super) venue: Option<Venue<'a>>,
    #[serde(borrow)]
    pub(super) poll: Option<Poll<'a>>,
    #[serde(borrow)]
    pub(super) rich_message: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) forum_topic_created: Option<ForumTopic<'a>>,
    #[serde(borrow)]
    pub(super) forum_topic_edited: Option<ForumTopic<'a>>,
    pub(super) forum_topic_closed: Option<IgnoredAny>,
    pub(super) forum_topic_reopened: Option<IgnoredAny>,
    pub(super) migrate_to_chat_id: Option<i64>,
    pub(super) migrate_from_chat_id: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct CallbackQuery<'a> {
    #[serde(borrow)]
    pub(super) id: Words<'a>,
    #[serde(borrow)]
    pub(super) from: User<'a>,
    #[serde(borrow)]
    pub(super) message: Option<Pressed<'a>>,
    #[serde(borrow)]
    pub(super) data: Option<Words<'a>>,
}

/// The message with the pressed button; also one too old to be read.
#[derive(Debug, Deserialize)]
pub(super) struct Pressed<'a> {
    #[serde(borrow)]
    pub(super) chat: Chat<'a>,
    pub(super) message_id: i64,
    pub(super) ephemeral_message_id: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PollAnswer<'a> {
    #[serde(borrow)]
    pub(super) poll_id: Words<'a>,
    #[serde(borrow)]
    pub(super) user: Option<User<'a>>,
    pub(super) voter_chat: Option<IgnoredAny>,
    pub(super) option_ids: Vec<usize>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ChatMemberUpdated<'a> {
    #[serde(borrow)]
    pub(super) chat: Chat<'a>,
    #[serde(borrow)]
    pub(super) from: User<'a>,
    pub(super) date: i64,
    #[serde(borrow)]
    pub(super) old_chat_member: ChatMember<'a>,
    #[serde(borrow)]
    pub(super) new_chat_member: ChatMember<'a>,
}

/// A member's standing; which of the rights are there depends on the status.
#[derive(Debug, Deserialize)]
pub(super) struct ChatMember<'a> {
    #[serde(borrow)]
    pub(super) status: Words<'a>,
    #[serde(borrow)]
    pub(super) user: User<'a>,
    #[serde(default)]
    pub(super) is_member: bool,
    #[serde(default)]
    pub(super) can_send_messages: bool,
    #[serde(default)]
    pub(super) can_delete_messages: bool,
    #[serde(default)]
    pub(super) can_restrict_members: bool,
}
