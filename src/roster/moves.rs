//! Purpose: what happens when the channel gives a group a new native id, or tells that the bot is not in it any more.
//!
//! Invariant: nothing of a group is lost by its move. Where the group was met under its new id before the news of the
//! move came (both sides' messages come in either order), two rows turn out to be one group: the older one lives on
//! and takes over everything of the younger, which stays as a pointer for what is still under way to it.

use super::store::{self, role_word};
use super::{Group, GroupState, commands};
use crate::channel::{Rights, Role};
use crate::clock::Millis;
use crate::ids::{GroupId, Native, TenantId};
use crate::outbox;
use crate::quizzes;
use crate::storage::{Result, Tx};
use crate::work::Work;

/// Gives a group its new native id, when the channel has moved it; all else of the group stays, but for its greeting
/// and what waits to be done about messages, which stay behind. False if this is no news, or the tenant has no such
/// group.
pub async fn moved(tx: &mut Tx, tenant: TenantId, group: GroupId, to: &Native, now: Millis) -> Result<bool> {
    let sql = "SELECT 1 FROM groups WHERE tenant = $1 AND id = $2 AND native <> $3 AND moved_to IS NULL";
    if tx.one(sql, &[tenant.into(), group.into(), to.into()]).await?.is_none() {
        return Ok(false);
    }
    outbox::forget_messages(tx, tenant, group, now).await?;
    quizzes::moved(tx, group).await?;
    let sql = "UPDATE broadcast_posts SET messages = NULL, count_at = NULL
         WHERE tenant = $1 AND to_kind = 'group' AND to_id = $2";
    tx.run(sql, &[tenant.into(), group.into()]).await?;
    let sql = "UPDATE groups SET greeting = NULL WHERE tenant = $1 AND id = $2";
    tx.run(sql, &[tenant.into(), group.into()]).await?;
    let sql = "SELECT id FROM groups WHERE tenant = $1 AND native = $2";
    if let Some(row) = tx.one(sql, &[tenant.into(), to.into()]).await? {
        absorb(tx, tenant, group, row.get(0)?).await?;
    }
    let sql = "UPDATE groups SET native = $1, kind = 'group' WHERE tenant = $2 AND id = $3";
    Ok(tx.run(sql, &[to.into(), tenant.into(), group.into()]).await? == 1)
}

/// Makes two rows of one group one: everything of `met` comes to `kept`.
async fn absorb(tx: &mut Tx, tenant: TenantId, kept: GroupId, met: GroupId) -> Result<()> {
    let (Some(old), Some(new)) =
        (store::group_in(tx, tenant, kept).await?, store::group_in(tx, tenant, met).await?)
    else {
        return Ok(());
    };
    tx.run(
        "UPDATE groups SET native = native || ' before ' || CAST(id AS TEXT), state = 'left', moved_to = $1,
             greeting = NULL WHERE id = $2",
        &[kept.into(), met.into()],
    )
    .await?;
    tx.run("UPDATE groups SET moved_to = $1 WHERE moved_to = $2", &[kept.into(), met.into()]).await?;
    write_merged(tx, &merged(&old, new)).await?;
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
        "UPDATE pushes SET group_id = $1 WHERE group_id = $2 AND NOT EXISTS (SELECT 1 FROM pushes other
             WHERE other.group_id = $1 AND other.schedule = pushes.schedule
             AND other.occurrence = pushes.occurrence)",
        "UPDATE quiz_posts SET group_id = $1 WHERE group_id = $2",
        "UPDATE acts SET group_id = $1 WHERE group_id = $2",
        "UPDATE broadcast_posts SET to_id = $1 WHERE to_kind = 'group' AND to_id = $2
             AND NOT EXISTS (SELECT 1 FROM broadcast_posts other WHERE other.run = broadcast_posts.run
             AND other.to_kind = 'group' AND other.to_id = $1 AND other.part = broadcast_posts.part)",
    ] {
        tx.run(sql, &[kept.into(), met.into()]).await?;
    }
    outbox::readdress(tx, tenant, met, kept).await
}

/// What is known of one group from two rows. What the newer one was told holds; a row that was made for a mere message
/// was told nothing of the bot's standing.
fn merged(old: &Group, new: Group) -> Group {
    let told = new.bot_role.administers() || new.state == GroupState::Left;
    let (bot_role, bot_rights) =
        if told { (new.bot_role, new.bot_rights) } else { (old.bot_role, old.bot_rights) };
    let state = match (old.state, new.state) {
        (_, GroupState::Left) => GroupState::Left,
        (GroupState::Active, _) | (_, GroupState::Active) => GroupState::Active,
        _ => GroupState::Joined,
    };
    let language = new.language.or(old.language);
    Group { id: old.id, state, bot_role, bot_rights, language, ..new }
}

async fn write_merged(tx: &mut Tx, group: &Group) -> Result<()> {
    let rights = serde_json::to_string(&group.bot_rights).unwrap_or_default();
    tx.run(
        "UPDATE groups SET title = $1, state = $2, bot_role = $3, bot_rights = $4, language = $5, greeting = $6
         WHERE id = $7",
        &[
            (&group.title).into(),
            group.state.word().into(),
            role_word(group.bot_role).into(),
            (&rights).into(),
            group.language.map(crate::i18n::Language::tag).into(),
            group.greeting.as_ref().map(Native::as_str).into(),
            group.id.into(),
        ],
    )
    .await?;
    Ok(())
}

/// As [`moved`], for a group known by its native id until now. An id that is unknown (moved before) changes nothing.
pub(super) async fn moved_from(work: &mut Work<'_>, from: &Native, to: &Native) -> Result<()> {
    let Some(group) = store::group_by_native(work, from).await? else { return Ok(()) };
    let (tenant, now) = (work.tenant, work.now);
    // What is staged may be about the row that is absorbed.
    work.write_staged().await?;
    let is_news = moved(work.writing().await?, tenant, group.id, to, now).await?;
    store::forget(work);
    if is_news { after_move(work, group.id).await } else { Ok(()) }
}

/// Brings the greeting up to date, if one stands in the new place: its buttons were made for a row that is no more.
pub async fn after_move(work: &mut Work<'_>, group: GroupId) -> Result<()> {
    if let Some(group) = store::group_by_id(work, group).await? {
        commands::refresh_greeting(work, &group, &format!("moved/{}", group.native));
    }
    Ok(())
}

/// The group that lives on, for what was begun when its row was another.
pub async fn current(work: &mut Work<'_>, group: GroupId) -> Result<GroupId> {
    let sql = "SELECT moved_to FROM groups WHERE id = $1 AND moved_to IS NOT NULL";
    match work.reading().one(sql, &[group.into()]).await? {
        Some(row) => row.get(0),
        None => Ok(group),
    }
}

/// The channel says that the bot is not in the group: as if it had told of the removal. False if that was known.
pub async fn gone(tx: &mut Tx, tenant: TenantId, group: GroupId) -> Result<bool> {
    let rights = serde_json::to_string(&Rights::default()).unwrap_or_default();
    let sql = "UPDATE groups SET state = 'left', bot_role = $1, bot_rights = $2
         WHERE tenant = $3 AND id = $4 AND state <> 'left'";
    let args = [role_word(Role::Absent).into(), (&rights).into(), tenant.into(), group.into()];
    Ok(tx.run(sql, &args).await? == 1)
}
