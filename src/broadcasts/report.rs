//! Purpose: how a broadcast went: in words for a message, and as a table for a spreadsheet.
//!
//! Invariants: names of people stand only in what is for one reader who looks after their group as its administrator; the
//! school's staff get totals. A cell never starts with a character that a spreadsheet takes for a formula.

use std::collections::{BTreeMap, BTreeSet};

use super::authority;
use super::confirm::{self, Missing};
use super::digest;
use super::draft::Confirmation;
use super::plan;
use super::store::digests::{self, Item};
use super::store::posts::{self, Post};
use super::store::receipts::{self, Step};
use crate::channel::{Outgoing, Role, Styled};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, listed, say};
use crate::ids::{Address, BroadcastId, DigestId, RunId};
use crate::outbox::{self, NewRow, Priority, Target};
use crate::roster::{self, Person};
use crate::work::Work;

/// Names listed for each group in a message.
const NAMES_MAX: usize = 30;
/// Groups listed in a message.
const GROUPS_MAX: usize = 20;

/// How the newest run of a broadcast went. Chats are counted, not messages; private copies apart from groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Which run; none if none has begun.
    pub run: Option<RunId>,
    /// Chats it was planned for.
    pub planned: usize,
    /// Chats that have all of it.
    pub sent: usize,
    /// Chats that lack something, by the reason.
    pub failed: BTreeMap<String, usize>,
    /// Of those, chats that have it in a digest.
    pub digested: usize,
    /// Chats where it waits for a digest.
    pub waiting: usize,
    /// People who have all of their private copy.
    pub copies_sent: usize,
    /// People whose private copy lacks something.
    pub copies_failed: usize,
    /// Those people, by the reason.
    pub copies_lacking: BTreeMap<String, usize>,
    /// Messages that may stand twice, because the answer to a send was lost.
    pub twice: usize,
    /// What readers were asked for.
    pub confirmation: Confirmation,
    /// People who have read it and not signed.
    pub read: usize,
    /// People who have signed.
    pub signed: usize,
    /// People who are to confirm, as far as they are known; those in two groups count in each.
    pub readers: usize,
    /// For each chat: its title, its state in a word, why, how many confirmed, how many are to, and the names of who has
    /// not, if the reader may know them.
    pub chats: Vec<Chat>,
}

/// One chat of a [`Report`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chat {
    /// The group's title.
    pub title: String,
    /// `sent`, `planned`, `failed`, `withdrawn`, `deleted` or `stuck`.
    pub state: String,
    /// Why not, as a stable word.
    pub reason: String,
    /// How many are to confirm.
    pub readers: usize,
    /// How many have not.
    pub open: usize,
    /// Who has not.
    pub names: Vec<String>,
}

/// Reports how the newest run went.
///
/// # Errors
/// Refused for whoever doesn't look after its groups.
pub async fn report(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Report> {
    let (found, _) = authority::over(work, actor, broadcast).await?;
    let confirmation = found.draft.confirmation;
    let Some(run) = confirm::newest_run(work, &found).await? else {
        return Ok(Report { confirmation, ..Report::default() });
    };
    let all = posts::of_run(work, run.id).await?;
    let confirmed = receipts::of_run(work, run.id).await?;
    let mut report = Report { run: Some(run.id), confirmation, ..Report::default() };
    let items = digests::of_run(work, run.id).await?;
    report.twice = twice(work, &all, &items).await?;
    report.signed = confirmed.iter().filter(|(_, step)| *step == Step::Signed).count();
    report.read = confirmed.len() - report.signed;
    let missing = match confirmation {
        Confirmation::None => Vec::new(),
        Confirmation::Read | Confirmation::Signed => confirm::missing(work, run.id, &confirmed).await?,
    };
    report.readers = missing.iter().map(|missing| missing.readers).sum();
    for parts in all.chunk_by(|one, other| one.to == other.to) {
        add(work, &mut report, actor, parts, &missing).await?;
        let item = items.iter().find(|item| parts.iter().any(|part| part.id == item.post));
        match item.map(|item| item.digest) {
            Some(None) => report.waiting += 1,
            Some(Some(_)) if parts.iter().all(|part| part.state == "sent") => report.digested += 1,
            _ => {}
        }
    }
    Ok(report)
}

/// Messages whose sending was once unknown and that were sent again.
async fn twice(work: &mut Work<'_>, all: &[Post], items: &[Item]) -> Outcome<usize> {
    let mut keys: Vec<String> =
        all.iter().filter(|post| post.state != "failed").map(|post| plan::key(post.id)).collect();
    let digests: BTreeSet<DigestId> = items.iter().filter_map(|item| item.digest).collect();
    keys.extend(digests.into_iter().map(digest::key));
    let tenant = work.tenant;
    let reached = outbox::reached(work.reading(), tenant, &keys).await?;
    Ok(reached.values().filter(|is_sure| !**is_sure).count())
}

async fn add(
    work: &mut Work<'_>,
    report: &mut Report,
    actor: &Person,
    parts: &[Post],
    missing: &[Missing],
) -> Outcome<()> {
    let Some(first) = parts.first() else { return Ok(()) };
    let worst = parts.iter().find(|part| part.state != "sent").unwrap_or(first);
    let Address::Group(group) = first.to else {
        match worst.state.as_str() {
            "sent" => report.copies_sent += 1,
            "failed" | "stuck" => {
                report.copies_failed += 1;
                *report.copies_lacking.entry(worst.reason.clone().unwrap_or_default()).or_default() += 1;
            }
            _ => {}
        }
        return Ok(());
    };
    report.planned += 1;
    let reason = worst.reason.clone().unwrap_or_default();
    match worst.state.as_str() {
        "sent" => report.sent += 1,
        "failed" | "stuck" => *report.failed.entry(reason.clone()).or_default() += 1,
        _ => {}
    }
    let title = roster::group_by_id(work, group).await?.map(|group| group.title).unwrap_or_default();
    let mut chat = Chat { title, state: worst.state.clone(), reason, ..Chat::default() };
    if let Some(missing) = missing.iter().find(|missing| missing.group.id == group) {
        chat.readers = missing.readers;
        chat.open = missing.people.len();
        let role = roster::role(work, group, actor.id).await?;
        if role.is_some_and(Role::administers) {
            chat.names = missing.people.iter().map(|person| person.name.clone()).collect();
        }
    }
    report.chats.push(chat);
    Ok(())
}

/// Why something didn't arrive, in words.
fn reason_text(reason: &str) -> Text {
    match reason {
        "gone" => say::broadcast_reason_gone(),
        "forbidden" => say::broadcast_reason_forbidden(),
        "not-yours" => say::broadcast_reason_not_yours(),
        "topic" => say::broadcast_reason_topic(),
        "unknown" => say::broadcast_reason_unknown(),
        "unreadable" => say::broadcast_reason_unreadable(),
        "moved" => say::broadcast_reason_moved(),
        _ => say::broadcast_reason_refused(reason.trim_start_matches("refused: ")),
    }
}

/// Why a private copy didn't arrive, in words.
fn copy_reason_text(reason: &str) -> Text {
    match reason {
        "gone" | "forbidden" => say::broadcast_reason_blocked(),
        _ => reason_text(reason),
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Report {
    /// The report as a message, for one reader in private.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        if self.run.is_none() {
            return language.render(&say::broadcast_report_not_yet());
        }
        let mut lines = vec![say::broadcast_report_sent(count(self.planned), count(self.sent))];
        for (reason, chats) in &self.failed {
            lines.push(say::broadcast_report_failed(count(*chats), reason_text(reason)));
        }
        if self.digested > 0 {
            lines.push(say::broadcast_report_digested(count(self.digested)));
        }
        if self.waiting > 0 {
            lines.push(say::broadcast_report_waiting(count(self.waiting)));
        }
        if self.copies_sent + self.copies_failed > 0 {
            lines.push(say::broadcast_report_copies(count(self.copies_failed), count(self.copies_sent)));
        }
        for (reason, people) in &self.copies_lacking {
            lines.push(say::broadcast_report_copies_lacking(count(*people), copy_reason_text(reason)));
        }
        if self.twice > 0 {
            lines.push(say::broadcast_report_twice(count(self.twice)));
        }
        match self.confirmation {
            Confirmation::None => {}
            Confirmation::Read => {
                lines.push(say::broadcast_report_read(count(self.read), count(self.readers)));
            }
            Confirmation::Signed => {
                lines.push(say::broadcast_report_signed(count(self.readers), count(self.signed)));
            }
        }
        for chat in self.chats.iter().filter(|chat| !chat.names.is_empty()).take(GROUPS_MAX) {
            let names: Vec<&str> = chat.names.iter().take(NAMES_MAX).map(String::as_str).collect();
            let mut names = language.render(&listed(&names));
            if chat.names.len() > NAMES_MAX {
                names.push('…');
            }
            lines.push(say::broadcast_report_missing(names, chat.title.as_str()));
        }
        lines.iter().map(|line| language.render(line)).collect::<Vec<_>>().join("\n")
    }

    /// The report as comma-separated values in UTF-8, with the mark by which spreadsheets know that it is.
    #[must_use]
    pub fn csv(&self, language: Language) -> String {
        let head = [
            say::broadcast_csv_group(),
            say::broadcast_csv_state(),
            say::broadcast_csv_reason(),
            say::broadcast_csv_confirmed(),
            say::broadcast_csv_readers(),
            say::broadcast_csv_missing(),
        ];
        let mut table = String::from("\u{feff}");
        push_row(&mut table, &head.map(|head| language.render(&head)));
        for chat in &self.chats {
            let reason = if chat.reason.is_empty() {
                String::new()
            } else {
                language.render(&reason_text(&chat.reason))
            };
            let (confirmed, readers) = (chat.readers.saturating_sub(chat.open), chat.readers);
            let numbers = [confirmed, readers].map(|number| number.to_string());
            let [confirmed, readers] = numbers;
            let state = language.render(&state_text(&chat.state));
            push_row(
                &mut table,
                &[chat.title.clone(), state, reason, confirmed, readers, chat.names.join("; ")],
            );
        }
        table
    }
}

fn state_text(state: &str) -> Text {
    match state {
        "sent" => say::broadcast_state_sent(),
        "planned" => say::broadcast_state_planned(),
        "withdrawn" => say::broadcast_state_withdrawn(),
        "deleted" => say::broadcast_state_deleted(),
        "stuck" => say::broadcast_state_stuck(),
        _ => say::broadcast_state_failed(),
    }
}

fn push_row(table: &mut String, cells: &[String]) {
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            table.push(',');
        }
        table.push_str(&quoted(cell));
    }
    table.push_str("\r\n");
}

/// A cell as it stands in the table. What a spreadsheet would compute gets an apostrophe in front.
fn quoted(cell: &str) -> String {
    let computes = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let mark = if computes { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

/// Sends the report as a file to the private chat of whoever asks for it. Returns what they are told.
///
/// # Errors
/// Refused if they have not opened their private chat.
pub async fn send_csv(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Text> {
    let report = report(work, actor, broadcast).await?;
    if !actor.private_chat_open {
        return Err(Failure::Refused(say::broadcast_private_first()));
    }
    let language = roster::language(work, Some(actor), None);
    let file = Outgoing::File {
        name: format!("broadcast-{broadcast}.csv"),
        text: report.csv(language),
        caption: Styled::default(),
    };
    work.send(NewRow {
        key: format!("broadcast-csv/{broadcast}/{}/{}", actor.id, work.now.0),
        to: Target::Chat(Address::Person(actor.id)),
        priority: Priority::Answer,
        what: file,
        about: None,
        not_before: work.now,
        expires_at: None,
    });
    Ok(say::broadcast_csv_sent())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_quotes_stay_quotes() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"] {
            assert!(quoted(cell).starts_with("\"'"), "{cell:?}");
        }
        assert_eq!(quoted("三年\"二\"班, A"), "\"三年\"\"二\"\"班, A\"");
        assert_eq!(quoted(""), "\"\"");
    }

    #[test]
    fn the_report_says_why_private_copies_failed() {
        let copies_lacking = BTreeMap::from([("forbidden".into(), 2), ("unknown".into(), 1)]);
        let report = Report { run: Some(RunId(1)), copies_failed: 3, copies_lacking, ..Report::default() };
        let told = report.text(Language::Chinese);
        assert!(told.contains("没送到 3 位"), "{told}");
        assert!(told.contains("2 位：关掉了和我的私聊") && told.contains("1 位：断网了"), "{told}");
    }

    #[test]
    fn a_table_has_a_line_for_each_chat() {
        let chat =
            Chat {
                title: "=三班".into(), state: "failed".into(), reason: "gone".into(), ..Chat::default()
            };
        let report = Report { run: Some(RunId(1)), chats: vec![chat], ..Report::default() };
        let table = report.csv(Language::English);
        assert_eq!(table.lines().count(), 2);
        assert!(table.contains("\"'=三班\""), "{table}");
    }
}
