//! Purpose: what people decide about announcements that wait for a digest or stand in one: other words, or taking them out.
//!
//! Invariants: a digest that has not been sent is undone and put together anew; one that was sent is written anew in place.
//! What others have in it stays. A digest in which nothing is left is deleted.

use std::collections::{BTreeSet, HashSet};

use super::rules;
use super::send::{content, key};
use crate::broadcasts::publish::change;
use crate::broadcasts::rules::{Event, State};
use crate::broadcasts::store::digests::{self, Digest};
use crate::broadcasts::store::posts;
use crate::broadcasts::store::runs::{self, RunState};
use crate::broadcasts::store::{Broadcast, json};
use crate::channel::{Card, Content, Outgoing, Styled};
use crate::clock::Millis;
use crate::failure::{Failure, Outcome};
use crate::i18n::say;
use crate::ids::{Address, DigestId, GroupId, PostId, RunId};
use crate::outbox::{self, About, NewRow, Priority, Target};
use crate::roster;
use crate::work::Work;

/// Has the digests that hold a run show the broadcast as it is now.
///
/// # Errors
/// Refused with the name of a group in whose digest there is no room for it.
pub(in crate::broadcasts) async fn amend(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    run: RunId,
) -> Outcome<()> {
    let (mut shown, mut changed) = (Vec::new(), BTreeSet::new());
    for item in digests::of_run(work, run).await? {
        let Some(digest) = item.digest.filter(|_| !item.taken) else { continue };
        let group = roster::group_by_id(work, item.group).await?;
        let language = roster::language(work, None, group.as_ref());
        let body = match content(work, broadcast, &item, language) {
            Content::Text { body } if !item.follows => body,
            other => rules::beginning(&other, language),
        };
        shown.push((item.post, json(&body)?));
        changed.insert(digest);
    }
    digests::show(work, &shown).await?;
    for id in changed {
        let Some(mut digest) = digests::digest(work, id).await? else { continue };
        if digest.is_on_its_way && undone(work, id).await? {
            continue;
        }
        // One that is just being sent is written anew when it has arrived, and must fit then.
        let fits = if digest.is_on_its_way {
            body(work, &digest).await?.is_none_or(|body| rules::fits(&body))
        } else {
            rewrite(work, &mut digest, None).await?
        };
        if !fits {
            let title = roster::group_by_id(work, digest.group).await?.map(|group| group.title);
            return Err(Failure::Refused(say::broadcast_edit_digest_full(title.unwrap_or_default())));
        }
    }
    Ok(())
}

/// What a digest says now; none if nothing is left in it.
async fn body(work: &mut Work<'_>, digest: &Digest) -> Outcome<Option<Styled>> {
    let items = digests::items(work, digest.id).await?;
    let left: Vec<(RunId, Styled)> = items
        .iter()
        .filter(|item| !item.taken)
        .filter_map(|item| Some((item.run, serde_json::from_str(item.shown.as_deref()?).ok()?)))
        .collect();
    if left.is_empty() {
        return Ok(None);
    }
    let group = roster::group_by_id(work, digest.group).await?;
    let language = roster::language(work, None, group.as_ref());
    let date = work.config.school_time().today(digest.at);
    let sheet = rules::Sheet { date, part: digest.part, parts: digest.parts };
    Ok(Some(rules::body(sheet, &left, language)))
}

/// Writes a digest that was sent anew, or deletes it if nothing is left. False if what it is to say doesn't fit: then
/// nothing is done. Where its message isn't known, because the group has moved, nothing can be done about it.
pub(super) async fn rewrite(work: &mut Work<'_>, digest: &mut Digest, about: Option<About>) -> Outcome<bool> {
    let body = body(work, digest).await?;
    if body.as_ref().is_some_and(|body| !rules::fits(body)) {
        return Ok(false);
    }
    let Some(message) = digest.message.clone() else { return Ok(true) };
    let what = match body {
        Some(body) => Outgoing::Edit { message, card: Card { body, ..Card::default() } },
        None => Outgoing::Delete { messages: vec![message] },
    };
    digests::changed(work, digest).await?;
    work.send(NewRow {
        key: format!("{}/{}", key(digest.id), digest.version),
        to: Target::Chat(Address::Group(digest.group)),
        priority: if about.is_some() { Priority::Urgent } else { Priority::Announcement },
        what,
        about,
        not_before: work.now,
        expires_at: None,
    });
    Ok(true)
}

/// Takes a digest out of the outbox, so that it is put together anew. False if it is too late for that.
async fn undone(work: &mut Work<'_>, digest: DigestId) -> Outcome<bool> {
    let (tenant, now, key) = (work.tenant, work.now, key(digest));
    let withdrawn = outbox::withdraw(work.writing().await?, tenant, &[key], now).await?;
    if withdrawn.is_empty() {
        return Ok(false);
    }
    digests::undo(work, digest).await?;
    work.ring();
    Ok(true)
}

/// Takes everything of a run out of digests, because it was taken back: what waits, what is in the outbox, and what was sent.
/// Returns the posts that are not sent any more.
pub(in crate::broadcasts) async fn take_out(work: &mut Work<'_>, run: RunId) -> Outcome<Vec<PostId>> {
    let items = digests::of_run(work, run).await?;
    for id in items.iter().filter_map(|item| item.digest).collect::<BTreeSet<_>>() {
        match digests::digest(work, id).await? {
            Some(digest) if digest.is_on_its_way => {
                undone(work, id).await?;
            }
            Some(_) => take_back(work, id, run).await?,
            None => {}
        }
    }
    let left = digests::of_run(work, run).await?;
    let waiting: Vec<PostId> =
        left.iter().filter(|item| item.digest.is_none()).map(|item| item.post).collect();
    digests::let_go(work, &waiting).await?;
    Ok(waiting)
}

/// Takes what a run has in a digest that was sent out of it.
pub(in crate::broadcasts) async fn take_back(
    work: &mut Work<'_>,
    digest: DigestId,
    run: RunId,
) -> Outcome<()> {
    digests::take(work, digest, run).await?;
    if let Some(mut found) = digests::digest(work, digest).await? {
        rewrite(work, &mut found, Some(About::DigestRecall { digest, run })).await?;
    }
    Ok(())
}

/// The runs of a broadcast of which everything waits for digests: nothing of them has reached anybody. None if something has, or
/// is on its way.
async fn all_waiting(work: &mut Work<'_>, broadcast: &Broadcast) -> Outcome<Option<Vec<RunId>>> {
    if broadcast.state != State::Sending {
        return Ok(None);
    }
    let mut waiting = Vec::new();
    for run in runs::of_broadcast(work, broadcast.id).await? {
        match run.state {
            RunState::Planning => return Ok(None),
            RunState::Sending => {}
            _ => continue,
        }
        let items = digests::of_run(work, run.id).await?;
        let waits: HashSet<PostId> =
            items.iter().filter(|item| item.digest.is_none()).map(|item| item.post).collect();
        let posts = posts::of_run(work, run.id).await?;
        if posts.iter().any(|post| post.state != "failed" && !waits.contains(&post.id)) {
            return Ok(None);
        }
        waiting.push(run.id);
    }
    Ok((!waiting.is_empty()).then_some(waiting))
}

/// Where a broadcast stands for its author: one of which everything waits for digests has not gone out. Then also when the
/// first of them comes.
pub(in crate::broadcasts) async fn standing(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
) -> Outcome<(State, Option<Millis>)> {
    match all_waiting(work, broadcast).await? {
        Some(_) => Ok((State::Scheduled, digests::comes_at(work, broadcast.id).await?)),
        None => Ok((broadcast.state, None)),
    }
}

/// Takes a broadcast of which everything waits for digests back to where it was before it began to go out, so that it can
/// be held, moved or given up.
pub(in crate::broadcasts) async fn reclaim(work: &mut Work<'_>, broadcast: &mut Broadcast) -> Outcome<()> {
    let Some(waiting) = all_waiting(work, broadcast).await? else { return Ok(()) };
    for run in waiting {
        take_out(work, run).await?;
        posts::forget(work, run).await?;
        runs::set(work, run, RunState::Cancelled, GroupId(0)).await?;
    }
    change(work, broadcast, Event::Finish { more: true }).await
}
