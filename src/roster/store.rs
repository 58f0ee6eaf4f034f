//! Purpose: the SQL of groups, people and members.
//!
//! Invariant: within a transaction each group and person is read once; changes made here are kept in the memo too.

pub(super) mod forums;
mod members;
pub(super) mod moves;
pub(super) mod staffed;
pub(super) mod tenant;

use std::collections::HashMap;

use super::{Group, GroupState, Person};
use crate::channel::{Chat, ChatKind, Rights, Role, Sender};
use crate::course::Stage;
use crate::i18n::Language;
use crate::ids::{GroupId, Native, PersonId, TenantId};
use crate::storage::{Arg, Result, Row, Statement, Tx};
use crate::work::{Reading, Work};

pub(super) use members::{demote_all_but, group_of, groups_of, has_been_in, people, staff};

/// What was read or written in this transaction.
#[derive(Debug, Default)]
struct Known {
    groups: HashMap<Native, Option<Group>>,
    people: HashMap<Native, Option<Person>>,
    roles: HashMap<(GroupId, PersonId), Option<Role>>,
}

const GROUP_BY_NATIVE_IN: &str = "SELECT id, native, title, kind, state, bot_role, bot_rights, language, greeting, stage FROM groups WHERE tenant = $1 AND native IN";
const GROUP_BY_ID: &str = "SELECT id, native, title, kind, state, bot_role, bot_rights, language, greeting, stage FROM groups WHERE tenant = $1 AND id = $2";
const GROUPS_ACTIVE_AFTER: &str = "SELECT id, native, title, kind, state, bot_role, bot_rights, language, greeting, stage FROM groups WHERE tenant = $1 AND state = 'active' AND id > $2 ORDER BY id LIMIT $3";
const PERSON_BY_NATIVE_IN: &str =
    "SELECT id, native, name, language, private_chat, chosen FROM people WHERE tenant = $1 AND native IN";
const PERSON_BY_ID: &str =
    "SELECT id, native, name, language, private_chat, chosen FROM people WHERE tenant = $1 AND id = $2";

fn read_group(row: &Row) -> Result<Group> {
    let kind: String = row.get(3)?;
    let state: String = row.get(4)?;
    let role: String = row.get(5)?;
    let rights: String = row.get(6)?;
    let language: Option<String> = row.get(7)?;
    let children: Option<String> = row.get(9)?;
    Ok(Group {
        id: row.get(0)?,
        native: row.get(1)?,
        title: row.get(2)?,
        kind: if kind == "basic-group" { ChatKind::BasicGroup } else { ChatKind::Group },
        state: GroupState::of_word(&state),
        bot_role: role_of_word(&role),
        bot_rights: serde_json::from_str(&rights).unwrap_or_default(),
        language: language.and_then(|tag| tag.parse().ok()),
        greeting: row.get(8)?,
        stage: children.as_deref().and_then(Stage::of_word),
    })
}

fn read_person(row: &Row) -> Result<Person> {
    let language: Option<String> = row.get(3)?;
    let private_chat: String = row.get(4)?;
    let chosen: Option<String> = row.get(5)?;
    Ok(Person {
        id: row.get(0)?,
        native: row.get(1)?,
        name: row.get(2)?,
        language: language.and_then(|tag| tag.parse().ok()),
        chosen: chosen.and_then(|tag| tag.parse().ok()),
        private_chat_open: private_chat == "open",
    })
}

pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Administrator => "administrator",
        Role::Member => "member",
        Role::Restricted => "restricted",
        Role::Absent => "absent",
    }
}

fn role_of_word(word: &str) -> Role {
    match word {
        "owner" => Role::Owner,
        "administrator" => Role::Administrator,
        "member" => Role::Member,
        "restricted" => Role::Restricted,
        _ => Role::Absent,
    }
}

fn kind_word(kind: ChatKind) -> &'static str {
    if kind == ChatKind::BasicGroup { "basic-group" } else { "group" }
}

/// Asks for the groups and people of a whole batch, so that its updates need no statements of their own.
#[must_use]
pub fn readings<'a>(tenant: TenantId, groups: Vec<&'a Native>, people: Vec<&'a Native>) -> [Reading<'a>; 2] {
    let ids = groups.iter().map(|native| Arg::from(*native)).collect();
    let statement = Statement::with_list(GROUP_BY_NATIVE_IN, &[tenant.into()], ids);
    let of_groups = Reading::new(statement, move |work, rows| {
        let found = rows.iter().map(read_group).collect::<Result<Vec<_>>>()?;
        let known = work.memo::<Known>();
        known.groups.extend(groups.into_iter().map(|native| (native.clone(), None)));
        known.groups.extend(found.into_iter().map(|group| (group.native.clone(), Some(group))));
        Ok(())
    });
    let ids = people.iter().map(|native| Arg::from(*native)).collect();
    let statement = Statement::with_list(PERSON_BY_NATIVE_IN, &[tenant.into()], ids);
    let of_people = Reading::new(statement, move |work, rows| {
        let found = rows.iter().map(read_person).collect::<Result<Vec<_>>>()?;
        let known = work.memo::<Known>();
        known.people.extend(people.into_iter().map(|native| (native.clone(), None)));
        known.people.extend(found.into_iter().map(|person| (person.native.clone(), Some(person))));
        Ok(())
    });
    [of_groups, of_people]
}

/// Those of the given people who were read in this transaction and are known.
pub fn known_people<'a>(work: &mut Work<'_>, people: impl Iterator<Item = &'a Native>) -> Vec<PersonId> {
    let known = &work.memo::<Known>().people;
    people.filter_map(|native| Some(known.get(native)?.as_ref()?.id)).collect()
}

/// A group and a person, if both were read in this transaction and are known.
pub fn known_pair(work: &mut Work<'_>, group: &Native, person: &Native) -> Option<(GroupId, PersonId)> {
    let Known { groups, people, .. } = work.memo::<Known>();
    Some((groups.get(group)?.as_ref()?.id, people.get(person)?.as_ref()?.id))
}

/// Asks for the standing of the given people in their groups.
#[must_use]
pub fn roles_reading(pairs: Vec<(GroupId, PersonId)>) -> Reading<'static> {
    let people = pairs.iter().map(|(_, person)| Arg::from(*person)).collect();
    let sql = "SELECT group_id, person, role FROM members WHERE person IN";
    Reading::new(Statement::with_list(sql, &[], people), move |work, rows| {
        let mut found = HashMap::new();
        for row in &rows {
            let role: String = row.get(2)?;
            found.insert((row.get::<GroupId>(0)?, row.get::<PersonId>(1)?), role_of_word(&role));
        }
        let known = work.memo::<Known>();
        known.roles.extend(pairs.into_iter().map(|pair| (pair, found.get(&pair).copied())));
        Ok(())
    })
}

pub(super) async fn group_by_native(work: &mut Work<'_>, native: &Native) -> Result<Option<Group>> {
    if let Some(group) = work.memo::<Known>().groups.get(native) {
        return Ok(group.clone());
    }
    let tenant = work.tenant;
    let rows = work.reading().rows_in(GROUP_BY_NATIVE_IN, &[tenant.into()], &[native.into()]).await?;
    let group = rows.first().map(read_group).transpose()?;
    work.memo::<Known>().groups.insert(native.clone(), group.clone());
    Ok(group)
}

pub(super) async fn group_by_id(work: &mut Work<'_>, id: GroupId) -> Result<Option<Group>> {
    let tenant = work.tenant;
    group_in(work.reading(), tenant, id).await
}

pub(super) async fn group_in(tx: &mut Tx, tenant: TenantId, id: GroupId) -> Result<Option<Group>> {
    let row = tx.one(GROUP_BY_ID, &[tenant.into(), id.into()]).await?;
    row.as_ref().map(read_group).transpose()
}

pub(super) async fn active_groups_after(
    work: &mut Work<'_>,
    after: GroupId,
    count_max: i64,
) -> Result<Vec<Group>> {
    let args = [work.tenant.into(), after.into(), count_max.into()];
    work.reading().rows(GROUPS_ACTIVE_AFTER, &args).await?.iter().map(read_group).collect()
}

pub(super) async fn insert_group(work: &mut Work<'_>, chat: &Chat) -> Result<Group> {
    let (tenant, now) = (work.tenant, work.now);
    let rights = serde_json::to_string(&Rights::default()).unwrap_or_default();
    work.writing()
        .await?
        .run(
            "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at)
             VALUES ($1, $2, $3, $4, 'joined', 'member', $5, $6) ON CONFLICT (tenant, native) DO NOTHING",
            &[
                tenant.into(),
                (&chat.id).into(),
                (&chat.title).into(),
                kind_word(chat.kind).into(),
                (&rights).into(),
                now.into(),
            ],
        )
        .await?;
    forget_groups(work);
    group_by_native(work, &chat.id).await?.ok_or(crate::storage::Error::NoRow)
}

/// Writes a group's standing. Greeting, language and stage are kept as they are.
pub(super) async fn update_group(work: &mut Work<'_>, group: &Group) -> Result<()> {
    let rights = serde_json::to_string(&group.bot_rights).unwrap_or_default();
    work.writing()
        .await?
        .run(
            "UPDATE groups SET title = $1, kind = $2, state = $3, bot_role = $4, bot_rights = $5 WHERE id = $6",
            &[
                (&group.title).into(),
                kind_word(group.kind).into(),
                group.state.word().into(),
                role_word(group.bot_role).into(),
                (&rights).into(),
                group.id.into(),
            ],
        )
        .await?;
    forget_groups(work);
    Ok(())
}

pub(super) async fn set_greeting(
    work: &mut Work<'_>,
    group: GroupId,
    message: Option<&Native>,
) -> Result<()> {
    let sql = "UPDATE groups SET greeting = $1 WHERE id = $2";
    work.writing().await?.run(sql, &[message.map(Native::as_str).into(), group.into()]).await?;
    forget_groups(work);
    Ok(())
}

/// Keeps the language chosen for a group.
pub(super) async fn set_group_language(
    work: &mut Work<'_>,
    group: GroupId,
    language: Option<Language>,
) -> Result<()> {
    let sql = "UPDATE groups SET language = $1 WHERE id = $2";
    work.writing().await?.run(sql, &[language.map(Language::tag).into(), group.into()]).await?;
    forget_groups(work);
    Ok(())
}

/// Keeps the stage chosen for a group.
pub(super) async fn set_group_stage(work: &mut Work<'_>, group: GroupId, stage: Option<Stage>) -> Result<()> {
    let sql = "UPDATE groups SET stage = $1 WHERE id = $2";
    work.writing().await?.run(sql, &[stage.map(Stage::word).into(), group.into()]).await?;
    forget_groups(work);
    Ok(())
}

/// Forgets everything that was read, because rows have become others.
pub(super) fn forget(work: &mut Work<'_>) {
    *work.memo::<Known>() = Known::default();
}

fn forget_groups(work: &mut Work<'_>) {
    work.memo::<Known>().groups.clear();
}

pub(super) async fn person_by_native(work: &mut Work<'_>, native: &Native) -> Result<Option<Person>> {
    if let Some(person) = work.memo::<Known>().people.get(native) {
        return Ok(person.clone());
    }
    let tenant = work.tenant;
    let rows = work.reading().rows_in(PERSON_BY_NATIVE_IN, &[tenant.into()], &[native.into()]).await?;
    let person = rows.first().map(read_person).transpose()?;
    work.memo::<Known>().people.insert(native.clone(), person.clone());
    Ok(person)
}

/// The people with these native ids who are known, in no particular order.
pub(super) async fn people_by_native(work: &mut Work<'_>, natives: &[Native]) -> Result<Vec<Person>> {
    let tenant = work.tenant;
    let ids: Vec<Arg<'_>> = natives.iter().map(Arg::from).collect();
    let rows = work.reading().rows_in(PERSON_BY_NATIVE_IN, &[tenant.into()], &ids).await?;
    rows.iter().map(read_person).collect()
}

pub(super) async fn person_by_id(work: &mut Work<'_>, id: PersonId) -> Result<Option<Person>> {
    let known = work.memo::<Known>().people.values().flatten().find(|person| person.id == id).cloned();
    if known.is_some() {
        return Ok(known);
    }
    let tenant = work.tenant;
    let row = work.reading().one(PERSON_BY_ID, &[tenant.into(), id.into()]).await?;
    row.as_ref().map(read_person).transpose()
}

/// Makes the person known, or brings their name and language up to date.
pub(super) async fn upsert_person(work: &mut Work<'_>, sender: &Sender) -> Result<Person> {
    let (tenant, now) = (work.tenant, work.now);
    let rows = work
        .writing()
        .await?
        .rows(
            "INSERT INTO people (tenant, native, name, language, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant, native) DO UPDATE SET name = excluded.name,
                 language = COALESCE(excluded.language, people.language)
             RETURNING id, native, name, language, private_chat, chosen",
            &[
                tenant.into(),
                (&sender.id).into(),
                (&sender.name).into(),
                sender.language.map(Language::tag).into(),
                now.into(),
            ],
        )
        .await?;
    let person = rows.first().map(read_person).transpose()?.ok_or(crate::storage::Error::NoRow)?;
    work.memo::<Known>().people.insert(sender.id.clone(), Some(person.clone()));
    Ok(person)
}

/// Keeps whether the bot may write to the person in private.
pub(super) async fn set_private_chat(
    work: &mut Work<'_>,
    person: &Person,
    state: &'static str,
) -> Result<()> {
    let sql = "UPDATE people SET private_chat = $1 WHERE id = $2";
    work.writing().await?.run(sql, &[state.into(), person.id.into()]).await?;
    work.memo::<Known>().people.remove(&person.native);
    Ok(())
}

/// Keeps the language a person chose.
pub(super) async fn set_chosen(
    work: &mut Work<'_>,
    person: &Person,
    language: Option<Language>,
) -> Result<()> {
    let sql = "UPDATE people SET chosen = $1 WHERE id = $2";
    work.writing().await?.run(sql, &[language.map(Language::tag).into(), person.id.into()]).await?;
    work.memo::<Known>().people.remove(&person.native);
    Ok(())
}

/// The person can't be written to in private any more; they can open the chat again at any time.
pub async fn unreachable(tx: &mut Tx, tenant: TenantId, person: PersonId) -> Result<()> {
    let sql = "UPDATE people SET private_chat = 'blocked' WHERE tenant = $1 AND id = $2";
    tx.run(sql, &[tenant.into(), person.into()]).await?;
    Ok(())
}

pub(super) async fn role(work: &mut Work<'_>, group: GroupId, person: PersonId) -> Result<Option<Role>> {
    if let Some(role) = work.memo::<Known>().roles.get(&(group, person)) {
        return Ok(*role);
    }
    work.read_together(vec![roles_reading(vec![(group, person)])]).await?;
    Ok(work.memo::<Known>().roles.get(&(group, person)).copied().flatten())
}

pub(super) async fn set_role(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    role: Role,
) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    work.writing()
        .await?
        .run(
            "INSERT INTO members (tenant, group_id, person, role, since) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (group_id, person) DO UPDATE SET role = excluded.role,
                 since = CASE WHEN members.role = 'absent' THEN excluded.since ELSE members.since END",
            &[tenant.into(), group.into(), person.into(), role_word(role).into(), now.into()],
        )
        .await?;
    work.memo::<Known>().roles.insert((group, person), Some(role));
    Ok(())
}

/// Keeps who changed what.
pub(super) async fn audit(work: &mut Work<'_>, actor: PersonId, action: &str, object: &str) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    work.writing()
        .await?
        .run(
            "INSERT INTO audit (tenant, actor, action, object, at) VALUES ($1, $2, $3, $4, $5)",
            &[tenant.into(), actor.into(), action.into(), object.into(), now.into()],
        )
        .await?;
    Ok(())
}
