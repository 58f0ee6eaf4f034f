//! Purpose: an ordinary typed client works against the sandbox without breaking a rule.

use teloxide::payloads::{GetUpdatesSetters, RestrictChatMemberSetters, SendMessageSetters, SendPollSetters};
use teloxide::prelude::{Request, Requester};
use teloxide::types::{
    AllowedUpdate, BotCommand, ChatAction, ChatId, ChatPermissions, InlineKeyboardButton,
    InlineKeyboardMarkup, InputFile, InputPollOption, MessageId, ParseMode, PollType, ReplyParameters,
    UserId,
};

use super::Class;

#[tokio::test]
async fn a_typed_client_breaks_no_rule() {
    let class = Class::new().await;
    let url = class.sandbox.url().parse().unwrap();
    let bot = teloxide::Bot::new(class.sandbox.token()).set_api_url(url);
    let group = ChatId(class.group.0);
    let said = class.sandbox.writes(class.parent, class.group, "hello").unwrap();
    let updates = bot
        .get_updates()
        .offset(0)
        .allowed_updates([AllowedUpdate::Message, AllowedUpdate::ChatMember])
        .await;
    assert_eq!(updates.unwrap().len(), 1);
    let keyboard = InlineKeyboardMarkup::new([[InlineKeyboardButton::callback("ok", "ok:1")]]);
    let sent = bot
        .send_message(group, "<b>hi</b>")
        .parse_mode(ParseMode::Html)
        .reply_parameters(ReplyParameters::new(MessageId(i32::try_from(said).unwrap())))
        .reply_markup(keyboard)
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("hi"));
    bot.edit_message_text(group, sent.id, "bye").await.unwrap();
    let options = ["a", "b"].map(|text| InputPollOption::from(text.to_owned()));
    let poll =
        bot.send_poll(group, "?", options).type_(PollType::Quiz).correct_option_id(1).is_anonymous(false);
    let poll = poll.await.unwrap();
    assert!(bot.stop_poll(group, poll.id).await.unwrap().is_closed);
    bot.send_document(group, InputFile::memory(vec![1, 2]).file_name("a.csv")).await.unwrap();
    bot.set_my_commands([BotCommand::new("start", "Start")]).await.unwrap();
    bot.get_my_commands().send().await.unwrap();
    let user = UserId(u64::try_from(class.parent.0).unwrap());
    let until = chrono::DateTime::from_timestamp_millis(super::NOON.0 + 3_600_000).unwrap();
    bot.restrict_chat_member(group, user, ChatPermissions::empty()).until_date(until).await.unwrap();
    bot.get_chat_member(group, user).await.unwrap();
    bot.send_chat_action(group, ChatAction::Typing).await.unwrap();
    bot.delete_message(group, sent.id).await.unwrap();
    bot.get_webhook_info().await.unwrap();
    assert_eq!(class.sandbox.read(crate::sandbox::World::violations), Vec::<String>::new());
}
