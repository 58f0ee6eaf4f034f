//! Purpose: getting to the database that `DATABASE_URL` names.
//!
//! Invariant: only the running bot waits for a database; everything else says at once that it can't be reached.

use std::time::Duration;

use super::variable;
use crate::clock::real_sleep;
use crate::storage::{self, Database};

const DATABASE_DEFAULT: &str = "sqlite:homeroom.db";
/// While the database can't be used at the start, the pause between tries grows up to this.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// The address.
pub(super) fn url() -> String {
    variable("DATABASE_URL").unwrap_or_else(|| DATABASE_DEFAULT.to_owned())
}

/// Opens the database and brings it up to date. While that fails for what may pass, it says so in the log and tries again.
///
/// # Errors
/// What trying again doesn't mend: a wrong address, a wrong password, a database of a newer program.
pub(super) async fn reach() -> storage::Result<Database> {
    let mut pause = Duration::from_secs(1);
    loop {
        match opened().await {
            Err(error) if error.is_passing() => {
                tracing::warn!(
                    %error,
                    pause_s = pause.as_secs(),
                    "waiting for the database of DATABASE_URL, trying again; nothing is served until then"
                );
            }
            done => return done,
        }
        real_sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

async fn opened() -> storage::Result<Database> {
    let database = Database::open(&url()).await?;
    // Which waits for another process that is at it.
    tracing::info!("the database is reached and brought up to date");
    if let Err(error) = database.migrate().await {
        database.close().await;
        return Err(error);
    }
    Ok(database)
}
