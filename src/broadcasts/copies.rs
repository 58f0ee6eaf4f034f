//! Purpose: private copies: what goes to groups also goes to each of their readers who wants its topic in private.
//!
//! Invariants: copies are planned after all groups of a run, in stretches like theirs: the number of the last person is
//! part of the transaction, so a crash between two leaves a run that goes on where it stood. A person gets one copy,
//! however many of the groups they are in; whoever has opted out, has not opened their private chat or has left all
//! groups gets none. Copies go after what goes to groups, of other runs too; those of something urgent wait for no morning, as
//! its author was told.
//!
//! Nobody gets a copy before one of their groups could have the post: while all of a reader's groups wait for the digest, so
//! does the copy, and an announcement of which everything waits has reached nobody. Whoever is in a group that doesn't wait
//! gets it at once. When nothing of a run waits any more, [`go_after_digest`] has the people gone through once more from the
//! first; whoever has a copy gets no second one.

use std::collections::{BTreeSet, HashMap};

use super::draft::Urgency;
use super::plan::key;
use super::store::Broadcast;
use super::store::digests;
use super::store::posts::{self, NewPost};
use super::store::runs::{self, Run, RunState};
use super::store::topics;
use super::{ends, post};
use crate::channel::Outgoing;
use crate::failure::Outcome;
use crate::i18n::{Language, say};
use crate::ids::{Address, GroupId, PersonId, RunId};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::roster::{self, Person};
use crate::text::cut;
use crate::work::Work;

/// Rows of one stretch. Less than for groups: for each person their groups and choices are looked through, and each copy has
/// words and buttons of its own, so that a row takes several times as long; and nobody waits for a copy as long as the
/// groups have the announcement.
pub(super) const COPIES_MAX: usize = 500;
/// A group's title in a copy, in UTF-16 units.
const TITLE_UNITS_MAX: usize = 40;

/// Whether the broadcast's topic is one that people get in private too.
pub(super) fn are_wanted(work: &Work<'_>, broadcast: &Broadcast) -> bool {
    work.config.broadcasts.topic(&broadcast.draft.topic.0).is_some_and(|topic| topic.private_copies)
}

/// How pressing a copy is when it is sent. The groups have what is urgent before its copies are planned.
fn sending_priority(broadcast: &Broadcast) -> Priority {
    match broadcast.draft.urgency {
        Urgency::Urgent => Priority::Urgent,
        Urgency::Normal => Priority::Digest,
    }
}

/// How pressing it is to change a copy, or to remind of it: less than what goes to the groups.
pub(super) fn priority(broadcast: &Broadcast) -> Priority {
    match broadcast.draft.urgency {
        Urgency::Urgent => Priority::Announcement,
        Urgency::Normal => Priority::Digest,
    }
}

/// Plans the next stretch of copies of a run whose groups are all planned.
pub(super) async fn go_on(work: &mut Work<'_>, broadcast: &Broadcast, run: &Run) -> Outcome<()> {
    let parts = post::copied_parts(broadcast);
    let stretch = (COPIES_MAX / parts.len().max(1)).max(1);
    let people = if are_wanted(work, broadcast) {
        let limit = i64::try_from(stretch).unwrap_or(i64::MAX);
        topics::receivers(work, run.id, &broadcast.draft.topic.0, run.people_until, limit).await?
    } else {
        Vec::new()
    };
    let mut new: Vec<NewPost> = Vec::with_capacity(people.len() * parts.len());
    for person in &people {
        let to = Address::Person(*person);
        let part = |part| NewPost { to, part: i64::try_from(part).unwrap_or(0), failed: None };
        new.extend(parts.clone().map(part));
    }
    let written = posts::insert(work, run.id, broadcast.version, &new).await?;
    let from = Senders::read(work, run.id, &people).await?;
    let known: HashMap<PersonId, Person> =
        roster::people(work, &people).await?.into_iter().map(|person| (person.id, person)).collect();
    for (id, to, part) in written {
        let Address::Person(person) = to else { continue };
        let Some(person) = known.get(&person) else { continue };
        let language = roster::language(work, Some(person), None);
        let groups = from.line(person.id, language);
        let part = usize::try_from(part).unwrap_or(0);
        let post = post::copy(work, broadcast, run.id, part, person.id, language, &groups);
        work.send(NewRow {
            key: key(id),
            to: Target::Chat(to),
            priority: sending_priority(broadcast),
            what: Outgoing::Post(post),
            about: Some(About::BroadcastPost { post: id, run: Some(run.id) }),
            not_before: work.now,
            expires_at: None,
        });
    }
    let last = if people.len() < stretch { None } else { people.last().copied() };
    let state = if last.is_some() { RunState::Planning } else { RunState::Sending };
    runs::set_people(work, run.id, state, last.unwrap_or(PersonId(i64::MAX))).await?;
    ends::finish_if_ended(work, run.id).await
}

/// Has the copies written that waited for the digests of a run, once nothing of it waits any more.
pub(super) async fn go_after_digest(work: &mut Work<'_>, broadcast: &Broadcast, run: &Run) -> Outcome<()> {
    if run.state != RunState::Sending || !are_wanted(work, broadcast) || digests::waits(work, run.id).await? {
        return Ok(());
    }
    runs::set_people(work, run.id, RunState::Planning, PersonId(0)).await?;
    work.ring();
    Ok(())
}

/// From which groups people get the copies of a run.
pub(super) struct Senders {
    groups: HashMap<PersonId, BTreeSet<GroupId>>,
    titles: HashMap<GroupId, String>,
}

impl Senders {
    /// Of these people.
    pub(super) async fn read(work: &mut Work<'_>, run: RunId, people: &[PersonId]) -> Outcome<Self> {
        let mut groups: HashMap<PersonId, BTreeSet<GroupId>> = HashMap::new();
        for (person, group) in topics::groups_of(work, run, people).await? {
            groups.entry(person).or_default().insert(group);
        }
        let mut titles = HashMap::new();
        for first in groups.values().filter_map(BTreeSet::first) {
            if !titles.contains_key(first)
                && let Some(group) = roster::group_by_id(work, *first).await?
            {
                titles.insert(*first, cut(&group.title, TITLE_UNITS_MAX));
            }
        }
        Ok(Self { groups, titles })
    }

    /// The groups in words; empty if the person is in none of them any more.
    pub(super) fn line(&self, person: PersonId, language: Language) -> String {
        let Some(groups) = self.groups.get(&person) else { return String::new() };
        let title = groups.first().and_then(|first| self.titles.get(first));
        let title = title.map(String::as_str).unwrap_or_default();
        if groups.len() < 2 {
            return title.to_owned();
        }
        language.render(&say::broadcast_heading_groups(groups.len(), title))
    }
}
