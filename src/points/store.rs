//! Purpose: the SQL of accounts and ledger.
//!
//! Invariant: an entry is only ever inserted, and only for an account whose row is locked by [`lock_account`] in the
//! same transaction; so numbers have no gaps and the balance is the sum of the entries.

pub(super) mod disputes;

use super::calendar::Calendar;
use super::rules::{Act, RuleSum};
use crate::clock::Millis;
use crate::ids::{PersonId, TenantId};
use crate::storage::{Result, Row, Statement, Tx};

/// The source kind of reversals; no award may use it.
pub const REVERSAL: &str = "reversal";

/// The materialised end of a person's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose it is.
    pub person: PersonId,
    /// The tenant the person belongs to.
    pub tenant: TenantId,
    /// The sum of the entries, never negative.
    pub balance: i64,
    /// How many entries there are; the number of the last.
    pub entries: i64,
    /// The hash of the last entry.
    pub head: String,
}

/// One entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose account.
    pub person: PersonId,
    /// Its number in the account, from 1 without gaps.
    pub number: i64,
    /// The tenant.
    pub tenant: TenantId,
    /// The points it adds; negative or zero for a reversal.
    pub delta: i64,
    /// The act's name; a reversal has that of the entry it takes back.
    pub rule: String,
    /// The version of the rules it was decided by.
    pub rule_set: String,
    /// What sort of thing was done.
    pub source_kind: String,
    /// Which one.
    pub source_id: String,
    /// Who caused it: `bot` or `person:` and a row number.
    pub actor: String,
    /// When.
    pub at: Millis,
    /// The school's calendar day it counts on for the caps, in days since 1970-01-01.
    pub day: i64,
    /// The cap that left less than the rule's points.
    pub cap: Option<String>,
    /// Why a reversal was made.
    pub reason: Option<String>,
    /// Chains it to the entry before.
    pub hash: String,
}

impl Entry {
    /// True if it takes back an earlier entry.
    #[must_use]
    pub fn is_reversal(&self) -> bool {
        self.source_kind == REVERSAL
    }
}

/// Locks a person's account until the end of the transaction, making it if there is none. None if the tenant has no
/// such person. The update of nothing is what takes the row's lock on PostgreSQL and reads its newest version.
pub async fn lock_account(tx: &mut Tx, tenant: TenantId, person: PersonId) -> Result<Option<Account>> {
    let row = tx
        .one(
            "INSERT INTO accounts (person, tenant, balance, entries, head)
             SELECT id, tenant, 0, 0, '' FROM people WHERE id = $1 AND tenant = $2
             ON CONFLICT (person) DO UPDATE SET entries = accounts.entries
             RETURNING person, tenant, balance, entries, head",
            &[person.into(), tenant.into()],
        )
        .await?;
    row.as_ref().map(account).transpose()
}

fn account(row: &Row) -> Result<Account> {
    Ok(Account {
        person: row.get(0)?,
        tenant: row.get(1)?,
        balance: row.get(2)?,
        entries: row.get(3)?,
        head: row.get(4)?,
    })
}

/// What each rule has brought a person today, this week and this month. Days later than today (the clock was wrong)
/// count as today, so that a clock set back opens no room.
pub async fn sums(tx: &mut Tx, person: PersonId, calendar: Calendar) -> Result<Vec<RuleSum>> {
    let rows = tx
        .rows(
            "SELECT rule,
                CAST(SUM(CASE WHEN day >= $2 THEN delta ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN day >= $3 THEN delta ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN day >= $4 THEN delta ELSE 0 END) AS BIGINT)
             FROM ledger WHERE person = $1 AND day >= $5 GROUP BY rule",
            &[
                person.into(),
                calendar.today.into(),
                calendar.monday.into(),
                calendar.first.into(),
                calendar.since().into(),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| Ok(RuleSum { rule: row.get(0)?, day: row.get(1)?, week: row.get(2)?, month: row.get(3)? }))
        .collect()
}

/// Whether a person has any entry of a rule.
pub async fn has_rule(tx: &mut Tx, person: PersonId, rule: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM ledger WHERE person = $1 AND rule = $2 LIMIT 1";
    Ok(tx.one(sql, &[person.into(), rule.into()]).await?.is_some())
}

/// Inserts an entry. False if there is one for its source already.
pub async fn insert(tx: &mut Tx, entry: &Entry) -> Result<bool> {
    let inserted = tx
        .run(
            "INSERT INTO ledger (person, number, tenant, delta, rule, rule_set, source_kind, source_id, actor, at,
                day, cap, reason, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             ON CONFLICT (person, rule, source_kind, source_id) DO NOTHING",
            &[
                entry.person.into(),
                entry.number.into(),
                entry.tenant.into(),
                entry.delta.into(),
                entry.rule.as_str().into(),
                entry.rule_set.as_str().into(),
                entry.source_kind.as_str().into(),
                entry.source_id.as_str().into(),
                entry.actor.as_str().into(),
                entry.at.into(),
                entry.day.into(),
                entry.cap.as_deref().into(),
                entry.reason.as_deref().into(),
                entry.hash.as_str().into(),
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes an account's new end.
pub async fn update_account(tx: &mut Tx, account: &Account) -> Result<()> {
    tx.run(
        "UPDATE accounts SET balance = $2, entries = $3, head = $4 WHERE person = $1",
        &[
            account.person.into(),
            account.balance.into(),
            account.entries.into(),
            account.head.as_str().into(),
        ],
    )
    .await
    .map(|_| ())
}

/// One entry of a person, if there is one of this number.
pub async fn entry(tx: &mut Tx, person: PersonId, number: i64) -> Result<Option<Entry>> {
    let row = tx
        .one(
            "SELECT person, number, tenant, delta, rule, rule_set, source_kind, source_id, actor, at, day, cap,
                reason, hash
             FROM ledger WHERE person = $1 AND number = $2",
            &[person.into(), number.into()],
        )
        .await?;
    row.as_ref().map(read_entry).transpose()
}

/// The last `count` entries of a person, newest first.
pub async fn last_entries(tx: &mut Tx, tenant: TenantId, person: PersonId, count: i64) -> Result<Vec<Entry>> {
    let rows = tx
        .rows(
            "SELECT person, number, tenant, delta, rule, rule_set, source_kind, source_id, actor, at, day, cap,
                reason, hash
             FROM ledger WHERE tenant = $1 AND person = $2 ORDER BY number DESC LIMIT $3",
            &[tenant.into(), person.into(), count.into()],
        )
        .await?;
    rows.iter().map(read_entry).collect()
}

fn read_entry(row: &Row) -> Result<Entry> {
    Ok(Entry {
        person: row.get(0)?,
        number: row.get(1)?,
        tenant: row.get(2)?,
        delta: row.get(3)?,
        rule: row.get(4)?,
        rule_set: row.get(5)?,
        source_kind: row.get(6)?,
        source_id: row.get(7)?,
        actor: row.get(8)?,
        at: row.get(9)?,
        day: row.get(10)?,
        cap: row.get(11)?,
        reason: row.get(12)?,
        hash: row.get(13)?,
    })
}

/// Accounts of all tenants in the order of their people, from after `person` on, at most `count`.
pub async fn accounts_after(tx: &mut Tx, person: PersonId, count: i64) -> Result<Vec<Account>> {
    let rows = tx
        .rows(
            "SELECT person, tenant, balance, entries, head FROM accounts WHERE person > $1 ORDER BY person LIMIT $2",
            &[person.into(), count.into()],
        )
        .await?;
    rows.iter().map(account).collect()
}

/// Entries of all tenants in the order of people and numbers, from after (`person`, `number`) on, at most `count`.
pub async fn entries_after(tx: &mut Tx, person: PersonId, number: i64, count: i64) -> Result<Vec<Entry>> {
    let rows = tx
        .rows(
            "SELECT person, number, tenant, delta, rule, rule_set, source_kind, source_id, actor, at, day, cap,
                reason, hash
             FROM ledger WHERE (person, number) > ($1, $2) ORDER BY person, number LIMIT $3",
            &[person.into(), number.into(), count.into()],
        )
        .await?;
    rows.iter().map(read_entry).collect()
}

/// What a person's standing is made of, apart from lessons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The balance.
    pub balance: i64,
    /// Net points today.
    pub day: i64,
    /// Net points since Monday.
    pub week: i64,
    /// Quizzes passed, without those taken back.
    pub quizzes: u32,
    /// Times on site, without those taken back.
    pub on_site: u32,
    /// Final tests passed, without those taken back.
    pub final_tests: u32,
}

/// Asks for the tallies of several people. People of other tenants are left out; the plus keeps SQLite from
/// looking through the whole tenant instead of looking the people up.
#[must_use]
pub fn tallies(tenant: TenantId, calendar: Calendar, people: &[PersonId]) -> Statement<'static> {
    Statement::with_list(
            "SELECT p.id, COALESCE(a.balance, 0),
                (SELECT CAST(COALESCE(SUM(l.delta), 0) AS BIGINT) FROM ledger l
                 WHERE l.person = p.id AND l.day >= $2),
                (SELECT CAST(COALESCE(SUM(l.delta), 0) AS BIGINT) FROM ledger l
                 WHERE l.person = p.id AND l.day >= $3),
                (SELECT CAST(COALESCE(SUM(CASE l.source_kind WHEN 'reversal' THEN -1 ELSE 1 END), 0) AS BIGINT)
                 FROM ledger l WHERE l.person = p.id AND l.rule = $4),
                (SELECT CAST(COALESCE(SUM(CASE l.source_kind WHEN 'reversal' THEN -1 ELSE 1 END), 0) AS BIGINT)
                 FROM ledger l WHERE l.person = p.id AND l.rule = $5),
                (SELECT CAST(COALESCE(SUM(CASE l.source_kind WHEN 'reversal' THEN -1 ELSE 1 END), 0) AS BIGINT)
                 FROM ledger l WHERE l.person = p.id AND l.rule = $6)
             FROM people p LEFT JOIN accounts a ON a.person = p.id
             WHERE +p.tenant = $1 AND p.id IN",
            &[
                tenant.into(),
                calendar.today.into(),
                calendar.monday.into(),
                Act::QuizPass.id().into(),
                Act::OnSite.id().into(),
                Act::FinalTest.id().into(),
            ],
            people.iter().map(|person| (*person).into()).collect(),
        )
}

/// A row that [`tallies`] gives.
pub fn read_tally(row: &Row) -> Result<(PersonId, Tally)> {
    let tally = Tally {
        balance: row.get(1)?,
        day: row.get(2)?,
        week: row.get(3)?,
        quizzes: row.get(4)?,
        on_site: row.get(5)?,
        final_tests: row.get(6)?,
    };
    Ok((row.get(0)?, tally))
}
