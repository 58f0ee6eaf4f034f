//! Purpose: the SQL of disputes.

use crate::clock::Millis;
use crate::ids::{DisputeId, GroupId, PersonId};
use crate::storage::{Error, Result};
use crate::work::Work;

/// A dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::points) struct Dispute {
    pub(in crate::points) id: DisputeId,
    pub(in crate::points) person: PersonId,
    pub(in crate::points) group: GroupId,
    pub(in crate::points) is_closed: bool,
}

/// Whether a dispute of the person is open.
pub(in crate::points) async fn is_open(work: &mut Work<'_>, person: PersonId) -> Result<bool> {
    let sql = "SELECT 1 FROM disputes WHERE person = $1 AND closed_at IS NULL";
    Ok(work.reading().one(sql, &[person.into()]).await?.is_some())
}

/// Opens a dispute.
pub(in crate::points) async fn open(
    work: &mut Work<'_>,
    person: PersonId,
    group: GroupId,
) -> Result<DisputeId> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "INSERT INTO disputes (tenant, person, group_id, at) VALUES ($1, $2, $3, $4) RETURNING id";
    let args = [tenant.into(), person.into(), group.into(), now.into()];
    work.writing().await?.one(sql, &args).await?.ok_or(Error::NoRow)?.get(0)
}

/// The dispute with this id.
pub(in crate::points) async fn by_id(work: &mut Work<'_>, id: DisputeId) -> Result<Option<Dispute>> {
    let tenant = work.tenant;
    let sql = "SELECT person, group_id, closed_at FROM disputes WHERE tenant = $1 AND id = $2";
    let Some(row) = work.reading().one(sql, &[tenant.into(), id.into()]).await? else { return Ok(None) };
    let closed_at: Option<Millis> = row.get(2)?;
    Ok(Some(Dispute { id, person: row.get(0)?, group: row.get(1)?, is_closed: closed_at.is_some() }))
}

/// Closes a dispute, if it is open.
pub(in crate::points) async fn close(work: &mut Work<'_>, id: DisputeId, by: PersonId) -> Result<()> {
    let now = work.now;
    let sql = "UPDATE disputes SET closed_at = $1, closed_by = $2 WHERE id = $3 AND closed_at IS NULL";
    work.writing().await?.run(sql, &[now.into(), by.into(), id.into()]).await?;
    Ok(())
}
