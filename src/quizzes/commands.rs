//! Purpose: posting questions, taking votes, and what a finished quiz earns.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::rules::{Grade, grade, left_min};
use super::store::{self, Ending, NewPost, Post};
use crate::channel::{Outgoing, PollVote, Quiz, Role};
use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::course::Lesson;
use crate::failure::Outcome;
use crate::i18n::say;
use crate::ids::{Address, GroupId, Native, PersonId, PushId, QuizPostId, UpdateId};
use crate::outbox::{self, About, NewRow, Priority, Target};
use crate::points::{self, Act, Actor, Award, Awarded};
use crate::private;
use crate::roster::{self, Group};
use crate::work::Work;

/// How long it is tried to find out whether a voter is a member, and how often after the sender has given up.
const ASKED_FOR_MS: i64 = 2 * DAY_MS;
const ASK_AGAIN_MS: i64 = 6 * HOUR_MS;

/// The key of the row that posts a question.
fn row_key(post: QuizPostId) -> String {
    format!("quiz/{post}")
}

/// Plans the questions of pushed lessons, to be posted after their cards.
pub async fn plan(
    work: &mut Work<'_>,
    pushed: &[(PushId, &Group, &Lesson)],
    not_before: Millis,
    open_for: Duration,
) -> Outcome<()> {
    let closes_at = not_before.plus(open_for);
    let expires_at = not_before.plus(open_for.saturating_sub(left_min(open_for)));
    let mut posts = Vec::new();
    for (push, group, lesson) in pushed {
        let Some(text) = lesson.text(roster::language(work, None, Some(group))) else { continue };
        let questions = u32::try_from(text.quiz.len()).unwrap_or(0);
        posts.extend((0..questions).zip(&text.quiz).map(|(number, question)| NewPost {
            group: group.id,
            push: *push,
            lesson: &lesson.id,
            question: number,
            questions,
            correct: u32::try_from(question.correct).unwrap_or(u32::MAX),
            words: &question.question,
            closes_at,
        }));
    }
    let written = store::insert_posts(work, &posts).await?;
    let pushed: HashMap<PushId, (&Group, &Lesson)> =
        pushed.iter().map(|(push, group, lesson)| (*push, (*group, *lesson))).collect();
    for (post, push, number) in written {
        let Some((group, lesson)) = pushed.get(&push).copied() else { continue };
        let language = roster::language(work, None, Some(group));
        let question = lesson
            .text(language)
            .and_then(|text| text.quiz.get(usize::try_from(number).unwrap_or(usize::MAX)));
        let Some(question) = question else { continue };
        work.send(NewRow {
            key: row_key(post),
            to: Target::Chat(Address::Group(group.id)),
            priority: Priority::Lesson,
            what: Outgoing::Quiz(Quiz {
                question: question.question.clone(),
                options: question.options.clone(),
                correct: question.correct,
                explanation: question.explanation.clone(),
                closes_at: Some(closes_at),
                topic: None,
            }),
            about: Some(About::QuizQuestion { post }),
            not_before,
            expires_at: Some(expires_at),
        });
    }
    Ok(())
}

/// The questions of a lesson that will not be shown are not posted either.
pub async fn withdraw(work: &mut Work<'_>, push: PushId) -> Outcome<()> {
    let planned = store::pushed::planned_of(work, push).await?;
    let keys: Vec<String> = planned.iter().copied().map(row_key).collect();
    let (tenant, now) = (work.tenant, work.now);
    let withdrawn = outbox::withdraw(work.writing().await?, tenant, &keys, now).await?;
    for post in planned.into_iter().filter(|post| withdrawn.contains(&row_key(*post))) {
        store::set_closed(work, post).await?;
        not_posted(work, post).await?;
    }
    Ok(())
}

/// A question was posted: votes for its poll count from now on, also those that came before its id was known.
pub async fn posted(work: &mut Work<'_>, post: QuizPostId, message: &Native, poll: &Native) -> Outcome<()> {
    let Some(closes_at) = store::set_open(work, post, message).await? else { return Ok(()) };
    let Some(row) = store::post(work, post).await? else { return Ok(()) };
    work.send(NewRow {
        key: format!("quiz-close/{post}"),
        to: Target::Chat(Address::Group(row.group)),
        priority: Priority::Digest,
        what: Outgoing::CloseQuiz { message: message.clone() },
        about: Some(About::QuizClosing { post }),
        not_before: closes_at,
        expires_at: None,
    });
    store::set_poll(work, poll, row.id).await?;
    take_strays(work, &row, poll).await?;
    place_strays(work, &row).await
}

/// A question will not be posted any more, or nobody will ever know whether it was.
pub async fn not_posted(work: &mut Work<'_>, post: QuizPostId) -> Outcome<()> {
    match store::post(work, post).await? {
        Some(row) => place_strays(work, &row).await,
        None => Ok(()),
    }
}

/// Looks again for the groups of answers that had to wait for the end of this question's sending.
async fn place_strays(work: &mut Work<'_>, post: &Post) -> Outcome<()> {
    for poll in store::stray_polls(work, post).await? {
        if let Some((post, _)) = store::post_of_poll(work, &poll).await? {
            take_strays(work, &post, &poll).await?;
        }
    }
    Ok(())
}

/// The bot has closed a question.
pub async fn closed(work: &mut Work<'_>, post: QuizPostId) -> Outcome<()> {
    Ok(store::set_closed(work, post).await?)
}

/// The bot can't close a question: it ends by its time.
pub async fn not_closed(work: &mut Work<'_>, post: QuizPostId) -> Outcome<()> {
    store::set_unclosable(work, post).await?;
    Ok(store::set_closed(work, post).await?)
}

/// The channel told of a poll of the bot. If its id was never learnt, its words say which question it is. What is voted
/// after the update that tells of its end earns nothing.
pub async fn poll_seen(
    work: &mut Work<'_>,
    update: UpdateId,
    poll: &Native,
    question: &str,
    is_closed: bool,
) -> Outcome<()> {
    if store::post_of_poll(work, poll).await?.is_none() {
        let Some(post) = store::post_by_words(work, question).await? else { return Ok(()) };
        store::insert_poll(work, poll, post.id).await?;
        take_strays(work, &post, poll).await?;
    }
    if is_closed {
        store::set_poll_closed(work, poll, update).await?;
    }
    Ok(())
}

/// An answer to a question.
#[derive(Clone, Copy, Debug)]
struct Vote {
    person: PersonId,
    option: u32,
    /// When the bot took it in.
    at: Millis,
}

/// Those given before it was known which question they are for. They came before any news of the poll's end.
async fn take_strays(work: &mut Work<'_>, post: &Post, poll: &Native) -> Outcome<()> {
    for (person, option, at) in store::take_strays(work, poll).await? {
        if at <= post.closes_at {
            count(work, post, poll, Vote { person, option, at }).await?;
        }
    }
    Ok(())
}

/// Somebody answered a poll, or took their answer back.
pub async fn voted(work: &mut Work<'_>, update: UpdateId, vote: &PollVote) -> Outcome<()> {
    let (Some(voter), Some(option)) = (&vote.voter, vote.options.first()) else { return Ok(()) };
    let option = u32::try_from(*option).unwrap_or(u32::MAX);
    let person = roster::person(work, voter).await?;
    match store::post_of_poll(work, &vote.poll).await? {
        Some((post, ending)) if in_time(&post, ending, update, work.now) => {
            let vote_of = Vote { person: person.id, option, at: work.now };
            count(work, &post, &vote.poll, vote_of).await
        }
        Some(_) => Ok(()),
        None => Ok(store::insert_stray(work, &vote.poll, person.id, option, work.now).await?),
    }
}

/// Whether a vote that is handled now was given before the end. The channel takes no vote in a closed poll and tells of
/// votes and of the end in the order of its updates, so that one handled late still counts, however late: at most a day,
/// as long as updates are kept. A poll that nobody closes ends when its question does.
fn in_time(post: &Post, ending: Ending, update: UpdateId, now: Millis) -> bool {
    let is_open = match ending.closed_by {
        Some(end) => update < end,
        None => ending.closes || now <= post.closes_at,
    };
    is_open && post.closed_at.is_none_or(|at| now <= at.plus_ms(DAY_MS))
}

async fn count(work: &mut Work<'_>, post: &Post, poll: &Native, vote: Vote) -> Outcome<()> {
    let Vote { person, option, at } = vote;
    match place(work, post, person, true).await? {
        Place::Member(post) => {
            if store::insert_vote(work, &post, person, option, "counted").await? {
                reward(work, post.group, person, &post.lesson).await?;
            }
        }
        Place::Perhaps(post) => {
            if store::insert_vote(work, &post, person, option, "waiting").await? {
                ask_member(work, &post, person, work.now).await?;
            }
        }
        Place::Later => store::insert_stray(work, poll, person, option, at).await?,
        Place::Outsider => {}
    }
    Ok(())
}

/// In which group somebody answered a question.
enum Place {
    /// They are a member there.
    Member(Post),
    /// They may be a member there.
    Perhaps(Post),
    /// It is known once messages under way have ended.
    Later,
    /// In none of the groups that were asked it.
    Outsider,
}

/// Finds the group. A poll whose id was learnt from its words may have been taken for the one of another group that was
/// asked the same: of the right one, the sending is still under way, or its end was unknown once.
async fn place(work: &mut Work<'_>, post: &Post, person: PersonId, may_wait: bool) -> Outcome<Place> {
    let role = roster::role(work, post.group, person).await?;
    if role.is_some_and(Role::is_present) {
        return Ok(Place::Member(post.clone()));
    }
    let others = store::elsewhere(work, post).await?;
    let keys: Vec<String> = others.iter().map(|post| row_key(post.id)).collect();
    let tenant = work.tenant;
    let reached = outbox::reached(work.reading(), tenant, &keys).await?;
    let is_known = |post: &Post| reached.get(&row_key(post.id)).copied();
    // Sent, and which poll it became will be told, perhaps later in this same transaction.
    if may_wait && others.iter().any(|post| post.planned && is_known(post) == Some(true)) {
        return Ok(Place::Later);
    }
    if role.is_none() {
        return Ok(Place::Perhaps(post.clone()));
    }
    let mut perhaps = Place::Outsider;
    for other in others.iter().filter(|other| is_known(other) == Some(false)) {
        match roster::role(work, other.group, person).await? {
            Some(role) if role.is_present() => return Ok(Place::Member(other.clone())),
            None => perhaps = Place::Perhaps(other.clone()),
            Some(_) => {}
        }
    }
    match perhaps {
        // They may have come since: a bot that doesn't administer a group isn't told who joins.
        Place::Outsider if may_wait => Ok(Place::Perhaps(post.clone())),
        found => Ok(found),
    }
}

/// Asks the channel whether the person is in the group; the answer comes to [`member_known`].
///
/// Each waiting vote asks for itself: where two processes share a database, an answer to an earlier question may have
/// been recorded without seeing this vote.
async fn ask_member(work: &mut Work<'_>, post: &Post, person: PersonId, not_before: Millis) -> Outcome<()> {
    let group = post.group;
    let Some(known) = roster::person_by_id(work, person).await? else { return Ok(()) };
    work.send(NewRow {
        key: format!("member/{person}/{}/{}", post.id, not_before.0),
        to: Target::Chat(Address::Group(group)),
        priority: Priority::Answer,
        what: Outgoing::AskMember { person: known.native },
        about: Some(About::Membership { group, person }),
        not_before,
        expires_at: None,
    });
    Ok(())
}

/// It is known now whether somebody who voted is in the group.
pub async fn member_known(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    is_member: bool,
) -> Outcome<()> {
    if is_member {
        for lesson in store::count_waiting(work, group, person).await? {
            reward(work, group, person, &lesson).await?;
        }
        return Ok(());
    }
    for post in store::waiting(work, group, person).await? {
        match place(work, &post, person, false).await? {
            Place::Member(post) => {
                store::move_vote(work, person, &post, "counted").await?;
                reward(work, post.group, person, &post.lesson).await?;
            }
            Place::Perhaps(post) => {
                store::move_vote(work, person, &post, "waiting").await?;
                ask_member(work, &post, person, work.now).await?;
            }
            Place::Later | Place::Outsider => store::forget_vote(work, person, &post).await?,
        }
    }
    Ok(())
}

/// The channel could not say whether somebody is in the group. It is asked again for two days; then their votes count as
/// an outsider's.
pub async fn member_unknown(work: &mut Work<'_>, group: GroupId, person: PersonId) -> Outcome<()> {
    store::forget_waiting(work, group, person, work.now.plus_ms(-ASKED_FOR_MS)).await?;
    match store::waiting(work, group, person).await?.first() {
        Some(post) => ask_member(work, post, person, work.now.plus_ms(ASK_AGAIN_MS)).await,
        None => Ok(()),
    }
}

/// Pays what the person's answers to a lesson's quiz are worth so far, and tells them in private.
async fn reward(work: &mut Work<'_>, group: GroupId, person: PersonId, lesson: &str) -> Outcome<()> {
    let score = store::score(work, person, lesson).await?;
    let acts: &[Act] = match grade(score) {
        Grade::Unfinished => return Ok(()),
        Grade::NotPassed => &[],
        Grade::Passed => &[Act::QuizPass],
        Grade::Full => &[Act::QuizPass, Act::QuizPerfect],
    };
    let mut paid = 0;
    for act in acts {
        let award =
            Award { person, act: *act, source_kind: "quiz", source_id: lesson, actor: Actor::Person(person) };
        if let Awarded::Paid { points, .. } = points::award(work, &award).await? {
            paid += points;
        }
    }
    tell_result(work, group, person, lesson, score, paid).await
}

/// Tells the one who finished a quiz, where only they can read it; nowhere if there is no such place.
async fn tell_result(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    lesson: &str,
    score: super::rules::Score,
    paid: u32,
) -> Outcome<()> {
    let Some(person) = roster::person_by_id(work, person).await? else { return Ok(()) };
    let config = Arc::clone(&work.config);
    let Some(group) = roster::group_by_id(work, group).await? else { return Ok(()) };
    let language = roster::language(work, Some(&person), Some(&group));
    let title = config.lessons.lessons.get(lesson).and_then(|lesson| lesson.text(language));
    let title = title.map(|text| text.title.clone()).unwrap_or_default();
    let words = if paid > 0 {
        say::quiz_result_paid(paid, score.questions, score.right, title)
    } else {
        say::quiz_result(score.questions, score.right, title)
    };
    let key = format!("quiz-result/{}/{lesson}", person.id);
    let fallback = private::points_card(work, &group);
    private::tell_if_possible(work, key, &person, &group, language.render(&words), fallback);
    Ok(())
}
