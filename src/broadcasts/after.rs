//! Purpose: what people decide about a broadcast that has gone out: other words in place, or taking it back everywhere.
//!
//! Invariants: a decision is written with the press, and its first stretch carried out; the rest is the timer's, see `amending` and
//! `recalling`. What has not been sent yet is not sent in its old form, and what is just on its way is changed when it arrives. Of what comes again, a change and a recall reach the newest run that has begun, between two runs and while it is
//! held too; the runs to come have the new words, and a recall leaves them as they are.

use super::amending;
use super::approval;
use super::authority;
use super::check;
use super::confirm;
use super::draft::{Confirmation, Draft};
use super::life::audit;
use super::publish::{change, impossible};
use super::recalling;
use super::rules::{self, Event, State};
use super::store::changes;
use super::store::receipts::{self, Step};
use super::store::runs::{self, Run, RunState};
use super::store::{self, Broadcast};
use crate::channel::Content;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, listed, say};
use crate::ids::{Address, BroadcastId, GroupId, PostId, RunId};
use crate::roster::{self, Person};
use crate::work::Work;

/// Titles that are named at most.
pub(super) const TITLES_MAX: usize = 10;

/// The newest run of a broadcast that has begun; none if nothing has gone out, or if that run was taken back.
pub(super) async fn newest_run(work: &mut Work<'_>, broadcast: BroadcastId) -> Outcome<Option<Run>> {
    let runs = runs::of_broadcast(work, broadcast).await?;
    let newest = runs.into_iter().find(|run| run.state != RunState::Waiting);
    Ok(newest.filter(|run| run.state != RunState::Recalled))
}

/// What stands in groups of a broadcast, or waits for their digests, and can only become contents of its sort; nothing if nothing
/// has gone out.
pub(super) async fn posted(work: &mut Work<'_>, broadcast: BroadcastId) -> Outcome<Vec<Content>> {
    if newest_run(work, broadcast).await?.is_none() {
        return Ok(Vec::new());
    }
    Ok(store::broadcast(work, broadcast).await?.map(|found| found.draft.contents).unwrap_or_default())
}

/// Whether runs come after those that have begun.
pub(super) async fn is_more_to_come(work: &mut Work<'_>, broadcast: &Broadcast) -> Outcome<bool> {
    let runs = runs::of_broadcast(work, broadcast.id).await?;
    let is_held = broadcast.state == State::Paused;
    Ok(is_held || broadcast.next_at.is_some() || runs.iter().any(|run| run.state == RunState::Waiting))
}

/// Changes what a broadcast says: what will go out, and what the newest run has posted, in place. What needs a yes needs a new
/// one first while more is to come; what it has posted stays as it is then.
///
/// # Errors
/// Refused with what the check stops, where what was posted can't become the new contents by editing, where words that ask for
/// money would stand in place of what has gone out, and where a yes is needed that nobody can be asked for.
pub async fn edit(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    contents: Vec<Content>,
) -> Outcome<Text> {
    edit_first(work, actor, broadcast, contents, amending::FIRST_MAX).await
}

/// The same, with a first stretch of `first_max` rows at most.
pub(super) async fn edit_first(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    contents: Vec<Content>,
    first_max: usize,
) -> Outcome<Text> {
    let mut found = authority::may_decide(work, actor, broadcast).await?;
    let newest = newest_run(work, found.id).await?;
    let draft = check::marked(Draft { contents, when: None, ..found.draft.clone() });
    let needs_yes = approval::is_needed_to_edit(work, actor, &found, &draft).await?;
    if needs_yes && let Some(run) = &newest {
        // Its posts would be left with words that are not those it had been decided to show.
        let standing = changes::standing(work, run.id).await?;
        if standing.is_some_and(|standing| standing.is_under_way) {
            return Err(Failure::Refused(say::broadcast_edit_urgent_changing()));
        }
    }
    if newest.is_some() && !rules::can_become(&found.draft.contents, &draft.contents) {
        return Err(Failure::Refused(say::broadcast_edit_other_kind()));
    }
    // A group that is left by now doesn't keep the words in the others from being put right.
    let troubles = check::check_contents(work, &draft);
    if let Some(trouble) = troubles.into_iter().find(|trouble| trouble.stops) {
        return Err(Failure::Refused(trouble.says));
    }
    (found.draft.contents, found.draft.is_fee) = (draft.contents, draft.is_fee);
    found.draft.words_by = (actor.id != found.author).then_some(actor.id);
    found.version += 1;
    if needs_yes {
        found.approved_by = None;
    }
    change(work, &mut found, Event::Edit { approved: needs_yes }).await?;
    audit(work, actor.id, "broadcast.edit", &found).await?;
    if needs_yes {
        let asked = approval::ask_anew(work, actor, &mut found).await?;
        return Ok(approval::awaits(&found.draft, asked));
    }
    let Some(run) = newest else { return Ok(say::broadcast_edited()) };
    put_in_place(work, &found, run, first_max).await
}

/// Begins to put new words in place where a run has gone out, and says what becomes of it.
async fn put_in_place(work: &mut Work<'_>, found: &Broadcast, run: Run, first_max: usize) -> Outcome<Text> {
    changes::begin(work, run.id).await?;
    let run = Run { changed_until: PostId(0), ..run };
    let changed = amending::stretch(work, found, &run, first_max).await?;
    if let Some(full) = changed.full.first() {
        let title = roster::group_by_id(work, *full).await?.map(|group| group.title);
        return Err(Failure::Refused(say::broadcast_edit_digest_full(title.unwrap_or_default())));
    }
    if !changed.is_last {
        let (sent, _) = changes::count(work, run.id).await?;
        let done = say::broadcast_edited_going_on(sent);
        return confirmed_before(work, found, run.id, done).await;
    }
    if changed.edited == 0 && changed.lost.is_empty() {
        return Ok(say::broadcast_edited());
    }
    let done = say::broadcast_edited_everywhere(changed.edited);
    let done = confirmed_before(work, found, run.id, done).await?;
    if changed.lost.is_empty() {
        return Ok(done);
    }
    let groups: Vec<GroupId> = changed
        .lost
        .iter()
        .filter_map(|post| if let Address::Group(group) = post.to { Some(group) } else { None })
        .collect();
    Ok(say::broadcast_edited_not_there(done, listed(&titles(work, &groups).await?)))
}

/// Adds to what whoever changed the words is told how many had confirmed them as they were.
async fn confirmed_before(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    run: RunId,
    done: Text,
) -> Outcome<Text> {
    let version = confirm::version_shown(work, run, broadcast).await?;
    let people = match broadcast.draft.confirmation {
        Confirmation::None => 0,
        Confirmation::Read => receipts::count_earlier(work, run, version, Step::Read).await?,
        Confirmation::Signed => receipts::count_earlier(work, run, version, Step::Signed).await?,
    };
    Ok(if people == 0 { done } else { say::broadcast_edited_confirmed(done, people) })
}

/// Takes back everywhere what the newest run has posted, and what older ones still have on their way. Runs to come stay:
/// who doesn't want them either gives the broadcast up. What can't be removed, because it is too old or the bot has left, is told to the author when that is known.
pub async fn recall(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Text> {
    recall_first(work, actor, broadcast, amending::FIRST_MAX).await
}

/// The same, with a first stretch of `first_max` rows at most.
pub(super) async fn recall_first(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    first_max: usize,
) -> Outcome<Text> {
    let mut found = authority::may_decide(work, actor, broadcast).await?;
    let mut begun = runs::of_broadcast(work, found.id).await?;
    begun.retain(|run| run.state != RunState::Waiting);
    let Some(newest) = begun.first().filter(|run| run.state != RunState::Recalled).map(|run| run.id) else {
        let is_over = matches!(found.state, State::Recalled | State::Cancelled);
        let why = if is_over { impossible(found.state) } else { say::broadcast_recall_nothing() };
        return Err(Failure::Refused(why));
    };
    let more = is_more_to_come(work, &found).await?;
    change(work, &mut found, Event::Recall { more }).await?;
    audit(work, actor.id, "broadcast.recall", &found).await?;
    let (mut sent, mut unsent, mut goes_on) = (0, 0, false);
    let mut left = first_max;
    for run in begun {
        // An older one may wait for a digest of another day.
        if run.id == newest || matches!(run.state, RunState::Planning | RunState::Sending) {
            let taken = recalling::begin(work, &run, left.max(1)).await?;
            left = left.saturating_sub(taken.sent + taken.unsent);
            (sent, unsent) = (sent + count(taken.sent), unsent + count(taken.unsent));
            if taken.goes_on {
                // Those of the first stretch that were sent are still there.
                let (there, planned) = changes::count(work, run.id).await?;
                goes_on = true;
                (sent, unsent) = (sent - count(taken.sent) + there, unsent + planned);
            }
        }
    }
    let told = if goes_on {
        say::broadcast_recalling_going_on(sent, unsent)
    } else {
        say::broadcast_recalling(sent, unsent)
    };
    Ok(if more { say::broadcast_recalling_one(told) } else { told })
}

fn count(posts: usize) -> i64 {
    i64::try_from(posts).unwrap_or(i64::MAX)
}

/// The titles of these groups, each once, and not of very many.
pub(super) async fn titles(work: &mut Work<'_>, groups: &[GroupId]) -> Outcome<Vec<String>> {
    let mut titles: Vec<String> = Vec::new();
    for group in groups {
        let Some(group) = roster::group_by_id(work, *group).await? else { continue };
        if !titles.contains(&group.title) {
            titles.push(group.title);
        }
        if titles.len() == TITLES_MAX {
            break;
        }
    }
    Ok(titles)
}
