//! Purpose: the SQL of digests: what waits for one, what is in one, and the message that came of it.
//!
//! Invariant: a post is in at most one digest, and a digest ends once.

use std::collections::BTreeSet;

use crate::clock::Millis;
use crate::ids::{BroadcastId, DigestId, GroupId, Native, PostId, RunId, TenantId};
use crate::storage::{Arg, Error, Result, Row, Tx};
use crate::work::Work;

/// The messages of a group stayed behind when it moved: nobody can change them any more.
pub(super) async fn moved(tx: &mut Tx, tenant: TenantId, group: GroupId) -> Result<()> {
    let sql = "UPDATE digests SET message = NULL WHERE tenant = $1 AND group_id = $2";
    tx.run(sql, &[tenant.into(), group.into()]).await?;
    Ok(())
}

/// A post that is to wait for a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// The post.
    pub post: PostId,
    /// In which group.
    pub group: GroupId,
    /// In which forum topic.
    pub topic: Option<Native>,
}

/// Where digests are put together: a group, and a topic of it if it is a forum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The group.
    pub group: GroupId,
    /// The forum topic.
    pub topic: Option<Native>,
}

/// A post in a digest, or on its way into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The post.
    pub post: PostId,
    /// Of which run.
    pub run: RunId,
    /// Its place among the contents.
    pub part: i64,
    /// In which group.
    pub group: GroupId,
    /// The digest it has come into.
    pub digest: Option<DigestId>,
    /// What the digest shows of it, as JSON.
    pub shown: Option<String>,
    /// True if the whole follows as a message of its own.
    pub follows: bool,
    /// True if it was taken out again.
    pub taken: bool,
}

/// What a digest shows of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewShown {
    /// The post.
    pub post: PostId,
    /// What is shown, as JSON.
    pub shown: String,
    /// True if the whole follows as a message of its own.
    pub follows: bool,
}

/// A message that holds several announcements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Its row.
    pub id: DigestId,
    /// In which group.
    pub group: GroupId,
    /// In which forum topic.
    pub topic: Option<Native>,
    /// When it was put together.
    pub at: Millis,
    /// Which message it is, from 1 on, and of how many.
    pub part: i64,
    /// Of how many.
    pub parts: i64,
    /// True if it is in the outbox.
    pub is_on_its_way: bool,
    /// The message that came of it.
    pub message: Option<Native>,
    /// Counted up with every change of what it says.
    pub version: i64,
}

fn topic(written: String) -> Option<Native> {
    if written.is_empty() { None } else { Some(Native(written)) }
}

fn written(topic: Option<&Native>) -> &str {
    topic.map_or("", Native::as_str)
}

fn read(row: &Row) -> Result<Digest> {
    Ok(Digest {
        id: row.get(0)?,
        group: row.get(1)?,
        topic: topic(row.get(2)?),
        at: row.get(3)?,
        part: row.get(4)?,
        parts: row.get(5)?,
        is_on_its_way: row.get::<String>(6)? == "sending",
        message: row.get(7)?,
        version: row.get(8)?,
    })
}

fn read_item(row: &Row) -> Result<Item> {
    Ok(Item {
        post: row.get(0)?,
        run: row.get(1)?,
        part: row.get(2)?,
        group: row.get(3)?,
        digest: row.get(4)?,
        shown: row.get(5)?,
        follows: row.get::<i64>(6)? != 0,
        taken: row.get::<i64>(7)? != 0,
    })
}

/// Has posts wait for a digest.
pub(in crate::broadcasts) async fn hold(
    work: &mut Work<'_>,
    items: &[NewItem],
    due_at: Millis,
) -> Result<()> {
    let tenant = work.tenant;
    let args: Vec<Arg<'_>> = items
        .iter()
        .flat_map(|item| {
            let topic = Arg::from(written(item.topic.as_ref()));
            [
                item.post.into(),
                tenant.into(),
                item.group.into(),
                topic,
                due_at.into(),
                0_i64.into(),
                0_i64.into(),
            ]
        })
        .collect();
    let head = "INSERT INTO digest_items (post, tenant, group_id, topic, due_at, follows, taken) VALUES";
    work.write_rows(head, 7, &args, "ON CONFLICT (post) DO NOTHING").await
}

/// When the next digest is to be put together.
pub(in crate::broadcasts) async fn next(work: &mut Work<'_>) -> Result<Option<Millis>> {
    let tenant = work.tenant;
    let sql = "SELECT MIN(due_at) FROM digest_items WHERE tenant = $1 AND digest IS NULL";
    work.reading().one(sql, &[tenant.into()]).await?.ok_or(Error::NoRow)?.get(0)
}

/// When what a broadcast has waiting comes, if anything is.
pub(in crate::broadcasts) async fn comes_at(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
) -> Result<Option<Millis>> {
    let sql = "SELECT MIN(i.due_at) FROM digest_items i JOIN broadcast_posts p ON p.id = i.post \
               JOIN broadcast_runs r ON r.id = p.run WHERE r.broadcast = $1 AND i.digest IS NULL";
    work.reading().one(sql, &[broadcast.into()]).await?.ok_or(Error::NoRow)?.get(0)
}

/// Whether anything of a run waits for a digest.
pub(in crate::broadcasts) async fn waits(work: &mut Work<'_>, run: RunId) -> Result<bool> {
    let sql = "SELECT 1 FROM broadcast_posts p JOIN digest_items i ON i.post = p.id \
               WHERE p.run = $1 AND p.state = 'planned' AND i.digest IS NULL LIMIT 1";
    Ok(work.reading().one(sql, &[run.into()]).await?.is_some())
}

/// Has everything that is due wait longer.
pub(in crate::broadcasts) async fn postpone(work: &mut Work<'_>, until: Millis) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "UPDATE digest_items SET due_at = $1 WHERE tenant = $2 AND digest IS NULL AND due_at <= $3";
    work.writing().await?.run(sql, &[until.into(), tenant.into(), now.into()]).await?;
    Ok(())
}

/// The groups of the posts that are due longest, `posts_max` of them.
pub(in crate::broadcasts) async fn due(work: &mut Work<'_>, posts_max: i64) -> Result<Vec<GroupId>> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT group_id FROM digest_items WHERE tenant = $1 AND digest IS NULL AND due_at <= $2 \
               ORDER BY due_at, post LIMIT $3";
    let rows = work.reading().rows(sql, &[tenant.into(), now.into(), posts_max.into()]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Has all that is due in a group wait until a point in time.
pub(in crate::broadcasts) async fn put_off(work: &mut Work<'_>, group: GroupId, until: Millis) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "UPDATE digest_items SET due_at = $1 \
               WHERE tenant = $2 AND group_id = $3 AND digest IS NULL AND due_at <= $4";
    work.writing().await?.run(sql, &[until.into(), tenant.into(), group.into(), now.into()]).await?;
    Ok(())
}

/// A place of a group where something is due.
pub(in crate::broadcasts) async fn due_in(work: &mut Work<'_>, group: GroupId) -> Result<Option<Place>> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT topic FROM digest_items WHERE tenant = $1 AND group_id = $2 AND digest IS NULL \
               AND due_at <= $3 ORDER BY topic LIMIT 1";
    let row = work.reading().one(sql, &[tenant.into(), group.into(), now.into()]).await?;
    row.map(|row| Ok(Place { group, topic: topic(row.get(0)?) })).transpose()
}

/// What is due in a place, oldest first, `count_max` at most.
pub(in crate::broadcasts) async fn waiting(
    work: &mut Work<'_>,
    place: &Place,
    count_max: i64,
) -> Result<Vec<Item>> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT p.id, p.run, p.part, i.group_id, i.digest, i.shown, i.follows, i.taken \
               FROM digest_items i JOIN broadcast_posts p ON p.id = i.post \
               WHERE i.tenant = $1 AND i.digest IS NULL AND i.due_at <= $2 AND i.group_id = $3 AND i.topic = $4 \
               ORDER BY p.run, p.part, p.id LIMIT $5";
    let topic = written(place.topic.as_ref());
    let args = [tenant.into(), now.into(), place.group.into(), topic.into(), count_max.into()];
    work.reading().rows(sql, &args).await?.iter().map(read_item).collect()
}

/// Has posts wait no longer.
pub(in crate::broadcasts) async fn let_go(work: &mut Work<'_>, posts: &[PostId]) -> Result<()> {
    let posts: Vec<Arg<'_>> = posts.iter().map(|post| (*post).into()).collect();
    let sql = "DELETE FROM digest_items WHERE digest IS NULL AND post IN";
    work.writing().await?.rows_in(sql, &[], &posts).await?;
    Ok(())
}

/// Writes a digest that is in the outbox; returns its number.
pub(in crate::broadcasts) async fn insert(
    work: &mut Work<'_>,
    place: &Place,
    part: i64,
    parts: i64,
) -> Result<DigestId> {
    let (tenant, now) = (work.tenant, work.now);
    let topic = written(place.topic.as_ref());
    let sql = "INSERT INTO digests (tenant, group_id, topic, at, part, parts, state, version) \
               VALUES ($1, $2, $3, $4, $5, $6, 'sending', 1) RETURNING id";
    let args = [tenant.into(), place.group.into(), topic.into(), now.into(), part.into(), parts.into()];
    work.writing().await?.one(sql, &args).await?.ok_or(Error::NoRow)?.get(0)
}

/// Puts posts into a digest.
pub(in crate::broadcasts) async fn put(
    work: &mut Work<'_>,
    digest: DigestId,
    shown: &[NewShown],
) -> Result<()> {
    let args: Vec<Arg<'_>> = shown
        .iter()
        .flat_map(|one| {
            [one.post.into(), digest.into(), Arg::from(&one.shown), i64::from(one.follows).into()]
        })
        .collect();
    let head = "UPDATE digest_items SET digest = named.column2, shown = named.column3, \
                follows = named.column4 FROM (VALUES";
    let tail = ") AS named WHERE digest_items.post = named.column1";
    work.writing().await?.insert_rows(head, 4, &args, tail).await?;
    Ok(())
}

/// Has digests show something else of posts.
pub(in crate::broadcasts) async fn show(work: &mut Work<'_>, shown: &[(PostId, String)]) -> Result<()> {
    let args: Vec<Arg<'_>> =
        shown.iter().flat_map(|(post, shown)| [(*post).into(), Arg::from(shown)]).collect();
    let head = "UPDATE digest_items SET shown = named.column2 FROM (VALUES";
    let tail = ") AS named WHERE digest_items.post = named.column1";
    work.writing().await?.insert_rows(head, 2, &args, tail).await?;
    Ok(())
}

/// Reads a digest.
pub(in crate::broadcasts) async fn digest(work: &mut Work<'_>, id: DigestId) -> Result<Option<Digest>> {
    let tenant = work.tenant;
    let sql = "SELECT id, group_id, topic, at, part, parts, state, message, version FROM digests \
               WHERE tenant = $1 AND id = $2";
    work.reading().one(sql, &[tenant.into(), id.into()]).await?.as_ref().map(read).transpose()
}

/// A digest has ended: with a message, or without. None if it had ended before.
pub(in crate::broadcasts) async fn end(
    work: &mut Work<'_>,
    id: DigestId,
    message: Option<&Native>,
) -> Result<Option<Digest>> {
    let state = if message.is_some() { "sent" } else { "failed" };
    let sql = "UPDATE digests SET state = $1, message = $2 WHERE id = $3 AND state = 'sending' \
               RETURNING id, group_id, topic, at, part, parts, state, message, version";
    let args = [state.into(), message.map(Native::as_str).into(), id.into()];
    work.writing().await?.one(sql, &args).await?.as_ref().map(read).transpose()
}

/// A digest of which nobody knows whether it arrived is on its way again, and what stands in it: its row was released from the
/// quarantine. False if it isn't such a digest.
pub(in crate::broadcasts) async fn reopen(work: &mut Work<'_>, id: DigestId) -> Result<bool> {
    let tx = work.writing().await?;
    let sql = "UPDATE broadcast_posts SET state = 'planned', reason = NULL \
               WHERE state = 'failed' AND reason = 'unknown' AND id IN \
                   (SELECT i.post FROM digest_items i JOIN digests d ON d.id = i.digest \
                    WHERE d.id = $1 AND d.state = 'failed')";
    if tx.run(sql, &[id.into()]).await? == 0 {
        return Ok(false);
    }
    tx.run("UPDATE digests SET state = 'sending' WHERE id = $1", &[id.into()]).await?;
    Ok(true)
}

/// Counts a change of what a digest says.
pub(in crate::broadcasts) async fn changed(work: &mut Work<'_>, digest: &mut Digest) -> Result<()> {
    digest.version += 1;
    let sql = "UPDATE digests SET version = $1 WHERE id = $2";
    work.writing().await?.run(sql, &[digest.version.into(), digest.id.into()]).await?;
    Ok(())
}

/// What has come into a digest, in its order, what was taken out again included.
pub(in crate::broadcasts) async fn items(work: &mut Work<'_>, digest: DigestId) -> Result<Vec<Item>> {
    let sql = "SELECT p.id, p.run, p.part, i.group_id, i.digest, i.shown, i.follows, i.taken \
               FROM digest_items i JOIN broadcast_posts p ON p.id = i.post \
               WHERE i.digest = $1 ORDER BY p.run, p.part, p.id";
    work.reading().rows(sql, &[digest.into()]).await?.iter().map(read_item).collect()
}

/// What of a run waits for a digest or has come into one, chat by chat.
pub(in crate::broadcasts) async fn of_run(work: &mut Work<'_>, run: RunId) -> Result<Vec<Item>> {
    between(work, run, (PostId(0), PostId(i64::MAX))).await
}

/// The same of its posts after one up to another.
pub(in crate::broadcasts) async fn between(
    work: &mut Work<'_>,
    run: RunId,
    (after, until): (PostId, PostId),
) -> Result<Vec<Item>> {
    let tenant = work.tenant;
    let sql = "SELECT p.id, p.run, p.part, i.group_id, i.digest, i.shown, i.follows, i.taken \
               FROM digest_items i JOIN broadcast_posts p ON p.id = i.post \
               WHERE i.tenant = $1 AND p.run = $2 AND p.id > $3 AND p.id <= $4 ORDER BY i.group_id, p.part, p.id";
    let args = [tenant.into(), run.into(), after.into(), until.into()];
    work.reading().rows(sql, &args).await?.iter().map(read_item).collect()
}

/// The digests that posts have come into, each once and in their order.
pub(in crate::broadcasts) async fn that_hold(
    work: &mut Work<'_>,
    posts: &[PostId],
) -> Result<BTreeSet<DigestId>> {
    let list: Vec<Arg<'_>> = posts.iter().map(|post| (*post).into()).collect();
    let sql = "SELECT digest FROM digest_items WHERE digest IS NOT NULL AND taken = 0 AND post IN";
    let rows = work.reading().rows_in(sql, &[], &list).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Marks what a run has in a digest as taken out.
pub(in crate::broadcasts) async fn take(work: &mut Work<'_>, digest: DigestId, run: RunId) -> Result<()> {
    let sql = "UPDATE digest_items SET taken = 1 WHERE digest = $1 \
               AND post IN (SELECT id FROM broadcast_posts WHERE run = $2)";
    work.writing().await?.run(sql, &[digest.into(), run.into()]).await?;
    Ok(())
}

/// Undoes a digest that was taken out of the outbox: what is in it is due again.
pub(in crate::broadcasts) async fn undo(work: &mut Work<'_>, digest: DigestId) -> Result<()> {
    let now = work.now;
    let tx = work.writing().await?;
    let sql =
        "UPDATE digest_items SET digest = NULL, shown = NULL, follows = 0, due_at = $1 WHERE digest = $2";
    tx.run(sql, &[now.into(), digest.into()]).await?;
    tx.run("DELETE FROM digests WHERE id = $1", &[digest.into()]).await?;
    Ok(())
}
