//! Purpose: finds what can be followed out of a text: links, bare domains, Telegram invitations and names.
//!
//! Invariant: one pass over the units; each unit belongs to at most one token, so the work is linear.

use std::ops::Range;

use super::domains::{is_bare_domain, is_domain, is_name, is_telegram};
use crate::moderation::normalise::{Normalised, Unit};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A web host.
    Host {
        /// Folded, lower case, without user, port or final dot.
        host: String,
        /// The original is written with other characters than `host` (letter case apart).
        imitation: bool,
    },
    /// A Telegram invitation; it doesn't say to which chat.
    Invitation,
    /// A link to a Telegram chat or bot.
    Chat {
        /// Its name in lower case, without @.
        name: String,
    },
    /// An @name in the text.
    Name {
        /// The name in lower case, without @.
        name: String,
    },
}

/// A link and the units it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it leads.
    pub target: Target,
    /// The units of host or name, scheme and path not included.
    pub units: Range<usize>,
}

/// First path words of t.me links that name no chat: stickers, settings, links inside a private group.
/// Source: Telegram's list of deep links.
const NO_CHATS: [&str; 17] = [
    "addemoji",
    "addstickers",
    "addtheme",
    "auction",
    "bg",
    "boost",
    "c",
    "confirmphone",
    "contact",
    "giftcode",
    "invoice",
    "iv",
    "login",
    "m",
    "nft",
    "setlanguage",
    "share",
];

/// Finds all links of `text`, which must be `original` normalised. Bare domains are left out where they would be file
/// names.
#[must_use]
pub fn find(original: &str, text: &Normalised, bare_domains: bool) -> Vec<Found> {
    let mut finder = Finder { original, text, units: text.units(), found: Vec::new() };
    let mut start = 0;
    while start < finder.units.len() {
        let end = finder.token_end(start);
        if end > start {
            finder.look_into(start, end, bare_domains);
        }
        start = end + 1;
    }
    finder.found
}

struct Finder<'a> {
    original: &'a str,
    text: &'a Normalised,
    units: &'a [Unit],
    found: Vec<Found>,
}

impl Finder<'_> {
    fn token_end(&self, start: usize) -> usize {
        (start..self.units.len()).find(|index| self.token_char(*index).is_none()).unwrap_or(self.units.len())
    }

    /// The character of a link, or `None` for what ends one. An ideographic full stop works as a dot in a browser.
    fn token_char(&self, index: usize) -> Option<char> {
        match self.units[index].ch {
            '。' | '｡' => {
                let is_ascii = |unit: Option<&Unit>| unit.is_some_and(|unit| unit.ch.is_ascii_alphanumeric());
                let inside = is_ascii(index.checked_sub(1).and_then(|before| self.units.get(before)))
                    && is_ascii(self.units.get(index + 1));
                inside.then_some('.')
            }
            '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\'' | ',' | ';' | '!' | '|' | '*'
            | '^' | '`' => None,
            ch => ch.is_ascii_graphic().then_some(ch),
        }
    }

    fn look_into(&mut self, start: usize, end: usize, bare_domains: bool) {
        let interesting = |unit: &Unit| matches!(unit.ch, '.' | '。' | '@' | ':');
        if !self.units[start..end].iter().any(interesting) {
            return;
        }
        // All ASCII, so that a byte of the token is a unit of the text.
        let token: String = (start..end).filter_map(|index| self.token_char(index)).collect();
        let mut after = 0;
        while let Some(found) = token[after..].find("://") {
            let colon = after + found;
            after = colon + 3;
            if token[..colon].ends_with("tg") {
                self.deep_link(&token[after..], start + after..end);
            } else {
                self.web_link(&token[after..], start + after);
            }
        }
        if after == 0 {
            self.without_scheme(&token, start, bare_domains);
        }
    }

    fn web_link(&mut self, rest: &str, start: usize) {
        let authority = rest.find(['/', '?', '#', '\\']).map_or(rest, |end| &rest[..end]);
        let next = self.units.get(start + authority.len());
        if !is_domain(authority) && next.is_some_and(|unit| unit.kind.is_letter() && !unit.ch.is_ascii()) {
            return self.foreign_host(start, start + authority.len());
        }
        let from = authority.rfind('@').map_or(0, |at| at + 1);
        let host = &authority[from..];
        let host = host.find(':').map_or(host, |colon| &host[..colon]).trim_end_matches('.');
        if host.is_empty() {
            return;
        }
        let units = start + from..start + from + host.len();
        self.host(host.to_owned(), &rest[authority.len()..], units);
    }

    /// A host with letters beyond ASCII, such as 例子.中国.
    fn foreign_host(&mut self, start: usize, resume: usize) {
        let belongs = |unit: &&Unit| unit.kind.is_letter() || matches!(unit.ch, '.' | '-');
        let more = self.units[resume.min(self.units.len())..].iter().take(253).take_while(belongs).count();
        let units = start..resume + more;
        let host: String = self.units[units.clone()].iter().map(|unit| unit.ch).collect();
        if host.contains('.') {
            self.host(host.trim_end_matches('.').to_owned(), "", units);
        }
    }

    fn host(&mut self, host: String, path: &str, units: Range<usize>) {
        if is_telegram(&host) {
            self.telegram_path(path, units);
            return;
        }
        let telegram_name = host.strip_suffix(".t.me").filter(|name| is_name(name));
        let target = if let Some(name) = telegram_name {
            Target::Chat { name: name.to_owned() }
        } else {
            let written = self.original.get(self.text.origin(&units)).unwrap_or_default();
            let imitation = written.trim_end_matches('.').to_lowercase() != host;
            Target::Host { host, imitation }
        };
        self.found.push(Found { target, units });
    }

    fn telegram_path(&mut self, path: &str, units: Range<usize>) {
        let mut words = path.trim_start_matches('/').split(['/', '?', '#']);
        let first = words.next().unwrap_or_default();
        let target = match first {
            "joinchat" | "addlist" | "proxy" | "socks" => Target::Invitation,
            invitation if invitation.starts_with('+') && invitation.len() > 1 => Target::Invitation,
            "s" => return self.chat(words.next().unwrap_or_default(), units),
            other => return self.chat(other, units),
        };
        self.found.push(Found { target, units });
    }

    fn chat(&mut self, name: &str, units: Range<usize>) {
        if is_name(name) && !NO_CHATS.contains(&name) {
            self.found.push(Found { target: Target::Chat { name: name.to_owned() }, units });
        }
    }

    fn deep_link(&mut self, rest: &str, units: Range<usize>) {
        let value = |key: &str| {
            let after = &rest[rest.find(key)? + key.len()..];
            Some(after.find(['&', '#']).map_or(after, |end| &after[..end]))
        };
        match rest.split('?').next().unwrap_or_default() {
            "join" | "addlist" | "proxy" | "socks" => {
                self.found.push(Found { target: Target::Invitation, units });
            }
            "resolve" => self.chat(value("domain=").unwrap_or_default(), units),
            _ => {}
        }
    }

    fn without_scheme(&mut self, token: &str, start: usize, bare_domains: bool) {
        let joins = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let mut is_mail = false;
        for (at, _) in token.match_indices('@') {
            if token[..at].ends_with(joins) {
                is_mail = true;
                continue;
            }
            let rest = &token[at + 1..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            if is_name(&rest[..end]) {
                let target = Target::Name { name: rest[..end].to_owned() };
                self.found.push(Found { target, units: start + at..start + at + 1 + end });
            }
        }
        if is_mail || !bare_domains {
            return;
        }
        let head = token.find(['/', '?', '#']).unwrap_or(token.len());
        let mut at = 0;
        for word in
            token[..head].split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
        {
            let host = word.trim_matches(['.', '-']);
            let from = at + (word.len() - word.trim_start_matches(['.', '-']).len());
            if is_bare_domain(host) {
                let path = if at + word.len() == head { &token[head..] } else { "" };
                self.host(host.to_owned(), path, start + from..start + from + host.len());
            }
            at += word.len() + 1;
        }
    }
}
