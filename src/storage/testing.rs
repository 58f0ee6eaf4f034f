//! Purpose: a migrated database of its own for each test, with one tenant, a group and people.
//!
//! Invariant: tests share nothing. With `HOMEROOM_TEST_POSTGRES` set to the address of a server whose user may make
//! databases, every test gets a new database there; otherwise a SQLite file that goes with the test.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use prometheus_client::metrics::counter::Counter;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use super::Database;
use crate::access::ButtonKey;
use crate::channel::Capabilities;
use crate::clock::Millis;
use crate::config::Config;
use crate::ids::{GroupId, PersonId, TenantId};
use crate::work::{Batch, Setting};

/// A school with a database.
#[derive(Debug)]
pub struct TestSchool {
    /// The database.
    pub database: Database,
    /// What its work shares.
    pub setting: Setting,
    /// A group everybody is in.
    pub group: GroupId,
    /// The people. The first administers the group.
    pub people: Vec<PersonId>,
    _folder: TempDir,
}

impl TestSchool {
    /// A school with so many people.
    pub async fn open(people: usize, config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match std::env::var("HOMEROOM_TEST_POSTGRES") {
            Ok(server) => new_postgres(&server).await,
            Err(_) => format!("sqlite:{}", folder.path().join("test.db").display()),
        };
        let database = Database::open(&url).await.unwrap();
        database.migrate().await.unwrap();
        let (tenant, group, people) = fill(&database, "1", people).await;
        let setting = Setting {
            tenant,
            config: Arc::new(config),
            capabilities: Capabilities {
                whisper: true,
                buttons: true,
                delete_others: true,
                mute: true,
                quiz_polls: true,
                text_units_max: 4_096,
                alert_units_max: 200,
            },
            button_key: ButtonKey::new(b"key"),
            alarm: crate::clock::Alarm::default(),
            seen: crate::seen::Seen::default(),
            panics: Counter::default(),
        };
        Self { database, setting, group, people, _folder: folder }
    }

    /// Starts a batch at a time. End it with [`commit`].
    pub async fn batch(&self, now: Millis) -> Batch {
        Batch::new(self.database.write().await.unwrap(), self.setting.clone(), now)
    }

    /// Another tenant's people in the same database.
    pub async fn strangers(&self, people: usize) -> (TenantId, GroupId, Vec<PersonId>) {
        fill(&self.database, "2", people).await
    }
}

/// Commits a batch; what it staged for sending is dropped.
pub async fn commit(batch: Batch) {
    batch.finish().await.unwrap().0.commit().await.unwrap();
}

async fn fill(database: &Database, native: &str, people: usize) -> (TenantId, GroupId, Vec<PersonId>) {
    let mut tx = database.write().await.unwrap();
    let tenant = "INSERT INTO tenants (channel, native, button_key, created_at) VALUES ('test', $1, $2, 0) RETURNING id";
    let row = tx.one(tenant, &[native.into(), b"key".as_slice().into()]).await.unwrap().unwrap();
    let tenant: TenantId = row.get(0).unwrap();
    let group = "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at)
        VALUES ($1, '-1', '', 'group', 'active', 'administrator', '{}', 0) RETURNING id";
    let group: GroupId = tx.one(group, &[tenant.into()]).await.unwrap().unwrap().get(0).unwrap();
    let mut ids = Vec::new();
    for number in 0..people {
        let native = number.to_string();
        let person =
            "INSERT INTO people (tenant, native, name, created_at) VALUES ($1, $2, '', 0) RETURNING id";
        let row = tx.one(person, &[tenant.into(), (&native).into()]).await.unwrap().unwrap();
        let person: PersonId = row.get(0).unwrap();
        let role = if number == 0 { "administrator" } else { "member" };
        let member = "INSERT INTO members (tenant, group_id, person, role, since) VALUES ($1, $2, $3, $4, 0)";
        tx.run(member, &[tenant.into(), group.into(), person.into(), role.into()]).await.unwrap();
        ids.push(person);
    }
    tx.commit().await.unwrap();
    (tenant, group, ids)
}

async fn new_postgres(server: &str) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("homeroom_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    connection.close().await.unwrap();
    let (address, _) = server.rsplit_once('/').unwrap();
    format!("{address}/{name}")
}
