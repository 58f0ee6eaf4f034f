//! Purpose: real updates to be damaged: what the simulator delivers, and newer content written by hand.

use std::time::Duration;

use homeroom::clock::{Clock, timeout};
use homeroom::sandbox::{Rights, Sandbox, SimConfig};
use serde_json::value::RawValue;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::school::MONDAY_EVENING;

/// Content the simulator doesn't play, as the Bot API's documentation shows it. `FROM` stands for a sender, `CHAT` for a
/// group.
const NEWER: &[(&str, &str)] = &[
    (
        "message",
        r#""rich_message":{"blocks":[{"type":"paragraph","text":["加",{"type":"bold","text":"微"}]},{"type":"table","cells":[[{"text":"日结"}]]}]}"#,
    ),
    (
        "message",
        r#""checklist":{"title":"作业","tasks":[{"id":1,"text":"读书"},{"id":2,"text":"扫码进群领"}]}"#,
    ),
    (
        "message",
        r#""paid_media":{"star_count":5,"paid_media":[{"type":"preview","width":3}]},"caption":"看片加"}"#,
    ),
    (
        "message",
        r#""text":"加微信 💛 abc12345","entities":[{"type":"text_link","offset":0,"length":3,"url":"https://a.example/"},{"type":"date_time","offset":4,"length":2,"unix_time":1790000000,"date_time_format":"t"}]"#,
    ),
    (
        "message",
        r#""photo":[{"file_id":"f","file_unique_id":"u","width":8,"height":6}],"caption":"缴费","media_group_id":"77"}"#,
    ),
    (
        "message",
        r#""document":{"file_id":"f","file_unique_id":"u","file_name":"成绩.xlsx"},"reply_to_message":{"message_id":3,"date":1,"chat":CHAT,"from":FROM,"text":"兼职日结"}"#,
    ),
    (
        "message",
        r#""contact":{"phone_number":"+861380000","first_name":"李","last_name":"老师","vcard":"BEGIN:VCARD"}"#,
    ),
    (
        "message",
        r#""venue":{"location":{"latitude":31.2,"longitude":121.4},"title":"福利群","address":"t.me/joinchat"}"#,
    ),
    (
        "message",
        r#""giveaway":{"chats":[CHAT],"winners_selection_date":1790000000,"winner_count":3,"prize_description":"红包"}"#,
    ),
    (
        "message",
        r#""story":{"chat":CHAT,"id":4},"forward_origin":{"type":"hidden_user","date":1,"sender_user_name":"代购"}"#,
    ),
    (
        "message",
        r#""gift":{"gift":{"id":"g","sticker":{"file_id":"s","file_unique_id":"t","type":"regular","width":1,"height":1,"is_animated":false,"is_video":false},"star_count":5},"text":"加v"}"#,
    ),
    ("message", r#""new_chat_members":[FROM,FROM],"new_chat_member":FROM"#),
    ("message", r#""left_chat_member":FROM"#),
    ("message", r#""migrate_to_chat_id":-100777"#),
    ("message", r#""migrate_from_chat_id":-777"#),
    (
        "message",
        r#""text":"/points","message_id":0,"ephemeral_message_id":31,"receiver_user":{"id":7,"is_bot":true,"first_name":"Homeroom"}"#,
    ),
    (
        "message",
        r#""text":"b","reply_markup":{"inline_keyboard":[[{"text":"领取","url":"https://b.example/"},{"text":"x","copy_text":{"text":"wx123456"}}]]}"#,
    ),
    (
        "message",
        r#""text":"t","message_thread_id":9,"is_topic_message":true,"quote":{"text":"刷单返利","position":0},"external_reply":{"origin":{"type":"user","date":1,"sender_user":FROM},"chat":CHAT}"#,
    ),
    (
        "message",
        r#""web_app_data":{"data":"{}","button_text":"x"},"via_bot":{"id":9,"is_bot":true,"first_name":"ad"}"#,
    ),
    ("edited_message", r#""text":"改成：加微信 abc12345","edit_date":1790000009"#),
    ("channel_post", r#""text":"x""#),
];

/// Kinds that are no messages.
const OTHERS: &[&str] = &[
    r#""callback_query":{"id":"9","from":FROM,"chat_instance":"1","data":"AQIDBAUGBwgJCgsMDQ4P","message":{"chat":CHAT,"message_id":5,"date":0}}"#,
    r#""callback_query":{"id":"8","from":FROM,"chat_instance":"1","game_short_name":"g","inline_message_id":"i"}"#,
    r#""poll":{"id":"5521","question":"3 + 4 = ?","options":[{"text":"7","voter_count":2,"persistent_id":"a"}],"total_voter_count":2,"is_closed":false,"is_anonymous":false,"type":"quiz","allows_multiple_answers":false,"correct_option_ids":[0]}"#,
    r#""poll_answer":{"poll_id":"5521","user":FROM,"option_ids":[0],"option_persistent_ids":["a"]}"#,
    r#""poll_answer":{"poll_id":"5521","voter_chat":CHAT,"option_ids":[]}"#,
    r#""poll_answer":{"poll_id":"5521","option_ids":[0]}"#,
    r#""message_reaction":{"chat":CHAT,"message_id":5,"user":FROM,"date":1,"old_reaction":[],"new_reaction":[{"type":"emoji","emoji":"👍"}]}"#,
    r#""chat_join_request":{"chat":CHAT,"from":FROM,"user_chat_id":11,"date":1,"bio":"诚招代理"}"#,
    r#""business_message":{"message_id":5,"date":1,"chat":{"id":11,"type":"private"},"from":FROM,"text":"x","business_connection_id":"b"}"#,
    r#""chat_boost":{"chat":CHAT,"boost":{"boost_id":"b","add_date":1,"expiration_date":2,"source":{"source":"premium","user":FROM}}}"#,
    r#""purchased_paid_media":{"from":FROM,"paid_media_payload":"p"}"#,
    r#""hologram":{"depth":3}"#,
];
const FROM: &str = r#"{"id":11,"is_bot":false,"first_name":"王","last_name":"芳","language_code":"zh-hans"}"#;
const CHAT: &str = r#"{"id":-1001234567890,"type":"supergroup","title":"三年二班"}"#;
const BOUND: Duration = Duration::from_secs(20);

/// Whole updates as JSON texts, `update_id` first.
pub async fn updates() -> Vec<String> {
    let mut updates = played().await;
    let places = |text: &str| text.replace("FROM", FROM).replace("CHAT", CHAT);
    for (kind, fields) in NEWER {
        let head = if fields.contains("\"message_id\"") { "" } else { "\"message_id\":5," };
        let fields = places(fields.trim_end_matches('}'));
        let missing = fields.matches('{').count() - fields.matches('}').count();
        let closing = "}".repeat(missing);
        updates.push(format!(
            "{{\"update_id\":900,\"{kind}\":{{{head}\"date\":1790000000,\"chat\":{CHAT},\"from\":{FROM},{fields}{closing}}}}}"
        ));
    }
    updates.extend(OTHERS.iter().map(|body| format!("{{\"update_id\":900,{}}}", places(body))));
    for update in &updates {
        assert!(serde_json::from_str::<serde_json::Value>(update).is_ok(), "{update}");
    }
    updates
}

/// What the simulator delivers when people do what people do.
async fn played() -> Vec<String> {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::frozen(MONDAY_EVENING)).await.unwrap();
    let class = sandbox.demo_world("zh-CN");
    let (group, [mother, father]) = (class.group, class.parents);
    // The kinds that come only if named are named here.
    let kinds = r#"{"timeout":0,"allowed_updates":["message","edited_message","callback_query","poll","poll_answer","my_chat_member","chat_member"]}"#;
    ask(&sandbox, "getUpdates", kinds).await;
    sandbox.adds_bot(class.teacher, group).unwrap();
    sandbox.promotes(sandbox.bot(), group, Rights::ALL).unwrap();
    let card = format!(
        r#"{{"chat_id":{},"text":"t","reply_markup":{{"inline_keyboard":[[{{"text":"好","callback_data":"AQ"}}]]}}}}"#,
        group.0
    );
    ask(&sandbox, "sendMessage", &card).await;
    sandbox.clock().advance(Duration::from_secs(5));
    let poll = format!(
        r#"{{"chat_id":{},"question":"几?","options":[{{"text":"一"}},{{"text":"二"}}],"type":"quiz","correct_option_ids":[0],"is_anonymous":false}}"#,
        group.0
    );
    ask(&sandbox, "sendPoll", &poll).await;
    let shown = sandbox.read(|world| {
        let said: Vec<_> = world.said(group).collect();
        let card = said.iter().find(|said| !said.buttons.is_empty()).map(|said| said.id);
        (card.unwrap(), said.iter().find_map(|said| said.poll.clone()).unwrap())
    });
    sandbox.presses(mother, group, shown.0, "好").unwrap();
    sandbox.votes(father, &shown.1, &[1]).unwrap();
    let written = sandbox.writes(mother, group, "积分").unwrap();
    sandbox.edits(mother, group, written, "我的积分").unwrap();
    sandbox.reacts(father, group, written, "👍").unwrap();
    sandbox
        .message(father, group)
        .text("加薇芯 abc12345 https://t.me/joinchat/x")
        .reply_to(written)
        .send()
        .unwrap();
    sandbox.joins(class.advertiser, group).unwrap();
    sandbox.writes(class.advertiser, group, "宝妈兼职日结,加薇芯 abc12345 详聊").unwrap();
    sandbox.leaves(class.advertiser, group).unwrap();
    sandbox.starts_bot(father, Some("x")).unwrap();
    let answer = ask(&sandbox, "getUpdates", r#"{"timeout":0}"#).await;
    let answer: std::collections::HashMap<String, Box<RawValue>> = serde_json::from_str(&answer).unwrap();
    let updates: Vec<Box<RawValue>> = serde_json::from_str(answer["result"].get()).unwrap();
    assert!(updates.len() >= 12, "{} updates", updates.len());
    updates.iter().map(|update| update.get().to_owned()).collect()
}

/// One request on a connection of its own; returns the answer's body.
async fn ask(sandbox: &Sandbox, method: &str, body: &str) -> String {
    let asked = timeout(BOUND, async {
        let url = sandbox.url();
        let host = url.trim_start_matches("http://");
        let mut connection = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "POST /bot{}/{method} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            sandbox.token(),
            body.len()
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        answer
    });
    let answer = asked.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{method}: {answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}
