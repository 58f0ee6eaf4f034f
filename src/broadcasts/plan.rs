//! Purpose: carrying out what is due: deciding about occurrences, and writing the rows of a run.
//!
//! Invariants: a run is planned in stretches of [`ROWS_MAX`] rows, each in one transaction with the number of the last
//! group it planned, so a crash between two leaves a run that goes on where it stood, and planning a stretch twice writes it
//! once. Between two stretches everybody else may write: answers don't wait for a large run. Private copies come after
//! all groups, see `copies`. Nothing that isn't urgent is planned in the quiet hours, and no run begins later than it may.

use std::sync::Arc;

use super::authority::chosen;
use super::draft::Urgency;
use super::life::tell_author;
use super::publish::{change, starts_at, when};
use super::rules::{Event, State};
use super::store::digests::NewItem;
use super::store::posts::{self, NewPost};
use super::store::runs::{self, Run, RunState};
use super::store::{self, Broadcast};
use super::{copies, digest, ends, missed, post};
use crate::channel::Outgoing;
use crate::failure::Outcome;
use crate::i18n::{Language, say};
use crate::ids::{Address, BroadcastId, GroupId, Native, PostId, RunId};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::roster::{self, Group, GroupState};
use crate::timetable::{Decision, Rule, Skip, phrase, wall};
use crate::work::Work;

/// Rows of one stretch. Measured on SQLite and two cores, in the build for tests: a stretch keeps the writer for 27 ms, and
/// 20,000 rows take 41 stretches and 1.1 s; in one transaction everybody would wait for all of it.
pub const ROWS_MAX: usize = 500;
/// Occurrences of one broadcast decided at a time.
const OCCURRENCES_MAX: usize = 500;
/// Where a run stands whose groups are all planned.
pub(super) const ALL_PLANNED: GroupId = GroupId(i64::MAX);

/// Decides about every occurrence that is due.
pub(super) async fn decide(work: &mut Work<'_>, broadcast: BroadcastId) -> Outcome<()> {
    let Some(mut broadcast) = store::broadcast(work, broadcast).await? else { return Ok(()) };
    let config = Arc::clone(&work.config);
    let Some(recurrence) = when(&broadcast.draft)? else {
        broadcast.next_at = None;
        return Ok(store::update(work, broadcast.state, &broadcast).await?);
    };
    let (late_max, time) = (config.broadcasts.late_max, config.school_time());
    let due = recurrence.missed(broadcast.done_until, work.now, late_max, OCCURRENCES_MAX, time);
    let mut is_late = false;
    for Decision { occurrence, skipped } in &due.decisions {
        is_late |= *skipped == Some(Skip::Late);
        let reason = skipped.as_ref().map(Skip::to_text);
        let start_at = starts_at(work, &broadcast.draft, occurrence.at);
        if reason.is_none() {
            // Held over a holiday, all of them would come at once on its end.
            runs::skip_waiting(work, broadcast.id, occurrence.at, &Skip::Superseded.to_text()).await?;
        }
        runs::insert(work, broadcast.id, occurrence.at, start_at, reason.as_deref()).await?;
    }
    let decided_after = broadcast.done_until;
    broadcast.done_until = broadcast.done_until.max(due.done_until);
    broadcast.next_at = due.next;
    if let (true, Rule::Once(at)) = (is_late && due.next.is_none(), &recurrence.rule) {
        change(work, &mut broadcast, Event::Miss).await?;
        let words = say::broadcast_missed(phrase::moment(*at));
        return tell_author(work, &broadcast, &format!("missed/{}", work.now.0), &words).await;
    }
    if due.decisions.iter().filter_map(|decision| decision.skipped.as_ref()).any(Skip::is_missed) {
        missed::note(work, broadcast.id, decided_after, broadcast.done_until).await?;
    }
    if due.next.is_none() && !has_open_runs(work, &broadcast).await? {
        return change(work, &mut broadcast, Event::Finish { more: false }).await;
    }
    Ok(store::update(work, broadcast.state, &broadcast).await?)
}

async fn has_open_runs(work: &mut Work<'_>, broadcast: &Broadcast) -> Outcome<bool> {
    let runs = runs::of_broadcast(work, broadcast.id).await?;
    Ok(runs.iter().any(|run| matches!(run.state, RunState::Waiting | RunState::Planning | RunState::Sending)))
}

/// Begins a run, or plans its next stretch.
pub(super) async fn go_on(work: &mut Work<'_>, run: RunId) -> Outcome<()> {
    // It may have been given up, or another taken its place, since it was found due.
    let is_open = |run: &Run| matches!(run.state, RunState::Waiting | RunState::Planning);
    let Some(run) = runs::run(work, run).await?.filter(is_open) else { return Ok(()) };
    let broadcast = store::broadcast(work, run.broadcast).await?;
    let Some(mut broadcast) =
        broadcast.filter(|broadcast| matches!(broadcast.state, State::Scheduled | State::Sending))
    else {
        return Ok(runs::set(work, run.id, RunState::Cancelled, run.planned_until).await?);
    };
    let late_max_ms = i64::try_from(work.config.broadcasts.late_max.as_millis()).unwrap_or(i64::MAX);
    if run.state == RunState::Waiting && work.now.since_ms(run.start_at) > late_max_ms {
        return miss(work, broadcast, &run).await;
    }
    // The program may have been off when its time came, and planning may have been broken off: it may be night now.
    let starts_at = starts_at(work, &broadcast.draft, work.now);
    if starts_at > work.now {
        return Ok(runs::put_off(work, run.id, starts_at).await?);
    }
    if broadcast.state == State::Scheduled {
        change(work, &mut broadcast, Event::Begin).await?;
    }
    if run.planned_until == ALL_PLANNED {
        return copies::go_on(work, &broadcast, &run).await;
    }
    let parts = post::parts(&broadcast);
    let stretch = (ROWS_MAX / parts.len().max(1)).max(1);
    let (places, last) = places(work, &broadcast, run.planned_until, stretch).await?;
    let mut new: Vec<NewPost> = Vec::with_capacity(places.len() * parts.len());
    for place in &places {
        let to = Address::Group(place.group.id);
        let failed = place.failed;
        new.extend(parts.clone().map(|part| NewPost { to, part: i64::try_from(part).unwrap_or(0), failed }));
    }
    let reachable: Vec<GroupId> =
        places.iter().filter(|place| place.failed.is_none()).map(|place| place.group.id).collect();
    let over = digest::over_limit(work, &broadcast.draft, &run, &reachable).await?;
    let mut waiting = Vec::new();
    let written = posts::insert(work, run.id, broadcast.version, &new).await?;
    for (id, to, part) in written {
        let Some(place) = places.iter().find(|place| Address::Group(place.group.id) == to) else { continue };
        if over.contains(&place.group.id) {
            waiting.push(NewItem { post: id, group: place.group.id, topic: place.topic.clone() });
            continue;
        }
        let part = usize::try_from(part).unwrap_or(0);
        let language = roster::language(work, None, Some(&place.group));
        stage(work, &broadcast, &run, id, part, to, language, place.topic.clone());
    }
    digest::hold(work, &run, &waiting).await?;
    let is_all = last == ALL_PLANNED && !copies::are_wanted(work, &broadcast);
    let state = if is_all { RunState::Sending } else { RunState::Planning };
    runs::set(work, run.id, state, last).await?;
    ends::finish_if_ended(work, run.id).await
}

/// Skips a run that should have begun too long ago. What has no other is held, and its author told.
async fn miss(work: &mut Work<'_>, mut broadcast: Broadcast, run: &Run) -> Outcome<()> {
    runs::skip(work, run.id, &Skip::Late.to_text()).await?;
    let is_only = when(&broadcast.draft)?.is_none_or(|recurrence| matches!(recurrence.rule, Rule::Once(_)));
    if is_only && broadcast.state == State::Scheduled {
        change(work, &mut broadcast, Event::Miss).await?;
        let planned = wall::shown(run.start_at, work.config.school_time().zone);
        let words = say::broadcast_missed(phrase::moment(planned));
        return tell_author(work, &broadcast, &format!("missed/{}", work.now.0), &words).await;
    }
    missed::note(work, broadcast.id, run.occurrence.plus_ms(-1), run.occurrence).await?;
    if broadcast.next_at.is_none() && !has_open_runs(work, &broadcast).await? {
        change(work, &mut broadcast, Event::Finish { more: false }).await?;
    }
    Ok(())
}

/// A group that a run goes to.
struct Place {
    group: Group,
    topic: Option<Native>,
    failed: Option<&'static str>,
}

/// The next groups of a run, and the last number that is planned with them.
async fn places(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    after: GroupId,
    count_max: usize,
) -> Outcome<(Vec<Place>, GroupId)> {
    let Some(author) = roster::person_by_id(work, broadcast.author).await? else {
        return Ok((Vec::new(), ALL_PLANNED));
    };
    let Some(chosen) = chosen(&broadcast.draft) else {
        let limit = i64::try_from(count_max).unwrap_or(i64::MAX);
        let found = roster::permits_after(work, &author, after, limit).await?;
        let last = found.get(count_max.saturating_sub(1)).map_or(ALL_PLANNED, |(group, _)| group.id);
        let place = |(group, _)| Place { group, topic: None, failed: None };
        return Ok((found.into_iter().map(place).collect(), last));
    };
    let mut ids: Vec<GroupId> =
        chosen.iter().map(|(group, _)| *group).filter(|group| *group > after).collect();
    ids.sort_unstable();
    ids.dedup();
    let last = if ids.len() > count_max { ids.get(count_max - 1).copied() } else { None };
    ids.truncate(count_max);
    let mut places = Vec::with_capacity(ids.len());
    for (group, permit) in roster::permits_for(work, &author, &ids).await? {
        let topic = chosen.iter().find(|(id, _)| *id == group.id).and_then(|(_, topic)| topic.clone());
        // A row that turned out to be another group's new place is only a pointer.
        let now_at = roster::current(work, group.id).await?;
        let (group, permit) = if now_at == group.id {
            (group, permit)
        } else {
            let moved = roster::permits_for(work, &author, &[now_at]).await?;
            moved.into_iter().next().unwrap_or((group, permit))
        };
        let failed = match (group.state, &permit) {
            (GroupState::Active, Some(_)) => None,
            (GroupState::Active, None) => Some("not-yours"),
            (GroupState::Left | GroupState::Joined, _) => Some("gone"),
        };
        places.push(Place { group, topic, failed });
    }
    Ok((places, last.unwrap_or(ALL_PLANNED)))
}

/// The key of a post's row in the outbox.
pub(super) fn key(post: PostId) -> String {
    format!("broadcast/{post}")
}

pub(super) fn priority(broadcast: &Broadcast) -> Priority {
    match broadcast.draft.urgency {
        Urgency::Urgent => Priority::Urgent,
        Urgency::Normal => Priority::Announcement,
    }
}

#[expect(clippy::too_many_arguments, reason = "each is one column of the row")]
fn stage(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    run: &Run,
    id: PostId,
    part: usize,
    to: Address,
    language: Language,
    topic: Option<Native>,
) {
    let post = post::post(work, broadcast, run.id, part, to, language, topic);
    work.send(NewRow {
        key: key(id),
        to: Target::Chat(to),
        priority: priority(broadcast),
        what: Outgoing::Post(post),
        about: Some(About::BroadcastPost { post: id }),
        not_before: work.now,
        expires_at: None,
    });
}
