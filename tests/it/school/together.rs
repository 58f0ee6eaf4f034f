//! Purpose: two schools whose bots run in one program, on one database, each against a simulated server of its own.
//!
//! Invariant: the simulated worlds are alike to the last number: groups, people and messages have the same ids in both.

use std::sync::Arc;
use std::time::Duration;

use homeroom::app::{self, Account, Run, Running};
use homeroom::clock::{Clock, timeout};
use homeroom::random::Random;
use homeroom::sandbox::Sandbox;
use homeroom::storage::Database;

use super::{BOUND, MONDAY_EVENING, School, Ways};
use crate::databases::Fresh;

/// The tokens of the two bots.
pub const TOKENS: [&str; 2] =
    ["7000000001:sandbox-only-north-0000000000000000", "7000000002:sandbox-only-south-0000000000000000"];

/// Two schools in one program.
pub struct Together {
    pub schools: [School; 2],
    running: Running,
}

impl School {
    /// A school before its bot is started; several may share a database and a clock.
    pub async fn before(fresh: Arc<Fresh>, clock: Clock, ways: Ways) -> Self {
        let sandbox = Sandbox::start(ways.sim, clock.clone()).await.unwrap();
        let class = sandbox.demo_world(ways.language);
        let config = Arc::new(ways.config);
        Self { sandbox, clock, class, config, bot: None, running: None, fresh }
    }

    /// What a program is told of the school.
    pub fn account(&self, name: &str) -> Account {
        Account {
            name: name.to_owned(),
            config: Arc::clone(&self.config),
            token: self.sandbox.token().parse().unwrap(),
            api_url: self.sandbox.url(),
            next_due: tokio::sync::watch::Sender::new(None),
        }
    }
}

impl Together {
    /// Two schools whose bots run but are in no group yet. `change` may make the second or the first another.
    pub async fn open(fresh: Fresh, change: impl Fn(usize, &mut Ways)) -> Self {
        Self::start(Self::before(fresh, change).await).await
    }

    /// Starts the program of schools that are there.
    pub async fn start(mut schools: [School; 2]) -> Self {
        let accounts = vec![schools[0].account("north"), schools[1].account("south")];
        let running = run(&schools[0], accounts).await;
        for (school, bot) in schools.iter_mut().zip(running.bots()) {
            school.joins_program(bot.clone()).await;
        }
        Self { schools, running }
    }

    /// The schools before their bots are started.
    pub async fn before(fresh: Fresh, change: impl Fn(usize, &mut Ways)) -> [School; 2] {
        let (fresh, clock) = (Arc::new(fresh), Clock::frozen(MONDAY_EVENING));
        let ways = [0, 1].map(|place| {
            let mut ways = Ways::default();
            TOKENS[place].clone_into(&mut ways.sim.token);
            change(place, &mut ways);
            ways
        });
        let [north, south] = ways;
        let north = School::before(Arc::clone(&fresh), clock.clone(), north).await;
        [north, School::before(fresh, clock, south).await]
    }

    /// Two schools whose bots administer their groups and are set up there.
    pub async fn ready(fresh: Fresh, change: impl Fn(usize, &mut Ways)) -> Self {
        let together = Self::open(fresh, change).await;
        for school in &together.schools {
            school.set_up().await;
        }
        together
    }

    /// Moves the one clock forward and lets everything that comes due happen in both schools.
    pub async fn later(&self, span: Duration) {
        self.schools[0].clock.advance(span);
        for school in &self.schools {
            school.timer_turn().await;
            school.settle().await;
        }
    }

    /// Ends the program, and holds both schools to what every conversation promises.
    pub async fn close(self) {
        timeout(BOUND, self.running.stop()).await.unwrap();
        for school in self.schools {
            school.close().await;
        }
    }
}

/// A program with these bots on a school's database.
pub async fn run(school: &School, bots: Vec<Account>) -> Running {
    let database = Database::open(school.url()).await.unwrap();
    let clock = school.clock.clone();
    app::start(Run { bots, database, clock, random: Random::seeded(7) }).await.unwrap()
}
