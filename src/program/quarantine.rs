//! Purpose: what `homeroom outbox …` does about messages that were given up.
//!
//! Invariant: no text of a message is printed.

use std::process::ExitCode;

use super::{FAILED, WELL, complain, database, print};
use crate::cli::OutboxAsked;
use crate::clock::Millis;
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, Native, OutboxId, TenantId};
use crate::outbox::{self, Quarantined, Target};
use crate::roster;
use crate::storage::Database;

/// Carries out what was asked for.
pub(super) async fn perform(asked: OutboxAsked, language: Language) -> anyhow::Result<ExitCode> {
    let database = Database::open_existing(&database::url()).await?;
    let (words, is_well) = match asked {
        OutboxAsked::Quarantined => (list(&database, language).await?, true),
        OutboxAsked::Release(id) => {
            let mut tx = database.write().await?;
            let is_there = outbox::release(&mut tx, OutboxId(id)).await?;
            tx.commit().await?;
            (language.render(&decided(id, is_there, say::outbox_released(id.to_string()))), is_there)
        }
        OutboxAsked::Drop(id) => {
            let mut tx = database.write().await?;
            let is_there = outbox::drop_row(&mut tx, OutboxId(id)).await?;
            tx.commit().await?;
            (language.render(&decided(id, is_there, say::outbox_dropped(id.to_string()))), is_there)
        }
    };
    database.close().await;
    if is_well {
        print(&words);
        return Ok(ExitCode::from(WELL));
    }
    complain(&words);
    Ok(ExitCode::from(FAILED))
}

fn decided(id: i64, is_there: bool, done: Text) -> Text {
    if is_there { done } else { say::outbox_not_quarantined(id.to_string()) }
}

async fn list(database: &Database, language: Language) -> anyhow::Result<String> {
    let mut tx = database.read().await?;
    let rows = outbox::quarantined(&mut tx).await?;
    if rows.is_empty() {
        return Ok(language.render(&say::outbox_none()));
    }
    let bots = roster::bots(&mut tx).await?;
    let mut lines = vec![language.render(&say::outbox_head())];
    lines.extend(rows.iter().map(|row| language.render(&line(row, &bots, language))));
    Ok(lines.join("\n"))
}

/// A row in words. The bot it is of is told where there are several.
fn line(row: &Quarantined, bots: &[(TenantId, Native)], language: Language) -> Text {
    let to = match row.to {
        Target::Chat(Address::Group(group)) => say::outbox_group(group.to_string()),
        Target::Chat(Address::Person(person)) => say::outbox_person(person.to_string()),
        Target::Bot => say::outbox_bot(),
    };
    let bot = bots.iter().find(|(tenant, _)| bots.len() > 1 && *tenant == row.tenant);
    let to = bot.map_or(to.clone(), |(_, bot)| say::outbox_of_bot(bot.as_str(), to));
    let reason = row.reason.clone().unwrap_or_else(|| "-".to_owned());
    say::outbox_line(
        time(row.ended_at.unwrap_or(row.created_at)),
        row.id.to_string(),
        row.kind.clone(),
        reason,
        language.render(&to),
        time(row.created_at),
    )
}

fn time(at: Millis) -> String {
    at.to_utc().format("%Y-%m-%d %H:%M:%SZ").to_string()
}
