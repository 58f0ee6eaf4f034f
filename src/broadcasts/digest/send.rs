//! Purpose: putting digests together when their time comes, and what the outbox tells of them.
//!
//! Invariants: what is put together is in the outbox with the same commit, so a crash leaves it either due or on its way.
//! A digest ends once, and with it every post that stands in it.

use std::collections::{BTreeSet, HashMap};

use super::change::{self, rewrite};
use super::rules;
use crate::broadcasts::store::digests::{self, Digest, Item, NewShown, Place};
use crate::broadcasts::store::posts;
use crate::broadcasts::store::runs::{self, Run, RunState};
use crate::broadcasts::store::{self, Broadcast, json};
use crate::broadcasts::{copies, ends, plan, post};
use crate::channel::{Answer, Card, Outgoing, Styled};
use crate::clock::MINUTE_MS;
use crate::failure::Outcome;
use crate::i18n::Language;
use crate::ids::{Address, DigestId, GroupId, Native, PersonId, PostId, RunId};
use crate::outbox::{About, End, NewRow, Priority, Target};
use crate::roster::{self, Group, GroupState};
use crate::text::units;
use crate::work::Work;

/// Groups whose digests are put together in one transaction. Measured on SQLite and two cores, in the build for tests, with two
/// announcements of two parts in each of 3,000 groups: the writer is kept for 20 ms.
const GROUPS_MAX: usize = 20;
/// Posts that are looked at to find those groups.
const POSTS_MAX: i64 = 200;
/// Posts that come into the digest of a place at a time; more come right after.
const ITEMS_MAX: i64 = 100;
/// So long a digest waits for runs that are due at the same time, so that they come together. No longer, because a
/// broadcast that can't be planned must not keep the others' digests back.
const PLANNING_MS_MAX: i64 = MINUTE_MS;

/// The groups whose digests are to be put together now, 20 at most. In quiet hours and on days without school
/// there are none: what is due waits like any announcement.
///
/// # Errors
/// Broken if the database is.
pub async fn due(work: &mut Work<'_>) -> Outcome<Vec<GroupId>> {
    let next = digests::next(work).await?;
    let Some(due_at) = next.filter(|at| *at <= work.now) else { return Ok(Vec::new()) };
    let config = std::sync::Arc::clone(&work.config);
    let allowed = config.school.quiet.next_allowed_on_a_school_day(work.now, config.school_time());
    if allowed > work.now {
        digests::postpone(work, allowed).await?;
        return Ok(Vec::new());
    }
    let is_planning = store::next(work).await?.is_some_and(|at| at <= work.now);
    if is_planning && work.now.since_ms(due_at) < PLANNING_MS_MAX {
        return Ok(Vec::new());
    }
    let mut seen = BTreeSet::new();
    let mut groups = digests::due(work, POSTS_MAX).await?;
    groups.retain(|group| seen.insert(*group));
    groups.truncate(GROUPS_MAX);
    Ok(groups)
}

/// Puts the digest of a group together, or those of its forum topics.
///
/// # Errors
/// Broken if the database is.
pub async fn put_together(work: &mut Work<'_>, group: GroupId) -> Outcome<()> {
    let mut known = Known::default();
    while let Some(place) = digests::due_in(work, group).await? {
        put_together_in(work, &place, &mut known).await?;
    }
    Ok(())
}

/// A run and its broadcast, or why they can't be had, as the report knows it.
type Origin = Result<(Run, Broadcast), &'static str>;

/// Runs with their broadcasts, each read once.
#[derive(Debug, Default)]
struct Known(HashMap<RunId, Origin>);

impl Known {
    /// A run and its broadcast. One whose words can't be read keeps no other from its digest.
    async fn of(&mut self, work: &mut Work<'_>, id: RunId) -> Outcome<Origin> {
        if let Some(found) = self.0.get(&id) {
            return Ok(found.clone());
        }
        let found = match runs::run(work, id).await? {
            Some(run) => match store::broadcast(work, run.broadcast).await {
                Ok(Some(broadcast)) => Ok((run, broadcast)),
                Ok(None) => Err("gone"),
                Err(error) if error.is_unreadable() => {
                    let broadcast = run.broadcast.0;
                    tracing::error!(broadcast, %error, "a broadcast in a digest can't be read");
                    Err("unreadable")
                }
                Err(error) => return Err(error.into()),
            },
            None => Err("gone"),
        };
        Ok(self.0.entry(id).or_insert(found).clone())
    }
}

/// A post that comes into a digest now.
struct Ready {
    item: Item,
    version: i64,
    shown: rules::Shown,
}

async fn put_together_in(work: &mut Work<'_>, place: &Place, known: &mut Known) -> Outcome<()> {
    let waiting = digests::waiting(work, place, ITEMS_MAX).await?;
    let group = roster::group_by_id(work, place.group).await?;
    let language = roster::language(work, None, group.as_ref());
    let mut may = HashMap::new();
    let (mut ready, mut failed, mut taken_back) = (Vec::new(), Vec::new(), Vec::new());
    for item in waiting {
        let reason = match (&group, known.of(work, item.run).await?) {
            // Its stretch of the recall is still to come.
            (_, Ok((run, _))) if run.state == RunState::Recalled => {
                taken_back.push(item.post);
                continue;
            }
            (Some(group), Ok((_, broadcast))) if group.state == GroupState::Active => {
                if may_publish(work, broadcast.author, group, &mut may).await? {
                    let shown = rules::shown(&content(work, &broadcast, &item, language), language);
                    ready.push(Ready { item, version: broadcast.version, shown });
                    continue;
                }
                "not-yours"
            }
            (_, Err(reason)) => reason,
            _ => "gone",
        };
        posts::end(work, item.post, Err(reason)).await?;
        failed.push(item);
    }
    posts::withdraw(work, &taken_back).await?;
    let posts: Vec<PostId> = failed.iter().map(|item| item.post).chain(taken_back).collect();
    digests::let_go(work, &posts).await?;
    let lengths: Vec<usize> = ready.iter().map(|ready| units(&ready.shown.body.text)).collect();
    let packed = rules::packed(&lengths);
    let parts = i64::try_from(packed.len()).unwrap_or(i64::MAX);
    for (part, range) in (1..).zip(packed) {
        stage(work, place, (part, parts), ready.get(range).unwrap_or_default(), language).await?;
    }
    let runs = failed.iter().chain(ready.iter().map(|ready| &ready.item)).map(|item| item.run);
    for id in runs.collect::<BTreeSet<_>>() {
        if let Ok((run, broadcast)) = known.of(work, id).await? {
            copies::go_after_digest(work, &broadcast, &run).await?;
        }
        ends::finish_if_ended(work, id).await?;
    }
    Ok(())
}

/// Whether the author still looks after the group.
async fn may_publish(
    work: &mut Work<'_>,
    author: PersonId,
    group: &Group,
    known: &mut HashMap<PersonId, bool>,
) -> Outcome<bool> {
    if let Some(may) = known.get(&author) {
        return Ok(*may);
    }
    let may = match roster::person_by_id(work, author).await? {
        Some(author) => {
            let permits = roster::permits_for(work, &author, &[group.id]).await?;
            permits.iter().any(|(_, permit)| permit.is_some())
        }
        None => false,
    };
    known.insert(author, may);
    Ok(may)
}

/// A part of a broadcast as it is posted in the group.
pub(super) fn content(
    work: &Work<'_>,
    broadcast: &Broadcast,
    item: &Item,
    language: Language,
) -> crate::channel::Content {
    let part = usize::try_from(item.part).unwrap_or(0);
    post::post(work, broadcast, item.run, part, Address::Group(item.group), language, None).content
}

/// The key of a digest's row in the outbox.
pub(in crate::broadcasts) fn key(digest: DigestId) -> String {
    format!("digest/{digest}")
}

/// Writes one message of a digest, and its row in the outbox.
async fn stage(
    work: &mut Work<'_>,
    place: &Place,
    (part, parts): (i64, i64),
    ready: &[Ready],
    language: Language,
) -> Outcome<()> {
    let digest = digests::insert(work, place, part, parts).await?;
    let mut shown = Vec::with_capacity(ready.len());
    for Ready { item, shown: rules::Shown { body, follows }, .. } in ready {
        shown.push(NewShown { post: item.post, shown: json(body)?, follows: *follows });
    }
    digests::put(work, digest, &shown).await?;
    for of_run in ready.chunk_by(|one, other| one.item.run == other.item.run) {
        let posts: Vec<PostId> = of_run.iter().map(|ready| ready.item.post).collect();
        posts::set_version(work, &posts, of_run.first().map_or(0, |first| first.version)).await?;
    }
    let sheet = rules::Sheet { date: work.config.school_time().today(work.now), part, parts };
    let shown: Vec<(RunId, Styled)> =
        ready.iter().map(|ready| (ready.item.run, ready.shown.body.clone())).collect();
    let body = rules::body(sheet, &shown, language);
    work.send(NewRow {
        key: key(digest),
        to: Target::Chat(Address::Group(place.group)),
        priority: Priority::Digest,
        what: Outgoing::Say { card: Card { body, topic: place.topic.clone(), ..Card::default() } },
        about: Some(About::Digest { digest }),
        not_before: work.now,
        expires_at: None,
    });
    Ok(())
}

/// A digest has ended, and so has every post that stands in it; what follows it is sent now.
///
/// # Errors
/// Broken if the database is.
pub async fn ended(work: &mut Work<'_>, digest: DigestId, end: &End) -> Outcome<()> {
    let message = match end {
        End::Done(Answer::Sent { message, .. }) => Some(message),
        _ => None,
    };
    let mut found = digests::end(work, digest, message).await?;
    if found.is_none() && digests::reopen(work, digest).await? {
        found = digests::end(work, digest, message).await?;
    }
    let Some(mut digest) = found else { return Ok(()) };
    let items = digests::items(work, digest.id).await?;
    let mut known = Known::default();
    let (mut recalled, mut is_stale) = (BTreeSet::new(), false);
    for item in &items {
        let Some(message) = message else {
            posts::end(work, item.post, Err(&ends::reason(end))).await?;
            continue;
        };
        let (run, broadcast) = match known.of(work, item.run).await? {
            Ok(found) => found,
            // What the digest shows whole has arrived; what was to follow it can't be written.
            Err(reason) => {
                posts::end(work, item.post, if item.follows { Err(reason) } else { Ok(&[]) }).await?;
                continue;
            }
        };
        if run.state == RunState::Recalled {
            recalled.insert(run.id);
        }
        if !item.follows {
            let ended = posts::end(work, item.post, Ok(&[])).await?;
            let is_old = ended.is_some_and(|post| post.version < broadcast.version);
            is_stale |= is_old;
            if is_old {
                posts::set_version(work, &[item.post], broadcast.version).await?;
            }
        } else if run.state == RunState::Recalled {
            posts::withdraw(work, &[item.post]).await?;
        } else {
            follow(work, &digest, item, &broadcast, message).await?;
        }
    }
    for run in &recalled {
        change::take_back(work, digest.id, *run).await?;
    }
    // Taking something back has written it anew already.
    if is_stale && recalled.is_empty() {
        rewrite(work, &mut digest, None).await?;
    }
    for run in items.iter().map(|item| item.run).collect::<BTreeSet<_>>() {
        ends::finish_or_correct(work, run, Address::Group(digest.group), end).await?;
    }
    Ok(())
}

/// Posts the whole of what the digest shows the beginning of: below it, and without a sound.
async fn follow(
    work: &mut Work<'_>,
    digest: &Digest,
    item: &Item,
    broadcast: &Broadcast,
    message: &Native,
) -> Outcome<()> {
    let group = roster::group_by_id(work, item.group).await?;
    let language = roster::language(work, None, group.as_ref());
    let (part, to) = (usize::try_from(item.part).unwrap_or(0), Address::Group(item.group));
    let mut post = post::post(work, broadcast, item.run, part, to, language, digest.topic.clone());
    post.reply_to = Some(message.clone());
    post.silent = true;
    posts::set_version(work, &[item.post], broadcast.version).await?;
    work.send(NewRow {
        key: plan::key(item.post),
        to: Target::Chat(to),
        priority: Priority::Digest,
        what: Outgoing::Post(post),
        about: Some(About::BroadcastPost { post: item.post, run: Some(item.run) }),
        not_before: work.now,
        expires_at: None,
    });
    Ok(())
}

/// What a run had in a digest was to be taken out of it; the end says whether it is gone.
///
/// # Errors
/// Broken if the database is.
pub async fn recall_ended(work: &mut Work<'_>, digest: DigestId, run: RunId, end: &End) -> Outcome<()> {
    for item in digests::items(work, digest).await? {
        if item.run == run && item.taken && !item.follows {
            ends::recall_ended(work, item.post, end).await?;
        }
    }
    Ok(())
}
