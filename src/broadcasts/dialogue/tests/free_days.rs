//! Purpose: what a time becomes where days without school matter: what nobody chose leaves them in peace.

use super::super::choice::Choice;
use super::Talk;
use crate::broadcasts::Urgency;
use crate::timetable::DayRule;

#[test]
fn a_holiday_brings_the_choice_of_what_to_do() {
    let mut talk = Talk::new(1);
    talk.reaches_summary();
    talk.presses(Choice::ChangeWhen);
    // The day of the demonstration class has school; National Day has none.
    talk.writes("8 September 8:00");
    assert!(!talk.offers(Choice::DayRule(DayRule::MoveToNextSchoolDay)));
    talk.presses(Choice::ChangeWhen);
    talk.writes("1 October 8:00");
    talk.presses(Choice::Done);
    assert_eq!(talk.open().draft.when.as_deref(), Some("next - - once 2026-10-01T08:00:00"));
    talk.presses(Choice::ChangeWhen);
    talk.writes("1 October 8:00");
    talk.presses(Choice::DayRule(DayRule::Always));
    talk.presses(Choice::Done);
    assert_eq!(talk.open().draft.when.as_deref(), Some("always - - once 2026-10-01T08:00:00"));
}

#[test]
fn what_is_not_urgent_any_more_leaves_days_without_school_in_peace() {
    let mut talk = Talk::new(1);
    talk.reaches_summary();
    for (urgency, written, kept) in [
        (Urgency::Urgent, "every Saturday at 9:00", "always - - weekly sat 09:00:00"),
        (Urgency::Normal, "every Saturday at 9:00", "next - - weekly sat 09:00:00"),
        (Urgency::Normal, "every Saturday at 9:00, also on holidays", "always - - weekly sat 09:00:00"),
        (Urgency::Normal, "every school day at 9:00", "only - - daily 09:00:00"),
        (
            Urgency::Normal,
            "on the first school day of every month at 9:00",
            "always - - first-school-day month 09:00:00",
        ),
        (Urgency::Normal, "Friday 11 September 22:30", "next - - once 2026-09-11T22:30:00"),
        (Urgency::Normal, "Friday 11 September 20:30", "always - - once 2026-09-11T20:30:00"),
    ] {
        talk.presses(Choice::ChangeOptions);
        talk.presses(Choice::Urgency(urgency));
        talk.presses(Choice::Done);
        talk.presses(Choice::ChangeWhen);
        talk.writes(written);
        talk.presses(Choice::Done);
        assert_eq!(talk.open().draft.when.as_deref(), Some(kept), "{written}");
        if urgency == Urgency::Urgent {
            talk.presses(Choice::ChangeOptions);
            talk.presses(Choice::Urgency(Urgency::Normal));
            assert_eq!(talk.open().draft.when.as_deref(), Some("next - - weekly sat 09:00:00"));
            talk.presses(Choice::Done);
        }
    }
}
