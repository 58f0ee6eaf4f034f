//! Purpose: what people read about their points.
//!
//! Invariant: the short form fits into the answer to a button press in every language, whatever the numbers; nothing
//! here compares people.

use chrono::Datelike;

use super::calendar::local_date;
use super::ledger::Awarded;
use super::rules::Cap;
use super::standing::{Standing, standing};
use super::stars::Missing;
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
    let level = standing.level;
    let mut lines = vec![say::points_balance(standing.balance, level.star), room(standing)];
    match level.next {
        Some(missing) => lines.push(next(&missing, language)),
        None => lines.push(say::points_top()),
    }
    lines.push(say::points_promise());
    lines.push(say::points_ask_why());
    lines.iter().map(|line| language.render(line)).collect::<Vec<_>>().join("\n")
}

pub(super) fn short(standing: &Standing, language: Language) -> String {
    let level = standing.level;
    let stars = "★".repeat(usize::try_from(level.star).unwrap_or(0));
    let mut lines = vec![say::points_short_balance(standing.balance, stars), room(standing)];
    lines.extend(level.next.map(|missing| next(&missing, language)));
    let lines: Vec<String> = lines.iter().map(|line| language.render(line).trim_end().to_owned()).collect();
    // The texts are short enough for every number the configuration allows; a test holds that. The cut only guards
    // against a locale file that grows.
    text::cut(&lines.join("\n"), SHORT_UNITS_MAX)
}

fn room(standing: &Standing) -> Text {
    match (standing.day_room, standing.week_room) {
        (_, 0) => say::points_room_monday(),
        (0, week) => say::points_room_tomorrow(week),
        (day, week) => say::points_room(day, week),
    }
}

fn next(missing: &Missing, language: Language) -> Text {
    let mut parts = Vec::new();
    if missing.points > 0 {
        parts.push(say::points_missing_points(missing.points));
    }
    if missing.quizzes > 0 {
        parts.push(say::points_missing_quizzes(missing.quizzes));
    }
    if missing.minutes > 0 {
        parts.push(say::points_missing_minutes(missing.minutes));
    }
    if missing.on_site > 0 {
        parts.push(say::points_missing_on_site(missing.on_site));
    }
    if missing.final_test {
        parts.push(say::points_missing_final_test());
    }
    let parts: Vec<String> = parts.iter().map(|part| language.render(part)).collect();
    let comma = language.render(&say::points_missing_comma());
    say::points_next(parts.join(&comma), missing.star)
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
