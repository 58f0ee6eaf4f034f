//! Purpose: what happens to a message that breaks a rule, and what its author and the staff can do about it.
//!
//! Invariants: the author is told why, in private, with a way to appeal; staff can undo. One act gets one reaction: an
//! album is one act, and a burst of messages brings one notice a minute.

use super::rules::{self, Action, RuleId, Step, Verdict};
use super::store::{self, Act, Done, NewAct};
use super::{Finding, rule_name};
use crate::access::{self, Button};
use crate::channel::{Button as CardButton, ButtonLook, Card, ChatKind, Message, Outgoing, SenderKind};
use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{ActId, Address};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::private::{self, Fallback, Notice};
use crate::roster::{self, Group, Person};
use crate::text::cut;
use crate::work::Work;

/// Of the text a rule touched, this much is kept as evidence, in UTF-16 units.
const EVIDENCE_UNITS_MAX: usize = 2_000;
/// Of the words that matched, this much is repeated to the author.
const MATCHED_UNITS_MAX: usize = 40;
/// Telegram takes shorter mutes for mutes for ever; nobody is muted for less.
const MUTE_MS_MIN: i64 = MINUTE_MS;

/// Acts on a message whose words touch rules.
pub async fn check(
    work: &mut Work<'_>,
    group: &Group,
    message: &Message,
    findings: &[Finding],
) -> Outcome<()> {
    let config = std::sync::Arc::clone(&work.config);
    let verdict = rules::decide(findings.iter().map(|finding| &finding.rule), |rule| {
        config.moderation.pack().setting(rule)
    });
    let (rule, action, warnings) = match &verdict {
        Verdict::Clean => return Ok(()),
        Verdict::Observed(rules) => (rules.first(), Action::Report, None),
        Verdict::Act { rule, action, warnings, .. } => (Some(rule), *action, *warnings),
    };
    let Some(rule) = rule else { return Ok(()) };
    let person = roster::person(work, &message.sender).await?;
    let is_staff = roster::is_staff(work, group.id, person.id).await?;
    if rules::exempt(message.sender.kind, is_staff) {
        return Ok(());
    }
    let step = step(work, group, &person, message, action, warnings).await?;
    let done = match (action, step) {
        (Action::Report, _) => Done::Observed,
        (Action::Delete, _) | (Action::DeleteAndWarn, None) => Done::Deleted,
        (Action::DeleteAndWarn, Some(Step::Warn { .. })) => Done::Warned,
        (Action::DeleteAndWarn, Some(Step::Mute { .. })) => Done::Muted,
    };
    let act = NewAct {
        group: group.id,
        person: person.id,
        message: message.album.as_ref().unwrap_or(&message.id),
        rule: rule.as_str(),
        done,
        matched: &cut(&matched_words(findings, rule), MATCHED_UNITS_MAX),
        evidence: &evidence(message),
    };
    let written = store::insert(work, &act).await?;
    if done == Done::Observed {
        return Ok(());
    }
    delete(work, group, message);
    let Some(id) = written else { return Ok(()) };
    if let Some(Step::Mute { duration_ms }) = step {
        mute(work, group, &person, id, duration_ms);
    }
    if message.sender.kind == SenderKind::Person {
        notify(work, group, &person, id, act.matched, rule, step);
    }
    Ok(())
}

/// The step on the ladder a warning leads to; none if nobody is warned.
async fn step(
    work: &mut Work<'_>,
    group: &Group,
    person: &Person,
    message: &Message,
    action: Action,
    warnings: Option<u32>,
) -> Outcome<Option<Step>> {
    if action != Action::DeleteAndWarn || message.sender.kind != SenderKind::Person {
        return Ok(None);
    }
    let ladder = work.config.moderation.pack().ladder.with_warnings(warnings);
    let since = work.now.plus_ms(-i64::from(ladder.window_days) * DAY_MS);
    let given = store::warnings(work, group.id, person.id, since).await?;
    Ok(Some(rules::ladder(ladder.active_warnings(&given, work.now), &ladder)))
}

fn matched_words(findings: &[Finding], rule: &RuleId) -> String {
    findings
        .iter()
        .find(|finding| finding.rule == *rule)
        .map(|finding| finding.words.clone())
        .unwrap_or_default()
}

fn evidence(message: &Message) -> String {
    let parts: Vec<&str> = message.parts.iter().map(|part| part.text.as_str()).collect();
    cut(&parts.join("\n"), EVIDENCE_UNITS_MAX)
}

fn delete(work: &mut Work<'_>, group: &Group, message: &Message) {
    work.send(NewRow {
        key: format!("delete/{}/{}", group.id, message.id),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Guard,
        what: Outgoing::Delete { messages: vec![message.id.clone()] },
        about: None,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(2 * DAY_MS)),
    });
}

fn mute(work: &mut Work<'_>, group: &Group, person: &Person, act: ActId, duration_ms: i64) {
    if group.kind != ChatKind::Group || !work.capabilities.mute {
        return;
    }
    work.send(NewRow {
        key: format!("mute/{act}"),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Guard,
        what: Outgoing::Mute {
            person: person.native.clone(),
            until: work.now.plus_ms(duration_ms.max(MUTE_MS_MIN)),
        },
        about: None,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(HOUR_MS)),
    });
}

/// Tells the author what was done, why, and how to appeal.
fn notify(
    work: &mut Work<'_>,
    group: &Group,
    person: &Person,
    act: ActId,
    matched: &str,
    rule: &RuleId,
    step: Option<Step>,
) {
    let language = roster::language(work, Some(person), Some(group));
    let mut words = language.render(&say::act_deleted(group.title.as_str(), matched, rule_name(rule)));
    words.push('\n');
    words.push_str(&language.render(&consequence(step)));
    let chat = if work.capabilities.whisper { Address::Group(group.id) } else { Address::Person(person.id) };
    let token = work.button_key().token(Button::Appeal(act), work.tenant, chat, Some(person.id), work.now);
    let appeal =
        CardButton { label: language.render(&say::act_appeal_button()), does: ButtonLook::Token(token) };
    let card = Card { buttons: vec![vec![appeal]], ..Card::plain(words) };
    let period = match step {
        Some(Step::Mute { .. }) => format!("mute/{act}"),
        _ => format!("{}", work.now.0 / MINUTE_MS),
    };
    private::tell(
        work,
        Notice {
            key: format!("notice/{}/{}/{period}", group.id, person.id),
            person,
            group,
            card,
            about: Some(About::ActNotice { act }),
            fallback: Fallback {
                words: say::act_card(),
                label: say::act_card_button(),
                button: Button::WhyDeleted(act),
                kind: "deleted",
            },
            language: roster::language(work, None, Some(group)),
            private_chat_first: true,
        },
    );
}

fn consequence(step: Option<Step>) -> Text {
    match step {
        None => say::act_no_penalty(),
        Some(Step::Warn { n, of }) => say::act_warned(n, of),
        Some(Step::Mute { duration_ms }) => say::act_muted(duration_ms / HOUR_MS),
    }
}

/// Shows the author of a deleted message why; the button stands in the group, so anybody may press it.
pub async fn why(work: &mut Work<'_>, person: &Person, act: ActId) -> Outcome<Text> {
    let Some(act) = store::act(work, act).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let Some(own) = store::latest(work, act.group, person.id).await? else {
        return Ok(say::act_not_yours());
    };
    let rule = rule_name_of(&own.rule);
    Ok(match own.done {
        Done::Muted => say::act_why_muted(own.matched, rule),
        Done::Warned => say::act_why_warned(own.matched, rule),
        Done::Deleted | Done::Observed => say::act_why_deleted(own.matched, rule),
    })
}

fn rule_name_of(rule: &str) -> Text {
    RuleId::try_from(rule.to_owned()).map_or_else(|_| say::rule_other(), |rule| rule_name(&rule))
}

/// The author asks the staff to look again.
pub async fn appeal(work: &mut Work<'_>, person: &Person, act: ActId) -> Outcome<Text> {
    let act = own_act(work, person, act).await?;
    if act.undone_at.is_some() {
        return Ok(say::act_undone_already());
    }
    if act.appealed_at.is_some() {
        return Ok(say::act_appealed_already());
    }
    store::set_appealed(work, act.id).await?;
    let Some(group) = roster::group_by_id(work, act.group).await? else { return Ok(say::act_appealed()) };
    for member in roster::staff(work, act.group).await? {
        if member.private_chat_open {
            ask_staff(work, &group, &member, person, &act);
        }
    }
    Ok(say::act_appealed())
}

async fn own_act(work: &mut Work<'_>, person: &Person, act: ActId) -> Outcome<Act> {
    match store::act(work, act).await? {
        Some(act) if act.person == person.id => Ok(act),
        Some(_) => Err(Failure::Refused(say::refused_button_of_another())),
        None => Err(Failure::Refused(say::refused_button_unknown())),
    }
}

fn ask_staff(work: &mut Work<'_>, group: &Group, staff: &Person, author: &Person, act: &Act) {
    let language = roster::language(work, Some(staff), Some(group));
    let words = language.render(&say::act_appeal_to_staff(
        group.title.as_str(),
        act.matched.as_str(),
        author.name.as_str(),
        rule_name_of(&act.rule),
    ));
    let chat = Address::Person(staff.id);
    let token = work.button_key().token(Button::Undo(act.id), work.tenant, chat, Some(staff.id), work.now);
    let undo = CardButton { label: language.render(&say::act_undo_button()), does: ButtonLook::Token(token) };
    work.send(NewRow {
        key: format!("appeal/{}/{}", act.id, staff.id),
        to: Target::Chat(chat),
        priority: Priority::Answer,
        what: Outgoing::Say { card: Card { buttons: vec![vec![undo]], ..Card::plain(words) } },
        about: None,
        not_before: work.now,
        expires_at: None,
    });
}

/// Staff undo an act: the warning no longer counts, the mute ends, the author is told.
pub async fn undo(work: &mut Work<'_>, staff: &Person, act: ActId) -> Outcome<Text> {
    let Some(act) = store::act(work, act).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let permit = access::permit(work, staff.id, act.group).await?;
    if act.undone_at.is_some() {
        return Ok(say::act_undone_already());
    }
    store::set_undone(work, act.id, permit.actor()).await?;
    roster::audit(work, permit.actor(), "moderation.undo", &act.id.to_string()).await?;
    let (Some(author), Some(group)) =
        (roster::person_by_id(work, act.person).await?, roster::group_by_id(work, act.group).await?)
    else {
        return Ok(say::act_undone());
    };
    if act.done == Done::Muted {
        unmute(work, &group, &author, act.id);
    }
    let language: Language = roster::language(work, Some(&author), Some(&group));
    let words = language.render(&say::act_undone_author(group.title.as_str()));
    if author.private_chat_open {
        private::say_in_private(work, format!("undone/{}", act.id), &author, words);
    }
    Ok(say::act_undone())
}

fn unmute(work: &mut Work<'_>, group: &Group, person: &Person, act: ActId) {
    work.send(NewRow {
        key: format!("unmute/{act}"),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Guard,
        what: Outgoing::Unmute { person: person.native.clone() },
        about: None,
        not_before: work.now,
        expires_at: None,
    });
}
