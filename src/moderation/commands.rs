//! Purpose: what happens to a message that breaks a rule.
//!
//! Invariants: the author is told why, in private, with a way to appeal. One act gets one reaction: an
//! album is one act, and a burst of messages brings one notice a minute. Nobody is warned for a message that stays:
//! without the right to delete, the bot only takes note.

use std::collections::HashSet;

use super::rules::{self, Action, RuleId, Step, Verdict};
use super::store::{self, Done, NewAct, albums};
use super::why::why_card;
use super::{Finding, rule_name};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card, ChatKind, Message, Outgoing, SenderKind};
use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS, Millis};
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::ids::{ActId, Address, GroupId, Native, PersonId};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::private::{self, Notice};
use crate::roster::{self, Group, Person};
use crate::text::cut;
use crate::work::{Reading, Work};

/// Of the text a rule touched, this much is kept as evidence, in UTF-16 units.
const EVIDENCE_UNITS_MAX: usize = 2_000;
/// Of the words that matched, this much is repeated to the author.
const MATCHED_UNITS_MAX: usize = 40;
/// Telegram takes shorter mutes for mutes for ever; nobody is muted for less.
const MUTE_MS_MIN: i64 = MINUTE_MS;

/// Acts on a message whose words touch rules, or which belongs to an album.
pub async fn check(
    work: &mut Work<'_>,
    group: &Group,
    message: &Message,
    findings: &[Finding],
) -> Outcome<()> {
    if rules::exempt(message.sender.kind, false) || removed(work, group, message, findings).await? {
        return Ok(());
    }
    albums::remember(work, group.id, message);
    Ok(())
}

/// Whether the message is removed.
async fn removed(
    work: &mut Work<'_>,
    group: &Group,
    message: &Message,
    findings: &[Finding],
) -> Outcome<bool> {
    let name = act_name(message);
    if (message.album.is_some() || message.edited) && store::was_acted_on(work, group.id, &name).await? {
        delete(work, group, message, vec![message.id.clone()], None);
        return Ok(true);
    }
    let config = std::sync::Arc::clone(&work.config);
    let verdict = rules::decide(findings.iter().map(|finding| &finding.rule), |rule| {
        config.moderation.pack().setting(rule)
    });
    let (rule, action, warnings) = match &verdict {
        Verdict::Clean => return Ok(false),
        Verdict::Observed(rules) => (rules.first(), Action::Report, None),
        Verdict::Act { rule, action, warnings, .. } => (Some(rule), *action, *warnings),
    };
    let Some(rule) = rule else { return Ok(false) };
    let person = roster::person(work, &message.sender).await?;
    let is_staff = roster::is_staff(work, group.id, person.id).await?;
    if rules::exempt(message.sender.kind, is_staff) {
        return Ok(false);
    }
    let step = step(work, group, &person, message, action, warnings).await?;
    let done = done(work, group, action, step);
    let act = NewAct {
        group: group.id,
        person: person.id,
        message: &name,
        rule: rule.as_str(),
        done,
        matched: &cut(&matched_words(findings, rule), MATCHED_UNITS_MAX),
        evidence: &evidence(message),
    };
    let written = store::insert(work, &act).await?;
    if done == Done::Observed {
        return Ok(false);
    }
    let together = albums::together(work, group.id, message).await?;
    delete(work, group, message, together, written);
    let Some(id) = written else { return Ok(true) };
    if let (Done::Muted, Some(Step::Mute { duration_ms })) = (done, step) {
        mute(work, group, &person, id, duration_ms);
    }
    if message.sender.kind == SenderKind::Person {
        let mute_hours = config.moderation.pack().ladder.mute_hours;
        notify(work, group, &person, id, &act, &consequence(done, step, mute_hours));
    }
    Ok(true)
}

/// What makes a message, or the album it belongs to, one thing. Numbers of messages begin anew when a group gets a new
/// native id, so the chat's is part of it.
fn act_name(message: &Message) -> Native {
    Native(format!("{}/{}", message.chat.id, message.album.as_ref().unwrap_or(&message.id)))
}

/// What can be done, with the rights there are.
fn done(work: &Work<'_>, group: &Group, action: Action, step: Option<Step>) -> Done {
    let can_delete = work.capabilities.delete_others && group.bot_rights.delete;
    let can_mute = work.capabilities.mute && group.bot_rights.restrict && group.kind == ChatKind::Group;
    match (action, step) {
        _ if !can_delete => Done::Observed,
        (Action::Report, _) => Done::Observed,
        (Action::Delete, _) | (Action::DeleteAndWarn, None) => Done::Deleted,
        (Action::DeleteAndWarn, Some(Step::Mute { .. })) if can_mute => Done::Muted,
        (Action::DeleteAndWarn, Some(_)) => Done::Warned,
    }
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
    let given = store::warnings(work, group.id, person.id, counting_since(work)).await?;
    let just_now = work.now.plus_ms(-MINUTE_MS);
    if given.iter().any(|warning| warning.muted && warning.at > just_now) {
        // It came before the mute could take effect.
        return Ok(None);
    }
    let times: Vec<Millis> = given.iter().map(|warning| warning.at).collect();
    Ok(Some(rules::ladder(ladder.active_warnings(&times, work.now), &ladder)))
}

/// Warnings given before this count no more.
fn counting_since(work: &Work<'_>) -> Millis {
    work.now.plus_ms(-i64::from(work.config.moderation.pack().ladder.window_days) * DAY_MS)
}

/// Messages that touch rules, of which group and author are known.
#[derive(Debug)]
pub struct Suspects {
    pairs: Vec<(GroupId, PersonId)>,
    names: Vec<(GroupId, Native)>,
}

impl Suspects {
    /// Those of the messages whose group and author were read in this transaction and are known.
    #[must_use]
    pub fn known(work: &mut Work<'_>, messages: &[&Message]) -> Self {
        let mut pairs = HashSet::new();
        let mut names = HashSet::new();
        for message in messages {
            if let Some((group, person)) = roster::known_pair(work, &message.chat.id, &message.sender.id) {
                pairs.insert((group, person));
                names.insert((group, act_name(message)));
            }
        }
        Self { pairs: pairs.into_iter().collect(), names: names.into_iter().collect() }
    }

    /// Asks for what [`check`] needs of them.
    #[must_use]
    pub fn readings(&self, work: &Work<'_>) -> Vec<Reading<'_>> {
        if self.pairs.is_empty() {
            return Vec::new();
        }
        vec![
            roster::roles_reading(self.pairs.clone()),
            store::warnings_reading(self.pairs.clone(), counting_since(work)),
            store::acts_reading(&self.names),
            store::last_reading(),
        ]
    }
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

fn delete(work: &mut Work<'_>, group: &Group, message: &Message, messages: Vec<Native>, act: Option<ActId>) {
    work.send(NewRow {
        // The time, because an edit may need it again. It stands first, so that new keys are neighbours in their index.
        key: format!("delete/{}/{}/{}", work.now.0, message.chat.id, message.id),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Guard,
        what: Outgoing::Delete { messages },
        about: act.map(|act| About::Removal { act }),
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(2 * DAY_MS)),
    });
}

fn mute(work: &mut Work<'_>, group: &Group, person: &Person, act: ActId, duration_ms: i64) {
    work.send(NewRow {
        key: format!("mute/{act}"),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Guard,
        what: Outgoing::Mute {
            person: person.native.clone(),
            until: work.now.plus_ms(duration_ms.max(MUTE_MS_MIN)),
        },
        about: Some(About::Mute { act }),
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(HOUR_MS)),
    });
}

/// Tells the author what was done, why, and how to appeal.
fn notify(
    work: &mut Work<'_>,
    group: &Group,
    person: &Person,
    id: ActId,
    act: &NewAct<'_>,
    consequence: &Text,
) {
    let language = roster::language(work, Some(person), Some(group));
    let rule = rule_name_of(act.rule);
    let mut words = language.render(&say::act_deleted(group.title.as_str(), act.matched, rule));
    words.push('\n');
    words.push_str(&language.render(consequence));
    let chat = private::place(work, group.id, person);
    let token = work.button_key().token(Button::Appeal(id), work.tenant, chat, Some(person.id), work.now);
    let appeal =
        CardButton { label: language.render(&say::act_appeal_button()), does: ButtonLook::Token(token) };
    let card = Card { buttons: vec![vec![appeal]], ..Card::plain(words) };
    let period = match act.done {
        Done::Muted => format!("mute/{id}"),
        _ => format!("{}", work.now.0 / MINUTE_MS),
    };
    let fallback = why_card(work, group, id);
    private::tell(
        work,
        Notice {
            key: format!("notice/{period}/{}/{}", group.id, person.id),
            person,
            group,
            card,
            about: Some(About::ActNotice { act: id }),
            fallback,
            private_first: true,
        },
    );
}

fn consequence(done: Done, step: Option<Step>, mute_hours: u32) -> Text {
    match (done, step) {
        (_, Some(Step::Warn { n, of })) => say::act_warned(mute_hours, n, of),
        (Done::Muted, Some(Step::Mute { duration_ms })) => say::act_muted(duration_ms / HOUR_MS),
        (_, Some(Step::Mute { .. })) => say::act_warned_last(),
        (_, None) => say::act_no_penalty(),
    }
}

pub(super) fn rule_name_of(rule: &str) -> Text {
    RuleId::try_from(rule.to_owned()).map_or_else(|_| say::rule_other(), |rule| rule_name(&rule))
}
