//! Purpose: rights, restrictions, and every way a chat can be out of reach.

use serde_json::{Value, json};

use super::{Class, NOON};
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::sandbox::{Rights, Standing};

#[tokio::test]
async fn a_restriction_ends_with_the_clock() {
    let class = Class::new().await;
    let until = NOON.plus_ms(10 * MINUTE_MS).0 / SECOND_MS;
    let body =
        json!({"chat_id": class.group.0, "user_id": class.parent.0, "permissions": {}, "until_date": until});
    class.ask("restrictChatMember", body).await.unwrap();
    assert!(class.sandbox.writes(class.parent, class.group, "x").is_err());
    let ask = json!({"chat_id": class.group.0, "user_id": class.parent.0});
    let member = class.ask("getChatMember", ask.clone()).await.unwrap();
    assert_eq!((&member["status"], &member["until_date"]), (&json!("restricted"), &json!(until)));
    class.sandbox.clock().advance_to(NOON.plus_ms(10 * MINUTE_MS));
    class.sandbox.writes(class.parent, class.group, "x").unwrap();
    assert_eq!(class.ask("getChatMember", ask).await.unwrap()["status"], json!("member"));
}

#[tokio::test]
async fn restricting_needs_the_right_and_a_member_below() {
    let class = Class::new().await;
    let body = |who: i64| json!({"chat_id": class.group.0, "user_id": who, "permissions": {}});
    let head = class.sandbox.add_person("Li");
    class.sandbox.seat(class.group, head, Standing::Administrator(Rights::NONE));
    let refused = class.refusal("restrictChatMember", body(head.0)).await;
    assert_eq!(refused, "Bad Request: user is an administrator of the chat");
    assert_eq!(class.refusal("restrictChatMember", body(5)).await, "Bad Request: user not found");
    class.sandbox.promotes(class.sandbox.bot(), class.group, Rights::DELETE).unwrap();
    let refused = class.refusal("restrictChatMember", body(class.parent.0)).await;
    assert_eq!(refused, "Bad Request: not enough rights to restrict/unrestrict chat member");
    let small = class.sandbox.add_group("Small", class.teacher);
    class.sandbox.adds_bot(class.teacher, small).unwrap();
    let body = json!({"chat_id": small.0, "user_id": class.teacher.0, "permissions": {}});
    let refused = class.refusal("restrictChatMember", body).await;
    assert_eq!(refused, "Bad Request: method is available only for supergroups");
}

#[tokio::test]
async fn a_banned_person_cannot_come_back() {
    let class = Class::new().await;
    let body = json!({"chat_id": class.group.0, "user_id": class.parent.0});
    class.ask("banChatMember", body.clone()).await.unwrap();
    assert!(class.sandbox.joins(class.parent, class.group).is_err());
    class.ask("unbanChatMember", body).await.unwrap();
    class.sandbox.joins(class.parent, class.group).unwrap();
    assert_eq!(class.sandbox.read(|world| world.standing(class.group, class.parent)), Some(Standing::Member));
}

#[tokio::test]
async fn membership_updates_come_only_if_asked_for() {
    let class = Class::new().await;
    let ann = class.sandbox.add_person("Ann");
    class.sandbox.joins(ann, class.group).unwrap();
    let kinds = |updates: &[Value]| -> Vec<String> {
        updates
            .iter()
            .flat_map(|u| u.as_object().unwrap().keys().filter(|k| *k != "update_id").cloned())
            .collect()
    };
    let first = class.updates(0).await;
    assert_eq!(kinds(&first), ["message"]);
    assert_eq!(first[0]["message"]["new_chat_members"][0]["first_name"], json!("Ann"));
    let next = first[0]["update_id"].as_i64().unwrap() + 1;
    class
        .ask("getUpdates", json!({"offset": next, "allowed_updates": ["message", "chat_member"]}))
        .await
        .unwrap();
    class.sandbox.leaves(ann, class.group).unwrap();
    let updates = class.updates(next).await;
    assert_eq!(kinds(&updates), ["chat_member", "message"]);
    assert_eq!(updates[0]["chat_member"]["new_chat_member"]["status"], json!("left"));
    let typed = serde_json::from_str::<teloxide::types::Update>(&updates[0].to_string()).unwrap();
    assert!(matches!(typed.kind, teloxide::types::UpdateKind::ChatMember(_)));
}

#[tokio::test]
async fn every_unreachable_chat_has_its_own_words() {
    let class = Class::new().await;
    let sandbox = &class.sandbox;
    let send = |chat: i64| class.refusal("sendMessage", json!({"chat_id": chat, "text": "x"}));
    assert_eq!(send(-42).await, "Bad Request: chat not found");
    let shy = sandbox.add_person("Shy");
    assert_eq!(send(shy.0).await, "Forbidden: bot can't initiate conversation with a user");
    sandbox.starts_bot(shy, Some("code")).unwrap();
    sandbox.blocks_bot(shy).unwrap();
    assert_eq!(send(shy.0).await, "Forbidden: bot was blocked by the user");
    sandbox.edit_person(shy, |person| person.deactivated = true);
    assert_eq!(send(shy.0).await, "Forbidden: user is deactivated");
    sandbox.removes_bot(class.teacher, class.group).unwrap();
    assert_eq!(send(class.group.0).await, "Forbidden: bot was kicked from the supergroup chat");
    let group = sandbox.add_group("Small", class.teacher);
    assert_eq!(send(group.0).await, "Bad Request: chat not found");
    sandbox.adds_bot(class.teacher, group).unwrap();
    let new = sandbox.upgrades(group).unwrap();
    let (_, answer) = class.ask_raw("sendMessage", json!({"chat_id": group.0, "text": "x"})).await;
    assert_eq!(answer["description"], json!("Bad Request: group chat was upgraded to a supergroup chat"));
    assert_eq!(answer["parameters"]["migrate_to_chat_id"], json!(new.0));
    assert!(class.ask("sendMessage", json!({"chat_id": new.0, "text": "x"})).await.is_ok());
    class.ask("leaveChat", json!({"chat_id": new.0})).await.unwrap();
    assert_eq!(send(new.0).await, "Forbidden: bot is not a member of the supergroup chat");
}

#[tokio::test]
async fn a_tag_needs_its_right_and_is_shown_with_messages() {
    let class = Class::new().await;
    let body = json!({"chat_id": class.group.0, "user_id": class.parent.0, "tag": "Parent"});
    class.sandbox.promotes(class.sandbox.bot(), class.group, Rights::DELETE).unwrap();
    assert_eq!(class.refusal("setChatMemberTag", body.clone()).await, "Bad Request: CHAT_ADMIN_REQUIRED");
    class.sandbox.promotes(class.sandbox.bot(), class.group, Rights::TAGS).unwrap();
    class.ask("setChatMemberTag", body).await.unwrap();
    class.sandbox.writes(class.parent, class.group, "hi").unwrap();
    let updates = class.updates(0).await;
    assert_eq!(updates.last().unwrap()["message"]["sender_tag"], json!("Parent"));
}

#[tokio::test]
async fn a_join_request_is_decided_once() {
    let class = Class::new().await;
    let ann = class.sandbox.add_person("Ann");
    let body = json!({"chat_id": class.group.0, "user_id": ann.0});
    let early = class.refusal("approveChatJoinRequest", body.clone()).await;
    assert_eq!(early, "Bad Request: HIDE_REQUESTER_MISSING");
    class.sandbox.asks_to_join(ann, class.group).unwrap();
    assert_eq!(class.updates(0).await[0]["chat_join_request"]["user_chat_id"], json!(ann.0));
    class.ask("approveChatJoinRequest", body.clone()).await.unwrap();
    let again = class.refusal("approveChatJoinRequest", body).await;
    assert_eq!(again, "Bad Request: USER_ALREADY_PARTICIPANT");
}

#[tokio::test]
async fn administrators_are_read_by_a_typed_client() {
    let class = Class::new().await;
    let list = class.ask("getChatAdministrators", json!({"chat_id": class.group.0})).await.unwrap();
    let typed: Vec<teloxide::types::ChatMember> = serde_json::from_str(&list.to_string()).unwrap();
    assert_eq!(typed.len(), 2);
    let chat = class.ask("getChat", json!({"chat_id": class.group.0})).await.unwrap();
    let typed: teloxide::types::ChatFullInfo = serde_json::from_str(&chat.to_string()).unwrap();
    assert_eq!(typed.title(), Some("Class 3-2 parents"));
    let me = class.ask("GetMe", json!({})).await.unwrap();
    let typed: teloxide::types::Me = serde_json::from_str(&me.to_string()).unwrap();
    assert_eq!(typed.username(), "homeroom_bot");
}
