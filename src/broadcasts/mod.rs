//! Purpose: announcements and notices that teachers publish to their groups, now, later or again and again.
//!
//! ```text
//! draft ──confirm──▶ scheduled ──its time──▶ sending ──all ended──▶ sent
//!   │                 ▲ │  ▲ ◀──more to come────┘ │                   │
//!  urgent, fee      yes pause resume, move        └──────recall───────┤
//!   ▼                 │ ▼  │                                          ▼
//! awaiting-approval ──┘ paused (also when its only time was missed)  recalled
//!   └──no, cancel──▶ cancelled ◀──cancel── scheduled, paused
//! ```
//!
//! What needs a yes (see `approval`) goes back to awaiting it when it is changed or moved: from scheduled and paused too.
//!
//! A recall takes the newest run back; of what comes again the state stays, or is scheduled again if that run was going out.
//!
//! The dialogue keeps its drafts itself; a row here is a draft only within the transaction that publishes it. A broadcast
//! has a run for each occurrence, and a run a post for each chat and part:
//!
//! ```text
//! run:   waiting ─▶ planning ─▶ sending ─▶ sent ─▶ recalled;   waiting ─▶ cancelled;   skipped
//!        sending ─▶ cancelled, while all of it waits for digests
//! post:  planned ─▶ sent ─▶ deleted | stuck;   planned ─▶ failed | withdrawn
//!        failed, of unknown end ─its row released▶ planned
//! ```
//!
//! [`publish()`] checks and writes it, [`duties()`] and [`carry_out`] (called by the timer) decide about occurrences and write the rows of
//! a run to the outbox in stretches, [`post_ended`] hears how each ended, [`confirm()`] is what a reader presses.
//! [`edit`] and [`recall`] reach what has gone out in stretches too: a first one with the press, the others by the timer (`amending`
//! draws it); [`amend_ended`] and [`recall_ended`] hear how each ended.
//! What has a topic that the school also sends in private is copied to the readers of its groups after the groups are done;
//! [`topics_card`] shows them what they get, [`choose_topic`] switches it.
//!
//! Invariants: nothing goes to a group its author doesn't look after, when it is published and again when it goes out. An
//! occurrence runs once or is skipped for a reason that is kept. A part of a run is posted once in each chat. Whoever
//! decides about a broadcast holds a permit for every group of it, and every decision is in the audit. Nobody alone has a group
//! asked for money. A group sees how many
//! have confirmed, never who. Nobody gets a private copy that they have opted out of.

mod after;
mod amending;
mod approval;
mod authority;
mod check;
mod coming;
mod confirm;
mod copies;
pub mod dialogue;
pub mod digest;
mod draft;
mod duties;
mod ends;
mod heading;
mod late;
mod life;
mod missed;
mod nowhere;
mod outlook;
mod overdue;
mod plan;
mod post;
mod progress;
mod publish;
mod recalling;
mod remind;
mod report;
pub mod rules;
mod sensitive;
mod store;
mod topics;
mod unreadable;

pub use after::{edit, recall};
pub use amending::{amend_ended, amend_of_digest_ended};
pub use check::{Trouble, check};
pub use coming::{Coming, SENT_DAYS, SENT_LISTED_MAX, Sent, list_coming, list_sent};
pub use confirm::confirm;
pub use draft::{Confirmation, Draft, Groups, Topic, Urgency};
pub use duties::{Duty, carry_out, duties, next, put_off};
pub use ends::{post_ended, recall_ended};
pub use late::set_late;
pub use life::{approve, cancel, decline, move_to, pause, resume};
pub use publish::{Published, RUNS_TOLD, publish};
pub use remind::remind;
pub use report::{Chat, Confirmed, InDigest, Report, report, send_csv};
pub use rules::State;
pub use store::posts::moved;
pub use topics::{asks_for_topics, choose_topic, topics_card};

#[cfg(test)]
mod tests;
