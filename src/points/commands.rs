//! Purpose: what people read about their points.
//!
//! Invariant: the short form fits into the answer to a button press in every language, whatever the numbers; nothing
//! here compares people.

use chrono::Datelike;

use super::calendar::local_date;
use super::ledger::Awarded;
use super::rules::Cap;
use super::standing::{Standing, standing};
use super::stars::{Missing, Outlook};
use super::store::{self, Entry};
use crate::failure::Outcome;
use crate::i18n::{Language, Text, say};
use crate::ids::PersonId;
use crate::text;
use crate::work::Work;

/// The longest short form, in UTF-16 units: what an answer to a button press may have.
pub const SHORT_UNITS_MAX: usize = 200;
/// How many entries [`why_text`] lists.
const ENTRIES_LISTED: i64 = 10;

/// A person's balance, room under the caps, star and what is missing for the next, in a few lines.
pub async fn balance_text(work: &mut Work<'_>, person: PersonId, language: Language) -> Outcome<String> {
    let standing = standing(work, person).await?;
    Ok(full(&standing, language))
}

/// The same in at most 200 UTF-16 units, what an answer to a button press may have.
pub async fn balance_short(work: &mut Work<'_>, person: PersonId, language: Language) -> Outcome<String> {
    let standing = standing(work, person).await?;
    Ok(short(&standing, language))
}

/// A person's last 10 entries, newest first: number, date, what it was for, points.
pub async fn why_text(work: &mut Work<'_>, person: PersonId, language: Language) -> Outcome<String> {
    let tenant = work.tenant;
    let entries = store::last_entries(work.reading(), tenant, person, ENTRIES_LISTED).await?;
    if entries.is_empty() {
        return Ok(language.render(&say::points_why_none()));
    }
    let mut lines = vec![language.render(&say::points_why_title(entries.len()))];
    lines.extend(entry_lines(work, &entries, language));
    Ok(lines.join("\n"))
}

/// Entries, a line each.
pub(super) fn entry_lines(work: &Work<'_>, entries: &[Entry], language: Language) -> Vec<String> {
    let zone = work.config.school.zone;
    entries.iter().map(|entry| language.render(&entry_line(entry, zone))).collect()
}

/// How an award ended, in one sentence for the person who earned it.
#[must_use]
pub fn award_text(awarded: &Awarded) -> Text {
    match *awarded {
        Awarded::Paid { points: 0, .. } | Awarded::NotInRules => say::points_award_recorded(),
        Awarded::Paid { points, balance, cut_by: None } => say::points_award_paid(balance, points),
        Awarded::Paid { points, balance, cut_by: Some(cap) } => {
            say::points_award_cut(balance, cap_reached(cap), points)
        }
        Awarded::CapReached { which } => say::points_award_capped(cap_reached(which)),
        Awarded::AlreadyPaid => say::points_award_again(),
    }
}

/// That a cap is reached now, and when there is room again.
fn cap_reached(cap: Cap) -> Text {
    say::points_cap_reached(cap.id())
}

fn full(standing: &Standing, language: Language) -> String {
    let mut lines = vec![language.render(&say::points_balance(standing.balance, standing.level.star))];
    lines.extend(ahead(standing, language));
    if standing.level.next.is_none() {
        lines.push(language.render(&say::points_top()));
    }
    lines.push(language.render(&say::points_promise()));
    lines.push(language.render(&say::points_ask_why()));
    lines.join("\n")
}

pub(super) fn short(standing: &Standing, language: Language) -> String {
    let stars = "★".repeat(usize::try_from(standing.level.star).unwrap_or(0));
    let balance = language.render(&say::points_short_balance(standing.balance, stars));
    let mut lines = vec![balance.trim_end().to_owned()];
    lines.extend(ahead(standing, language));
    // The texts are short enough for every number the configuration allows; a test holds that. The cut only guards
    // against a locale file that grows.
    text::cut(&lines.join("\n"), SHORT_UNITS_MAX)
}

/// What can still be earned, and what that leads to. Nobody is told how much is missing where nothing more is to be had.
fn ahead(standing: &Standing, language: Language) -> Vec<String> {
    match (standing.outlook, standing.level.next) {
        (Outlook::Learnt, Some(_)) => vec![language.render(&say::points_next_learnt())],
        (Outlook::Short, Some(_)) => {
            vec![language.render(&room(standing)), language.render(&say::points_next_later())]
        }
        (_, Some(missing)) => {
            vec![language.render(&room(standing)), language.render(&next(&missing, language))]
        }
        (_, None) => vec![language.render(&room(standing))],
    }
}

fn room(standing: &Standing) -> Text {
    match (standing.day_room, standing.week_room) {
        (_, 0) => say::points_room_monday(),
        (0, week) => say::points_room_tomorrow(week),
        (day, week) => say::points_room(day, week),
    }
}

fn next(missing: &Missing, language: Language) -> Text {
    say::points_next(missing.words(language), missing.star)
}

fn entry_line(entry: &Entry, zone: chrono_tz::Tz) -> Text {
    let date = local_date(entry.at, zone);
    let date = say::points_date(date.day(), date.month());
    let act = say::points_act(entry.rule.as_str());
    if entry.is_reversal() {
        let reason = say::points_reason(entry.reason.as_deref().unwrap_or_default());
        return say::points_why_reversal(
            act,
            date,
            entry.source_id.as_str(),
            entry.number,
            -entry.delta,
            reason,
        );
    }
    match &entry.cap {
        Some(cap) => {
            say::points_why_capped(act, say::points_cap_then(cap.as_str()), date, entry.number, entry.delta)
        }
        None => say::points_why_entry(act, date, entry.number, entry.delta),
    }
}
