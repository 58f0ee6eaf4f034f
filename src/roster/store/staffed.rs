//! Purpose: the SQL of the groups that somebody looks after.

use std::collections::HashMap;

use super::{read_group, read_person};
use crate::clock::Millis;
use crate::i18n::Language;
use crate::ids::{GroupId, Native, PersonId, TenantId};
use crate::roster::{Group, Person};
use crate::storage::{Arg, Database, Error, Result};
use crate::work::Work;

/// Members read at a time.
const MEMBERS_AT_ONCE: usize = 1_000;

/// The set-up groups after the group `after`, in the order of their numbers, `count_max` at most: all if `all`, else
/// those the person administers on the channel.
pub(in crate::roster) async fn staffed_after(
    work: &mut Work<'_>,
    person: PersonId,
    all: bool,
    after: GroupId,
    count_max: i64,
) -> Result<Vec<Group>> {
    let tenant = work.tenant;
    let rows = work
        .reading()
        .rows(
            "SELECT id, native, title, kind, state, bot_role, bot_rights, language, greeting, stage FROM groups g \
             WHERE tenant = $1 AND state = 'active' AND id > $2 AND ($3 = 1 OR EXISTS (SELECT 1 FROM members m \
                 WHERE m.group_id = g.id AND m.person = $4 AND m.role IN ('owner', 'administrator'))) \
             ORDER BY id LIMIT $5",
            &[tenant.into(), after.into(), all.into(), person.into(), count_max.into()],
        )
        .await?;
    rows.iter().map(read_group).collect()
}

/// The numbers of the same groups, and the language staff chose for each. Comes as one text: the driver takes longer for a row
/// than the database, and a broadcast may be for ten thousand.
pub(in crate::roster) async fn staffed_numbers_after(
    work: &mut Work<'_>,
    person: PersonId,
    all: bool,
    after: GroupId,
    count_max: i64,
) -> Result<Vec<(GroupId, Option<Language>)>> {
    let tenant = work.tenant;
    let row = work
        .reading()
        .one(
            "SELECT string_agg(id || ' ' || COALESCE(language, ''), ',') FROM (SELECT id, language FROM groups g \
             WHERE tenant = $1 AND state = 'active' AND id > $2 AND ($3 = 1 OR EXISTS (SELECT 1 FROM members m \
                 WHERE m.group_id = g.id AND m.person = $4 AND m.role IN ('owner', 'administrator'))) \
             ORDER BY id LIMIT $5) AS staffed",
            &[tenant.into(), after.into(), all.into(), person.into(), count_max.into()],
        )
        .await?
        .ok_or(Error::NoRow)?;
    let list: Option<String> = row.get(0)?;
    let read = |item: &str| {
        let (id, language) = item.split_once(' ')?;
        Some((GroupId(id.parse().ok()?), language.parse().ok()))
    };
    let mut found: Vec<_> = list.iter().flat_map(|list| list.split(',')).filter_map(read).collect();
    found.sort_unstable_by_key(|(group, _)| *group);
    Ok(found)
}

/// These groups, those that became another's new place left out, and whether the person administers each on the channel.
pub(in crate::roster) async fn staffed_of(
    work: &mut Work<'_>,
    person: PersonId,
    groups: &[GroupId],
) -> Result<Vec<(Group, bool)>> {
    let tenant = work.tenant;
    let list: Vec<Arg<'_>> = groups.iter().map(|group| (*group).into()).collect();
    let rows = work
        .reading()
        .rows_in(
            "SELECT id, native, title, kind, state, bot_role, bot_rights, language, greeting, stage, \
                 CASE WHEN EXISTS (SELECT 1 FROM members m WHERE m.group_id = g.id AND m.person = $2 \
                     AND m.role IN ('owner', 'administrator')) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END \
             FROM groups g WHERE tenant = $1 AND id IN",
            &[tenant.into(), person.into()],
            &list,
        )
        .await?;
    let mut found =
        rows.iter().map(|row| Ok((read_group(row)?, row.get(10)?))).collect::<Result<Vec<_>>>()?;
    found.sort_by_key(|(group, _): &(Group, bool)| group.id);
    Ok(found)
}

/// Who administers every one of these groups on the channel, each group given once. Comes as one text, see
/// [`staffed_numbers_after`].
pub(in crate::roster) async fn administrators_of_all(
    work: &mut Work<'_>,
    groups: &[GroupId],
) -> Result<Vec<PersonId>> {
    let tenant = work.tenant;
    let list: Vec<Arg<'_>> = groups.iter().map(|group| (*group).into()).collect();
    let rows = work
        .reading()
        .rows_in(
            "SELECT string_agg(person || '', ',') FROM members \
             WHERE tenant = $1 AND role IN ('owner', 'administrator') AND group_id IN",
            &[tenant.into()],
            &list,
        )
        .await?;
    let mut administered: HashMap<i64, usize> = HashMap::new();
    for row in &rows {
        let people: Option<String> = row.get(0)?;
        let numbers = people.iter().flat_map(|people| people.split(','));
        for person in numbers.filter_map(|number| number.parse().ok()) {
            *administered.entry(person).or_default() += 1;
        }
    }
    let of_all = administered.into_iter().filter(|(_, count)| *count == groups.len());
    let mut found: Vec<PersonId> = of_all.map(|(person, _)| PersonId(person)).collect();
    found.sort_unstable();
    Ok(found)
}

/// Whom a group's messages are for: who is there and doesn't administer it.
pub(in crate::roster) async fn readers(work: &mut Work<'_>, group: GroupId) -> Result<Vec<Person>> {
    let rows = work
        .reading()
        .rows(
            "SELECT p.id, p.native, p.name, p.language, p.private_chat, p.chosen FROM members m \
             JOIN people p ON p.id = m.person \
             WHERE m.group_id = $1 AND m.role IN ('member', 'restricted') ORDER BY p.id",
            &[group.into()],
        )
        .await?;
    rows.iter().map(read_person).collect()
}

/// Tells the members of set-up groups, `count_max` at most, by the native ids of group and person. They are read
/// [`MEMBERS_AT_ONCE`] at a time: all of a district's would fill the memory.
pub(in crate::roster) async fn each_member(
    database: &Database,
    tenant: TenantId,
    count_max: usize,
    mut tell: impl FnMut(&Native, &Native),
) -> Result<()> {
    let (mut group, mut person, mut left) = (GroupId(0), PersonId(0), count_max);
    while left > 0 {
        let count = left.min(MEMBERS_AT_ONCE);
        let limit = i64::try_from(count).unwrap_or(i64::MAX);
        let rows = database
            .read()
            .await?
            .rows(
                "SELECT g.native, p.native, m.group_id, m.person FROM members m \
                 JOIN groups g ON g.id = m.group_id JOIN people p ON p.id = m.person \
                 WHERE (m.group_id, m.person) > ($1, $2) AND +m.tenant = $3 AND g.state = 'active' \
                     AND m.role <> 'absent' \
                 ORDER BY m.group_id, m.person LIMIT $4",
                &[group.into(), person.into(), tenant.into(), limit.into()],
            )
            .await?;
        for row in &rows {
            tell(&row.get(0)?, &row.get(1)?);
        }
        left -= rows.len();
        match rows.last() {
            Some(last) if rows.len() == count => (group, person) = (last.get(2)?, last.get(3)?),
            _ => break,
        }
    }
    Ok(())
}

/// When the person came to the group, if they are there.
pub(in crate::roster) async fn present_since(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
) -> Result<Option<Millis>> {
    let sql = "SELECT since FROM members WHERE group_id = $1 AND person = $2 AND role <> 'absent'";
    work.reading().one(sql, &[group.into(), person.into()]).await?.map(|row| row.get(0)).transpose()
}
