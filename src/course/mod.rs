//! Purpose: what there is to learn, and what each person has finished of it.
//!
//! Invariants: the course is what the school has written; nothing here changes it. A lesson counts once per person, in
//! whichever group it was read.

mod catalogue;
pub mod markdown;
mod store;

pub use catalogue::{Catalogue, CourseClass, Lesson, LessonText, Question, Stage};
pub use store::{Done, done, finish, finished, has_finished, reading};
