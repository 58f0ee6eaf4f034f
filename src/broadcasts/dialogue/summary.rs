//! Purpose: the end of the conversation: everything at a glance, what is still lacking, and the last confirmation.
//!
//! Invariant: [`Act`]s are made here and nowhere else, and only for a draft that lacks nothing.

use super::choice::Choice;
use super::forum;
use super::state::{Act, Dialogue, Facts, Purpose, Reply, Show, Step};
use super::times;
use crate::broadcasts::Groups;
use crate::i18n::{listed, say};

/// Shows the summary, or asks for what it lacks.
pub fn summary(dialogue: &mut Dialogue, facts: &Facts<'_>) -> Reply {
    dialogue.step = Step::Summary;
    lacking(dialogue, facts).unwrap_or_else(|| {
        dialogue.is_reviewed = true;
        Reply::show(Show::Card)
    })
}

/// What has to be asked before it can be published, if anything. The step is set to it.
fn lacking(dialogue: &mut Dialogue, facts: &Facts<'_>) -> Option<Reply> {
    if dialogue.draft.contents.is_empty() {
        dialogue.step = Step::What { replaces: false };
        return Some(Reply::note(say::dialogue_what_first(), Show::Card));
    }
    if dialogue.purpose != Purpose::New {
        return past(dialogue, facts);
    }
    let mut lost = false;
    if let Groups::Chosen(chosen) = &mut dialogue.draft.groups {
        let before = chosen.len();
        chosen.retain(|(id, _)| facts.groups.iter().any(|(known, _)| known == id));
        lost = chosen.len() < before;
    }
    let note = lost.then(|| say::dialogue_groups_lost(listed(facts.lost)));
    if dialogue.draft.groups == Groups::Chosen(Vec::new()) {
        dialogue.step = Step::groups();
        return Some(Reply::note(note.unwrap_or_else(say::dialogue_groups_first), Show::Card));
    }
    let shut = forum::drop_shut(dialogue, facts);
    let late = past(dialogue, facts);
    late.or_else(|| {
        dialogue.is_reviewed = true;
        note.map(|note| Reply::note(note, Show::Card)).or(shut)
    })
}

fn past(dialogue: &mut Dialogue, facts: &Facts<'_>) -> Option<Reply> {
    if matches!(dialogue.purpose, Purpose::Edit(_)) {
        return None;
    }
    let over = times::over(dialogue.draft.when.as_deref()?, facts.now, facts.time)?;
    dialogue.step = Step::when();
    Some(Reply::note(over, Show::Card))
}

/// The last confirmation.
pub fn send(mut dialogue: Dialogue, facts: &Facts<'_>) -> (Option<Dialogue>, Reply) {
    if let Some(reply) = lacking(&mut dialogue, facts) {
        dialogue.changed_at = facts.now;
        return (Some(dialogue), reply);
    }
    if !facts.troubles.is_empty() {
        return (Some(dialogue), Reply::show(Show::Card));
    }
    let act = match dialogue.purpose {
        Purpose::New => Act::Publish(Box::new(dialogue.draft)),
        Purpose::Edit(broadcast) => Act::Edit(broadcast, dialogue.draft.contents),
        Purpose::Move(broadcast) => Act::Move(broadcast, dialogue.draft.when),
    };
    (None, Reply { notes: Vec::new(), show: Show::Notes, act: Some(act) })
}

/// Back to one of the steps before, from the summary.
pub fn change(dialogue: &mut Dialogue, choice: Choice, facts: &Facts<'_>) -> Reply {
    let (may_text, may_time) = match dialogue.purpose {
        Purpose::New => (true, true),
        Purpose::Edit(_) => (true, false),
        Purpose::Move(_) => (false, true),
    };
    let is_new = dialogue.purpose == Purpose::New;
    dialogue.step = match choice {
        Choice::ChangeWhat if may_text => Step::What { replaces: true },
        Choice::ChangeGroups if is_new && facts.groups.len() > 1 => Step::groups(),
        Choice::ChangeGroups if is_new && forum::next(dialogue, facts, None).is_some() => {
            forum::next(dialogue, facts, None).unwrap_or(Step::Options)
        }
        Choice::ChangeOptions if is_new => Step::Options,
        Choice::ChangeWhen if may_time => Step::when(),
        _ => return Reply::note(say::dialogue_summary_only_buttons(), Show::Card),
    };
    Reply::show(Show::Card)
}
