//! Purpose: what a member is in a chat and what that allows.
//!
//! Invariant: a standing with an end (`until`) stops counting the moment the clock shows that end; nobody has to
//! clean it up first.

use std::ops::BitOr;

use serde_json::{Map, Value, json};

use crate::clock::{DAY_MS, Millis, SECOND_MS};

/// Rights of an administrator: a set; join them with `|`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights(u32);

const RIGHT_NAMES: [&str; 17] = [
    "can_manage_chat",
    "can_delete_messages",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_tags",
    "can_manage_video_chats",
    "can_manage_topics",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "is_anonymous",
    "can_post_messages",
    "can_edit_messages",
];

/// Rights that exist in channels only and are left out of a group's answers.
const CHANNEL_ONLY: [&str; 2] = ["can_post_messages", "can_edit_messages"];

impl Rights {
    /// Nothing but being an administrator.
    pub const NONE: Self = Self(1);
    /// Delete the messages of others.
    pub const DELETE: Self = Self(1 << 1 | 1);
    /// Restrict and ban members, and let join requests through together with [`Self::INVITE`].
    pub const RESTRICT: Self = Self(1 << 2 | 1);
    /// Make others administrators.
    pub const PROMOTE: Self = Self(1 << 3 | 1);
    /// Change title, picture and default permissions.
    pub const CHANGE_INFO: Self = Self(1 << 4 | 1);
    /// Invite people and decide on join requests.
    pub const INVITE: Self = Self(1 << 5 | 1);
    /// Pin messages.
    pub const PIN: Self = Self(1 << 6 | 1);
    /// Give members a visible tag.
    pub const TAGS: Self = Self(1 << 7 | 1);
    /// Open, rename and close topics, and write in closed ones.
    pub const TOPICS: Self = Self(1 << 9 | 1);
    /// Write as the group.
    pub const ANONYMOUS: Self = Self(1 << 14 | 1);
    /// Everything except writing anonymously.
    pub const ALL: Self = Self(0x3fff);

    /// Whether all of `wanted` is contained.
    #[must_use]
    pub fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// The rights as the boolean fields of `ChatMemberAdministrator`.
    pub(super) fn write(self, into: &mut Map<String, Value>) {
        for (bit, name) in RIGHT_NAMES.iter().enumerate() {
            if !CHANNEL_ONLY.contains(name) {
                into.insert((*name).to_owned(), Value::Bool(self.0 & (1 << bit) != 0));
            }
        }
    }
}

impl BitOr for Rights {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What ordinary members may do: a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions(u32);

/// Bits of everything with a file, and of what needs files to be allowed.
const MEDIA: u32 = 0b0111_1110;
const OTHER: u32 = 0b11_0000_0000;

const PERMISSION_NAMES: [&str; 16] = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
];

impl Permissions {
    /// Everything a member can be allowed.
    pub const ALL: Self = Self(0xffff);
    /// What a new group allows: all but changing the chat itself.
    pub const USUAL: Self = Self(0x2fff);
    /// Read only.
    pub const NONE: Self = Self(0);
    pub(super) const TEXT: Self = Self(1);
    pub(super) const AUDIOS: Self = Self(1 << 1);
    pub(super) const DOCUMENTS: Self = Self(1 << 2);
    pub(super) const PHOTOS: Self = Self(1 << 3);
    pub(super) const VIDEOS: Self = Self(1 << 4);
    pub(super) const VIDEO_NOTES: Self = Self(1 << 5);
    pub(super) const VOICES: Self = Self(1 << 6);
    pub(super) const POLLS: Self = Self(1 << 7);
    /// Animations, stickers, games.
    pub(super) const OTHER: Self = Self(1 << 8);

    /// Whether all of `wanted` is allowed.
    #[must_use]
    pub fn allow(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    /// What both sets allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Reads a `ChatPermissions` object: a name that is absent is not allowed. Without `independent`, allowing
    /// media or polls allows text with it, as the Bot API says.
    pub(super) fn read(fields: &Map<String, Value>, independent: bool) -> Self {
        let mut bits = 0;
        for (bit, name) in PERMISSION_NAMES.iter().enumerate() {
            if fields.get(*name).and_then(Value::as_bool).unwrap_or(false) {
                bits |= 1 << bit;
            }
        }
        if !independent {
            if bits & OTHER != 0 {
                bits |= MEDIA;
            }
            if bits & (MEDIA | Self::POLLS.0) != 0 {
                bits |= 1;
            }
        }
        Self(bits)
    }

    /// The set as a `ChatPermissions` object's fields.
    pub(super) fn write(self, into: &mut Map<String, Value>) {
        for (bit, name) in PERMISSION_NAMES.iter().enumerate() {
            into.insert((*name).to_owned(), Value::Bool(self.0 & (1 << bit) != 0));
        }
    }
}

/// What a person is in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Owns the chat.
    Creator,
    /// Administers the chat with these rights.
    Administrator(Rights),
    /// An ordinary member.
    Member,
    /// A member with fewer permissions, or one who left while restricted (`present` false).
    Restricted {
        /// What is still allowed.
        allowed: Permissions,
        /// When it ends; `None` = never.
        until: Option<Millis>,
        /// Whether the person is in the chat.
        present: bool,
    },
    /// Not in the chat, may join.
    Left,
    /// Banned.
    Kicked {
        /// When the ban ends; `None` = never.
        until: Option<Millis>,
    },
}

impl Standing {
    /// The standing that counts at `now`: an ended restriction or ban has become `Member` or `Left`.
    #[must_use]
    pub fn at(self, now: Millis) -> Self {
        match self {
            Self::Restricted { until: Some(end), present, .. } if end <= now => {
                if present {
                    Self::Member
                } else {
                    Self::Left
                }
            }
            Self::Kicked { until: Some(end) } if end <= now => Self::Left,
            other => other,
        }
    }

    /// Whether the person is in the chat.
    #[must_use]
    pub fn is_present(self) -> bool {
        match self {
            Self::Creator | Self::Administrator(_) | Self::Member => true,
            Self::Restricted { present, .. } => present,
            Self::Left | Self::Kicked { .. } => false,
        }
    }

    /// Whether this is the creator or an administrator.
    #[must_use]
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Creator | Self::Administrator(_))
    }

    /// Whether the standing includes these administrator rights. The creator has all.
    #[must_use]
    pub fn has(self, rights: Rights) -> bool {
        match self {
            Self::Creator => true,
            Self::Administrator(held) => held.contains(rights),
            _ => false,
        }
    }

    /// What somebody of this standing may send where `usual` is the chat's default.
    #[must_use]
    pub fn permissions(self, usual: Permissions) -> Permissions {
        match self {
            Self::Creator | Self::Administrator(_) => Permissions::ALL,
            Self::Member => usual,
            Self::Restricted { allowed, present: true, .. } => usual.and(allowed),
            _ => Permissions::NONE,
        }
    }

    /// Telegram's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Creator => "creator",
            Self::Administrator(_) => "administrator",
            Self::Member => "member",
            Self::Restricted { .. } => "restricted",
            Self::Left => "left",
            Self::Kicked { .. } => "kicked",
        }
    }

    /// The standing as a `ChatMember` object.
    pub(super) fn json(self, user: Value, tag: Option<&str>) -> Value {
        let mut fields = Map::new();
        fields.insert("status".to_owned(), json!(self.word()));
        fields.insert("user".to_owned(), user);
        match self {
            Self::Creator => {
                fields.insert("is_anonymous".to_owned(), json!(false));
            }
            Self::Administrator(rights) => {
                fields.insert("can_be_edited".to_owned(), json!(false));
                rights.write(&mut fields);
            }
            Self::Restricted { allowed, until, present } => {
                fields.insert("is_member".to_owned(), json!(present));
                fields.insert("until_date".to_owned(), json!(seconds(until)));
                allowed.write(&mut fields);
            }
            Self::Kicked { until } => {
                fields.insert("until_date".to_owned(), json!(seconds(until)));
            }
            Self::Member | Self::Left => {}
        }
        if let (Some(tag), true) = (tag, matches!(self, Self::Member | Self::Restricted { .. })) {
            fields.insert("tag".to_owned(), json!(tag));
        }
        Value::Object(fields)
    }
}

fn seconds(at: Option<Millis>) -> i64 {
    at.map_or(0, |at| at.0.div_euclid(SECOND_MS))
}

/// Reads `until_date` (seconds since 1970): absent, 0, under 30 seconds or over 366 days ahead means forever.
pub(super) fn until_date(seconds: Option<i64>, now: Millis) -> Option<Millis> {
    let end = Millis(seconds?.saturating_mul(SECOND_MS));
    let ahead_ms = end.since_ms(now);
    (30 * SECOND_MS..=366 * DAY_MS).contains(&ahead_ms).then_some(end)
}
