//! Purpose: lessons for parents, pushed to groups on a schedule; reading one earns points.
//!
//! Invariants: an occurrence of a schedule runs once or is skipped for a reason that is kept. A lesson counts once
//! per person, in whichever group it was read.

pub mod catalogue;
pub mod facts;
pub mod schedule;

pub use catalogue::{Catalogue, CourseClass, Lesson, LessonText, Question, Stage};
