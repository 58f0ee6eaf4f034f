//! Purpose: the command menus people see when they type a slash.
//!
//! Invariant: menus are staged and remembered in one transaction, so that the last ones staged are the ones people get.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use super::store;
use crate::channel::{Command, CommandScope, Outgoing};
use crate::clock::{Clock, DAY_MS, MINUTE_MS, Millis};
use crate::i18n::{Language, say};
use crate::outbox::{self, NewRow, Priority, Target, Wake, Written};
use crate::storage::{Database, Result};
use crate::work::Setting;

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

fn menu(setting: &Setting, scope: CommandScope, language: Option<Language>) -> Outgoing {
    let words = language.unwrap_or(setting.config.school.language);
    let ephemeral = setting.capabilities.whisper && scope != CommandScope::Private;
    let mut commands =
        vec![Command { name: "points".into(), description: words.render(&say::menu_points()), ephemeral }];
    let description = words.render(&say::menu_lessons());
    commands.push(Command { name: "lessons".into(), description, ephemeral });
    if scope == CommandScope::Private {
        commands.push(Command {
            name: "help".into(),
            description: words.render(&say::menu_help()),
            ephemeral: false,
        });
    }
    commands.push(Command {
        name: "language".into(),
        description: words.render(&say::menu_language()),
        ephemeral,
    });
    if scope == CommandScope::GroupAdministrators {
        let description = words.render(&say::menu_stage());
        commands.push(Command { name: "stage".into(), description, ephemeral });
    }
    // Clients send the main part of their language only.
    let code = language.map(|language| language.tag().split('-').next().unwrap_or_default().to_owned());
    Outgoing::SetCommands { scope, language: code, commands }
}
