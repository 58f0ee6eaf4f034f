//! Purpose: the SQL of questions, polls and votes.

pub mod pushed;
mod quiz;

use crate::clock::Millis;
use crate::ids::{GroupId, Native, PersonId, PushId, QuizPostId, UpdateId};
use crate::storage::{Arg, Result, Row, Tx};
use crate::work::Work;

pub(super) use quiz::{
    NewQuiz, Quiz, end, given, insert_answer, insert_quizzes, questions, quiz, scores, set_card, tallies,
};

/// A question in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Post {
    pub(super) id: QuizPostId,
    pub(super) push: PushId,
    pub(super) group: GroupId,
    pub(super) lesson: String,
    pub(super) question: u32,
    /// How many the quiz has.
    pub(super) questions: u32,
    pub(super) correct: u32,
    /// True until it is known which message it is.
    pub(super) planned: bool,
    /// When it was known to be closed.
    pub(super) closed_at: Option<Millis>,
    pub(super) closes_at: Millis,
}

/// A question about to be posted.
pub(super) struct NewPost<'a> {
    pub(super) group: GroupId,
    pub(super) push: PushId,
    pub(super) lesson: &'a str,
    pub(super) question: u32,
    pub(super) questions: u32,
    pub(super) correct: u32,
    pub(super) words: &'a str,
    pub(super) closes_at: Millis,
}

fn read_post(row: &Row) -> Result<Post> {
    let state: String = row.get(5)?;
    Ok(Post {
        id: row.get(0)?,
        group: row.get(1)?,
        lesson: row.get(2)?,
        question: row.get(3)?,
        correct: row.get(4)?,
        planned: state == "planned",
        closed_at: row.get(7)?,
        closes_at: row.get(6)?,
        push: row.get(8)?,
        questions: row.get(9)?,
    })
}

/// Writes the questions. Returns (post, push, question) of the rows that are new.
pub(super) async fn insert_posts(
    work: &mut Work<'_>,
    posts: &[NewPost<'_>],
) -> Result<Vec<(QuizPostId, PushId, u32)>> {
    let tenant = work.tenant;
    let args: Vec<Arg<'_>> = posts
        .iter()
        .flat_map(|post| {
            [
                tenant.into(),
                post.group.into(),
                post.push.into(),
                Arg::from(post.lesson),
                post.question.into(),
                post.questions.into(),
                post.correct.into(),
                Arg::from(post.words),
                Arg::from("planned"),
                post.closes_at.into(),
            ]
        })
        .collect();
    let rows = work
        .writing()
        .await?
        .insert_rows(
            "INSERT INTO quiz_posts (tenant, group_id, push, lesson, question, questions, correct, words, state,
             closes_at) VALUES",
            10,
            &args,
            "ON CONFLICT (push, question) DO NOTHING RETURNING id, push, question",
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The question was posted: from now on it takes votes.
pub(super) async fn set_open(
    work: &mut Work<'_>,
    post: QuizPostId,
    message: &Native,
) -> Result<Option<Millis>> {
    let rows = work
        .writing()
        .await?
        .rows(
            "UPDATE quiz_posts SET state = CASE state WHEN 'planned' THEN 'open' ELSE state END, message = $1
             WHERE id = $2 RETURNING closes_at",
            &[message.into(), post.into()],
        )
        .await?;
    rows.first().map(|row| row.get(0)).transpose()
}

pub(super) async fn set_closed(work: &mut Work<'_>, post: QuizPostId) -> Result<()> {
    let now = work.now;
    let sql = "UPDATE quiz_posts SET state = 'closed', closed_at = COALESCE(closed_at, $1) WHERE id = $2";
    work.writing().await?.run(sql, &[now.into(), post.into()]).await?;
    Ok(())
}

/// Learns for sure that a poll shows a question, whatever was guessed before, and in which message, so that it will be
/// closed.
pub(super) async fn set_poll(work: &mut Work<'_>, poll: &Native, post: QuizPostId) -> Result<()> {
    let tenant = work.tenant;
    let sql = "INSERT INTO quiz_polls (tenant, poll, post, closes) VALUES ($1, $2, $3, $4)
               ON CONFLICT (tenant, poll) DO UPDATE SET post = excluded.post, closes = excluded.closes";
    work.writing().await?.run(sql, &[tenant.into(), poll.into(), post.into(), true.into()]).await?;
    Ok(())
}

/// Guesses that a poll shows a question.
pub(super) async fn insert_poll(work: &mut Work<'_>, poll: &Native, post: QuizPostId) -> Result<()> {
    let tenant = work.tenant;
    let sql = "INSERT INTO quiz_polls (tenant, poll, post, closes) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING";
    work.writing().await?.run(sql, &[tenant.into(), poll.into(), post.into(), false.into()]).await?;
    Ok(())
}

/// The channel told that a poll takes no more votes; the first such news counts.
pub(super) async fn set_poll_closed(work: &mut Work<'_>, poll: &Native, by: UpdateId) -> Result<()> {
    let tenant = work.tenant;
    let sql = "UPDATE quiz_polls SET closed_by = $1 WHERE tenant = $2 AND poll = $3 AND closed_by IS NULL";
    work.writing().await?.run(sql, &[by.into(), tenant.into(), poll.into()]).await?;
    Ok(())
}

/// How a poll ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// True if the bot closes it, so that the channel takes no vote that is too late.
    pub(super) closes: bool,
    /// The update that told of its end.
    pub(super) closed_by: Option<UpdateId>,
}

/// A poll's question, and how the poll ends.
pub(super) async fn post_of_poll(work: &mut Work<'_>, poll: &Native) -> Result<Option<(Post, Ending)>> {
    let tenant = work.tenant;
    let row = work
        .reading()
        .one(
            "SELECT p.id, p.group_id, p.lesson, p.question, p.correct, p.state, p.closes_at, p.closed_at,
                 p.push, p.questions, q.closes, q.closed_by
             FROM quiz_polls q JOIN quiz_posts p ON p.id = q.post WHERE q.tenant = $1 AND q.poll = $2",
            &[tenant.into(), poll.into()],
        )
        .await?;
    let read = |row: &Row| Ok((read_post(row)?, Ending { closes: row.get(10)?, closed_by: row.get(11)? }));
    row.as_ref().map(read).transpose()
}

/// The polls of a question can't be closed by the bot after all.
pub(super) async fn set_unclosable(work: &mut Work<'_>, post: QuizPostId) -> Result<()> {
    let sql = "UPDATE quiz_polls SET closes = $1 WHERE post = $2 AND closed_by IS NULL";
    work.writing().await?.run(sql, &[false.into(), post.into()]).await?;
    Ok(())
}

/// The messages with a group's questions stayed behind when it moved: nobody can close the polls in them any more.
pub async fn moved(tx: &mut Tx, group: GroupId) -> Result<()> {
    let sql = "UPDATE quiz_polls SET closes = $1 WHERE closed_by IS NULL
         AND post IN (SELECT id FROM quiz_posts WHERE group_id = $2 AND state <> 'closed')";
    tx.run(sql, &[false.into(), group.into()]).await?;
    Ok(())
}

pub(super) async fn post(work: &mut Work<'_>, id: QuizPostId) -> Result<Option<Post>> {
    let tenant = work.tenant;
    let row = work
        .reading()
        .one(
            "SELECT id, group_id, lesson, question, correct, state, closes_at, closed_at, push, questions
             FROM quiz_posts
             WHERE tenant = $1 AND id = $2",
            &[tenant.into(), id.into()],
        )
        .await?;
    row.as_ref().map(read_post).transpose()
}

/// A question with these words whose poll isn't known, newest first.
pub(super) async fn post_by_words(work: &mut Work<'_>, words: &str) -> Result<Option<Post>> {
    let tenant = work.tenant;
    let row = work
        .reading()
        .one(
            "SELECT id, group_id, lesson, question, correct, state, closes_at, closed_at, push, questions
             FROM quiz_posts
             WHERE tenant = $1 AND words = $2 ORDER BY CASE state WHEN 'planned' THEN 0 ELSE 1 END, id DESC LIMIT 1",
            &[tenant.into(), words.into()],
        )
        .await?;
    row.as_ref().map(read_post).transpose()
}

/// Keeps an answer to a poll that isn't known. The first one counts.
pub(super) async fn insert_stray(
    work: &mut Work<'_>,
    poll: &Native,
    person: PersonId,
    option: u32,
    at: Millis,
) -> Result<()> {
    let tenant = work.tenant;
    work.writing()
        .await?
        .run(
            "INSERT INTO quiz_strays (tenant, poll, person, option, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
            &[tenant.into(), poll.into(), person.into(), option.into(), at.into()],
        )
        .await?;
    Ok(())
}

/// Takes the kept answers to a poll out: who, which option, and when.
pub(super) async fn take_strays(work: &mut Work<'_>, poll: &Native) -> Result<Vec<(PersonId, u32, Millis)>> {
    let tenant = work.tenant;
    let rows = work
        .writing()
        .await?
        .rows(
            "DELETE FROM quiz_strays WHERE tenant = $1 AND poll = $2 RETURNING person, option, at",
            &[tenant.into(), poll.into()],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The polls with kept answers that were taken for this question.
pub(super) async fn stray_polls(work: &mut Work<'_>, post: &Post) -> Result<Vec<Native>> {
    let tenant = work.tenant;
    let rows = work
        .reading()
        .rows(
            "SELECT DISTINCT s.poll FROM quiz_strays s
             JOIN quiz_polls q ON q.tenant = s.tenant AND q.poll = s.poll JOIN quiz_posts p ON p.id = q.post
             WHERE s.tenant = $1 AND p.lesson = $2 AND p.question = $3 ORDER BY s.poll",
            &[tenant.into(), (&post.lesson).into(), post.question.into()],
        )
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Keeps a vote in a poll, which is of the first try. False if the person has answered this question before. One that counts takes the place of one that still
/// waits in another group, where the person may be a stranger.
pub(super) async fn insert_vote(
    work: &mut Work<'_>,
    post: &Post,
    person: PersonId,
    option: u32,
    state: &'static str,
) -> Result<bool> {
    let (tenant, now) = (work.tenant, work.now);
    let new = work
        .writing()
        .await?
        .run(
            "INSERT INTO quiz_votes (tenant, person, lesson, question, post, option, correct, state, at, try)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)
             ON CONFLICT (person, lesson, try, question) DO UPDATE SET post = excluded.post, option = excluded.option,
                 correct = excluded.correct, state = excluded.state, at = excluded.at
             WHERE quiz_votes.state = 'waiting' AND excluded.state = 'counted'",
            &[
                tenant.into(),
                person.into(),
                (&post.lesson).into(),
                post.question.into(),
                post.id.into(),
                option.into(),
                (option == post.correct).into(),
                state.into(),
                now.into(),
            ],
        )
        .await?;
    Ok(new > 0)
}

/// Of a person who is a member of the group after all, the votes that waited for word of it count from now on. Returns
/// the lessons concerned.
pub(super) async fn count_waiting(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
) -> Result<Vec<String>> {
    let sql = "UPDATE quiz_votes SET state = 'counted' WHERE person = $1 AND state = 'waiting'
         AND post IN (SELECT id FROM quiz_posts WHERE group_id = $2) RETURNING lesson";
    let rows = work.writing().await?.rows(sql, &[person.into(), group.into()]).await?;
    let mut lessons = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<String>>>()?;
    lessons.sort();
    lessons.dedup();
    Ok(lessons)
}

/// The questions in the group to which the person's answers wait for word whether they are a member.
pub(super) async fn waiting(work: &mut Work<'_>, group: GroupId, person: PersonId) -> Result<Vec<Post>> {
    let rows = work
        .reading()
        .rows(
            "SELECT p.id, p.group_id, p.lesson, p.question, p.correct, p.state, p.closes_at, p.closed_at,
                 p.push, p.questions
             FROM quiz_votes v JOIN quiz_posts p ON p.id = v.post
             WHERE v.person = $1 AND v.state = 'waiting' AND p.group_id = $2",
            &[person.into(), group.into()],
        )
        .await?;
    rows.iter().map(read_post).collect()
}

/// The same question in other groups, newest first.
pub(super) async fn elsewhere(work: &mut Work<'_>, post: &Post) -> Result<Vec<Post>> {
    let tenant = work.tenant;
    let rows = work
        .reading()
        .rows(
            "SELECT id, group_id, lesson, question, correct, state, closes_at, closed_at, push, questions
             FROM quiz_posts
             WHERE tenant = $1 AND words = (SELECT words FROM quiz_posts WHERE id = $2)
             AND lesson = $3 AND question = $4 AND group_id <> $5 AND state <> 'closed' ORDER BY id DESC",
            &[tenant.into(), post.id.into(), (&post.lesson).into(), post.question.into(), post.group.into()],
        )
        .await?;
    rows.iter().map(read_post).collect()
}

/// Forgets the person's votes in the group that have waited for word of their membership since before `before`.
pub(super) async fn forget_waiting(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    before: Millis,
) -> Result<()> {
    let sql = "DELETE FROM quiz_votes WHERE person = $1 AND state = 'waiting' AND at <= $2
         AND post IN (SELECT id FROM quiz_posts WHERE group_id = $3)";
    work.writing().await?.run(sql, &[person.into(), before.into(), group.into()]).await?;
    Ok(())
}

/// A vote was given in another group than was thought.
pub(super) async fn move_vote(
    work: &mut Work<'_>,
    person: PersonId,
    to: &Post,
    state: &'static str,
) -> Result<()> {
    let sql = "UPDATE quiz_votes SET post = $1, state = $2
         WHERE person = $3 AND lesson = $4 AND question = $5 AND state = 'waiting'";
    let args = [to.id.into(), state.into(), person.into(), (&to.lesson).into(), to.question.into()];
    work.writing().await?.run(sql, &args).await?;
    Ok(())
}

/// A vote came from outside of every group.
pub(super) async fn forget_vote(work: &mut Work<'_>, person: PersonId, post: &Post) -> Result<()> {
    let sql =
        "DELETE FROM quiz_votes WHERE person = $1 AND lesson = $2 AND question = $3 AND state = 'waiting'";
    let args = [person.into(), (&post.lesson).into(), post.question.into()];
    work.writing().await?.run(sql, &args).await?;
    Ok(())
}

/// Forgets answers to polls that nobody knows, given before `before`. Returns how many.
pub async fn forget_strays(tx: &mut Tx, before: Millis) -> Result<u64> {
    tx.run("DELETE FROM quiz_strays WHERE at < $1", &[before.into()]).await
}
