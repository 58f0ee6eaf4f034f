//! Purpose: other words and recalls of what has gone out, while posts arrive, edits end, and everything is broken off anywhere.
//!
//! Invariant: what readers see is known from the requests alone: what arrived last in each place, in whatever order they were made.

use std::collections::BTreeMap;

use super::*;
use crate::channel::{Answer, Outgoing};
use crate::failure::Failure;
use crate::ids::{BroadcastId, PostId};
use crate::outbox::{About, End};
use crate::storage::Row;

/// Rows of a stretch, and of the first, so that few posts are several.
const ROWS: usize = 7;
const FIRST: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Other words, taken into the database or broken off.
    Edit(bool),
    /// A recall.
    Recall(bool),
    /// A turn of the timer.
    Turn(bool),
    /// A request is under way from here on.
    Begin(usize),
    /// A request is done, or refused by `true`; its end is lost by a crash unless kept, and the request is made again.
    Arrive(usize, bool, bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => any::<bool>().prop_map(Step::Edit),
        6 => prop::bool::weighted(0.7).prop_map(Step::Turn),
        10 => any::<usize>().prop_map(Step::Begin),
        40 => (any::<usize>(), prop::bool::weighted(0.1), prop::bool::weighted(0.8))
            .prop_map(|(which, refused, kept)| Step::Arrive(which, refused, kept)),
    ];
    let recall = prop_oneof![1 => Just(None), 1 => (any::<usize>(), any::<bool>()).prop_map(Some)];
    (proptest::collection::vec(step, 0..90), recall).prop_map(|(mut steps, recall)| {
        if let Some((place, kept)) = recall {
            steps.insert(place % (steps.len() + 1), Step::Recall(kept));
        }
        steps
    })
}

/// An open row of the outbox.
struct Open {
    id: i64,
    what: Outgoing,
    about: About,
}

/// A school, what stands in its groups, and every wording there was.
struct World {
    school: TestSchool,
    broadcast: BroadcastId,
    shown: BTreeMap<PostId, String>,
    wordings: Vec<Vec<Content>>,
    is_recalled: bool,
}

impl World {
    async fn open(groups: i64) -> Self {
        let school = school(groups).await;
        let broadcast = published(&school).await.broadcast;
        Self {
            school,
            broadcast,
            shown: BTreeMap::new(),
            wordings: vec![draft().contents],
            is_recalled: false,
        }
    }

    /// Carries out what is due now; true if there is more.
    async fn turn(&self, kept: bool) -> bool {
        let mut batch = self.school.batch(NOON).await;
        let mut work = batch.work();
        let Ok(due) = duties(&mut work).await else { panic!("refused") };
        for duty in due {
            let done = match duty {
                Duty::Plan(run) => plan::go_on(&mut work, run, ROWS).await,
                Duty::Change(run) => amending::go_on(&mut work, run, ROWS).await,
                other => carry_out(&mut work, other).await,
            };
            assert!(done.is_ok(), "{duty:?}");
        }
        let next = next(&mut work).await.unwrap_or(None);
        if kept {
            work.keep().await.unwrap();
            commit(batch).await;
        }
        next.is_some_and(|next| next <= NOON)
    }

    async fn decide(&mut self, words: Option<Vec<Content>>, kept: bool) {
        let mut batch = self.school.batch(NOON).await;
        let mut work = batch.work();
        let actor = author(&mut work, &self.school).await;
        let told = match words.clone() {
            Some(words) => after::edit_first(&mut work, &actor, self.broadcast, words, FIRST).await,
            None => after::recall_first(&mut work, &actor, self.broadcast, FIRST).await,
        };
        match told {
            Ok(_) if kept => {
                work.keep().await.unwrap();
                commit(batch).await;
                self.is_recalled |= words.is_none();
                self.wordings.extend(words);
            }
            Ok(_) | Err(Failure::Refused(_)) => {}
            Err(Failure::Broken(error)) => panic!("{error:#}"),
        }
    }

    async fn open_rows(&self) -> Vec<Open> {
        let mut tx = self.school.database.read().await.unwrap();
        let sql = "SELECT id, payload, about FROM outbox WHERE state IN ('ready', 'sending') AND about IS NOT NULL ORDER BY id";
        let rows = tx.rows(sql, &[]).await.unwrap();
        let text = |row: &Row, index| row.get::<String>(index).unwrap();
        let read = |row: &Row| Open {
            id: row.get(0).unwrap(),
            what: serde_json::from_str(&text(row, 1)).unwrap(),
            about: serde_json::from_str(&text(row, 2)).unwrap(),
        };
        rows.iter().map(read).collect()
    }

    /// Any open row: what overtakes what is the outbox's affair.
    async fn pick(&self, which: usize) -> Option<Open> {
        let mut open = self.open_rows().await;
        if open.is_empty() { None } else { Some(open.swap_remove(which % open.len())) }
    }

    async fn begin(&self, row: &Open) {
        // What repeats safely goes without a mark.
        if matches!(row.what, Outgoing::Post(_)) {
            let mut tx = self.school.database.write().await.unwrap();
            tx.run("UPDATE outbox SET state = 'sending' WHERE id = $1", &[row.id.into()]).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    /// Makes a request; says how it ended.
    fn send(&mut self, row: &Open, refused: bool) -> End {
        let words = |content: &Content| content.words().to_owned();
        let no = || End::Failed("Bad Request".to_owned());
        match (&row.what, &row.about) {
            // The channel says that it is so already.
            (Outgoing::Amend { post: new, .. }, About::BroadcastAmend { post, .. })
                if self.shown.get(post).is_some_and(|shown| shown == new.content.words()) =>
            {
                End::Done(Answer::Done)
            }
            (Outgoing::Post(_) | Outgoing::Amend { .. }, _) if refused => no(),
            (Outgoing::Post(new), About::BroadcastPost { post, .. }) => {
                let before = self.shown.insert(*post, words(&new.content));
                assert!(before.is_none(), "sent twice");
                End::Done(Answer::Sent { message: Native::from(post.0), poll: None })
            }
            (Outgoing::Amend { post: new, .. }, About::BroadcastAmend { post, .. }) => {
                match self.shown.get_mut(post) {
                    Some(shown) => {
                        *shown = words(&new.content);
                        End::Done(Answer::Done)
                    }
                    None => no(),
                }
            }
            (Outgoing::Delete { .. }, About::BroadcastRecall { post }) => {
                self.shown.remove(post);
                End::Done(Answer::Done)
            }
            other => panic!("{other:?}"),
        }
    }

    async fn arrive(&mut self, row: Open, refused: bool, kept: bool) {
        // A message of which nobody knows whether it arrived is the outbox's affair.
        if !kept && matches!(row.what, Outgoing::Post(_)) {
            return;
        }
        let end = self.send(&row, refused);
        if !kept {
            return;
        }
        let mut batch = self.school.batch(NOON).await;
        let mut work = batch.work();
        let sql = "UPDATE outbox SET state = 'sent' WHERE id = $1 AND state IN ('ready', 'sending')";
        work.writing().await.unwrap().run(sql, &[row.id.into()]).await.unwrap();
        let done = match row.about {
            About::BroadcastPost { post, .. } => post_ended(&mut work, post, &end).await,
            About::BroadcastAmend { post, version, from } => {
                amend_ended(&mut work, post, (version, from), &end).await
            }
            About::BroadcastRecall { post } => recall_ended(&mut work, post, &end).await,
            other => panic!("{other:?}"),
        };
        assert!(done.is_ok());
        work.keep().await.unwrap();
        commit(batch).await;
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Edit(kept) => {
                let text = |part: &str| Content::Text {
                    body: Styled::from(format!("第 {} 版{part}", self.wordings.len() + 1)),
                };
                let words = vec![text("甲"), text("乙")];
                self.decide(Some(words), kept).await;
            }
            Step::Recall(kept) => self.decide(None, kept).await,
            Step::Turn(kept) => drop(self.turn(kept).await),
            Step::Begin(which) => {
                if let Some(row) = self.pick(which).await {
                    self.begin(&row).await;
                }
            }
            Step::Arrive(which, refused, kept) => {
                if let Some(row) = self.pick(which).await {
                    self.arrive(row, refused, kept).await;
                }
            }
        }
    }

    /// Everything that is left is done; newer rows before older ones.
    async fn settle(&mut self) {
        loop {
            let more = self.turn(true).await;
            let open = self.open_rows().await;
            if open.is_empty() && !more {
                return;
            }
            for row in open.into_iter().rev() {
                self.arrive(row, false, true).await;
            }
        }
    }

    /// What stands in the groups is what the database says, and that is the newest.
    async fn judge(&self) {
        let mut tx = self.school.database.read().await.unwrap();
        let sql = "SELECT id, part, version, state, COALESCE(amend, '') FROM broadcast_posts";
        let newest = i64::try_from(self.wordings.len()).unwrap();
        for row in tx.rows(sql, &[]).await.unwrap() {
            let (id, part, version): (PostId, usize, usize) =
                (row.get(0).unwrap(), number(&row, 1), number(&row, 2));
            let (state, amend): (String, String) = (row.get(3).unwrap(), row.get(4).unwrap());
            assert!(matches!(state.as_str(), "sent" | "failed" | "withdrawn" | "deleted"), "{state}");
            assert_eq!(self.shown.contains_key(&id), state == "sent", "{id} is {state}");
            assert!(!(self.is_recalled && state == "sent"), "{id} is still there");
            if let Some(shown) = self.shown.get(&id) {
                assert_eq!(shown, self.wordings[version - 1][part].words(), "{id}");
                assert!(amend == "failed" || amend.is_empty(), "{id}: {amend}");
                let is_newest = i64::try_from(version).unwrap() == newest;
                assert_eq!(is_newest, amend.is_empty(), "{id} shows {version} of {newest}");
            }
        }
        let left = "SELECT COUNT(*) FROM broadcast_runs WHERE change_at IS NOT NULL OR state NOT IN ('sent', 'recalled')";
        assert_eq!(count(&self.school, left).await, 0);
    }
}

fn number(row: &Row, index: usize) -> usize {
    usize::try_from(row.get::<i64>(index).unwrap()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn however_it_is_changed_and_broken_off_every_post_ends_with_the_last_words_or_is_gone(
        groups in 0_i64..12,
        steps in steps(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::open(groups).await;
            world.turn(true).await;
            for step in steps {
                world.take(step).await;
            }
            world.settle().await;
            world.judge().await;
        });
    }
}
