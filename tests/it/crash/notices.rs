//! Purpose: notices, each published once, that come into a group by themselves or, beyond its burden limit, in the digest,
//! and are copied to everybody there who has not opted out.
//!
//! Invariant: each has a number that nothing else the bot says has, so every message is known to hold it or not. The
//! program's clock can't be moved; what is moved is when a digest is due.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use homeroom::broadcasts::{self, Draft, Topic};
use homeroom::channel::{Content, Styled};
use homeroom::clock::{Clock, HOUR_MS};
use homeroom::random::Random;
use homeroom::sandbox::{PersonId, Request, Sandbox, World};
use homeroom::storage::Database;
use serde_json::Value;

use super::crowd::Class;
use super::desk::Desk;
use super::traffic;

/// A notice begins by itself within so many seconds.
const SOON_S: u64 = 2;
/// Every fourth is so long that its whole follows the digest.
const LONG_UNITS: usize = 1_200;
/// No answer of the bot takes longer.
const BOUND: Duration = Duration::from_mins(1);
/// In so many classes, one parent wants nothing in private.
const OPTED_OUT: usize = 6;
/// How a digest begins.
const DIGEST: &str = "📮";

/// Adds the topic, the burden limit, that announcements may come as often as they like, and that every day is a school day.
pub fn write(folder: &Path, pushes_a_day: usize) {
    let save = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    // What is announced here comes every few seconds.
    let topic = "at_most_every_minutes = 0\n[[topics]]\nid = \"safety\"\nprivate_copies = true\n[topics.name]\nzh-CN = \"安全\"\n";
    save("broadcasts.toml", topic);
    let school = fs::read_to_string(folder.join("school.toml")).unwrap();
    let burden = format!("{school}[burden]\npushes_per_day = {pushes_a_day}\ndigest_at = \"23:59\"\n");
    save("school.toml", &burden);
    let today = Clock::system().now().to_utc().date_naive();
    let (from, until) = (today - chrono::Days::new(2), today + chrono::Days::new(30));
    fs::create_dir_all(folder.join("calendar")).unwrap();
    let day = format!("[[day]]\nname = \"上课\"\nfrom = {from}\nuntil = {until}\nschool = true\n");
    save("calendar/school.toml", &day);
}

/// Who gets copies, and who has opted out.
#[derive(Default)]
pub struct Readers {
    wanting: HashSet<PersonId>,
    opted_out: HashSet<PersonId>,
}

impl Readers {
    /// All parents talk in their groups and open their private chats; some opt out there.
    pub async fn meet(sandbox: &Sandbox, classes: &[Class]) -> Self {
        let mut readers = Self::default();
        for (number, class) in classes.iter().enumerate() {
            for (place, parent) in class.parents.iter().enumerate() {
                sandbox.writes(*parent, class.group, "老师好").unwrap();
                if number < OPTED_OUT && place == 2 {
                    opt_out(sandbox, *parent).await;
                    readers.opted_out.insert(*parent);
                } else if readers.wanting.insert(*parent) {
                    sandbox.starts_bot(*parent, None).unwrap();
                }
            }
        }
        sandbox.idle(BOUND).await.unwrap();
        readers
    }
}

async fn opt_out(sandbox: &Sandbox, parent: PersonId) {
    let chat = parent.private_chat();
    sandbox.starts_bot(parent, None).unwrap();
    sandbox.writes(parent, chat, "/topics").unwrap();
    let switch = |world: &World| {
        let said: Vec<_> = world.said(chat).collect();
        said.iter().rev().find_map(|said| {
            let label = said.buttons.iter().flatten().find(|button| button.text.contains("安全"))?;
            Some((said.id, label.text.clone()))
        })
    };
    let (message, label) = sandbox.until(BOUND, switch).await.unwrap();
    let press = sandbox.presses(parent, chat, message, &label).unwrap();
    sandbox.until(BOUND, |world| world.callback_answer(&press).is_some().then_some(())).await.unwrap();
}

/// What all messages of a notice have in them, and nothing else has.
fn mark(number: usize) -> String {
    format!("通知 {number} 号")
}

/// Whether a request sends a notice.
pub fn is_one(request: &Request) -> bool {
    request.method == "sendMessage"
        && request.body["text"].as_str().is_some_and(|text| !numbers(text).is_empty())
}

fn is_long(number: usize) -> bool {
    number % 4 == 3
}

/// The head publishes notices, each for a moment soon.
pub async fn publish(desk: &Desk, head: PersonId, numbers: Range<usize>, random: &Random) {
    for number in numbers {
        let soon_ms = i64::try_from(1_000 * (1 + random.below(SOON_S))).unwrap();
        // What the clock of the school's wall shows then.
        let shown = Clock::system().now().plus_ms(8 * HOUR_MS + soon_ms).to_utc();
        let mut words = format!("{}：请给孩子带一本书。", mark(number));
        if is_long(number) {
            words.push_str(&"读".repeat(LONG_UNITS));
        }
        let draft = Draft {
            contents: vec![Content::Text { body: Styled::from(words) }],
            topic: Topic("safety".to_owned()),
            when: Some(format!("always - - once {}", shown.format("%Y-%m-%dT%H:%M:%S"))),
            ..Draft::default()
        };
        desk.perform(head, async |work, author| broadcasts::publish(work, author, draft).await).await;
    }
}

/// Has the time of every digest that is waited for come.
pub async fn let_digests_come(desk: &Desk) {
    let now = Clock::system().now();
    desk.alter("UPDATE digest_items SET due_at = $1 WHERE digest IS NULL AND due_at > $1", &[now.into()])
        .await;
}

/// How the notices came.
#[derive(Default)]
pub struct Came {
    /// Messages of their own, in groups.
    pub directly: usize,
    /// Notices in a group's digest.
    pub digested: usize,
    /// Private copies.
    pub copies: usize,
    /// Given up after two unknown ends, and never seen.
    pub unseen: usize,
    /// Seen twice.
    pub twice: usize,
}

impl fmt::Display for Came {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { directly, digested, copies, unseen, twice } = self;
        write!(
            out,
            "notices: {directly} posts, {digested} in digests, {copies} copies; {twice} seen twice, {unseen} never"
        )
    }
}

impl Came {
    /// Counts a row that was sent so often.
    fn count(&mut self, times: usize, row: &Row, chat: &str) {
        assert!(times > 0 || row.is_given_up, "lost in {chat}: {}", row.text);
        assert!(times <= 2, "{times} times in {chat}: {}", row.text);
        self.unseen += usize::from(times == 0);
        self.twice += usize::from(times == 2);
    }
}

/// A message to be sent that holds a notice.
struct Row {
    text: String,
    is_given_up: bool,
}

/// Each group has each notice once, by itself or in a digest, and each reader who wants it one copy: one row of the outbox
/// for each, which was sent. How often a row was sent, [`traffic::compare`] judges.
pub async fn judge(
    database: &Database,
    requests: &[Request],
    classes: &[Class],
    readers: &Readers,
    count: usize,
) -> Came {
    let seen = traffic::texts(requests);
    let mut rows = rows(database).await;
    let mut came = Came::default();
    let times = |chat: &str, row: &Row| *seen.get(&(chat.to_owned(), row.text.clone())).unwrap_or(&0);
    for number in 0..count {
        for class in classes {
            let chat = class.group.0.to_string();
            let found = rows.remove(&(chat.clone(), number)).unwrap_or_default();
            let (digests, posts): (Vec<Row>, Vec<Row>) =
                found.into_iter().partition(|row| row.text.starts_with(DIGEST));
            let counts = (posts.len(), digests.len());
            let fits = match &digests[..] {
                [digest] if is_long(number) && !digest.is_given_up => counts == (1, 1),
                [_] => counts == (0, 1),
                _ => counts == (1, 0),
            };
            assert!(fits, "notice {number} in {chat}: {counts:?} posts and digests");
            came.directly += posts.len();
            came.digested += digests.len();
            for row in digests.iter().chain(&posts) {
                came.count(times(&chat, row), row, &chat);
            }
        }
        for reader in &readers.wanting {
            let chat = reader.private_chat().0.to_string();
            let copies = rows.remove(&(chat.clone(), number)).unwrap_or_default();
            let [copy] = &copies[..] else { panic!("{} copies of {number} in {chat}", copies.len()) };
            came.copies += 1;
            came.count(times(&chat, copy), copy, &chat);
        }
    }
    assert!(rows.is_empty(), "nobody wanted these: {:?}", rows.keys());
    assert!(!readers.opted_out.is_empty());
    came
}

/// The rows that hold each notice in each chat.
async fn rows(database: &Database) -> HashMap<(String, usize), Vec<Row>> {
    let mut tx = database.read().await.unwrap();
    let sql = "SELECT COALESCE(g.native, p.native), o.payload, o.state FROM outbox o
               LEFT JOIN groups g ON o.to_kind = 'group' AND g.id = o.to_id
               LEFT JOIN people p ON o.to_kind = 'person' AND p.id = o.to_id
               WHERE o.dedup_key LIKE 'broadcast/%' OR o.dedup_key LIKE 'digest/%'";
    let mut rows: HashMap<(String, usize), Vec<Row>> = HashMap::new();
    for row in tx.rows(sql, &[]).await.unwrap() {
        let (chat, payload): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        let payload: Value = serde_json::from_str(&payload).unwrap();
        let text = traffic::text_of_row(&payload);
        let is_given_up = row.get::<String>(2).unwrap() == "quarantined";
        for number in numbers(&text) {
            let row = Row { text: text.clone(), is_given_up };
            rows.entry((chat.clone(), number)).or_default().push(row);
        }
    }
    rows
}

/// The notices that a text holds.
fn numbers(text: &str) -> Vec<usize> {
    let (before, after) = ("通知 ", " 号：");
    let read = |part: &str| part.split_once(after)?.0.parse().ok();
    text.split(before).skip(1).filter_map(read).collect()
}
