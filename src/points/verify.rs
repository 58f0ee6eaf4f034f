//! Purpose: proves that every balance is what its entries say, and that no entry was touched.
//!
//! Invariant: reads one state of the database, in bounded memory however long the ledger is. One change in one place
//! is reported where it is and doesn't make everything after it look wrong.

use std::collections::VecDeque;

use super::chain;
use super::store::{self, Account, Entry};
use crate::i18n::{Language, Text, say};
use crate::ids::PersonId;
use crate::storage::{Result, Tx};

/// Rows read at once.
const PAGE: i64 = 500;
/// Differences that are listed; more are only counted.
const LISTED_MAX: usize = 100;
/// No row number is this low.
const BEFORE_ALL: PersonId = PersonId(i64::MIN);

/// Something that isn't as the program would have written it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// An entry isn't what its hash was made of, or doesn't follow the entry before it.
    Altered {
        /// The account.
        person: PersonId,
        /// The entry.
        number: i64,
    },
    /// Entries are missing before this one.
    Gap {
        /// The account.
        person: PersonId,
        /// The entry after the gap.
        number: i64,
    },
    /// The balance isn't the sum of the entries.
    Balance {
        /// The account.
        person: PersonId,
        /// The balance as stored.
        stored: i64,
        /// The sum.
        summed: i64,
    },
    /// The account knows of another number of entries, or another last hash: entries are missing at the end.
    End {
        /// The account.
        person: PersonId,
    },
    /// The account is of another tenant than its entries.
    Tenant {
        /// The account.
        person: PersonId,
    },
    /// There are entries but no account.
    NoAccount {
        /// Whose entries.
        person: PersonId,
    },
}

impl Difference {
    /// Whose account it is about.
    #[must_use]
    pub fn person(self) -> PersonId {
        match self {
            Self::Altered { person, .. }
            | Self::Gap { person, .. }
            | Self::Balance { person, .. }
            | Self::End { person }
            | Self::Tenant { person }
            | Self::NoAccount { person } => person,
        }
    }

    /// The difference in words.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Altered { person, number } => say::points_verify_altered(number, person.0),
            Self::Gap { person, number } => say::points_verify_gap(number, person.0),
            Self::Balance { person, stored, summed } => say::points_verify_balance(person.0, stored, summed),
            Self::End { person } => say::points_verify_end(person.0),
            Self::Tenant { person } => say::points_verify_tenant(person.0),
            Self::NoAccount { person } => say::points_verify_no_account(person.0),
        }
    }
}

/// What [`verify`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Accounts read.
    pub accounts: u64,
    /// Entries read.
    pub entries: u64,
    /// How many differences there are.
    pub found: u64,
    /// The first 100 of them, in the order of people and numbers.
    pub differences: Vec<Difference>,
}

impl Report {
    /// True if nothing differs.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.found == 0
    }

    /// The report for the operator, a line for each difference.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let (accounts, entries) = (count(self.accounts), count(self.entries));
        if self.is_clean() {
            return language.render(&say::points_verify_clean(accounts, entries));
        }
        let mut lines =
            vec![language.render(&say::points_verify_found(accounts, entries, count(self.found)))];
        lines.extend(
            self.differences.iter().map(|difference| language.render(&say::list_line(difference.text()))),
        );
        let listed = u64::try_from(self.differences.len()).unwrap_or(u64::MAX);
        if self.found > listed {
            lines.push(language.render(&say::points_verify_more(count(self.found - listed))));
        }
        lines.push(language.render(&say::points_verify_next()));
        lines.join("\n")
    }

    fn add(&mut self, difference: Difference) {
        self.found += 1;
        if self.differences.len() < LISTED_MAX {
            self.differences.push(difference);
        }
    }
}

/// Recomputes every account of every tenant from its entries. Run it in a transaction of [`crate::storage::Database::read`].
pub async fn verify(tx: &mut Tx) -> Result<Report> {
    let mut report = Report::default();
    let mut accounts = Accounts::default();
    let mut entries = Entries::default();
    loop {
        let owner = entries.next_owner(tx).await?;
        let account = accounts.next(tx, owner).await?;
        let Some(person) = account.as_ref().map(|account| account.person).or(owner) else {
            return Ok(report);
        };
        let mut walk = Walk::new(person);
        while let Some(entry) = entries.next_of(tx, person).await? {
            report.entries += 1;
            walk.step(&entry, account.as_ref(), &mut report);
        }
        match account {
            None => report.add(Difference::NoAccount { person }),
            Some(account) => {
                report.accounts += 1;
                walk.end(&account, &mut report);
            }
        }
    }
}

/// The way through one account's entries.
struct Walk {
    person: PersonId,
    number: i64,
    head: String,
    summed: i64,
    of_another_tenant: bool,
}

impl Walk {
    fn new(person: PersonId) -> Self {
        Self { person, number: 0, head: chain::GENESIS.to_owned(), summed: 0, of_another_tenant: false }
    }

    fn step(&mut self, entry: &Entry, account: Option<&Account>, report: &mut Report) {
        let (person, number) = (self.person, entry.number);
        if number != self.number + 1 {
            report.add(Difference::Gap { person, number });
        } else if chain::hash(&self.head, entry) != entry.hash {
            report.add(Difference::Altered { person, number });
        }
        if account.is_some_and(|account| account.tenant != entry.tenant) {
            self.of_another_tenant = true;
        }
        self.number = number;
        self.head.clone_from(&entry.hash);
        self.summed = self.summed.saturating_add(entry.delta);
    }

    fn end(self, account: &Account, report: &mut Report) {
        let person = self.person;
        if self.summed != account.balance {
            report.add(Difference::Balance { person, stored: account.balance, summed: self.summed });
        }
        if self.number != account.entries || self.head != account.head {
            report.add(Difference::End { person });
        }
        if self.of_another_tenant {
            report.add(Difference::Tenant { person });
        }
    }
}

/// All accounts in order, a page at a time.
#[derive(Default)]
struct Accounts {
    page: VecDeque<Account>,
    after: Option<PersonId>,
    is_over: bool,
}

impl Accounts {
    /// The next account, unless entries of somebody before it are still waiting to be walked.
    async fn next(&mut self, tx: &mut Tx, owner: Option<PersonId>) -> Result<Option<Account>> {
        if self.page.is_empty() && !self.is_over {
            self.page = store::accounts_after(tx, self.after.unwrap_or(BEFORE_ALL), PAGE).await?.into();
            self.is_over = self.page.is_empty();
            self.after = self.page.back().map(|account| account.person);
        }
        match (self.page.front(), owner) {
            (Some(account), Some(owner)) if owner < account.person => Ok(None),
            _ => Ok(self.page.pop_front()),
        }
    }
}

/// All entries in order, a page at a time.
#[derive(Default)]
struct Entries {
    page: VecDeque<Entry>,
    after: Option<(PersonId, i64)>,
    is_over: bool,
}

impl Entries {
    async fn fill(&mut self, tx: &mut Tx) -> Result<()> {
        if self.page.is_empty() && !self.is_over {
            let (person, number) = self.after.unwrap_or((BEFORE_ALL, 0));
            self.page = store::entries_after(tx, person, number, PAGE).await?.into();
            self.is_over = self.page.is_empty();
            self.after = self.page.back().map(|entry| (entry.person, entry.number));
        }
        Ok(())
    }

    /// Whose the next entry is.
    async fn next_owner(&mut self, tx: &mut Tx) -> Result<Option<PersonId>> {
        self.fill(tx).await?;
        Ok(self.page.front().map(|entry| entry.person))
    }

    /// The next entry, if it is this person's.
    async fn next_of(&mut self, tx: &mut Tx, person: PersonId) -> Result<Option<Entry>> {
        self.fill(tx).await?;
        Ok(self.page.pop_front_if(|entry| entry.person == person))
    }
}
