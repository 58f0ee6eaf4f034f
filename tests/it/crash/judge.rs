//! Purpose: judging how a crash test ended.
//!
//! Invariant: what is owed and what was done is known from the crowd and the simulator; the program's records are held
//! against it.

use std::collections::{HashMap, HashSet};
use std::fs;

use homeroom::i18n::Language;
use homeroom::sandbox::{ChatId, PersonId, World};
use homeroom::storage::{Arg, Database};

use super::course::QUESTIONS;
use super::notices::{self, Came};
use super::traffic::{self, Traffic};
use super::{GROUPS, Run, announcements, count};

impl Run {
    /// Holds the end to what the crowd has done. Returns the points, announcements and confirmations, notices, messages.
    pub async fn judge(&self, kills: usize) -> (i64, (usize, usize), Came, Traffic) {
        let database = Database::open(&self.fresh.url).await.unwrap();
        self.judge_database(&database).await;
        self.judge_answers(&traffic::given_up(&database).await);
        let points = self.judge_points(&database).await;
        let announced = announcements::judge(&database, GROUPS, &self.crowd.deeds.confirmed).await;
        assert!(announced.0 > 0 && announced.1 > 0 || kills < 50, "{announced:?} announced and confirmed");
        let log = self.sandbox.read(traffic::log);
        let came =
            notices::judge(&database, &log, &self.crowd.classes, &self.readers, self.notices.len()).await;
        notices::judge_changed(
            &database,
            &self.sandbox,
            &log,
            (&self.crowd.classes, &self.readers),
            &self.changed,
        )
        .await;
        let is_met = came.directly > 0 && came.digested > 0 && came.twice > 0;
        assert!(is_met || kills < 200, "{came}");
        let traffic = traffic::compare(&database, &log).await;
        assert!(traffic.worst_crash <= 1, "{traffic}");
        assert!(traffic.duplicates > 0 || kills < 50, "no kill hit a message on its way: {traffic}");
        assert!(points > 0, "nobody has earned anything");
        assert!(self.checkpoints > 0 || self.file.is_none() || kills < 200, "no checkpoint was near a kill");
        let quarantined = count(&database, "SELECT COUNT(*) FROM outbox WHERE state = 'quarantined'").await;
        assert_eq!(usize::try_from(quarantined).unwrap(), traffic.quarantined, "only messages are given up");
        database.close().await;
        (points, announced, came, traffic)
    }

    /// The database is whole and has nothing left to do.
    async fn judge_database(&self, database: &Database) {
        let mut tx = database.read().await.unwrap();
        if self.file.is_some() {
            let found: String = tx.one("PRAGMA integrity_check", &[]).await.unwrap().unwrap().get(0).unwrap();
            assert_eq!(found, "ok");
            assert!(tx.rows("PRAGMA foreign_key_check", &[]).await.unwrap().is_empty());
        }
        let log = fs::read_to_string(&self.place.log).unwrap();
        assert!(!log.contains("ERROR"), "{}", self.place.log_end());
        let report = homeroom::points::verify(&mut tx).await.unwrap();
        assert!(report.is_clean(), "{}", report.text(Language::English));
        for empty in [
            "SELECT COUNT(*) FROM parked",
            "SELECT COUNT(*) FROM outbox WHERE state IN ('failed', 'expired') \
                 AND (error IS NULL OR error NOT IN ('reworded', 'taken back'))",
            "SELECT COUNT(*) FROM broadcast_posts WHERE amend IS NOT NULL",
            "SELECT COUNT(*) FROM outbox WHERE state = 'quarantined' AND uncertain <> 2",
            "SELECT COUNT(*) FROM quiz_votes WHERE state = 'waiting'",
            "SELECT COUNT(*) FROM pushes p LEFT JOIN quiz_posts q ON q.push = p.id GROUP BY p.id HAVING COUNT(q.id) <> 3",
        ] {
            let row = tx.one(empty, &[]).await.unwrap();
            assert_eq!(row.map_or(0, |row| row.get::<i64>(0).unwrap()), 0, "{empty}");
        }
        assert_eq!(QUESTIONS, 3);
        assert_eq!(self.sandbox.read(World::violations), Vec::<String>::new());
    }

    /// Every press was answered and every advertisement deleted; every question was answered unless the answer's end was
    /// unknown twice.
    fn judge_answers(&self, given_up: &HashSet<(ChatId, i64)>) {
        let deeds = &self.crowd.deeds;
        self.sandbox.read(|world| {
            for press in &deeds.presses {
                assert!(world.callback_answer(press).is_some(), "press {press} was not answered");
            }
            for (chat, message) in &deeds.advertised {
                assert!(
                    world.is_deleted(*chat, *message),
                    "advertisement {message} in {chat:?} is still there"
                );
            }
            let mut answers: HashMap<_, usize> = HashMap::new();
            for class in &self.crowd.classes {
                for said in world.said(class.group) {
                    *answers.entry((class.group, said.reply_to, said.only_for)).or_default() += 1;
                }
            }
            for (chat, message, person) in &deeds.asked {
                let key = (*chat, Some(*message), Some(*person));
                let answered = answers.contains_key(&key) || given_up.contains(&(*chat, *message));
                assert!(answered, "question {message} in {chat:?} was not answered");
            }
        });
    }

    /// Everybody has exactly what they are owed. Returns the sum.
    async fn judge_points(&self, database: &Database) -> i64 {
        let mut owed = self.crowd.deeds.owed();
        let mut tx = database.read().await.unwrap();
        let sql =
            "SELECT p.native, a.balance FROM accounts a JOIN people p ON p.id = a.person WHERE a.balance > 0";
        let none: [Arg<'_>; 0] = [];
        let mut wrong = Vec::new();
        let mut sum = 0;
        for row in tx.rows(sql, &none).await.unwrap() {
            let person = PersonId(row.get::<String>(0).unwrap().parse().unwrap());
            let (has, should) = (row.get::<i64>(1).unwrap(), owed.remove(&person).unwrap_or(0));
            sum += has;
            if has != should {
                wrong.push((person, has, should));
            }
        }
        owed.retain(|_, points| *points > 0);
        assert!(wrong.is_empty() && owed.is_empty(), "has, should have: {wrong:?}; has nothing: {owed:?}");
        sum
    }
}
