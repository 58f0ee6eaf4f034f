//! Purpose: what a domain name and a Telegram name look like.
//!
//! Invariant: works on lower-case text; nothing here asks the network.

/// Endings under which a bare `word.ending` in a sentence is a domain and not a file or a missing blank. A link with
/// `https://` is found under any ending. Sorted.
pub(super) const ENDINGS: [&str; 100] = [
    "ai", "app", "asia", "au", "bar", "best", "biz", "br", "buzz", "ca", "cam", "cash", "casino", "cc", "cf",
    "chat", "city", "click", "cloud", "club", "cn", "co", "com", "cool", "cyou", "date", "de", "dev", "edu",
    "eu", "fans", "fit", "fm", "fr", "fun", "fund", "ga", "games", "gd", "gg", "gl", "gle", "gov", "gq",
    "group", "hk", "icu", "id", "in", "info", "ink", "io", "it", "jp", "kim", "kr", "la", "link", "live",
    "loan", "lol", "love", "ltd", "ly", "me", "mo", "mobi", "my", "net", "nl", "online", "org", "ph", "plus",
    "pro", "pub", "pw", "red", "ru", "sg", "shop", "site", "space", "store", "su", "tel", "th", "tk", "to",
    "today", "top", "tv", "tw", "uk", "us", "vip", "vn", "work", "ws", "xyz",
];

/// True for letters, digits, hyphens and underscores (which subdomains have) in labels joined by dots, at least two labels, at most 253 bytes (RFC 1035).
pub(super) fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    host.len() <= 253 && host.contains('.') && host.split('.').all(is_label)
}

/// True if a host without scheme is surely meant as one.
pub(super) fn is_bare_domain(host: &str) -> bool {
    let ending = host.rsplit('.').next().unwrap_or_default();
    is_domain(host) && ENDINGS.binary_search(&ending).is_ok()
}

/// The domain of a list entry: lower case, without a leading `*.` or `www.`; also a top-level domain as `edu.cn`, and
/// names in other scripts as they are written.
pub(super) fn of_entry(entry: &str) -> Option<String> {
    let domain = entry.trim().to_lowercase();
    let domain = domain.strip_prefix("*.").unwrap_or(&domain);
    let domain = domain.strip_prefix("www.").unwrap_or(domain);
    let fits = is_domain(domain)
        || (!domain.is_ascii()
            && domain.contains('.')
            && !domain.contains(|c: char| c.is_whitespace() || c == '/'));
    fits.then(|| domain.to_owned())
}

/// True for a Telegram name without @: 4 to 32 letters, digits or underscores, starting with a letter (Bot API).
pub(super) fn is_name(name: &str) -> bool {
    (4..=32).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// True for the domains of Telegram's own links.
pub(super) fn is_telegram(host: &str) -> bool {
    matches!(host, "t.me" | "telegram.me" | "telegram.dog")
}
