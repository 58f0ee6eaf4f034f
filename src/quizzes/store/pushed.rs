//! Purpose: the SQL of questions by the lesson they were pushed with.

use crate::ids::{PushId, QuizPostId};
use crate::storage::Result;
use crate::work::Work;

/// The lesson's push a question is of.
///
/// # Errors
/// If the database fails.
pub async fn push_of(work: &mut Work<'_>, post: QuizPostId) -> Result<Option<PushId>> {
    let tenant = work.tenant;
    let sql = "SELECT push FROM quiz_posts WHERE tenant = $1 AND id = $2";
    work.reading().one(sql, &[tenant.into(), post.into()]).await?.map(|row| row.get(0)).transpose()
}

/// The questions of a lesson's push that have not been posted.
pub(in crate::quizzes) async fn planned_of(work: &mut Work<'_>, push: PushId) -> Result<Vec<QuizPostId>> {
    let sql = "SELECT id FROM quiz_posts WHERE push = $1 AND state = 'planned' ORDER BY id";
    let rows = work.reading().rows(sql, &[push.into()]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}
