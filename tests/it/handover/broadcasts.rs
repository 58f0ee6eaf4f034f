//! Purpose: broadcasts to all groups that are under way when a process is killed or stopped, and what parents confirm of them.
//!
//! Invariant: which messages arrived and who confirmed is known from the simulator; the program's report is held against it.

use homeroom::broadcasts::{self, Confirmation, Draft, Urgency};
use homeroom::channel::{Content, Styled};
use homeroom::ids::BroadcastId;
use homeroom::sandbox::World;

use super::{BOUND, CLASSES, IN_FLIGHT, Pair};
use crate::chance;

/// So many have arrived when a process is killed or stopped.
const BEGUN: usize = 6;
/// Parents who confirm each.
const CONFIRMING: usize = 3;

/// A broadcast, and how many parents have confirmed it.
pub struct Sent {
    id: BroadcastId,
    confirmed: usize,
}

/// How all posts of a broadcast begin.
fn words(number: usize) -> String {
    format!("第 {number} 次通知：")
}

impl Pair {
    /// Publishes one more broadcast to all groups.
    pub async fn publish(&mut self) {
        let body = Styled::from(format!("{}请看一下。", words(self.sent.len())));
        let draft = Draft {
            contents: vec![Content::Text { body }],
            confirmation: Confirmation::Read,
            urgency: Urgency::Urgent,
            ..Draft::default()
        };
        let published =
            self.desk.perform(self.head, async |work, author| broadcasts::publish(work, author, draft).await);
        let id = published.await.broadcast;
        // A press wakes the timer, which else would look for it only some seconds later.
        self.confirm();
        self.sent.push(Sent { id, confirmed: 0 });
    }

    /// Parents confirm the newest broadcast that has arrived.
    fn confirm(&mut self) {
        let Some(number) = self.sent.len().checked_sub(1) else { return };
        for place in 0..CONFIRMING {
            let (group, parent) = self.classes[(number * CONFIRMING + place) % CLASSES];
            let post = self.sandbox.read(|world| {
                let mut said = world.said(group);
                let post = said.find(|said| said.text.starts_with(&words(number))).unwrap();
                (post.id, post.buttons[0][0].text.clone())
            });
            let press = self.sandbox.presses(parent, group, post.0, &post.1).unwrap();
            self.presses.push(press);
        }
        self.sent[number].confirmed += CONFIRMING;
    }

    /// In how many groups the newest broadcast has arrived.
    fn groups_with(&self, world: &World) -> usize {
        let start = words(self.sent.len() - 1);
        let has = |group| world.said(group).any(|said| said.text.starts_with(&start));
        self.classes.iter().filter(|(group, _)| has(*group)).count()
    }

    /// Waits until the newest broadcast is under way.
    pub async fn under_way(&mut self) {
        let begun = |world: &World| Some(self.groups_with(world)).filter(|groups| *groups >= BEGUN);
        let begun = self.sandbox.until(BOUND, begun).await;
        let groups = begun.unwrap_or_else(|_| panic!("nothing was sent:\n{}", self.log()));
        self.cut_short += usize::from(groups < CLASSES);
    }

    /// Waits until the newest broadcast has arrived in every group.
    pub async fn arrived_everywhere(&self) {
        let all = |world: &World| (self.groups_with(world) == CLASSES).then_some(());
        let all = self.sandbox.until(BOUND, all).await;
        assert!(all.is_ok(), "a broadcast is missing in a group:\n{}", self.log());
    }

    /// Every press was answered, and the report of each broadcast says what happened.
    pub async fn judge_broadcasts(&mut self) {
        self.confirm();
        let answered = |world: &World| {
            let all = self.presses.iter().all(|press| world.callback_answer(press).is_some());
            all.then_some(())
        };
        assert!(self.sandbox.until(BOUND, answered).await.is_ok(), "a press got no answer:\n{}", self.log());
        self.recorded().await;
        let (mut twice, mut unsure) = (0, 0);
        for (number, sent) in self.sent.iter().enumerate() {
            let report = self
                .desk
                .perform(self.head, async |work, actor| broadcasts::report(work, actor, sent.id).await);
            let report = report.await;
            let arrived: usize = self.sandbox.read(|world| {
                let posts =
                    |group| world.said(group).filter(|said| said.text.starts_with(&words(number))).count();
                self.classes.iter().map(|(group, _)| posts(*group)).sum()
            });
            assert_eq!(
                (report.planned, report.sent, report.failed.len()),
                (CLASSES, CLASSES, 0),
                "{report:?}"
            );
            assert_eq!(
                (report.read, report.signed, report.readers),
                (sent.confirmed, 0, CLASSES),
                "{report:?}"
            );
            // What was under way and had not arrived is told too.
            assert!((arrived - CLASSES..=IN_FLIGHT).contains(&report.twice), "{arrived} arrived: {report:?}");
            twice += arrived - CLASSES;
            unsure += report.twice;
        }
        let rows: usize = self.duplicates().values().sum::<usize>() - twice;
        chance::tell(&format!(
            "{} broadcasts, {} cut short, {unsure} posts sent again, {twice} of them seen twice; {rows} other messages twice",
            self.sent.len(),
            self.cut_short
        ));
        assert!(twice > 0, "no handover met a post on its way");
        assert!(self.cut_short * 2 > self.sent.len(), "only {} were cut short", self.cut_short);
    }
}
