//! Purpose: what the outbox tells of posts: sent, refused, removed; and that a run has gone out.
//!
//! Invariant: a post ends once, but for one of which nobody knew whether it arrived: should the operator release its row, it ends
//! anew, and the author is told if it arrived after all. One that arrives after its broadcast was taken back or changed is taken back or changed then.

use super::after;
use super::draft::Confirmation;
use super::life::tell_author;
use super::publish::change;
use super::rules::Event;
use super::store;
use super::store::posts::{self, Post};
use super::store::receipts;
use super::store::runs::{self, RunState};
use super::unreadable;
use crate::channel::{Answer, FILE_UNUSABLE, TOO_LONG, TOPIC_SHUT};
use crate::failure::Outcome;
use crate::i18n::{Text, listed, say};
use crate::ids::{Address, Native, PostId, RunId};
use crate::outbox::{CHAT_MOVED, End};
use crate::roster;
use crate::work::Work;

/// A row about a post has ended.
pub async fn post_ended(work: &mut Work<'_>, post: PostId, end: &End) -> Outcome<()> {
    let mut ended = write_end(work, post, end).await?;
    if ended.is_none() && posts::reopen(work, post).await? {
        ended = write_end(work, post, end).await?;
    }
    let Some(ended) = ended else { return Ok(()) };
    if matches!(end, End::Done(_)) {
        follow(work, &ended).await?;
    }
    finish_or_correct(work, ended.run, ended.to, end).await
}

async fn write_end(work: &mut Work<'_>, post: PostId, end: &End) -> Outcome<Option<Post>> {
    Ok(match end {
        End::Done(answer) => posts::end(work, post, Ok(&messages(answer))).await?,
        _ => posts::end(work, post, Err(&reason(end))).await?,
    })
}

fn messages(answer: &Answer) -> Vec<Native> {
    match answer {
        Answer::Sent { message, .. } => vec![message.clone()],
        Answer::Album { messages } => messages.clone(),
        _ => Vec::new(),
    }
}

/// A stable word for why something was not done; the channel's own words for what it refused and nobody has listed.
pub(super) fn reason(end: &End) -> String {
    match end {
        End::Gone(_) => "gone".into(),
        End::Forbidden(_) => "forbidden".into(),
        End::Failed(words) if words == TOPIC_SHUT => "topic".into(),
        End::Failed(words) if words == CHAT_MOVED => "lost".into(),
        End::Failed(words) if words.starts_with(TOO_LONG) => "long".into(),
        End::Failed(words) if words.starts_with(FILE_UNUSABLE) => "file".into(),
        End::Failed(words) => format!("refused: {words}"),
        End::Quarantined => "unknown".into(),
        End::Expired => "expired".into(),
        End::Done(_) | End::NotWhispered => String::new(),
    }
}

/// What was decided while the post was on its way.
async fn follow(work: &mut Work<'_>, sent: &Post) -> Outcome<()> {
    let Some(run) = runs::run(work, sent.run).await? else { return Ok(()) };
    let Some(broadcast) = store::broadcast(work, run.broadcast).await? else { return Ok(()) };
    if broadcast.draft.confirmation != Confirmation::None && receipts::has_any(work, run.id).await? {
        work.ring();
    }
    if run.state == RunState::Recalled {
        after::take_back(work, std::slice::from_ref(sent));
    } else if sent.version < broadcast.version {
        after::amend(work, &broadcast, std::slice::from_ref(sent)).await?;
    }
    Ok(())
}

/// Something of a run has ended in a chat. If the run had gone out before, its author was told that it failed there, and is told
/// now if the chat has all of it after all.
pub(super) async fn finish_or_correct(
    work: &mut Work<'_>,
    run: RunId,
    to: Address,
    end: &End,
) -> Outcome<()> {
    let known = runs::run(work, run).await?.filter(|run| run.state == RunState::Sent);
    let Some(run) = known else { return finish_if_ended(work, run).await };
    let broadcast = match store::broadcast(work, run.broadcast).await {
        Err(error) if error.is_unreadable() => None,
        found => found?,
    };
    let (Some(broadcast), true) = (broadcast, matches!(end, End::Done(_))) else { return Ok(()) };
    let all = posts::of_run(work, run.id).await?;
    let mut there = all.iter().filter(|post| post.to == to);
    if !there.all(|post| post.state == "sent") {
        return Ok(());
    }
    let now = how_it_went(&all);
    let (words, chat) = match to {
        Address::Group(group) => {
            let title = roster::group_by_id(work, group).await?.map(|group| group.title).unwrap_or_default();
            (say::broadcast_after_all(title, now), group.0)
        }
        Address::Person(person) => (say::broadcast_after_all_copy(now), person.0),
    };
    tell_author(work, &broadcast, &format!("after-all/{}/{chat}/{}", run.id, work.now.0), &words).await
}

/// A run whose every post has ended has gone out, and so has its broadcast if nothing more comes. Its author hears how it went.
pub(super) async fn finish_if_ended(work: &mut Work<'_>, run: RunId) -> Outcome<()> {
    if posts::is_open(work, run).await? {
        return Ok(());
    }
    let Some(run) = runs::run(work, run).await?.filter(|run| run.state == RunState::Sending) else {
        return Ok(());
    };
    runs::set(work, run.id, RunState::Sent, run.planned_until).await?;
    let all = posts::of_run(work, run.id).await?;
    let found = match store::broadcast(work, run.broadcast).await {
        Err(error) if error.is_unreadable() => {
            let is_lacking = all.iter().any(|post| post.state == "failed");
            return unreadable::ended(work, run.broadcast, run.id, how_it_went(&all), is_lacking).await;
        }
        found => found?,
    };
    let Some(mut broadcast) = found else { return Ok(()) };
    let others = runs::of_broadcast(work, broadcast.id).await?;
    let is_open = |state| matches!(state, RunState::Waiting | RunState::Planning | RunState::Sending);
    // Another run of the same broadcast may be on its way.
    if !others.iter().any(|other| matches!(other.state, RunState::Planning | RunState::Sending)) {
        let more = broadcast.next_at.is_some() || others.iter().any(|other| is_open(other.state));
        change(work, &mut broadcast, Event::Finish { more }).await?;
    }
    let words = how_it_went(&all);
    tell_author(work, &broadcast, &format!("done/{}", run.id), &words).await
}

/// In how many groups a run arrived, and to how many people as a private copy.
fn how_it_went(all: &[Post]) -> Text {
    let (mut groups, mut copies) = ([0_i64; 2], [0_i64; 2]);
    // A chat that lacks a part hasn't received it, as in the report.
    for parts in all.chunk_by(|one, other| one.to == other.to) {
        let [sent, failed] = match parts.first().map(|first| first.to) {
            Some(Address::Person(_)) => &mut copies,
            _ => &mut groups,
        };
        if parts.iter().any(|part| part.state == "failed") { *failed += 1 } else { *sent += 1 }
    }
    let [sent, failed] = groups;
    let words =
        if failed == 0 { say::broadcast_done(sent) } else { say::broadcast_done_partly(failed, sent) };
    if copies == [0, 0] {
        return words;
    }
    let [sent, failed] = copies;
    say::broadcast_done_copies(words, failed, sent)
}

/// A post was to be taken back; its end says whether it is gone.
pub async fn recall_ended(work: &mut Work<'_>, post: PostId, end: &End) -> Outcome<()> {
    let why_not = (!matches!(end, End::Done(_))).then(|| reason(end));
    match posts::deleted(work, post, why_not.as_deref()).await? {
        Some(run) => recalled(work, run).await,
        None => Ok(()),
    }
}

/// Once nothing of a run that was taken back stands anywhere or is still to be removed, its author hears how it went.
pub(super) async fn recalled(work: &mut Work<'_>, run: RunId) -> Outcome<()> {
    if posts::is_any_there(work, run).await? {
        return Ok(());
    }
    let all = posts::of_run(work, run).await?;
    let Some(run) = runs::run(work, run).await? else { return Ok(()) };
    let Some(broadcast) = store::broadcast(work, run.broadcast).await? else { return Ok(()) };
    let stuck: Vec<&Post> = all.iter().filter(|post| post.state == "stuck").collect();
    let gone = i64::try_from(all.iter().filter(|post| post.state == "deleted").count()).unwrap_or(0);
    let titles = after::titles(work, &stuck).await?;
    let words = match (titles.is_empty(), stuck.len()) {
        (false, _) => {
            let copies = stuck.iter().filter(|post| matches!(post.to, Address::Person(_))).count();
            let words = say::broadcast_recall_stuck(listed(&titles));
            if copies == 0 { words } else { say::broadcast_recall_stuck_copies(copies, words) }
        }
        (true, 0) => say::broadcast_recall_done(gone),
        (true, copies) => say::broadcast_recall_copies_stuck(copies, gone),
    };
    tell_author(work, &broadcast, &format!("recalled/{}", run.id), &words).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_channel_is_known_to_refuse_has_a_word_of_its_own() {
        let of = |words: &str| reason(&End::Failed(words.to_owned()));
        assert_eq!(of(TOPIC_SHUT), "topic");
        assert_eq!(of(CHAT_MOVED), "lost");
        assert_eq!(of(&format!("{TOO_LONG}: Bad Request: message is too long")), "long");
        assert_eq!(of(&format!("{FILE_UNUSABLE}: Bad Request: wrong file identifier")), "file");
        assert_eq!(of("Bad Request: POLL_INVALID"), "refused: Bad Request: POLL_INVALID");
    }
}
