//! Purpose: styled text: `parse_mode` HTML, the entities Telegram finds by itself, and UTF-16 lengths.
//!
//! Invariant: offsets and lengths are UTF-16 units and never point outside their text.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::{Value, json};

/// Text with its entities, each a `MessageEntity` object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Styled {
    /// The plain text.
    pub text: String,
    /// Its entities, sorted by offset.
    pub entities: Vec<Value>,
}

impl Styled {
    /// Text whose commands, links, mentions and hashtags are marked the way Telegram marks them.
    #[must_use]
    pub fn detected(text: &str) -> Self {
        Self { text: text.to_owned(), entities: detect(text, &[]) }
    }
}

/// Length in UTF-16 units, the unit of Telegram's limits.
pub(super) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

fn patterns() -> &'static [(&'static str, Regex)] {
    static PATTERNS: OnceLock<Vec<(&'static str, Regex)>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let sources = [
            ("url", r"(?i)\b(?:https?://|tg://)[^\s<>，。！？、）]+|\b(?:[a-z0-9-]+\.)+(?:com|net|org|cn|me|io|top|xyz|vip|cc|info|shop|site)\b(?:/[^\s<>，。！？、）]*)?"),
            ("bot_command", r"(?:^|\s)(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)"),
            ("mention", r"(?:^|[^A-Za-z0-9_/@.])(@[A-Za-z][A-Za-z0-9_]{3,31})"),
            ("hashtag", r"(?:^|\s)(#[\p{L}\p{N}_]{1,256})"),
        ];
        sources.into_iter().filter_map(|(kind, source)| Some((kind, Regex::new(source).ok()?))).collect()
    })
}

/// The entities Telegram finds by itself, outside those in `taken`.
fn detect(text: &str, taken: &[Value]) -> Vec<Value> {
    if !text.bytes().any(|byte| matches!(byte, b'/' | b'@' | b'#' | b'.')) {
        return Vec::new();
    }
    let mut spans: Vec<(usize, usize)> = taken.iter().filter_map(span).collect();
    let mut found = Vec::new();
    for (kind, pattern) in patterns() {
        for hit in pattern.captures_iter(text) {
            let Some(part) = hit.get(1).or_else(|| hit.get(0)) else { continue };
            let offset = utf16_len(&text[..part.start()]);
            let length = utf16_len(part.as_str());
            let free = spans.iter().all(|(start, len)| offset + length <= *start || start + len <= offset);
            if free {
                spans.push((offset, length));
                found.push(json!({"type": kind, "offset": offset, "length": length}));
            }
        }
    }
    found.sort_by_key(|entity| span(entity).map_or(0, |(offset, _)| offset));
    found
}

fn span(entity: &Value) -> Option<(usize, usize)> {
    let number = |name: &str| entity.get(name)?.as_u64().and_then(|value| usize::try_from(value).ok());
    Some((number("offset")?, number("length")?))
}

/// Joins given entities with those Telegram finds; entities outside the text are refused.
///
/// # Errors
/// The description after `Bad Request: `.
pub(super) fn with_entities(text: String, given: &[Value]) -> Result<Styled, String> {
    let length = utf16_len(&text);
    for entity in given {
        let Some((offset, len)) = span(entity) else {
            return Err("can't parse entities: an entity needs offset and length".to_owned());
        };
        if offset.saturating_add(len) > length {
            return Err("ENTITY_BOUNDS_INVALID".to_owned());
        }
    }
    let mut entities = given.to_vec();
    entities.extend(detect(&text, given));
    entities.sort_by_key(|entity| span(entity).map_or(0, |(offset, _)| offset));
    Ok(Styled { text, entities })
}

/// Reads `parse_mode` HTML.
///
/// # Errors
/// `can't parse entities: …` with the byte offset, as Telegram words it.
pub(super) fn html(source: &str) -> Result<Styled, String> {
    let mut reader =
        Html { source, at: 0, text: String::new(), units: 0, open: Vec::new(), entities: Vec::new() };
    reader.read()?;
    let text = std::mem::take(&mut reader.text);
    let given = std::mem::take(&mut reader.entities);
    with_entities(text, &given)
}

/// A tag that waits for its end: its name, where its text starts, and what it becomes.
struct Open {
    tag: String,
    offset: usize,
    entity: Value,
}

struct Html<'a> {
    source: &'a str,
    at: usize,
    text: String,
    units: usize,
    open: Vec<Open>,
    entities: Vec<Value>,
}

impl Html<'_> {
    fn read(&mut self) -> Result<(), String> {
        while let Some(next) = self.source[self.at..].chars().next() {
            match next {
                '<' => self.tag()?,
                '&' => self.reference(),
                other => {
                    self.push(other);
                    self.at += other.len_utf8();
                }
            }
        }
        match self.open.last() {
            Some(open) => Err(format!(
                "can't parse entities: Can't find end tag corresponding to start tag \"{}\"",
                open.tag
            )),
            None => Ok(()),
        }
    }

    fn push(&mut self, letter: char) {
        self.text.push(letter);
        self.units += letter.len_utf16();
    }

    fn reference(&mut self) {
        const NAMED: [(&str, char); 4] = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')];
        let rest = &self.source[self.at..];
        if let Some((name, letter)) = NAMED.iter().find(|(name, _)| rest.starts_with(name)) {
            self.push(*letter);
            self.at += name.len();
        } else if let Some((letter, length)) = numeric_reference(rest) {
            self.push(letter);
            self.at += length;
        } else {
            self.push('&');
            self.at += 1;
        }
    }

    fn tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let rest = &self.source[begin..];
        let Some(length) = rest.find('>') else {
            return Err(format!("can't parse entities: Unclosed start tag at byte offset {begin}"));
        };
        let inside = &rest[1..length];
        self.at = begin + length + 1;
        if let Some(name) = inside.strip_prefix('/') {
            return self.close(&name.trim().to_ascii_lowercase(), begin);
        }
        let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        let name = name.to_ascii_lowercase();
        let Some(entity) = entity_of(&name, attributes) else {
            return Err(format!(
                "can't parse entities: Unsupported start tag \"{name}\" at byte offset {begin}"
            ));
        };
        self.open.push(Open { tag: name, offset: self.units, entity });
        Ok(())
    }

    fn close(&mut self, name: &str, begin: usize) -> Result<(), String> {
        let Some(open) = self.open.pop() else {
            return Err(format!("can't parse entities: Unexpected end tag at byte offset {begin}"));
        };
        if !name.is_empty() && open.tag != name {
            return Err(format!(
                "can't parse entities: Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{name}>\"",
                open.tag
            ));
        }
        let length = self.units - open.offset;
        if length > 0 && open.entity.get("type").is_some() {
            let mut entity = open.entity;
            entity["offset"] = json!(open.offset);
            entity["length"] = json!(length);
            self.entities.push(entity);
        }
        Ok(())
    }
}

fn numeric_reference(rest: &str) -> Option<(char, usize)> {
    let end = rest.find(';').filter(|end| *end <= 10)?;
    let digits = rest.get(2..end).filter(|_| rest.starts_with("&#"))?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(code)?, end + 1))
}

/// What a tag means; `None` for tags Telegram doesn't know. A link without an address is plain text.
fn entity_of(tag: &str, attributes: &str) -> Option<Value> {
    let kind = match tag {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "code" => "code",
        "pre" => "pre",
        "tg-spoiler" => "spoiler",
        "blockquote" if attributes.contains("expandable") => "expandable_blockquote",
        "blockquote" => "blockquote",
        "span" if attributes.contains("tg-spoiler") => "spoiler",
        "tg-emoji" => {
            let id = attribute(attributes, "emoji-id")?;
            return Some(json!({"type": "custom_emoji", "custom_emoji_id": id}));
        }
        "a" => {
            let Some(address) = attribute(attributes, "href") else { return Some(json!({})) };
            if let Some(person) = address.strip_prefix("tg://user?id=").and_then(|id| id.parse::<i64>().ok())
            {
                let user = json!({"id": person, "is_bot": false, "first_name": ""});
                return Some(json!({"type": "text_mention", "user": user}));
            }
            return Some(json!({"type": "text_link", "url": address}));
        }
        _ => return None,
    };
    Some(json!({"type": kind}))
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let rest = attributes.split_once(name)?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    let value = match quote {
        Some(quote) => rest[1..].split(quote).next()?,
        None => rest.split_whitespace().next()?,
    };
    Some(value.replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">"))
}
