//! Purpose: awarding points and taking them back.
//!
//! Invariants: nothing is ever edited; a correction is an entry of its own. A source pays once: the entry it leaves
//! settles it for good, also where a cap left fewer points or none, so that doing the same again later, or a replay
//! of the same update, never pays a second time nor pays out what a cap has cut. Caps are checked under the account's
//! lock, in the caller's transaction.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use anyhow::anyhow;

use super::calendar::Calendar;
use super::chain;
use super::rules::{Act, Cap, Decision};
use super::standing;
use super::store::{self, Account, Entry};
use crate::failure::{Failure, Outcome};
use crate::i18n::say;
use crate::ids::PersonId;
use crate::roster::{self, GroupAffairs, Permit};
use crate::work::Work;

/// Who causes an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The bot, on its own observation.
    Bot,
    /// Somebody: the person themselves, or a teacher who confirms.
    Person(PersonId),
}

impl fmt::Display for Actor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bot => out.write_str("bot"),
            Self::Person(person) => write!(out, "person:{person}"),
        }
    }
}

/// Something somebody did that may earn points.
#[derive(Clone, Copy, Debug)]
pub struct Award<'a> {
    /// Who did it.
    pub person: PersonId,
    /// What was done.
    pub act: Act,
    /// What sort of thing it was done with, such as `lesson`. Together with `source_id` and `act` it says what counts
    /// only once for the person. `reversal` and an empty kind are not accepted.
    pub source_kind: &'a str,
    /// Which one: its id.
    pub source_id: &'a str,
    /// Who causes the entry.
    pub actor: Actor,
}

/// How an award ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awarded {
    /// It is in the ledger.
    Paid {
        /// The points: the rule's, or fewer if `cut_by` says so. 0 for an act that is recorded without pay.
        points: u32,
        /// The balance now.
        balance: i64,
        /// The cap that left fewer than the rule's points.
        cut_by: Option<Cap>,
    },
    /// It is in the ledger with 0 points, because a cap left no room. It is settled and won't be paid later.
    CapReached {
        /// The cap; of several the longest.
        which: Cap,
    },
    /// The same thing was settled before; nothing was written.
    AlreadyPaid,
    /// The school's rule set has no such act; nothing was written.
    NotInRules,
}

/// Why an entry is taken back. A fixed list instead of free words: it reads well in each reader's language, and the
/// ledger, which outlives the erasure of a person, holds no personal words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Entered for the wrong person or the wrong thing.
    Mistake,
    /// It turned out not to have been done.
    NotDone,
    /// The same thing was entered another way before.
    Duplicate,
    /// The person asked, and was right.
    Disputed,
}

impl Reason {
    /// Every reason, with its name in the ledger.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Mistake, "mistake"),
        (Self::NotDone, "not-done"),
        (Self::Duplicate, "duplicate"),
        (Self::Disputed, "disputed"),
    ];

    /// The name in the ledger.
    #[must_use]
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(reason, _)| *reason == self).map_or("", |(_, id)| id)
    }
}

/// An entry that was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reversed {
    /// The number of the reversal's own entry.
    pub number: i64,
    /// The points taken back; 0 if the entry had brought none.
    pub points: i64,
    /// The balance now.
    pub balance: i64,
}

/// Accounts this transaction has locked, as they are after its own entries. Nobody else can change them before it ends.
#[derive(Debug, Default)]
struct Locked(HashMap<PersonId, Account>);

async fn locked(work: &mut Work<'_>, person: PersonId) -> Outcome<Account> {
    if let Some(account) = work.memo::<Locked>().0.get(&person) {
        return Ok(account.clone());
    }
    let tenant = work.tenant;
    let account = store::lock_account(work.writing().await?, tenant, person).await?;
    let account = account.ok_or_else(|| anyhow!("tenant {tenant} has no person {person}"))?;
    if account.tenant != tenant {
        return Err(Failure::Broken(anyhow!("the account of person {person} belongs to another tenant")));
    }
    work.memo::<Locked>().0.insert(person, account.clone());
    Ok(account)
}

/// Awards what the rule set gives for an act, once for each source, within the caps.
///
/// Four statements, one less for each further award to the same person in the transaction.
pub async fn award(work: &mut Work<'_>, award: &Award<'_>) -> Outcome<Awarded> {
    let config = Arc::clone(&work.config);
    let rules = &config.points;
    let Some(rule) = rules.acts.get(&award.act) else { return Ok(Awarded::NotInRules) };
    if award.source_kind.is_empty() || award.source_kind == store::REVERSAL {
        return Err(Failure::Broken(anyhow!("`{}` is no source of an award", award.source_kind)));
    }
    let account = locked(work, award.person).await?;
    let tx = work.reading();
    if rule.once && store::has_rule(tx, award.person, award.act.id()).await? {
        return Ok(Awarded::AlreadyPaid);
    }
    let calendar = Calendar::at(work.now, config.school.zone);
    let sums = store::sums(work.reading(), award.person, calendar).await?;
    let Some(Decision { points, cap }) = rules.decide(award.act, &sums) else {
        return Ok(Awarded::NotInRules);
    };
    let entry = Entry {
        person: award.person,
        number: account.entries + 1,
        tenant: work.tenant,
        delta: i64::from(points),
        rule: award.act.id().to_owned(),
        rule_set: rules.version.clone(),
        source_kind: award.source_kind.to_owned(),
        source_id: award.source_id.to_owned(),
        actor: award.actor.to_string(),
        at: work.now,
        day: calendar.today,
        cap: cap.map(|cap| cap.id().to_owned()),
        reason: None,
        hash: String::new(),
    };
    let Some(account) = append(work, &account, entry).await? else { return Ok(Awarded::AlreadyPaid) };
    let balance = account.balance;
    standing::note(work, award.person, |tally| {
        tally.balance = balance;
        tally.day = i64::from(points) + sums.iter().map(|sum| sum.day).sum::<i64>();
        tally.week = i64::from(points) + sums.iter().map(|sum| sum.week).sum::<i64>();
        match award.act {
            Act::QuizPass => tally.quizzes += 1,
            Act::OnSite => tally.on_site += 1,
            Act::FinalTest => tally.final_tests += 1,
            _ => {}
        }
    });
    Ok(match cap {
        Some(which) if points == 0 => Awarded::CapReached { which },
        cut_by => Awarded::Paid { points, balance, cut_by },
    })
}

/// Takes an entry back by an entry of the opposite points. Only staff of a group the person is or was in can do it.
///
/// The caps of the entry's day get the room back; the entry's source stays settled and won't be paid again. As each
/// entry is taken back at most once and nothing else lowers a balance, it never falls below 0.
///
/// # Errors
/// Refused if the person isn't known in the permit's group, there is no such entry, it is a reversal itself, or it was
/// taken back before.
pub async fn reverse(
    work: &mut Work<'_>,
    permit: Permit<GroupAffairs>,
    person: PersonId,
    number: i64,
    reason: Reason,
) -> Outcome<Reversed> {
    if permit.tenant() != work.tenant {
        return Err(Failure::Broken(anyhow!("a permit of another tenant")));
    }
    if !roster::has_been_in(work, permit.group(), person).await? {
        return Err(Failure::Refused(say::points_refused_other_group()));
    }
    let account = locked(work, person).await?;
    let original = store::entry(work.reading(), person, number).await?;
    let original = original.ok_or_else(|| Failure::Refused(say::points_refused_no_entry(number)))?;
    if original.is_reversal() {
        return Err(Failure::Refused(say::points_refused_is_reversal(number)));
    }
    let entry = Entry {
        number: account.entries + 1,
        delta: -original.delta,
        rule_set: work.config.points.version.clone(),
        source_kind: store::REVERSAL.to_owned(),
        source_id: number.to_string(),
        actor: Actor::Person(permit.actor()).to_string(),
        at: work.now,
        cap: None,
        reason: Some(reason.id().to_owned()),
        hash: String::new(),
        ..original
    };
    let (own_number, points) = (entry.number, -entry.delta);
    let Some(account) = append(work, &account, entry).await? else {
        return Err(Failure::Refused(say::points_refused_reversed(number)));
    };
    standing::forget(work, person);
    let object = format!("ledger entry {number} of person {person}");
    roster::audit(work, permit.actor(), "points.reverse", &object).await?;
    Ok(Reversed { number: own_number, points, balance: account.balance })
}

/// Chains an entry to its locked account and writes both. None, and nothing written, if its source is settled.
async fn append(work: &mut Work<'_>, account: &Account, mut entry: Entry) -> Outcome<Option<Account>> {
    entry.hash = chain::hash(&account.head, &entry);
    let tx = work.writing().await?;
    if !store::insert(tx, &entry).await? {
        return Ok(None);
    }
    let balance = account.balance.checked_add(entry.delta).filter(|balance| *balance >= 0);
    let balance =
        balance.ok_or_else(|| anyhow!("the balance of person {} leaves its range", entry.person))?;
    let account = Account { balance, entries: entry.number, head: entry.hash, ..account.clone() };
    store::update_account(tx, &account).await?;
    work.memo::<Locked>().0.insert(account.person, account.clone());
    Ok(Some(account))
}
