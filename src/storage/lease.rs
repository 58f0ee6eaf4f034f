//! Purpose: a row that one process holds to be the only one that does something.
//!
//! A lease has a term: a number that grows with each change of holder. Whoever acts under a lease calls
//! [`Term::renew`] in each of its transactions. That is the fence: if another process has taken over meanwhile, the
//! term in the row is higher, nothing is renewed, and the transaction must be dropped. It is also the renewal, so a
//! holder that works keeps its lease.
//!
//! Invariant: a transaction in which [`Term::renew`] gave true and that commits was made by the only holder. On
//! PostgreSQL the update also locks the row, so a take-over waits until such a transaction has ended.
//!
//! What no transaction can fence is an effect outside of the database, such as a request to a channel. For those the
//! holder keeps a margin: it begins none when less than the margin is left of its time by its own clock, and renews
//! first. The margin must cover the time from that check to the request's arrival, and how far two machines' clocks
//! may be apart. A process that is stopped in exactly that moment and wakes up after its lease has run out can still
//! send the one request it was about to send; the next transaction tells it.

use std::time::Duration;

use super::{Result, Statement, Tx};
use crate::clock::Millis;

/// A lease held, until a higher term exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    name: String,
    number: i64,
}

/// Takes the lease if it is free: never held, given back, run out, or held by `holder` itself. Names of holders must
/// differ between processes that may run at the same time; one that is started in another's place may use its name
/// again and then needs not wait for the other's time to run out.
pub async fn acquire(
    tx: &mut Tx,
    name: &str,
    holder: &str,
    now: Millis,
    ttl: Duration,
) -> Result<Option<Term>> {
    let row = tx
        .one(
            "INSERT INTO leases (name, holder, term, until) VALUES ($1, $2, 1, $3) \
             ON CONFLICT (name) DO UPDATE \
             SET holder = excluded.holder, term = leases.term + 1, until = excluded.until \
             WHERE leases.until <= $4 OR leases.holder = excluded.holder \
             RETURNING term",
            &[name.into(), holder.into(), now.plus(ttl).into(), now.into()],
        )
        .await?;
    row.map(|row| Ok(Term { name: name.to_owned(), number: row.get(0)? })).transpose()
}

/// Who holds the lease and until when, or held it last.
pub async fn standing(tx: &mut Tx, name: &str) -> Result<Option<(String, Millis)>> {
    let row = tx.one("SELECT holder, until FROM leases WHERE name = $1", &[name.into()]).await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// Gives the lease back in the place of a holder that surely runs no more.
pub async fn release_for(tx: &mut Tx, name: &str, gone: &str) -> Result<()> {
    let sql = "UPDATE leases SET until = 0 WHERE name = $1 AND holder = $2";
    tx.run(sql, &[name.into(), gone.into()]).await?;
    Ok(())
}

impl Term {
    /// The number of the term.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Holds the lease until `now` plus `ttl`. No row comes back if another has taken over: drop the transaction then.
    #[must_use]
    pub fn renewal(&self, now: Millis, ttl: Duration) -> Statement<'_> {
        Statement::new(
            "UPDATE leases SET until = $1 WHERE name = $2 AND term = $3 RETURNING term",
            &[now.plus(ttl).into(), (&self.name).into(), self.number.into()],
        )
    }

    /// Carries [`Term::renewal`] out. False if another has taken over: drop the transaction then.
    pub async fn renew(&self, tx: &mut Tx, now: Millis, ttl: Duration) -> Result<bool> {
        Ok(tx.ask(vec![self.renewal(now, ttl)]).await?.iter().any(|rows| !rows.is_empty()))
    }

    /// Gives the lease back, so that another needs not wait. False if another has taken over already.
    pub async fn release(&self, tx: &mut Tx) -> Result<bool> {
        self.renew(tx, Millis(0), Duration::ZERO).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Database;

    const TTL: Duration = Duration::from_secs(15);

    async fn database() -> (tempfile::TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("lease.db").display());
        let database = Database::open(&url).await.unwrap();
        database.migrate().await.unwrap();
        (folder, database)
    }

    #[tokio::test]
    async fn a_second_holder_waits_until_the_time_has_run_out() {
        let (_folder, database) = database().await;
        let mut tx = database.write().await.unwrap();
        let first = acquire(&mut tx, "sender/1", "a", Millis(1_000), TTL).await.unwrap().unwrap();
        assert_eq!(acquire(&mut tx, "sender/1", "b", Millis(15_999), TTL).await.unwrap(), None);
        assert!(first.renew(&mut tx, Millis(10_000), TTL).await.unwrap());
        assert_eq!(acquire(&mut tx, "sender/1", "b", Millis(24_999), TTL).await.unwrap(), None);
        let second = acquire(&mut tx, "sender/1", "b", Millis(25_000), TTL).await.unwrap().unwrap();
        assert!(second.number() > first.number());
    }

    #[tokio::test]
    async fn a_stale_term_renews_and_releases_nothing() {
        let (_folder, database) = database().await;
        let mut tx = database.write().await.unwrap();
        let stale = acquire(&mut tx, "sender/1", "a", Millis(0), TTL).await.unwrap().unwrap();
        let fresh = acquire(&mut tx, "sender/1", "a", Millis(1), TTL).await.unwrap().unwrap();
        assert!(!stale.renew(&mut tx, Millis(2), TTL).await.unwrap());
        assert!(!stale.release(&mut tx).await.unwrap());
        assert!(fresh.renew(&mut tx, Millis(2), TTL).await.unwrap());
    }

    #[tokio::test]
    async fn a_released_lease_is_free_at_once_and_its_terms_go_on_growing() {
        let (_folder, database) = database().await;
        let mut tx = database.write().await.unwrap();
        let first = acquire(&mut tx, "sender/1", "a", Millis(1_000), TTL).await.unwrap().unwrap();
        assert!(first.release(&mut tx).await.unwrap());
        let second = acquire(&mut tx, "sender/1", "b", Millis(1_001), TTL).await.unwrap().unwrap();
        assert!(second.number() > first.number());
        assert!(!first.renew(&mut tx, Millis(1_002), TTL).await.unwrap());
    }

    #[tokio::test]
    async fn a_lease_of_one_that_is_gone_is_free_at_once_and_no_other() {
        let (_folder, database) = database().await;
        let mut tx = database.write().await.unwrap();
        assert_eq!(standing(&mut tx, "sender/1").await.unwrap(), None);
        let first = acquire(&mut tx, "sender/1", "a", Millis(1_000), TTL).await.unwrap().unwrap();
        let (holder, _) = standing(&mut tx, "sender/1").await.unwrap().unwrap();
        assert_eq!(holder, "a");
        release_for(&mut tx, "sender/1", "c").await.unwrap();
        assert_eq!(acquire(&mut tx, "sender/1", "b", Millis(1_001), TTL).await.unwrap(), None);
        release_for(&mut tx, "sender/1", "a").await.unwrap();
        let second = acquire(&mut tx, "sender/1", "b", Millis(1_001), TTL).await.unwrap().unwrap();
        assert!(second.number() > first.number());
    }

    #[tokio::test]
    async fn leases_of_other_names_are_other_leases() {
        let (_folder, database) = database().await;
        let mut tx = database.write().await.unwrap();
        assert!(acquire(&mut tx, "sender/1", "a", Millis(0), TTL).await.unwrap().is_some());
        assert!(acquire(&mut tx, "sender/2", "b", Millis(0), TTL).await.unwrap().is_some());
    }
}
