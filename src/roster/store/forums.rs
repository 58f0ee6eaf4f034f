//! Purpose: the SQL of forum topics.

use crate::channel::TopicChange;
use crate::ids::{GroupId, Native};
use crate::roster::ForumTopic;
use crate::storage::{Arg, Result, Row};
use crate::work::Work;

/// Keeps what is told of a topic; what isn't told stays.
pub(in crate::roster) async fn set_topic(
    work: &mut Work<'_>,
    group: GroupId,
    topic: &Native,
    change: &TopicChange,
) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    let closed = change.closed.map(i64::from);
    work.writing()
        .await?
        .run(
            "INSERT INTO forum_topics (tenant, group_id, topic, title, closed, changed_at)
             VALUES ($1, $2, $3, COALESCE($4, ''), COALESCE($5, 0), $6)
             ON CONFLICT (group_id, topic) DO UPDATE SET title = COALESCE($4, forum_topics.title),
                 closed = COALESCE($5, forum_topics.closed), changed_at = excluded.changed_at",
            &[
                tenant.into(),
                group.into(),
                topic.into(),
                change.title.as_deref().into(),
                closed.into(),
                now.into(),
            ],
        )
        .await?;
    Ok(())
}

/// Whether a topic and its title are known.
pub(in crate::roster) async fn is_known(work: &mut Work<'_>, group: GroupId, topic: &Native) -> Result<bool> {
    let sql = "SELECT 1 FROM forum_topics WHERE group_id = $1 AND topic = $2 AND title <> ''";
    Ok(work.reading().one(sql, &[group.into(), topic.into()]).await?.is_some())
}

/// The open topics of these groups whose titles are known, group by group.
pub(in crate::roster) async fn open_topics(
    work: &mut Work<'_>,
    groups: &[GroupId],
) -> Result<Vec<ForumTopic>> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = work.tenant;
    let list: Vec<Arg<'_>> = groups.iter().map(|group| (*group).into()).collect();
    let sql = "SELECT group_id, topic, title FROM forum_topics \
               WHERE tenant = $1 AND closed = 0 AND title <> '' AND group_id IN";
    let rows = work.reading().rows_in(sql, &[tenant.into()], &list).await?;
    let read = |row: &Row| Ok(ForumTopic { group: row.get(0)?, topic: row.get(1)?, title: row.get(2)? });
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    found.sort_by(|one, other| {
        (one.group, &one.title, &one.topic).cmp(&(other.group, &other.title, &other.topic))
    });
    Ok(found)
}
