//! Purpose: what is asked of the server for what somebody wrote to be published, and for files.

use serde_json::{Value, json};

use super::round_trip::{number, post};
use super::sandbox::Scene;
use super::server::{Reply, Server, send};
use crate::channel::{
    Answer, Button, ButtonLook, Content, Media, MediaKind, Outgoing, Post, SendOutcome, Style, Styled,
};
use crate::ids::Native;
use crate::sandbox::Permissions;

fn media(kind: MediaKind, file: &str) -> Media {
    Media { kind, file: Native::from(file), name: None, bytes: None, spoiler: false }
}

fn bold(words: &str) -> Styled {
    let mut styled = Styled::default();
    styled.push_in(words, Style::Bold);
    styled
}

fn button() -> Vec<Vec<Button>> {
    vec![vec![Button { label: "已读".to_owned(), does: ButtonLook::Token("tok".to_owned()) }]]
}

fn album(kinds: &[MediaKind]) -> Content {
    let items = kinds.iter().map(|kind| media(*kind, "f")).collect();
    Content::Album { items, caption: bold("春游") }
}

async fn ask(what: &Outgoing, result: Value) -> (SendOutcome, String, Value) {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    server.will_answer([Reply::ok(&result)]);
    let (outcome, mut asked) = send(&server, &telegram, what).await;
    assert_eq!(asked.len(), 1, "one thing is one request: {asked:?}");
    let (method, fields) = asked.remove(0);
    (outcome, method, fields)
}

#[tokio::test]
async fn a_picture_goes_out_with_its_words_buttons_and_place() {
    let picture = Media { spoiler: true, ..media(MediaKind::Picture, "AgAC") };
    let post = Post {
        content: Content::Media { media: picture, caption: bold("春游") },
        buttons: button(),
        topic: Some(Native::from(3)),
        reply_to: Some(Native::from(4)),
        silent: true,
    };
    let (outcome, method, fields) = ask(&Outgoing::Post(post), json!({"message_id": 9})).await;
    assert_eq!(outcome, SendOutcome::Done(Answer::Sent { message: Native::from(9), poll: None }));
    assert_eq!(method, "sendPhoto");
    assert_eq!(
        fields,
        json!({
            "chat_id": -100, "photo": "AgAC", "caption": "春游", "has_spoiler": true,
            "caption_entities": [{"type": "bold", "offset": 0, "length": 2}],
            "message_thread_id": 3, "disable_notification": true,
            "reply_parameters": {"message_id": 4, "allow_sending_without_reply": true},
            "reply_markup": {"inline_keyboard": [[{"text": "已读", "callback_data": "tok"}]]},
        })
    );
}

#[tokio::test]
async fn each_kind_has_its_method() {
    let kinds = [
        (MediaKind::Video, "sendVideo", "video"),
        (MediaKind::Animation, "sendAnimation", "animation"),
        (MediaKind::File, "sendDocument", "document"),
        (MediaKind::Audio, "sendAudio", "audio"),
        (MediaKind::Voice, "sendVoice", "voice"),
        (MediaKind::VideoNote, "sendVideoNote", "video_note"),
        (MediaKind::Sticker, "sendSticker", "sticker"),
    ];
    for (kind, expected, field) in kinds {
        let content = Content::Media { media: media(kind, "f"), caption: Styled::default() };
        let (_, method, fields) = ask(&Outgoing::Post(post(content)), json!({"message_id": 9})).await;
        assert_eq!((method.as_str(), fields), (expected, json!({"chat_id": -100, field: "f"})));
    }
}

#[tokio::test]
async fn a_poll_gives_its_id_with_the_message() {
    let content = Content::Poll {
        question: "去吗?".to_owned(),
        options: vec!["去".to_owned(), "不去".to_owned()],
        multiple: true,
        anonymous: false,
    };
    let what = Outgoing::Post(Post { buttons: button(), ..post(content) });
    let (outcome, method, fields) = ask(&what, json!({"message_id": 9, "poll": {"id": "55"}})).await;
    let sent = Answer::Sent { message: Native::from(9), poll: Some(Native::from("55")) };
    assert_eq!((outcome, method.as_str()), (SendOutcome::Done(sent), "sendPoll"));
    let keyboard = json!({"inline_keyboard": [[{"text": "已读", "callback_data": "tok"}]]});
    assert_eq!(
        fields,
        json!({
            "chat_id": -100, "question": "去吗?", "options": [{"text": "去"}, {"text": "不去"}],
            "is_anonymous": false, "allows_multiple_answers": true, "reply_markup": keyboard,
        })
    );
}

#[tokio::test]
async fn an_album_is_one_request_and_gives_all_its_messages() {
    let what = Outgoing::Post(post(album(&[MediaKind::Picture, MediaKind::Video])));
    let (outcome, method, fields) = ask(&what, json!([{"message_id": 9}, {"message_id": 10}])).await;
    let messages = vec![Native::from(9), Native::from(10)];
    assert_eq!(outcome, SendOutcome::Done(Answer::Album { messages }));
    assert_eq!(method, "sendMediaGroup");
    let bold = json!([{"type": "bold", "offset": 0, "length": 2}]);
    assert_eq!(
        fields,
        json!({"chat_id": -100, "media": [
            {"type": "photo", "media": "f", "caption": "春游", "caption_entities": bold},
            {"type": "video", "media": "f"},
        ]})
    );
    // It is there, even if nobody can say under which ids.
    let (outcome, ..) = ask(&what, json!("?")).await;
    assert_eq!(outcome, SendOutcome::Done(Answer::Done));
}

#[tokio::test]
async fn what_telegram_has_no_way_to_show_is_refused_unasked() {
    use MediaKind::{Animation, Audio, File, Picture, Sticker, Video, VideoNote, Voice};
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    let mut wrong: Vec<Post> = [
        vec![],
        vec![Picture],
        vec![Picture; 11],
        vec![Picture, File],
        vec![File, Audio],
        vec![Video, Animation],
        vec![Voice, Voice],
        vec![VideoNote, VideoNote],
        vec![Sticker, Sticker],
    ]
    .iter()
    .map(|kinds| post(album(kinds)))
    .collect();
    wrong.push(Post { buttons: button(), ..post(album(&[Picture, Video])) });
    for kind in [VideoNote, Sticker] {
        wrong.push(post(Content::Media { media: media(kind, "f"), caption: bold("看") }));
    }
    for what in wrong.into_iter().map(Outgoing::Post) {
        let (outcome, asked) = send(&server, &telegram, &what).await;
        assert!(matches!(outcome, SendOutcome::Content { .. }), "{what:?}: {outcome:?}");
        assert!(asked.is_empty());
    }
    for kinds in [vec![Picture; 10], vec![File, File], vec![Audio, Audio]] {
        server.will_answer([Reply::ok(&json!([]))]);
        let (outcome, _) = send(&server, &telegram, &Outgoing::Post(post(album(&kinds)))).await;
        assert!(matches!(outcome, SendOutcome::Done(_)), "{kinds:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_unknown_file_is_the_contents_fault_and_a_missing_right_the_groups() {
    let scene = Scene::start(true).await;
    let unknown = Content::Media { media: media(MediaKind::Picture, "gone"), caption: Styled::default() };
    for content in [unknown.clone(), album(&[MediaKind::Picture, MediaKind::Picture])] {
        let end = scene.send(Outgoing::Post(post(content))).await;
        assert!(
            matches!(&end, SendOutcome::Content { reason } if reason.contains("file identifier")),
            "{end:?}"
        );
    }
    let picture = scene.sandbox.message(scene.parent, scene.group).photo(&b"\xff\xd8\xff"[..]).send();
    let file = scene
        .sandbox
        .read(|world| world.find(scene.group, picture.expect("may write")))
        .and_then(|said| said.file);
    let bot = scene.sandbox.bot();
    scene.sandbox.demotes(bot, scene.group).expect("it is there");
    scene.sandbox.allows(scene.group, Permissions::NONE).expect("it is there");
    let media = media(MediaKind::Picture, &file.expect("a file"));
    let end = scene.send(Outgoing::Post(post(Content::Media { media, caption: Styled::default() }))).await;
    assert!(matches!(end, SendOutcome::Forbidden { .. }), "{end:?}");
}

#[tokio::test]
async fn a_table_begins_with_the_mark_that_tells_its_encoding_and_other_files_do_not() {
    let scene = Scene::start(true).await;
    let file = |name: &str, text: &str| Outgoing::File {
        name: name.to_owned(),
        text: text.to_owned(),
        caption: bold("名单"),
    };
    for (name, text, expected) in [
        ("三年二班.csv", "姓名,积分\n", "\u{feff}姓名,积分\n"),
        ("marked.CSV", "\u{feff}a", "\u{feff}a"),
        ("log.txt", "姓名", "姓名"),
        ("\"q\"\r\nuote.txt", "x", "x"),
    ] {
        let (message, _) = scene.sent(file(name, text)).await;
        let said = scene.sandbox.read(|world| world.find(scene.group, number(&message))).expect("posted");
        assert_eq!(said.text, "名单");
        let stored =
            scene.sandbox.read(|world| world.file(&said.file.expect("a file")).cloned()).expect("kept");
        assert_eq!(stored.bytes, expected.as_bytes(), "{name}");
        assert_eq!(stored.name, Some(name.replace(['"', '\r', '\n'], "")));
    }
    let end = scene.send(file("empty.csv", "")).await;
    assert!(matches!(end, SendOutcome::Content { .. }), "{end:?}");
    scene.assert_no_violations();
}
