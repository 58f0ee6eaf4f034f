//! Purpose: a school to hold conversations in: the real bot against the simulated Bot API over HTTP, with a clock that
//! stands still until a test moves it.
//!
//! Invariant: no test waits for a time to pass. [`School::settle`] waits until every update is handled and everything
//! due is sent, told by events of the simulator and the sender.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use homeroom::app::{self, Bot, Run, Running};
use homeroom::clock::{Clock, Millis, timeout};
use homeroom::config::Config;
use homeroom::i18n::{Language, Text, say};
use homeroom::ids::TenantId;
use homeroom::outbox::Standing;
use homeroom::quizzes::rules::Form;
use homeroom::random::Random;
use homeroom::sandbox::{ChatId, DemoClass, PersonId, Rights, Said, Sandbox, SimConfig};
use homeroom::storage::Database;

use crate::databases::Fresh;

mod looking;
pub mod together;

/// No wait in a test is longer than this, in real time.
const BOUND: Duration = Duration::from_secs(30);

/// Monday, 7 September 2026, 18:00 in Shanghai.
pub const MONDAY_EVENING: Millis = Millis(1_788_775_200_000);

/// A sentence as Chinese readers see it.
pub fn zh(text: &Text) -> String {
    Language::Chinese.render(text)
}

/// A sentence as English readers see it.
pub fn en(text: &Text) -> String {
    Language::English.render(text)
}

/// A class with its bot.
pub struct School {
    pub sandbox: Sandbox,
    pub clock: Clock,
    pub class: DemoClass,
    pub config: Arc<Config>,
    bot: Option<Bot>,
    /// The program it runs in, if that is the school's own.
    running: Option<Running>,
    fresh: Arc<Fresh>,
}

/// What differs from an ordinary school.
pub struct Ways {
    /// The simulated server.
    pub sim: SimConfig,
    /// The configuration.
    pub config: Config,
    /// The people's language.
    pub language: &'static str,
}

impl Default for Ways {
    fn default() -> Self {
        let mut config = Config::starter().unwrap();
        // A class that has chosen no stage gets every schedule's lessons; conversations are about the first two's.
        config.schedules.truncate(2);
        // The clock stands still, so the pace must not wait for it.
        config.bot.pace.bot_per_second = 1e6;
        config.bot.pace.chat_per_second = 1e6;
        config.bot.pace.group_per_minute = 1_000_000;
        config.bot.pace.request_max = Duration::from_secs(5);
        // Most conversations are about polls, which more can go wrong with; `private_quizzes` has the shipped way.
        config.school.quiz = Form::Open;
        // Only what is about the burden limit counts what it publishes.
        config.school.burden.pushes_per_day = 0;
        let sim = SimConfig { rate_limits: None, ..SimConfig::default() };
        Self { sim, config, language: "zh-CN" }
    }
}

impl School {
    /// A school whose bot runs but is in no group yet.
    pub async fn open(fresh: Fresh) -> Self {
        Self::open_with(fresh, Ways::default()).await
    }

    pub async fn open_with(fresh: Fresh, ways: Ways) -> Self {
        let mut school = Self::before(Arc::new(fresh), Clock::frozen(MONDAY_EVENING), ways).await;
        school.start_bot().await;
        school
    }

    /// A school whose bot administers the class's group and is set up there.
    pub async fn ready(fresh: Fresh) -> Self {
        let school = Self::open(fresh).await;
        school.set_up().await;
        school
    }

    pub async fn ready_with(fresh: Fresh, ways: Ways) -> Self {
        let school = Self::open_with(fresh, ways).await;
        school.set_up().await;
        school
    }

    async fn set_up(&self) {
        let DemoClass { teacher, group, .. } = self.class;
        self.sets_up(teacher, group).await;
    }

    /// Somebody adds the bot to their group, makes it administrator and sets it up.
    pub async fn sets_up(&self, teacher: PersonId, group: ChatId) {
        self.sandbox.adds_bot(teacher, group).unwrap();
        self.sandbox.promotes(self.sandbox.bot(), group, Rights::ALL).unwrap();
        self.settle().await;
        let answer = self.presses(teacher, group, "启用", "Set up").await;
        assert!([zh(&say::set_up_done()), en(&say::set_up_done())].contains(&answer), "{answer}");
    }

    /// Starts the bot on its database, as a new process would.
    pub async fn start_bot(&mut self) {
        let database = Database::open(&self.fresh.url).await.unwrap();
        let bots = vec![self.account("school")];
        let run = Run { bots, database, clock: self.clock.clone(), random: Random::seeded(7) };
        let running = app::start(run).await.unwrap();
        self.joins_program(running.bots()[0].clone()).await;
        self.running = Some(running);
    }

    /// The school's bot runs in a program, or will; waits until it does.
    pub async fn joins_program(&mut self, bot: Bot) {
        bot.ready().await.unwrap();
        // What came due meanwhile is planned in the timer's first turn, which also tells when the next will be.
        if !self.config.schedules.is_empty() {
            let mut due = bot.next_due();
            let turned = timeout(BOUND, due.wait_for(Option::is_some)).await.map(|found| found.is_ok());
            assert!(matches!(turned, Ok(true)), "the timer did not begin");
        }
        self.bot = Some(bot);
    }

    /// Stops the bot in order.
    pub async fn stop_bot(&mut self) {
        if let Some(running) = self.running.take() {
            timeout(BOUND, running.stop()).await.unwrap();
        }
    }

    pub fn bot(&self) -> &Bot {
        self.bot.as_ref().unwrap()
    }

    /// What the bot's sender is doing.
    pub fn sending(&self) -> tokio::sync::watch::Receiver<Standing> {
        self.bot().sending().unwrap()
    }

    pub fn tenant(&self) -> TenantId {
        self.bot().tenant().unwrap()
    }

    pub fn database(&self) -> &Database {
        &self.fresh.database
    }

    /// The database's address.
    pub fn url(&self) -> &str {
        &self.fresh.url
    }

    /// Waits until every update is handled and everything that is due is sent.
    pub async fn settle(&self) {
        let mut sending = self.sending();
        let mut planned = self.bot().next_due();
        let settled = timeout(BOUND, async {
            loop {
                self.sandbox.idle(BOUND).await.unwrap();
                sending.borrow_and_update();
                planned.borrow_and_update();
                if self.due_broadcasts().await > 0 {
                    planned.changed().await.unwrap();
                } else if self.due_rows().await > 0 {
                    sending.changed().await.unwrap();
                } else if self.sandbox.read(|world| world.pending_updates() == 0) {
                    return;
                }
            }
        });
        assert!(settled.await.is_ok(), "not settled: {:?}", *self.sending().borrow());
    }

    async fn due_rows(&self) -> i64 {
        // What stands behind a message that is tried again later isn't due either.
        let sql = "SELECT COUNT(*) FROM outbox o
             WHERE tenant = $2 AND state IN ('ready', 'sending') AND not_before <= $1
             AND NOT EXISTS (SELECT 1 FROM outbox a WHERE a.to_kind = o.to_kind AND a.to_id = o.to_id
                 AND a.state = 'ready' AND a.not_before > $1 AND a.attempts + a.uncertain > 0
                 AND (a.priority < o.priority OR (a.priority = o.priority AND a.id < o.id)))";
        self.number(sql, &[self.clock.now().into(), self.tenant().into()]).await
    }

    /// What the timer has to do about broadcasts, and to tell of lessons.
    async fn due_broadcasts(&self) -> i64 {
        let sql = "SELECT (SELECT COUNT(*) FROM broadcasts WHERE tenant = $2 AND (next_at <= $1 OR answer_until <= $1))
             + (SELECT COUNT(*) FROM broadcast_runs
                WHERE tenant = $2 AND state IN ('waiting', 'planning') AND start_at <= $1)
             + (SELECT COUNT(*) FROM broadcast_runs WHERE tenant = $2 AND (tell_at <= $1 OR change_at <= $1))
             + (SELECT COUNT(*) FROM occurrences WHERE tenant = $2 AND tell_at <= $1)
             + (SELECT COUNT(*) FROM broadcast_posts WHERE tenant = $2 AND count_at <= $1)
             + (SELECT COUNT(*) FROM digest_items WHERE tenant = $2 AND digest IS NULL AND due_at <= $1)";
        self.number(sql, &[self.clock.now().into(), self.tenant().into()]).await
    }

    /// A number the database tells.
    pub async fn number(&self, sql: &'static str, args: &[homeroom::storage::Arg<'_>]) -> i64 {
        let mut tx = self.database().read().await.unwrap();
        tx.one(sql, args).await.unwrap().unwrap().get(0).unwrap()
    }

    /// Moves the clock forward and lets everything that comes due happen.
    pub async fn later(&self, span: Duration) {
        self.clock.advance(span);
        self.timer_turn().await;
        self.settle().await;
    }

    /// The program is off for so long.
    pub async fn is_off(&mut self, span: Duration) {
        self.stop_bot().await;
        self.clock.advance(span);
        self.start_bot().await;
        self.later(Duration::ZERO).await;
    }

    /// Waits until schedules that are due have been carried out.
    async fn timer_turn(&self) {
        let due = self.bot().next_due();
        let now = self.clock.now();
        let turned = timeout(BOUND, async {
            let mut due = due.clone();
            due.wait_for(|next| next.is_none_or(|next| next > now)).await.map(|_| ()).unwrap();
        });
        assert!(turned.await.is_ok(), "the timer did not turn");
    }

    /// Waits until the next scheduled event is at `at`.
    pub async fn due_at(&self, at: Millis) {
        let mut due = self.bot().next_due();
        let turned = timeout(BOUND, due.wait_for(|next| *next == Some(at))).await.map(|found| found.is_ok());
        assert!(matches!(turned, Ok(true)), "next is {:?}", *self.bot().next_due().borrow());
    }

    /// Somebody writes in the group.
    pub async fn writes(&self, person: PersonId, words: &str) -> i64 {
        let message = self.sandbox.writes(person, self.class.group, words).unwrap();
        self.settle().await;
        message
    }

    /// Somebody presses a button by its words in either language, under the newest message that has it. Returns what
    /// they are told.
    pub async fn presses(&self, person: PersonId, chat: ChatId, chinese: &str, english: &str) -> String {
        let found = self.sandbox.read(|world| {
            world.visible(person, chat).into_iter().rev().find_map(|said| {
                let mut labels = said.buttons.iter().flatten().map(|button| button.text.clone());
                let label = labels.find(|label| label.contains(chinese) || label.contains(english))?;
                Some((said, label))
            })
        });
        let (said, label) =
            found.unwrap_or_else(|| panic!("no button {chinese} in {}", self.sees(person, chat)));
        let press = if said.only_for.is_some() {
            self.sandbox.presses_ephemeral(person, chat, said.id, &label).unwrap()
        } else {
            self.sandbox.presses(person, chat, said.id, &label).unwrap()
        };
        self.answer_to(&press).await
    }

    /// What the one who pressed was told.
    pub async fn answer_to(&self, press: &str) -> String {
        self.settle().await;
        self.sandbox
            .read(|world| world.callback_answer(press).and_then(|answer| answer.text.clone()))
            .unwrap_or_default()
    }

    /// The person's balance as the ledger has it.
    pub async fn balance(&self, person: PersonId) -> i64 {
        let native = person.0.to_string();
        self.number(
            "SELECT CAST(COALESCE(SUM(l.delta), 0) AS BIGINT) FROM ledger l JOIN people p ON p.id = l.person
             WHERE p.native = $1 AND p.tenant = $2",
            &[(&native).into(), self.tenant().into()],
        )
        .await
    }

    /// The bot's newest message in a chat that a person sees.
    pub fn last(&self, person: PersonId, chat: ChatId) -> Said {
        let said = self.bot_says(person, chat);
        said.into_iter().next_back().unwrap_or_else(|| panic!("the bot said nothing"))
    }

    /// The bot's newest message to a person in private.
    pub fn told(&self, person: PersonId) -> Said {
        self.last(person, person.private_chat())
    }

    /// Somebody opens the private chat with the bot.
    pub async fn starts(&self, person: PersonId) {
        self.sandbox.starts_bot(person, None).unwrap();
        self.settle().await;
    }

    /// Whether a message of the group was deleted.
    pub fn is_deleted(&self, message: i64) -> bool {
        self.sandbox.read(|world| world.is_deleted(self.class.group, message))
    }

    /// Whether a member may write in the group.
    pub fn can_write(&self, person: PersonId) -> bool {
        self.sandbox.read(|world| world.can_write(self.class.group, person))
    }

    /// How often the bot asked for this.
    pub fn calls(&self, method: &str) -> u64 {
        self.sandbox.read(|world| world.calls_of(method))
    }

    /// Changes rows as an operator might, and says how many.
    pub async fn alters(&self, sql: &'static str) -> u64 {
        let mut tx = self.database().write().await.unwrap();
        let changed = tx.run(sql, &[]).await.unwrap();
        tx.commit().await.unwrap();
        changed
    }

    /// Gives every right answer, or every time a wrong one, to the polls of a chat.
    pub fn answers(&self, person: PersonId, chat: ChatId, rightly: bool) {
        for (poll, right) in self.polls_in(chat) {
            let option = if rightly { right } else { usize::from(right == 0) };
            self.sandbox.votes(person, &poll, &[option]).unwrap();
        }
    }

    /// Ends the bot, and holds the whole conversation to what every conversation promises.
    pub async fn close(self) {
        self.close_with_parked(0).await;
    }

    /// The same where so many updates could not be handled.
    pub async fn close_with_parked(mut self, parked: i64) {
        self.stop_bot().await;
        let violations = self.sandbox.read(homeroom::sandbox::World::violations);
        assert_eq!(violations, Vec::<String>::new());
        assert_eq!(self.number("SELECT COUNT(*) FROM parked", &[]).await, parked, "parked updates");
        let mut tx = self.database().read().await.unwrap();
        let report = homeroom::points::verify(&mut tx).await.unwrap();
        assert!(report.is_clean(), "{}", report.text(homeroom::i18n::Language::English));
    }
}
