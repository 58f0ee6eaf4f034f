//! Purpose: the page's side: who may look, what is shown to whom, what may be done.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONTENT_TYPE, HOST};
use serde_json::{Value, json};

use super::{BOUND, Class, NOON};
use crate::clock::{Millis, timeout};
use crate::sandbox::{PersonId, SimConfig, Standing};

/// What a browser gets: status and JSON.
async fn look(class: &Class, path: &str) -> (u16, Value) {
    let answer = class.client.get(format!("{}{path}", class.sandbox.url())).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn act(class: &Class, person: PersonId, act: &str, mut fields: Value) -> (u16, Value) {
    fields["as"] = json!(person.0);
    fields["act"] = json!(act);
    let url = format!("{}/api/act", class.sandbox.url());
    let answer = class.client.post(url).json(&fields).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn view(class: &Class, person: PersonId) -> Value {
    look(class, &format!("/api/view?as={person}&chat={}", class.group)).await.1
}

#[tokio::test]
async fn the_page_is_served_with_a_strict_policy() {
    let class = Class::new().await;
    for (path, kind) in [("/", "text/html"), ("/app.js", "text/javascript"), ("/app.css", "text/css")] {
        let answer = class.client.get(format!("{}{path}", class.sandbox.url())).send().await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-type").starts_with(kind));
        assert!(header("content-security-policy").starts_with("default-src 'self';"));
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn another_host_name_is_refused() {
    let class = Class::new().await;
    let url = format!("{}/api/world", class.sandbox.url());
    for (host, status) in [("evil.example", 403), ("127.0.0.1.evil.example:80", 403), ("localhost:8080", 200)]
    {
        let answer = class.client.get(&url).header(HOST, host).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{host}");
    }
}

#[tokio::test]
async fn only_json_changes_the_world() {
    let class = Class::new().await;
    let body = json!({"as": class.parent.0, "act": "write", "chat": class.group.0, "text": "x"}).to_string();
    let url = format!("{}/api/act", class.sandbox.url());
    let answer = class.client.post(url).header(CONTENT_TYPE, "text/plain").body(body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 415);
    assert_eq!(class.sandbox.read(|world| world.all_messages(class.group).count()), 0);
}

#[tokio::test]
async fn a_view_shows_a_person_what_is_theirs() {
    let class = Class::new().await;
    act(&class, class.parent, "write", json!({"chat": class.group.0, "text": "hi"})).await;
    let body = json!({"chat_id": class.group.0, "text": "<b>3</b> points", "parse_mode": "HTML",
        "ephemeral_message_parameters": {"receiver_user_id": class.parent.0}});
    class.ask("sendMessage", body).await.unwrap();
    let parents = view(&class, class.parent).await;
    assert_eq!(parents["me"], json!({"status": "member", "can_write": true}));
    let last = parents["messages"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["key"], &last["only_you"]), (&json!("e1"), &json!(true)));
    assert_eq!(last["runs"], json!([{"t": "3", "style": ["bold"]}, {"t": " points", "style": []}]));
    let teachers = view(&class, class.teacher).await;
    assert_eq!(teachers["messages"].as_array().unwrap().last().unwrap()["text"], json!("hi"));
    let outsider = class.sandbox.add_person("Outsider");
    let nothing = view(&class, outsider).await;
    assert_eq!((&nothing["me"]["status"], &nothing["messages"]), (&json!("left"), &json!([])));
    let (status, _) = look(&class, &format!("/api/view?as={outsider}&chat={}", class.parent)).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn a_press_shows_its_answer_until_dismissed() {
    let class = Class::new().await;
    let keyboard = json!({"inline_keyboard": [[{"text": "A", "callback_data": "a"}, {"text": "B", "callback_data": "b"}]]});
    class
        .ask("sendMessage", json!({"chat_id": class.group.0, "text": "?", "reply_markup": keyboard}))
        .await
        .unwrap();
    let shown = view(&class, class.parent).await;
    let message = shown["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(message["buttons"][0][1], json!({"text": "B", "data_id": "0.1", "url": null}));
    let press = json!({"chat": class.group.0, "id": message["id"], "data_id": "0.1"});
    let (status, pressed) = act(&class, class.parent, "press", press).await;
    assert_eq!(status, 200);
    assert_eq!(class.updates(0).await[0]["callback_query"]["data"], json!("b"));
    let answer = json!({"callback_query_id": pressed["callback"], "text": "ok", "show_alert": true});
    class.ask("answerCallbackQuery", answer).await.unwrap();
    let alerts = view(&class, class.parent).await["alerts"].clone();
    assert_eq!(alerts, json!([{"id": pressed["callback"], "text": "ok", "alert": true}]));
    act(&class, class.parent, "dismiss", json!({"alert": pressed["callback"]})).await;
    assert_eq!(view(&class, class.parent).await["alerts"], json!([]));
    let (status, refused) =
        act(&class, class.parent, "press", json!({"chat": class.group.0, "id": 1, "data_id": "9.9"})).await;
    assert_eq!((status, refused), (409, json!({"error": "there is no such button any more"})));
}

#[tokio::test]
async fn a_quiz_tells_the_answer_only_after_a_vote() {
    let class = Class::new().await;
    let quiz = json!({"chat_id": class.group.0, "question": "?", "options": ["a", "b"], "type": "quiz",
        "correct_option_ids": [1], "explanation": "because", "is_anonymous": false});
    class.ask("sendPoll", quiz).await.unwrap();
    let poll = |view: &Value| view["messages"].as_array().unwrap().last().unwrap()["poll"].clone();
    let before = poll(&view(&class, class.parent).await);
    assert!(before.get("correct").is_none() && before.get("explanation").is_none());
    act(&class, class.parent, "vote", json!({"poll": before["id"], "options": [0]})).await;
    let after = poll(&view(&class, class.parent).await);
    assert_eq!((&after["mine"], &after["correct"], &after["total"]), (&json!([0]), &json!([1]), &json!(1)));
    assert!(poll(&view(&class, class.teacher).await).get("correct").is_none());
}

#[tokio::test]
async fn a_picture_is_shown_and_a_disguised_one_refused() {
    let class = Class::new().await;
    let png = b"\x89PNG\r\n\x1a\nrest";
    let address = |bytes: &[u8]| format!("data:image/png;base64,{}", STANDARD.encode(bytes));
    let photo = json!({"chat": class.group.0, "data_url": address(png), "caption": "look"});
    assert_eq!(act(&class, class.parent, "photo", photo).await.0, 200);
    let fake = json!({"chat": class.group.0, "data_url": address(b"<script>")});
    assert_eq!(act(&class, class.parent, "photo", fake.clone()).await.0, 409);
    assert_eq!(act(&class, class.parent, "file", fake).await.0, 200);
    let shown = view(&class, class.teacher).await["messages"].clone();
    let shown: Vec<_> =
        shown.as_array().unwrap().iter().filter(|message| message["service"].is_null()).collect();
    for (url, kind) in
        [(&shown[0]["photo"]["url"], "image/png"), (&shown[1]["document"]["url"], "application/octet-stream")]
    {
        let url = format!("{}{}", class.sandbox.url(), url.as_str().unwrap());
        let answer = class.client.get(url).send().await.unwrap();
        assert_eq!(answer.headers()[CONTENT_TYPE], kind);
    }
    let update = &class.updates(0).await[0]["message"];
    assert_eq!((&update["caption"], update["photo"].is_array()), (&json!("look"), true));
}

#[tokio::test]
async fn albums_polls_places_and_forwards_go_through_the_page() {
    let class = Class::new().await;
    let chat = class.parent.0;
    assert_eq!(act(&class, class.parent, "start", json!({})).await.0, 200);
    let address = |bytes: &[u8]| format!("data:x/y;base64,{}", STANDARD.encode(bytes));
    let picture = json!({"act": "photo", "data_url": address(b"\x89PNG\r\n\x1a\n")});
    let video = json!({"act": "video", "name": "a.mp4", "data_url": address(b"v")});
    let file = json!({"act": "file", "name": "a.txt", "data_url": address(b"f")});
    let album = |files: [&Value; 2]| json!({"chat": chat, "files": files, "caption": "trip"});
    assert_eq!(act(&class, class.parent, "album", album([&picture, &file])).await.0, 409);
    assert_eq!(act(&class, class.parent, "album", album([&picture, &video])).await.0, 200);
    let poll = json!({"chat": chat, "question": "?", "options": ["a", "b"], "multiple": true});
    assert_eq!(act(&class, class.parent, "poll", poll).await.0, 200);
    let place =
        |latitude: f64| json!({"chat": chat, "latitude": latitude, "longitude": 2.5, "title": "Museum"});
    assert_eq!(act(&class, class.parent, "place", place(90.5)).await.0, 409);
    assert_eq!(act(&class, class.parent, "place", place(1.5)).await.0, 200);
    let voice = json!({"chat": chat, "data_url": address(b"o")});
    assert_eq!(act(&class, class.parent, "voice", voice).await.0, 200);
    let said = class.sandbox.writes(class.teacher, class.group, "tomorrow").unwrap();
    let forward = json!({"chat": chat, "from": class.group.0, "id": said});
    assert_eq!(act(&class, class.parent, "forward", forward).await.0, 200);

    let shown = look(&class, &format!("/api/view?as={chat}&chat={chat}")).await.1["messages"].clone();
    let [_, first, second, poll, place, voice, forward] = shown.as_array().unwrap().as_slice() else {
        panic!("{shown}")
    };
    assert!(first["photo"]["url"].is_string() && first["album"].is_string());
    assert_eq!((&first["caption"], &second["caption"]), (&json!("trip"), &json!("")));
    assert_eq!((&second["document"]["kind"], &second["album"]), (&json!("video"), &first["album"]));
    assert_eq!(poll["poll"]["multiple"], json!(true));
    assert_eq!((&place["place"]["title"], &place["place"]["latitude"]), (&json!("Museum"), &json!(1.5)));
    assert_eq!(voice["document"]["kind"], json!("voice"));
    assert_eq!((&forward["forwarded"], &forward["text"]), (&json!("Wang"), &json!("tomorrow")));
}

#[tokio::test]
async fn only_leaders_bring_the_bot_in() {
    let class = Class::with(SimConfig { zone: "Europe/Berlin".to_owned(), ..SimConfig::default() }).await;
    let demo = class.sandbox.demo_world("zh-CN");
    let fields = json!({"chat": demo.group.0});
    assert_eq!(act(&class, demo.parents[0], "add_bot", fields.clone()).await.0, 409);
    assert_eq!(act(&class, demo.teacher, "add_bot", fields.clone()).await.0, 200);
    let promote = json!({"chat": demo.group.0, "person": class.sandbox.bot().0});
    assert_eq!(act(&class, demo.admin, "promote", promote).await.0, 200);
    let world = look(&class, "/api/world").await.1;
    assert_eq!((&world["zone"], &world["now_ms"]), (&json!("Europe/Berlin"), &json!(NOON.0)));
    let group =
        world["chats"].as_array().unwrap().iter().find(|chat| chat["id"] == json!(demo.group.0)).unwrap();
    assert_eq!(
        (&group["bot_status"], &group["title"]),
        (&json!("administrator"), &json!("三年级二班家长群"))
    );
    let roles: Vec<_> =
        world["people"].as_array().unwrap().iter().map(|person| &person["role_hint"]).collect();
    assert_eq!(roles[roles.len() - 5..], ["teacher", "admin", "parent", "parent", "advertiser"]);
    assert_eq!(act(&class, demo.advertiser, "join", fields).await.0, 200);
    let standing = class.sandbox.read(|world| world.standing(demo.group, demo.advertiser));
    assert_eq!(standing, Some(Standing::Member));
}

#[tokio::test]
async fn the_clock_moves_to_just_after_the_next_event() {
    let next = NOON.plus_ms(90_000);
    let config = SimConfig { next_event: Some(Arc::new(move || Some(next))), ..SimConfig::default() };
    let class = Class::with(config).await;
    let (status, moved) = act(&class, class.teacher, "clock", json!({"to": "next"})).await;
    assert_eq!((status, moved), (200, json!({"now_ms": next.0 + 1})));
    let far = json!({"to_ms": NOON.plus_ms(i64::MAX).0});
    assert_eq!(act(&class, class.teacher, "clock", far).await.0, 409);
    assert_eq!(class.sandbox.clock().now(), Millis(next.0 + 1));
}

#[tokio::test]
async fn changes_are_told_as_events() {
    let class = Class::new().await;
    let mut events = class.client.get(format!("{}/api/events", class.sandbox.url())).send().await.unwrap();
    let first = timeout(BOUND, events.chunk()).await.unwrap().unwrap().unwrap();
    assert!(first.starts_with(b"event: changed\ndata: {\"revision\":"));
    class.sandbox.writes(class.parent, class.group, "x").unwrap();
    let second = timeout(BOUND, events.chunk()).await.unwrap().unwrap().unwrap();
    assert!(second.starts_with(b"event: changed\n") && second != first);
    class.sandbox.stop().await;
}
