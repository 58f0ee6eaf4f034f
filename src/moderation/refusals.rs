//! Purpose: what the channel refused to do for moderation: a message it didn't remove, a member it didn't mute.
//!
//! Invariant: what was announced and didn't happen doesn't stand: the act says what was really done, and whoever can do
//! something about it hears of it. A mute that failed is no news for whom it was meant for.

use super::appeals::unmute;
use super::store::{self, Done};
use super::why::why_card;
use crate::channel::{Card, Outgoing};
use crate::clock::{DAY_MS, Millis};
use crate::failure::Outcome;
use crate::i18n::say;
use crate::ids::{ActId, Address};
use crate::outbox::{NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Group, Person};
use crate::work::Work;

/// The message could not be removed after all, because a right is gone or it is too old. Then the act is only a note:
/// its warning doesn't count, a mute ends, and the author is told.
pub async fn not_removed(work: &mut Work<'_>, act: ActId) -> Outcome<()> {
    let Some(act) = store::act(work, act).await? else { return Ok(()) };
    store::set_done(work, act.id, Done::Observed).await?;
    let (Some(author), Some(group)) =
        (roster::person_by_id(work, act.person).await?, roster::group_by_id(work, act.group).await?)
    else {
        return Ok(());
    };
    if act.done == Done::Muted {
        unmute(work, &group, &author, act.id);
    }
    let language = roster::language(work, Some(&author), Some(&group));
    let words = language.render(&say::act_not_removed(group.title.as_str()));
    let fallback = why_card(work, &group, act.id);
    private::tell_if_possible(work, format!("not-removed/{}", act.id), &author, &group, words, fallback);
    Ok(())
}

/// Why somebody isn't muted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMuted {
    /// The bot lacks the right.
    Forbidden,
    /// The channel didn't do it, or too late.
    Failed,
    /// They are in the group no more.
    Gone,
}

/// The author could not be muted after all. The message is gone and the warning counts. The author isn't told: who
/// advertises would read it as leave to go on. Those who can do something about it are.
pub async fn not_muted(work: &mut Work<'_>, act: ActId, why: NotMuted) -> Outcome<()> {
    let Some(act) = store::act(work, act).await? else { return Ok(()) };
    // Undone, or only a note since the message could not be removed: then that was said, and more than this.
    if act.done != Done::Muted || act.undone_at.is_some() {
        return Ok(());
    }
    store::set_done(work, act.id, Done::Warned).await?;
    let (Some(author), Some(group)) =
        (roster::person_by_id(work, act.person).await?, roster::group_by_id(work, act.group).await?)
    else {
        return Ok(());
    };
    tell_staff(work, &group, &author, act.id, why).await
}

/// Tells each of the staff that somebody isn't muted. That a right is missing is said once a day, because it stays so
/// until they have given it.
async fn tell_staff(
    work: &mut Work<'_>,
    group: &Group,
    author: &Person,
    act: ActId,
    why: NotMuted,
) -> Outcome<()> {
    let (title, name) = (group.title.as_str(), author.name.as_str());
    let (words, key) = match why {
        NotMuted::Forbidden => {
            let day = work.now.0 / DAY_MS;
            (say::act_mute_refused_to_staff(title, name), format!("mute-refused/{}/{day}", group.id))
        }
        NotMuted::Failed => (say::act_mute_failed_to_staff(title, name), format!("mute-failed/{act}")),
        NotMuted::Gone => return Ok(()),
    };
    // All may read it, the author too: it tells of nobody, and not that a mute failed.
    let for_all = roster::language(work, None, Some(group)).render(&say::act_mute_refused_card());
    let row = |key: String, chat: Address, what: Outgoing, now: Millis| NewRow {
        key,
        to: Target::Chat(chat),
        priority: Priority::Answer,
        what,
        about: None,
        not_before: now,
        expires_at: Some(now.plus_ms(DAY_MS)),
    };
    let mut is_told = false;
    for staff in roster::staff(work, group.id).await? {
        let role = roster::role(work, group.id, staff.id).await?;
        let Some(chat) = private::staff_chat(work, group, &staff, role) else { continue };
        let card = Card::plain(roster::language(work, Some(&staff), Some(group)).render(&words));
        let what = match chat {
            Address::Person(_) => Outgoing::Say { card },
            Address::Group(_) => private::whisper(&staff, card, Card::plain(for_all.clone())),
        };
        work.send(row(format!("{key}/{}", staff.id), chat, what, work.now));
        is_told = true;
    }
    // Where nobody can be told alone, the group reads what it would read if a whisper were refused.
    if !is_told && why == NotMuted::Forbidden {
        let what = Outgoing::Say { card: Card::plain(for_all) };
        work.send(row(format!("{key}/all"), Address::Group(group.id), what, work.now));
    }
    Ok(())
}
