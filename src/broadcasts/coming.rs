//! Purpose: what is coming, for a person or for a group, and what was sent lately.
//!
//! Invariants: somebody sees only what they may decide about. However much others send, no teacher's own is pushed off
//! the list.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt::Write as _;

use chrono::Datelike;

use super::authority;
use super::confirm::words;
use super::outlook;
use super::overdue;
use super::rules::State;
use super::store::{self, Broadcast, Page, Whose, digests};
use crate::clock::{DAY_MS, MINUTE_MS, Millis};
use crate::failure::Outcome;
use crate::i18n::{Language, Text, say};
use crate::ids::{BroadcastId, GroupId};
use crate::roster::{self, Person};
use crate::text::cut;
use crate::timetable::{phrase, wall};
use crate::work::Work;

/// Of the words, this much is shown, in UTF-16 units.
const SHOWN_UNITS_MAX: usize = 30;
/// Broadcasts listed at most.
const LISTED_MAX: usize = 50;
/// Coming ones read at once …
const SEEN_AT_ONCE: i64 = 200;
/// … and so often, for a person's own and for those of others, to find those that they may decide about.
const PAGES_MAX: i64 = 10;

/// What was sent is listed for so many days after its last run began.
pub const SENT_DAYS: i64 = 14;
/// Sent ones listed at most.
pub const SENT_LISTED_MAX: usize = 10;
/// Sent ones looked at at most, the person's own and those of others each, to find those that they may decide about.
const SENT_SEEN_MAX: i64 = 200;

/// A broadcast of which something may still come.
#[derive(Clone, Debug)]
pub struct Coming {
    /// Its row.
    pub broadcast: BroadcastId,
    /// Where it stands.
    pub state: State,
    /// When it goes out next, or comes in a digest, if that is known.
    pub next_at: Option<Millis>,
    /// Its topic in the reader's language, its first words, when, and where it stands.
    pub says: Text,
}

/// A broadcast that has gone out.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its row.
    pub broadcast: BroadcastId,
    /// When its last run began.
    pub at: Millis,
    /// Its topic in the reader's language, its first words, and when.
    pub says: Text,
}

/// What went out in the last [`SENT_DAYS`] days that the person may decide about, the newest first, [`SENT_LISTED_MAX`] at
/// most: their own before those of others, unless they are of the school's staff. What comes again is listed with what is coming.
///
/// # Errors
/// Broken if the database is.
pub async fn list_sent(work: &mut Work<'_>, actor: &Person) -> Outcome<Vec<Sent>> {
    let language = roster::language(work, Some(actor), None);
    let since = work.now.plus_ms(-SENT_DAYS * DAY_MS);
    let is_staff = roster::is_configured_staff(work, &actor.native);
    let of_others = if is_staff { Whose::Others } else { Whose::OthersInTheirGroups };
    let mut found = Vec::new();
    let mut left = SENT_LISTED_MAX;
    for whose in [Whose::Own, of_others] {
        // Staff see the newest, whoever sent them.
        left = if is_staff { SENT_LISTED_MAX } else { left };
        let seen = store::sent(work, actor.id, whose, since, SENT_SEEN_MAX).await?;
        let began: HashMap<BroadcastId, Millis> = seen.iter().map(|(one, at)| (one.id, *at)).collect();
        let seen = seen.into_iter().map(|(one, _)| one).collect();
        let theirs = authority::over_these(work, actor, seen, None).await?;
        let with_time = |one: Broadcast| Some((began.get(&one.id).copied()?, one));
        let kept: Vec<_> = theirs.into_iter().filter_map(with_time).take(left).collect();
        left -= kept.len();
        found.extend(kept);
    }
    found.sort_by_key(|(at, broadcast)| Reverse((*at, broadcast.id)));
    let line = |(at, broadcast): &(Millis, Broadcast)| {
        let says = say::broadcast_line_sent(moment(work, *at), first_words(work, broadcast, language));
        Sent { broadcast: broadcast.id, at: *at, says }
    };
    Ok(found.iter().take(SENT_LISTED_MAX).map(line).collect())
}

/// A time as short as a button needs it: nobody misses the second.
fn moment(work: &Work<'_>, at: Millis) -> Text {
    let time = work.config.school_time();
    let minute = Millis(at.0 - at.0.rem_euclid(MINUTE_MS));
    phrase::short_moment(wall::shown(minute, time.zone), time.today(work.now).year())
}

/// The beginning of what a broadcast says, after its topic.
pub(super) fn first_words(work: &Work<'_>, broadcast: &Broadcast, language: Language) -> String {
    let first = cut(words(broadcast).lines().next().unwrap_or_default(), SHOWN_UNITS_MAX);
    match work.config.broadcasts.topic(&broadcast.draft.topic.0) {
        Some(topic) => language.render(&say::broadcast_line_topic(topic.name(language), first)),
        None => first,
    }
}

/// What is coming that the person may decide about, the soonest first; with a group, only what goes to it. Their own
/// comes before that of others where there is no room for all, unless they are of the school's staff.
pub async fn list_coming(work: &mut Work<'_>, actor: &Person, of: Option<GroupId>) -> Outcome<Vec<Coming>> {
    let language = roster::language(work, Some(actor), None);
    let is_staff = roster::is_configured_staff(work, &actor.native);
    let of_others = if is_staff { Whose::Others } else { Whose::OthersInTheirGroups };
    let mut found = Vec::new();
    for whose in [Whose::Own, of_others] {
        let room = if is_staff { LISTED_MAX } else { LISTED_MAX - found.len() };
        found.extend(coming_of(work, actor, whose, of, room).await?);
    }
    found.sort_by_key(|broadcast| (broadcast.next_at.is_none(), broadcast.next_at, broadcast.id));
    found.truncate(LISTED_MAX);
    let mut list = Vec::new();
    for broadcast in found {
        let first = first_words(work, &broadcast, language);
        let in_digest = match broadcast.state {
            State::Sending => digests::comes_at(work, broadcast.id).await?,
            _ => None,
        };
        let next_at = match (in_digest, broadcast.state) {
            (None, State::Scheduled) => outlook::next_start(work, &broadcast).await?,
            // Until when it waits for a yes is not when it comes.
            (in_digest, State::AwaitingApproval) => in_digest,
            (in_digest, _) => in_digest.or(broadcast.next_at),
        };
        let at = next_at.map(|at| moment(work, at));
        let says = match (broadcast.state, at) {
            (State::AwaitingApproval, _) if overdue::is_told(&broadcast) => {
                say::broadcast_line_unanswered(first)
            }
            (State::AwaitingApproval, _) => say::broadcast_line_waiting(first),
            (State::Paused, _) => say::broadcast_line_paused(first),
            (State::Sending, Some(at)) if in_digest.is_some() => say::broadcast_line_digest(at, first),
            (_, Some(at)) => say::broadcast_line_next(at, first),
            (_, None) => say::broadcast_line_now(first),
        };
        list.push(Coming { broadcast: broadcast.id, state: broadcast.state, next_at, says });
    }
    list.sort_by_key(|coming| (coming.next_at.is_none(), coming.next_at));
    Ok(list)
}

/// The first of what is coming of somebody's, or of others, that the person may decide about.
async fn coming_of(
    work: &mut Work<'_>,
    actor: &Person,
    whose: Whose,
    of: Option<GroupId>,
    room: usize,
) -> Outcome<Vec<Broadcast>> {
    let mut staff = String::from(",");
    if whose == Whose::OthersInTheirGroups {
        for person in roster::configured_staff(work).await? {
            let _ = write!(staff, "{},", person.id);
        }
    }
    let mut found = Vec::new();
    for page in 0..PAGES_MAX {
        if found.len() >= room {
            break;
        }
        let page = Page { whose, staff: &staff, after: page * SEEN_AT_ONCE, count_max: SEEN_AT_ONCE };
        let Some(seen) = store::coming(work, actor.id, page).await? else { break };
        found.extend(authority::over_these(work, actor, seen, of).await?);
    }
    found.truncate(room);
    Ok(found)
}
