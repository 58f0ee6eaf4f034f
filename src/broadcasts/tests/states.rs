//! Purpose: the states of a broadcast and what leads from one to another.

use proptest::prelude::*;

use crate::broadcasts::rules::{Event, State, after};

const EVENTS: [Event; 16] = [
    Event::Confirm,
    Event::AskApproval,
    Event::Approve,
    Event::Decline,
    Event::Begin,
    Event::Finish { more: true },
    Event::Finish { more: false },
    Event::Miss,
    Event::Pause,
    Event::Resume,
    Event::Move { approved: false },
    Event::Move { approved: true },
    Event::Edit { approved: true },
    Event::Cancel,
    Event::Recall { more: false },
    Event::Recall { more: true },
];

#[test]
fn every_state_has_a_word_of_its_own() {
    for (word, state) in State::NAMED {
        assert_eq!((State::of_word(word), state.word()), (state, word));
    }
    assert_eq!(State::of_word("of a newer version"), State::Cancelled, "nothing goes out by mistake");
}

proptest! {
    #[test]
    fn what_is_over_stays_over_and_nothing_goes_out_unless_it_was_confirmed(
        events in proptest::collection::vec(0..EVENTS.len(), 0..40),
    ) {
        let (mut state, mut confirmed, mut approved, mut asked) = (State::Draft, false, false, false);
        for event in events.into_iter().map(|event| EVENTS[event]) {
            let Some(next) = after(state, event) else { continue };
            prop_assert!(!matches!(state, State::Cancelled | State::Recalled), "{state:?} {event:?}");
            let answers = matches!(event, Event::Approve | Event::Decline | Event::Cancel);
            prop_assert!(state != State::AwaitingApproval || next == state || answers, "{event:?}");
            confirmed |= event == Event::Confirm;
            asked |= event == Event::AskApproval;
            approved |= event == Event::Approve;
            if next == State::Sending {
                prop_assert!(confirmed || (asked && approved), "{state:?} {event:?}");
            }
            if next == State::Recalled {
                prop_assert!(state != State::Draft && state != State::AwaitingApproval);
            }
            state = next;
        }
    }
}
