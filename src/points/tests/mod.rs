//! Purpose: the promises of points, tried as pure functions and on a real database.

mod ledger;
mod model;
mod rules;
mod verify;
mod words;

use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::ids::PersonId;
use crate::points::{Act, Actor, Award};

/// Monday 2026-03-02, 08:00 in Shanghai.
const MONDAY: Millis = Millis(1_772_409_600_000);

/// A day of that week and an hour of its morning, in Shanghai.
fn at(day: i64, hour: i64) -> Millis {
    MONDAY.plus_ms(day * DAY_MS + (hour - 8) * HOUR_MS)
}

/// An award the bot makes for a lesson.
fn of(person: PersonId, act: Act, id: &str) -> Award<'_> {
    Award { person, act, source_kind: "lesson", source_id: id, actor: Actor::Bot }
}
