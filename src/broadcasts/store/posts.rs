//! Purpose: the SQL of posts: one message, or one album, of a run in one chat.
//!
//! Invariant: a part of a run is planned once for each chat.

use crate::clock::Millis;
use crate::ids::{Address, GroupId, Native, PersonId, PostId, RunId, TenantId};
use crate::storage::{Arg, Error, Result, Row, Tx};
use crate::work::Work;

#[cfg(test)]
mod tests;

// Asked at every delete that ends, and at every press: the condition is the one of `broadcast_posts_there`, word for word, so that
// neither walks past posts that are gone.
const IS_ANY_THERE: &str =
    "SELECT 1 FROM broadcast_posts WHERE run = $1 AND state IN ('sent', 'planned') LIMIT 1";
const NEWEST_VERSION: &str = "SELECT version FROM broadcast_posts \
    WHERE run = $1 AND state IN ('sent', 'planned') ORDER BY version DESC LIMIT 1";

/// The messages of a group stayed behind when it moved: nobody can change or count them any more.
pub async fn moved(tx: &mut Tx, tenant: TenantId, group: GroupId) -> Result<()> {
    let sql = "UPDATE broadcast_posts SET messages = NULL, count_at = NULL
         WHERE tenant = $1 AND to_kind = 'group' AND to_id = $2";
    tx.run(sql, &[tenant.into(), group.into()]).await?;
    super::digests::moved(tx, tenant, group).await
}

/// A post that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPost {
    /// Where.
    pub to: Address,
    /// Its place among the contents.
    pub part: i64,
    /// Why it can't be sent at all.
    pub failed: Option<&'static str>,
}

/// A post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Its row.
    pub id: PostId,
    /// Of which run.
    pub run: RunId,
    /// Where.
    pub to: Address,
    /// Its place among the contents.
    pub part: i64,
    /// Which version of the contents it shows.
    pub version: i64,
    /// The database's word for where it stands.
    pub state: String,
    /// Why it is not there, or still there.
    pub reason: Option<String>,
    /// The messages that came of it.
    pub messages: Vec<Native>,
}

fn address(row: &Row, index: usize) -> Result<Address> {
    let (kind, id): (String, i64) = (row.get(index)?, row.get(index + 1)?);
    Ok(if kind == "person" { Address::Person(PersonId(id)) } else { Address::Group(GroupId(id)) })
}

fn columns(address: Address) -> (&'static str, i64) {
    match address {
        Address::Group(group) => ("group", group.0),
        Address::Person(person) => ("person", person.0),
    }
}

fn read(row: &Row) -> Result<Post> {
    let messages: Option<String> = row.get(8)?;
    Ok(Post {
        id: row.get(0)?,
        run: row.get(1)?,
        to: address(row, 2)?,
        part: row.get(4)?,
        version: row.get(5)?,
        state: row.get(6)?,
        reason: row.get(7)?,
        messages: messages.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
    })
}

/// Writes posts; returns those that are new and are to be sent, in the order of their rows: row, where, part.
pub(in crate::broadcasts) async fn insert(
    work: &mut Work<'_>,
    run: RunId,
    version: i64,
    posts: &[NewPost],
) -> Result<Vec<(PostId, Address, i64)>> {
    let tenant = work.tenant;
    let args: Vec<Arg<'_>> = posts
        .iter()
        .flat_map(|post| {
            let (kind, id) = columns(post.to);
            let state = if post.failed.is_some() { "failed" } else { "planned" };
            [
                tenant.into(),
                run.into(),
                Arg::from(kind),
                id.into(),
                post.part.into(),
                version.into(),
                state.into(),
                post.failed.into(),
            ]
        })
        .collect();
    let before: i64 = {
        let sql = "SELECT COALESCE(MAX(id), 0) FROM broadcast_posts";
        work.reading().one(sql, &[]).await?.ok_or(Error::NoRow)?.get(0)?
    };
    let head =
        "INSERT INTO broadcast_posts (tenant, run, to_kind, to_id, part, version, state, reason) VALUES";
    work.write_rows(head, 8, &args, "ON CONFLICT (run, to_kind, to_id, part) DO NOTHING").await?;
    // One text: ten thousand rows that come back one by one cost more than writing them. The plus: the youngest rows are
    // few, those of a run may be many.
    let sql = "SELECT string_agg(id || ' ' || to_kind || ' ' || to_id || ' ' || part, ',') FROM broadcast_posts \
               WHERE +run = $1 AND id > $2 AND state = 'planned'";
    let row = work.reading().one(sql, &[run.into(), before.into()]).await?.ok_or(Error::NoRow)?;
    let list: Option<String> = row.get(0)?;
    let mut new: Vec<(PostId, Address, i64)> =
        list.iter().flat_map(|list| list.split(',')).filter_map(new_post).collect();
    new.sort_unstable_by_key(|(post, ..)| *post);
    Ok(new)
}

fn new_post(written: &str) -> Option<(PostId, Address, i64)> {
    let mut words = written.split(' ');
    let (id, kind) = (words.next()?.parse().ok()?, words.next()?);
    let (to, part) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let to = if kind == "person" { Address::Person(PersonId(to)) } else { Address::Group(GroupId(to)) };
    Some((PostId(id), to, part))
}

/// A post has ended: what came of it, or why nothing did. None if it had ended before. Somebody may have confirmed before
/// the post was known to be sent: then the count is to be shown.
pub(in crate::broadcasts) async fn end(
    work: &mut Work<'_>,
    post: PostId,
    ended: std::result::Result<&[Native], &str>,
) -> Result<Option<Post>> {
    let now = work.now;
    let messages = ended.ok().map(|messages| super::json(&messages)).transpose()?;
    let (state, reason) = match ended {
        Ok(_) => ("sent", None),
        Err(reason) => ("failed", Some(reason)),
    };
    let rows = work
        .writing()
        .await?
        .rows(
            "UPDATE broadcast_posts SET state = $1, reason = $2, messages = $3, sent_at = $4, \
                 count_at = CASE WHEN $1 = 'sent' AND to_kind = 'group' AND EXISTS (SELECT 1 FROM broadcast_receipts r \
                     WHERE r.run = broadcast_posts.run AND r.step <> 'asked') THEN $4 ELSE count_at END \
             WHERE id = $5 AND state IN ('planned', 'withdrawn') \
             RETURNING id, run, to_kind, to_id, part, version, state, reason, messages",
            &[state.into(), reason.into(), messages.as_deref().into(), now.into(), post.into()],
        )
        .await?;
    rows.first().map(read).transpose()
}

/// A post that counts as failed because nobody knows whether it arrived is on its way again: its row was released from the
/// quarantine. False if it isn't such a post.
pub(in crate::broadcasts) async fn reopen(work: &mut Work<'_>, post: PostId) -> Result<bool> {
    let sql = "UPDATE broadcast_posts SET state = 'planned', reason = NULL \
               WHERE id = $1 AND state = 'failed' AND reason = 'unknown'";
    Ok(work.writing().await?.run(sql, &[post.into()]).await? > 0)
}

/// What is to be taken back ended: it is gone, or still there for a reason.
/// Returns its run, or none if it had ended before.
pub(in crate::broadcasts) async fn deleted(
    work: &mut Work<'_>,
    post: PostId,
    why_not: Option<&str>,
) -> Result<Option<RunId>> {
    let state = if why_not.is_some() { "stuck" } else { "deleted" };
    let sql = "UPDATE broadcast_posts SET state = $1, reason = $2, count_at = NULL \
               WHERE id = $3 AND state = 'sent' RETURNING run";
    let row = work.writing().await?.one(sql, &[state.into(), why_not.into(), post.into()]).await?;
    row.map(|row| row.get(0)).transpose()
}

/// Marks posts as not to be sent any more, because their rows were taken out of the outbox.
pub(in crate::broadcasts) async fn withdraw(work: &mut Work<'_>, posts: &[PostId]) -> Result<()> {
    let args: Vec<Arg<'_>> = posts.iter().map(|post| (*post).into()).collect();
    let head = "UPDATE broadcast_posts SET state = 'withdrawn' FROM (VALUES";
    let tail = ") AS named WHERE broadcast_posts.id = named.column1 AND broadcast_posts.state = 'planned'";
    work.writing().await?.insert_rows(head, 1, &args, tail).await?;
    Ok(())
}

/// Keeps that posts show a version of the contents.
pub(in crate::broadcasts) async fn set_version(
    work: &mut Work<'_>,
    posts: &[PostId],
    version: i64,
) -> Result<()> {
    let args: Vec<Arg<'_>> = posts.iter().flat_map(|post| [(*post).into(), version.into()]).collect();
    let head = "UPDATE broadcast_posts SET version = named.column2 FROM (VALUES";
    let tail = ") AS named WHERE broadcast_posts.id = named.column1";
    work.writing().await?.insert_rows(head, 2, &args, tail).await?;
    Ok(())
}

/// Every post of a run, chat by chat and in the order of their parts.
pub(in crate::broadcasts) async fn of_run(work: &mut Work<'_>, run: RunId) -> Result<Vec<Post>> {
    let tenant = work.tenant;
    let sql = "SELECT id, run, to_kind, to_id, part, version, state, reason, messages FROM broadcast_posts \
               WHERE tenant = $1 AND run = $2 ORDER BY to_kind, to_id, part";
    work.reading().rows(sql, &[tenant.into(), run.into()]).await?.iter().map(read).collect()
}

/// Forgets the posts of a run of which nothing has been sent, so that it can be planned anew.
pub(in crate::broadcasts) async fn forget(work: &mut Work<'_>, run: RunId) -> Result<()> {
    work.writing().await?.run("DELETE FROM broadcast_posts WHERE run = $1", &[run.into()]).await?;
    Ok(())
}

/// True while something of the run is still on its way.
pub(in crate::broadcasts) async fn is_open(work: &mut Work<'_>, run: RunId) -> Result<bool> {
    let sql = "SELECT 1 FROM broadcast_posts WHERE run = $1 AND state = 'planned' LIMIT 1";
    Ok(work.reading().one(sql, &[run.into()]).await?.is_some())
}

/// True while something of the run stands in a chat, or may come to stand there.
pub(in crate::broadcasts) async fn is_any_there(work: &mut Work<'_>, run: RunId) -> Result<bool> {
    Ok(work.reading().one(IS_ANY_THERE, &[run.into()]).await?.is_some())
}

/// The newest words of a run that stand in a chat or are on their way there, as the version of its broadcast; none if nothing does.
pub(in crate::broadcasts) async fn newest_version(work: &mut Work<'_>, run: RunId) -> Result<Option<i64>> {
    work.reading().one(NEWEST_VERSION, &[run.into()]).await?.map(|row| row.get(0)).transpose()
}

/// A post whose count is to be brought up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToCount {
    /// The post.
    pub id: PostId,
    /// In which group.
    pub group: GroupId,
    /// Its place among the contents.
    pub part: i64,
    /// The messages that came of it.
    pub messages: Vec<Native>,
    /// How many have confirmed the words it shows.
    pub confirmed: i64,
    /// How many are to confirm.
    pub readers: i64,
}

/// From now on the count under this part of the run is to be brought up to date in every group the person is in: each
/// at once, or when `every_ms` have passed since it was last. False if that was to be done anyway.
pub(in crate::broadcasts) async fn count_later(
    work: &mut Work<'_>,
    run: RunId,
    part: i64,
    person: PersonId,
    every_ms: i64,
) -> Result<bool> {
    let now = work.now;
    let changed = work
        .writing()
        .await?
        .run(
            "UPDATE broadcast_posts SET count_at = CASE WHEN counted_at IS NULL OR counted_at + $1 < $2 \
                 THEN $2 ELSE counted_at + $1 END \
             WHERE run = $3 AND part = $4 AND to_kind = 'group' AND state = 'sent' AND count_at IS NULL \
                 AND to_id IN (SELECT group_id FROM members WHERE person = $5)",
            &[every_ms.into(), now.into(), run.into(), part.into(), person.into()],
        )
        .await?;
    Ok(changed > 0)
}

/// The run of the post whose count is the longest due.
pub(in crate::broadcasts) async fn run_to_count(work: &mut Work<'_>) -> Result<Option<RunId>> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT run FROM broadcast_posts WHERE tenant = $1 AND count_at IS NOT NULL AND count_at <= $2 \
               ORDER BY count_at, id LIMIT 1";
    work.reading().one(sql, &[tenant.into(), now.into()]).await?.map(|row| row.get(0)).transpose()
}

/// Has the counts of a run that are due wait.
pub(in crate::broadcasts) async fn put_off_counts(
    work: &mut Work<'_>,
    run: RunId,
    until: Millis,
) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "UPDATE broadcast_posts SET count_at = $1 \
               WHERE tenant = $2 AND run = $3 AND count_at IS NOT NULL AND count_at <= $4";
    work.writing().await?.run(sql, &[until.into(), tenant.into(), run.into(), now.into()]).await?;
    Ok(())
}

/// The posts of a run whose count is due, `count_max` at most.
pub(in crate::broadcasts) async fn to_count(
    work: &mut Work<'_>,
    run: RunId,
    count_max: i64,
) -> Result<Vec<ToCount>> {
    let (tenant, now) = (work.tenant, work.now);
    let rows = work
        .reading()
        .rows(
            "SELECT p.id, p.to_id, p.messages, \
                 (SELECT COUNT(*) FROM broadcast_receipts r JOIN members m ON m.person = r.person \
                     WHERE r.run = p.run AND r.version = p.version AND r.step <> 'asked' AND m.group_id = p.to_id AND m.role IN ('member', 'restricted')), \
                 (SELECT COUNT(*) FROM members m WHERE m.group_id = p.to_id AND m.role IN ('member', 'restricted')), \
                 p.part \
             FROM broadcast_posts p \
             WHERE p.tenant = $1 AND p.run = $2 AND p.count_at IS NOT NULL AND p.count_at <= $3 \
             ORDER BY p.count_at, p.id LIMIT $4",
            &[tenant.into(), run.into(), now.into(), count_max.into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let messages: Option<String> = row.get(2)?;
            Ok(ToCount {
                id: row.get(0)?,
                group: row.get(1)?,
                messages: messages.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
                confirmed: row.get(3)?,
                readers: row.get(4)?,
                part: row.get(5)?,
            })
        })
        .collect()
}

/// The counts under these posts are up to date.
pub(in crate::broadcasts) async fn counted(work: &mut Work<'_>, posts: &[PostId]) -> Result<()> {
    let now = work.now;
    let args: Vec<Arg<'_>> = posts.iter().flat_map(|post| [(*post).into(), now.into()]).collect();
    let head = "UPDATE broadcast_posts SET count_at = NULL, counted_at = named.column2 FROM (VALUES";
    let tail = ") AS named WHERE broadcast_posts.id = named.column1";
    work.writing().await?.insert_rows(head, 2, &args, tail).await?;
    Ok(())
}

/// The counts under these posts, where there are any, are to be shown again at once.
pub(in crate::broadcasts) async fn count_again(work: &mut Work<'_>, posts: &[PostId]) -> Result<()> {
    let now = work.now;
    let args: Vec<Arg<'_>> = posts.iter().flat_map(|post| [(*post).into(), now.into()]).collect();
    let head = "UPDATE broadcast_posts SET count_at = named.column2 FROM (VALUES";
    let tail =
        ") AS named WHERE broadcast_posts.id = named.column1 AND broadcast_posts.counted_at IS NOT NULL";
    work.writing().await?.insert_rows(head, 2, &args, tail).await?;
    Ok(())
}
