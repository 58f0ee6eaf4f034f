//! Purpose: what a person sends to the bot is what the group gets, for every kind of message.

use serde_json::json;

use super::sandbox::Scene;
use crate::channel::{Answer, Content, Degrees, Media, Outgoing, Post};
use crate::ids::Native;
use crate::sandbox::{self, ChatId, Speech};

/// Bytes of a picture.
const PICTURE: &[u8] = b"\xff\xd8\xff picture";

pub(super) fn post(content: Content) -> Post {
    Post { content, buttons: Vec::new(), topic: None, reply_to: None, silent: false }
}

/// What a message shows in the world. Albums and polls are compared by what is in them, not by their ids.
#[derive(Debug, PartialEq)]
enum Shown {
    Poll { question: String, options: Vec<String>, multiple: bool, anonymous: bool },
    Other(sandbox::Content),
}

fn shown(scene: &Scene, chat: ChatId, message: i64) -> Shown {
    scene.sandbox.read(|world| {
        let message = world.chat(chat).and_then(|chat| chat.message(message)).expect("the message is there");
        match message.content.clone() {
            sandbox::Content::Poll(id) => {
                let poll = world.poll(&id).expect("the poll is there");
                let (question, options) = (poll.question.text.clone(), poll.options.clone());
                Shown::Poll { question, options, multiple: poll.multiple, anonymous: poll.anonymous }
            }
            sandbox::Content::Media(media) => {
                Shown::Other(sandbox::Content::Media(sandbox::Media { album: None, ..media }))
            }
            other => Shown::Other(other),
        }
    })
}

pub(super) fn number(message: &Native) -> i64 {
    message.as_str().parse().expect("a number")
}

/// Every kind of message a person can send and the bot can post.
fn kinds(says: impl Fn() -> Speech) -> Vec<(&'static str, Speech)> {
    let entity = |kind: &str, offset: usize| json!({"type": kind, "offset": offset, "length": 2});
    let link = json!({"type": "text_link", "offset": 16, "length": 2, "url": "https://a.example/x"});
    let looks = ["bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote"];
    let mut styled: Vec<_> = looks.iter().enumerate().map(|(at, kind)| entity(kind, at * 2)).collect();
    styled.push(link);
    let caption = vec![entity("bold", 0)];
    vec![
        ("words", says().text("明天春游 <b> & https://b.example/?a=1")),
        ("styles", says().text("一二三四五六七八九十一二三四五六七八九").entities(styled)),
        ("picture", says().text("春游").entities(caption.clone()).photo(PICTURE)),
        ("covered picture", says().photo(PICTURE).covered()),
        ("file", says().text("名单").entities(caption).document("名单.xlsx", "application/x", "x")),
        ("video", says().text("看").video("a.mp4", "v")),
        ("animation", says().text("看").animation("a.mp4", "v")),
        ("music", says().text("听").audio("a.mp3", "m")),
        ("voice", says().text("听").voice("o")),
        ("round video", says().video_note("v")),
        ("sticker", says().sticker("s")),
        ("poll", says().poll("周六去吗?", &["去", "不去"])),
        ("poll of several answers", says().poll_with("哪天?", &["六", "日", "一"], true, true)),
        ("location", says().location(39.904_2, -116.407_396_3)),
        ("venue", says().venue((31.230_4, 121.473_7), "科技馆", "世纪大道2000号")),
    ]
}

#[tokio::test]
async fn what_a_person_sends_is_what_the_group_gets() {
    let mut scene = Scene::start(true).await;
    let private = scene.parent.private_chat();
    let sandbox = scene.sandbox.clone();
    for (kind, speech) in kinds(|| sandbox.message(scene.parent, private)) {
        let written = speech.send().expect("may write");
        let content = scene.next_message().await.content;
        let content = content.unwrap_or_else(|| panic!("{kind} can be posted"));
        assert_eq!(content.messages(), 1);
        let (message, _) = scene.sent(Outgoing::Post(post(content))).await;
        assert_eq!(shown(&scene, scene.group, number(&message)), shown(&scene, private, written), "{kind}");
    }
    scene.assert_no_violations();
}

#[tokio::test]
async fn a_forwarded_message_is_posted_as_the_bots_own() {
    let mut scene = Scene::start(true).await;
    let private = scene.parent.private_chat();
    let original = scene.sandbox.message(scene.parent, scene.group).text("旧通知").photo(PICTURE);
    let original = original.send().expect("may write");
    let forward = scene
        .sandbox
        .starts_bot(scene.parent, None)
        .and_then(|_| scene.sandbox.forwards(scene.parent, scene.group, original, private));
    let forward = forward.expect("may write");
    let content = loop {
        let message = scene.next_message().await;
        if message.id == Native::from(forward) && message.chat.id == Native::from(private.0) {
            break message.content.expect("a picture");
        }
    };
    let (message, _) = scene.sent(Outgoing::Post(post(content))).await;
    let origin = scene.sandbox.read(|world| {
        world
            .chat(scene.group)
            .and_then(|chat| chat.message(number(&message)))
            .map(|said| said.origin.clone())
    });
    assert_eq!(origin, Some(None));
    assert_eq!(shown(&scene, scene.group, number(&message)), shown(&scene, private, forward));
}

#[tokio::test]
async fn an_album_arrives_as_one_in_order_with_its_words_under_the_first() {
    let mut scene = Scene::start(true).await;
    let private = scene.parent.private_chat();
    let album = scene.sandbox.new_album();
    let says = || scene.sandbox.message(scene.parent, private);
    let written = [
        says().text("春游").photo(PICTURE).in_album(&album).send().expect("may write"),
        says().video("a.mp4", "v").in_album(&album).send().expect("may write"),
        says().photo(b"\xff\xd8\xff other".as_slice()).covered().in_album(&album).send().expect("may write"),
    ];
    let (mut items, mut words, mut albums) = (Vec::<Media>::new(), None, Vec::new());
    for _ in &written {
        let message = scene.next_message().await;
        albums.push(message.album.expect("an album"));
        let Some(Content::Media { media, caption }) = message.content else { panic!("no file") };
        items.push(media);
        words.get_or_insert(caption);
    }
    albums.dedup();
    assert_eq!(albums.len(), 1);
    let content = Content::Album { items, caption: words.expect("the first's words") };
    let Answer::Album { messages } = scene.done(Outgoing::Post(post(content))).await else {
        panic!("no album")
    };
    assert_eq!(messages.len(), 3);
    for (copy, original) in messages.iter().zip(written) {
        assert_eq!(shown(&scene, scene.group, number(copy)), shown(&scene, private, original));
    }
    let posted: Vec<_> = scene.sandbox.read(|world| {
        let chat = world.chat(scene.group).expect("the group");
        let album = |id| match &chat.message(number(id)).expect("posted").content {
            sandbox::Content::Media(media) => media.album.clone(),
            _ => None,
        };
        messages.iter().map(album).collect()
    });
    assert!(posted.iter().all(|album| album.is_some() && *album == posted[0]), "{posted:?}");
    scene.assert_no_violations();
}

#[tokio::test]
async fn a_place_far_from_any_map_is_refused_unasked() {
    let scene = Scene::start(true).await;
    for (latitude, longitude) in [(900_000_001, 0), (0, -1_800_000_001), (i64::MAX, 0)] {
        let (latitude, longitude) = (Degrees(latitude), Degrees(longitude));
        let place = Content::Place { latitude, longitude, title: None, address: None };
        let end = scene.send(Outgoing::Post(post(place))).await;
        assert!(matches!(end, crate::channel::SendOutcome::Content { .. }), "{end:?}");
    }
    assert_eq!(scene.sandbox.read(|world| world.calls_of("sendLocation")), 0);
}
