//! Purpose: what the buttons of the conversation mean, as one number that fits a signed token.
//!
//! Invariant: [`Choice::number`] and [`Choice::of_number`] are each other's inverse. The numbers stand in buttons that
//! were sent, so a kind keeps its number.

use crate::broadcasts::{Confirmation, Urgency};
use crate::ids::GroupId;
use crate::timetable::DayRule;

/// Below this number are the kinds; what is chosen is counted in multiples of it.
const KINDS: i64 = 64;

/// What a button of the conversation chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// To the step before.
    Back,
    /// Drop it all.
    Cancel,
    /// This step is done.
    Done,
    /// Yes: publish what was sent; go on with an old draft.
    Yes,
    /// Begin anew.
    Anew,
    /// Tick a group, or untick it.
    Group(GroupId),
    /// Every group of the author's.
    AllMine,
    /// Another page of groups.
    Page(u32),
    /// What readers are asked for.
    Confirmation(Confirmation),
    /// How pressing it is.
    Urgency(Urgency),
    /// One of the topics there are, by its place; 0 for none.
    Topic(u32),
    /// One of the topics of a forum, by its place; 0 for the general one.
    Thread(u32),
    /// A usual time, by its place in [`super::times::usual`].
    Usual(u32),
    /// One of the times offered, by its place.
    Offer(u32),
    /// What days without school do to it.
    DayRule(DayRule),
    /// Another text.
    ChangeWhat,
    /// Other groups.
    ChangeGroups,
    /// Other options.
    ChangeOptions,
    /// Another time.
    ChangeWhen,
    /// The last confirmation.
    Send,
    /// What readers will press, under the preview; does nothing here.
    Sample,
}

impl Choice {
    /// The number of the choice, not negative.
    #[must_use]
    pub fn number(self) -> i64 {
        let (kind, value) = match self {
            Self::Back => (1, 0),
            Self::Cancel => (2, 0),
            Self::Done => (3, 0),
            Self::Yes => (4, 0),
            Self::Anew => (5, 0),
            Self::Group(group) => (6, group.0),
            Self::AllMine => (7, 0),
            Self::Page(page) => (8, i64::from(page)),
            Self::Confirmation(Confirmation::None) => (9, 0),
            Self::Confirmation(Confirmation::Read) => (9, 1),
            Self::Confirmation(Confirmation::Signed) => (9, 2),
            Self::Urgency(Urgency::Normal) => (10, 0),
            Self::Urgency(Urgency::Urgent) => (10, 1),
            Self::Topic(place) => (11, i64::from(place)),
            Self::Usual(place) => (12, i64::from(place)),
            Self::Offer(place) => (13, i64::from(place)),
            Self::DayRule(DayRule::Always) => (14, 0),
            Self::DayRule(DayRule::SkipNonSchool) => (14, 1),
            Self::DayRule(DayRule::MoveToNextSchoolDay) => (14, 2),
            Self::DayRule(DayRule::OnlySchoolDays) => (14, 3),
            Self::ChangeWhat => (15, 0),
            Self::ChangeGroups => (16, 0),
            Self::ChangeOptions => (17, 0),
            Self::ChangeWhen => (18, 0),
            Self::Send => (19, 0),
            Self::Sample => (20, 0),
            Self::Thread(place) => (21, i64::from(place)),
        };
        value.max(0).saturating_mul(KINDS).saturating_add(kind)
    }

    /// The choice with this number, if there is one.
    #[must_use]
    pub fn of_number(number: i64) -> Option<Self> {
        let value = number.checked_div(KINDS)?;
        let place = || u32::try_from(value).ok();
        let choice = match number.checked_rem(KINDS)? {
            1 => Self::Back,
            2 => Self::Cancel,
            3 => Self::Done,
            4 => Self::Yes,
            5 => Self::Anew,
            6 => Self::Group(GroupId(value)),
            7 => Self::AllMine,
            8 => Self::Page(place()?),
            9 => Self::Confirmation(match value {
                0 => Confirmation::None,
                1 => Confirmation::Read,
                _ => Confirmation::Signed,
            }),
            10 => Self::Urgency(if value == 0 { Urgency::Normal } else { Urgency::Urgent }),
            11 => Self::Topic(place()?),
            12 => Self::Usual(place()?),
            13 => Self::Offer(place()?),
            14 => Self::DayRule(match value {
                0 => DayRule::Always,
                1 => DayRule::SkipNonSchool,
                2 => DayRule::MoveToNextSchoolDay,
                _ => DayRule::OnlySchoolDays,
            }),
            15 => Self::ChangeWhat,
            16 => Self::ChangeGroups,
            17 => Self::ChangeOptions,
            18 => Self::ChangeWhen,
            19 => Self::Send,
            20 => Self::Sample,
            21 => Self::Thread(place()?),
            _ => return None,
        };
        (choice.number() == number).then_some(choice)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_is_a_choice_exactly_if_the_choice_has_that_number(
            number in prop_oneof![0..1_000_i64, any::<i64>()]
        ) {
            if let Some(choice) = Choice::of_number(number) {
                prop_assert_eq!(choice.number(), number);
            }
        }
    }

    #[test]
    fn every_kind_comes_back() {
        let kinds = (1..=21).map(|kind| Choice::of_number(kind).map(Choice::number));
        assert_eq!(kinds.collect::<Vec<_>>(), (1..=21).map(Some).collect::<Vec<_>>());
        assert_eq!(Choice::of_number(Choice::Group(GroupId(77)).number()), Some(Choice::Group(GroupId(77))));
    }
}
