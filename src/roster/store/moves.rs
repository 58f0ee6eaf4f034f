//! Purpose: the SQL of groups that get a new native id, or that the bot is not in any more.

use std::collections::HashMap;

use super::role_word;
use crate::channel::{Rights, Role};
use crate::course::Stage;
use crate::i18n::Language;
use crate::ids::{GroupId, Native, TenantId};
use crate::roster::Group;
use crate::storage::{Arg, Result, Tx};
use crate::work::Work;

/// True if a group has another native id so far and is no pointer to another row.
pub(in crate::roster) async fn is_moving(
    tx: &mut Tx,
    tenant: TenantId,
    group: GroupId,
    to: &Native,
) -> Result<bool> {
    let sql = "SELECT 1 FROM groups WHERE tenant = $1 AND id = $2 AND native <> $3 AND moved_to IS NULL";
    Ok(tx.one(sql, &[tenant.into(), group.into(), to.into()]).await?.is_some())
}

/// The greeting stays behind.
pub(in crate::roster) async fn leave_greeting(tx: &mut Tx, tenant: TenantId, group: GroupId) -> Result<()> {
    let sql = "UPDATE groups SET greeting = NULL WHERE tenant = $1 AND id = $2";
    tx.run(sql, &[tenant.into(), group.into()]).await?;
    Ok(())
}

/// The row with a native id.
pub(in crate::roster) async fn met_as(
    tx: &mut Tx,
    tenant: TenantId,
    native: &Native,
) -> Result<Option<GroupId>> {
    let sql = "SELECT id FROM groups WHERE tenant = $1 AND native = $2";
    tx.one(sql, &[tenant.into(), native.into()]).await?.map(|row| row.get(0)).transpose()
}

/// Writes a group's new native id. False if the tenant has no such group.
pub(in crate::roster) async fn set_native(
    tx: &mut Tx,
    tenant: TenantId,
    group: GroupId,
    to: &Native,
) -> Result<bool> {
    let sql = "UPDATE groups SET native = $1, kind = 'group' WHERE tenant = $2 AND id = $3";
    Ok(tx.run(sql, &[to.into(), tenant.into(), group.into()]).await? == 1)
}

/// Makes `met`, and what points to it, point to `kept`. Its native id is free then.
pub(in crate::roster) async fn point(tx: &mut Tx, kept: GroupId, met: GroupId) -> Result<()> {
    tx.run(
        "UPDATE groups SET native = native || ' before ' || CAST(id AS TEXT), state = 'left', moved_to = $1,
             greeting = NULL WHERE id = $2",
        &[kept.into(), met.into()],
    )
    .await?;
    tx.run("UPDATE groups SET moved_to = $1 WHERE moved_to = $2", &[kept.into(), met.into()]).await?;
    Ok(())
}

/// Brings the members of `met`, and everything that names it, to `kept`.
pub(in crate::roster) async fn bring(tx: &mut Tx, kept: GroupId, met: GroupId) -> Result<()> {
    tx.run(
        "INSERT INTO members (tenant, group_id, person, role, since)
         SELECT tenant, $1, person, role, since FROM members WHERE group_id = $2
         ON CONFLICT (group_id, person) DO UPDATE SET role = excluded.role,
             since = CASE WHEN members.role = 'absent' THEN excluded.since ELSE members.since END",
        &[kept.into(), met.into()],
    )
    .await?;
    tx.run("DELETE FROM members WHERE group_id = $1", &[met.into()]).await?;
    for sql in [
        // Together they have had other lessons than each counted.
        "UPDATE pushes SET course = NULL WHERE group_id IN ($1, $2)",
        "UPDATE pushes SET group_id = $1 WHERE group_id = $2 AND NOT EXISTS (SELECT 1 FROM pushes other
             WHERE other.group_id = $1 AND other.schedule = pushes.schedule
             AND other.occurrence = pushes.occurrence)",
        "UPDATE quizzes SET group_id = $1 WHERE group_id = $2",
        "UPDATE quiz_posts SET group_id = $1 WHERE group_id = $2",
        "UPDATE forum_topics SET group_id = $1 WHERE group_id = $2 AND NOT EXISTS (SELECT 1 FROM forum_topics other
             WHERE other.group_id = $1 AND other.topic = forum_topics.topic)",
        "UPDATE acts SET group_id = $1 WHERE group_id = $2",
        "UPDATE broadcast_posts SET to_id = $1 WHERE to_kind = 'group' AND to_id = $2
             AND NOT EXISTS (SELECT 1 FROM broadcast_posts other WHERE other.run = broadcast_posts.run
             AND other.to_kind = 'group' AND other.to_id = $1 AND other.part = broadcast_posts.part)",
        "UPDATE burdens SET group_id = $1 WHERE group_id = $2 AND NOT EXISTS (SELECT 1 FROM burdens other
             WHERE other.group_id = $1 AND other.kind = burdens.kind AND other.number = burdens.number)",
        "UPDATE digests SET group_id = $1 WHERE group_id = $2",
        // What both rows were to get is only in the one's digest; the other's post finds its group gone.
        "UPDATE digest_items SET group_id = $1 WHERE group_id = $2
             AND post IN (SELECT id FROM broadcast_posts WHERE to_kind = 'group' AND to_id = $1)",
    ] {
        tx.run(sql, &[kept.into(), met.into()]).await?;
    }
    Ok(())
}

/// Writes what is known of a group from two rows.
pub(in crate::roster) async fn write_merged(tx: &mut Tx, group: &Group) -> Result<()> {
    let rights = serde_json::to_string(&group.bot_rights).unwrap_or_default();
    tx.run(
        "UPDATE groups SET title = $1, state = $2, bot_role = $3, bot_rights = $4, language = $5, greeting = $6,
             stage = $7 WHERE id = $8",
        &[
            (&group.title).into(),
            group.state.word().into(),
            role_word(group.bot_role).into(),
            (&rights).into(),
            group.language.map(Language::tag).into(),
            group.greeting.as_ref().map(Native::as_str).into(),
            group.stage.map(Stage::word).into(),
            group.id.into(),
        ],
    )
    .await?;
    Ok(())
}

/// The row that a row points to, if it does.
pub(in crate::roster) async fn moved_to(work: &mut Work<'_>, group: GroupId) -> Result<Option<GroupId>> {
    let sql = "SELECT moved_to FROM groups WHERE id = $1 AND moved_to IS NOT NULL";
    work.reading().one(sql, &[group.into()]).await?.map(|row| row.get(0)).transpose()
}

pub(in crate::roster) async fn new_places(
    work: &mut Work<'_>,
    groups: &[GroupId],
) -> Result<HashMap<GroupId, GroupId>> {
    let list: Vec<Arg<'_>> = groups.iter().map(|group| (*group).into()).collect();
    let sql = "SELECT id, moved_to FROM groups WHERE moved_to IS NOT NULL AND id IN";
    let rows = work.reading().rows_in(sql, &[], &list).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Keeps that the bot is not in a group. False if that was known.
pub(in crate::roster) async fn set_left(tx: &mut Tx, tenant: TenantId, group: GroupId) -> Result<bool> {
    let rights = serde_json::to_string(&Rights::default()).unwrap_or_default();
    let sql = "UPDATE groups SET state = 'left', bot_role = $1, bot_rights = $2
         WHERE tenant = $3 AND id = $4 AND state <> 'left'";
    let args = [role_word(Role::Absent).into(), (&rights).into(), tenant.into(), group.into()];
    Ok(tx.run(sql, &args).await? == 1)
}
