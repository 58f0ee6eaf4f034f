//! Purpose: the command menus people see when they type a slash.
//!
//! Invariant: menus are staged and remembered in one transaction, so that the last ones staged are the ones people get.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use super::store;
use crate::broadcasts::dialogue;
use crate::channel::{Command, CommandScope, Outgoing};
use crate::clock::{Clock, DAY_MS, MINUTE_MS, Millis};
use crate::failure::Outcome;
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, GroupId};
use crate::outbox::{self, NewRow, Priority, Target, Wake, Written};
use crate::roster::{self, Person};
use crate::storage::{Database, Result};
use crate::work::{Setting, Work};

/// After menus could not be staged, the next try is so much later.
const AGAIN_MS: i64 = MINUTE_MS;

/// Stages every menu, unless these were the last ones staged, and today: so restarts cost nothing, a menu changed back
/// is set again, and what somebody else changed is right again a day later at the latest, after a restart.
pub async fn stage(database: &Database, setting: &Setting, now: Millis) -> Result<Vec<Written>> {
    let mut menus = Vec::new();
    for scope in [CommandScope::Private, CommandScope::Groups, CommandScope::GroupAdministrators] {
        menus.push(menu(setting, scope, None));
        menus.extend(Language::ALL.into_iter().map(|language| menu(setting, scope, Some(language))));
    }
    let print = print(&menus);
    let mark = format!("{print}/{}", now.0 / DAY_MS);
    let mut tx = database.write().await?;
    if store::menus_staged(&mut tx, setting.tenant).await?.as_deref() == Some(mark.as_str()) {
        return Ok(Vec::new());
    }
    let row = |(number, what)| NewRow {
        key: format!("menu/{print}/{}/{number}", now.0),
        to: Target::Bot,
        priority: Priority::Digest,
        what,
        about: None,
        not_before: now,
        expires_at: None,
    };
    let rows = menus.into_iter().enumerate().map(row).collect();
    let written = outbox::insert(&mut tx, setting.tenant, rows, now).await?;
    store::set_menus_staged(&mut tx, setting.tenant, &mark).await?;
    tx.commit().await?;
    Ok(written)
}

/// Stages the menus anew whenever a change of the setting changes them, until `stop`.
pub async fn keep(
    database: Database,
    mut setting: watch::Receiver<Setting>,
    clock: Clock,
    wake: Wake,
    mut stop: watch::Receiver<bool>,
) {
    let mut again = None;
    loop {
        let at = again.unwrap_or(Millis(i64::MAX));
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            changed = setting.changed() => if changed.is_err() { return },
            () = clock.sleep_until(at) => {}
        }
        let now = clock.now();
        let current = setting.borrow_and_update().clone();
        again = match stage(&database, &current, now).await {
            Ok(written) => {
                wake.hand(written);
                None
            }
            Err(error) => {
                tracing::warn!(%error, "the command menus could not be staged, trying again");
                Some(now.plus_ms(AGAIN_MS))
            }
        };
    }
}

/// Tells whether menus are the same.
fn print(menus: &[Outgoing]) -> String {
    let written = serde_json::to_string(menus).unwrap_or_default();
    let digest = Sha256::digest(written.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.get(..8).unwrap_or_default())
}

/// Stages the menu of somebody's private chat: with what the staff of groups can do, or as everybody has it. At most once
/// a day, so that whoever asks for it often costs no more.
pub(super) fn stage_for(work: &mut Work<'_>, person: &Person, is_staff: bool) {
    stage_once(work, person, is_staff, &(work.now.0 / DAY_MS).to_string());
}

/// Somebody may have become staff, or be none any more: if they have opened their private chat, its menu is what is theirs
/// from now on. Once for each occasion.
pub(super) async fn rights_changed(work: &mut Work<'_>, person: &Person, occasion: &str) -> Outcome<()> {
    if person.private_chat_open {
        let is_staff = dialogue::is_staff_somewhere(work, person).await?;
        stage_once(work, person, is_staff, &format!("rights/{occasion}"));
    }
    Ok(())
}

/// The same of everybody who looks after a group: the bot works there from now on, or no more.
pub(super) async fn group_changed(work: &mut Work<'_>, group: GroupId, occasion: &str) -> Outcome<()> {
    for person in roster::staff(work, group).await? {
        rights_changed(work, &person, occasion).await?;
    }
    Ok(())
}

fn stage_once(work: &mut Work<'_>, person: &Person, is_staff: bool, occasion: &str) {
    let language = roster::language(work, Some(person), None);
    let commands = in_private(language, is_staff);
    let what = Outgoing::SetCommands { scope: CommandScope::ThisChat, language: None, commands };
    let print = print(std::slice::from_ref(&what));
    work.send(NewRow {
        key: format!("menu/{}/{print}/{occasion}", person.id),
        to: Target::Chat(Address::Person(person.id)),
        priority: Priority::Digest,
        what,
        about: None,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(DAY_MS)),
    });
}

fn command(name: &str, description: &Text, language: Language, ephemeral: bool) -> Command {
    Command { name: name.into(), description: language.render(description), ephemeral }
}

/// The commands of a private chat; staff have those to publish with first.
fn in_private(language: Language, is_staff: bool) -> Vec<Command> {
    let of_staff = [("announce", say::menu_announce()), ("schedule", say::menu_schedule())];
    let of_all = [
        ("points", say::menu_points()),
        ("lessons", say::menu_lessons()),
        ("topics", say::menu_topics()),
        ("help", say::menu_help()),
        ("language", say::menu_language()),
    ];
    let of_staff = of_staff.into_iter().filter(|_| is_staff);
    of_staff.chain(of_all).map(|(name, text)| command(name, &text, language, false)).collect()
}

fn menu(setting: &Setting, scope: CommandScope, language: Option<Language>) -> Outgoing {
    let words = language.unwrap_or(setting.config.school.language);
    let commands = if scope == CommandScope::Private {
        in_private(words, false)
    } else {
        let ephemeral = setting.capabilities.whisper;
        let of_all = [
            ("points", say::menu_points()),
            ("lessons", say::menu_lessons()),
            ("language", say::menu_language()),
        ];
        let of_staff = [
            ("schedule", say::menu_schedule()),
            ("stage", say::menu_stage()),
            ("observed", say::menu_observed()),
        ];
        let of_staff = of_staff.into_iter().filter(|_| scope == CommandScope::GroupAdministrators);
        of_all
            .into_iter()
            .chain(of_staff)
            .map(|(name, text)| command(name, &text, words, ephemeral))
            .collect()
    };
    // Clients send the main part of their language only.
    let code = language.map(|language| language.tag().split('-').next().unwrap_or_default().to_owned());
    Outgoing::SetCommands { scope, language: code, commands }
}
