//! Purpose: what is coming, for a person or for a group.
//!
//! Invariant: somebody sees only what they may decide about.

use super::authority::{self, chosen};
use super::confirm::words;
use super::rules::State;
use super::store::{self, digests};
use crate::clock::Millis;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::{BroadcastId, GroupId};
use crate::roster::{self, Person};
use crate::text::cut;
use crate::timetable::{phrase, wall};
use crate::work::Work;

/// Of the words, this much is shown, in UTF-16 units.
const SHOWN_UNITS_MAX: usize = 30;
/// Broadcasts listed at most.
const LISTED_MAX: usize = 50;

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

/// What is coming that the person may decide about, the soonest first; with a group, only what goes to it.
pub async fn list_coming(work: &mut Work<'_>, actor: &Person, of: Option<GroupId>) -> Outcome<Vec<Coming>> {
    let language = roster::language(work, Some(actor), None);
    let mut list = Vec::new();
    for broadcast in store::coming(work).await? {
        let goes_there =
            |group| chosen(&broadcast.draft).is_none_or(|chosen| chosen.iter().any(|(id, _)| *id == group));
        if of.is_some_and(|group| !goes_there(group)) {
            continue;
        }
        let authority = match authority::over(work, actor, broadcast.id).await {
            Ok((_, authority)) => authority,
            Err(Failure::Refused(_)) => continue,
            Err(broken) => return Err(broken),
        };
        // All of the author's groups: perhaps not this one.
        if of.is_some_and(|group| authority.groups.iter().all(|known| known.id != group)) {
            continue;
        }
        let start = |words: &str| cut(words.lines().next().unwrap_or_default(), SHOWN_UNITS_MAX);
        let mut first = start(&words(&broadcast));
        if let Some(topic) = work.config.broadcasts.topic(&broadcast.draft.topic.0) {
            first = language.render(&say::broadcast_line_topic(topic.name(language), first));
        }
        let in_digest = match broadcast.state {
            State::Sending => digests::comes_at(work, broadcast.id).await?,
            _ => None,
        };
        let next_at = in_digest.or(broadcast.next_at);
        let at = next_at.map(|at| phrase::moment(wall::shown(at, work.config.school.zone)));
        let says = match (broadcast.state, at) {
            (State::AwaitingApproval, _) => say::broadcast_line_waiting(first),
            (State::Paused, _) => say::broadcast_line_paused(first),
            (State::Sending, Some(at)) if in_digest.is_some() => say::broadcast_line_digest(at, first),
            (_, Some(at)) => say::broadcast_line_next(at, first),
            (_, None) => say::broadcast_line_now(first),
        };
        list.push(Coming { broadcast: broadcast.id, state: broadcast.state, next_at, says });
        if list.len() == LISTED_MAX {
            break;
        }
    }
    list.sort_by_key(|coming| (coming.next_at.is_none(), coming.next_at));
    Ok(list)
}
