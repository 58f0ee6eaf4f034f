//! Purpose: no text makes the conversion panic, run away or lose the update's number needlessly.

use proptest::prelude::*;
use serde_json::json;

use super::corpus;
use crate::channel::telegram::parse;

#[test]
fn every_kind_of_update_is_understood() {
    for text in corpus::all() {
        assert!(parse(&text).incoming.is_ok(), "{text}");
    }
}

#[test]
fn every_beginning_of_an_update_is_bad_and_numbered() {
    for text in corpus::all() {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let parsed = parse(&text[..end]);
            assert!(parsed.incoming.is_err());
            // After `{"update_id":900` the number is known.
            if end > 16 {
                assert_eq!(parsed.update.map(|id| id.0), Some(900));
            }
        }
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    for (open, close) in [("[", "]"), ("{\"text\":", "}")] {
        let deep = open.repeat(100_000) + "1" + &close.repeat(100_000);
        for place in ["hologram", "rich_message", "text"] {
            let body =
                corpus::message(&json!({})).to_string().replacen('{', &format!("{{\"{place}\":{deep},"), 1);
            let parsed = parse(&format!("{{\"update_id\":4,\"message\":{body}}}"));
            assert_eq!(parsed.update.map(|id| id.0), Some(4));
            assert!(parsed.incoming.is_err(), "{place}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn a_damaged_update_is_survived(
        which in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let all = corpus::all();
        let mut bytes = which.get(&all).clone().into_bytes();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = parse(&text);
        }
    }

    #[test]
    fn a_field_of_any_other_type_is_survived(
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        value in prop::sample::select(vec!["null", "-1", "1e400", "\"\"", "[]", "{}", "true", "[[[\"x\"]]]", "\"\\ud800\""]),
    ) {
        let all = corpus::all();
        let text = which.get(&all);
        let colons: Vec<usize> = text.match_indices("\":").map(|(at, _)| at + 2).collect();
        let start = *place.get(&colons);
        // The value ends at the next comma or brace; where it is nested, that only damages more.
        let end = text[start..].find([',', '}']).map_or(text.len(), |end| start + end);
        let _ = parse(&format!("{}{value}{}", &text[..start], &text[end..]));
    }
}
