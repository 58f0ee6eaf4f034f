//! Purpose: quizzes that earn points: answered in private, or where the school wants it so in polls that show everybody's choice.
//!
//! ```text
//! quiz:      planned ──card sent──▶ open ──time is up, every poll closed──▶ closed
//! poll:      planned ──poll sent──▶ open ──time is up──▶ closed
//!               └──its lesson could not be sent in time──▶ closed
//! vote:      waiting ──is a member──▶ counted
//!               ├────is none──▶ (a poll's is forgotten) or outsider (in private, so that it isn't asked again)
//!               └────nobody could say for two days──▶ (forgotten; it earns nothing)
//! ```
//!
//! A quiz has a card in the group, which says who will see what is chosen. In private its button asks one question after another, where only
//! the one who answers sees it: what they have answered is all that decides what comes next, so a card that is lost or pressed twice
//! changes nothing. The three tries are the first, and two more; polls are of the first. Such a question has no poll and no
//! words to know one by. When the quiz ends, its card becomes a summary without names, unless too few took part.
//!
//! A poll's question ends when the poll does: the channel closes it at its time, or the bot does where the channel can't so far
//! ahead. A vote handled after that counts if its update came before the one that told of the end.
//!
//! A poll answer names no chat, so a vote is led back to its group through the poll's id. Where the answer to sending
//! a poll was lost, its id is unknown: votes for it are kept as strays until a poll update shows which question it is.
//! Where several groups were asked the same, that is a guess: a voter who is no member there is looked for in the other
//! groups whose poll may be meant, once what is under way to them has ended.
//!
//! Invariants: the first answer of a person to a question of a lesson counts in each try, in whichever group it was given; a
//! retracted one neither pays nor costs; nobody outside the group earns; no speed is rewarded. What somebody answers in private is
//! shown to nobody else, and no share of what fewer than five answered.

mod answering;
mod commands;
mod plan;
mod reward;
pub mod rules;
mod store;
mod summary;

pub use answering::{again, answer, take};
pub use commands::{closed, member_known, member_unknown, not_closed, not_posted, poll_seen, posted, voted};
pub use plan::{card_sent, plan, withdraw};
pub use store::pushed::push_of;
pub use store::{forget_strays, moved};
pub use summary::ended;
