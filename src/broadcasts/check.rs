//! Purpose: the check of a draft: everything that speaks against publishing it, each with what to do.
//!
//! Invariant: a draft without a trouble that stops is one the channel takes and the school's rules allow; whatever changes
//! later (a group that is left, a right that is lost) is found when it goes out.
//!
//! Rules for everybody's messages that don't hold for staff in a group (advertising, links) are told and don't stop. What
//! holds for teachers too does: lists of scores, links of private payment codes, what is forbidden by law. Words that ask for
//! money are told too: they need the yes of a second person, see `approval`.

use std::mem::discriminant;

use super::approval;
use super::authority::{self, Authority};
use super::draft::Draft;
use super::heading;
use super::publish::when;
use super::rules;
use super::sensitive::{self, Sensitive};
use super::store;
use crate::channel::{ALBUM_MAX, Content, Media, Part, PartKind, Role};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::BroadcastId;
use crate::moderation::rule_name;
use crate::roster::{Group, GroupState, Person};
use crate::text::{cut, units};
use crate::timetable::{Recurrence, Rule, phrase};
use crate::work::Work;

/// Of words that are quoted, this much.
const QUOTED_UNITS_MAX: usize = 60;
/// The rule about what is forbidden by law, which holds for everybody.
const FORBIDDEN: &str = "R20";

/// Something that speaks against publishing a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What it is, which words are meant, and what to do.
    pub says: Text,
    /// True if it can't be published like this; else it is only to be thought about.
    pub stops: bool,
}

fn stops(says: Text) -> Trouble {
    Trouble { says, stops: true }
}

/// The draft as its words make it.
pub(super) fn marked(mut draft: Draft) -> Draft {
    draft.is_fee = asks_for_money(&sensitive_words(&parts(&draft)));
    draft
}

fn asks_for_money(found: &[Sensitive]) -> bool {
    found.iter().any(|found| matches!(found, Sensitive::Money(_)))
}

/// Checks a draft. What stops it comes first.
pub async fn check(work: &mut Work<'_>, draft: &Draft, author: &Person) -> Outcome<Vec<Trouble>> {
    let draft = &marked(draft.clone());
    let authority = match authority::for_draft(work, author, draft).await {
        Ok(authority) => authority,
        Err(Failure::Refused(says)) => return Ok(sorted(work, draft, vec![stops(says)])),
        Err(broken) => return Err(broken),
    };
    let mut troubles = check_for(work, draft, &authority);
    if approval::is_needed(work, author, draft)
        && !authority.groups.is_empty()
        && approval::approvers(work, author, &authority).await?.is_empty()
    {
        troubles.insert(0, stops(approval::nobody(draft)));
    }
    Ok(troubles)
}

/// Checks other words for a broadcast; `draft` has them in the place of its own. What stops them comes first.
pub(super) async fn check_edit(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    draft: &Draft,
) -> Outcome<Vec<Trouble>> {
    let mut troubles = check_contents(work, draft);
    if let Some(found) = store::broadcast(work, broadcast).await? {
        match approval::is_needed_to_edit(work, actor, &found, &marked(draft.clone())).await {
            Ok(_) => {}
            Err(Failure::Refused(says)) => troubles.push(stops(says)),
            Err(broken) => return Err(broken),
        }
    }
    troubles.sort_by_key(|trouble| !trouble.stops);
    Ok(troubles)
}

/// The check of everything that is to come from now on, whether it was just published, moved, let go on or agreed to: what it
/// says, and when it comes. The groups are not part of it: one that is left by now doesn't keep it from the others.
///
/// # Errors
/// Refused with the first thing that stops it.
pub(super) fn may_come(work: &Work<'_>, draft: &Draft) -> Outcome<()> {
    match sorted(work, draft, Vec::new()).into_iter().find(|trouble| trouble.stops) {
        Some(trouble) => Err(Failure::Refused(trouble.says)),
        None => Ok(()),
    }
}

/// As [`check`], for somebody who may publish it.
pub(super) fn check_for(work: &Work<'_>, draft: &Draft, authority: &Authority) -> Vec<Trouble> {
    let of_groups = match authority.groups.as_slice() {
        [] => vec![stops(say::broadcast_no_groups())],
        groups => groups.iter().filter_map(group).collect(),
    };
    sorted(work, draft, of_groups)
}

/// All that is found, beside what was found of the groups.
fn sorted(work: &Work<'_>, draft: &Draft, of_groups: Vec<Trouble>) -> Vec<Trouble> {
    let mut troubles = check_contents(work, draft);
    troubles.extend(time(work, draft));
    troubles.extend(of_groups);
    troubles.sort_by_key(|trouble| !trouble.stops);
    troubles
}

/// Checks what a draft says, whenever and wherever it goes.
pub(super) fn check_contents(work: &Work<'_>, draft: &Draft) -> Vec<Trouble> {
    let parts = parts(draft);
    let found = sensitive_words(&parts);
    let draft = &Draft { is_fee: asks_for_money(&found), ..draft.clone() };
    let mut troubles = contents(work, draft);
    if draft.is_fee && !heading::has_place(draft) {
        troubles.push(stops(say::broadcast_fee_words()));
    }
    troubles.extend(words(work, &parts, found));
    troubles
}

fn contents(work: &Work<'_>, draft: &Draft) -> Vec<Trouble> {
    let settings = &work.config.broadcasts;
    let mut troubles = Vec::new();
    if draft.contents.is_empty() {
        troubles.push(stops(say::broadcast_nothing()));
    }
    if draft.contents.len() > settings.parts_max {
        let says = say::broadcast_too_many(count(settings.parts_max), count(draft.contents.len()));
        troubles.push(stops(says));
    }
    for (part, content) in draft.contents.iter().enumerate() {
        let room = heading::room(&work.config, draft, part);
        let (has, max) = (units(content.words()), rules::units_max(content).saturating_sub(room));
        if matches!(content, Content::Text { .. } | Content::Poll { .. }) && content.words().trim().is_empty()
        {
            troubles.push(stops(say::broadcast_nothing()));
        }
        if has > max {
            let says = match content {
                Content::Text { .. } => say::broadcast_text_long(count(has), count(max)),
                _ => say::broadcast_caption_long(count(has), count(max)),
            };
            troubles.push(stops(says));
        }
        match content {
            Content::Media { media, .. } => troubles.extend(file(media, settings.file_bytes_max)),
            Content::Album { items, .. } => {
                if !(2..=ALBUM_MAX).contains(&items.len()) {
                    troubles.push(stops(say::broadcast_album(count(items.len()), count(ALBUM_MAX))));
                }
                troubles.extend(items.iter().filter_map(|item| file(item, settings.file_bytes_max)));
            }
            _ => {}
        }
    }
    troubles
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn file(media: &Media, bytes_max: u64) -> Option<Trouble> {
    let bytes = media.bytes.filter(|bytes| *bytes > bytes_max)?;
    let megabytes = |bytes: u64| i64::try_from(bytes.div_ceil(1024 * 1024)).unwrap_or(i64::MAX);
    let name = media.name.as_deref().unwrap_or_default();
    Some(stops(say::broadcast_file_large(megabytes(bytes_max), megabytes(bytes), name)))
}

/// Every piece of text a reader could see.
fn parts(draft: &Draft) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut add = |kind, text: &str| parts.push(Part { kind, text: text.to_owned() });
    for content in &draft.contents {
        let kind = match content {
            Content::Text { .. } => PartKind::Text,
            Content::Poll { .. } => PartKind::PollQuestion,
            _ => PartKind::Caption,
        };
        add(kind, content.words());
        match content {
            Content::Poll { options, .. } => {
                for option in options {
                    add(PartKind::PollOption, option);
                }
            }
            Content::Media { media, .. } => {
                add(PartKind::FileName, media.name.as_deref().unwrap_or_default());
            }
            Content::Album { items, .. } => {
                for item in items {
                    add(PartKind::FileName, item.name.as_deref().unwrap_or_default());
                }
            }
            _ => {}
        }
        if let Content::Text { body }
        | Content::Media { caption: body, .. }
        | Content::Album { caption: body, .. } = content
        {
            for link in body.spans.iter().filter_map(|span| span.link.as_deref()) {
                add(PartKind::LinkTarget, link);
            }
        }
    }
    parts.retain(|part| !part.text.is_empty());
    parts
}

/// Scores and money: in each part, and in all that is read one below the other, where a list may be spread over messages.
fn sensitive_words(parts: &[Part]) -> Vec<Sensitive> {
    let mut found: Vec<Sensitive> = parts.iter().flat_map(|part| sensitive::find(&part.text)).collect();
    let is_read = |part: &&Part| !matches!(part.kind, PartKind::FileName | PartKind::LinkTarget);
    let texts: Vec<&str> = parts.iter().filter(is_read).map(|part| part.text.as_str()).collect();
    for of_all in sensitive::find(&texts.join("\n")) {
        if !found.iter().any(|one| discriminant(one) == discriminant(&of_all)) {
            found.push(of_all);
        }
    }
    found
}

fn told(found: Sensitive) -> Trouble {
    match found {
        Sensitive::Scores(words) => stops(say::broadcast_scores(cut(&words, QUOTED_UNITS_MAX))),
        Sensitive::PaymentCode(link) => stops(say::broadcast_payment_code(cut(&link, QUOTED_UNITS_MAX))),
        Sensitive::Money(words) => {
            Trouble { says: say::broadcast_fee(cut(&words, QUOTED_UNITS_MAX)), stops: false }
        }
    }
}

fn words(work: &Work<'_>, parts: &[Part], found: Vec<Sensitive>) -> Vec<Trouble> {
    let mut troubles: Vec<Trouble> = found.into_iter().map(told).collect();
    for file in parts.iter().filter(|part| part.kind == PartKind::FileName) {
        if let Some(word) = sensitive::scores_in_file_name(&file.text) {
            let name = cut(&file.text, QUOTED_UNITS_MAX);
            troubles.push(stops(say::broadcast_scores_file(name, cut(&word, QUOTED_UNITS_MAX))));
        }
    }
    for finding in work.config.moderation.inspect(parts) {
        let words = cut(&finding.words, QUOTED_UNITS_MAX);
        let stops = finding.rule.as_str() == FORBIDDEN;
        let name = rule_name(&finding.rule);
        let says =
            if stops { say::broadcast_words_stop(name, words) } else { say::broadcast_words(name, words) };
        let trouble = Trouble { says, stops };
        if !troubles.contains(&trouble) {
            troubles.push(trouble);
        }
    }
    troubles
}

fn time(work: &Work<'_>, draft: &Draft) -> Option<Trouble> {
    let recurrence: Recurrence = match when(draft) {
        Ok(None) => return None,
        Ok(Some(recurrence)) => recurrence,
        Err(_) => return Some(stops(say::broadcast_time_unknown())),
    };
    if let Some(says) = rules::too_often(&recurrence, &work.config.broadcasts) {
        return Some(stops(says));
    }
    let comes = recurrence.next_run(work.now, work.config.school_time()).is_some();
    let says = match &recurrence.rule {
        _ if comes => return None,
        Rule::Once(at) => say::broadcast_past(phrase::moment(*at)),
        _ => say::broadcast_never(),
    };
    Some(stops(says))
}

/// Why nothing can be posted to a group.
fn group(group: &Group) -> Option<Trouble> {
    let title = group.title.as_str();
    match group.state {
        GroupState::Left => Some(stops(say::broadcast_group_left(title))),
        GroupState::Joined => Some(stops(say::broadcast_group_not_set_up(title))),
        GroupState::Active if group.bot_role == Role::Restricted && !group.bot_rights.write => {
            Some(stops(say::broadcast_group_mute(title)))
        }
        GroupState::Active => None,
    }
}
