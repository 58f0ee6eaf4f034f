//! Purpose: Telegram's numbers as native ids and back.
//!
//! Invariant: an ephemeral message has message id 0 and a number of its own that only means something together with the
//! member who sees it; so its native id is `e<member>:<number>` and can't be taken for an ordinary message's.

use crate::ids::Native;

/// A message of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageId {
    /// One that everybody in the chat sees.
    Open(i32),
    /// One that only a member and the bot see.
    Ephemeral { member: i64, number: i64 },
}

impl MessageId {
    /// The message a native id names, if it is one of Telegram's.
    pub(super) fn of(native: &Native) -> Option<Self> {
        let text = native.as_str();
        match text.strip_prefix('e') {
            None => Some(Self::Open(text.parse().ok()?)),
            Some(pair) => {
                let (member, number) = pair.split_once(':')?;
                Some(Self::Ephemeral { member: member.parse().ok()?, number: number.parse().ok()? })
            }
        }
    }
}

/// The native id of an ephemeral message.
pub(super) fn ephemeral(member: i64, number: i64) -> Native {
    Native(format!("e{member}:{number}"))
}

/// A chat's or a person's number.
pub(super) fn number(native: &Native) -> Option<i64> {
    native.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ephemeral_message_is_never_taken_for_an_open_one() {
        assert_eq!(MessageId::of(&Native::from(12)), Some(MessageId::Open(12)));
        assert_eq!(MessageId::of(&ephemeral(7, 12)), Some(MessageId::Ephemeral { member: 7, number: 12 }));
        for wrong in ["", "e", "e7", "e:", "e7:", "7:12", "x12", "99999999999"] {
            assert_eq!(MessageId::of(&Native::from(wrong)), None, "{wrong}");
        }
    }
}
