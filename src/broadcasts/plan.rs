//! Purpose: carrying out what is due: deciding about occurrences, and writing the rows of a run.
//!
//! Invariants: a run is planned in one transaction, or if it is large in stretches of [`rows_max`] rows, each with the number
//! of the last group it planned: so a crash between two leaves a run that goes on where it stood, and planning a stretch
//! twice writes it once. Between two stretches everybody else may write. Private copies come after all groups, see
//! `copies`. Nothing that isn't urgent is planned in the quiet hours, and no run begins later than it may.

use std::collections::HashMap;
use std::sync::Arc;

use super::authority::chosen;
use super::draft::Urgency;
use super::life::tell_author;
use super::post::{self, Wording};
use super::publish::{change, starts_at, when};
use super::rules::{Event, State};
use super::store::digests::NewItem;
use super::store::posts::{self, NewPost};
use super::store::runs::{self, Run, RunState};
use super::store::{self, Broadcast};
use super::{copies, digest, ends, late, missed, nowhere, overdue};
use crate::channel::Outgoing;
use crate::failure::Outcome;
use crate::i18n::{Language, say};
use crate::ids::{Address, BroadcastId, GroupId, Native, PostId, RunId};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::roster::{self, GroupAffairs, GroupState, Permit};
use crate::timetable::{Decision, Rule, Skip, phrase, wall};
use crate::work::Work;

/// Rows of one stretch on SQLite. In the optimised build 10,000 need 0.09 s of processor, and nobody else writes meanwhile; see
/// docs/performance.md.
const ROWS_MAX: usize = 10_000;
/// Rows of one stretch on PostgreSQL, which takes four times as long: it looks every reference of every row up by itself.
const ROWS_MAX_POSTGRES: usize = 2_500;
/// Occurrences of one broadcast decided at a time.
const OCCURRENCES_MAX: usize = 500;
/// Where a run stands whose groups are all planned.
pub(super) const ALL_PLANNED: GroupId = GroupId(i64::MAX);

/// Decides about every occurrence that is due.
pub(super) async fn decide(work: &mut Work<'_>, broadcast: BroadcastId) -> Outcome<()> {
    // It may have been given up, held or moved since it was found due.
    let now = work.now;
    let found = store::broadcast(work, broadcast).await?;
    let Some(mut broadcast) = found.filter(|found| found.next_at.is_some_and(|at| at <= now)) else {
        return Ok(());
    };
    match broadcast.state {
        State::Scheduled | State::Sending => {}
        State::AwaitingApproval => return overdue::tell_all(work, broadcast).await,
        _ => return Ok(()),
    }
    let config = Arc::clone(&work.config);
    let Some(recurrence) = when(&broadcast.draft)? else {
        broadcast.next_at = None;
        return Ok(store::update(work, broadcast.state, &broadcast).await?);
    };
    let (late_max, time) = (late::late_max(work, &broadcast.draft), config.school_time());
    let due = recurrence.missed(broadcast.done_until, work.now, late_max, OCCURRENCES_MAX, time);
    let mut is_late = false;
    for Decision { occurrence, skipped } in &due.decisions {
        is_late |= *skipped == Some(Skip::Late);
        let reason = skipped.as_ref().map(Skip::to_text);
        let start_at = starts_at(work, &broadcast.draft, occurrence.at);
        if reason.is_none() {
            // Held over a holiday, all of them would come at once on its end.
            let tell_at = missed::tell_at(work).max(start_at);
            runs::skip_waiting(work, broadcast.id, occurrence.at, tell_at).await?;
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

/// How many rows of a run are planned in one transaction, so that nobody waits for it longer than about 0.1 s.
pub(super) fn rows_max(work: &mut Work<'_>) -> usize {
    if work.reading().is_postgres() { ROWS_MAX_POSTGRES } else { ROWS_MAX }
}

/// Begins a run, or plans its next stretch, of `rows_max` rows at most.
pub(super) async fn go_on(work: &mut Work<'_>, run: RunId, rows_max: usize) -> Outcome<()> {
    // It may have been given up, or another taken its place, since it was found due.
    let is_open = |run: &Run| matches!(run.state, RunState::Waiting | RunState::Planning);
    let Some(run) = runs::run(work, run).await?.filter(is_open) else { return Ok(()) };
    let broadcast = store::broadcast(work, run.broadcast).await?;
    let Some(mut broadcast) =
        broadcast.filter(|broadcast| matches!(broadcast.state, State::Scheduled | State::Sending))
    else {
        return Ok(runs::set(work, run.id, RunState::Cancelled, run.planned_until).await?);
    };
    let late_max_ms = i64::try_from(late::late_max(work, &broadcast.draft).as_millis()).unwrap_or(i64::MAX);
    if run.state == RunState::Waiting && work.now.since_ms(run.start_at) > late_max_ms {
        return miss(work, broadcast, &run).await;
    }
    // The program may have been off when its time came, and planning may have been broken off: it may be night now.
    let starts_at = starts_at(work, &broadcast.draft, work.now);
    if starts_at > work.now {
        return Ok(runs::put_off(work, run.id, starts_at).await?);
    }
    let stretch = (rows_max / post::parts(&broadcast).len().max(1)).max(1);
    let next = match run.planned_until {
        ALL_PLANNED => None,
        until => Some(places(work, &broadcast, until, stretch).await?),
    };
    if run.state == RunState::Waiting && next.as_ref().is_some_and(|(places, _)| places.is_empty()) {
        return nowhere::skip(work, broadcast, &run).await;
    }
    if broadcast.state == State::Scheduled {
        change(work, &mut broadcast, Event::Begin).await?;
    }
    let Some((places, last)) = next else { return copies::go_on(work, &broadcast, &run).await };
    write(work, &broadcast, &run, places).await?;
    let is_all = last == ALL_PLANNED && !copies::are_wanted(work, &broadcast);
    let state = if is_all { RunState::Sending } else { RunState::Planning };
    runs::set(work, run.id, state, last).await?;
    ends::finish_if_ended(work, run.id).await
}

/// Writes the posts of a run for these places, and for each its row in the outbox, or that it waits for a digest.
async fn write(work: &mut Work<'_>, broadcast: &Broadcast, run: &Run, places: Vec<Place>) -> Outcome<()> {
    let parts = post::parts(broadcast);
    let mut new: Vec<NewPost> = Vec::with_capacity(places.len() * parts.len());
    for place in &places {
        let (to, failed) = (Address::Group(place.group), place.failed);
        new.extend(parts.clone().map(|part| NewPost { to, part: i64::try_from(part).unwrap_or(0), failed }));
    }
    let reachable: Vec<GroupId> =
        places.iter().filter(|place| place.failed.is_none()).map(|place| place.group).collect();
    let over = digest::over_limit(work, &broadcast.draft, run, &reachable).await?;
    let written = posts::insert(work, run.id, broadcast.version, &new).await?;
    let places: HashMap<Address, Place> =
        places.into_iter().map(|place| (Address::Group(place.group), place)).collect();
    let mut wordings: HashMap<(i64, Language), Wording> = HashMap::new();
    let mut waiting = Vec::new();
    for (id, to, part) in written {
        let Some(place) = places.get(&to) else { continue };
        let topic = place.topic.clone();
        if over.contains(&place.group) {
            waiting.push(NewItem { post: id, group: place.group, topic });
            continue;
        }
        let wording = wordings.entry((part, place.language)).or_insert_with(|| {
            Wording::of(work, broadcast, usize::try_from(part).unwrap_or(0), place.language)
        });
        let what = Outgoing::Post(wording.post(work, run.id, to, topic));
        work.send(NewRow {
            key: key(id),
            to: Target::Chat(to),
            priority: priority(broadcast),
            what,
            about: Some(About::BroadcastPost { post: id, run: Some(run.id) }),
            not_before: work.now,
            expires_at: None,
        });
    }
    digest::hold(work, run, &waiting).await
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
    group: GroupId,
    language: Language,
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
        let found = roster::permits_and_languages_after(work, &author, after, limit).await?;
        let last = found.get(count_max.saturating_sub(1)).map_or(ALL_PLANNED, |(permit, _)| permit.group());
        let place = |(permit, language): (Permit<GroupAffairs>, Language)| Place {
            group: permit.group(),
            language,
            topic: None,
            failed: None,
        };
        return Ok((found.into_iter().map(place).collect(), last));
    };
    let topics: HashMap<GroupId, &Option<Native>> =
        chosen.iter().rev().map(|(group, topic)| (*group, topic)).collect();
    let mut ids: Vec<GroupId> = topics.keys().copied().filter(|group| *group > after).collect();
    ids.sort_unstable();
    let last = if ids.len() > count_max { ids.get(count_max - 1).copied() } else { None };
    ids.truncate(count_max);
    let new_places = roster::new_places(work, &ids).await?;
    let mut places = Vec::with_capacity(ids.len());
    for (group, permit) in roster::permits_for(work, &author, &ids).await? {
        let topic = topics.get(&group.id).and_then(|topic| (*topic).clone());
        // A row that turned out to be another group's new place is only a pointer.
        let (group, permit) = match new_places.get(&group.id) {
            None => (group, permit),
            Some(now_at) => {
                let moved = roster::permits_for(work, &author, &[*now_at]).await?;
                moved.into_iter().next().unwrap_or((group, permit))
            }
        };
        let failed = match (group.state, &permit) {
            (GroupState::Active, Some(_)) => None,
            (GroupState::Active, None) => Some("not-yours"),
            (GroupState::Left | GroupState::Joined, _) => Some("gone"),
        };
        let language = roster::language(work, None, Some(&group));
        places.push(Place { group: group.id, language, topic, failed });
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
