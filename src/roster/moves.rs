//! Purpose: what happens when the channel gives a group a new native id, or tells that the bot is not in it any more.
//!
//! Invariant: nothing of a group is lost by its move. Where the group was met under its new id before the news of the
//! move came (both sides' messages come in either order), two rows turn out to be one group: the older one lives on
//! and takes over everything of the younger, which stays as a pointer for what is still under way to it.

use std::collections::HashMap;

use super::store::{self, moves};
use super::{Group, GroupState, commands};
use crate::clock::Millis;
use crate::ids::{GroupId, Native, TenantId};
use crate::outbox;
use crate::storage::{Result, Tx};
use crate::work::Work;

/// True if this new native id is news: the tenant has such a group, and it is not there yet.
pub async fn is_moving(tx: &mut Tx, tenant: TenantId, group: GroupId, to: &Native) -> Result<bool> {
    moves::is_moving(tx, tenant, group, to).await
}

/// Gives a group its new native id, when the channel has moved it; all else of the group stays, but for its greeting
/// and what waits to be done about messages, which stay behind. False if this is no news, or the tenant has no such
/// group. Afterwards two rows may be one: what is kept of the old place's messages is to be settled before.
pub async fn moved(tx: &mut Tx, tenant: TenantId, group: GroupId, to: &Native, now: Millis) -> Result<bool> {
    if !moves::is_moving(tx, tenant, group, to).await? {
        return Ok(false);
    }
    outbox::forget_messages(tx, tenant, group, now).await?;
    moves::leave_greeting(tx, tenant, group).await?;
    if let Some(met) = moves::met_as(tx, tenant, to).await? {
        absorb(tx, tenant, group, met).await?;
    }
    moves::set_native(tx, tenant, group, to).await
}

/// Makes two rows of one group one: everything of `met` comes to `kept`.
async fn absorb(tx: &mut Tx, tenant: TenantId, kept: GroupId, met: GroupId) -> Result<()> {
    let (Some(old), Some(new)) =
        (store::group_in(tx, tenant, kept).await?, store::group_in(tx, tenant, met).await?)
    else {
        return Ok(());
    };
    moves::point(tx, kept, met).await?;
    moves::write_merged(tx, &merged(&old, new)).await?;
    moves::bring(tx, kept, met).await?;
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
    Group { id: old.id, state, bot_role, bot_rights, language, stage: new.stage.or(old.stage), ..new }
}

/// To be called in the work that moved the group. What was read in it is read anew; the greeting is brought up to date,
/// if one stands in the new place: its buttons were made for a row that is no more.
pub async fn after_move(work: &mut Work<'_>, group: GroupId) -> Result<()> {
    store::forget(work);
    if let Some(group) = store::group_by_id(work, group).await? {
        commands::refresh_greeting(work, &group, &format!("moved/{}", group.native));
    }
    Ok(())
}

/// The group that lives on, for what was begun when its row was another.
pub async fn current(work: &mut Work<'_>, group: GroupId) -> Result<GroupId> {
    Ok(moves::moved_to(work, group).await?.unwrap_or(group))
}

/// Those of these groups that live on in another's row, and in which. The others live on in their own.
pub async fn new_places(work: &mut Work<'_>, groups: &[GroupId]) -> Result<HashMap<GroupId, GroupId>> {
    moves::new_places(work, groups).await
}

/// The channel says that the bot is not in the group: as if it had told of the removal. False if that was known.
pub async fn gone(tx: &mut Tx, tenant: TenantId, group: GroupId) -> Result<bool> {
    moves::set_left(tx, tenant, group).await
}
