//! Purpose: the bot and a simulated parent group in one process, to be tried in a web page.
//!
//! Invariant: the bot is the real one and talks to the simulator over HTTP; nothing outlives the process: the database
//! is in a folder of its own that goes with it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use crate::app::{self, Account, Run, Running};
use tokio::sync::watch;

use crate::channel::telegram::Token;
use crate::channel::{Chat, ChatKind, Member, Rights, Role};
use crate::clock::{Clock, Millis};
use crate::config::Config;
use crate::course::Stage;
use crate::failure::Outcome;
use crate::i18n::Language;
use crate::random::Random;
use crate::roster;
use crate::sandbox::{DemoClass, Sandbox, SimConfig};
use crate::serving::CantListen;
use crate::storage::Database;
use crate::work::Work;

/// A running sandbox with its bot.
pub struct Playground {
    sandbox: Sandbox,
    bot: Running,
    _folder: Folder,
}

/// A folder that goes when this does, however the sandbox ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the sandbox's data could not be deleted");
        }
    }
}

/// Starts the simulator on a port (0: a free one), with people who speak a language, and the bot against it.
pub async fn start(config: Arc<Config>, port: u16, people: Language) -> anyhow::Result<Playground> {
    let clock = Clock::system();
    let random = Random::system();
    let folder = std::env::temp_dir().join(format!(
        "homeroom-sandbox-{}-{:016x}",
        std::process::id(),
        random.below(u64::MAX)
    ));
    std::fs::create_dir_all(&folder)?;
    let folder = Folder(folder);
    let database = Database::open(&format!("sqlite:{}", folder.0.join("sandbox.db").display())).await?;
    database.migrate().await?;
    let (next_due, shown) = watch::channel(None::<Millis>);
    let config = spoken(config, people);
    let sim = SimConfig {
        port,
        next_event: Some(Arc::new(move || *shown.borrow())),
        zone: config.school.zone.name().to_owned(),
        ..SimConfig::default()
    };
    let token = sim.token.parse::<Token>()?;
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let sandbox = Sandbox::start(sim, clock.clone()).await.map_err(|error| CantListen { at, error })?;
    // Whoever plays adds the bot to the group themselves.
    let class = sandbox.demo_world(people.tag());
    let name = "sandbox".to_owned();
    let account = Account { name, config, token, api_url: sandbox.url(), next_due };
    let bot = app::start(Run { bots: vec![account], database, clock, random }).await?;
    for bot in bot.bots() {
        bot.ready().await.map_err(|problem| anyhow::anyhow!("{problem:#}"))?;
        let chosen = bot.perform(async |work| choose_stage(work, &class).await).await;
        anyhow::ensure!(chosen.is_ok(), "the class's stage could not be chosen");
    }
    Ok(Playground { sandbox, bot, _folder: folder })
}

/// The school of people who speak a language: what the bot posts for the whole group is in theirs.
fn spoken(config: Arc<Config>, people: Language) -> Arc<Config> {
    let mut config = Arc::unwrap_or_clone(config);
    let name = config.school.name(people).to_owned();
    config.school.name.entry(people).or_insert(name);
    config.school.language = people;
    Arc::new(config)
}

/// The class is one of a primary school, and its teacher has said so: lessons for other stages don't come.
async fn choose_stage(work: &mut Work<'_>, class: &DemoClass) -> Outcome<()> {
    let chat = Chat { id: class.group.0.into(), kind: ChatKind::Group, title: String::new() };
    let teacher = Member {
        id: class.teacher.0.into(),
        name: String::new(),
        is_bot: false,
        role: Role::Owner,
        rights: Rights::default(),
    };
    let group = roster::group(work, &chat).await?;
    roster::administrators_listed(work, group.id, std::slice::from_ref(&teacher)).await?;
    if let Some(person) = roster::known_person(work, &teacher.id).await? {
        let permit = roster::permit(work, person.id, group.id).await?;
        roster::choose_stage(work, permit, Some(Stage::Primary)).await?;
    }
    Ok(())
}

impl Playground {
    /// The page's address.
    #[must_use]
    pub fn url(&self) -> String {
        self.sandbox.url()
    }

    /// Resolves if the bot can't run or a part of it ends by itself, which it shouldn't, with the reasons.
    pub async fn failed(&self) -> Vec<Arc<anyhow::Error>> {
        self.bot.failed().await
    }

    /// Ends the bot, then the simulator, and deletes the data.
    pub async fn stop(self) {
        self.bot.stop().await;
        self.sandbox.stop().await;
    }
}
