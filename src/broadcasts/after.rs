//! Purpose: what people decide about a broadcast that has gone out: other words in place, or taking it back everywhere.
//!
//! Invariants: what has not been sent yet is not sent in its old form: it is taken out of the outbox, or changed when it
//! arrives. Of what comes again, a change and a recall reach the newest run that has begun, between two runs and while it is
//! held too; the runs to come have the new words, and a recall leaves them as they are.

use super::authority;
use super::check;
use super::confirm;
use super::copies::{self, Senders};
use super::digest;
use super::draft::{Confirmation, Draft, Urgency};
use super::ends;
use super::life::audit;
use super::plan;
use super::post;
use super::publish::{ask_others, change, impossible};
use super::rules::{self, Event, State};
use super::store::digests;
use super::store::posts::{self, Post};
use super::store::receipts::{self, Step};
use super::store::runs::{self, Run, RunState};
use super::store::{self, Broadcast};
use crate::channel::{Content, Outgoing};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, listed, say};
use crate::ids::{Address, BroadcastId, PersonId, PostId, RunId};
use crate::outbox::{self, About, NewRow, Priority, Target};
use crate::roster::{self, Person};
use crate::work::Work;

/// Titles that are named at most.
const TITLES_MAX: usize = 10;

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

/// Whether what is changed goes out only after the yes of somebody who has not written it: more of something urgent is to come,
/// and whoever changes it is not of the school's own staff. What already waits for a yes waits for one to the new words.
///
/// # Errors
/// Refused while a run is going out: it would go on with words that nobody else has seen, or stop half way.
async fn needs_yes(work: &mut Work<'_>, actor: &Person, broadcast: &Broadcast) -> Outcome<bool> {
    if broadcast.state == State::AwaitingApproval {
        return Ok(true);
    }
    let is_urgent = broadcast.draft.urgency == Urgency::Urgent;
    if !is_urgent || roster::is_configured_staff(work, &actor.native) {
        return Ok(false);
    }
    match broadcast.state {
        State::Sending if is_more_to_come(work, broadcast).await? => {
            Err(Failure::Refused(say::broadcast_edit_urgent_sending()))
        }
        State::Draft | State::Scheduled | State::Paused => Ok(true),
        _ => Ok(false),
    }
}

/// Changes what a broadcast says: what will go out, and what the newest run has posted, in place. An urgent one of
/// which more is to come needs a new yes first; what it has posted stays as it is then.
///
/// # Errors
/// Refused with what the check stops, where what was posted can't become the new contents by editing, and where a yes is
/// needed that nobody can be asked for.
pub async fn edit(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    contents: Vec<Content>,
) -> Outcome<Text> {
    let (mut found, authority) = authority::over(work, actor, broadcast).await?;
    let newest = newest_run(work, found.id).await?;
    let needs_yes = needs_yes(work, actor, &found).await?;
    if newest.is_some() && !rules::can_become(&found.draft.contents, &contents) {
        return Err(Failure::Refused(say::broadcast_edit_other_kind()));
    }
    let draft = Draft { contents, when: None, ..found.draft.clone() };
    // A group that is left by now doesn't keep the words in the others from being put right.
    let troubles = check::check_contents(work, &draft);
    if let Some(trouble) = troubles.into_iter().find(|trouble| trouble.stops) {
        return Err(Failure::Refused(trouble.says));
    }
    found.draft.contents = draft.contents;
    found.draft.words_by = (actor.id != found.author).then_some(actor.id);
    found.version += 1;
    if needs_yes {
        found.approved_by = None;
    }
    change(work, &mut found, Event::Edit { approved: needs_yes }).await?;
    audit(work, authority.actor(), "broadcast.edit", &found).await?;
    if needs_yes {
        runs::cancel_waiting(work, found.id).await?;
        // All groups of the author's are not all of whoever changes it.
        let author = roster::person_by_id(work, found.author).await?;
        let authority = match author.filter(|_| authority::chosen(&found.draft).is_none()) {
            Some(author) => authority::for_draft(work, &author, &found.draft).await?,
            None => authority,
        };
        let asked = ask_others(work, actor, &authority, &mut found).await?;
        return Ok(say::broadcast_awaits(i64::try_from(asked).unwrap_or(0)));
    }
    let Some(run) = newest else { return Ok(say::broadcast_edited()) };
    let mut sent = posts::of_run(work, run.id).await?;
    sent.retain(|post| post.state == "sent");
    let (sent, lost) = within_reach(work, run.id, sent).await?;
    amend(work, &found, &sent).await?;
    digest::amend(work, &found, run.id).await?;
    if sent.is_empty() && lost.is_empty() {
        return Ok(say::broadcast_edited());
    }
    let done = say::broadcast_edited_everywhere(i64::try_from(sent.len()).unwrap_or(i64::MAX));
    let done = confirmed_before(work, &found, run.id, done).await?;
    if lost.is_empty() {
        return Ok(done);
    }
    let lost: Vec<&Post> = lost.iter().collect();
    Ok(say::broadcast_edited_not_there(done, listed(&titles(work, &lost).await?)))
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

/// Parts what was sent into what can still be changed or deleted, and what stayed behind when its group moved.
async fn within_reach(work: &mut Work<'_>, run: RunId, sent: Vec<Post>) -> Outcome<(Vec<Post>, Vec<Post>)> {
    let in_digests = digests::shown_of_run(work, run).await?;
    Ok(sent.into_iter().partition(|post| !post.messages.is_empty() || in_digests.contains(&post.id)))
}

/// Has posts show the broadcast as it is now.
pub(super) async fn amend(work: &mut Work<'_>, broadcast: &Broadcast, sent: &[Post]) -> Outcome<()> {
    let person = |post: &Post| match post.to {
        Address::Person(person) => Some(person),
        Address::Group(_) => None,
    };
    let mut people: Vec<PersonId> = sent.iter().filter_map(person).collect();
    people.dedup();
    let senders = match sent.first() {
        Some(first) if !people.is_empty() => Some(Senders::read(work, first.run, &people).await?),
        _ => None,
    };
    for post in sent {
        let part = usize::try_from(post.part).unwrap_or(0);
        // What only carries the buttons stays as it is; so does what was sent without its message being learnt.
        let (Some(message), true) = (post.messages.first(), part < broadcast.draft.contents.len()) else {
            continue;
        };
        let (group, person) = match post.to {
            Address::Group(group) => (roster::group_by_id(work, group).await?, None),
            Address::Person(person) => (None, roster::person_by_id(work, person).await?),
        };
        let language = roster::language(work, person.as_ref(), group.as_ref());
        let (new, priority) = match post.to {
            Address::Group(_) => {
                let new = post::post(work, broadcast, post.run, part, post.to, language, None);
                (new, plan::priority(broadcast))
            }
            Address::Person(person) => {
                let groups =
                    senders.as_ref().map(|senders| senders.line(person, language)).unwrap_or_default();
                let new = post::copy(work, broadcast, post.run, part, person, language, &groups);
                (new, copies::priority(broadcast))
            }
        };
        work.send(NewRow {
            key: format!("broadcast-edit/{}/{}", post.id, broadcast.version),
            to: Target::Chat(post.to),
            priority,
            what: Outgoing::Amend { message: message.clone(), post: new },
            about: None,
            not_before: work.now,
            expires_at: None,
        });
    }
    let ids: Vec<PostId> = sent.iter().map(|post| post.id).collect();
    posts::set_version(work, &ids, broadcast.version).await?;
    // The edit has put buttons without a count there.
    Ok(posts::count_again(work, &ids).await?)
}

/// Takes back everywhere what the newest run has posted, and what older ones still have on their way. Runs to come stay:
/// who doesn't want them either gives the broadcast up. What can't be removed, because it is too old or the bot has left, is told to the author when that is known.
pub async fn recall(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Text> {
    let (mut found, authority) = authority::over(work, actor, broadcast).await?;
    let mut begun = runs::of_broadcast(work, found.id).await?;
    begun.retain(|run| run.state != RunState::Waiting);
    let Some(newest) = begun.first().filter(|run| run.state != RunState::Recalled).map(|run| run.id) else {
        let is_over = matches!(found.state, State::Recalled | State::Cancelled);
        let why = if is_over { impossible(found.state) } else { say::broadcast_recall_nothing() };
        return Err(Failure::Refused(why));
    };
    let more = is_more_to_come(work, &found).await?;
    change(work, &mut found, Event::Recall { more }).await?;
    audit(work, authority.actor(), "broadcast.recall", &found).await?;
    let (mut sent, mut unsent) = (0, 0);
    for run in begun {
        // An older one may wait for a digest of another day.
        if run.id == newest || matches!(run.state, RunState::Planning | RunState::Sending) {
            let taken = recall_run(work, &run).await?;
            (sent, unsent) = (sent + taken.0, unsent + taken.1);
        }
    }
    let told = say::broadcast_recalling(sent, unsent);
    Ok(if more { say::broadcast_recalling_one(told) } else { told })
}

/// Takes a run back; returns how many posts are deleted, and how many are not sent any more.
async fn recall_run(work: &mut Work<'_>, run: &Run) -> Outcome<(i64, i64)> {
    runs::set(work, run.id, RunState::Recalled, run.planned_until).await?;
    let all = posts::of_run(work, run.id).await?;
    let keys: Vec<String> =
        all.iter().filter(|post| post.state == "planned").map(|post| plan::key(post.id)).collect();
    let (tenant, now) = (work.tenant, work.now);
    let unsent = outbox::withdraw(work.writing().await?, tenant, &keys, now).await?;
    let mut withdrawn = digest::take_out(work, run.id).await?;
    withdrawn.extend(all.iter().filter(|post| unsent.contains(&plan::key(post.id))).map(|post| post.id));
    posts::withdraw(work, &withdrawn).await?;
    let sent: Vec<Post> = all.into_iter().filter(|post| post.state == "sent").collect();
    let (sent, lost) = within_reach(work, run.id, sent).await?;
    take_back(work, &sent);
    for post in &lost {
        posts::deleted(work, post.id, Some("moved")).await?;
    }
    if !lost.is_empty() {
        ends::recalled(work, run.id).await?;
    }
    let count = |posts: usize| i64::try_from(posts).unwrap_or(i64::MAX);
    Ok((count(sent.len()), count(withdrawn.len())))
}

/// Has posts removed.
pub(super) fn take_back(work: &mut Work<'_>, sent: &[Post]) {
    for post in sent.iter().filter(|post| !post.messages.is_empty()) {
        work.send(NewRow {
            key: format!("broadcast-recall/{}", post.id),
            to: Target::Chat(post.to),
            priority: Priority::Urgent,
            what: Outgoing::Delete { messages: post.messages.clone() },
            about: Some(About::BroadcastRecall { post: post.id }),
            not_before: work.now,
            expires_at: None,
        });
    }
}

/// The titles of the groups that posts are in, each once.
pub(super) async fn titles(work: &mut Work<'_>, posts: &[&Post]) -> Outcome<Vec<String>> {
    let mut titles: Vec<String> = Vec::new();
    for post in posts {
        let Address::Group(group) = post.to else { continue };
        let Some(group) = roster::group_by_id(work, group).await? else { continue };
        if !titles.contains(&group.title) {
            titles.push(group.title);
        }
        if titles.len() == TITLES_MAX {
            break;
        }
    }
    Ok(titles)
}
