//! Purpose: the groups the bot is in and the people it has met.
//!
//! ```text
//! group:  (unknown) ──bot added──▶ joined ──set up by staff──▶ active
//!                                    ▲  └────bot removed────▶ left ◀──┘
//!                                    └──────bot added again────┘
//! ```
//!
//! That the bot was removed is told by an update or, where that was missed, by the refusal of what it sends.
//!
//! Invariants: identity is the channel's id, never a name. A group that gets a new native id keeps its row, so its
//! rules, schedules, points and unsent messages move with it. Staff are those who administer the group on the channel
//! and those the configuration names.

mod asks;
mod commands;
mod language;
mod moves;
mod permit;
mod stage;
mod store;
mod tenant;

use crate::channel::{Chat, ChatKind, Member, Rights, Role, Sender, TopicChange};
use crate::course::Stage;
use crate::failure::Outcome;
use crate::i18n::Language;
use crate::ids::{GroupId, Native, PersonId, TenantId};
use crate::seen::{SEEN_MAX, Seen};
use crate::storage;
use crate::work::Work;

pub use asks::{asks_for_language, asks_for_stage};
pub use commands::{
    administrators_listed, ask_who_administers, bot_role_changed, greet, greeting_failed, greeting_sent,
    help, member_role_changed, private_chat_opened, set_up,
};
pub use language::{
    choose_group_language, choose_language, group_language_card, language, own_language_card,
};
pub use moves::{after_move, current, gone, is_moving, moved, new_places};
pub use permit::{GroupAffairs, Permit, permit, permits_after, permits_and_languages_after, permits_for};
pub use stage::{choose_stage, press_stage, stage_card};
pub use store::{known_pair, known_people, readings, roles_reading, unreachable};
pub use tenant::{bots, bots_of, tenant_of_bot};

/// Where a group stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupState {
    /// The bot is there, but nobody has set it up.
    Joined,
    /// The bot works here.
    Active,
    /// The bot is not there any more.
    Left,
}

impl GroupState {
    fn word(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Active => "active",
            Self::Left => "left",
        }
    }

    fn of_word(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "left" => Self::Left,
            _ => Self::Joined,
        }
    }
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its row.
    pub id: GroupId,
    /// The channel's id of it.
    pub native: Native,
    /// Its title.
    pub title: String,
    /// Its sort.
    pub kind: ChatKind,
    /// Where it stands.
    pub state: GroupState,
    /// The bot's standing in it.
    pub bot_role: Role,
    /// What the bot may do in it.
    pub bot_rights: Rights,
    /// The language chosen for it.
    pub language: Option<Language>,
    /// The greeting, if it was sent.
    pub greeting: Option<Native>,
    /// The stage of the children; none if staff have chosen none.
    pub stage: Option<Stage>,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their row.
    pub id: PersonId,
    /// The channel's id of them.
    pub native: Native,
    /// The name last seen.
    pub name: String,
    /// The language of their client when they last wrote or pressed, if the product speaks it.
    pub language: Option<Language>,
    /// The language they chose for themselves; wins over their client's.
    pub chosen: Option<Language>,
    /// True if the bot may write to them in private.
    pub private_chat_open: bool,
}

/// An open topic of a group that is a forum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForumTopic {
    /// The group.
    pub group: GroupId,
    /// The channel's id of it.
    pub topic: Native,
    /// Its title.
    pub title: String,
}

/// Keeps what an update tells of a forum topic.
pub async fn topic_changed(
    work: &mut Work<'_>,
    group: GroupId,
    topic: &Native,
    change: &TopicChange,
) -> storage::Result<()> {
    store::forums::set_topic(work, group, topic, change).await
}

/// Somebody writes in a forum topic that was opened under this title. It is remembered once that is committed for sure,
/// that is when it is met again; a newer title that was told stays.
pub async fn topic_met(work: &mut Work<'_>, chat: &Chat, topic: &Native, title: &str) -> storage::Result<()> {
    let mark = Native(format!("topic {topic}"));
    if work.seen().has(&chat.id, &mark) {
        return Ok(());
    }
    let Some(group) = store::group_by_native(work, &chat.id).await? else { return Ok(()) };
    if store::forums::is_known(work, group.id, topic).await? {
        work.seen().remember(&chat.id, &mark);
        return Ok(());
    }
    let change = TopicChange { title: Some(title.to_owned()), closed: None };
    store::forums::set_topic(work, group.id, topic, &change).await
}

/// The topics of all forums that are open, as far as updates told of them; group by group, in the order of their titles.
pub async fn open_topics(work: &mut Work<'_>, groups: &[GroupId]) -> storage::Result<Vec<ForumTopic>> {
    store::forums::open_topics(work, groups).await
}

/// The group a chat is, made known if it wasn't.
pub async fn group(work: &mut Work<'_>, chat: &Chat) -> Outcome<Group> {
    if let Some(group) = store::group_by_native(work, &chat.id).await? {
        return Ok(group);
    }
    Ok(store::insert_group(work, chat).await?)
}

/// The group with this native id, if it is known.
pub async fn known_group(work: &mut Work<'_>, native: &Native) -> storage::Result<Option<Group>> {
    store::group_by_native(work, native).await
}

/// The group with this id.
pub async fn group_by_id(work: &mut Work<'_>, id: GroupId) -> storage::Result<Option<Group>> {
    store::group_by_id(work, id).await
}

/// Every group the bot is set up in.
pub async fn active_groups(work: &mut Work<'_>) -> storage::Result<Vec<Group>> {
    store::active_groups(work).await
}

/// The person a sender is, made known if they weren't, with the name they have now.
pub async fn person(work: &mut Work<'_>, sender: &Sender) -> storage::Result<Person> {
    match store::person_by_native(work, &sender.id).await? {
        Some(person)
            if person.name == sender.name
                && (sender.language.is_none() || sender.language == person.language) =>
        {
            Ok(person)
        }
        _ => store::upsert_person(work, sender).await,
    }
}

/// The person with this native id, if they are known.
pub async fn known_person(work: &mut Work<'_>, native: &Native) -> storage::Result<Option<Person>> {
    store::person_by_native(work, native).await
}

/// The person with this id.
pub async fn person_by_id(work: &mut Work<'_>, id: PersonId) -> storage::Result<Option<Person>> {
    store::person_by_id(work, id).await
}

/// The people with these ids, in no particular order.
pub async fn people(work: &mut Work<'_>, ids: &[PersonId]) -> storage::Result<Vec<Person>> {
    store::people(work, ids).await
}

/// The person's standing in the group as far as it is known.
pub async fn role(work: &mut Work<'_>, group: GroupId, person: PersonId) -> storage::Result<Option<Role>> {
    store::role(work, group, person).await
}

/// Who presses a button or asks for something in a group is there, also if nobody has told of it.
pub async fn pressed_in(work: &mut Work<'_>, group: GroupId, person: PersonId) -> storage::Result<()> {
    match store::role(work, group, person).await? {
        Some(role) if role.is_present() => Ok(()),
        _ => store::set_role(work, group, person, Role::Member).await,
    }
}

/// Remembers the members the database has.
pub async fn remember_members(
    database: &storage::Database,
    tenant: TenantId,
    seen: &Seen,
) -> storage::Result<()> {
    store::staffed::each_member(database, tenant, SEEN_MAX, |group, person| seen.remember(group, person))
        .await
}

/// Somebody talks in a group who is not remembered to be there: they are a member from now on. They are remembered
/// once that is committed for sure, that is when they are met here again.
pub async fn met_in(work: &mut Work<'_>, chat: &Chat, sender: &Sender) -> Outcome<()> {
    let known = store::group_by_native(work, &chat.id).await?;
    let Some(group) = known.filter(|group| group.state == GroupState::Active) else { return Ok(()) };
    let known = person(work, sender).await?;
    match store::staffed::present_since(work, group.id, known.id).await? {
        Some(since) if since < work.now => work.seen().remember(&chat.id, &sender.id),
        Some(_) => {}
        None => store::set_role(work, group.id, known.id, Role::Member).await?,
    }
    Ok(())
}

/// The group with the bot that the person came to last, as far as is known.
pub async fn group_of(work: &mut Work<'_>, person: PersonId) -> storage::Result<Option<GroupId>> {
    store::group_of(work, person).await
}

/// The groups with the bot that the person is in, as far as is known.
pub async fn groups_of(work: &mut Work<'_>, person: PersonId) -> storage::Result<Vec<GroupId>> {
    store::groups_of(work, person).await
}

/// Keeps what the channel answered about a member, and says whether they are in the group.
pub async fn member_answered(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    member: &Member,
) -> storage::Result<bool> {
    store::set_role(work, group, person, member.role).await?;
    Ok(member.role.is_present())
}

/// True if the person may run the group's affairs: administers it, or is named as staff in the configuration.
pub async fn is_staff(work: &mut Work<'_>, group: GroupId, person: PersonId) -> storage::Result<bool> {
    if store::role(work, group, person).await?.is_some_and(Role::administers) {
        return Ok(true);
    }
    let Some(person) = store::person_by_id(work, person).await? else { return Ok(false) };
    Ok(is_configured_staff(work, &person.native))
}

/// True if the configuration names this id as staff.
#[must_use]
pub fn is_configured_staff(work: &Work<'_>, native: &Native) -> bool {
    work.config.school.staff.contains(native)
}

/// The group's staff as far as they have been met: those who administer it on the channel, and those the configuration
/// names.
pub async fn staff(work: &mut Work<'_>, group: GroupId) -> storage::Result<Vec<Person>> {
    let mut staff = store::staff(work, group).await?;
    for person in configured_staff(work).await? {
        if !staff.iter().any(|known| known.id == person.id) {
            staff.push(person);
        }
    }
    Ok(staff)
}

/// Those whom the configuration names as staff of every group, as far as they have been met; in no particular order.
pub async fn configured_staff(work: &mut Work<'_>) -> storage::Result<Vec<Person>> {
    let config = std::sync::Arc::clone(&work.config);
    store::people_by_native(work, &config.school.staff).await
}

/// Whom a group's messages are for, as far as they have been met: who is there and doesn't administer it.
pub async fn readers(work: &mut Work<'_>, group: GroupId) -> storage::Result<Vec<Person>> {
    store::staffed::readers(work, group).await
}

/// Keeps who changed what.
pub async fn audit(work: &mut Work<'_>, actor: PersonId, action: &str, object: &str) -> storage::Result<()> {
    store::audit(work, actor, action, object).await
}

/// Whether the person is a member of the group, or was one.
pub async fn has_been_in(work: &mut Work<'_>, group: GroupId, person: PersonId) -> Outcome<bool> {
    Ok(store::has_been_in(work, group, person).await?)
}
