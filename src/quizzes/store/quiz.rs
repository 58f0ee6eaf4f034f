//! Purpose: the SQL of quizzes as a whole: their cards, what is answered in private, what a group answered together.

use super::Post;
use crate::clock::Millis;
use crate::ids::{GroupId, Native, PersonId, PushId};
use crate::quizzes::rules::{Form, Given, Score, Tally};
use crate::storage::{Arg, Result, Row};
use crate::work::Work;

/// No question has more options; see [`crate::course::Question`].
const OPTIONS_MAX: usize = 10;

/// The quiz of a lesson in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::quizzes) struct Quiz {
    pub(in crate::quizzes) push: PushId,
    pub(in crate::quizzes) group: GroupId,
    pub(in crate::quizzes) lesson: String,
    pub(in crate::quizzes) is_private: bool,
    /// The card, once it is known which message it is.
    pub(in crate::quizzes) message: Option<Native>,
    pub(in crate::quizzes) closes_at: Millis,
}

/// A quiz about to be announced.
pub(in crate::quizzes) struct NewQuiz<'a> {
    pub(in crate::quizzes) push: PushId,
    pub(in crate::quizzes) group: GroupId,
    pub(in crate::quizzes) lesson: &'a str,
    pub(in crate::quizzes) form: Form,
    pub(in crate::quizzes) closes_at: Millis,
}

fn read_quiz(row: &Row) -> Result<Quiz> {
    let form: String = row.get(3)?;
    Ok(Quiz {
        push: row.get(0)?,
        group: row.get(1)?,
        lesson: row.get(2)?,
        is_private: form == Form::Private.word(),
        message: row.get(4)?,
        closes_at: row.get(5)?,
    })
}

/// Writes the quizzes, each once.
pub(in crate::quizzes) async fn insert_quizzes(work: &mut Work<'_>, quizzes: &[NewQuiz<'_>]) -> Result<()> {
    let tenant = work.tenant;
    let args: Vec<Arg<'_>> = quizzes
        .iter()
        .flat_map(|quiz| {
            [
                quiz.push.into(),
                tenant.into(),
                quiz.group.into(),
                Arg::from(quiz.lesson),
                Arg::from(quiz.form.word()),
                Arg::from("planned"),
                quiz.closes_at.into(),
            ]
        })
        .collect();
    let head = "INSERT INTO quizzes (push, tenant, group_id, lesson, form, state, closes_at) VALUES";
    let tail = "ON CONFLICT (push) DO NOTHING RETURNING push";
    work.writing().await?.insert_rows(head, 7, &args, tail).await?;
    Ok(())
}

pub(in crate::quizzes) async fn quiz(work: &mut Work<'_>, push: PushId) -> Result<Option<Quiz>> {
    let tenant = work.tenant;
    let sql = "SELECT push, group_id, lesson, form, message, closes_at FROM quizzes WHERE tenant = $1 AND push = $2";
    let row = work.reading().one(sql, &[tenant.into(), push.into()]).await?;
    row.as_ref().map(read_quiz).transpose()
}

/// The card of a quiz is in the group. None if there is no such quiz.
pub(in crate::quizzes) async fn set_card(
    work: &mut Work<'_>,
    push: PushId,
    message: &Native,
) -> Result<Option<Quiz>> {
    let rows = work
        .writing()
        .await?
        .rows(
            "UPDATE quizzes SET state = CASE state WHEN 'planned' THEN 'open' ELSE state END, message = $1
             WHERE push = $2 RETURNING push, group_id, lesson, form, message, closes_at",
            &[message.into(), push.into()],
        )
        .await?;
    rows.first().map(read_quiz).transpose()
}

/// Ends a quiz unless a poll of it is still open. None if it is, or if the quiz had ended before.
pub(in crate::quizzes) async fn end(work: &mut Work<'_>, push: PushId) -> Result<Option<Quiz>> {
    let rows = work
        .writing()
        .await?
        .rows(
            "UPDATE quizzes SET state = 'closed' WHERE push = $1 AND state <> 'closed'
             AND NOT EXISTS (SELECT 1 FROM quiz_posts p WHERE p.push = $1 AND p.state = 'open')
             RETURNING push, group_id, lesson, form, message, closes_at",
            &[push.into()],
        )
        .await?;
    rows.first().map(read_quiz).transpose()
}

/// The questions of a quiz, by their numbers.
pub(in crate::quizzes) async fn questions(work: &mut Work<'_>, push: PushId) -> Result<Vec<Post>> {
    let tenant = work.tenant;
    let rows = work
        .reading()
        .rows(
            "SELECT id, group_id, lesson, question, correct, state, closes_at, closed_at, push, questions
             FROM quiz_posts WHERE tenant = $1 AND push = $2 ORDER BY question",
            &[tenant.into(), push.into()],
        )
        .await?;
    rows.iter().map(super::read_post).collect()
}

/// What a person has answered in a lesson's quiz, in every try, whether it counts yet or not.
pub(in crate::quizzes) async fn given(
    work: &mut Work<'_>,
    person: PersonId,
    lesson: &str,
) -> Result<Vec<Given>> {
    let rows = work
        .reading()
        .rows(
            "SELECT try, question, option, correct, state FROM quiz_votes WHERE person = $1 AND lesson = $2",
            &[person.into(), lesson.into()],
        )
        .await?;
    let read = |row: &Row| {
        let state: String = row.get(4)?;
        Ok(Given {
            number: row.get(0)?,
            question: row.get(1)?,
            option: row.get(2)?,
            correct: row.get(3)?,
            counts: state != "outsider",
        })
    };
    rows.iter().map(read).collect()
}

/// How a person stands in each of their tries at a lesson's quiz.
pub(in crate::quizzes) async fn scores(
    work: &mut Work<'_>,
    person: PersonId,
    lesson: &str,
) -> Result<Vec<Score>> {
    let rows = work
        .reading()
        .rows(
            "SELECT COUNT(*), CAST(COALESCE(SUM(v.correct), 0) AS BIGINT), COALESCE(MAX(p.questions), 0)
             FROM quiz_votes v JOIN quiz_posts p ON p.id = v.post
             WHERE v.person = $1 AND v.lesson = $2 AND v.state = 'counted' GROUP BY v.try",
            &[person.into(), lesson.into()],
        )
        .await?;
    let read = |row: &Row| Ok(Score { answered: row.get(0)?, right: row.get(1)?, questions: row.get(2)? });
    rows.iter().map(read).collect()
}

/// Keeps an answer that was given in private. What was answered in this try before stays.
pub(in crate::quizzes) async fn insert_answer(
    work: &mut Work<'_>,
    post: &Post,
    person: PersonId,
    number: u32,
    option: u32,
    state: &'static str,
) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    work.writing()
        .await?
        .run(
            "INSERT INTO quiz_votes (tenant, person, lesson, try, question, post, option, correct, state, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (person, lesson, try, question) DO NOTHING",
            &[
                tenant.into(),
                person.into(),
                (&post.lesson).into(),
                number.into(),
                post.question.into(),
                post.id.into(),
                option.into(),
                (option == post.correct).into(),
                state.into(),
                now.into(),
            ],
        )
        .await?;
    Ok(())
}

/// What the members of a group answered at their first try, each question's options counted; and how many people answered
/// anything.
pub(in crate::quizzes) async fn tallies(work: &mut Work<'_>, push: PushId) -> Result<(u32, Vec<Tally>)> {
    let rows = work
        .reading()
        .rows(
            "SELECT p.question, p.correct, v.option, COUNT(*) FROM quiz_posts p JOIN quiz_votes v ON v.post = p.id
             WHERE p.push = $1 AND v.state = 'counted' AND v.try = 1
             GROUP BY p.question, p.correct, v.option ORDER BY p.question",
            &[push.into()],
        )
        .await?;
    let mut tallies: Vec<Tally> = Vec::new();
    for row in &rows {
        let (question, correct): (u32, u32) = (row.get(0)?, row.get(1)?);
        let (option, count): (u32, u32) = (row.get(2)?, row.get(3)?);
        if tallies.last().is_none_or(|last| last.question != question) {
            tallies.push(Tally { question, correct, chosen: Vec::new() });
        }
        let Some(tally) = tallies.last_mut() else { continue };
        // What was said to be chosen in a poll is what somebody sent.
        let Some(option) = usize::try_from(option).ok().filter(|option| *option < OPTIONS_MAX) else {
            continue;
        };
        if tally.chosen.len() <= option {
            tally.chosen.resize(option + 1, 0);
        }
        if let Some(chosen) = tally.chosen.get_mut(option) {
            *chosen = count;
        }
    }
    let sql = "SELECT COUNT(DISTINCT v.person) FROM quiz_posts p JOIN quiz_votes v ON v.post = p.id
         WHERE p.push = $1 AND v.state = 'counted' AND v.try = 1";
    let people = work.reading().one(sql, &[push.into()]).await?;
    Ok((people.map_or(Ok(0), |row| row.get(0))?, tallies))
}
