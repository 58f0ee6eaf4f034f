//! Purpose: whose parents a group's are: the stage of their children, which decides which lessons come.
//!
//! Invariant: staff alone choose it. A group that has chosen none gets the lessons of every stage; choosing again is the way
//! back.

use super::{Group, GroupAffairs, Permit, commands, store};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card};
use crate::course::Stage;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, PersonId};
use crate::work::Work;

/// Buttons in a row.
const ROW: usize = 2;

/// The stages the school has lessons for, from the youngest on.
fn offered(work: &Work<'_>) -> impl Iterator<Item = Stage> {
    let lessons = &work.config.lessons.lessons;
    Stage::NAMED
        .into_iter()
        .map(|(_, stage)| stage)
        .filter(|stage| lessons.values().any(|lesson| lesson.stage == *stage))
}

/// True if there is anything to choose.
pub(super) fn is_offered(work: &Work<'_>) -> bool {
    offered(work).nth(1).is_some()
}

/// Rows of buttons with which staff choose a group's stage; the one that holds is marked.
pub(super) fn stages(
    work: &Work<'_>,
    reader: Language,
    group: &Group,
    chat: Address,
    owner: Option<PersonId>,
) -> Vec<Vec<CardButton>> {
    let buttons: Vec<CardButton> = offered(work)
        .map(|stage| {
            let name = reader.render(&stage.name());
            let label = if group.stage == Some(stage) { format!("✓ {name}") } else { name };
            button(work, label, group, Some(stage), chat, owner)
        })
        .collect();
    buttons.chunks(ROW).map(<[CardButton]>::to_vec).collect()
}

fn button(
    work: &Work<'_>,
    label: String,
    group: &Group,
    choice: Option<Stage>,
    chat: Address,
    owner: Option<PersonId>,
) -> CardButton {
    let does = Button::GroupStage { group: group.id, choice: number(choice) };
    let token = work.button_key().token(does, work.tenant, chat, owner, work.now);
    CardButton { label, does: ButtonLook::Token(token) }
}

/// The card with which staff choose a group's stage. With an owner only they can use it.
#[must_use]
pub fn stage_card(
    work: &Work<'_>,
    reader: Language,
    group: &Group,
    chat: Address,
    owner: Option<PersonId>,
) -> Card {
    let mut buttons = stages(work, reader, group, chat, owner);
    let every = reader.render(&say::group_stage_every());
    buttons.push(vec![button(work, every, group, None, chat, owner)]);
    let now = group.stage.map_or_else(say::group_stage_every, Stage::name);
    Card { buttons, ..Card::plain(reader.render(&say::group_stage_card(now))) }
}

/// Staff chose the stage of a group's children, by its number in [`stage_card`]'s buttons. Returns what the one who chose
/// is told.
///
/// # Errors
/// Refused if there is no such stage any more.
pub async fn press_stage(work: &mut Work<'_>, permit: Permit<GroupAffairs>, choice: i64) -> Outcome<Text> {
    let mut all = std::iter::once(None).chain(Stage::NAMED.map(|(_, stage)| Some(stage)));
    match all.find(|stage| number(*stage) == choice) {
        Some(stage) => choose_stage(work, permit, stage).await,
        None => Err(Failure::Refused(say::refused_button_unknown())),
    }
}

/// Staff chose the stage of a group's children; none is every stage. Returns what the one who chose is told.
pub async fn choose_stage(
    work: &mut Work<'_>,
    permit: Permit<GroupAffairs>,
    choice: Option<Stage>,
) -> Outcome<Text> {
    let told = match choice {
        Some(stage) => say::group_stage_chosen(stage.name()),
        None => say::group_stage_chosen_every(),
    };
    let Some(group) = store::group_by_id(work, permit.group()).await? else {
        return Ok(say::refused_button_unknown());
    };
    if group.stage == choice {
        return Ok(told);
    }
    store::set_group_stage(work, group.id, choice).await?;
    let object = format!("{} {}", group.id, choice.map_or("every", Stage::word));
    store::audit(work, permit.actor(), "group.stage", &object).await?;
    let group = Group { stage: choice, ..group };
    commands::refresh_greeting(work, &group, &format!("stage/{}", work.now.0));
    Ok(told)
}

/// Stages are numbered from 1 on; 0 is none. The numbers stand in buttons that were sent.
fn number(choice: Option<Stage>) -> i64 {
    match choice {
        None => 0,
        Some(Stage::Pregnancy) => 1,
        Some(Stage::Age0To3) => 2,
        Some(Stage::Age3To6) => 3,
        Some(Stage::Primary) => 4,
        Some(Stage::Junior) => 5,
        Some(Stage::Senior) => 6,
    }
}
