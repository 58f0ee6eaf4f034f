//! Purpose: reminding those who haven't confirmed.
//!
//! Invariants: reminders go only to private chats, only to those who have not confirmed, as often on one of the school's
//! days as is configured; the day is the one on which they go out. They overtake no answer, and none comes in the quiet hours.
//! One that waits goes out no more once its reader has confirmed, or nobody is to, and says the new words once they are changed:
//! in the transaction that decided it.

use std::collections::HashMap;

use super::confirm::{newest_run, version_shown, words};
use super::draft::Confirmation;
use super::life::audit;
use super::store::reminders::Given;
use super::store::runs::RunState;
use super::store::{Broadcast, receipts, reminders, runs, topics};
use super::{authority, copies, heading, post};
use crate::channel::{Card, Outgoing};
use crate::clock::{DAY_MS, Millis};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::{Address, BroadcastId, GroupId, PersonId, RunId};
use crate::outbox::{self, NewRow, Target};
use crate::roster::{self, Group, Person};
use crate::text::cut;
use crate::timetable::{phrase, wall};
use crate::work::Work;

/// What is repeated in a reminder, in UTF-16 units.
const REMINDED_UNITS_MAX: usize = 1_000;
/// People reminded at a time; more are reminded when it is asked for again.
const REMINDED_MAX: i64 = 5_000;

/// Reminds whoever has not confirmed the newest run as it is worded, in private, in the quiet hours when they end. Returns what
/// the one who asked for it is told.
///
/// # Errors
/// Refused if there is nothing to confirm, and while what stands in the groups has other words than a reminder would.
pub async fn remind(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Text> {
    let (found, authority) = authority::over(work, actor, broadcast).await?;
    let run = newest_run(work, &found).await?.filter(|run| run.state != RunState::Recalled);
    let run = run.filter(|_| found.draft.confirmation != Confirmation::None);
    let run = run.ok_or_else(|| Failure::Refused(say::broadcast_remind_nothing()))?.id;
    let version = version_shown(work, run, &found).await?;
    if version != found.version {
        return Err(Failure::Refused(say::broadcast_remind_reworded()));
    }
    let zone = work.config.school.zone;
    let at = work.config.school.quiet.next_allowed(work.now, zone);
    let (day, times_max) = (day_number(work, at), work.config.broadcasts.reminders_a_day);
    let others = reminders::others(work, (run, version), day, times_max).await?;
    let missing = reminders::missing(work, (run, version), day, times_max, REMINDED_MAX).await?;
    let people: Vec<PersonId> = missing.iter().map(|(person, _)| *person).collect();
    let known = roster::people(work, &people).await?;
    let known: HashMap<PersonId, Person> = known.into_iter().map(|person| (person.id, person)).collect();
    let mut ids: Vec<GroupId> = missing.iter().map(|(_, group)| *group).collect();
    ids.sort_unstable();
    ids.dedup();
    let groups = roster::permits_for(work, actor, &ids).await?;
    let groups: HashMap<GroupId, Group> = groups.into_iter().map(|(group, _)| (group.id, group)).collect();
    let of: HashMap<PersonId, GroupId> = missing.into_iter().collect();
    let reminded = receipts::remind(work, run, &people, day, times_max).await?;
    for (id, times) in &reminded {
        let group = of.get(id).and_then(|group| groups.get(group));
        if let (Some(person), Some(group)) = (known.get(id), group) {
            remind_one(work, &found, run, person, group, at, key(run, *id, day, *times));
        }
    }
    audit(work, authority.actor(), "broadcast.remind", &found).await?;
    let count = i64::try_from(reminded.len()).unwrap_or(i64::MAX);
    Ok(if at > work.now {
        let moment = phrase::moment(wall::shown(at, zone));
        say::broadcast_reminded_later(moment, others.reminded, count, others.unreachable)
    } else {
        say::broadcast_reminded(others.reminded, count, others.unreachable)
    })
}

/// The day the school's wall clock shows then, counted from 1970-01-01.
fn day_number(work: &Work<'_>, at: Millis) -> i64 {
    let day = work.config.school_time().today(at);
    day.signed_duration_since(chrono::NaiveDate::default()).num_days()
}

fn remind_one(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    run: RunId,
    person: &Person,
    group: &Group,
    at: Millis,
    key: String,
) {
    let what = reminder(work, broadcast, run, person, group);
    work.send(NewRow {
        key,
        to: Target::Chat(Address::Person(person.id)),
        priority: copies::priority(broadcast),
        what,
        about: None,
        not_before: at,
        expires_at: Some(at.plus_ms(DAY_MS)),
    });
}

/// What somebody is reminded with, of one of the groups that they read it in.
fn reminder(work: &Work<'_>, broadcast: &Broadcast, run: RunId, person: &Person, group: &Group) -> Outgoing {
    let language = roster::language(work, Some(person), Some(group));
    let words = cut(&words(broadcast), REMINDED_UNITS_MAX);
    let words = match heading::mark(&broadcast.draft, language) {
        Some(mark) => format!("{mark}\n{words}"),
        None => words,
    };
    let text = say::broadcast_reminder(group.title.as_str(), words);
    let to = Address::Person(person.id);
    let buttons = post::buttons(work, broadcast, (run, broadcast.version), to, language, None);
    Outgoing::Say { card: Card { buttons, ..Card::plain(language.render(&text)) } }
}

/// The words of a run were changed where they stand: reminders that wait for the end of the quiet hours say the new ones. At other
/// times none waits; one under way leads to the new words by its button.
pub(super) async fn reword(work: &mut Work<'_>, broadcast: &Broadcast, run: RunId) -> Outcome<()> {
    if work.config.school.quiet.next_allowed(work.now, work.config.school.zone) == work.now {
        return Ok(());
    }
    let since = oldest_day(work);
    let given = reminders::given(work, run, since).await?;
    let people: Vec<PersonId> = given.iter().map(|given| given.person).collect();
    let known = roster::people(work, &people).await?;
    let known: HashMap<PersonId, Person> = known.into_iter().map(|person| (person.id, person)).collect();
    let of: HashMap<PersonId, GroupId> = topics::groups_of(work, run, &people).await?.into_iter().collect();
    let mut groups: HashMap<GroupId, Group> = HashMap::new();
    for id in of.values() {
        if !groups.contains_key(id)
            && let Some(group) = roster::group_by_id(work, *id).await?
        {
            groups.insert(*id, group);
        }
    }
    let mut rows = Vec::new();
    for given in &given {
        let group = of.get(&given.person).and_then(|group| groups.get(group));
        if let (Some(person), Some(group)) = (known.get(&given.person), group) {
            let what = reminder(work, broadcast, run, person, group);
            rows.extend(keys(run, *given).map(|key| (key, what.clone())));
        }
    }
    let tenant = work.tenant;
    Ok(outbox::rewrite(work.writing().await?, tenant, &rows).await?)
}

/// The key of a reminder's row in the outbox.
fn key(run: RunId, person: PersonId, day: i64, times: i64) -> String {
    format!("broadcast-reminder/{run}/{person}/{day}/{times}")
}

/// The keys of somebody's reminders of a day.
fn keys(run: RunId, Given { person, day, times }: Given) -> impl Iterator<Item = String> {
    (1..=times).map(move |time| key(run, person, day, time))
}

/// Somebody has confirmed a run: what reminds them of it goes out no more.
pub(super) async fn withdraw_of(work: &mut Work<'_>, run: RunId, person: PersonId) -> Outcome<()> {
    let since = oldest_day(work);
    let given = reminders::given_to(work, run, person, since).await?;
    withdraw(work, run, &given).await
}

/// A run was taken back: what reminds anybody of it goes out no more.
pub(super) async fn withdraw_of_run(work: &mut Work<'_>, run: RunId) -> Outcome<()> {
    let since = oldest_day(work);
    let given = reminders::given(work, run, since).await?;
    withdraw(work, run, &given).await
}

/// A broadcast was given up: what reminds anybody of a run that went out before goes out no more.
pub(super) async fn withdraw_all(work: &mut Work<'_>, broadcast: BroadcastId) -> Outcome<()> {
    for run in runs::of_broadcast(work, broadcast).await? {
        withdraw_of_run(work, run.id).await?;
    }
    Ok(())
}

/// Whether any reminder of a run may still wait.
pub(super) async fn wait(work: &mut Work<'_>, run: RunId) -> Outcome<bool> {
    let since = oldest_day(work);
    Ok(reminders::are_any(work, run, since).await?)
}

/// The first day of which reminders may still wait: a row is given up a day after its time.
fn oldest_day(work: &Work<'_>) -> i64 {
    day_number(work, work.now) - 1
}

async fn withdraw(work: &mut Work<'_>, run: RunId, given: &[Given]) -> Outcome<()> {
    let keys: Vec<String> = given.iter().flat_map(|given| keys(run, *given)).collect();
    if !keys.is_empty() {
        let (tenant, now) = (work.tenant, work.now);
        outbox::withdraw(work.writing().await?, tenant, &keys, now).await?;
    }
    Ok(())
}
