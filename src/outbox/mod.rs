//! Purpose: what must be sent, and sending it at the channel's pace.
//!
//! ```text
//! ready ──begin──▶ sending ──done──▶ sent
//!   ▲                 │  ├─refused──▶ failed
//!   │                 │  └─unknown twice─▶ quarantined (the operator is told)
//!   └─wait, retry, unknown once─┘            ready ──too late──▶ expired
//! ```
//!
//! A row that repeats safely goes from ready to its end without a mark. [`store::insert`] writes rows, [`Wake`] tells the
//! sender of them after the commit, [`Delivery`] sends. It asks [`queue`] which row is next, which asks [`pace`] when.
//!
//! Invariants: nothing is sent that isn't a row here, and a row is written in the same transaction as the decision
//! that caused it. A row that does not repeat safely is marked `sending` before its request begins; found so at
//! the start, its end is unknown, and it is sent at most once more.

mod backlog;
pub mod deliver;
pub mod due;
mod moves;
pub mod pace;
mod quarantine;
pub mod queue;
mod store;
mod twice;
pub mod upkeep;
pub mod wake;
mod withdraw;

pub use backlog::{Backlog, COUNTED_MAX, backlog, sender};
pub use deliver::{Counters, Counts, Delivery, Parts, Standing};
pub use due::Due;
pub use moves::readdress;
pub use quarantine::{Quarantined, drop_row, quarantined, release};
pub use store::{Written, are_many, forget_messages, insert, reached, statement, texts, written};
pub use twice::perhaps_twice;
pub use wake::Wake;
pub use withdraw::withdraw;

use serde::{Deserialize, Serialize};

use crate::channel::{Answer, Outgoing};
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::ids::{
    ActId, Address, DigestId, GroupId, Native, PersonId, PostId, PushId, QuizPostId, RunId, TenantId,
};
use crate::storage::{self, Tx};
use crate::work::Work;

/// The order in which due rows go out. Lower numbers first; stored as the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Deleting, muting, and the answer to a button press.
    Guard = 0,
    /// An answer to somebody who is waiting, and the notice about a penalty.
    Answer = 1,
    /// Announcements that can't wait.
    Urgent = 2,
    /// Announcements.
    Announcement = 3,
    /// Lessons and quizzes.
    Lesson = 4,
    /// Digests, menus, tallies.
    Digest = 5,
}

impl Priority {
    /// All, in their order.
    pub const ALL: [Self; 6] =
        [Self::Guard, Self::Answer, Self::Urgent, Self::Announcement, Self::Lesson, Self::Digest];

    /// Its name for those who run the bot.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Guard => "guard",
            Self::Answer => "answer",
            Self::Urgent => "urgent",
            Self::Announcement => "announcement",
            Self::Lesson => "lesson",
            Self::Digest => "digest",
        }
    }

    /// The priority stored as `number`; a number of a newer version counts as the last.
    #[must_use]
    pub fn of(number: i64) -> Self {
        match number {
            ..=0 => Self::Guard,
            1 => Self::Answer,
            2 => Self::Urgent,
            3 => Self::Announcement,
            4 => Self::Lesson,
            _ => Self::Digest,
        }
    }
}

/// Whom a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A group or a person.
    Chat(Address),
    /// The bot account itself, such as its command menus.
    Bot,
}

impl Target {
    /// True for groups: they have a limit of their own.
    #[must_use]
    pub fn is_group(self) -> bool {
        matches!(self, Self::Chat(Address::Group(_)))
    }
}

/// The share of the digests. Runs are numbered from 1 on.
const DIGESTS: i64 = 0;

/// What a row is about: which feature hears how it ended. Stored as JSON; variants are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum About {
    /// The greeting of a group the bot was added to.
    Greeting {
        /// The group.
        group: GroupId,
    },
    /// The list of a group's administrators.
    Administrators {
        /// The group.
        group: GroupId,
    },
    /// Whether a person is a member of a group.
    Membership {
        /// The group.
        group: GroupId,
        /// The person.
        person: PersonId,
    },
    /// A lesson's card in a group.
    LessonCard {
        /// The push.
        push: PushId,
    },
    /// A quiz question in a group.
    QuizQuestion {
        /// The post.
        post: QuizPostId,
    },
    /// The closing of a quiz question.
    QuizClosing {
        /// The post.
        post: QuizPostId,
    },
    /// A part of a broadcast in a chat.
    BroadcastPost {
        /// The post.
        post: PostId,
        /// The run it is of. What was written before runs had their share has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        run: Option<RunId>,
    },
    /// The removal of a part of a broadcast.
    BroadcastRecall {
        /// The post.
        post: PostId,
    },
    /// A message that holds several broadcasts of a group.
    Digest {
        /// The digest.
        digest: DigestId,
    },
    /// That what a run has in a digest is taken out of it.
    DigestRecall {
        /// The digest.
        digest: DigestId,
        /// The run.
        run: RunId,
    },
    /// The removal of a message by an act of moderation.
    Removal {
        /// The act.
        act: ActId,
    },
    /// The mute of an author by an act of moderation.
    Mute {
        /// The act.
        act: ActId,
    },
    /// The notice to somebody about an act of moderation.
    ActNotice {
        /// The act.
        act: ActId,
    },
}

impl About {
    /// What it takes turns with others as: all rows of a run of a broadcast have one share, in how many transactions they are
    /// ever written, and so have all digests. Rows of none share with those written at the same time. A number that stays
    /// the same, because it is stored with the row.
    #[must_use]
    pub fn share(&self) -> Option<i64> {
        match self {
            Self::BroadcastPost { run, .. } => run.map(|run| run.0),
            Self::Digest { .. } => Some(DIGESTS),
            _ => None,
        }
    }

    /// The same, about `to` where it was about the group `from`.
    #[must_use]
    pub fn readdressed(mut self, from: GroupId, to: GroupId) -> Self {
        if let Self::Greeting { group } | Self::Administrators { group } | Self::Membership { group, .. } =
            &mut self
            && *group == from
        {
            *group = to;
        }
        self
    }
}

/// A row to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// What makes it one thing within the tenant: a second row with the same key is not written.
    pub key: String,
    /// Whom it is for.
    pub to: Target,
    /// Its place in the order.
    pub priority: Priority,
    /// What is sent.
    pub what: Outgoing,
    /// Who hears how it ended.
    pub about: Option<About>,
    /// Not sent before this.
    pub not_before: Millis,
    /// Not sent after this: an answer to a press is worthless after 150 s.
    pub expires_at: Option<Millis>,
}

/// Why a row failed: its chat has another id, and no new place is known.
pub const CHAT_MOVED: &str = "the chat has moved";

/// How a row ended for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It was done.
    Done(Answer),
    /// The target can't be reached any more.
    Gone(String),
    /// The bot lacks a right.
    Forbidden(String),
    /// It was for one member of a group only, and can't be shown to them there; see [`Settle::unwhispered`].
    NotWhispered,
    /// The channel refuses the content, or the attempts are used up.
    Failed(String),
    /// Its end is unknown twice; it is not sent again.
    Quarantined,
    /// It was not sent in time.
    Expired,
}

/// Who hears how rows ended, and what the channel told of their targets on the way: the outbox knows neither features
/// nor people.
pub trait Settle: Send + Sync + 'static {
    /// False if nothing at all happens at this end. Most ends are such, and the savepoint of a piece of work costs two
    /// statements.
    fn listens(&self, about: &About, end: &End) -> bool;

    /// Reacts to the end of a row that was `about` something, in the transaction that records the end, under a savepoint
    /// of its own. Must do no network or file I/O.
    fn settle(
        &self,
        work: &mut Work<'_>,
        about: &About,
        end: &End,
    ) -> impl Future<Output = Outcome<()>> + Send;

    /// Finds another way for a whisper that was refused, and stages it; nobody else hears of such an end.
    fn unwhispered(&self, work: &mut Work<'_>, row: &Due) -> impl Future<Output = Outcome<()>> + Send;
    /// The person a row was for can't be written to in private any more. In the transaction that records it.
    fn unreachable(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        person: PersonId,
    ) -> impl Future<Output = storage::Result<()>> + Send;

    /// The group a row was for has a new native id. False if that was known.
    fn moved(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        group: GroupId,
        to: &Native,
        now: Millis,
    ) -> impl Future<Output = storage::Result<bool>> + Send;

    /// The bot is in the group a row was for no more. False if that was known.
    fn gone(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        group: GroupId,
    ) -> impl Future<Output = storage::Result<bool>> + Send;

    /// What follows from a move that was news, as a piece of work.
    fn after_move(
        &self,
        work: &mut Work<'_>,
        group: GroupId,
    ) -> impl Future<Output = storage::Result<()>> + Send;
}
