//! Purpose: what the product asks for, as requests of the Bot API.
//!
//! Invariants: text goes out with entities beside it and never with a parse mode, so that nobody's words become markup.
//! Where Bot API 9.1 and 10.3 differ, a request carries the fields of both; a server ignores those it doesn't know.

#![expect(clippy::struct_field_names, reason = "the fields have Telegram's names")]

use reqwest::Url;
use serde::Serialize;
use serde_json::{Map, Value};
use teloxide::payloads::{
    AnswerCallbackQuery, EditMessageReplyMarkup, EditMessageText, SendMessage, SendPoll,
};
use teloxide::requests::Payload;
use teloxide::types::{
    BotCommandScope, CallbackQueryId, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, InputPollOption,
    LinkPreviewOptions, MessageEntity, MessageEntityKind, PollType, ReplyMarkup, ReplyParameters, ThreadId,
    True, UserId,
};

use super::native::{MessageId, number};
use crate::channel::{
    Button, ButtonLook, Card, Command, CommandScope, Destination, Quiz, Span, Style, Styled,
};
use crate::clock::{Millis, SECOND_MS};
use crate::ids::Native;

/// What can't even be asked: an id or an address that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unsendable(pub(super) String);

pub(super) type Built<T> = Result<T, Unsendable>;

/// Declares payloads that teloxide doesn't have.
macro_rules! payload {
    ($($name:ident => $method:literal),+) => {
        $(impl Payload for $name {
            type Output = True;
            const NAME: &'static str = $method;
        })+
    };
}

payload! {
    SendWhisper => "sendMessage",
    SendQuiz => "sendPoll",
    EditWhisper => "editEphemeralMessageText",
    EditWhisperButtons => "editEphemeralMessageReplyMarkup",
    DeleteWhisper => "deleteEphemeralMessage",
    Restrict => "restrictChatMember",
    SetMenu => "setMyCommands"
}

/// A message for one member. Bot API 10.2 takes `receiver_user_id`, 10.3 the object; a server that knows only one of
/// them must not show the message to everybody.
#[derive(Serialize)]
pub(super) struct SendWhisper {
    #[serde(flatten)]
    message: SendMessage,
    receiver_user_id: i64,
    ephemeral_message_parameters: Receiver,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_parameters: Option<WhisperReply>,
}

#[derive(Serialize)]
struct Receiver {
    receiver_user_id: i64,
}

#[derive(Serialize)]
struct WhisperReply {
    ephemeral_message_id: i64,
}

/// A quiz poll. Bot API 9.1 takes one right option, later versions a list.
#[derive(Serialize)]
pub(super) struct SendQuiz {
    #[serde(flatten)]
    poll: SendPoll,
    correct_option_ids: [u8; 1],
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    close_date: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct EditWhisper {
    #[serde(flatten)]
    which: DeleteWhisper,
    text: String,
    entities: Vec<MessageEntity>,
    link_preview_options: LinkPreviewOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<InlineKeyboardMarkup>,
}

#[derive(Serialize)]
pub(super) struct EditWhisperButtons {
    #[serde(flatten)]
    which: DeleteWhisper,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<InlineKeyboardMarkup>,
}

#[derive(Serialize)]
pub(super) struct DeleteWhisper {
    pub(super) chat_id: i64,
    pub(super) receiver_user_id: i64,
    pub(super) ephemeral_message_id: i64,
}

/// Takes or gives the right to write.
#[derive(Serialize)]
pub(super) struct Restrict {
    chat_id: i64,
    user_id: i64,
    permissions: Map<String, Value>,
    use_independent_chat_permissions: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_date: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct SetMenu {
    commands: Vec<MenuEntry>,
    scope: BotCommandScope,
    #[serde(skip_serializing_if = "Option::is_none")]
    language_code: Option<String>,
}

#[derive(Serialize)]
struct MenuEntry {
    command: String,
    description: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_ephemeral: bool,
}

/// Every permission of Bot API 10.3. All must be named: with `use_independent_chat_permissions` one that is left out is
/// taken away.
const PERMISSIONS: [&str; 16] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

pub(super) fn message(chat: i64, card: &Card) -> Built<SendMessage> {
    let mut request = SendMessage::new(ChatId(chat), card.body.text.clone());
    request.entities = entities(&card.body);
    request.link_preview_options = Some(no_preview());
    request.reply_markup = keyboard(&card.buttons)?.map(ReplyMarkup::InlineKeyboard);
    request.disable_notification = card.silent.then_some(true);
    request.message_thread_id = card.topic.as_ref().map(topic).transpose()?;
    request.reply_parameters = answered(card.reply_to.as_ref());
    Ok(request)
}

/// An answer to a message only one member sees would be shown to all without it; so it is no answer then.
pub(super) fn answered(message: Option<&Native>) -> Option<ReplyParameters> {
    let Some(MessageId::Open(answered)) = message.and_then(MessageId::of) else { return None };
    Some(ReplyParameters::new(teloxide::types::MessageId(answered)).allow_sending_without_reply())
}

pub(super) fn whisper(chat: i64, to: &Native, card: &Card) -> Built<SendWhisper> {
    let receiver = person(to)?;
    let reply = match card.reply_to.as_ref().and_then(MessageId::of) {
        Some(MessageId::Ephemeral { number, .. }) => Some(WhisperReply { ephemeral_message_id: number }),
        _ => None,
    };
    let mut message = message(chat, card)?;
    if reply.is_some() {
        message.reply_parameters = None;
    }
    Ok(SendWhisper {
        reply_parameters: reply,
        message,
        receiver_user_id: receiver,
        ephemeral_message_parameters: Receiver { receiver_user_id: receiver },
    })
}

pub(super) fn edit(chat: i64, message: i32, card: &Card) -> Built<EditMessageText> {
    let message = teloxide::types::MessageId(message);
    let mut request = EditMessageText::new(ChatId(chat), message, card.body.text.clone());
    request.entities = entities(&card.body);
    request.link_preview_options = Some(no_preview());
    request.reply_markup = keyboard(&card.buttons)?;
    Ok(request)
}

pub(super) fn edit_whisper(which: DeleteWhisper, card: &Card) -> Built<EditWhisper> {
    Ok(EditWhisper {
        which,
        text: card.body.text.clone(),
        entities: entities(&card.body).unwrap_or_default(),
        link_preview_options: no_preview(),
        reply_markup: keyboard(&card.buttons)?,
    })
}

pub(super) fn edit_buttons(
    chat: i64,
    message: i32,
    buttons: &[Vec<Button>],
) -> Built<EditMessageReplyMarkup> {
    let mut request = EditMessageReplyMarkup::new(ChatId(chat), teloxide::types::MessageId(message));
    request.reply_markup = keyboard(buttons)?;
    Ok(request)
}

pub(super) fn edit_whisper_buttons(
    which: DeleteWhisper,
    buttons: &[Vec<Button>],
) -> Built<EditWhisperButtons> {
    Ok(EditWhisperButtons { which, reply_markup: keyboard(buttons)? })
}

/// A poll can be told to end so many seconds ahead; not less than the first, which leaves the request its time.
const CLOSES_IN_S: std::ops::RangeInclusive<i64> = 60..=2_628_000;

/// With `closes_by_itself` the server is told when the quiz ends. Servers of before 10.2 take no end that is more than
/// ten minutes ahead.
pub(super) fn quiz(chat: i64, quiz: &Quiz, now: Millis, closes_by_itself: bool) -> Built<SendQuiz> {
    let correct =
        u8::try_from(quiz.correct).ok().filter(|correct| usize::from(*correct) < quiz.options.len());
    let correct = correct.ok_or_else(|| Unsendable("the quiz has no such right option".to_owned()))?;
    let options = quiz.options.iter().map(InputPollOption::new::<&String>);
    let mut poll = SendPoll::new(ChatId(chat), quiz.question.clone(), options);
    poll.is_anonymous = Some(false);
    poll.type_ = Some(PollType::Quiz);
    poll.correct_option_id = Some(correct);
    poll.explanation = Some(quiz.explanation.clone()).filter(|words| !words.is_empty());
    poll.message_thread_id = quiz.topic.as_ref().map(topic).transpose()?;
    let close_date = quiz.closes_at.map(|at| at.0.div_euclid(SECOND_MS));
    let in_time = |at: &i64| CLOSES_IN_S.contains(&(at - now.0.div_euclid(SECOND_MS)));
    let close_date = close_date.filter(in_time).filter(|_| closes_by_itself);
    Ok(SendQuiz { poll, correct_option_ids: [correct], close_date })
}

pub(super) fn answer_press(press: &Native, text: Option<&str>, alert: bool) -> AnswerCallbackQuery {
    let mut request = AnswerCallbackQuery::new(CallbackQueryId(press.0.clone()));
    request.text = text.map(str::to_owned);
    request.show_alert = alert.then_some(true);
    request
}

/// Takes every permission until a time in seconds, or gives every one back.
pub(super) fn restrict(chat: i64, member: &Native, until_s: Option<i64>) -> Built<Restrict> {
    let allowed = until_s.is_none();
    Ok(Restrict {
        chat_id: chat,
        user_id: person(member)?,
        permissions: PERMISSIONS.iter().map(|name| ((*name).to_owned(), Value::Bool(allowed))).collect(),
        use_independent_chat_permissions: true,
        until_date: until_s,
    })
}

pub(super) fn menu(
    scope: CommandScope,
    to: &Destination,
    language: Option<&str>,
    commands: &[Command],
    whisper: bool,
) -> Built<SetMenu> {
    let scope = match scope {
        CommandScope::Private => BotCommandScope::AllPrivateChats,
        CommandScope::Groups => BotCommandScope::AllGroupChats,
        CommandScope::GroupAdministrators => BotCommandScope::AllChatAdministrators,
        CommandScope::ThisChat => BotCommandScope::Chat { chat_id: ChatId(chat(&to.chat)?).into() },
    };
    let entry = |command: &Command| MenuEntry {
        command: command.name.clone(),
        description: command.description.clone(),
        is_ephemeral: whisper && command.ephemeral,
    };
    Ok(SetMenu {
        commands: commands.iter().map(entry).collect(),
        scope,
        // Telegram knows languages by two letters only.
        language_code: language.and_then(|tag| tag.split('-').next()).map(str::to_owned),
    })
}

pub(super) fn chat(native: &Native) -> Built<i64> {
    number(native).ok_or_else(|| Unsendable(format!("`{native}` is no chat of Telegram")))
}

pub(super) fn person(native: &Native) -> Built<i64> {
    number(native)
        .filter(|id| *id > 0)
        .ok_or_else(|| Unsendable(format!("`{native}` is no person of Telegram")))
}

pub(super) fn user(native: &Native) -> Built<UserId> {
    person(native).map(|id| UserId(id.unsigned_abs()))
}

pub(super) fn message_id(native: &Native) -> Built<MessageId> {
    MessageId::of(native).ok_or_else(|| Unsendable(format!("`{native}` is no message of Telegram")))
}

pub(super) fn topic(native: &Native) -> Built<ThreadId> {
    match message_id(native)? {
        MessageId::Open(id) => Ok(ThreadId(teloxide::types::MessageId(id))),
        MessageId::Ephemeral { .. } => Err(Unsendable(format!("`{native}` is no topic"))),
    }
}

fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}

pub(super) fn entities(body: &Styled) -> Option<Vec<MessageEntity>> {
    let all: Vec<MessageEntity> = body.spans.iter().flat_map(span_entities).collect();
    if all.is_empty() { None } else { Some(all) }
}

/// A span has a style, a link, or both. A link that is no address is left out: the words matter more.
fn span_entities(span: &Span) -> impl Iterator<Item = MessageEntity> + use<> {
    let style = span.style.map(|style| match style {
        Style::Bold => MessageEntityKind::Bold,
        Style::Italic => MessageEntityKind::Italic,
        Style::Underline => MessageEntityKind::Underline,
        Style::Strike => MessageEntityKind::Strikethrough,
        Style::Spoiler => MessageEntityKind::Spoiler,
        Style::Code => MessageEntityKind::Code,
        Style::Pre => MessageEntityKind::Pre { language: None },
        Style::Quote => MessageEntityKind::Blockquote,
    });
    let link = span.link.as_deref().and_then(|link| Url::parse(link).ok());
    let link = link.map(|url| MessageEntityKind::TextLink { url });
    let (start, length) = (span.start, span.length);
    style.into_iter().chain(link).map(move |kind| MessageEntity::new(kind, start, length))
}

pub(super) fn keyboard(rows: &[Vec<Button>]) -> Built<Option<InlineKeyboardMarkup>> {
    if rows.is_empty() {
        return Ok(None);
    }
    let row = |row: &Vec<Button>| row.iter().map(button).collect::<Built<Vec<_>>>();
    let rows = rows.iter().map(row).collect::<Built<Vec<_>>>()?;
    Ok(Some(InlineKeyboardMarkup::new(rows)))
}

fn button(button: &Button) -> Built<InlineKeyboardButton> {
    match &button.does {
        ButtonLook::Token(token) => Ok(InlineKeyboardButton::callback(button.label.clone(), token.clone())),
        ButtonLook::Link(link) => {
            let url =
                Url::parse(link).map_err(|_| Unsendable(format!("`{link}` is no address for a button")))?;
            Ok(InlineKeyboardButton::url(button.label.clone(), url))
        }
    }
}
