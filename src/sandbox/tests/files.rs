//! Purpose: files, albums and places: Telegram's limits and refusals.

use serde_json::{Value, json};

use super::Class;
use crate::sandbox::{Permissions, World};

/// A picture and a file known to the server.
fn files(class: &Class) -> (String, String) {
    let says = || class.sandbox.message(class.parent, class.group);
    let ids = [says().photo(vec![1]), says().document("a.txt", "text/plain", vec![2])]
        .map(|speech| speech.send().unwrap())
        .map(|id| class.sandbox.read(|world| world.find(class.group, id)).unwrap().file.unwrap());
    ids.into()
}

#[tokio::test]
async fn a_picture_is_no_file_and_an_unknown_file_is_nothing() {
    let class = Class::new().await;
    let (picture, file) = files(&class);
    let refusal = |method: &'static str, field: &'static str, id: &str| {
        class.refusal(method, json!({"chat_id": class.group.0, field: id}))
    };
    assert_eq!(
        refusal("sendDocument", "document", &picture).await,
        "Bad Request: can't use file of type Photo as Document"
    );
    assert_eq!(
        refusal("sendPhoto", "photo", &file).await,
        "Bad Request: can't use file of type Document as Photo"
    );
    assert_eq!(
        refusal("sendSticker", "sticker", "gone").await,
        "Bad Request: wrong file identifier/HTTP URL specified"
    );
}

#[tokio::test]
async fn a_caption_has_1024_units_and_a_round_video_has_none() {
    let class = Class::new().await;
    let (picture, file) = files(&class);
    let photo =
        |length: usize| json!({"chat_id": class.group.0, "photo": picture, "caption": "😀".repeat(length)});
    assert!(class.ask("sendPhoto", photo(512)).await.is_ok());
    assert_eq!(class.refusal("sendPhoto", photo(513)).await, "Bad Request: message caption is too long");
    let round = json!({"chat_id": class.group.0, "video_note": file, "caption": "x"});
    let refused = class.refusal("sendVideoNote", round).await;
    assert_eq!(refused, "Bad Request: sendVideoNote has no field \"caption\"");
    assert_eq!(class.sandbox.read(World::violations).len(), 1);
}

#[tokio::test]
async fn an_album_has_two_to_ten_of_one_sort_and_is_sent_whole_or_not_at_all() {
    let class = Class::new().await;
    let (picture, file) = files(&class);
    let said = || class.sandbox.read(|world| world.said(class.group).count());
    let photo = json!({"type": "photo", "media": picture});
    let document = json!({"type": "document", "media": file});
    let gone = json!({"type": "photo", "media": "gone"});
    let album = |items: Vec<Value>| json!({"chat_id": class.group.0, "media": items});
    for (items, words) in [
        (vec![photo.clone()], "there must be at least two messages to send as an album"),
        (vec![photo.clone(); 11], "too many messages to send as an album"),
        (vec![photo.clone(), document.clone()], "Document can't be mixed with other media types"),
        (
            vec![photo.clone(), gone],
            "failed to send message #2 with the error message \"wrong file identifier/HTTP URL specified\"",
        ),
    ] {
        let refused = class.refusal("sendMediaGroup", album(items)).await;
        assert_eq!(refused, format!("Bad Request: {words}"));
        assert_eq!(said(), 0);
    }
    let sent = class.ask("sendMediaGroup", album(vec![document; 10])).await.unwrap();
    assert_eq!((sent.as_array().map(Vec::len), said()), (Some(10), 10));
    assert_eq!(sent[0]["media_group_id"], sent[9]["media_group_id"]);
}

#[tokio::test]
async fn a_file_of_an_album_stays_of_its_sort() {
    let class = Class::new().await;
    let (picture, file) = files(&class);
    let photo = json!({"type": "photo", "media": picture});
    let album = json!({"chat_id": class.group.0, "media": [photo, photo]});
    let sent = class.ask("sendMediaGroup", album).await.unwrap();
    let edit =
        |media: Value| json!({"chat_id": class.group.0, "message_id": sent[0]["message_id"], "media": media});
    let document = json!({"type": "document", "media": file});
    let refused = class.refusal("editMessageMedia", edit(document)).await;
    assert_eq!(refused, "Bad Request: message can't be edited");
    let worded = json!({"type": "photo", "media": picture, "caption": "new"});
    let edited = class.ask("editMessageMedia", edit(worded.clone())).await.unwrap();
    assert_eq!((&edited["caption"], &edited["media_group_id"]), (&json!("new"), &sent[0]["media_group_id"]));
    let again = class.refusal("editMessageMedia", edit(worded)).await;
    assert!(again.starts_with("Bad Request: message is not modified"), "{again}");
}

#[tokio::test]
async fn a_text_may_become_a_picture_and_a_poll_may_not() {
    let class = Class::new().await;
    let (picture, _) = files(&class);
    let media = json!({"type": "photo", "media": picture});
    let edit = |id: &Value| json!({"chat_id": class.group.0, "message_id": id, "media": media});
    let text = json!(class.says("text").await);
    assert!(class.ask("editMessageMedia", edit(&text)).await.unwrap()["photo"].is_array());
    let poll = json!({"chat_id": class.group.0, "question": "?", "options": [{"text": "a"}, {"text": "b"}]});
    let poll = class.ask("sendPoll", poll).await.unwrap();
    let refused = class.refusal("editMessageMedia", edit(&poll["message_id"])).await;
    assert_eq!(refused, "Bad Request: message can't be edited");
}

#[tokio::test]
async fn a_venue_is_a_place_with_a_name_and_both_must_be_on_the_map() {
    let class = Class::new().await;
    let venue = |latitude: f64, title: &str| json!({"chat_id": class.group.0, "latitude": latitude, "longitude": 2.5, "title": title, "address": "b"});
    let sent = class.ask("sendVenue", venue(1.5, "a")).await.unwrap();
    assert_eq!((&sent["venue"]["title"], &sent["location"]["latitude"]), (&json!("a"), &json!(1.5)));
    assert!(class.ask("sendVenue", venue(90.5, "a")).await.is_err());
    assert!(class.ask("sendVenue", venue(1.5, " ")).await.is_err());
}

#[tokio::test]
async fn what_a_group_does_not_allow_is_refused_by_kind() {
    let class = Class::new().await;
    let (picture, _) = files(&class);
    let bot = class.sandbox.bot();
    class.sandbox.demotes(bot, class.group).unwrap();
    class.sandbox.allows(class.group, Permissions::NONE).unwrap();
    let photo = json!({"chat_id": class.group.0, "photo": picture});
    let refused = class.refusal("sendPhoto", photo).await;
    assert_eq!(refused, "Bad Request: not enough rights to send photos to the chat");
}

#[tokio::test]
async fn a_person_writes_no_words_under_a_sticker() {
    let class = Class::new().await;
    let says = || class.sandbox.message(class.parent, class.group);
    assert!(says().text("x").sticker(vec![1]).send().is_err());
    assert!(says().sticker(vec![1]).send().is_ok());
    assert!(says().text(&"x".repeat(1_025)).photo(vec![1]).send().is_err());
}
