//! Purpose: confirming that something was read, or signing it; the count under it.
//!
//! Invariants: a person confirms once, whichever message they press, and is answered within the press. What is confirmed is the
//! words as they stood then: once they are changed it counts no more, and nobody confirms other words than those above the
//! button that they press. A group sees how many have confirmed, never who. A count is brought up to date at most once in the
//! configured time for each post, however many press.

use super::draft::Confirmation;
use super::rules::button_part;
use super::store::posts::{self, ToCount};
use super::store::receipts::{self, Step};
use super::store::runs::{self, RunState};
use super::store::{self, Broadcast, topics};
use super::{post, remind};
use crate::channel::{Card, Content, Outgoing};
use crate::clock::DAY_MS;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::{Address, PostId, RunId};
use crate::outbox::{NewRow, Priority, Target};
use crate::roster::{self, Person};
use crate::text::cut;
use crate::work::Work;

/// Counts shown in one transaction.
const COUNTS_MAX: i64 = 200;
/// What is repeated of the words that are signed, in UTF-16 units: the whole box has 200.
const SIGNED_UNITS_MAX: usize = 80;
/// What is repeated of words that were changed, in UTF-16 units: a message has room for 4,096.
const REPEATED_UNITS_MAX: usize = 3_500;
/// What is repeated of the signer's name.
const NAME_UNITS_MAX: usize = 24;

/// Somebody pressed the button under a version of a broadcast's words; 0 if the button doesn't say which, then it is taken for
/// that of the words as they are. Returns what they are told.
///
/// # Errors
/// Refused if there is nothing to confirm.
pub async fn confirm(
    work: &mut Work<'_>,
    person: &Person,
    chat: Address,
    run: RunId,
    pressed: i64,
) -> Outcome<Text> {
    let unknown = || Failure::Refused(say::refused_button_unknown());
    let run = runs::run(work, run).await?.ok_or_else(unknown)?;
    let broadcast = store::broadcast(work, run.broadcast).await?.ok_or_else(unknown)?;
    if run.state == RunState::Recalled {
        return Ok(say::broadcast_confirm_recalled());
    }
    let version = version_shown(work, run.id, &broadcast).await?;
    let step = receipts::step(work, run.id, person.id, version).await?;
    let (next, told) = match (broadcast.draft.confirmation, step) {
        (Confirmation::None, _) => return Err(unknown()),
        (Confirmation::Read, Some(Step::Read | Step::Signed)) => return Ok(say::broadcast_read_before()),
        (Confirmation::Signed, Some(Step::Signed)) => return Ok(say::broadcast_signed_before()),
        _ if (1..version).contains(&pressed) => {
            return reworded(work, person, chat, run.id, &broadcast, version).await;
        }
        (Confirmation::Read, _) => (Step::Read, say::broadcast_read_thanks()),
        (Confirmation::Signed, Some(_)) => (Step::Signed, say::broadcast_signed_thanks()),
        (Confirmation::Signed, None) => {
            (Step::Asked, sign_first(work, person, run.id, &broadcast, version).await?)
        }
    };
    receipts::set(work, run.id, person.id, version, next).await?;
    if next != Step::Asked {
        remind::withdraw_of(work, run.id, person.id).await?;
        count_later(work, run.id, &broadcast, person).await?;
    }
    Ok(told)
}

/// Has the button with its count under a run be written anew where the person reads it.
async fn count_later(work: &mut Work<'_>, run: RunId, broadcast: &Broadcast, person: &Person) -> Outcome<()> {
    let part = i64::try_from(button_part(&broadcast.draft)).unwrap_or(0);
    let every_ms = i64::try_from(work.config.broadcasts.count_every.as_millis()).unwrap_or(i64::MAX / 2);
    if posts::count_later(work, run, part, person.id, every_ms).await? {
        work.ring();
    }
    Ok(())
}

/// Somebody pressed under words that have been changed since: that confirms nothing. They are led to where the words as they are
/// stand with their own button: to the group, where an edit has put them or will; in private they are sent once, because an old
/// reminder stays as it is. Words that nobody has said yes to yet are shown to nobody, and none to whoever has left the groups.
async fn reworded(
    work: &mut Work<'_>,
    person: &Person,
    chat: Address,
    run: RunId,
    broadcast: &Broadcast,
    version: i64,
) -> Outcome<Text> {
    let is_shown = chat == Address::Person(person.id) && version == broadcast.version;
    let groups = if is_shown { topics::groups_of(work, run, &[person.id]).await? } else { Vec::new() };
    let group = match groups.into_iter().map(|(_, group)| group).min() {
        Some(group) => roster::group_by_id(work, group).await?,
        None => None,
    };
    let Some(group) = group else {
        count_later(work, run, broadcast, person).await?;
        return Ok(say::broadcast_reworded_in_group());
    };
    let language = roster::language(work, Some(person), Some(&group));
    let words = cut(&words(broadcast), REPEATED_UNITS_MAX);
    let text = language.render(&say::broadcast_reworded(group.title, words));
    let buttons = post::buttons(work, broadcast, (run, version), chat, language, None);
    work.send(NewRow {
        key: format!("broadcast-reworded/{run}/{}/{version}", person.id),
        to: Target::Chat(chat),
        priority: Priority::Answer,
        what: Outgoing::Say { card: Card { buttons, ..Card::plain(text) } },
        about: None,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(DAY_MS)),
    });
    Ok(say::broadcast_reworded_in_private())
}

/// What somebody is told before they sign. Where the broadcast has other words by now than what was posted, such as words that
/// wait for a yes, they sign what they see.
async fn sign_first(
    work: &mut Work<'_>,
    person: &Person,
    run: RunId,
    broadcast: &Broadcast,
    version: i64,
) -> Outcome<Text> {
    let name = cut(&person.name, NAME_UNITS_MAX);
    if version != broadcast.version {
        return Ok(say::broadcast_sign_above(name));
    }
    let words = cut(&words(broadcast), SIGNED_UNITS_MAX);
    Ok(if receipts::knows_earlier(work, run, person.id, version).await? {
        say::broadcast_sign_anew(name, words)
    } else {
        say::broadcast_sign_first(name, words)
    })
}

/// Which version of a broadcast's words a run shows; the broadcast's own if nothing of it is known to stand anywhere.
pub(super) async fn version_shown(work: &mut Work<'_>, run: RunId, broadcast: &Broadcast) -> Outcome<i64> {
    Ok(posts::newest_version(work, run).await?.unwrap_or(broadcast.version))
}

/// The words of all contents.
pub(super) fn words(broadcast: &Broadcast) -> String {
    let words: Vec<&str> =
        broadcast.draft.contents.iter().map(Content::words).filter(|words| !words.is_empty()).collect();
    words.join("\n")
}

/// Brings the counts that are due under what a run has posted up to date.
pub(super) async fn show_counts(work: &mut Work<'_>, run: RunId) -> Outcome<()> {
    let due = posts::to_count(work, run, COUNTS_MAX).await?;
    let known = runs::run(work, run).await?.filter(|run| run.state != RunState::Recalled);
    let broadcast = match known {
        Some(run) => store::broadcast(work, run.broadcast).await?,
        None => None,
    };
    if let Some(broadcast) = &broadcast {
        for count in &due {
            show_count(work, broadcast, run, count).await?;
        }
    }
    if !due.is_empty() {
        let ids: Vec<PostId> = due.iter().map(|count| count.id).collect();
        posts::counted(work, &ids).await?;
    }
    Ok(())
}

async fn show_count(work: &mut Work<'_>, broadcast: &Broadcast, run: RunId, count: &ToCount) -> Outcome<()> {
    if usize::try_from(count.part) != Ok(button_part(&broadcast.draft)) {
        return Ok(());
    }
    let (Some(message), Some(group)) =
        (count.messages.first(), roster::group_by_id(work, count.group).await?)
    else {
        return Ok(());
    };
    let (language, to) = (roster::language(work, None, Some(&group)), Address::Group(count.group));
    let counted = Some((count.confirmed, count.readers));
    let buttons = post::buttons(work, broadcast, (run, count.version), to, language, counted);
    work.send(NewRow {
        key: format!("broadcast-count/{}/{}", count.id, work.now.0),
        to: Target::Chat(to),
        priority: Priority::Digest,
        what: Outgoing::Buttons { message: message.clone(), buttons },
        about: None,
        not_before: work.now,
        // The next one shows more.
        expires_at: None,
    });
    Ok(())
}

/// The newest run that has gone out, if it asks for a confirmation.
pub(super) async fn newest_run(work: &mut Work<'_>, broadcast: &Broadcast) -> Outcome<Option<runs::Run>> {
    let all = runs::of_broadcast(work, broadcast.id).await?;
    Ok(all.into_iter().find(|run| run.state != RunState::Waiting))
}
