//! Purpose: everything about time in schedules.
//!
//! Invariant: nothing here asks a clock, a database or the channel: `now` is an argument.

pub mod quiet;
pub mod timing;
pub mod wall;

pub use quiet::QuietHours;
pub use timing::{CronField, SPEC_BYTES_MAX, Timing, TimingProblem};

/// Nothing is sought after this year; the `cron` crate knows no later one.
pub const YEAR_MAX: i32 = 2100;
