//! Purpose: buttons that do only what they were made for; what they may change is asked of a `roster::Permit`.
//!
//! Invariant: a press is believed only with a token that was signed here.

mod button;

pub use button::{BUTTON_BYTES_MAX, Button, ButtonKey, Pressed, TokenProblem};
