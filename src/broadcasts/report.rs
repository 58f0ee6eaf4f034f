//! Purpose: how a broadcast went: counted here, told in words for a message (`words`) and as a table for a spreadsheet
//! (`table`).
//!
//! Invariant: names of people stand only in what is for one reader who looks after their group as its administrator; the
//! school's staff get totals.

mod changes;
mod readers;
mod table;
mod words;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDateTime;

use self::changes::Wordings;
use self::readers::Readers;
use super::draft::Confirmation;
use super::store::Broadcast;
use super::store::digests::{self, Item};
use super::store::posts::{self, Post};
use super::store::topics;
use super::{authority, confirm, copies, digest, plan};
use crate::channel::{Outgoing, Styled};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::{Address, BroadcastId, GroupId, PostId, RunId};
use crate::outbox::{self, NewRow, Priority, Target};
use crate::roster::{self, Person};
use crate::work::Work;

/// How the newest run of a broadcast went. Chats are counted, not messages; private copies apart from groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Which run; none if none has begun.
    pub run: Option<RunId>,
    /// Groups it was planned for.
    pub planned: usize,
    /// Groups that have all of it.
    pub sent: usize,
    /// Of those that have it, groups where its words are still being changed.
    pub changing: usize,
    /// Of those that have it, groups where its words could not be changed, by the reason.
    pub unchanged: BTreeMap<String, usize>,
    /// Groups that lack something, by the reason.
    pub failed: BTreeMap<String, usize>,
    /// Of those that have it, groups that have it in a digest.
    pub digested: usize,
    /// Groups where it waits for a digest.
    pub waiting: usize,
    /// Groups where something of it may stand twice, because the answer to a send was lost.
    pub twice: usize,
    /// People a private copy was planned for.
    pub copies_planned: usize,
    /// People who have all of their private copy.
    pub copies_sent: usize,
    /// People whose private copy lacks something.
    pub copies_failed: usize,
    /// Those people, by the reason.
    pub copies_lacking: BTreeMap<String, usize>,
    /// People who may have something of their private copy twice.
    pub copies_twice: usize,
    /// Readers who would have got a private copy and have opted out of its topic.
    pub copies_opted_out: usize,
    /// What readers were asked for.
    pub confirmation: Confirmation,
    /// People who have read it and not signed; where it is to be signed, those who have seen what they are to sign.
    pub read: usize,
    /// People who have signed.
    pub signed: usize,
    /// People who have read or signed earlier words alone, as they were asked to; they are to confirm anew.
    pub earlier: usize,
    /// Parents who are to confirm, as far as they are known; those in two groups count once, here and among those who have confirmed.
    pub readers: usize,
    /// Each group it was planned for.
    pub chats: Vec<Chat>,
    /// Who has read or signed and when, of the groups whose people the reader may know; group by group, the earliest first. Of
    /// words that were changed since too.
    pub receipts: Vec<Confirmed>,
}

/// How a digest serves a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InDigest {
    /// The group got it at once.
    #[default]
    No,
    /// It waits there for the digest.
    Waits,
    /// It came there, or was to come, in the digest.
    Came,
}

/// One group of a [`Report`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chat {
    /// The group's title.
    pub title: String,
    /// `sent`, `planned`, `failed`, `withdrawn`, `deleted` or `stuck`; of what was sent also `changing` or `unchanged`, while its
    /// words are being changed or where they could not be.
    pub state: String,
    /// Why not, as a stable word.
    pub reason: String,
    /// Whether it is served through the digest.
    pub digest: InDigest,
    /// True if something of it may stand there twice.
    pub is_twice: bool,
    /// How many are to confirm.
    pub readers: usize,
    /// Of these, how many have read it and not signed.
    pub read: usize,
    /// Of these, how many have signed.
    pub signed: usize,
    /// How many have read or signed earlier words alone, as they were asked to.
    pub earlier: usize,
    /// Who has not confirmed, if the reader may know it.
    pub names: Vec<String>,
}

/// One person's confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The group's title.
    pub group: String,
    /// Their name.
    pub name: String,
    /// True if they have signed; else they have read it.
    pub is_signed: bool,
    /// True if that was of words that have been changed since.
    pub is_earlier: bool,
    /// When, on the school's wall clock.
    pub at: NaiveDateTime,
}

/// Reports how the newest run went.
///
/// # Errors
/// Refused for whoever doesn't look after its groups.
pub async fn report(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Report> {
    let found = authority::may_decide(work, actor, broadcast).await?;
    let confirmation = found.draft.confirmation;
    let Some(run) = confirm::newest_run(work, &found).await? else {
        return Ok(Report { confirmation, ..Report::default() });
    };
    let all = posts::of_run(work, run.id).await?;
    let items = digests::of_run(work, run.id).await?;
    let twice = twice(work, &all, &items).await?;
    let words = Wordings::read(work, &found, &run).await?;
    let mut report = Report { run: Some(run.id), confirmation, ..Report::default() };
    let readers = Readers::read(work, actor, &found, run.id, &mut report).await?;
    let in_digests: HashMap<PostId, &Item> = items.iter().map(|item| (item.post, item)).collect();
    let groups = groups_of(&all);
    let titles = roster::permits_for(work, actor, &groups).await?;
    let titles: HashMap<GroupId, String> =
        titles.into_iter().map(|(group, _)| (group.id, group.title)).collect();
    for parts in all.chunk_by(|one, other| one.to == other.to) {
        let Some(first) = parts.first() else { continue };
        let worst = parts.iter().find(|part| part.state != "sent").unwrap_or(first);
        let is_twice = twice.contains(&first.to);
        let Address::Group(group) = first.to else {
            count_copy(&mut report, worst, is_twice);
            continue;
        };
        let item = parts.iter().find_map(|part| in_digests.get(&part.id).copied());
        let mut chat = count_group(&mut report, worst, item, is_twice);
        words.count(&mut report, &mut chat, parts);
        chat.title = titles.get(&group).cloned().unwrap_or_default();
        if let Some(readers) = &readers {
            readers.count(work, &mut report, &mut chat, group).await?;
        }
        report.chats.push(chat);
    }
    count_opted_out(work, &mut report, &found, run.id).await?;
    Ok(report)
}

/// The groups among where posts go, each once; `all` has them chat by chat.
fn groups_of(all: &[Post]) -> Vec<GroupId> {
    let group = |post: &Post| if let Address::Group(group) = post.to { Some(group) } else { None };
    let mut groups: Vec<GroupId> = all.iter().filter_map(group).collect();
    groups.dedup();
    groups
}

/// Where something of a run may stand twice.
async fn twice(work: &mut Work<'_>, all: &[Post], items: &[Item]) -> Outcome<HashSet<Address>> {
    let mut keys: HashMap<String, Address> = all.iter().map(|post| (plan::key(post.id), post.to)).collect();
    let in_digests = items.iter().filter_map(|item| Some((item.digest?, Address::Group(item.group))));
    keys.extend(in_digests.map(|(digest, to)| (digest::key(digest), to)));
    let named: Vec<String> = keys.keys().cloned().collect();
    let tenant = work.tenant;
    let twice = outbox::perhaps_twice(work.reading(), tenant, &named).await?;
    Ok(twice.iter().filter_map(|key| keys.get(key).copied()).collect())
}

fn count_copy(report: &mut Report, worst: &Post, is_twice: bool) {
    report.copies_planned += 1;
    report.copies_twice += usize::from(is_twice);
    match worst.state.as_str() {
        "sent" => report.copies_sent += 1,
        "failed" | "stuck" => {
            report.copies_failed += 1;
            *report.copies_lacking.entry(worst.reason.clone().unwrap_or_default()).or_default() += 1;
        }
        _ => {}
    }
}

fn count_group(report: &mut Report, worst: &Post, item: Option<&Item>, is_twice: bool) -> Chat {
    report.planned += 1;
    report.twice += usize::from(is_twice);
    let digest = match item.map(|item| item.digest) {
        None => InDigest::No,
        Some(None) => InDigest::Waits,
        Some(Some(_)) => InDigest::Came,
    };
    let reason = worst.reason.clone().unwrap_or_default();
    match worst.state.as_str() {
        "sent" => report.sent += 1,
        "failed" | "stuck" => *report.failed.entry(reason.clone()).or_default() += 1,
        _ => {}
    }
    report.waiting += usize::from(digest == InDigest::Waits);
    report.digested += usize::from(digest == InDigest::Came && worst.state == "sent");
    Chat { state: worst.state.clone(), reason, digest, is_twice, ..Chat::default() }
}

async fn count_opted_out(
    work: &mut Work<'_>,
    report: &mut Report,
    broadcast: &Broadcast,
    run: RunId,
) -> Outcome<()> {
    if copies::are_wanted(work, broadcast) {
        let people = topics::opted_out(work, run, &broadcast.draft.topic.0).await?;
        report.copies_opted_out = usize::try_from(people).unwrap_or(0);
    }
    Ok(())
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

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Why something didn't arrive, in words.
pub(super) fn reason_text(reason: &str) -> Text {
    match reason {
        "gone" => say::broadcast_reason_gone(),
        "forbidden" => say::broadcast_reason_forbidden(),
        "not-yours" => say::broadcast_reason_not_yours(),
        "topic" => say::broadcast_reason_topic(),
        "unknown" => say::broadcast_reason_unknown(),
        "digest-full" => say::broadcast_reason_digest_full(),
        "unreadable" => say::broadcast_reason_unreadable(),
        "moved" => say::broadcast_reason_moved(),
        "lost" => say::broadcast_reason_lost(),
        "long" => say::broadcast_reason_long(),
        "file" => say::broadcast_reason_file(),
        // The channel's words are for the operator, and stand in the log.
        _ => say::broadcast_reason_refused(),
    }
}

/// Why a private copy didn't arrive, in words.
fn copy_reason_text(reason: &str) -> Text {
    match reason {
        "gone" | "forbidden" => say::broadcast_reason_blocked(),
        _ => reason_text(reason),
    }
}
