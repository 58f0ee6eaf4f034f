//! Purpose: how far the readers of a run's groups have come, counted for all groups at once; with names where the one who asks
//! administers the group.
//!
//! Invariants: what was confirmed of earlier words counts apart from what was confirmed of the words as they are. On both sides of
//! every number stand the same people: parents who are in a group that has it, in the total each of them once.

use std::collections::{BTreeSet, HashMap};

use super::{Chat, Confirmed, Report};
use crate::broadcasts::confirm;
use crate::broadcasts::draft::Confirmation;
use crate::broadcasts::store::Broadcast;
use crate::broadcasts::store::receipts::{self, Receipt, Step, Tally};
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::ids::{GroupId, PersonId, RunId};
use crate::roster::{self, Person};
use crate::timetable::wall;
use crate::work::Work;

/// What is known of a run's readers.
pub(super) struct Readers {
    version: i64,
    needs: Step,
    receipts: HashMap<PersonId, Vec<Receipt>>,
    tallies: HashMap<GroupId, (Tally, bool)>,
}

impl Readers {
    /// Reads them, and counts all of them together; none if nobody was asked for anything.
    pub(super) async fn read(
        work: &mut Work<'_>,
        actor: &Person,
        broadcast: &Broadcast,
        run: RunId,
        report: &mut Report,
    ) -> Outcome<Option<Self>> {
        let needs = match broadcast.draft.confirmation {
            Confirmation::None => return Ok(None),
            Confirmation::Read => Step::Read,
            Confirmation::Signed => Step::Signed,
        };
        let version = confirm::version_shown(work, run, broadcast).await?;
        let mut receipts: HashMap<PersonId, Vec<Receipt>> = HashMap::new();
        for receipt in receipts::steps(work, run).await? {
            receipts.entry(receipt.person).or_default().push(receipt);
        }
        let total = receipts::total(work, run, version, needs).await?;
        (report.readers, report.read) = (count(total.readers), count(total.read));
        (report.signed, report.earlier) = (count(total.signed), count(total.earlier));
        let tallies = receipts::tallies(work, run, version, needs, actor.id).await?;
        Ok(Some(Self { version, needs, receipts, tallies }))
    }

    /// Counts the readers of a group that has the broadcast.
    pub(super) async fn count(
        &self,
        work: &mut Work<'_>,
        report: &mut Report,
        chat: &mut Chat,
        group: GroupId,
    ) -> Outcome<()> {
        let Some((tally, is_administered)) = self.tallies.get(&group) else { return Ok(()) };
        chat.readers = count(tally.readers);
        (chat.read, chat.signed, chat.earlier) =
            (count(tally.read), count(tally.signed), count(tally.earlier));
        if *is_administered {
            self.name(work, report, chat, group).await?;
        }
        Ok(())
    }

    async fn name(
        &self,
        work: &mut Work<'_>,
        report: &mut Report,
        chat: &mut Chat,
        group: GroupId,
    ) -> Outcome<()> {
        let people = roster::readers(work, group).await?;
        let mut listed: BTreeSet<(Millis, usize, i64, bool)> = BTreeSet::new();
        for (place, person) in people.iter().enumerate() {
            let receipts = self.receipts.get(&person.id).map(Vec::as_slice).unwrap_or_default();
            if !receipts.iter().any(|receipt| self.is_enough(receipt)) {
                chat.names.push(person.name.clone());
            }
            listed.extend(
                receipts
                    .iter()
                    .map(|receipt| (receipt.at, place, receipt.version, receipt.step == Step::Signed)),
            );
        }
        let zone = work.config.school.zone;
        for (at, place, version, is_signed) in listed {
            report.receipts.push(Confirmed {
                group: chat.title.clone(),
                name: people.get(place).map(|person| person.name.clone()).unwrap_or_default(),
                is_signed,
                is_earlier: version != self.version,
                at: wall::shown(at, zone),
            });
        }
        Ok(())
    }

    fn is_enough(&self, receipt: &Receipt) -> bool {
        receipt.version == self.version && (self.needs != Step::Signed || receipt.step == Step::Signed)
    }
}

fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}
