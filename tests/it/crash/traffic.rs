//! Purpose: what was really sent, from the simulator's log, held against what was to be sent, from the outbox.
//!
//! Invariant: a message is recognised by everything its reader sees (chat, words, reader, button, what it answers), so
//! rows that say the very same thing are counted together.

use std::collections::{HashMap, HashSet};
use std::fmt;

use homeroom::sandbox::{ChatId, Outcome, Request, World};
use homeroom::storage::{Database, Row};
use serde_json::Value;

/// How a message looks: chat, words, who alone sees it, what it answers, what its first button sends back.
type Look = (String, String, String, String, String);

/// What became of all messages.
#[derive(Default)]
pub struct Traffic {
    /// Rows of the outbox that are messages.
    pub rows: usize,
    /// Messages sent, duplicates included.
    pub sends: usize,
    /// Messages sent more often than there are rows for them.
    pub duplicates: usize,
    /// Rows given up after two unknown ends.
    pub quarantined: usize,
    /// Of these, rows that nobody has read.
    pub unread: usize,
    /// The most duplicates that one crash brought one chat.
    pub worst_crash: usize,
}

impl fmt::Display for Traffic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, sends, duplicates, quarantined, unread, worst_crash } = self;
        write!(
            out,
            "{rows} messages, {sends} sends, {duplicates} duplicates ({worst_crash} of a crash and chat), \
             {quarantined} quarantined, {unread} of them unread"
        )
    }
}

/// How the rows of one look stand.
#[derive(Default)]
struct Rows {
    all: usize,
    sent: usize,
}

/// Compares both; panics at the first message lost or sent too often.
pub async fn compare(database: &Database, requests: &[Request]) -> Traffic {
    let mut traffic = Traffic::default();
    let rows = rows(database, &mut traffic).await;
    let mut sends: HashMap<Look, Vec<usize>> = HashMap::new();
    let mut life = 0;
    for request in requests {
        // A program asks who it is before anything else.
        life += usize::from(request.method == "getMe");
        if matches!(request.method.as_str(), "sendMessage" | "sendPoll") && was_applied(&request.outcome) {
            sends.entry(look_of_request(&request.body)).or_default().push(life);
        }
    }
    let mut by_crash: HashMap<(usize, String), usize> = HashMap::new();
    for (look, lives) in &sends {
        let Some(known) = rows.get(look) else { panic!("sent without a row: {look:?}") };
        assert!(lives.len() <= 2 * known.all, "sent {} times: {look:?}", lives.len());
        traffic.sends += lives.len();
        traffic.duplicates += lives.len().saturating_sub(known.all);
        if known.all == 1 {
            for first in lives.iter().take(lives.len() - 1) {
                *by_crash.entry((*first, look.0.clone())).or_default() += 1;
            }
        }
    }
    for (look, known) in &rows {
        let sent = sends.get(look).map_or(0, Vec::len);
        assert!(sent >= known.sent, "{} rows count as sent, {sent} were: {look:?}", known.sent);
        traffic.unread += known.all.saturating_sub(sent);
    }
    traffic.worst_crash = by_crash.into_values().max().unwrap_or(0);
    traffic
}

fn was_applied(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Ok | Outcome::Fault { applied: true })
}

async fn rows(database: &Database, traffic: &mut Traffic) -> HashMap<Look, Rows> {
    let mut tx = database.read().await.unwrap();
    let found = tx
        .rows(
            "SELECT COALESCE(g.native, p.native), o.payload, o.state FROM outbox o
             LEFT JOIN groups g ON o.to_kind = 'group' AND g.id = o.to_id
             LEFT JOIN people p ON o.to_kind = 'person' AND p.id = o.to_id
             WHERE o.counts = 1 AND NOT (o.state = 'expired' AND o.error IN ('reworded', 'taken back'))",
            &[],
        )
        .await
        .unwrap();
    let mut rows: HashMap<Look, Rows> = HashMap::new();
    for row in found {
        let (payload, state): (String, String) = (row.get(1).unwrap(), row.get(2).unwrap());
        let what: Value = serde_json::from_str(&payload).unwrap();
        if matches!(what["do"].as_str(), Some("edit" | "buttons" | "amend")) {
            continue;
        }
        traffic.rows += 1;
        assert!(matches!(state.as_str(), "sent" | "quarantined"), "a message ended as {state}: {payload}");
        traffic.quarantined += usize::from(state == "quarantined");
        let known = rows.entry(look_of_row(row.get(0).unwrap(), &what)).or_default();
        known.all += 1;
        known.sent += usize::from(state == "sent");
    }
    rows
}

/// The words of a row.
pub fn text_of_row(what: &Value) -> String {
    plain(match what["do"].as_str() {
        Some("quiz") => &what["question"],
        Some("post") => &what["content"]["body"]["text"],
        _ => &what["card"]["body"]["text"],
    })
}

/// How often each text was sent to each chat.
pub fn texts(requests: &[Request]) -> HashMap<(String, String), usize> {
    let mut texts = HashMap::new();
    let is_sent = |request: &&Request| request.method == "sendMessage" && was_applied(&request.outcome);
    for Request { body, .. } in requests.iter().filter(is_sent) {
        *texts.entry((plain(&body["chat_id"]), plain(&body["text"]))).or_default() += 1;
    }
    texts
}

fn look_of_row(chat: String, what: &Value) -> Look {
    let card = if what["do"] == "post" { what } else { &what["card"] };
    let token = &card["buttons"][0][0]["does"]["token"];
    (chat, text_of_row(what), plain(&what["to"]), plain(&card["reply_to"]), plain(token))
}

fn look_of_request(body: &Value) -> Look {
    let text = body.get("text").or_else(|| body.get("question")).unwrap_or(&Value::Null);
    let receiver = &body["ephemeral_message_parameters"]["receiver_user_id"];
    let token = &body["reply_markup"]["inline_keyboard"][0][0]["callback_data"];
    let reply = &body["reply_parameters"]["message_id"];
    (plain(&body["chat_id"]), plain(text), plain(receiver), plain(reply), plain(token))
}

/// Numbers and texts alike, as plain words; nothing as no words.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The questions whose answers were given up: chat and message.
pub async fn given_up(database: &Database) -> HashSet<(ChatId, i64)> {
    let mut tx = database.read().await.unwrap();
    let sql =
        "SELECT g.native, o.payload FROM outbox o JOIN groups g ON o.to_kind = 'group' AND g.id = o.to_id
               WHERE o.state = 'quarantined' AND o.dedup_key LIKE 'answer/%'";
    let rows = tx.rows(sql, &[]).await.unwrap();
    let read = |row: &Row| {
        let (chat, payload): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        let what: Value = serde_json::from_str(&payload).unwrap();
        (ChatId(chat.parse().unwrap()), plain(&what["card"]["reply_to"]).parse().unwrap())
    };
    rows.iter().map(read).collect()
}

/// The log of a world.
pub fn log(world: &World) -> Vec<Request> {
    world.requests().cloned().collect()
}
