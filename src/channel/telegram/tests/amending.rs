//! Purpose: changing what was posted, and what can't be changed.

use serde_json::json;

use super::round_trip::{number, post};
use super::sandbox::Scene;
use super::server::{Server, send};
use crate::channel::{
    Answer, Button, ButtonLook, Content, Degrees, Media, MediaKind, Outgoing, Post, SendOutcome, Styled,
};
use crate::ids::Native;
use crate::sandbox::Said;

fn words(words: &str) -> Content {
    Content::Text { body: Styled::from(words.to_owned()) }
}

fn shows(media: &Media, caption: &str) -> Content {
    Content::Media { media: media.clone(), caption: Styled::from(caption.to_owned()) }
}

fn buttons(label: &str) -> Vec<Vec<Button>> {
    vec![vec![Button { label: label.to_owned(), does: ButtonLook::Token("tok".to_owned()) }]]
}

fn amend(message: &Native, content: Content) -> Outgoing {
    Outgoing::Amend { message: message.clone(), post: post(content) }
}

fn found(scene: &Scene, message: &Native) -> Said {
    scene.sandbox.read(|world| world.find(scene.group, number(message))).expect("the message is there")
}

/// A picture, another one, a voice message and a round video that the parent sent to the bot.
async fn files(scene: &mut Scene) -> [Media; 4] {
    let private = scene.parent.private_chat();
    let sandbox = scene.sandbox.clone();
    let says = || sandbox.message(scene.parent, private);
    let all = [
        says().photo(&b"\xff\xd8\xff one"[..]),
        says().photo(&b"\xff\xd8\xff two"[..]),
        says().voice("o"),
        says().video_note("v"),
    ];
    let mut files = Vec::new();
    for speech in all {
        speech.send().expect("may write");
        let Some(Content::Media { media, .. }) = scene.next_message().await.content else {
            panic!("no file")
        };
        files.push(media);
    }
    files.try_into().expect("four")
}

#[tokio::test]
async fn words_are_changed_and_the_same_again_is_done() {
    let scene = Scene::start(true).await;
    let (message, _) = scene.sent(Outgoing::Post(post(words("周五春游")))).await;
    for _ in 0..2 {
        assert_eq!(scene.done(amend(&message, words("周六春游"))).await, Answer::Done);
        assert_eq!(found(&scene, &message).text, "周六春游");
    }
    scene.assert_no_violations();
}

#[tokio::test]
async fn a_picture_is_exchanged_with_its_words() {
    let mut scene = Scene::start(true).await;
    let [one, two, voice, round] = files(&mut scene).await;
    let (message, _) = scene.sent(Outgoing::Post(post(shows(&one, "旧")))).await;
    for _ in 0..2 {
        scene.done(amend(&message, shows(&two, "新"))).await;
        let now = found(&scene, &message);
        assert_eq!((now.file.as_deref(), now.text.as_str()), (Some(two.file.as_str()), "新"));
    }
    let (message, _) = scene.sent(Outgoing::Post(post(shows(&voice, "旧")))).await;
    scene.done(amend(&message, shows(&voice, "新"))).await;
    assert_eq!(found(&scene, &message).text, "新");
    let (message, _) = scene.sent(Outgoing::Post(post(shows(&round, "")))).await;
    for content in [words("新"), shows(&one, "新")] {
        let end = scene.send(amend(&message, content)).await;
        assert!(matches!(end, SendOutcome::Content { .. }), "{end:?}");
    }
    assert_eq!(found(&scene, &message).file.as_deref(), Some(round.file.as_str()));
    scene.assert_no_violations();
}

#[tokio::test]
async fn of_an_album_the_first_messages_words_are_changed() {
    let mut scene = Scene::start(true).await;
    let [one, two, ..] = files(&mut scene).await;
    let album = |caption: &str| Content::Album {
        items: vec![one.clone(), two.clone()],
        caption: Styled::from(caption.to_owned()),
    };
    let Answer::Album { messages } = scene.done(Outgoing::Post(post(album("旧")))).await else { panic!() };
    scene.done(amend(&messages[0], album("新"))).await;
    let texts: Vec<String> = messages.iter().map(|message| found(&scene, message).text).collect();
    assert_eq!(texts, ["新", ""]);
    scene.assert_no_violations();
}

#[tokio::test]
async fn what_can_not_become_another_kind_is_refused_with_the_servers_reason() {
    let mut scene = Scene::start(true).await;
    let [one, ..] = files(&mut scene).await;
    let (message, _) = scene.sent(Outgoing::Post(post(shows(&one, "春游")))).await;
    let end = scene.send(amend(&message, words("春游"))).await;
    assert!(matches!(&end, SendOutcome::Content { reason } if reason.contains("no text")), "{end:?}");
    assert_eq!(found(&scene, &message).text, "春游");
}

#[tokio::test]
async fn what_telegram_can_not_change_is_refused_unasked() {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    let file = |kind| Media { kind, file: Native::from("f"), name: None, bytes: None, spoiler: false };
    let poll = Content::Poll {
        question: "?".to_owned(),
        options: vec!["a".to_owned(), "b".to_owned()],
        multiple: false,
        anonymous: false,
    };
    let place = Content::Place { latitude: Degrees(0), longitude: Degrees(0), title: None, address: None };
    let round = shows(&file(MediaKind::VideoNote), "");
    for content in [poll, place, shows(&file(MediaKind::Sticker), ""), round] {
        let (end, asked) = send(&server, &telegram, &amend(&Native::from(5), content)).await;
        assert!(matches!(end, SendOutcome::Content { .. }), "{end:?}");
        assert!(asked.is_empty());
    }
    let (end, asked) = send(&server, &telegram, &amend(&Native::from("e11:5"), words("x"))).await;
    assert!(matches!(end, SendOutcome::Content { .. }) && asked.is_empty(), "{end:?}");
}

#[tokio::test]
async fn buttons_change_by_themselves_and_the_same_again_is_done() {
    let scene = Scene::start(true).await;
    let with_button = Post { buttons: buttons("已读 0"), ..post(words("春游")) };
    let (message, _) = scene.sent(Outgoing::Post(with_button)).await;
    let change = |rows: Vec<Vec<Button>>| Outgoing::Buttons { message: message.clone(), buttons: rows };
    for _ in 0..2 {
        scene.done(change(buttons("已读 7"))).await;
        let now = found(&scene, &message);
        assert_eq!((now.text.as_str(), now.buttons[0][0].text.as_str()), ("春游", "已读 7"));
    }
    scene.done(change(Vec::new())).await;
    assert!(found(&scene, &message).buttons.is_empty());
    scene.assert_no_violations();
}

#[tokio::test]
async fn a_whispers_buttons_are_found_too() {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    server.will_answer([super::server::Reply::ok(&json!(true))]);
    let what = Outgoing::Buttons { message: Native::from("e11:5"), buttons: Vec::new() };
    let (end, asked) = send(&server, &telegram, &what).await;
    assert_eq!(end, SendOutcome::Done(Answer::Done));
    let fields = json!({"chat_id": -100, "receiver_user_id": 11, "ephemeral_message_id": 5});
    assert_eq!(asked, [("editEphemeralMessageReplyMarkup".to_owned(), fields)]);
}
