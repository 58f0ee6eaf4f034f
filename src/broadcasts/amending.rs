//! Purpose: putting other words in place where a broadcast has gone out: in stretches, and edit by edit.
//!
//! ```text
//! a change of a run:  begun ─▶ first stretch, with the press ─▶ stretches, by the timer ─▶ reminders ─▶ every edit ended ─▶ told
//!                       ▲──── another change: from the first post on ────┘      a recall: its own stretches instead
//! a post:    planned, of older words ─▶ planned, of these; or, already on its way ─▶ sent, of older words
//!            sent, of older words ─▶ under way ─▶ of these | failed;    under way, and changed again ─its end▶ under way
//! ```
//!
//! Invariants: a stretch is one transaction, and the number of the last post it looked at is part of it: so a crash between two
//! leaves a change that goes on where it stood, and a stretch carried out twice edits once. Of a post one edit is under way at a
//! time, whatever is decided meanwhile: its end looks whether the words are the newest, so no older ones come after them. What
//! was not tried yet is sent with the new words.

use std::collections::HashMap;

use super::copies::{self, Senders};
use super::digest;
use super::draft::Confirmation;
use super::ends::reason;
use super::plan;
use super::post::{self, Wording};
use super::progress;
use super::recalling;
use super::remind;
use super::rules::State;
use super::store::changes::{self, InDigest, There};
use super::store::posts::{self, Post};
use super::store::runs::{self, Run, RunState};
use super::store::{self, Broadcast};
use crate::channel::{self, Outgoing};
use crate::failure::Outcome;
use crate::i18n::Language;
use crate::ids::{Address, DigestId, GroupId, PersonId, PostId, RunId};
use crate::outbox::{self, About, End, NewRow, Priority, Target};
use crate::roster::{self, Person};
use crate::work::Work;

/// Posts of the stretch that is carried out with the press: so few that nobody waits for them, and so many that the teacher of some
/// classes hears at once what becomes of all of them.
pub(super) const FIRST_MAX: usize = 500;
/// What a post costs that has not been sent: a row is taken out for the one that is written.
const COST_PLANNED: usize = 2;
/// What a private copy costs: it has words of its own, from the groups its reader is in.
const COST_COPY: usize = 4;
/// What a post in a digest costs: the whole message is read and written anew.
const COST_DIGESTED: usize = 20;
/// Where a change stands of which only the reminders are left.
pub(super) const ALL_POSTS: PostId = PostId(i64::MAX);

/// What a stretch of a change came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    /// Posts that were sent and are edited.
    pub(super) edited: usize,
    /// Posts that stayed behind when their group moved.
    pub(super) lost: Vec<Post>,
    /// Groups in whose digest there is no room for the new words.
    pub(super) full: Vec<GroupId>,
    /// True if it was the last.
    pub(super) is_last: bool,
}

/// Carries out the next stretch of a change or a recall, of `rows_max` rows at most.
pub(super) async fn go_on(work: &mut Work<'_>, run: RunId, rows_max: usize) -> Outcome<()> {
    // It may have been carried out since it was found due.
    let Some(run) = runs::run(work, run).await?.filter(|run| run.change_at.is_some()) else { return Ok(()) };
    if run.changed_until == ALL_POSTS {
        match store::broadcast(work, run.broadcast).await? {
            Some(broadcast) if run.state != RunState::Recalled => {
                remind::reword(work, &broadcast, run.id).await?;
            }
            _ => remind::withdraw_of_run(work, run.id).await?,
        }
        changes::move_on(work, run.id, ALL_POSTS, None).await?;
        return finish(work, run.id).await;
    }
    if run.state == RunState::Recalled {
        return recalling::go_on(work, &run, rows_max).await;
    }
    let Some(broadcast) = store::broadcast(work, run.broadcast).await? else { return Ok(()) };
    let changed = stretch(work, &broadcast, &run, rows_max).await?;
    if changed.is_last { finish(work, run.id).await } else { Ok(()) }
}

/// The next posts of a run, as many as one transaction takes, and the last of them; none if no more come.
pub(super) async fn next(
    work: &mut Work<'_>,
    run: &Run,
    rows_max: usize,
) -> Outcome<(Vec<There>, Option<PostId>)> {
    let mut found = changes::stretch(work, run.id, run.changed_until, rows_max).await?;
    let is_cut = found.len() == rows_max;
    // In posts to groups that were sent.
    let cost = |there: &There| match (there.in_digest, there.post.to) {
        (InDigest::Waits | InDigest::Stands | InDigest::Follows, _) => COST_DIGESTED,
        (_, Address::Person(_)) => COST_COPY,
        _ if there.is_sent() => 1,
        _ => COST_PLANNED,
    };
    let mut left = rows_max;
    let fit = found.iter().take_while(|there| {
        let fits = left > 0;
        left = left.saturating_sub(cost(there));
        fits
    });
    let count = fit.count();
    let is_last = count == found.len() && !is_cut;
    found.truncate(count);
    let last = if is_last { None } else { found.last().map(|there| there.post.id) };
    Ok((found, last))
}

/// Notes how far a change or a recall has come.
pub(super) async fn move_on(work: &mut Work<'_>, run: RunId, last: Option<PostId>) -> Outcome<()> {
    let (until, at) = match last {
        Some(last) => (last, Some(work.now)),
        None => (ALL_POSTS, if remind::wait(work, run).await? { Some(work.now) } else { None }),
    };
    if at.is_some() {
        work.ring();
    }
    Ok(changes::move_on(work, run, until, at).await?)
}

/// Has the next posts of a run show the broadcast as it is now.
pub(super) async fn stretch(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    run: &Run,
    rows_max: usize,
) -> Outcome<Changed> {
    let (found, last) = next(work, run, rows_max).await?;
    let mut changed = Changed::default();
    let (mut sent, mut planned, mut digested) = (Vec::new(), Vec::new(), Vec::new());
    for there in found {
        changed.edited += usize::from(there.is_sent() && !there.is_lost());
        if matches!(there.in_digest, InDigest::Stands | InDigest::Follows) {
            digested.push(there.post.id);
        }
        let is_message = matches!(there.in_digest, InDigest::No | InDigest::Follows);
        if there.is_lost() {
            changed.lost.push(there.post);
        } else if is_message && there.post.version < broadcast.version {
            if there.is_sent() { sent.push(there) } else { planned.push(there) }
        }
    }
    replace(work, broadcast, run.id, planned).await?;
    amend(work, broadcast, run.id, &sent).await?;
    let behind: Vec<PostId> = changed.lost.iter().map(|post| post.id).collect();
    changes::cannot(work, &behind, "moved").await?;
    let full = digest::amend(work, broadcast, run.id, &digested).await?;
    // What follows a digest is a message of its own, which is edited all the same.
    let no_room: Vec<PostId> = full.iter().filter(|item| !item.follows).map(|item| item.post).collect();
    changes::cannot(work, &no_room, "digest-full").await?;
    changed.full = full.into_iter().map(|item| item.group).collect();
    changed.is_last = last.is_none();
    move_on(work, run.id, last).await?;
    Ok(changed)
}

/// What posts of a run say, worded once for all groups that read one language.
struct Words {
    groups: HashMap<(usize, Language), Wording>,
    people: HashMap<PersonId, Person>,
    senders: Option<Senders>,
}

impl Words {
    async fn read(work: &mut Work<'_>, run: RunId, posts: &[There]) -> Outcome<Self> {
        let person = |there: &There| match there.post.to {
            Address::Person(person) => Some(person),
            Address::Group(_) => None,
        };
        let mut people: Vec<PersonId> = posts.iter().filter_map(person).collect();
        people.dedup();
        let mut words = Self { groups: HashMap::new(), people: HashMap::new(), senders: None };
        if !people.is_empty() {
            let known = roster::people(work, &people).await?;
            words.people = known.into_iter().map(|person| (person.id, person)).collect();
            words.senders = Some(Senders::read(work, run, &people).await?);
        }
        Ok(words)
    }

    /// A post as it is worded now, and how pressing a change of it is.
    fn of(&mut self, work: &Work<'_>, broadcast: &Broadcast, there: &There) -> (channel::Post, Priority) {
        let (post, part) = (&there.post, part(&there.post));
        match post.to {
            Address::Group(_) => {
                let language = there.language.unwrap_or(work.config.school.language);
                let wording = self.groups.entry((part, language));
                let wording = wording.or_insert_with(|| Wording::of(work, broadcast, part, language));
                (wording.post(work, post.run, post.to, None), plan::priority(broadcast))
            }
            Address::Person(person) => {
                let language = roster::language(work, self.people.get(&person), None);
                let groups = self.senders.as_ref().map(|senders| senders.line(person, language));
                let groups = groups.unwrap_or_default();
                let new = post::copy(work, broadcast, post.run, part, person, language, &groups);
                (new, copies::priority(broadcast))
            }
        }
    }
}

fn part(post: &Post) -> usize {
    usize::try_from(post.part).unwrap_or(0)
}

/// Has what was not tried yet say the new words. What is on its way already is edited when it has arrived.
async fn replace(work: &mut Work<'_>, broadcast: &Broadcast, run: RunId, planned: Vec<There>) -> Outcome<()> {
    let keys: Vec<String> = planned.iter().map(|there| plan::key(there.post.id)).collect();
    let (tenant, now) = (work.tenant, work.now);
    let superseded = outbox::supersede(work.writing().await?, tenant, &keys, now).await?;
    let mut superseded: HashMap<String, outbox::Superseded> =
        superseded.into_iter().map(|row| (row.key.clone(), row)).collect();
    let mut words = Words::read(work, run, &planned).await?;
    let mut replaced = Vec::with_capacity(superseded.len());
    for there in &planned {
        let key = plan::key(there.post.id);
        let Some(row) = superseded.remove(&key) else { continue };
        // Where it goes to and what it answers stay as they were.
        let Outgoing::Post(before) = row.what else { continue };
        let (new, _) = words.of(work, broadcast, there);
        let new = channel::Post { content: new.content, buttons: new.buttons, ..before };
        work.send(NewRow {
            key,
            to: Target::Chat(there.post.to),
            priority: row.priority,
            what: Outgoing::Post(new),
            about: Some(About::BroadcastPost { post: there.post.id, run: Some(run) }),
            not_before: row.not_before,
            expires_at: row.expires_at,
        });
        replaced.push(there.post.id);
    }
    Ok(posts::set_version(work, &replaced, broadcast.version).await?)
}

/// Has posts that were sent show the broadcast as it is now. Where an edit is under way, its end does that; where one has failed
/// since the change began, it would fail again.
async fn amend(work: &mut Work<'_>, broadcast: &Broadcast, run: RunId, sent: &[There]) -> Outcome<()> {
    let mut words = Words::read(work, run, sent).await?;
    let (mut edited, mut as_it_is) = (Vec::new(), Vec::new());
    for there in sent.iter().filter(|there| there.amend.is_none()) {
        let post = &there.post;
        let is_content = part(post) < broadcast.draft.contents.len();
        // What was sent without its message being learnt stays as it is. What only carries the buttons gets those that are for
        // the new words; the switch of a topic has nothing to do with them.
        let has_new = is_content || broadcast.draft.confirmation != Confirmation::None;
        let (Some(message), true) = (post.messages.first(), has_new) else {
            as_it_is.push(post.id);
            continue;
        };
        let (new, priority) = words.of(work, broadcast, there);
        work.send(NewRow {
            key: format!("broadcast-edit/{}/{}", post.id, broadcast.version),
            to: Target::Chat(post.to),
            priority,
            what: if is_content {
                Outgoing::Amend { message: message.clone(), post: new }
            } else {
                Outgoing::Buttons { message: message.clone(), buttons: new.buttons }
            },
            about: Some(About::BroadcastAmend {
                post: post.id,
                version: broadcast.version,
                from: post.version,
            }),
            not_before: work.now,
            expires_at: None,
        });
        edited.push(post.id);
    }
    changes::under_way(work, &edited, broadcast.version).await?;
    posts::set_version(work, &as_it_is, broadcast.version).await?;
    edited.extend(as_it_is);
    // The edit has put buttons without a count there.
    Ok(posts::count_again(work, &edited).await?)
}

/// Has one post that was sent show the broadcast as it is now: it arrived, or an edit of it ended, after the words had been changed
/// once more. Words that nobody has said yes to stay where they are.
pub(super) async fn catch_up(work: &mut Work<'_>, broadcast: &Broadcast, sent: &Post) -> Outcome<()> {
    if broadcast.state == State::AwaitingApproval {
        return Ok(());
    }
    let language = match sent.to {
        Address::Group(group) => roster::group_by_id(work, group).await?.and_then(|group| group.language),
        Address::Person(_) => None,
    };
    let there = There { post: sent.clone(), language, amend: None, in_digest: InDigest::No };
    amend(work, broadcast, sent.run, &[there]).await
}

/// The edit of a post from one version of the words to another has ended.
///
/// # Errors
/// Broken if the database is.
pub async fn amend_ended(
    work: &mut Work<'_>,
    post: PostId,
    (version, from): (i64, i64),
    end: &End,
) -> Outcome<()> {
    let why_not = (!matches!(end, End::Done(_))).then(|| reason(end));
    let Some(run) = changes::amended(work, post, (version, from), why_not.as_deref()).await? else {
        return Ok(());
    };
    let newest = changes::standing(work, run).await?;
    if newest.is_some_and(|newest| newest.version > version && !newest.is_recalled) {
        let found = runs::run(work, run).await?;
        let (Some(run), Some(sent)) = (found, posts::post(work, post).await?) else { return Ok(()) };
        let Some(broadcast) = store::broadcast(work, run.broadcast).await? else { return Ok(()) };
        return catch_up(work, &broadcast, &sent).await;
    }
    finish(work, run).await
}

/// The edit of a digest has ended, by which what a run has in it was to show a version of the words.
///
/// # Errors
/// Broken if the database is.
pub async fn amend_of_digest_ended(
    work: &mut Work<'_>,
    digest: DigestId,
    (run, version): (RunId, i64),
    end: &End,
) -> Outcome<()> {
    let why_not = (!matches!(end, End::Done(_))).then(|| reason(end));
    changes::digest_amended(work, digest, (run, version), why_not.as_deref()).await?;
    finish(work, run).await
}

/// Once nothing of a change is left to be done, its author hears how it went, and once.
async fn finish(work: &mut Work<'_>, run: RunId) -> Outcome<()> {
    let Some(standing) = changes::standing(work, run).await? else { return Ok(()) };
    if standing.is_recalled || standing.is_under_way || standing.ended >= standing.version {
        return Ok(());
    }
    changes::ended(work, run, standing.version).await?;
    progress::tell(work, run).await
}
