//! Purpose: what the page's reader does, turned into what people do.
//!
//! Invariant: every act goes through the same methods as a test's, so the page can do nothing a client couldn't.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock::{DAY_MS, Millis};

use super::Sandbox;
use super::ids::{CannotDo, ChatId, PersonId};
use super::page::picture_type;
use super::people::Speech;
use super::standing::{Rights, Standing};
use super::world::World;

/// Bytes of a file sent through the page.
const FILE_MAX: usize = 5 << 20;
/// Letters of a file's name.
const FILE_NAME_MAX: usize = 200;
/// Files of an album.
const ALBUM: std::ops::RangeInclusive<usize> = 2..=10;
/// The clock may be moved this far at once.
const MOVE_MAX_MS: i64 = 400 * DAY_MS;

/// Does what the page asked for.
pub(super) fn act(sandbox: &Sandbox, wanted: &Value) -> Result<Value, CannotDo> {
    let wanted = Wanted { fields: wanted };
    let person = PersonId(wanted.int("as")?);
    let chat = || wanted.int("chat").map(ChatId);
    match wanted.text("act")? {
        "write" => {
            let mut speech = sandbox.message(person, chat()?).text(wanted.text("text")?);
            if let Some(reply) = wanted.fields.get("reply_to").and_then(Value::as_i64) {
                speech = speech.reply_to(reply);
            }
            speech.send().map(|id| json!({"id": id}))
        }
        kind @ ("photo" | "file" | "video" | "audio" | "voice") => {
            with_file(sandbox.message(person, chat()?), kind, &wanted)?.send().map(|id| json!({"id": id}))
        }
        "album" => send_album(sandbox, person, chat()?, &wanted),
        "poll" => {
            let options: Vec<&str> = wanted.list("options").iter().filter_map(Value::as_str).collect();
            let (multiple, anonymous) = (wanted.flag("multiple"), wanted.flag("anonymous"));
            let poll = sandbox.message(person, chat()?);
            let poll = poll.poll_with(wanted.text("question")?, &options, multiple, anonymous);
            poll.send().map(|id| json!({"id": id}))
        }
        "place" => send_place(sandbox, person, chat()?, &wanted),
        "forward" => {
            let from = ChatId(wanted.int("from")?);
            sandbox.forwards(person, from, wanted.int("id")?, chat()?).map(|id| json!({"id": id}))
        }
        "edit" => done(sandbox.edits(person, chat()?, wanted.int("id")?, wanted.text("text")?)),
        "press" => press(sandbox, person, chat()?, &wanted),
        "vote" => done(sandbox.votes(person, wanted.text("poll")?, &wanted.options())),
        "retract" => done(sandbox.retracts_vote(person, wanted.text("poll")?)),
        "join" => done(sandbox.joins(person, chat()?)),
        "leave" => done(sandbox.leaves(person, chat()?)),
        "rename" => done(sandbox.renames(person, wanted.text("name")?.trim(), None)),
        "start" => {
            let payload = wanted.text("payload").ok().filter(|payload| !payload.is_empty());
            sandbox.starts_bot(person, payload).map(|id| json!({"id": id}))
        }
        "promote" | "demote" | "add_bot" | "remove_bot" => lead(sandbox, person, chat()?, &wanted),
        "clock" => move_clock(sandbox, &wanted),
        "dismiss" => {
            sandbox.dismisses(person, wanted.text("alert")?);
            Ok(json!({}))
        }
        _ => CannotDo::because("there is no such act"),
    }
}

fn done(result: Result<(), CannotDo>) -> Result<Value, CannotDo> {
    result.map(|()| json!({}))
}

/// What only those who lead the group may do.
fn lead(sandbox: &Sandbox, person: PersonId, chat: ChatId, wanted: &Wanted<'_>) -> Result<Value, CannotDo> {
    let leads = sandbox.read(|world| world.standing(chat, person)).is_some_and(Standing::is_staff);
    if !leads {
        return CannotDo::because("only those who lead the group can do this");
    }
    done(match wanted.text("act")? {
        "promote" => sandbox.promotes(PersonId(wanted.int("person")?), chat, Rights::ALL),
        "demote" => sandbox.demotes(PersonId(wanted.int("person")?), chat),
        "add_bot" => sandbox.adds_bot(person, chat),
        _ => sandbox.removes_bot(person, chat),
    })
}

/// The speech with the file of `data_url`, shown as what the act says.
fn with_file(speech: Speech, act: &str, wanted: &Wanted<'_>) -> Result<Speech, CannotDo> {
    let (mime, bytes) = file(wanted.text("data_url")?)?;
    let speech = speech.text(wanted.text("caption").unwrap_or_default());
    let name: String = wanted.text("name").unwrap_or("file").chars().take(FILE_NAME_MAX).collect();
    Ok(match act {
        "photo" if picture_type(&bytes).is_none() => return CannotDo::because("this is no picture"),
        "photo" => speech.photo(bytes),
        "video" => speech.video(&name, bytes),
        "audio" => speech.audio(&name, bytes),
        "voice" => speech.voice(bytes),
        _ => speech.document(&name, mime, bytes),
    })
}

/// The MIME type and bytes of a `data:` address.
fn file(address: &str) -> Result<(&str, Bytes), CannotDo> {
    let Some((mime, data)) = address.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"))
    else {
        return CannotDo::because("a file comes as a base64 data: address");
    };
    if data.len() > FILE_MAX / 3 * 4 + 4 {
        return CannotDo::because("a file has at most 5 MB");
    }
    let Ok(bytes) = STANDARD.decode(data) else { return CannotDo::because("this file is damaged") };
    Ok((mime, Bytes::from(bytes)))
}

/// Each of `files` says with `act` as what it is shown; the words stand under the first. As in Telegram's clients,
/// pictures and videos go together, files with files, and music with music.
fn send_album(
    sandbox: &Sandbox,
    person: PersonId,
    chat: ChatId,
    wanted: &Wanted<'_>,
) -> Result<Value, CannotDo> {
    let files = wanted.list("files");
    let kind = |file: &Value| match file.get("act").and_then(Value::as_str) {
        Some("photo" | "video") => Some("sight"),
        Some("audio") => Some("audio"),
        Some("file") => Some("file"),
        _ => None,
    };
    let sort = files.first().and_then(kind);
    if !ALBUM.contains(&files.len()) || sort.is_none() || files.iter().any(|file| kind(file) != sort) {
        return CannotDo::because("an album is 2 to 10 pictures and videos, or files, or music");
    }
    let album = sandbox.new_album();
    let mut speeches = Vec::with_capacity(files.len());
    for (index, file) in files.iter().enumerate() {
        let file = Wanted { fields: file };
        let mut speech = with_file(sandbox.message(person, chat), file.text("act")?, &file)?;
        if let (0, Ok(caption)) = (index, wanted.text("caption")) {
            speech = speech.text(caption);
        }
        speeches.push(speech.in_album(&album));
    }
    let ids: Result<Vec<i64>, CannotDo> = speeches.into_iter().map(Speech::send).collect();
    ids.map(|ids| json!({"ids": ids}))
}

fn send_place(
    sandbox: &Sandbox,
    person: PersonId,
    chat: ChatId,
    wanted: &Wanted<'_>,
) -> Result<Value, CannotDo> {
    let angle = |name: &str, most: f64| {
        let angle = wanted.fields.get(name).and_then(Value::as_f64).filter(|angle| angle.abs() <= most);
        angle.ok_or_else(|| CannotDo(format!("\"{name}\" must be an angle of at most {most} degrees")))
    };
    let place = (angle("latitude", 90.0)?, angle("longitude", 180.0)?);
    let speech = sandbox.message(person, chat);
    let speech = match wanted.text("title") {
        Ok(title) => speech.venue(place, title, wanted.text("address").unwrap_or_default()),
        Err(_) => speech.location(place.0, place.1),
    };
    speech.send().map(|id| json!({"id": id}))
}

/// `data_id` is a button's place: `row.column`.
fn press(sandbox: &Sandbox, person: PersonId, chat: ChatId, wanted: &Wanted<'_>) -> Result<Value, CannotDo> {
    let id = wanted.int("id")?;
    let ephemeral = wanted.fields.get("ephemeral").and_then(Value::as_bool).unwrap_or(false);
    let place = wanted.text("data_id")?;
    let data = sandbox.read(|world| {
        let chat = world.chat(chat)?;
        let message = if ephemeral { chat.ephemeral(id) } else { chat.message(id) }?;
        let (row, column) = place.split_once('.')?;
        let button =
            message.buttons().get(row.parse::<usize>().ok()?)?.get(column.parse::<usize>().ok()?)?.clone();
        button.data
    });
    let Some(data) = data else { return CannotDo::because("there is no such button any more") };
    let callback = if ephemeral {
        sandbox.presses_ephemeral(person, chat, id, &data)
    } else {
        sandbox.presses(person, chat, id, &data)
    };
    callback.map(|callback| json!({"callback": callback}))
}

fn move_clock(sandbox: &Sandbox, wanted: &Wanted<'_>) -> Result<Value, CannotDo> {
    let clock = sandbox.clock();
    let now = clock.now();
    let to = if wanted.text("to").is_ok_and(|to| to == "next") {
        match sandbox.next_event() {
            // Just after it, so that it is due whatever rounding happens on the way.
            Some(next) => next.plus_ms(1),
            None => return CannotDo::because("nothing is scheduled"),
        }
    } else {
        Millis(wanted.int("to_ms")?)
    };
    if to.since_ms(now) > MOVE_MAX_MS {
        return CannotDo::because("the clock moves at most 400 days at once");
    }
    clock.advance_to(to);
    sandbox.act(World::touch);
    Ok(json!({"now_ms": clock.now().0}))
}

/// The request's fields.
struct Wanted<'a> {
    fields: &'a Value,
}

impl<'a> Wanted<'a> {
    /// A whole number, or one written as text.
    fn int(&self, name: &str) -> Result<i64, CannotDo> {
        let value = self.fields.get(name);
        let number = value.and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()));
        number.ok_or_else(|| CannotDo(format!("\"{name}\" must be a number")))
    }

    fn text(&self, name: &str) -> Result<&'a str, CannotDo> {
        let text = self.fields.get(name).and_then(Value::as_str);
        text.ok_or_else(|| CannotDo(format!("\"{name}\" must be a text")))
    }

    fn list(&self, name: &str) -> &'a [Value] {
        self.fields.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn flag(&self, name: &str) -> bool {
        self.fields.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    fn options(&self) -> Vec<usize> {
        let number = |option: &Value| usize::try_from(option.as_i64()?).ok();
        self.list("options").iter().filter_map(number).collect()
    }
}
