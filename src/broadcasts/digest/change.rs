//! Purpose: what people decide about announcements that wait for a digest or stand in one: other words, or taking them out.
//!
//! Invariants: a digest that has not been sent is undone and put together anew; one that was sent is written anew in place.
//! What others have in it stays. A digest in which nothing is left is deleted.

use std::collections::{BTreeSet, HashSet};

use super::rules;
use super::send::{content, key};
use crate::broadcasts::publish::change;
use crate::broadcasts::rules::{Event, State};
use crate::broadcasts::store::changes;
use crate::broadcasts::store::digests::{self, Digest, Item};
use crate::broadcasts::store::posts;
use crate::broadcasts::store::runs::{self, RunState};
use crate::broadcasts::store::{Broadcast, json};
use crate::channel::{Card, Content, Outgoing, Styled};
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::i18n::Language;
use crate::ids::{Address, DigestId, GroupId, PostId, RunId};
use crate::outbox::{self, About, NewRow, Priority, Target};
use crate::roster;
use crate::work::Work;

/// Has the digests that hold these posts of a run show the broadcast as it is now. Returns what has no room for it in its
/// digest: there nothing is changed.
pub(in crate::broadcasts) async fn amend(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    run: RunId,
    posts: &[PostId],
) -> Outcome<Vec<Item>> {
    let mut full = Vec::new();
    for id in digests::that_hold(work, posts).await? {
        let Some(mut digest) = digests::digest(work, id).await? else { continue };
        if digest.is_on_its_way && undone(work, id).await? {
            continue;
        }
        let group = roster::group_by_id(work, digest.group).await?;
        let language = roster::language(work, None, group.as_ref());
        let mut items = digests::items(work, id).await?;
        let (mut shown, mut ours) = (Vec::new(), Vec::new());
        for item in items.iter_mut().filter(|item| item.run == run && !item.taken) {
            let body = match content(work, broadcast, item, language) {
                Content::Text { body } if !item.follows => body,
                other => rules::beginning(&other, language),
            };
            let written = json(&body)?;
            item.shown = Some(written.clone());
            shown.push((item.post, written));
            ours.push(item.clone());
        }
        // One that is just being sent is written anew when it has arrived, and must fit then.
        if body(work, &digest, &items, language).is_some_and(|body| !rules::fits(&body)) {
            full.extend(ours);
            continue;
        }
        digests::show(work, &shown).await?;
        if !digest.is_on_its_way {
            let posts: Vec<PostId> = ours.iter().filter(|item| !item.follows).map(|item| item.post).collect();
            changes::under_way(work, &posts, broadcast.version).await?;
            let about = About::DigestAmend { digest: id, run, version: broadcast.version };
            rewrite(work, &mut digest, Some(about)).await?;
        }
    }
    Ok(full)
}

/// What a digest with these items says; none if nothing is left in it.
fn body(work: &Work<'_>, digest: &Digest, items: &[Item], language: Language) -> Option<Styled> {
    let left: Vec<(RunId, Styled)> = items
        .iter()
        .filter(|item| !item.taken)
        .filter_map(|item| Some((item.run, serde_json::from_str(item.shown.as_deref()?).ok()?)))
        .collect();
    if left.is_empty() {
        return None;
    }
    let date = work.config.school_time().today(digest.at);
    let sheet = rules::Sheet { date, part: digest.part, parts: digest.parts };
    Some(rules::body(sheet, &left, language))
}

/// Writes a digest that was sent anew, or deletes it if nothing is left. Where what it is to say doesn't fit, or its message isn't
/// known because the group has moved, nothing is done. All have one priority, so that they are sent in their order.
pub(super) async fn rewrite(work: &mut Work<'_>, digest: &mut Digest, about: Option<About>) -> Outcome<()> {
    let items = digests::items(work, digest.id).await?;
    let group = roster::group_by_id(work, digest.group).await?;
    let language = roster::language(work, None, group.as_ref());
    let body = body(work, digest, &items, language);
    let Some(message) = digest.message.clone().filter(|_| body.as_ref().is_none_or(rules::fits)) else {
        return Ok(());
    };
    let what = match body {
        Some(body) => Outgoing::Edit { message, card: Card { body, ..Card::default() } },
        None => Outgoing::Delete { messages: vec![message] },
    };
    digests::changed(work, digest).await?;
    work.send(NewRow {
        key: format!("{}/{}", key(digest.id), digest.version),
        to: Target::Chat(Address::Group(digest.group)),
        priority: Priority::Announcement,
        what,
        about,
        not_before: work.now,
        expires_at: None,
    });
    Ok(())
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

/// Takes the posts of a run after one of them up to another out of digests, because it was taken back: what waits, what is in the
/// outbox, and what was sent. Returns the posts that are not sent any more.
pub(in crate::broadcasts) async fn take_out(
    work: &mut Work<'_>,
    run: RunId,
    posts: (PostId, PostId),
) -> Outcome<Vec<PostId>> {
    let items = digests::between(work, run, posts).await?;
    for id in items.iter().filter_map(|item| item.digest).collect::<BTreeSet<_>>() {
        match digests::digest(work, id).await? {
            Some(digest) if digest.is_on_its_way => {
                undone(work, id).await?;
            }
            Some(_) => take_back(work, id, run).await?,
            None => {}
        }
    }
    let left = digests::between(work, run, posts).await?;
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
        take_out(work, run, (PostId(0), PostId(i64::MAX))).await?;
        posts::forget(work, run).await?;
        runs::set(work, run, RunState::Cancelled, GroupId(0)).await?;
    }
    change(work, broadcast, Event::Finish { more: true }).await
}
