//! Purpose: reminding those who haven't confirmed.
//!
//! Invariants: reminders go only to private chats, only to those who have not confirmed, as often on one of the school's
//! days as is configured; the day is the one on which they go out. They overtake no answer, and none comes in the quiet hours.

use std::collections::HashMap;

use super::confirm::{newest_run, version_shown, words};
use super::draft::Confirmation;
use super::life::audit;
use super::store::runs::RunState;
use super::store::{Broadcast, receipts, reminders};
use super::{authority, copies, post};
use crate::channel::{Card, Outgoing};
use crate::clock::{DAY_MS, Millis};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::{Address, BroadcastId, GroupId, PersonId, RunId};
use crate::outbox::{NewRow, Target};
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
            remind_one(work, &found, run, person, group, at, &format!("{day}/{times}"));
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
pub(super) fn day_number(work: &Work<'_>, at: Millis) -> i64 {
    let day = work.config.school_time().today(at);
    day.signed_duration_since(chrono::NaiveDate::default()).num_days()
}

/// The key of a reminder's row in the outbox.
pub(super) fn key(run: RunId, person: PersonId, occasion: &str) -> String {
    format!("broadcast-reminder/{run}/{person}/{occasion}")
}

pub(super) fn remind_one(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    run: RunId,
    person: &Person,
    group: &Group,
    at: Millis,
    occasion: &str,
) {
    let language = roster::language(work, Some(person), Some(group));
    let to = Address::Person(person.id);
    let words = cut(&words(broadcast), REMINDED_UNITS_MAX);
    let text = say::broadcast_reminder(group.title.as_str(), words);
    let buttons = post::buttons(work, broadcast, run, to, language, None);
    work.send(NewRow {
        key: key(run, person.id, occasion),
        to: Target::Chat(to),
        priority: copies::priority(broadcast),
        what: Outgoing::Say { card: Card { buttons, ..Card::plain(language.render(&text)) } },
        about: None,
        not_before: at,
        expires_at: Some(at.plus_ms(DAY_MS)),
    });
}
