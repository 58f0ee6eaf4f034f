//! Purpose: the methods beside the everyday ones.

use serde_json::{Value, json};

use super::Class;
use crate::sandbox::{Permissions, Rights, SimConfig, Standing};

#[tokio::test]
async fn the_narrowest_command_list_is_offered() {
    let class = Class::new().await;
    let set = async |name: &str, scope: Value, language: &str| {
        let commands = json!([{"command": name, "description": "x"}]);
        let body = json!({"commands": commands, "scope": scope, "language_code": language});
        class.ask("setMyCommands", body).await.unwrap();
    };
    set("plain", json!({"type": "default"}), "").await;
    set("deutsch", json!({"type": "default"}), "de").await;
    set("group", json!({"type": "all_group_chats"}), "").await;
    set("staff", json!({"type": "chat_administrators", "chat_id": class.group.0}), "").await;
    let offered = |person, chat| {
        class
            .sandbox
            .read(|world| world.commands_for(person, chat)[0]["command"].as_str().unwrap().to_owned())
    };
    assert_eq!(offered(class.teacher, class.group), "staff");
    assert_eq!(offered(class.parent, class.group), "group");
    assert_eq!(offered(class.parent, class.parent.private_chat()), "plain");
    class.sandbox.edit_person(class.parent, |person| person.language = Some("de-AT".to_owned()));
    assert_eq!(offered(class.parent, class.parent.private_chat()), "deutsch");
    let body = json!({"commands": [{"command": "Bad", "description": "x"}]});
    assert_eq!(class.refusal("setMyCommands", body).await, "Bad Request: BOT_COMMAND_INVALID");
}

#[tokio::test]
async fn a_vote_taken_back_is_an_empty_answer() {
    let class = Class::new().await;
    let body =
        json!({"chat_id": class.group.0, "question": "?", "options": ["a", "b"], "is_anonymous": false});
    let sent = class.ask("sendPoll", body).await.unwrap();
    let poll = sent["poll"]["id"].as_str().unwrap();
    class.sandbox.votes(class.parent, poll, &[1]).unwrap();
    class.sandbox.votes(class.parent, poll, &[0]).unwrap();
    class.sandbox.retracts_vote(class.parent, poll).unwrap();
    assert!(class.sandbox.retracts_vote(class.parent, poll).is_err());
    let answers: Vec<Value> = class
        .updates(0)
        .await
        .iter()
        .filter_map(|update| update["poll_answer"].get("option_ids").cloned())
        .collect();
    assert_eq!(answers, [json!([1]), json!([0]), json!([])]);
    assert_eq!(class.sandbox.read(|world| world.poll(poll).unwrap().counts.clone()), [0, 0]);
}

#[tokio::test]
async fn a_forward_names_the_author_and_a_copy_does_not() {
    let class = Class::new().await;
    let id = class.sandbox.writes(class.parent, class.group, "mine").unwrap();
    let body = json!({"chat_id": class.group.0, "from_chat_id": class.group.0, "message_id": id});
    let forwarded = class.ask("forwardMessage", body.clone()).await.unwrap();
    assert_eq!(forwarded["forward_origin"]["sender_user"]["id"], json!(class.parent.0));
    let copied = class.ask("copyMessage", body).await.unwrap()["message_id"].as_i64().unwrap();
    let said = class.sandbox.read(|world| world.find(class.group, copied)).unwrap();
    assert_eq!((said.text.as_str(), said.from), ("mine", class.sandbox.bot()));
}

#[tokio::test]
async fn an_album_is_several_messages_and_counts_as_many() {
    let class = Class::with(SimConfig::default()).await;
    let file = class.sandbox.message(class.parent, class.group).photo(vec![1]).send().unwrap();
    let file = class.sandbox.read(|world| world.find(class.group, file)).unwrap().file.unwrap();
    let media = vec![json!({"type": "photo", "media": file}); 10];
    let sent = class.ask("sendMediaGroup", json!({"chat_id": class.group.0, "media": media})).await.unwrap();
    let albums: Vec<&Value> =
        sent.as_array().unwrap().iter().map(|message| &message["media_group_id"]).collect();
    assert!(albums.len() == 10 && albums.iter().all(|album| *album == albums[0] && album.is_string()));
    class.sandbox.clock().advance(std::time::Duration::from_secs(2));
    class.ask("sendMediaGroup", json!({"chat_id": class.group.0, "media": media})).await.unwrap();
    class.sandbox.clock().advance(std::time::Duration::from_secs(2));
    let refused = class.refusal("sendMessage", json!({"chat_id": class.group.0, "text": "x"})).await;
    assert_eq!(refused, "Too Many Requests: retry after 56");
}

#[tokio::test]
async fn privacy_mode_hides_small_talk_from_a_bot_without_rights() {
    let class = Class::with(SimConfig { privacy_mode: true, ..SimConfig::default() }).await;
    class.sandbox.demotes(class.sandbox.bot(), class.group).unwrap();
    let own = class.says("question").await;
    class.sandbox.writes(class.parent, class.group, "small talk").unwrap();
    class.sandbox.writes(class.parent, class.group, "/help").unwrap();
    class.sandbox.message(class.parent, class.group).text("answer").reply_to(own).send().unwrap();
    let texts: Vec<Value> =
        class.updates(0).await.iter().filter_map(|update| update["message"].get("text").cloned()).collect();
    assert_eq!(texts, [json!("/help"), json!("answer")]);
}

#[tokio::test]
async fn pinning_needs_its_right() {
    let class = Class::new().await;
    let id = class.says("news").await;
    let body = json!({"chat_id": class.group.0, "message_id": id});
    class.sandbox.promotes(class.sandbox.bot(), class.group, Rights::DELETE).unwrap();
    let refused = class.refusal("pinChatMessage", body.clone()).await;
    assert_eq!(refused, "Bad Request: not enough rights to manage pinned messages in the chat");
    class.sandbox.promotes(class.sandbox.bot(), class.group, Rights::PIN).unwrap();
    class.ask("pinChatMessage", body).await.unwrap();
    let chat = class.ask("getChat", json!({"chat_id": class.group.0})).await.unwrap();
    assert_eq!(chat["pinned_message"]["text"], json!("news"));
}

#[tokio::test]
async fn a_closed_chat_lets_only_staff_write() {
    let class = Class::new().await;
    let body = json!({"chat_id": class.group.0, "permissions": {"can_send_messages": false}});
    class.ask("setChatPermissions", body).await.unwrap();
    assert!(class.sandbox.writes(class.parent, class.group, "x").is_err());
    assert!(class.sandbox.writes(class.teacher, class.group, "x").is_ok());
    class.says("still here").await;
    class.sandbox.demotes(class.sandbox.bot(), class.group).unwrap();
    let refused = class.refusal("sendMessage", json!({"chat_id": class.group.0, "text": "x"})).await;
    assert_eq!(refused, "Bad Request: not enough rights to send text messages to the chat");
}

#[tokio::test]
async fn disguised_senders_look_like_telegrams_own() {
    let class = Class::new().await;
    let channel = class.sandbox.add_channel("School news");
    let sandbox = &class.sandbox;
    let start = |person| sandbox.message(person, class.group).text("x");
    start(class.teacher).as_anonymous_admin().send().unwrap();
    start(class.parent).as_channel(channel).send().unwrap();
    start(class.parent).from_linked_channel(channel).send().unwrap();
    assert!(start(class.parent).as_anonymous_admin().send().is_err());
    let updates = class.updates(0).await;
    let senders: Vec<_> = updates
        .iter()
        .map(|update| {
            (
                update["message"]["from"]["id"].as_i64().unwrap(),
                update["message"]["sender_chat"]["id"].as_i64(),
            )
        })
        .collect();
    let channel_id = Some(channel.0);
    assert_eq!(
        senders,
        [(1_087_968_824, Some(class.group.0)), (136_817_688, channel_id), (777_000, channel_id)]
    );
    assert_eq!(updates[2]["message"]["is_automatic_forward"], json!(true));
    class
        .ask("banChatSenderChat", json!({"chat_id": class.group.0, "sender_chat_id": channel.0}))
        .await
        .unwrap();
    assert!(start(class.parent).as_channel(channel).send().is_err());
}

#[tokio::test]
async fn leaving_does_not_end_a_restriction() {
    let class = Class::new().await;
    let body = json!({"chat_id": class.group.0, "user_id": class.parent.0, "permissions": {}});
    class.ask("restrictChatMember", body).await.unwrap();
    class.sandbox.leaves(class.parent, class.group).unwrap();
    class.sandbox.joins(class.parent, class.group).unwrap();
    let standing = class.sandbox.read(|world| world.standing(class.group, class.parent));
    assert_eq!(
        standing,
        Some(Standing::Restricted { allowed: Permissions::NONE, until: None, present: true })
    );
}
