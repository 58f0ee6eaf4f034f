//! Purpose: the SQL of topics: who wants which in private, and who gets a private copy of a run.
//!
//! Invariant: nobody gets a copy of what they have opted out of, nor for a group that the run doesn't reach.

use std::collections::HashMap;

use crate::ids::{GroupId, PersonId, RunId};
use crate::storage::{Arg, Error, Result};
use crate::work::Work;

/// What a person has chosen, by the ids of topics.
pub(in crate::broadcasts) async fn choices(
    work: &mut Work<'_>,
    person: PersonId,
) -> Result<HashMap<String, bool>> {
    let tenant = work.tenant;
    let sql = "SELECT topic, wanted FROM topic_choices WHERE tenant = $1 AND person = $2";
    let rows = work.reading().rows(sql, &[tenant.into(), person.into()]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get::<i64>(1)? == 1))).collect()
}

/// Keeps whether a person wants a topic in private.
pub(in crate::broadcasts) async fn choose(
    work: &mut Work<'_>,
    person: PersonId,
    topic: &str,
    wanted: bool,
) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    work.writing()
        .await?
        .run(
            "INSERT INTO topic_choices (tenant, person, topic, wanted, at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (person, topic) DO UPDATE SET wanted = excluded.wanted, at = excluded.at",
            &[tenant.into(), person.into(), topic.into(), i64::from(wanted).into(), now.into()],
        )
        .await?;
    Ok(())
}

/// The next people who get a private copy of a run: readers of the groups it reaches, whose private chat is open and who
/// have not opted out of the topic. Groups where it waits for the digest don't count yet. In the order of their numbers after `after`, `count_max` at most.
pub(in crate::broadcasts) async fn receivers(
    work: &mut Work<'_>,
    run: RunId,
    topic: &str,
    after: PersonId,
    count_max: i64,
) -> Result<Vec<PersonId>> {
    let tenant = work.tenant;
    let rows = work
        .reading()
        .rows(
            "SELECT p.id FROM people p WHERE p.tenant = $1 AND p.id > $2 AND p.private_chat = 'open' \
                 AND EXISTS (SELECT 1 FROM members m JOIN broadcast_posts b ON b.to_id = m.group_id \
                     WHERE m.person = p.id AND m.role IN ('member', 'restricted') AND b.run = $3 \
                     AND b.to_kind = 'group' AND (b.reason IS NULL OR b.reason NOT IN ('gone', 'not-yours')) \
                     AND NOT EXISTS (SELECT 1 FROM digest_items i WHERE i.post = b.id AND i.digest IS NULL)) \
                 AND NOT EXISTS (SELECT 1 FROM topic_choices c \
                     WHERE c.person = p.id AND c.topic = $4 AND c.wanted = 0) \
             ORDER BY p.id LIMIT $5",
            &[tenant.into(), after.into(), run.into(), topic.into(), count_max.into()],
        )
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// How many readers of the groups a run reaches would get a private copy of it had they not opted out of the topic.
pub(in crate::broadcasts) async fn opted_out(work: &mut Work<'_>, run: RunId, topic: &str) -> Result<i64> {
    let tenant = work.tenant;
    let sql = "SELECT COUNT(*) FROM topic_choices c JOIN people p ON p.id = c.person \
               WHERE c.tenant = $1 AND c.topic = $2 AND c.wanted = 0 AND p.private_chat = 'open' \
                   AND EXISTS (SELECT 1 FROM members m JOIN broadcast_posts b ON b.to_id = m.group_id \
                       WHERE m.person = p.id AND m.role IN ('member', 'restricted') AND b.run = $3 \
                       AND b.to_kind = 'group' AND (b.reason IS NULL OR b.reason NOT IN ('gone', 'not-yours')))";
    let row = work.reading().one(sql, &[tenant.into(), topic.into(), run.into()]).await?;
    row.ok_or(Error::NoRow)?.get(0)
}

/// Which of a run's groups these people read; a pair may come more than once.
pub(in crate::broadcasts) async fn groups_of(
    work: &mut Work<'_>,
    run: RunId,
    people: &[PersonId],
) -> Result<Vec<(PersonId, GroupId)>> {
    let tenant = work.tenant;
    let list: Vec<Arg<'_>> = people.iter().map(|person| (*person).into()).collect();
    let sql = "SELECT m.person, m.group_id FROM members m JOIN broadcast_posts b ON b.to_id = m.group_id \
               WHERE b.tenant = $1 AND b.run = $2 AND b.to_kind = 'group' \
                   AND m.role IN ('member', 'restricted') AND m.person IN";
    let rows = work.reading().rows_in(sql, &[tenant.into(), run.into()], &list).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
