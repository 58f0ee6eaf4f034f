//! Purpose: finds links, domains and Telegram names in a text and says whether they are welcome.
//!
//! Invariant: a host is only trusted as it was written. A host that becomes an allowed one by folding (a Cyrillic о, full
//! width letters) is an imitation and denied.

use std::collections::HashMap;

use super::lexicon::{Problem, Reason};
use super::pack::{LinkRule, Policy};

mod domains;
mod find;
#[cfg(test)]
mod tests;

pub use find::{Found, Target, find};

/// Entries of one list of the link rule.
pub const LIST_MAX: usize = 2_000;

/// What the link rule says about one link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// On the allow list.
    Allowed,
    /// On no list, and the policy lets it stay.
    Tolerated,
    /// Unwelcome.
    Denied,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listed {
    Allow,
    Deny,
}

/// A compiled link rule.
#[derive(Debug, Default)]
pub struct Links {
    hosts: HashMap<String, Listed>,
    names: HashMap<String, Listed>,
    others: Policy,
    telegram: Policy,
    usernames: Policy,
}

impl Links {
    /// Compiles the lists. An entry on an allow and a deny list is denied.
    ///
    /// # Errors
    /// Every entry that is no domain or name, and every list that is too long.
    pub fn compile(rule: &LinkRule) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut links = Self {
            others: rule.others,
            telegram: rule.telegram,
            usernames: rule.usernames,
            ..Self::default()
        };
        let lists: [(&str, &[String], Listed); 3] = [
            ("allow", &rule.allow, Listed::Allow),
            ("deny", &rule.deny, Listed::Deny),
            ("shorteners", &rule.shorteners, Listed::Deny),
        ];
        for (list, entries, listed) in lists {
            check_count(list, entries.len(), &mut problems);
            for (index, entry) in entries.iter().enumerate() {
                match domains::of_entry(entry) {
                    Some(domain) => {
                        links.hosts.insert(domain, listed);
                    }
                    None => problems.push(problem(list, index, Reason::NotADomain(entry.clone()))),
                }
            }
        }
        for (list, entries, listed) in [
            ("names_allow", &rule.names_allow, Listed::Allow),
            ("names_deny", &rule.names_deny, Listed::Deny),
        ] {
            check_count(list, entries.len(), &mut problems);
            for (index, entry) in entries.iter().enumerate() {
                if domains::is_name(entry) {
                    links.names.insert(entry.to_ascii_lowercase(), listed);
                } else {
                    problems.push(problem(list, index, Reason::NotAName(entry.clone())));
                }
            }
        }
        if problems.is_empty() { Ok(links) } else { Err(problems) }
    }

    /// Says what the rule thinks of a link.
    #[must_use]
    pub fn standing(&self, target: &Target) -> Standing {
        match target {
            Target::Host { host, imitation } => match self.listed_host(host) {
                Some(Listed::Allow) if !imitation => Standing::Allowed,
                Some(_) => Standing::Denied,
                None => under(self.others),
            },
            Target::Invitation => under(self.telegram),
            Target::Chat { name } => self.listed_name(name).unwrap_or(under(self.telegram)),
            Target::Name { name } => self.listed_name(name).unwrap_or(under(self.usernames)),
        }
    }

    /// The longest listed domain that is the host or a parent of it decides.
    fn listed_host(&self, host: &str) -> Option<Listed> {
        let mut domain = host;
        loop {
            if let Some(listed) = self.hosts.get(domain) {
                return Some(*listed);
            }
            domain = domain.split_once('.')?.1;
        }
    }

    fn listed_name(&self, name: &str) -> Option<Standing> {
        self.names.get(name).map(|listed| match listed {
            Listed::Allow => Standing::Allowed,
            Listed::Deny => Standing::Denied,
        })
    }
}

fn under(policy: Policy) -> Standing {
    match policy {
        Policy::Allow => Standing::Tolerated,
        Policy::Deny => Standing::Denied,
    }
}

fn check_count(list: &str, count: usize, problems: &mut Vec<Problem>) {
    if count > LIST_MAX {
        let reason = Reason::TooMany { count, max: LIST_MAX };
        problems.push(Problem { place: format!("links.{list}"), reason });
    }
}

fn problem(list: &str, index: usize, reason: Reason) -> Problem {
    Problem { place: format!("links.{list}[{index}]"), reason }
}
