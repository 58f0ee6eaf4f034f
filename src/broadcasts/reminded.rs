//! Purpose: reminders that wait for the end of the quiet hours while the words they repeat are changed or taken back.
//!
//! Invariant: no reminder that has not begun repeats words that are not the broadcast's any more, nor any of a run that was taken
//! back.

use std::collections::HashMap;

use super::remind;
use super::store::runs::{Run, RunState};
use super::store::{self, reminders, topics};
use crate::failure::Outcome;
use crate::ids::{GroupId, PersonId, RunId};
use crate::outbox;
use crate::roster::{self, Group, Person};
use crate::work::Work;

/// Whether any reminder of a run may still wait.
pub(super) async fn wait(work: &mut Work<'_>, run: RunId) -> Outcome<bool> {
    let today = remind::day_number(work, work.now);
    Ok(reminders::are_any(work, run, today).await?)
}

/// Has the reminders of a run that wait say the new words, or takes them back with it. One transaction: so many people are reminded
/// at a time.
pub(super) async fn follow(work: &mut Work<'_>, run: &Run) -> Outcome<()> {
    let today = remind::day_number(work, work.now);
    let mut of: HashMap<String, (PersonId, String)> = HashMap::new();
    for (person, day, times) in reminders::since(work, run.id, today).await? {
        for time in 1..=times {
            let occasion = format!("{day}/{time}");
            of.insert(remind::key(run.id, person, &occasion), (person, occasion));
        }
    }
    let keys: Vec<String> = of.keys().cloned().collect();
    let (tenant, now) = (work.tenant, work.now);
    if run.state == RunState::Recalled {
        outbox::withdraw(work.writing().await?, tenant, &keys, now).await?;
        return Ok(());
    }
    let Some(broadcast) = store::broadcast(work, run.broadcast).await? else { return Ok(()) };
    let waiting = outbox::supersede(work.writing().await?, tenant, &keys, now).await?;
    let mut people: Vec<PersonId> =
        waiting.iter().filter_map(|row| of.get(&row.key)).map(|(person, _)| *person).collect();
    people.sort_unstable();
    people.dedup();
    let mut group_of: HashMap<PersonId, GroupId> = HashMap::new();
    for (person, group) in topics::groups_of(work, run.id, &people).await? {
        let first = group_of.entry(person).or_insert(group);
        *first = group.min(*first);
    }
    let known = roster::people(work, &people).await?;
    let known: HashMap<PersonId, Person> = known.into_iter().map(|person| (person.id, person)).collect();
    let mut groups: HashMap<GroupId, Option<Group>> = HashMap::new();
    for row in &waiting {
        let Some((person, occasion)) = of.get(&row.key) else { continue };
        let (Some(person), Some(group)) = (known.get(person), group_of.get(person)) else { continue };
        if !groups.contains_key(group) {
            groups.insert(*group, roster::group_by_id(work, *group).await?);
        }
        if let Some(Some(group)) = groups.get(group) {
            remind::remind_one(work, &broadcast, run.id, person, group, row.not_before, occasion);
        }
    }
    Ok(())
}
