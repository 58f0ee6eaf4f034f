//! Purpose: what the conversation asks of broadcasts: to check a draft, and to carry out what was confirmed.
//!
//! Invariant: the only place of the conversation that publishes or changes anything.

use super::state::{Act, Dialogue, Purpose};
use crate::broadcasts::digest::{self, Forecast};
use crate::broadcasts::{self, Groups, check::check_contents, rules};
use crate::channel::Content;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::{BroadcastId, GroupId};
use crate::roster::Person;
use crate::timetable::Recurrence;
use crate::work::Work;

/// What speaks against a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    /// What stops it.
    pub(super) troubles: Vec<Text>,
    /// What is only to be thought about.
    pub(super) hints: Vec<Text>,
    /// In how many of its groups it would come in a digest.
    pub(super) forecast: Option<Forecast>,
}

/// Checks a draft as it would be published, or as what takes the place of what is `posted`. What is only moved was checked before.
pub(super) async fn check(
    work: &mut Work<'_>,
    person: &Person,
    dialogue: &Dialogue,
    groups: &[(GroupId, String)],
    posted: &[Content],
) -> Outcome<Findings> {
    let mut findings = Findings::default();
    if !posted.is_empty() && !rules::can_become(posted, &dialogue.draft.contents) {
        findings.troubles.push(say::broadcast_edit_other_kind());
    }
    if !matches!(dialogue.purpose, Purpose::Edit(_)) {
        let is_all = dialogue.draft.groups == Groups::AllMine;
        let to: Vec<GroupId> = groups
            .iter()
            .map(|(group, _)| *group)
            .filter(|group| is_all || dialogue.has_chosen(*group))
            .collect();
        findings.forecast = digest::forecast(work, &dialogue.draft, &to).await?;
    }
    let troubles = match dialogue.purpose {
        Purpose::Move(_) => Vec::new(),
        Purpose::New => broadcasts::check(work, &dialogue.draft, person).await?,
        Purpose::Edit(_) => check_contents(work, &dialogue.draft),
    };
    for trouble in troubles {
        let list = if trouble.stops { &mut findings.troubles } else { &mut findings.hints };
        list.push(trouble.says);
    }
    Ok(findings)
}

/// Does what was confirmed, and says what comes of it and which broadcast it is.
///
/// # Errors
/// Refused with the reason if it can't be done any more.
pub(super) async fn carry_out(
    work: &mut Work<'_>,
    person: &Person,
    act: Act,
) -> Outcome<(Text, BroadcastId)> {
    match act {
        Act::Publish(draft) => {
            let published = broadcasts::publish(work, person, *draft).await?;
            Ok((published.says, published.broadcast))
        }
        Act::Edit(broadcast, contents) => {
            Ok((broadcasts::edit(work, person, broadcast, contents).await?, broadcast))
        }
        Act::Move(broadcast, when) => {
            let to = when.as_deref().map(Recurrence::parse).transpose();
            let to = to.map_err(|unknown| Failure::Refused(say::dialogue_time_unknown(unknown.0)))?;
            let moved = broadcasts::move_to(work, person, broadcast, to.as_ref()).await?;
            Ok((moved.says, broadcast))
        }
    }
}
