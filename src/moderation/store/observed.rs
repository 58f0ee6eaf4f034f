//! Purpose: the SQL of what was only observed.

use crate::clock::Millis;
use crate::ids::GroupId;
use crate::storage::Result;
use crate::work::Work;

/// How often each rule only observed in the group since `since`, the most often first.
pub(in crate::moderation) async fn counts(
    work: &mut Work<'_>,
    group: GroupId,
    since: Millis,
) -> Result<Vec<(String, i64)>> {
    work.write_staged().await?;
    let sql = "SELECT rule, COUNT(*) FROM acts WHERE group_id = $1 AND action = 'observed' AND at > $2
         GROUP BY rule ORDER BY 2 DESC, 1";
    let rows = work.reading().rows(sql, &[group.into(), since.into()]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// The texts a rule only observed in the group since `since`, the newest first, as far as they are kept.
pub(in crate::moderation) async fn texts(
    work: &mut Work<'_>,
    group: GroupId,
    rule: &str,
    since: Millis,
    count_max: i64,
) -> Result<Vec<String>> {
    let sql =
        "SELECT evidence FROM acts WHERE group_id = $1 AND action = 'observed' AND at > $2 AND rule = $3
         AND evidence <> '' ORDER BY at DESC, id DESC LIMIT $4";
    let args = [group.into(), since.into(), rule.into(), count_max.into()];
    work.reading().rows(sql, &args).await?.iter().map(|row| row.get(0)).collect()
}
