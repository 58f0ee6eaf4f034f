//! Purpose: announcements and notices that teachers publish to their groups, now, later or again and again.

mod draft;

pub use draft::{Confirmation, Draft, Groups, Topic, Urgency};
