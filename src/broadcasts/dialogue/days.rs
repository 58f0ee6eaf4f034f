//! Purpose: what days without school do to something whose author has said nothing about them, and what it makes of its runs.
//!
//! Invariants: pure. On a day without school nothing goes out that isn't urgent unless its author has chosen so: who says
//! nothing gets it on the next school day.

use super::state::Facts;
use crate::broadcasts::draft::{Draft, Urgency};
use crate::timetable::{DayRule, Hold, Recurrence, Rule, wall};

/// Another rule for days without school than [`DayRule::Always`], where nobody has chosen that one and it could go out on such
/// a day. Where nothing would come then, because no school day is known, it stays.
#[must_use]
pub fn careful(recurrence: Recurrence, urgency: Urgency, facts: &Facts<'_>) -> Recurrence {
    let is_free = urgency == Urgency::Urgent || recurrence.day_rule != DayRule::Always;
    if is_free || !matter(&recurrence, facts) {
        return recurrence;
    }
    let moved = recurrence.clone().with(DayRule::MoveToNextSchoolDay);
    if moved.next_run(facts.now, facts.time).is_some() { moved } else { recurrence }
}

/// Gives a draft that isn't urgent any more the rule that it would have had without ever being so.
pub fn reconsider(draft: &mut Draft, facts: &Facts<'_>) {
    let Some(Ok(recurrence)) = draft.when.as_deref().map(Recurrence::parse) else { return };
    draft.when = Some(careful(recurrence, draft.urgency, facts).to_text());
}

/// True if it can meet a day without school, or what the night holds of it can, so that there is something to choose.
#[must_use]
pub fn matter(recurrence: &Recurrence, facts: &Facts<'_>) -> bool {
    let Facts { time, quiet, .. } = *facts;
    match &recurrence.rule {
        Rule::Once(at) => {
            wall::point(*at, time.zone).is_some_and(|at| {
                Hold::NightsAndDays(quiet).starts_at(at, time) > Hold::Nights(quiet).starts_at(at, time)
            }) || !time.calendar.is_school_day(at.date())
        }
        Rule::Days { on, .. } => !on.needs_school(),
        Rule::Cron(_) => true,
    }
}
