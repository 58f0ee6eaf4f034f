//! Purpose: what the school's staff are told without asking: that the calendar lacks a year, and what features have to tell.
//!
//! Invariants: those are told whom the configuration names as staff, each in private, in their own language and not in the
//! quiet hours; about one thing once. Whoever has not opened a private chat is told after they have.

use chrono::Datelike as _;

use crate::channel::{Card, Outgoing};
use crate::clock::DAY_MS;
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::ids::Address;
use crate::outbox::{NewRow, Priority, Target};
use crate::roster;
use crate::timetable::CalendarWarning;
use crate::work::Work;

/// News that couldn't be sent for so long are not sent any more.
const VALID_MS: i64 = 7 * DAY_MS;

/// Tells the staff something, each once for an occasion. Returns how many can be told now.
///
/// # Errors
/// Broken if the database is.
pub async fn tell(work: &mut Work<'_>, occasion: &str, words: &Text) -> Outcome<usize> {
    let mut told = 0;
    let not_before = work.config.school.quiet.next_allowed(work.now, work.config.school.zone);
    for person in roster::configured_staff(work).await? {
        if !person.private_chat_open {
            continue;
        }
        told += 1;
        let language = roster::language(work, Some(&person), None);
        work.send(NewRow {
            key: format!("{occasion}/{}", person.id),
            to: Target::Chat(Address::Person(person.id)),
            priority: Priority::Digest,
            what: Outgoing::Say { card: Card::plain(language.render(words)) },
            about: None,
            not_before,
            expires_at: Some(not_before.plus_ms(VALID_MS)),
        });
    }
    Ok(told)
}

/// Tells the staff of what years the calendar has no official days, or guessed ones: of this year, and from 1 November on of
/// the next. Once in a year of each.
///
/// # Errors
/// Broken if the database is.
pub async fn tell_of_calendar(work: &mut Work<'_>) -> Outcome<()> {
    let config = std::sync::Arc::clone(&work.config);
    let today = config.school_time().today(work.now);
    for warning in config.calendar.year_warnings(today) {
        let (year, words) = match warning {
            CalendarWarning::YearMissing(year) => (year, say::staff_calendar_missing(i64::from(year))),
            CalendarWarning::YearEstimated(year) => (year, say::staff_calendar_estimated(i64::from(year))),
            CalendarWarning::TermsEnd(_) => continue,
        };
        // The outbox keeps what was sent for a year, and its keys with it.
        tell(work, &format!("calendar/{}/{year}", today.year()), &words).await?;
    }
    Ok(())
}
