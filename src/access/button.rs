//! Purpose: what a button means, packed into at most 64 signed bytes.
//!
//! A token is `base64url(what, subject, detail, owner, minute, tag)`: one byte for what it does, four variable-length
//! numbers and a tag of 10 bytes, an HMAC-SHA-256 cut to 80 bits over those fields, the tenant and the chat. A forger would
//! need some 2^79 presses.
//!
//! Invariant: a token works only in the chat it was made for, only for its owner if it has one, and only until it
//! expires. Nothing in a token is believed before its tag was compared in constant time.

mod code;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::clock::{MINUTE_MS, Millis};
use crate::i18n::Language;
use crate::ids::{ActId, Address, BroadcastId, DisputeId, GroupId, PersonId, PushId, RunId, TenantId};

use code::{button, parts, push_number, take_number};

/// What Telegram allows in a button's data.
pub const BUTTON_BYTES_MAX: usize = 64;
const TAG_BYTES: usize = 10;

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// Sets the group up.
    SetUp(GroupId),
    /// Counts a lesson as finished.
    LessonDone(PushId),
    /// Shows the one who presses a lesson they have missed.
    ReadLesson(PushId),
    /// Shows the one who presses their points.
    MyPoints(GroupId),
    /// Shows the author of a deleted message why.
    WhyDeleted(ActId),
    /// Asks the staff to look at an act of moderation again.
    Appeal(ActId),
    /// Undoes an act of moderation.
    Undo(ActId),
    /// Leaves an act of moderation as it is, though it was appealed against.
    LeaveAct {
        /// The act.
        act: ActId,
        /// Which of the reasons there are, from 1 on; 0 asks for one.
        reason: u8,
    },
    /// Chooses the language the one who presses reads; none is that of their client.
    Language(Option<Language>),
    /// Chooses a group's language; none is the school's.
    GroupLanguage(GroupId, Option<Language>),
    /// Chooses the stage of a group's children.
    GroupStage {
        /// Which group.
        group: GroupId,
        /// Which stage, as the roster numbers them; 0 is every stage.
        choice: i64,
    },
    /// Shows staff the appeals that wait in a group.
    Appeals(GroupId),
    /// Says that the points of the one who presses are wrong; the group's staff look.
    Dispute(GroupId),
    /// Takes an entry of disputed points back.
    TakeBack {
        /// The dispute.
        dispute: DisputeId,
        /// The entry's number in the ledger.
        entry: i64,
        /// Which of the reasons there are, from 1 on; 0 asks for one. Below 8.
        reason: u8,
    },
    /// Leaves disputed points as they are.
    LeavePoints(DisputeId),
    /// Confirms that a broadcast was read, or signs it.
    Confirm {
        /// Which run of it.
        run: RunId,
        /// The version of the words the button stands under, from 1 on; 0 under what was sent before buttons knew theirs.
        version: i64,
    },
    /// Says yes to a broadcast that needs it, as the question with this number has shown it.
    Approve(BroadcastId, i64),
    /// Says no to it.
    Decline(BroadcastId, i64),
    /// Chooses something in a teacher's conversation about what to publish.
    Dialogue {
        /// The card it is on, so that a button of an earlier one is known.
        serial: i64,
        /// What it chooses, as the conversation numbers it; not negative.
        choice: i64,
    },
    /// Chooses whether the one who presses gets a topic in private too.
    Topic {
        /// The topic's number, below 2^56.
        topic: i64,
        /// The run whose copy the button is under; 0 in the list of topics.
        run: RunId,
        /// True if they want it.
        wanted: bool,
    },
    /// Does something about what is published or to be published, for those who look after it.
    Broadcast {
        /// Which.
        broadcast: BroadcastId,
        /// What is done, as the list of what is coming numbers it; not negative.
        deed: i64,
    },
    /// Shows staff what is coming.
    Coming {
        /// In which group; 0 in all of theirs.
        group: GroupId,
        /// 0, or a page of the groups to choose one from, from 1 on.
        page: i64,
    },
}

/// The secret that signs a tenant's buttons.
#[derive(Clone)]
pub struct ButtonKey([u8; 32]);

impl std::fmt::Debug for ButtonKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("ButtonKey([redacted])")
    }
}

/// A token that was believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// What the button does.
    pub button: Button,
    /// When it was made, to the minute.
    pub made_at: Millis,
}

/// Why a token isn't believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenProblem {
    /// Not made by this bot for this chat, or changed on the way.
    Forged,
    /// Made for somebody else.
    OfAnother,
    /// Made too long ago.
    Expired,
}

impl ButtonKey {
    /// A key from stored bytes; shorter ones are filled with zeros, which only tests use.
    #[must_use]
    pub fn new(stored: &[u8]) -> Self {
        let mut key = [0; 32];
        for (to, from) in key.iter_mut().zip(stored) {
            *to = *from;
        }
        Self(key)
    }

    /// The token of a button, at most [`BUTTON_BYTES_MAX`] bytes. With an owner, only that person may press it.
    #[must_use]
    pub fn token(
        &self,
        button: Button,
        tenant: TenantId,
        chat: Address,
        owner: Option<PersonId>,
        now: Millis,
    ) -> String {
        let (what, subject, detail) = parts(button);
        let mut bytes = vec![what];
        push_number(&mut bytes, subject);
        push_number(&mut bytes, detail);
        push_number(&mut bytes, owner.map_or(0, |person| person.0));
        push_number(&mut bytes, now.0 / MINUTE_MS);
        let tag = self.tag(&bytes, tenant, chat);
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a token that somebody pressed in a chat.
    ///
    /// # Errors
    /// [`TokenProblem`] says why it isn't believed.
    pub fn read(
        &self,
        token: &str,
        tenant: TenantId,
        chat: Address,
        presser: PersonId,
        now: Millis,
        valid_ms: i64,
    ) -> Result<Pressed, TokenProblem> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| TokenProblem::Forged)?;
        let split = bytes.len().checked_sub(TAG_BYTES).ok_or(TokenProblem::Forged)?;
        let (fields, tag) = bytes.split_at(split);
        if !bool::from(self.tag(fields, tenant, chat).as_slice().ct_eq(tag)) {
            return Err(TokenProblem::Forged);
        }
        let (what, mut rest) = fields.split_first().ok_or(TokenProblem::Forged)?;
        let subject = take_number(&mut rest).ok_or(TokenProblem::Forged)?;
        let detail = take_number(&mut rest).ok_or(TokenProblem::Forged)?;
        let owner = take_number(&mut rest).ok_or(TokenProblem::Forged)?;
        let minute = take_number(&mut rest).ok_or(TokenProblem::Forged)?;
        let button = button(*what, subject, detail).ok_or(TokenProblem::Forged)?;
        let made_at = Millis(minute.saturating_mul(MINUTE_MS));
        if owner != 0 && owner != presser.0 {
            return Err(TokenProblem::OfAnother);
        }
        if now.since_ms(made_at) > valid_ms {
            return Err(TokenProblem::Expired);
        }
        Ok(Pressed { button, made_at })
    }

    fn tag(&self, fields: &[u8], tenant: TenantId, chat: Address) -> [u8; TAG_BYTES] {
        let mut tag = [0; TAG_BYTES];
        // HMAC takes keys of any length; a failure could only mean a changed library, and then no token is valid.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return tag };
        let (kind, id) = match chat {
            Address::Group(group) => (b'g', group.0),
            Address::Person(person) => (b'p', person.0),
        };
        mac.update(&tenant.0.to_be_bytes());
        mac.update(&[kind]);
        mac.update(&id.to_be_bytes());
        mac.update(fields);
        for (to, from) in tag.iter_mut().zip(mac.finalize().into_bytes()) {
            *to = from;
        }
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_790_000_000_000);
    const CHAT: Address = Address::Group(GroupId(7));
    const TENANT: TenantId = TenantId(1);

    fn key() -> ButtonKey {
        ButtonKey::new(&[9; 32])
    }

    fn read(token: &str, chat: Address, presser: i64, now: Millis) -> Result<Pressed, TokenProblem> {
        key().read(token, TENANT, chat, PersonId(presser), now, 60 * MINUTE_MS)
    }

    #[test]
    fn the_longest_token_fits_a_button() {
        let most = Button::TakeBack { dispute: DisputeId(i64::MAX), entry: i64::MAX, reason: 7 };
        let token = key().token(most, TENANT, CHAT, Some(PersonId(i64::MAX)), Millis(i64::MAX));
        assert!(token.len() <= BUTTON_BYTES_MAX, "{} bytes", token.len());
    }

    #[test]
    fn a_token_comes_back_as_it_was_made() {
        let token = key().token(Button::LessonDone(PushId(300)), TENANT, CHAT, None, NOW);
        let pressed = read(&token, CHAT, 5, NOW);
        assert_eq!(pressed.map(|p| p.button), Ok(Button::LessonDone(PushId(300))));
    }

    #[test]
    fn a_button_to_confirm_from_before_it_had_a_version_is_read_as_one_without() {
        let mut bytes = vec![13];
        for number in [300, 0, 0, NOW.0 / MINUTE_MS] {
            push_number(&mut bytes, number);
        }
        let tag = key().tag(&bytes, TENANT, CHAT);
        bytes.extend_from_slice(&tag);
        let read = |bytes: &[u8]| read(&URL_SAFE_NO_PAD.encode(bytes), CHAT, 5, NOW).map(|read| read.button);
        assert_eq!(read(&bytes), Ok(Button::Confirm { run: RunId(300), version: 0 }));
        let token = key().token(Button::Confirm { run: RunId(300), version: 2 }, TENANT, CHAT, None, NOW);
        assert_eq!(
            read(&URL_SAFE_NO_PAD.decode(token).unwrap()),
            Ok(Button::Confirm { run: RunId(300), version: 2 })
        );
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let token = key().token(Button::Undo(ActId(300)), TENANT, CHAT, Some(PersonId(5)), NOW);
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(read(&changed, CHAT, 5, NOW), Err(TokenProblem::Forged), "bit {bit}");
        }
    }

    #[test]
    fn every_flipped_bit_of_a_thousand_tokens_is_noticed() {
        let random = crate::random::Random::seeded(1);
        let number = || i64::try_from(random.below(u64::MAX) >> (1 + random.below(63))).unwrap();
        let all: Vec<u8> = (0..=u8::MAX).filter(|what| button(*what, 1, 1).is_some()).collect();
        assert!(all.len() >= 20, "{all:?}");
        for _ in 0..1_000 {
            let detail = i64::try_from(random.below(3)).unwrap();
            let what = all[usize::try_from(random.below(u64::try_from(all.len()).unwrap())).unwrap()];
            let button = button(what, number(), detail).unwrap();
            let (chat, person) = if random.below(2) == 0 {
                (Address::Group(GroupId(number())), PersonId(1 + number() / 2))
            } else {
                (Address::Person(PersonId(number())), PersonId(1 + number() / 2))
            };
            let owner = (random.below(2) == 0).then_some(person);
            let token = key().token(button, TENANT, chat, owner, NOW);
            assert_eq!(read(&token, chat, person.0, NOW).map(|pressed| pressed.button), Ok(button));
            let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
            for bit in 0..bytes.len() * 8 {
                let mut changed = bytes.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let changed = URL_SAFE_NO_PAD.encode(changed);
                assert_eq!(
                    read(&changed, chat, person.0, NOW),
                    Err(TokenProblem::Forged),
                    "{token} bit {bit}"
                );
            }
        }
    }

    #[test]
    fn a_token_is_worthless_elsewhere_for_others_and_later() {
        let token = key().token(Button::Appeal(ActId(1)), TENANT, CHAT, Some(PersonId(5)), NOW);
        assert_eq!(read(&token, Address::Group(GroupId(8)), 5, NOW), Err(TokenProblem::Forged));
        assert_eq!(read(&token, Address::Person(PersonId(7)), 5, NOW), Err(TokenProblem::Forged));
        assert_eq!(read(&token, CHAT, 6, NOW), Err(TokenProblem::OfAnother));
        assert_eq!(read(&token, CHAT, 5, NOW.plus_ms(62 * MINUTE_MS)), Err(TokenProblem::Expired));
        assert_eq!(
            key().read(&token, TenantId(2), CHAT, PersonId(5), NOW, MINUTE_MS),
            Err(TokenProblem::Forged)
        );
    }

    #[test]
    fn no_text_makes_the_reader_panic() {
        for text in ["", "A", "%%%", "AAAAAAAAAAAAAAAA", "______________________________________________"] {
            assert_eq!(read(text, CHAT, 5, NOW), Err(TokenProblem::Forged));
        }
    }
}
