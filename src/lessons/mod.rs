//! Purpose: lessons for parents, pushed to groups on a schedule; reading one earns points.
//!
//! Invariants: an occurrence of a schedule runs once or is skipped for a reason that is kept. Each group goes through
//! a schedule's lessons in order, from the first one, whenever it joins. A lesson counts once per person, in
//! whichever group it was read.

pub mod catalogue;
mod commands;
pub mod facts;
pub mod markdown;
mod push;
mod rules;
pub mod schedule;
mod store;

pub use catalogue::{Catalogue, CourseClass, Lesson, LessonText, Question, Stage};
pub use commands::{card_sent, done};
pub use push::run_due;
pub use rules::card;
pub use store::Push;
