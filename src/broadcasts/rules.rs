//! Purpose: the decisions about broadcasts: which state follows which, what may be edited where.
//!
//! Invariant: pure. A state changes only as [`after`] says; the database knows the same words.

use super::draft::Draft;
use crate::channel::{CAPTION_UNITS_MAX, Content, TEXT_UNITS_MAX};
use crate::clock::Millis;

/// Where a broadcast stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Being made; nothing comes of it by itself.
    Draft,
    /// Urgent, and nobody else has said yes yet.
    AwaitingApproval,
    /// Goes out when its time comes.
    Scheduled,
    /// A run is going out.
    Sending,
    /// Went out; nothing more comes.
    Sent,
    /// Held by somebody, or because its time was missed.
    Paused,
    /// Given up before it went out.
    Cancelled,
    /// Taken back after it went out.
    Recalled,
}

impl State {
    /// Every state by the word the database has for it.
    pub const NAMED: [(&str, Self); 8] = [
        ("draft", Self::Draft),
        ("awaiting-approval", Self::AwaitingApproval),
        ("scheduled", Self::Scheduled),
        ("sending", Self::Sending),
        ("sent", Self::Sent),
        ("paused", Self::Paused),
        ("cancelled", Self::Cancelled),
        ("recalled", Self::Recalled),
    ];

    /// The word for the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::NAMED.iter().find(|(_, state)| *state == self).map_or("", |(word, _)| *word)
    }

    /// The state with this word; what is unknown counts as given up, so that nothing goes out by mistake.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        Self::NAMED.iter().find(|(known, _)| *known == word).map_or(Self::Cancelled, |(_, state)| *state)
    }

    /// True while something may still go out.
    #[must_use]
    pub fn is_coming(self) -> bool {
        matches!(self, Self::AwaitingApproval | Self::Scheduled | Self::Sending | Self::Paused)
    }
}

/// What happens to a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The author confirmed it.
    Confirm,
    /// The author confirmed it, and somebody else has to.
    AskApproval,
    /// Somebody else said yes.
    Approve,
    /// Somebody else said no.
    Decline,
    /// A run begins to go out.
    Begin,
    /// A run has gone out, or was skipped; `more` says whether another may come.
    Finish {
        /// True if another run may come.
        more: bool,
    },
    /// Its only time was missed by too much.
    Miss,
    /// Somebody holds it.
    Pause,
    /// Somebody lets it go on.
    Resume,
    /// It gets another time.
    Move,
    /// Its contents change; urgent ones of which more is to come may need a new yes.
    Edit {
        /// True if somebody else has to say yes to the new ones.
        approved: bool,
    },
    /// Somebody gives it up.
    Cancel,
    /// Somebody takes the newest run back everywhere; `more` says whether others are to come, which stay.
    Recall {
        /// True if another run is to come.
        more: bool,
    },
}

/// The state after an event; none if the event is impossible in that state.
#[must_use]
pub fn after(state: State, event: Event) -> Option<State> {
    use State as S;
    Some(match (state, event) {
        (S::Draft, Event::Confirm)
        | (S::AwaitingApproval, Event::Approve)
        | (S::Paused, Event::Resume | Event::Move)
        | (S::Scheduled, Event::Move)
        | (S::Scheduled | S::Sending, Event::Finish { more: true } | Event::Recall { more: true }) => {
            S::Scheduled
        }
        (S::Draft, Event::AskApproval) | (S::AwaitingApproval, Event::Move) => S::AwaitingApproval,
        (S::AwaitingApproval | S::Scheduled | S::Paused, Event::Edit { approved: true }) => {
            S::AwaitingApproval
        }
        (S::AwaitingApproval | S::Scheduled | S::Paused | S::Sending | S::Sent, Event::Edit { .. }) => state,
        (S::Scheduled | S::Sending, Event::Begin) => S::Sending,
        (S::Scheduled | S::Sending, Event::Finish { more: false }) => S::Sent,
        (S::Scheduled, Event::Pause | Event::Miss) | (S::Paused, Event::Recall { more: true }) => S::Paused,
        (S::AwaitingApproval, Event::Decline | Event::Cancel)
        | (S::Draft | S::Scheduled | S::Paused, Event::Cancel) => S::Cancelled,
        (S::Scheduled | S::Paused | S::Sending | S::Sent, Event::Recall { more: false }) => S::Recalled,
        _ => return None,
    })
}

/// The part under which the buttons stand: the last of the contents, or a message of its own after an album.
#[must_use]
pub fn button_part(draft: &Draft) -> usize {
    match draft.contents.last() {
        Some(Content::Album { .. }) => draft.contents.len(),
        _ => draft.contents.len().saturating_sub(1),
    }
}

/// Whether what was posted can become the new contents by editing: the same number of parts, each of the same sort.
#[must_use]
pub fn can_become(old: &[Content], new: &[Content]) -> bool {
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| is_of_sort(old, new))
}

/// Whether this may be the part at a place of what takes the place of what was posted. Of an album its first item comes
/// alone.
#[must_use]
pub fn can_stand_at(posted: &[Content], place: usize, new: &Content) -> bool {
    posted.get(place).is_some_and(|old| {
        let may_grow = matches!((old, new), (Content::Album { .. }, Content::Media { .. }));
        may_grow || is_of_sort(old, new)
    })
}

fn is_of_sort(old: &Content, new: &Content) -> bool {
    match (old, new) {
        (Content::Text { .. }, Content::Text { .. }) | (Content::Media { .. }, Content::Media { .. }) => true,
        // Only the words under an album can be changed.
        (Content::Album { items: old, .. }, Content::Album { items: new, .. }) => old == new,
        (old, new) => old == new,
    }
}

/// The most UTF-16 units the words of this content may have.
#[must_use]
pub fn units_max(content: &Content) -> usize {
    if matches!(content, Content::Text { .. }) { TEXT_UNITS_MAX } else { CAPTION_UNITS_MAX }
}

/// When a count that was last shown at `counted_at` may be shown anew: at once, or when `every_ms` have passed.
#[must_use]
pub fn count_at(counted_at: Option<Millis>, now: Millis, every_ms: i64) -> Millis {
    counted_at.map_or(now, |before| before.plus_ms(every_ms).max(now))
}
