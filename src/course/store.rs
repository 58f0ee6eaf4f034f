//! Purpose: the SQL of what a person has finished, for whoever asks: points, stars, certificates.
//!
//! Invariant: `lessons_done` is written only here, so that what is remembered within a transaction stays right.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Lesson, Stage};
use crate::ids::PersonId;
use crate::storage::{Arg, Result, Statement};
use crate::work::{Reading, Work};

/// What a person has finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// The minutes of all finished lessons.
    pub minutes: u32,
    /// The stages of the finished lessons that are still in the course.
    pub stages: BTreeSet<Stage>,
}

/// What was read or written in this transaction.
#[derive(Debug, Default)]
struct Known(HashMap<PersonId, Done>);

/// Asks what several people have finished; those already known in this transaction are left out. The plus keeps
/// SQLite from looking through the whole tenant.
pub fn reading(work: &mut Work<'_>, people: &[PersonId]) -> Reading<'static> {
    let tenant = work.tenant;
    let known = work.memo::<Known>();
    let list = people.iter().filter(|person| !known.0.contains_key(person)).map(|person| Arg::from(*person));
    let statement = Statement::with_list(
        "SELECT p.id,
            (SELECT CAST(COALESCE(SUM(d.minutes), 0) AS BIGINT) FROM lessons_done d WHERE d.person = p.id),
            (SELECT string_agg(d.lesson, '\n') FROM lessons_done d WHERE d.person = p.id)
         FROM people p WHERE +p.tenant = $1 AND p.id IN",
        &[tenant.into()],
        list.collect(),
    );
    Reading::new(statement, |work, rows| {
        for row in &rows {
            let lessons: Option<String> = row.get(2)?;
            let catalogue = &work.config.lessons.lessons;
            let stages = lessons
                .iter()
                .flat_map(|lessons| lessons.split('\n'))
                .filter_map(|id| catalogue.get(id))
                .map(|lesson| lesson.stage)
                .collect();
            let done = Done { minutes: row.get(1)?, stages };
            work.memo::<Known>().0.insert(row.get(0)?, done);
        }
        Ok(())
    })
}

/// What a person has finished; one statement if it isn't known in this transaction yet.
pub async fn done(work: &mut Work<'_>, person: PersonId) -> Result<Done> {
    let reading = reading(work, &[person]);
    work.read_together(vec![reading]).await?;
    Ok(work.memo::<Known>().0.get(&person).cloned().unwrap_or_default())
}

/// True if the person has finished the lesson before.
pub async fn has_finished(work: &mut Work<'_>, person: PersonId, lesson: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM lessons_done WHERE person = $1 AND lesson = $2";
    Ok(work.reading().one(sql, &[person.into(), lesson.into()]).await?.is_some())
}

/// The ids of all lessons the person has finished.
pub async fn finished(work: &mut Work<'_>, person: PersonId) -> Result<HashSet<String>> {
    let rows =
        work.reading().rows("SELECT lesson FROM lessons_done WHERE person = $1", &[person.into()]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Writes down that a person has finished a lesson. False if they had before: a lesson counts once.
pub async fn finish(work: &mut Work<'_>, person: PersonId, lesson: &Lesson) -> Result<bool> {
    let (tenant, now) = (work.tenant, work.now);
    let written = work
        .writing()
        .await?
        .run(
            "INSERT INTO lessons_done (tenant, person, lesson, minutes, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person, lesson) DO NOTHING",
            &[tenant.into(), person.into(), lesson.id.as_str().into(), lesson.minutes.into(), now.into()],
        )
        .await?;
    let is_new = written == 1;
    match work.memo::<Known>().0.get_mut(&person) {
        Some(done) if is_new => {
            done.minutes = done.minutes.saturating_add(lesson.minutes);
            done.stages.insert(lesson.stage);
        }
        _ => {}
    }
    Ok(is_new)
}
