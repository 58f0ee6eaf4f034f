//! Purpose: the SQL of pushes: a lesson for a group each.
//!
//! Invariant: of a group's pushes by a schedule only the newest is read, however many there are, unless the course has changed
//! since or the group has missed something. A lesson that could not be sent counts as not had.

use std::collections::{HashMap, HashSet};

use crate::clock::Millis;
use crate::ids::{GroupId, Native, PushId};
use crate::storage::{Arg, Error, Result};
use crate::work::Work;

/// Rows of one statement.
const WIDE: usize = 128;

/// One lesson pushed to one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Its row.
    pub id: PushId,
    /// Where.
    pub group: GroupId,
    /// Which lesson.
    pub lesson: String,
    /// When it was shown; before that, when it was planned.
    pub at: Millis,
}

/// A lesson for a group, to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct NewPush<'c> {
    pub(in crate::lessons) group: GroupId,
    pub(in crate::lessons) lesson: &'c str,
    /// Which lesson of the course it is for the group, the first being 1.
    pub(in crate::lessons) place: i64,
}

/// How many lessons of a schedule's course the groups from `first` to `last` have had by it: of those that have had any. None
/// where another course, or no number, was counted.
pub(in crate::lessons) async fn places(
    work: &mut Work<'_>,
    schedule: &str,
    course: i64,
    (first, last): (GroupId, GroupId),
) -> Result<HashMap<GroupId, Option<usize>>> {
    let tenant = work.tenant;
    let sql = "SELECT g.id, CASE WHEN p.course = $3 THEN p.place END FROM groups g \
               JOIN pushes p ON p.id = (SELECT n.id FROM pushes n WHERE n.group_id = g.id AND n.schedule = $2 \
                   AND (n.unsent IS NULL OR n.unsent = 'quiz') ORDER BY n.occurrence DESC LIMIT 1) \
               WHERE g.tenant = $1 AND g.id >= $4 AND g.id <= $5";
    let args = [tenant.into(), schedule.into(), course.into(), first.into(), last.into()];
    let rows = work.reading().rows(sql, &args).await?;
    let place = |place: Option<i64>| place.and_then(|place| usize::try_from(place).ok());
    rows.iter().map(|row| Ok((row.get(0)?, place(row.get(1)?)))).collect()
}

/// How many lessons of a schedule each of these groups has had; without a row for none.
pub(in crate::lessons) async fn counts(
    work: &mut Work<'_>,
    schedule: &str,
    groups: &[GroupId],
) -> Result<HashMap<GroupId, usize>> {
    let tenant = work.tenant;
    let list: Vec<Arg<'_>> = groups.iter().map(|group| (*group).into()).collect();
    // The plus: see `outbox::store`.
    let sql = "SELECT group_id FROM pushes WHERE +tenant = $1 AND schedule = $2 \
               AND (unsent IS NULL OR unsent = 'quiz') AND group_id IN";
    let mut counts = HashMap::new();
    for row in work.reading().rows_in(sql, &[tenant.into(), schedule.into()], &list).await? {
        *counts.entry(row.get(0)?).or_insert(0) += 1;
    }
    Ok(counts)
}

/// What became of the lessons that were pushed to a group.
#[derive(Clone, Debug, Default)]
pub(in crate::lessons) struct Lessons {
    /// Those that it has had.
    pub(in crate::lessons) had: HashSet<String>,
    /// Those that could not be sent to it in time.
    pub(in crate::lessons) unsent: HashSet<String>,
}

/// The lessons each of these groups was pushed by a schedule from `from` until before `until`.
pub(in crate::lessons) async fn pushed_between(
    work: &mut Work<'_>,
    schedule: &str,
    (from, until): (Millis, Millis),
    groups: &[GroupId],
) -> Result<HashMap<GroupId, Lessons>> {
    let tenant = work.tenant;
    let list: Vec<Arg<'_>> = groups.iter().map(|group| (*group).into()).collect();
    let sql = "SELECT group_id, lesson, unsent FROM pushes \
               WHERE +tenant = $1 AND schedule = $2 AND occurrence >= $3 AND occurrence < $4 AND group_id IN";
    let fixed = [tenant.into(), schedule.into(), from.into(), until.into()];
    let mut pushed: HashMap<GroupId, Lessons> = HashMap::new();
    for row in work.reading().rows_in(sql, &fixed, &list).await? {
        let lessons = pushed.entry(row.get(0)?).or_default();
        let unsent: Option<String> = row.get(2)?;
        let of = if unsent.as_deref() == Some("lesson") { &mut lessons.unsent } else { &mut lessons.had };
        of.insert(row.get(1)?);
    }
    Ok(pushed)
}

/// Writes pushes of a course. Returns the rows that are new.
pub(in crate::lessons) async fn insert(
    work: &mut Work<'_>,
    schedule: &str,
    occurrence: Millis,
    course: i64,
    planned: &[NewPush<'_>],
) -> Result<Vec<Push>> {
    let (tenant, now) = (work.tenant, work.now);
    let mut new = Vec::with_capacity(planned.len());
    for stretch in planned.chunks(WIDE) {
        let args: Vec<Arg<'_>> = stretch
            .iter()
            .flat_map(|push| {
                [
                    tenant.into(),
                    push.group.into(),
                    schedule.into(),
                    occurrence.into(),
                    Arg::from(push.lesson),
                    now.into(),
                    push.place.into(),
                    course.into(),
                ]
            })
            .collect();
        let head =
            "INSERT INTO pushes (tenant, group_id, schedule, occurrence, lesson, at, place, course) VALUES";
        let tail = "ON CONFLICT (group_id, schedule, occurrence) DO NOTHING RETURNING id, group_id, lesson";
        for row in work.writing().await?.insert_rows(head, 8, &args, tail).await? {
            new.push(Push { id: row.get(0)?, group: row.get(1)?, lesson: row.get(2)?, at: now });
        }
    }
    Ok(new)
}

pub(in crate::lessons) async fn push(work: &mut Work<'_>, id: PushId) -> Result<Option<Push>> {
    let tenant = work.tenant;
    let sql = "SELECT id, group_id, lesson, at FROM pushes WHERE tenant = $1 AND id = $2";
    let row = work.reading().one(sql, &[tenant.into(), id.into()]).await?;
    row.map(|row| Ok(Push { id: row.get(0)?, group: row.get(1)?, lesson: row.get(2)?, at: row.get(3)? }))
        .transpose()
}

pub(in crate::lessons) async fn set_shown(work: &mut Work<'_>, id: PushId, message: &Native) -> Result<()> {
    let now = work.now;
    let sql = "UPDATE pushes SET message = $1, at = $2 WHERE id = $3";
    work.writing().await?.run(sql, &[message.into(), now.into(), id.into()]).await?;
    Ok(())
}

/// The lessons whose cards these groups were shown, by their pushes, the earliest first.
pub(in crate::lessons) async fn shown_in(
    work: &mut Work<'_>,
    groups: &[GroupId],
) -> Result<Vec<(PushId, String)>> {
    let tenant = work.tenant;
    let list: Vec<Arg<'_>> = groups.iter().map(|group| (*group).into()).collect();
    let sql = "SELECT id, lesson FROM pushes WHERE tenant = $1 AND message IS NOT NULL AND group_id IN";
    let rows = work.reading().rows_in(sql, &[tenant.into()], &list).await?;
    let mut shown = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<Vec<_>>>()?;
    shown.sort_unstable();
    Ok(shown)
}

/// Of which run a push is: the schedule, and the occurrence that it is kept under.
pub(in crate::lessons) type OfRun = (String, Millis);

/// Keeps that a lesson could not be sent in time: its group goes on as if it had never been pushed. None if it was kept before.
pub(in crate::lessons) async fn set_lesson_unsent(work: &mut Work<'_>, id: PushId) -> Result<Option<OfRun>> {
    let sql = "UPDATE pushes SET unsent = 'lesson' WHERE id = $1 AND (unsent IS NULL OR unsent = 'quiz') \
               RETURNING group_id, schedule, occurrence";
    let rows = work.writing().await?.rows(sql, &[id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (group, schedule, occurrence): (GroupId, String, Millis) = (row.get(0)?, row.get(1)?, row.get(2)?);
    // Over a term a later push has counted it. Otherwise nobody goes back: a lesson would come twice for the one that is lost.
    let sql = "UPDATE pushes SET place = place - 1 \
               WHERE group_id = $1 AND schedule = $2 AND occurrence > $3 AND course <> 0";
    work.writing().await?.run(sql, &[group.into(), (&schedule).into(), occurrence.into()]).await?;
    Ok(Some((schedule, occurrence)))
}

/// Keeps that a question of a lesson that was sent could not be. None if that is no news.
pub(in crate::lessons) async fn set_quiz_unsent(work: &mut Work<'_>, id: PushId) -> Result<Option<OfRun>> {
    let sql =
        "UPDATE pushes SET unsent = 'quiz' WHERE id = $1 AND unsent IS NULL RETURNING schedule, occurrence";
    let rows = work.writing().await?.rows(sql, &[id.into()]).await?;
    rows.first().map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// In how many groups something of a run could not be sent in time. A run's pushes are kept under less than a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::lessons) struct Unsent {
    /// Groups that did not get a lesson.
    pub(in crate::lessons) lessons: usize,
    /// Groups that got the lesson, but not all of its questions.
    pub(in crate::lessons) quizzes: usize,
}

/// What could not be sent of a run whose pushes are kept from `from` until before `until`.
pub(in crate::lessons) async fn unsent(
    work: &mut Work<'_>,
    schedule: &str,
    (from, until): (Millis, Millis),
) -> Result<Unsent> {
    let tenant = work.tenant;
    let sql = "SELECT unsent, COUNT(DISTINCT group_id) FROM pushes WHERE tenant = $1 AND schedule = $2 \
               AND occurrence >= $3 AND occurrence < $4 AND unsent IS NOT NULL GROUP BY unsent";
    let args = [tenant.into(), schedule.into(), from.into(), until.into()];
    let mut unsent = Unsent::default();
    for row in work.reading().rows(sql, &args).await? {
        let (what, groups): (String, i64) = (row.get(0)?, row.get(1)?);
        let of = if what == "lesson" { &mut unsent.lessons } else { &mut unsent.quizzes };
        *of = usize::try_from(groups).unwrap_or(0);
    }
    Ok(unsent)
}

/// True if some group got its lesson of a run, or may yet.
pub(in crate::lessons) async fn has_reached(
    work: &mut Work<'_>,
    schedule: &str,
    (from, until): (Millis, Millis),
) -> Result<bool> {
    let tenant = work.tenant;
    let sql = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM pushes WHERE tenant = $1 AND schedule = $2 \
               AND occurrence >= $3 AND occurrence < $4 AND (unsent IS NULL OR unsent = 'quiz') LIMIT 1) AS found";
    let args = [tenant.into(), schedule.into(), from.into(), until.into()];
    let row = work.reading().one(sql, &args).await?.ok_or(Error::NoRow)?;
    Ok(row.get::<i64>(0)? > 0)
}
