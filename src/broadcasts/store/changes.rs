//! Purpose: the SQL of changes and recalls that are carried out in stretches: how far each has come, and what became of edits.
//!
//! Invariants: a stretch is taken in the order of the posts' rows. Of a post one edit at most is under way: what overtakes none is
//! overtaken by none.

use std::collections::HashMap;

use super::posts::Post;
use crate::clock::Millis;
use crate::i18n::Language;
use crate::ids::{Address, DigestId, GroupId, Native, PersonId, PostId, RunId, TenantId};
use crate::storage::{Arg, Error, Result, Row, Tx};
use crate::work::Work;

/// What a post has to do with a digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InDigest {
    /// It is a message of its own.
    #[default]
    No,
    /// It follows one as a message of its own, and its beginning stands there.
    Follows,
    /// It waits for a digest, and what it says then is what the broadcast says then.
    Waits,
    /// It stands in one that was sent or is on its way.
    Stands,
    /// It stood in one whose message stayed behind when the group moved, or that never came.
    Lost,
}

/// A post that stands in a chat or is to come there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct There {
    /// The post.
    pub post: Post,
    /// The language that was chosen for its group.
    pub language: Option<Language>,
    /// Where its edit stands, if it has one.
    pub amend: Option<Amend>,
    /// What it has to do with a digest.
    pub in_digest: InDigest,
}

impl There {
    /// Whether it was sent.
    pub fn is_sent(&self) -> bool {
        self.post.state == "sent"
    }

    /// Whether it was sent and nothing can be done about it any more.
    pub fn is_lost(&self) -> bool {
        self.is_sent() && self.post.messages.is_empty() && self.in_digest != InDigest::Stands
    }
}

/// The posts of a run after one of them that stand in a chat or are to come there, in the order of their rows, `count_max` at
/// most. They come as one text: the driver takes longer for a row than the database.
pub(in crate::broadcasts) async fn stretch(
    work: &mut Work<'_>,
    run: RunId,
    after: PostId,
    count_max: usize,
) -> Result<Vec<There>> {
    let limit = i64::try_from(count_max).unwrap_or(i64::MAX);
    let sql = "SELECT string_agg(id || '\t' || to_kind || '\t' || to_id || '\t' || part || '\t' || version || '\t' || state \
                   || '\t' || amend || '\t' || messages || '\t' || language || '\t' || in_digest, '\n') \
               FROM (SELECT p.id, p.to_kind, p.to_id, p.part, p.version, p.state, COALESCE(p.amend, '') AS amend, \
                   COALESCE(p.messages, '') AS messages, COALESCE(g.language, '') AS language, \
                   CASE WHEN i.post IS NULL THEN 'no' WHEN i.follows = 1 THEN 'follows' WHEN i.digest IS NULL THEN 'waits' \
                       WHEN d.state = 'sending' OR d.message IS NOT NULL THEN 'stands' ELSE 'lost' END AS in_digest \
                   FROM broadcast_posts p LEFT JOIN groups g ON p.to_kind = 'group' AND g.id = p.to_id \
                       LEFT JOIN digest_items i ON i.post = p.id LEFT JOIN digests d ON d.id = i.digest \
                   WHERE p.run = $1 AND p.id > $2 AND p.state IN ('planned', 'sent') ORDER BY p.id LIMIT $3) AS stretch";
    let row =
        work.reading().one(sql, &[run.into(), after.into(), limit.into()]).await?.ok_or(Error::NoRow)?;
    let list: Option<String> = row.get(0)?;
    let mut found: Vec<There> =
        list.iter().flat_map(|list| list.split('\n')).filter_map(|line| there(run, line)).collect();
    found.sort_unstable_by_key(|there| there.post.id);
    Ok(found)
}

fn there(run: RunId, line: &str) -> Option<There> {
    let mut words = line.split('\t');
    let (id, kind, to) = (words.next()?.parse().ok()?, words.next()?, words.next()?.parse().ok()?);
    let (part, version) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let (state, amend, messages) = (words.next()?, words.next()?, words.next()?);
    let (language, in_digest) = (words.next()?.parse().ok(), words.next()?);
    let to = if kind == "person" { Address::Person(PersonId(to)) } else { Address::Group(GroupId(to)) };
    let messages: Vec<Native> = serde_json::from_str(messages).unwrap_or_default();
    let state = state.to_owned();
    Some(There {
        post: Post { id: PostId(id), run, to, part, version, state, reason: None, messages },
        language,
        amend: Amend::of_word(amend),
        in_digest: match in_digest {
            "follows" => InDigest::Follows,
            "waits" => InDigest::Waits,
            "stands" => InDigest::Stands,
            "lost" => InDigest::Lost,
            _ => InDigest::No,
        },
    })
}

/// Has a change or a recall of a run be carried out from its first post on. What failed of the last change is tried anew; what fails
/// from here on is not.
pub(in crate::broadcasts) async fn begin(work: &mut Work<'_>, run: RunId) -> Result<()> {
    let now = work.now;
    let sql = "UPDATE broadcast_runs SET change_at = $1, changed_until = 0 WHERE id = $2";
    let tx = work.writing().await?;
    tx.run(sql, &[now.into(), run.into()]).await?;
    let sql = "UPDATE broadcast_posts SET amend = NULL, reason = NULL WHERE run = $1 AND amend IS NOT NULL AND amend = 'failed'";
    tx.run(sql, &[run.into()]).await?;
    Ok(())
}

/// A stretch is carried out up to this post; `at` is when the next is due, none if that was the last.
pub(in crate::broadcasts) async fn move_on(
    work: &mut Work<'_>,
    run: RunId,
    until: PostId,
    at: Option<Millis>,
) -> Result<()> {
    let sql = "UPDATE broadcast_runs SET change_at = $1, changed_until = $2 WHERE id = $3";
    work.writing().await?.run(sql, &[at.into(), until.into(), run.into()]).await?;
    Ok(())
}

/// The run of which a stretch of a change or a recall is the longest due: several take turns.
pub(in crate::broadcasts) async fn due(work: &mut Work<'_>) -> Result<Option<RunId>> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT id FROM broadcast_runs WHERE tenant = $1 AND change_at IS NOT NULL AND change_at <= $2 \
               ORDER BY change_at, id LIMIT 1";
    work.reading().one(sql, &[tenant.into(), now.into()]).await?.map(|row| row.get(0)).transpose()
}

/// Has a change or a recall that is due wait.
pub(in crate::broadcasts) async fn put_off(work: &mut Work<'_>, run: RunId, until: Millis) -> Result<()> {
    let sql = "UPDATE broadcast_runs SET change_at = $1 WHERE id = $2 AND change_at IS NOT NULL";
    work.writing().await?.run(sql, &[until.into(), run.into()]).await?;
    Ok(())
}

/// How many posts of a run were sent and stand, and how many are to come. Counted in indexes alone.
pub(in crate::broadcasts) async fn count(work: &mut Work<'_>, run: RunId) -> Result<(i64, i64)> {
    let sql = "SELECT (SELECT COUNT(*) FROM broadcast_posts WHERE run = $1 AND state IN ('sent', 'planned')), \
                   (SELECT COUNT(*) FROM broadcast_posts WHERE run = $1 AND state = 'planned')";
    let row = work.reading().one(sql, &[run.into()]).await?.ok_or(Error::NoRow)?;
    let (all, planned): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok((all - planned, planned))
}

/// Edits of these posts are under way; they count as showing a version of the contents from here on.
pub(in crate::broadcasts) async fn under_way(
    work: &mut Work<'_>,
    posts: &[PostId],
    version: i64,
) -> Result<()> {
    let args: Vec<Arg<'_>> = posts.iter().flat_map(|post| [(*post).into(), version.into()]).collect();
    let head =
        "UPDATE broadcast_posts SET amend = 'under-way', reason = NULL, version = named.column2 FROM (VALUES";
    let tail = ") AS named WHERE broadcast_posts.id = named.column1 AND broadcast_posts.state = 'sent'";
    work.write_rows(head, 2, &args, tail).await
}

/// No edit of these posts can be made, for a reason that is the same for all.
pub(in crate::broadcasts) async fn cannot(work: &mut Work<'_>, posts: &[PostId], reason: &str) -> Result<()> {
    let args: Vec<Arg<'_>> = posts.iter().flat_map(|post| [(*post).into(), reason.into()]).collect();
    let head = "UPDATE broadcast_posts SET amend = 'failed', reason = named.column2 FROM (VALUES";
    let tail = ") AS named WHERE broadcast_posts.id = named.column1 AND broadcast_posts.state = 'sent'";
    work.write_rows(head, 2, &args, tail).await
}

/// The edit of a post to a version has ended; if it failed, for a reason, the post shows the version `from` still. Returns its
/// run, or none if that edit was none of this post's any more.
pub(in crate::broadcasts) async fn amended(
    work: &mut Work<'_>,
    post: PostId,
    (version, from): (i64, i64),
    why_not: Option<&str>,
) -> Result<Option<RunId>> {
    let (amend, shows) = if why_not.is_some() { (Some("failed"), from) } else { (None, version) };
    let sql = "UPDATE broadcast_posts SET amend = $1, reason = $2, version = $3 \
               WHERE id = $4 AND version = $5 AND state = 'sent' AND amend = 'under-way' RETURNING run";
    let args = [amend.into(), why_not.into(), shows.into(), post.into(), version.into()];
    let row = work.writing().await?.one(sql, &args).await?;
    row.map(|row| row.get(0)).transpose()
}

/// The edit of a digest has ended, by which what a run has in it was to show a version.
pub(in crate::broadcasts) async fn digest_amended(
    work: &mut Work<'_>,
    digest: DigestId,
    (run, version): (RunId, i64),
    why_not: Option<&str>,
) -> Result<()> {
    let amend = why_not.map(|_| "failed");
    let sql = "UPDATE broadcast_posts SET amend = $1, reason = $2 \
               WHERE run = $3 AND version = $4 AND state = 'sent' AND amend = 'under-way' \
                   AND id IN (SELECT post FROM digest_items WHERE digest = $5 AND follows = 0)";
    let args = [amend.into(), why_not.into(), run.into(), version.into(), digest.into()];
    work.writing().await?.run(sql, &args).await?;
    Ok(())
}

/// Where the change of a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The version of its broadcast's words.
    pub version: i64,
    /// True if the run was taken back.
    pub is_recalled: bool,
    /// True while stretches are left or edits are under way.
    pub is_under_way: bool,
    /// The newest version of which every edit has ended.
    pub ended: i64,
}

/// Reads it without the words.
pub(in crate::broadcasts) async fn standing(work: &mut Work<'_>, run: RunId) -> Result<Option<Standing>> {
    let sql = "SELECT b.version, r.state, r.change_ended, CASE WHEN r.change_at IS NOT NULL OR EXISTS \
                   (SELECT 1 FROM broadcast_posts p WHERE p.run = r.id AND p.amend = 'under-way') \
                   THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END \
               FROM broadcast_runs r JOIN broadcasts b ON b.id = r.broadcast WHERE r.id = $1";
    let Some(row) = work.reading().one(sql, &[run.into()]).await? else { return Ok(None) };
    Ok(Some(Standing {
        version: row.get(0)?,
        is_recalled: row.get::<String>(1)? == "recalled",
        ended: row.get(2)?,
        is_under_way: row.get(3)?,
    }))
}

/// Keeps that every edit of a version has ended in a run.
pub(in crate::broadcasts) async fn ended(work: &mut Work<'_>, run: RunId, version: i64) -> Result<()> {
    let sql = "UPDATE broadcast_runs SET change_ended = $1 WHERE id = $2";
    work.writing().await?.run(sql, &[version.into(), run.into()]).await?;
    Ok(())
}

/// How far a change of a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Groups where nothing is left to be done.
    pub groups: i64,
    /// Groups that the run was sent to.
    pub groups_of: i64,
}

/// Counts it, for a version that is being put in place.
pub(in crate::broadcasts) async fn progress(
    work: &mut Work<'_>,
    run: RunId,
    version: i64,
) -> Result<Progress> {
    let sql = "SELECT COUNT(DISTINCT to_id), COUNT(DISTINCT CASE WHEN amend = 'under-way' \
                   OR version < $2 AND amend IS NULL THEN to_id END) \
               FROM broadcast_posts WHERE run = $1 AND to_kind = 'group' AND state = 'sent'";
    let row = work.reading().one(sql, &[run.into(), version.into()]).await?.ok_or(Error::NoRow)?;
    let (groups_of, left): (i64, i64) = (row.get(0)?, row.get(1)?);
    Ok(Progress { groups: groups_of - left, groups_of })
}

/// Where the edit of a post stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amend {
    /// On its way.
    UnderWay,
    /// The last one failed.
    Failed,
}

impl Amend {
    fn of_word(word: &str) -> Option<Self> {
        match word {
            "under-way" => Some(Self::UnderWay),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// The posts of a run of which an edit is under way or has failed.
pub(in crate::broadcasts) async fn amends(work: &mut Work<'_>, run: RunId) -> Result<HashMap<PostId, Amend>> {
    let sql = "SELECT id, amend FROM broadcast_posts WHERE run = $1 AND amend IS NOT NULL";
    let rows = work.reading().rows(sql, &[run.into()]).await?;
    let read = |row: &Row| Ok((row.get(0)?, Amend::of_word(&row.get::<String>(1)?)));
    let found = rows.iter().map(read).collect::<Result<Vec<(PostId, Option<Amend>)>>>()?;
    Ok(found.into_iter().filter_map(|(post, amend)| Some((post, amend?))).collect())
}

/// Chats that don't show the newest words for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchanged {
    /// The reason.
    pub reason: String,
    /// Groups.
    pub groups: i64,
    /// People with a private copy.
    pub copies: i64,
}

/// What could not be changed of a run, by the reason.
pub(in crate::broadcasts) async fn unchanged(work: &mut Work<'_>, run: RunId) -> Result<Vec<Unchanged>> {
    let sql = "SELECT COALESCE(reason, ''), COUNT(DISTINCT CASE WHEN to_kind = 'group' THEN to_id END), \
                   COUNT(DISTINCT CASE WHEN to_kind = 'person' THEN to_id END) \
               FROM broadcast_posts WHERE run = $1 AND state = 'sent' AND amend = 'failed' \
               GROUP BY COALESCE(reason, '') ORDER BY 1";
    let rows = work.reading().rows(sql, &[run.into()]).await?;
    rows.iter()
        .map(|row| Ok(Unchanged { reason: row.get(0)?, groups: row.get(1)?, copies: row.get(2)? }))
        .collect()
}

/// What is left of a run that was taken back: messages that are gone, and chats where something stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Messages that are gone.
    pub gone: i64,
    /// Some of the groups where something stays.
    pub stuck: Vec<GroupId>,
    /// Private copies that stay.
    pub copies: i64,
}

/// Counts it; names `groups_max` groups at most.
pub(in crate::broadcasts) async fn removed(
    work: &mut Work<'_>,
    run: RunId,
    groups_max: usize,
) -> Result<Removed> {
    let sql = "SELECT COUNT(CASE WHEN state = 'deleted' THEN 1 END), \
                   COUNT(CASE WHEN state = 'stuck' AND to_kind = 'person' THEN 1 END) \
               FROM broadcast_posts WHERE run = $1";
    let row = work.reading().one(sql, &[run.into()]).await?.ok_or(Error::NoRow)?;
    let (gone, copies) = (row.get(0)?, row.get(1)?);
    let limit = i64::try_from(groups_max).unwrap_or(i64::MAX);
    let sql = "SELECT DISTINCT to_id FROM broadcast_posts \
               WHERE run = $1 AND state = 'stuck' AND to_kind = 'group' ORDER BY to_id LIMIT $2";
    let rows = work.reading().rows(sql, &[run.into(), limit.into()]).await?;
    let stuck = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<_>>>()?;
    Ok(Removed { gone, stuck, copies })
}

/// The messages of a group are about to stay behind: what is under way about them ends, and the timer looks again at the runs that
/// it belongs to.
pub(super) async fn moved(tx: &mut Tx, tenant: TenantId, group: GroupId) -> Result<()> {
    let again = "UPDATE broadcast_runs SET change_at = 0, \
                     changed_until = CASE WHEN state = 'recalled' THEN 0 \
                     WHEN change_at IS NULL THEN 9223372036854775807 ELSE changed_until END \
                 WHERE id IN (SELECT p.run FROM broadcast_posts p JOIN broadcast_runs r ON r.id = p.run \
                     WHERE p.tenant = $1 AND p.to_kind = 'group' AND p.to_id = $2 AND p.state = 'sent' \
                         AND (p.amend = 'under-way' OR r.state = 'recalled'))";
    tx.run(again, &[tenant.into(), group.into()]).await?;
    let ends = "UPDATE broadcast_posts SET amend = 'failed', reason = 'moved' \
                WHERE tenant = $1 AND to_kind = 'group' AND to_id = $2 AND state = 'sent' AND amend = 'under-way'";
    tx.run(ends, &[tenant.into(), group.into()]).await?;
    Ok(())
}
