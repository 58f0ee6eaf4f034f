//! Purpose: what of a message in a private chat can be posted again, by Telegram's documented shapes.

use serde_json::{Value, json};

use super::corpus::{message, parent, said};
use crate::channel::{Content, Degrees, Media, MediaKind, Span, Style, Styled};
use crate::ids::Native;

/// What is read from these fields of a message to the bot.
fn content(fields: Value) -> Option<Content> {
    let mut fields = fields;
    fields["chat"] = json!({"id": 11, "type": "private", "first_name": "王"});
    said(&fields).content
}

fn media(kind: MediaKind, file: &str) -> Media {
    Media { kind, file: Native::from(file), name: None, bytes: None, spoiler: false }
}

fn file(id: &str) -> Value {
    json!({"file_id": id, "file_unique_id": format!("u{id}")})
}

#[test]
fn every_style_is_taken_and_what_telegram_finds_by_itself_is_not() {
    let kinds = [
        ("bold", Style::Bold),
        ("italic", Style::Italic),
        ("underline", Style::Underline),
        ("strikethrough", Style::Strike),
        ("spoiler", Style::Spoiler),
        ("code", Style::Code),
        ("pre", Style::Pre),
        ("blockquote", Style::Quote),
        ("expandable_blockquote", Style::Quote),
    ];
    for (kind, style) in kinds {
        let read =
            content(json!({"text": "😀 春游", "entities": [{"type": kind, "offset": 3, "length": 2}]}));
        let spans = vec![Span { start: 3, length: 2, style: Some(style), link: None }];
        assert_eq!(
            read,
            Some(Content::Text { body: Styled { text: "😀 春游".to_owned(), spans } }),
            "{kind}"
        );
    }
    let found = json!([
        {"type": "url", "offset": 0, "length": 9}, {"type": "mention", "offset": 0, "length": 2},
        {"type": "date_time", "offset": 0, "length": 2, "unix_time": 1}, {"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "5"},
        {"type": "text_mention", "offset": 0, "length": 2, "user": parent()},
        {"type": "text_link", "offset": 0, "length": 2, "url": "https://a.example/"},
    ]);
    let read = content(json!({"text": "a.example", "entities": found}));
    let link = Span { start: 0, length: 2, style: None, link: Some("https://a.example/".to_owned()) };
    let body = Styled { text: "a.example".to_owned(), spans: vec![link] };
    assert_eq!(read, Some(Content::Text { body }));
}

#[test]
fn of_a_picture_the_largest_size_is_taken() {
    let size = |id: &str, side: u32| json!({"file_id": id, "file_unique_id": "u", "width": side, "height": side, "file_size": side});
    let photo = json!([size("small", 90), size("large", 1280), size("middle", 320)]);
    let read = content(json!({"photo": photo, "caption": "春游", "has_media_spoiler": true}));
    let media = Media { bytes: Some(1280), spoiler: true, ..media(MediaKind::Picture, "large") };
    assert_eq!(read, Some(Content::Media { media, caption: Styled::from("春游".to_owned()) }));
}

#[test]
fn each_kind_of_file_is_told_apart() {
    let kinds = [
        ("document", MediaKind::File),
        ("video", MediaKind::Video),
        ("animation", MediaKind::Animation),
        ("audio", MediaKind::Audio),
        ("voice", MediaKind::Voice),
        ("video_note", MediaKind::VideoNote),
        ("sticker", MediaKind::Sticker),
    ];
    for (field, kind) in kinds {
        let read = content(json!({field: file("f")}));
        let expected = Content::Media { media: media(kind, "f"), caption: Styled::default() };
        assert_eq!(read, Some(expected), "{field}");
    }
    let both = content(json!({"animation": file("a"), "document": file("d")}));
    let Some(Content::Media { media, .. }) = both else { panic!("{both:?}") };
    assert_eq!((media.kind, media.file.as_str()), (MediaKind::Animation, "a"));
    let named = json!({"file_id": "f", "file_unique_id": "u", "file_name": "成绩.xlsx", "file_size": 5_000_000_000_u64});
    let Some(Content::Media { media, .. }) = content(json!({"document": named})) else { panic!("no file") };
    assert_eq!((media.name.as_deref(), media.bytes), (Some("成绩.xlsx"), Some(5_000_000_000)));
}

fn poll(kind: &str) -> Value {
    json!({
        "id": "5", "question": "周六去吗?", "options": [{"text": "去", "voter_count": 3}, {"text": "不去", "voter_count": 0}],
        "total_voter_count": 3, "is_closed": false, "is_anonymous": true, "type": kind, "allows_multiple_answers": true,
    })
}

#[test]
fn a_poll_and_a_place_are_taken_whole() {
    let expected = Content::Poll {
        question: "周六去吗?".to_owned(),
        options: vec!["去".to_owned(), "不去".to_owned()],
        multiple: true,
        anonymous: true,
    };
    assert_eq!(content(json!({"poll": poll("regular")})), Some(expected));
    let location = json!({"latitude": 39.904_2, "longitude": -116.407_396_3});
    let place = |named: Option<(&str, &str)>| Content::Place {
        latitude: Degrees(399_042_000),
        longitude: Degrees(-1_164_073_963),
        title: named.map(|(title, _)| title.to_owned()),
        address: named.map(|(_, address)| address.to_owned()),
    };
    assert_eq!(content(json!({"location": location})), Some(place(None)));
    let venue = json!({"location": location, "title": "科技馆", "address": "北辰东路5号"});
    let read = content(json!({"venue": venue, "location": location}));
    assert_eq!(read, Some(place(Some(("科技馆", "北辰东路5号")))));
}

#[test]
fn a_forwarded_message_is_read_like_any_other() {
    let origin = json!({"type": "hidden_user", "date": 1, "sender_user_name": "某人"});
    let read = content(json!({"text": "通知", "forward_origin": origin}));
    assert_eq!(read, Some(Content::Text { body: Styled::from("通知".to_owned()) }));
}

#[test]
fn what_could_not_be_posted_the_same_is_nothing() {
    let mut with_picture = poll("regular");
    with_picture["media"] = json!({"photo": []});
    for fields in [
        json!({"contact": {"phone_number": "1", "first_name": "李"}}),
        json!({"dice": {"emoji": "🎲", "value": 3}}),
        json!({"game": {"title": "t", "description": "d", "photo": []}, "text": "t"}),
        json!({"paid_media": {"star_count": 1, "paid_media": []}, "caption": "c"}),
        json!({"story": {"chat": {"id": 1, "type": "private"}, "id": 1}}),
        json!({"rich_message": {"blocks": []}}),
        json!({"poll": poll("quiz")}),
        json!({"poll": with_picture}),
        json!({"location": {"latitude": 1.5, "longitude": 2.5, "live_period": 900}}),
        json!({"location": {"latitude": 91.0, "longitude": 2.5}}),
        json!({"something_new": {"text": "?"}}),
    ] {
        assert_eq!(content(fields.clone()), None, "{fields}");
    }
}

#[test]
fn a_shape_nobody_documented_is_nothing_and_the_message_is_read_all_the_same() {
    for fields in [
        json!({"photo": {"file_id": "f"}, "caption": "看"}),
        json!({"photo": [{"width": 3}], "caption": "看"}),
        json!({"photo": [], "caption": "看"}),
        json!({"voice": 5, "caption": "看"}),
        json!({"sticker": [], "caption": "看"}),
        json!({"caption": "看", "video_note": {"file_id": 7}}),
        json!({"caption": "看", "caption_entities": [{"type": "bold", "offset": -1, "length": 2}], "voice": file("f")}),
    ] {
        let mut fields = fields;
        fields["chat"] = json!({"id": 11, "type": "private", "first_name": "王"});
        let said = said(&fields);
        assert_eq!((said.words(), &said.content), ("看", &None), "{fields}");
    }
    let outside = json!([{"type": "bold", "offset": 1, "length": 9}, {"type": "bold", "offset": 0, "length": 0}, {"type": "bold", "offset": u64::MAX, "length": 3}]);
    let read = content(json!({"text": "春游", "entities": outside}));
    assert_eq!(read, Some(Content::Text { body: Styled::from("春游".to_owned()) }));
}

#[test]
fn nothing_is_read_in_groups() {
    assert_eq!(said(&json!({"text": "通知"})).content, None);
    assert_eq!(said(&message(&json!({"photo": [file("f")]}))).content, None);
}
