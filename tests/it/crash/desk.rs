//! Purpose: work done beside the program as another process does it: publishing, and asking how something went.
//!
//! Invariant: nothing is sent from here; what is written the program finds.

use std::path::Path;
use std::sync::Arc;

use homeroom::access::ButtonKey;
use homeroom::channel::Capabilities;
use homeroom::clock::{Alarm, Clock};
use homeroom::config::Config;
use homeroom::failure::{Failure, Outcome};
use homeroom::i18n::Language;
use homeroom::ids::{Native, TenantId};
use homeroom::roster::{self, Person};
use homeroom::sandbox::PersonId;
use homeroom::seen::Seen;
use homeroom::storage::{Arg, Database};
use homeroom::work::{Batch, Setting, Work};

/// A database, and what a school has decided.
pub struct Desk {
    pub database: Database,
    setting: Setting,
}

impl Desk {
    /// Opens the database of a program that has run before.
    pub async fn open(url: &str, config: &Path) -> Self {
        let database = Database::open(url).await.unwrap();
        let mut tx = database.read().await.unwrap();
        let row = tx.one("SELECT id, button_key FROM tenants", &[]).await.unwrap().unwrap();
        let key: Vec<u8> = row.get(1).unwrap();
        let capabilities = Capabilities {
            whisper: true,
            buttons: true,
            delete_others: true,
            mute: true,
            quiz_polls: true,
            text_units_max: 4_096,
            alert_units_max: 200,
        };
        let setting = Setting {
            tenant: TenantId(row.get(0).unwrap()),
            config: Arc::new(Config::load(config).unwrap()),
            capabilities,
            button_key: ButtonKey::new(&key),
            alarm: Alarm::default(),
            seen: Seen::default(),
            panics: prometheus_client::metrics::counter::Counter::default(),
        };
        drop(tx);
        Self { database, setting }
    }

    /// Does what somebody may do.
    pub async fn perform<T>(
        &self,
        person: PersonId,
        piece: impl AsyncFnOnce(&mut Work<'_>, &Person) -> Outcome<T>,
    ) -> T {
        let tx = self.database.write().await.unwrap();
        let mut batch = Batch::new(tx, self.setting.clone(), Clock::system().now());
        let mut work = batch.work();
        let actor = roster::known_person(&mut work, &Native::from(person.0)).await.unwrap().unwrap();
        let done = match piece(&mut work, &actor).await {
            Ok(done) => done,
            Err(Failure::Refused(why)) => panic!("{}", Language::English.render(&why)),
            Err(Failure::Broken(error)) => panic!("{error:#}"),
        };
        work.keep().await.unwrap();
        let (tx, _) = batch.finish().await.unwrap();
        tx.commit().await.unwrap();
        done
    }

    /// Changes rows that only time would change otherwise.
    pub async fn alter(&self, sql: &'static str, args: &[Arg<'_>]) {
        let mut tx = self.database.write().await.unwrap();
        tx.run(sql, args).await.unwrap();
        tx.commit().await.unwrap();
    }
}
