//! Purpose: what the next step of a conversation depends on, read from the database.
//!
//! Invariant: read only for who has a conversation or is staff; of forums only the groups in question.

use super::GROUPS_MAX;
use super::desk::{self, Findings};
use super::state::{Dialogue, Facts, Purpose, Step};
use crate::broadcasts::{Groups, after};
use crate::channel::Content;
use crate::config::Config;
use crate::failure::Outcome;
use crate::ids::GroupId;
use crate::roster::{self, ForumTopic, Person};
use crate::work::Work;

/// What is known, read once for each input.
pub(super) struct Known {
    groups: Vec<(GroupId, String)>,
    forums: Vec<ForumTopic>,
    posted: Vec<Content>,
    lost: Vec<String>,
    needs_yes: bool,
    findings: Findings,
}

impl Known {
    /// Reads it.
    pub(super) async fn read(work: &mut Work<'_>, person: &Person, open: Option<&Dialogue>) -> Outcome<Self> {
        let permits = roster::permits_after(work, person, GroupId(0), GROUPS_MAX).await?;
        let mut groups: Vec<_> = permits.into_iter().map(|(group, _)| (group.id, group.title)).collect();
        groups.sort_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
        let forums = roster::open_topics(work, &in_question(&groups, open)).await?;
        let needs_yes = !roster::is_configured_staff(work, &person.native);
        let (posted, lost) = (Vec::new(), Vec::new());
        let mut known = Self { groups, forums, posted, lost, needs_yes, findings: Findings::default() };
        let Some(dialogue) = open else { return Ok(known) };
        if let Purpose::Edit(broadcast) = dialogue.purpose {
            known.posted = after::posted(work, broadcast).await?;
        }
        if let Groups::Chosen(chosen) = &dialogue.draft.groups {
            for (group, _) in chosen {
                if !known.groups.iter().any(|(id, _)| id == group)
                    && let Some(group) = roster::group_by_id(work, *group).await?
                {
                    known.lost.push(group.title);
                }
            }
        }
        if dialogue.step == Step::Summary {
            known.findings = desk::check(work, person, dialogue, &known.groups, &known.posted).await?;
        }
        Ok(known)
    }

    /// As the steps need it.
    pub(super) fn facts<'a>(&'a self, work: &Work<'_>, config: &'a Config) -> Facts<'a> {
        Facts {
            now: work.now,
            time: config.school_time(),
            quiet: config.school.quiet,
            groups: &self.groups,
            settings: &config.broadcasts,
            forums: &self.forums,
            posted: &self.posted,
            lost: &self.lost,
            needs_yes: self.needs_yes,
            forecast: self.findings.forecast,
            troubles: &self.findings.troubles,
            hints: &self.findings.hints,
        }
    }
}

/// The groups whose topics may be asked about next: those that are chosen, or the only one there is.
fn in_question(groups: &[(GroupId, String)], open: Option<&Dialogue>) -> Vec<GroupId> {
    match (groups, open.map(|open| &open.draft.groups)) {
        ([(only, _)], _) => vec![*only],
        (_, Some(Groups::Chosen(chosen))) => chosen.iter().map(|(group, _)| *group).collect(),
        (_, Some(Groups::AllMine) | None) => Vec::new(),
    }
}
