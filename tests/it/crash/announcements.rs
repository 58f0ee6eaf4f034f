//! Purpose: an announcement that goes to every group again and again while the program dies, and what parents confirm of it.
//!
//! Invariant: what was confirmed is known from the buttons that were pressed, whichever copy of a message they were under.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use homeroom::sandbox::{ChatId, PersonId, Sandbox, World};
use homeroom::storage::Database;

/// How it begins; nothing else the bot says does.
pub const WORDS: &str = "每日一练：请提醒孩子读书二十分钟";
/// No answer of the bot takes longer.
const BOUND: Duration = Duration::from_mins(1);

/// Has the head of the school arrange it in the private chat: to all groups, with a button, at the times of `cron`.
pub async fn arrange(sandbox: &Sandbox, head: PersonId, cron: &str) {
    let chat = head.private_chat();
    sandbox.starts_bot(head, None).unwrap();
    let writes = |words: &str| sandbox.writes(head, chat, words).unwrap();
    writes("/announce");
    offered(sandbox, chat, "Cancel").await;
    writes(WORDS);
    for label in ["That's all", "All my groups", "Done", "An “I've read it” button", "Urgent", "Next"] {
        press(sandbox, head, label).await;
    }
    offered(sandbox, chat, "Tonight").await;
    sandbox.writes(head, chat, cron).unwrap();
    for label in ["Yes, that's it", "Confirm, send at that time"] {
        press(sandbox, head, label).await;
    }
}

/// Waits for a button that begins like this; returns its message and its whole label.
async fn offered(sandbox: &Sandbox, chat: ChatId, label: &str) -> (i64, String) {
    let seen = |world: &World| {
        let buttons =
            |said: &homeroom::sandbox::Said| said.buttons.iter().flatten().cloned().collect::<Vec<_>>();
        let mut said: Vec<_> = world.said(chat).collect();
        let last = said.pop()?;
        let button = buttons(&last).into_iter().find(|button| button.text.contains(label))?;
        Some((last.id, button.text))
    };
    let seen = sandbox.until(BOUND, seen).await;
    seen.unwrap_or_else(|_| {
        let said = sandbox.read(|world| world.said(chat).last().map(|said| said.text));
        panic!("no button {label}: {said:?}")
    })
}

async fn press(sandbox: &Sandbox, head: PersonId, label: &str) {
    let chat = head.private_chat();
    let (message, label) = offered(sandbox, chat, label).await;
    let press = sandbox.presses(head, chat, message, &label).unwrap();
    sandbox.until(BOUND, |world| world.callback_answer(&press).is_some().then_some(())).await.unwrap();
}

/// Every run that was begun reached every group, and exactly those confirmed who pressed. `pressed` has the messages whose
/// button people pressed. Returns how many messages and confirmations that were.
pub async fn judge(
    database: &Database,
    groups: usize,
    pressed: &HashSet<(PersonId, ChatId, i64)>,
) -> (usize, usize) {
    let mut tx = database.read().await.unwrap();
    let sql = "SELECT r.id, r.state, g.native, p.messages FROM broadcast_runs r
               JOIN broadcast_posts p ON p.run = r.id JOIN groups g ON g.id = p.to_id WHERE p.to_kind = 'group'";
    let mut posts: HashMap<i64, usize> = HashMap::new();
    let mut run_of: HashMap<(ChatId, i64), i64> = HashMap::new();
    for row in tx.rows(sql, &[]).await.unwrap() {
        let (run, state, chat): (i64, String, String) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        assert_eq!(state, "sent", "run {run}");
        *posts.entry(run).or_default() += 1;
        let messages: Option<String> = row.get(3).unwrap();
        for message in
            messages.map_or_else(Vec::new, |list| serde_json::from_str::<Vec<String>>(&list).unwrap())
        {
            run_of.insert((ChatId(chat.parse().unwrap()), message.parse().unwrap()), run);
        }
    }
    for (run, count) in &posts {
        assert_eq!(*count, groups, "run {run}");
    }
    let mut should: HashSet<(PersonId, i64)> = HashSet::new();
    // A copy that was sent before a crash: the program knows only of the one it sent after it.
    let mut pressed_copies: HashSet<PersonId> = HashSet::new();
    for (person, chat, message) in pressed {
        match run_of.get(&(*chat, *message)) {
            Some(run) => drop(should.insert((*person, *run))),
            None => drop(pressed_copies.insert(*person)),
        }
    }
    let sql = "SELECT p.native, c.run FROM broadcast_receipts c JOIN people p ON p.id = c.person WHERE c.step = 'read'";
    let mut has: HashSet<(PersonId, i64)> = HashSet::new();
    for row in tx.rows(sql, &[]).await.unwrap() {
        let person: String = row.get(0).unwrap();
        has.insert((PersonId(person.parse().unwrap()), row.get(1).unwrap()));
    }
    let lost: Vec<_> = should.difference(&has).collect();
    assert!(lost.is_empty(), "confirmations lost: {lost:?}");
    let made_up: Vec<_> =
        has.difference(&should).filter(|(person, _)| !pressed_copies.contains(person)).collect();
    assert!(made_up.is_empty(), "nobody confirmed: {made_up:?}");
    (posts.values().sum(), has.len())
}
