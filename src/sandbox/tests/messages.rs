//! Purpose: sending, editing, deleting, pressing, voting.

use serde_json::json;

use super::{BOUND, Class, NOON};
use crate::clock::{HOUR_MS, SECOND_MS};
use crate::sandbox::{SimConfig, Standing, World};

#[tokio::test]
async fn what_the_bot_says_is_seen_by_members() {
    let class = Class::new().await;
    let id = class.says("Hello /help").await;
    let seen = class.sandbox.read(|world| world.visible(class.parent, class.group));
    assert_eq!(
        seen.iter().map(|said| (said.id, said.text.as_str())).collect::<Vec<_>>(),
        [(id, "Hello /help")]
    );
    let outsider = class.sandbox.add_person("Outsider");
    assert!(class.sandbox.read(|world| world.visible(outsider, class.group)).is_empty());
    assert!(class.sandbox.read(World::violations).is_empty());
}

#[tokio::test]
async fn a_message_update_has_text_sender_and_command_entity() {
    let class = Class::new().await;
    let id = class.sandbox.writes(class.parent, class.group, "/balance 中文 https://a.example/x").unwrap();
    let updates = class.updates(0).await;
    let message = &updates[0]["message"];
    assert_eq!(message["message_id"], json!(id));
    assert_eq!(message["from"]["first_name"], json!("Ming's mother"));
    assert_eq!(message["chat"]["type"], json!("supergroup"));
    assert_eq!(message["date"], json!(NOON.0 / SECOND_MS));
    assert_eq!(message["entities"][0], json!({"type": "bot_command", "offset": 0, "length": 8}));
    assert_eq!(message["entities"][1], json!({"type": "url", "offset": 12, "length": 19}));
    let typed: teloxide::types::Update = serde_json::from_str(&updates[0].to_string()).unwrap();
    assert!(matches!(typed.kind, teloxide::types::UpdateKind::Message(_)));
}

#[tokio::test]
async fn html_becomes_text_and_entities() {
    let class = Class::new().await;
    let body = json!({"chat_id": class.group.0, "parse_mode": "HTML",
        "text": "😀<b>a &amp; <i>b</i></b> <a href=\"https://e.example/?a=1&amp;b=2\">c</a>"});
    let sent = class.ask("sendMessage", body).await.unwrap();
    assert_eq!(sent["text"], json!("😀a & b c"));
    assert_eq!(sent["entities"][0], json!({"type": "bold", "offset": 2, "length": 5}));
    assert_eq!(sent["entities"][1], json!({"type": "italic", "offset": 6, "length": 1}));
    assert_eq!(sent["entities"][2]["url"], json!("https://e.example/?a=1&b=2"));
    let broken =
        class.refusal("sendMessage", json!({"chat_id": class.group.0, "parse_mode": "HTML", "text": "<b>x"}));
    assert_eq!(
        broken.await,
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\""
    );
}

#[tokio::test]
async fn limits_of_length_are_utf16_units() {
    let class = Class::new().await;
    let text = |length: usize| json!({"chat_id": class.group.0, "text": "😀".repeat(length)});
    assert!(class.ask("sendMessage", text(2048)).await.is_ok());
    assert_eq!(class.refusal("sendMessage", text(2049)).await, "Bad Request: message is too long");
    assert_eq!(class.refusal("sendMessage", text(0)).await, "Bad Request: message text is empty");
    let data = |length: usize| {
        json!({"chat_id": class.group.0, "text": "x", "reply_markup": {"inline_keyboard": [[
            {"text": "press", "callback_data": "a".repeat(length)}]]}})
    };
    assert!(class.ask("sendMessage", data(64)).await.is_ok());
    assert_eq!(class.refusal("sendMessage", data(65)).await, "Bad Request: BUTTON_DATA_INVALID");
}

#[tokio::test]
async fn an_edit_without_a_change_is_refused() {
    let class = Class::new().await;
    let id = class.says("one").await;
    let edit = |text: &str| json!({"chat_id": class.group.0, "message_id": id, "text": text});
    let refused = class.refusal("editMessageText", edit("one")).await;
    assert!(refused.starts_with("Bad Request: message is not modified: specified new message content"));
    assert_eq!(class.ask("editMessageText", edit("two")).await.unwrap()["text"], json!("two"));
    let others = class.sandbox.writes(class.parent, class.group, "mine").unwrap();
    let body = json!({"chat_id": class.group.0, "message_id": others, "text": "x"});
    assert_eq!(class.refusal("editMessageText", body).await, "Bad Request: message can't be edited");
    let body = json!({"chat_id": class.group.0, "message_id": 999, "text": "x"});
    assert_eq!(class.refusal("editMessageText", body).await, "Bad Request: message to edit not found");
}

#[tokio::test]
async fn deleting_needs_the_right_and_less_than_48_hours() {
    let class = Class::new().await;
    let sandbox = &class.sandbox;
    let id = sandbox.writes(class.parent, class.group, "ad").unwrap();
    let body = json!({"chat_id": class.group.0, "message_id": id});
    sandbox.demotes(sandbox.bot(), class.group).unwrap();
    assert_eq!(class.refusal("deleteMessage", body.clone()).await, "Bad Request: message can't be deleted");
    sandbox.promotes(sandbox.bot(), class.group, crate::sandbox::Rights::DELETE).unwrap();
    assert_eq!(class.ask("deleteMessage", body.clone()).await, Ok(json!(true)));
    assert!(sandbox.read(|world| world.is_deleted(class.group, id)));
    assert_eq!(class.refusal("deleteMessage", body).await, "Bad Request: message to delete not found");
    let old = sandbox.writes(class.parent, class.group, "old").unwrap();
    sandbox.clock().advance_to(NOON.plus_ms(48 * HOUR_MS));
    let body = json!({"chat_id": class.group.0, "message_id": old});
    assert_eq!(
        class.refusal("deleteMessage", body).await,
        "Bad Request: message can't be deleted for everyone"
    );
    assert_eq!(sandbox.read(|world| world.deletions().count()), 1);
}

#[tokio::test]
async fn an_ephemeral_message_is_seen_by_its_receiver_only() {
    let class = Class::new().await;
    let body = json!({"chat_id": class.group.0, "text": "3 points",
        "ephemeral_message_parameters": {"receiver_user_id": class.parent.0}});
    let sent = class.ask("sendMessage", body.clone()).await.unwrap();
    assert_eq!(sent["message_id"], json!(0));
    let id = sent["ephemeral_message_id"].as_i64().unwrap();
    let sees = |person| class.sandbox.read(|world| world.visible(person, class.group).len());
    assert_eq!((sees(class.parent), sees(class.teacher)), (1, 0));
    let target =
        json!({"chat_id": class.group.0, "receiver_user_id": class.parent.0, "ephemeral_message_id": id});
    assert_eq!(class.ask("deleteEphemeralMessage", target.clone()).await, Ok(json!(true)));
    assert_eq!(sees(class.parent), 0);
    let again = class.refusal("deleteEphemeralMessage", target).await;
    assert_eq!(again, "Bad Request: message to delete not found");
}

#[tokio::test]
async fn an_old_server_shows_an_ephemeral_message_to_all() {
    let config = SimConfig { supports_ephemeral: false, rate_limits: None, ..SimConfig::default() };
    let class = Class::with(config).await;
    let body = json!({"chat_id": class.group.0, "text": "3 points",
        "ephemeral_message_parameters": {"receiver_user_id": class.parent.0}});
    let sent = class.ask("sendMessage", body).await.unwrap();
    assert!(sent.get("ephemeral_message_id").is_none() && sent["message_id"] != json!(0));
    assert_eq!(class.sandbox.read(|world| world.visible(class.teacher, class.group).len()), 1);
    let probe = json!({"chat_id": 1, "receiver_user_id": 1, "ephemeral_message_id": 1});
    assert_eq!(
        class.ask("deleteEphemeralMessage", probe).await,
        Err((404, "Not Found: method not found".to_owned()))
    );
    assert!(class.sandbox.read(World::violations).is_empty());
}

#[tokio::test]
async fn an_ephemeral_command_reaches_only_the_bot() {
    let class = Class::new().await;
    let commands = json!({"commands": [{"command": "balance", "description": "My points", "is_ephemeral": true}],
        "scope": {"type": "all_group_chats"}});
    class.ask("setMyCommands", commands).await.unwrap();
    class.sandbox.writes(class.parent, class.group, "/balance").unwrap();
    let message = &class.updates(0).await[0]["message"];
    assert_eq!((&message["message_id"], &message["receiver_user"]["is_bot"]), (&json!(0), &json!(true)));
    assert!(message["ephemeral_message_id"].is_i64());
    assert!(class.sandbox.read(|world| world.visible(class.teacher, class.group).is_empty()));
}

#[tokio::test]
async fn a_press_is_answered_within_150_seconds_or_never() {
    let class = Class::new().await;
    let keyboard = json!({"inline_keyboard": [[{"text": "Balance", "callback_data": "b:1"}]]});
    let sent =
        class.ask("sendMessage", json!({"chat_id": class.group.0, "text": "menu", "reply_markup": keyboard}));
    let id = sent.await.unwrap()["message_id"].as_i64().unwrap();
    assert!(class.sandbox.presses(class.parent, class.group, id, "Nothing").is_err());
    let first = class.sandbox.presses(class.parent, class.group, id, "Balance").unwrap();
    let update = &class.updates(0).await[0]["callback_query"];
    assert_eq!((&update["data"], &update["id"]), (&json!("b:1"), &json!(first)));
    assert_eq!(update["message"]["message_id"], json!(id));
    class
        .ask("answerCallbackQuery", json!({"callback_query_id": first, "text": "3", "show_alert": true}))
        .await
        .unwrap();
    let seen = class.sandbox.read(|world| {
        world.callback_answers(class.parent).map(|seen| (seen.text.clone(), seen.alert)).collect::<Vec<_>>()
    });
    assert_eq!(seen, [(Some("3".to_owned()), true)]);
    let late = class.sandbox.presses(class.parent, class.group, id, "b:1").unwrap();
    class.sandbox.clock().advance_to(NOON.plus_ms(151 * SECOND_MS));
    assert_eq!(
        class.refusal("answerCallbackQuery", json!({"callback_query_id": late})).await,
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    );
}

#[tokio::test]
async fn a_quiz_counts_each_vote_once_and_closes_once() {
    let class = Class::new().await;
    let quiz = json!({"chat_id": class.group.0, "question": "1+1?", "options": [{"text": "2"}, {"text": "3"}],
        "type": "quiz", "correct_option_ids": [0], "is_anonymous": false});
    let sent = class.ask("sendPoll", quiz).await.unwrap();
    let poll = sent["poll"]["id"].as_str().unwrap();
    class.sandbox.votes(class.parent, poll, &[1]).unwrap();
    assert!(class.sandbox.votes(class.parent, poll, &[0]).is_err());
    let updates = class.updates(0).await;
    let answer = &updates[0]["poll_answer"];
    assert_eq!((&answer["option_ids"], &answer["user"]["id"]), (&json!([1]), &json!(class.parent.0)));
    assert_eq!(updates[1]["poll"]["options"][1]["voter_count"], json!(1));
    let target = json!({"chat_id": class.group.0, "message_id": sent["message_id"]});
    assert_eq!(class.ask("stopPoll", target.clone()).await.unwrap()["is_closed"], json!(true));
    assert_eq!(class.refusal("stopPoll", target).await, "Bad Request: poll has already been closed");
    assert!(class.sandbox.votes(class.teacher, poll, &[0]).is_err());
}

#[tokio::test]
async fn a_poll_closes_when_the_clock_shows_its_time() {
    let class = Class::new().await;
    let body = json!({"chat_id": class.group.0, "question": "?", "options": ["a", "b"], "open_period": 60});
    let sent = class.ask("sendPoll", body).await.unwrap();
    let poll = sent["poll"]["id"].as_str().unwrap().to_owned();
    class.sandbox.clock().advance_to(NOON.plus_ms(59 * SECOND_MS));
    assert!(class.sandbox.read(|world| !world.poll(&poll).unwrap().closed));
    class.sandbox.clock().advance_to(NOON.plus_ms(60 * SECOND_MS));
    class.sandbox.until(BOUND, |world| world.poll(&poll)?.closed.then_some(())).await.unwrap();
    assert_eq!(class.updates(0).await.last().unwrap()["poll"]["is_closed"], json!(true));
}

#[tokio::test]
async fn a_forwarded_poll_takes_votes_of_outsiders() {
    let class = Class::new().await;
    let body =
        json!({"chat_id": class.group.0, "question": "?", "options": ["a", "b"], "is_anonymous": false});
    let sent = class.ask("sendPoll", body).await.unwrap();
    let (poll, id) = (sent["poll"]["id"].as_str().unwrap(), sent["message_id"].as_i64().unwrap());
    let outsider = class.sandbox.add_person("Outsider");
    let elsewhere = class.sandbox.add_supergroup("Elsewhere", outsider);
    class.sandbox.seat(elsewhere, class.parent, Standing::Member);
    class.sandbox.forwards(class.parent, class.group, id, elsewhere).unwrap();
    class.sandbox.votes(outsider, poll, &[0]).unwrap();
    assert_eq!(class.updates(0).await[0]["poll_answer"]["user"]["id"], json!(outsider.0));
}

#[tokio::test]
async fn unknown_fields_are_refused_and_remembered() {
    let class = Class::new().await;
    let cases = [
        (json!({"chat_id": 1, "text": "x", "txet": 1}), "sendMessage has no field \"txet\""),
        (json!({"chat_id": 1}), "sendMessage needs the field \"text\""),
        (json!({"chat_id": 1, "text": 5}), "sendMessage.text has the wrong type: string expected"),
        (
            json!({"chat_id": 1, "text": "x", "reply_parameters": {"id": 1}}),
            "sendMessage.reply_parameters has no field \"id\"",
        ),
        (
            json!({"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "data": "b"}]]}}),
            "sendMessage.reply_markup.inline_keyboard[0][0] has no field \"data\"",
        ),
    ];
    for (body, words) in cases {
        assert_eq!(class.refusal("sendMessage", body).await, format!("Bad Request: {words}"));
    }
    assert_eq!(
        class.ask("sendMesage", json!({})).await,
        Err((404, "Not Found: method not found".to_owned()))
    );
    assert_eq!(class.ask("sendDice", json!({"chat_id": 1})).await.unwrap_err().0, 501);
    assert_eq!(class.sandbox.read(|world| world.violations().len()), 6);
}

#[tokio::test]
async fn a_file_sent_as_a_form_can_be_fetched_again() {
    let class = Class::new().await;
    let part = reqwest::multipart::Part::bytes(vec![1, 2, 3]).file_name("a.png");
    let form = reqwest::multipart::Form::new()
        .text("chat_id", class.group.to_string())
        .text("caption", "123")
        .part("photo", part);
    let url = format!("{}/bot{}/sendPhoto", class.sandbox.url(), class.sandbox.token());
    let sent: serde_json::Value =
        class.client.post(url).multipart(form).send().await.unwrap().json().await.unwrap();
    assert_eq!(sent["result"]["caption"], json!("123"));
    let file = class.ask("getFile", json!({"file_id": sent["result"]["photo"][0]["file_id"]})).await.unwrap();
    let path = file["file_path"].as_str().unwrap();
    let url = format!("{}/file/bot{}/{path}", class.sandbox.url(), class.sandbox.token());
    assert_eq!(class.client.get(url).send().await.unwrap().bytes().await.unwrap().as_ref(), [1, 2, 3]);
}
