//! Purpose: quiz questions in the group that earn points.
//!
//! ```text
//! question:  planned ──poll sent──▶ open ──time is up──▶ closed
//!               └──its lesson could not be sent in time──▶ closed
//! vote:      waiting ──is a member──▶ counted
//!               └────is none, or nobody could say for two days──▶ (forgotten; it earns nothing)
//! ```
//!
//! A question is not posted with too little time left to answer it, and ends when its poll does: the channel closes it at its time, or the bot does where the channel can't so far
//! ahead. A vote handled after that counts if its update came before the one that told of the end.
//!
//! A poll answer names no chat, so a vote is led back to its group through the poll's id. Where the answer to sending
//! a poll was lost, its id is unknown: votes for it are kept as strays until a poll update shows which question it is.
//! Where several groups were asked the same, that is a guess: a voter who is no member there is looked for in the other
//! groups whose poll may be meant, once what is under way to them has ended.
//!
//! Invariants: the first answer of a person to a question of a lesson counts, in whichever group it was given; a
//! retracted one neither pays nor costs; nobody outside the group earns by a forwarded poll; no speed is rewarded.

mod commands;
mod rules;
mod store;

pub use commands::{
    closed, member_known, member_unknown, not_closed, not_posted, plan, poll_seen, posted, voted, withdraw,
};
pub use store::pushed::push_of;
pub use store::{forget_strays, moved};
