//! Purpose: what people see when the bot comes into a group, and when they first write to it.

use super::language::group_languages;
use super::stage;
use super::{Group, GroupAffairs, GroupState, Permit, Person, store};
use crate::access::Button;
use crate::channel::{
    Button as CardButton, ButtonLook, Card, ChatKind, Member, Outgoing, RoleChange, Sender, SenderKind,
};
use crate::clock::MINUTE_MS;
use crate::failure::Outcome;
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, GroupId, Native, UpdateId};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::work::Work;

/// In place of a greeting's id, before the number of the update that brought the bot, until the greeting is sent.
const ARRIVAL: &str = "arrival/";

/// The bot was added, promoted, restricted or removed.
pub async fn bot_role_changed(work: &mut Work<'_>, update: UpdateId, change: &RoleChange) -> Outcome<()> {
    if change.chat.kind == ChatKind::Private {
        let person = super::person(work, &change.by).await?;
        let state = if change.after.is_present() { "open" } else { "blocked" };
        store::set_private_chat(work, &person, state).await?;
        return Ok(());
    }
    let mut group = super::group(work, &change.chat).await?;
    group.title.clone_from(&change.chat.title);
    group.kind = change.chat.kind;
    group.bot_role = change.after;
    group.bot_rights = change.rights;
    if !change.after.is_present() {
        group.state = GroupState::Left;
        store::update_group(work, &group).await?;
        return Ok(());
    }
    let arrived = group.state == GroupState::Left || !change.before.is_present() || group.greeting.is_none();
    if group.state == GroupState::Left {
        group.state = GroupState::Joined;
    }
    store::update_group(work, &group).await?;
    ask_administrators(work, &group, &format!("update/{update}"));
    if arrived {
        // The greeting follows when it is known who may press its button.
        let arrival = Native(format!("{ARRIVAL}{update}"));
        store::set_greeting(work, group.id, Some(&arrival)).await?;
    } else {
        refresh_greeting(work, &group, &format!("update/{update}"));
    }
    Ok(())
}

/// The rights the bot needs and lacks in the group, as sentences.
fn missing_rights(group: &Group) -> Vec<Text> {
    if !group.bot_role.administers() {
        return vec![say::right_administrator(), say::right_delete(), say::right_restrict()];
    }
    let mut missing = Vec::new();
    if !group.bot_rights.delete {
        missing.push(say::right_delete());
    }
    if !group.bot_rights.restrict {
        missing.push(say::right_restrict());
    }
    missing
}

fn greeting_card(work: &Work<'_>, group: &Group) -> Card {
    let language = super::language(work, None, Some(group));
    let school = work.config.school.name(language);
    let mut words = language.render(&say::greeting_body(school));
    let missing = missing_rights(group);
    if !missing.is_empty() {
        words.push_str("\n\n");
        words.push_str(&language.render(&say::greeting_missing()));
        for right in missing {
            words.push('\n');
            words.push_str(&language.render(&say::list_line(right)));
        }
    }
    words.push_str("\n\n");
    let chat = Address::Group(group.id);
    let mut stages = Vec::new();
    // Once one is chosen, the set-up group changes it with the command.
    if stage::is_offered(work) && (group.stage.is_none() || group.state != GroupState::Active) {
        words.push_str(&language.render(&say::greeting_stage()));
        words.push('\n');
        stages = stage::stages(work, language, group, chat, None);
    }
    if group.state == GroupState::Active {
        words.push_str(&language.render(&say::greeting_active()));
        return Card { body: words.into(), buttons: stages, ..Card::default() };
    }
    words.push_str(&language.render(&say::greeting_ask()));
    let token = work.button_key().token(Button::SetUp(group.id), work.tenant, chat, None, work.now);
    let button = CardButton { label: language.render(&say::button_set_up()), does: ButtonLook::Token(token) };
    let mut buttons = vec![vec![button]];
    buttons.extend(stages);
    buttons.extend(group_languages(work, group.id, chat, None));
    Card { body: words.into(), buttons, ..Card::default() }
}

/// Greets a group that is still to be greeted; once for each arrival.
pub async fn greet(work: &mut Work<'_>, group: GroupId) -> Outcome<()> {
    let Some(group) = store::group_by_id(work, group).await? else { return Ok(()) };
    let Some(arrival) = group.greeting.as_ref().filter(|known| known.as_str().starts_with(ARRIVAL)) else {
        return Ok(());
    };
    let card = greeting_card(work, &group);
    work.send(NewRow {
        key: format!("greeting/{}/{arrival}", group.id),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Answer,
        what: Outgoing::Say { card },
        about: Some(About::Greeting { group: group.id }),
        not_before: work.now,
        expires_at: None,
    });
    Ok(())
}

/// Brings the greeting up to date with rights given since and with the setting up, once on each occasion.
pub(super) fn refresh_greeting(work: &mut Work<'_>, group: &Group, occasion: &str) {
    let known = group.greeting.clone().filter(|message| !message.as_str().starts_with(ARRIVAL));
    let Some(message) = known else { return };
    let card = greeting_card(work, group);
    work.send(NewRow {
        key: format!("greeting-edit/{}/{occasion}", group.id),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Answer,
        what: Outgoing::Edit { message, card },
        about: None,
        not_before: work.now,
        expires_at: None,
    });
}

/// Asks who administers the group now, at most once a minute: a bot that doesn't administer it isn't told of changes.
pub fn ask_who_administers(work: &mut Work<'_>, group: &Group) {
    let occasion = format!("minute/{}", work.now.0 / MINUTE_MS);
    ask_administrators(work, group, &occasion);
}

/// Asks the channel for the administrators; the answer comes to [`administrators_listed`].
fn ask_administrators(work: &mut Work<'_>, group: &Group, occasion: &str) {
    work.send(NewRow {
        key: format!("administrators/{}/{occasion}", group.id),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Answer,
        what: Outgoing::AskAdministrators,
        about: Some(About::Administrators { group: group.id }),
        not_before: work.now,
        expires_at: None,
    });
}

/// The greeting was sent: it is edited from now on instead of sent again.
pub async fn greeting_sent(work: &mut Work<'_>, group: GroupId, message: &Native) -> Outcome<()> {
    store::set_greeting(work, group, Some(message)).await?;
    // Rights may have come while the greeting was on its way.
    if let Some(group) = store::group_by_id(work, group).await? {
        refresh_greeting(work, &group, &format!("sent/{message}"));
    }
    Ok(())
}

/// The greeting can't be sent. The next change of the bot's rights brings another.
pub async fn greeting_failed(work: &mut Work<'_>, group: GroupId) -> Outcome<()> {
    Ok(store::set_greeting(work, group, None).await?)
}

/// The channel listed who administers a group. Returns who does now and didn't as far as was known, and the other way round.
pub async fn administrators_listed(
    work: &mut Work<'_>,
    group: GroupId,
    listed: &[Member],
) -> Outcome<Vec<Person>> {
    let before = store::staff(work, group).await?;
    let (mut staff, mut changed) = (Vec::new(), Vec::new());
    for member in listed.iter().filter(|member| !member.is_bot) {
        let sender = Sender {
            kind: SenderKind::Person,
            id: member.id.clone(),
            name: member.name.clone(),
            language: None,
        };
        let person = super::person(work, &sender).await?;
        store::set_role(work, group, person.id, member.role).await?;
        staff.push(person.id);
        if !before.iter().any(|known| known.id == person.id) {
            changed.push(person);
        }
    }
    store::demote_all_but(work, group, &staff).await?;
    changed.extend(before.into_iter().filter(|known| !staff.contains(&known.id)));
    greet(work, group).await?;
    Ok(changed)
}

/// A member joined, left, was promoted or restricted.
pub async fn member_role_changed(work: &mut Work<'_>, change: &RoleChange) -> Outcome<()> {
    let Some(group) = super::known_group(work, &change.chat.id).await? else { return Ok(()) };
    if change.who.kind != SenderKind::Person {
        return Ok(());
    }
    let person = super::person(work, &change.who).await?;
    store::set_role(work, group.id, person.id, change.after).await?;
    if !change.after.is_present() {
        work.seen().forget(&change.chat.id, &change.who.id);
    }
    Ok(())
}

/// Staff pressed "set up": the bot works in the group from now on. Returns what the one who pressed is told.
pub async fn set_up(work: &mut Work<'_>, permit: Permit<GroupAffairs>) -> Outcome<Text> {
    let Some(mut group) = store::group_by_id(work, permit.group()).await? else {
        return Ok(say::refused_button_unknown());
    };
    if group.state == GroupState::Active {
        return Ok(say::set_up_already());
    }
    group.state = GroupState::Active;
    store::update_group(work, &group).await?;
    store::audit(work, permit.actor(), "group.set-up", &group.id.to_string()).await?;
    refresh_greeting(work, &group, &format!("set-up/{}", work.now.0));
    Ok(if missing_rights(&group).is_empty() { say::set_up_done() } else { say::set_up_done_rights_missing() })
}

/// Somebody wrote to the bot in private: it may write to them from now on.
pub async fn private_chat_opened(work: &mut Work<'_>, person: &Person) -> Outcome<()> {
    if !person.private_chat_open {
        store::set_private_chat(work, person, "open").await?;
    }
    Ok(())
}

/// What the bot says of itself in a private chat.
#[must_use]
pub fn help(work: &Work<'_>, language: Language) -> String {
    let school = work.config.school.name(language);
    language.render(&say::help_private(school))
}
