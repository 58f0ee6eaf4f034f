//! Purpose: order in the group.
pub mod pack;
