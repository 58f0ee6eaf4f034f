//! Purpose: in which topic of a forum something is published: one question for each chosen group that is a forum.
//!
//! Invariants: pure. A group that is no forum is never asked about; what nobody chooses goes to the general topic.

use super::state::{Dialogue, Facts, Reply, Show, Step};
use crate::broadcasts::Groups;
use crate::i18n::say;
use crate::ids::{GroupId, Native};
use crate::roster::ForumTopic;

/// So many topics are offered for a group.
pub const TOPICS_MAX: usize = 20;

/// The topics offered for a group.
pub fn of<'a>(facts: &Facts<'a>, group: GroupId) -> impl Iterator<Item = &'a ForumTopic> {
    facts.forums.iter().filter(move |topic| topic.group == group).take(TOPICS_MAX)
}

/// The question for the first chosen group that is a forum, or the first after `after`; none if there is no more.
#[must_use]
pub fn next(dialogue: &Dialogue, facts: &Facts<'_>, after: Option<GroupId>) -> Option<Step> {
    let Groups::Chosen(chosen) = &dialogue.draft.groups else { return None };
    let mut groups = chosen.iter().map(|(group, _)| *group);
    if let Some(after) = after {
        groups.find(|group| *group == after)?;
    }
    groups.find(|group| of(facts, *group).next().is_some()).map(|group| Step::Forum { group })
}

/// Takes a topic of a group by its place among those offered, from 1 on; 0 is the general one.
pub fn choose(dialogue: &mut Dialogue, facts: &Facts<'_>, group: GroupId, place: u32) {
    let index = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
    let topic = index.and_then(|index| of(facts, group).nth(index)).map(|topic| topic.topic.clone());
    if let Groups::Chosen(chosen) = &mut dialogue.draft.groups
        && let Some((_, of_group)) = chosen.iter_mut().find(|(id, _)| *id == group)
    {
        *of_group = topic;
    }
}

/// The topic chosen for a group.
#[must_use]
pub fn chosen(dialogue: &Dialogue, group: GroupId) -> Option<&Native> {
    let Groups::Chosen(chosen) = &dialogue.draft.groups else { return None };
    chosen.iter().find(|(id, _)| *id == group).and_then(|(_, topic)| topic.as_ref())
}

/// The title of the topic chosen for a group, if it is still open.
#[must_use]
pub fn title<'a>(dialogue: &Dialogue, facts: &Facts<'a>, group: GroupId) -> Option<&'a str> {
    let topic = chosen(dialogue, group)?;
    let found = facts.forums.iter().find(|known| known.group == group && known.topic == *topic);
    found.map(|topic| topic.title.as_str())
}

/// Topics that were chosen and are not open any more give way to the general one. Says so if there were any.
pub fn drop_shut(dialogue: &mut Dialogue, facts: &Facts<'_>) -> Option<Reply> {
    let Groups::Chosen(chosen) = &mut dialogue.draft.groups else { return None };
    let is_open = |group: GroupId, topic: &Native| {
        facts.forums.iter().any(|known| known.group == group && known.topic == *topic)
    };
    let mut is_any_shut = false;
    for (group, topic) in chosen.iter_mut() {
        if topic.as_ref().is_some_and(|topic| !is_open(*group, topic)) {
            *topic = None;
            is_any_shut = true;
        }
    }
    is_any_shut.then(|| Reply::note(say::dialogue_forum_shut(), Show::Card))
}
