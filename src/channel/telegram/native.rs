//! Purpose: Telegram's numbers as native ids.
//!
//! Invariant: an ephemeral message has message id 0 and a number of its own that only means something together with the
//! member who sees it; so its native id is `e<member>:<number>` and can't be taken for an ordinary message's.

use crate::ids::Native;

/// The native id of an ephemeral message.
pub(super) fn ephemeral(member: i64, number: i64) -> Native {
    Native(format!("e{member}:{number}"))
}
