//! Purpose: the command menus people see when they type a slash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::channel::{Command, CommandScope, Outgoing};
use crate::clock::{DAY_MS, Millis};
use crate::i18n::{Language, say};
use crate::outbox::{self, NewRow, Priority, Target, Written};
use crate::storage::{Database, Result};
use crate::work::Setting;

/// Stages every menu; returns what is to be handed to the sender. One that was sent before and hasn't changed is not
/// sent again.
pub async fn stage(database: &Database, setting: &Setting, now: Millis) -> Result<Vec<Written>> {
    let mut rows = Vec::new();
    for scope in [CommandScope::Private, CommandScope::Groups, CommandScope::GroupAdministrators] {
        rows.push(row(setting, scope, None, now));
        rows.extend(Language::ALL.into_iter().map(|language| row(setting, scope, Some(language), now)));
    }
    let mut tx = database.write().await?;
    let written = outbox::insert(&mut tx, setting.tenant, rows, now).await?;
    tx.commit().await?;
    Ok(written)
}

fn row(setting: &Setting, scope: CommandScope, language: Option<Language>, now: Millis) -> NewRow {
    let words = language.unwrap_or(setting.config.school.language);
    let ephemeral = setting.capabilities.whisper && scope != CommandScope::Private;
    let mut commands =
        vec![Command { name: "points".into(), description: words.render(&say::menu_points()), ephemeral }];
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
    // Clients send the main part of their language only.
    let code = language.map(|language| language.tag().split('-').next().unwrap_or_default().to_owned());
    let what = Outgoing::SetCommands { scope, language: code, commands };
    let written = serde_json::to_string(&what).unwrap_or_default();
    let digest = Sha256::digest(written.as_bytes());
    let print = URL_SAFE_NO_PAD.encode(digest.get(..8).unwrap_or_default());
    NewRow {
        // At most once a day, so that restarts cost nothing and a menu changed back is set again.
        key: format!("menu/{print}/{}", now.0 / DAY_MS),
        to: Target::Bot,
        priority: Priority::Digest,
        what,
        about: None,
        not_before: now,
        expires_at: None,
    }
}
