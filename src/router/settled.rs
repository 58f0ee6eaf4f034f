//! Purpose: telling features how what they sent ended, and that a group has moved.

use super::menus;
use crate::broadcasts;
use crate::channel::Answer;
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::ids::{GroupId, Native, PersonId, TenantId};
use crate::lessons;
use crate::moderation::{self, NotMuted};
use crate::outbox::{About, Due, End, Settle};
use crate::private;
use crate::quizzes;
use crate::roster;
use crate::storage::{self, Tx};
use crate::work::Work;

/// Leads the end of each row to the feature it is about, and what was learnt of its target to the roster.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settled;

impl Settle for Settled {
    fn listens(&self, about: &About, end: &End) -> bool {
        !matches!((about, end), (About::Removal { .. } | About::ActNotice { .. }, End::Done(_)))
    }

    async fn settle(&self, work: &mut Work<'_>, about: &About, end: &End) -> Outcome<()> {
        let about = &current(work, about).await?;
        match about {
            About::BroadcastPost { post, .. } => return broadcasts::post_ended(work, *post, end).await,
            About::BroadcastRecall { post } => return broadcasts::recall_ended(work, *post, end).await,
            About::BroadcastAmend { post, version, from } => {
                return broadcasts::amend_ended(work, *post, (*version, *from), end).await;
            }
            About::Digest { digest } => return broadcasts::digest::ended(work, *digest, end).await,
            About::DigestRecall { digest, run } => {
                return broadcasts::digest::recall_ended(work, *digest, *run, end).await;
            }
            About::DigestAmend { digest, run, version } => {
                return broadcasts::amend_of_digest_ended(work, *digest, (*run, *version), end).await;
            }
            _ => {}
        }
        let End::Done(answer) = end else {
            tracing::warn!(?about, ?end, "not sent");
            return not_sent(work, about, end).await;
        };
        match (about, answer) {
            (About::Greeting { group }, Answer::Sent { message, .. }) => {
                roster::greeting_sent(work, *group, message).await
            }
            (About::Administrators { group }, Answer::Administrators(listed)) => {
                for person in roster::administrators_listed(work, *group, listed).await? {
                    menus::rights_changed(work, &person, &format!("listed/{group}/{}", work.now.0)).await?;
                }
                Ok(())
            }
            (About::Membership { group, person }, Answer::Member(member)) => {
                let is_member = roster::member_answered(work, *group, *person, member).await?;
                quizzes::member_known(work, *group, *person, is_member).await
            }
            (About::LessonCard { push }, Answer::Sent { message, .. }) => {
                lessons::card_sent(work, *push, message).await
            }
            (About::QuizCard { push }, Answer::Sent { message, .. }) => {
                quizzes::card_sent(work, *push, message).await
            }
            (About::QuizEnd { push }, _) => quizzes::ended(work, *push, true).await,
            (About::QuizQuestion { post }, Answer::Sent { message, poll: Some(poll) }) => {
                quizzes::posted(work, *post, message, poll).await
            }
            (About::QuizClosing { post }, _) => quizzes::closed(work, *post).await,
            _ => Ok(()),
        }
    }

    async fn unreachable(&self, tx: &mut Tx, tenant: TenantId, person: PersonId) -> storage::Result<()> {
        roster::unreachable(tx, tenant, person).await
    }

    async fn moved(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        group: GroupId,
        to: &Native,
        now: Millis,
    ) -> storage::Result<bool> {
        moved(tx, tenant, group, to, now).await
    }

    async fn gone(&self, tx: &mut Tx, tenant: TenantId, group: GroupId) -> storage::Result<bool> {
        roster::gone(tx, tenant, group).await
    }

    async fn after_move(&self, work: &mut Work<'_>, group: GroupId) -> storage::Result<()> {
        roster::after_move(work, group).await
    }

    async fn unwhispered(&self, work: &mut Work<'_>, row: &Due) -> Outcome<()> {
        private::unwhispered(work, row).await
    }
}

/// What was to be sent was not, or nobody knows.
async fn not_sent(work: &mut Work<'_>, about: &About, end: &End) -> Outcome<()> {
    match (about, end) {
        (About::Removal { act }, _) => moderation::not_removed(work, *act).await,
        (About::Mute { act }, end) => moderation::not_muted(work, *act, not_muted(end)).await,
        (About::LessonCard { push }, End::Expired) => lessons::lesson_not_sent(work, *push).await,
        (About::QuizCard { push }, End::Expired) => lessons::question_not_sent(work, *push).await,
        (About::QuizQuestion { post }, end) => {
            quizzes::not_posted(work, *post).await?;
            match quizzes::push_of(work, *post).await? {
                Some(push) if *end == End::Expired => lessons::question_not_sent(work, push).await,
                _ => Ok(()),
            }
        }
        (About::QuizClosing { post }, _) => quizzes::not_closed(work, *post).await,
        (About::QuizEnd { push }, _) => quizzes::ended(work, *push, false).await,
        (About::Membership { group, person }, _) => quizzes::member_unknown(work, *group, *person).await,
        (About::Administrators { group }, _) => roster::greet(work, *group).await,
        // It may well stand there; a second one would only be noise.
        (About::Greeting { .. }, End::Quarantined) => Ok(()),
        (About::Greeting { group }, _) => roster::greeting_failed(work, *group).await,
        _ => Ok(()),
    }
}

/// Why a mute is none.
fn not_muted(end: &End) -> NotMuted {
    match end {
        End::Forbidden(_) => NotMuted::Forbidden,
        End::Gone(_) => NotMuted::Gone,
        _ => NotMuted::Failed,
    }
}

/// Gives a group its new native id. The questions and posts that stay behind are told before, because two groups may be one
/// afterwards. False if this is no news.
async fn moved(
    tx: &mut Tx,
    tenant: TenantId,
    group: GroupId,
    to: &Native,
    now: Millis,
) -> storage::Result<bool> {
    if !roster::is_moving(tx, tenant, group, to).await? {
        return Ok(false);
    }
    quizzes::moved(tx, group).await?;
    broadcasts::moved(tx, tenant, group).await?;
    roster::moved(tx, tenant, group, to, now).await
}

/// An update tells the same, of a group by its native id until now. An id that is unknown (moved before) changes
/// nothing.
pub(super) async fn migrated(work: &mut Work<'_>, from: &Native, to: &Native) -> storage::Result<()> {
    let Some(group) = roster::known_group(work, from).await? else { return Ok(()) };
    let (tenant, now) = (work.tenant, work.now);
    // What is staged may be about the row that is absorbed.
    work.write_staged().await?;
    let is_news = moved(work.writing().await?, tenant, group.id, to, now).await?;
    if is_news { roster::after_move(work, group.id).await } else { Ok(()) }
}

/// A group may have turned out to be another's new place while something was under way to it.
async fn current(work: &mut Work<'_>, about: &About) -> Outcome<About> {
    let group = match about {
        About::Greeting { group } | About::Administrators { group } | About::Membership { group, .. } => {
            *group
        }
        _ => return Ok(about.clone()),
    };
    let to = roster::current(work, group).await?;
    Ok(about.clone().readdressed(group, to))
}
