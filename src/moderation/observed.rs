//! Purpose: what the rules that observe would have done in a group, for its staff to judge them by.
//!
//! Invariant: it is shown to staff, on a permit, and tells what was written but not who wrote it.

use super::commands::rule_name_of;
use super::rules::{Action, Mode, RuleId};
use super::store::observed;
use crate::channel::{Card, Style, Styled};
use crate::clock::DAY_MS;
use crate::failure::Outcome;
use crate::i18n::{Language, say};
use crate::roster::{GroupAffairs, Permit};
use crate::text::cut;
use crate::work::Work;

/// How far back it looks: long enough to see what a rule meets, in a class of forty parents.
const DAYS: i64 = 30;
/// Rules listed, those that met most first; with their quotations they fit into one message.
const RULES_MAX: usize = 8;
/// Messages quoted for a rule, the newest first.
const QUOTED_MAX: i64 = 3;
/// Of each, in UTF-16 units.
const QUOTED_UNITS_MAX: usize = 80;

/// What the rules that observe noted in the permit's group in the last 30 days: each rule, what it would have done, how
/// often, and up to three of the messages.
pub async fn observed_card(
    work: &mut Work<'_>,
    permit: Permit<GroupAffairs>,
    language: Language,
) -> Outcome<Card> {
    let since = work.now.plus_ms(-DAYS * DAY_MS);
    let config = std::sync::Arc::clone(&work.config);
    let mut noted: Vec<(RuleId, Action, i64)> = Vec::new();
    for (rule, count) in observed::counts(work, permit.group(), since).await? {
        // One that acts by now has left a note only where it couldn't.
        let Ok(rule) = RuleId::try_from(rule) else { continue };
        let setting = config.moderation.pack().setting(&rule);
        if setting.mode == Mode::Observe {
            noted.push((rule, setting.action, count));
        }
    }
    if noted.is_empty() {
        return Ok(Card::plain(language.render(&say::observed_none(DAYS))));
    }
    let mut body = Styled::from(language.render(&say::observed_title(DAYS)));
    for (rule, action, count) in noted.iter().take(RULES_MAX) {
        let would = say::observed_would(match action {
            Action::Report => "report",
            Action::Delete => "delete",
            Action::DeleteAndWarn => "delete-and-warn",
        });
        let line = say::observed_rule(*count, rule_name_of(rule.as_str()), rule.as_str(), would);
        body.push("\n\n");
        body.push(&language.render(&line));
        for text in observed::texts(work, permit.group(), rule.as_str(), since, QUOTED_MAX).await? {
            let on_one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            body.push("\n");
            body.push_in(&cut(&on_one_line, QUOTED_UNITS_MAX), Style::Quote);
        }
    }
    if let Some(more) = noted.len().checked_sub(RULES_MAX).filter(|more| *more > 0) {
        body.push("\n\n");
        body.push(&language.render(&say::observed_more(more)));
    }
    body.push("\n\n");
    body.push(&language.render(&say::observed_next()));
    Ok(Card { body, ..Card::default() })
}
