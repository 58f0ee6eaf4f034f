//! Purpose: what several schools in one program may not share.
//!
//! Invariant: each pair of schools that can't run together is named, so that all can be put right at once.

use std::net::SocketAddr;

use super::{Config, Updates};
use crate::i18n::{Text, say};

/// What keeps schools, each with its name, from running in one program. Nothing for a single one.
#[must_use]
pub fn clashes(schools: &[(&str, &Config)]) -> Vec<Text> {
    let pairs = schools
        .iter()
        .enumerate()
        .flat_map(|(place, other)| schools.iter().take(place).map(move |first| (*first, *other)));
    pairs.flat_map(|((first, one), (second, other))| clash(first, one, second, other)).collect()
}

fn clash(first: &str, one: &Config, second: &str, other: &Config) -> Vec<Text> {
    let mut found = Vec::new();
    if one.bot.token == other.bot.token {
        found.push(say::config_together_token(first, second));
    }
    if let Some((url, listen)) = posted(one)
        && let Some((other_url, other_listen)) = posted(other)
    {
        if url == other_url {
            found.push(say::config_together_url(first, second, url));
        }
        // Port 0 means any that is free.
        if listen == other_listen && listen.port() != 0 {
            found.push(say::config_together_listen(listen.to_string(), first, second));
        }
    }
    if one.bot.observe.zip(other.bot.observe).is_some_and(|(one, other)| one != other) {
        found.push(say::config_together_observe(first, second));
    }
    found
}

/// Where updates are posted to, and where they are listened for.
fn posted(config: &Config) -> Option<(&str, SocketAddr)> {
    match &config.bot.updates {
        Updates::Webhook { url, listen, .. } => Some((url, *listen)),
        Updates::Polling => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TokenPlace;

    fn school(change: impl FnOnce(&mut Config)) -> Config {
        let mut config = Config::for_tests();
        change(&mut config);
        config
    }

    fn webhook(url: &str, listen: &str) -> Updates {
        Updates::Webhook { url: url.to_owned(), listen: listen.parse().unwrap(), secret_file: None }
    }

    fn token(name: &str) -> TokenPlace {
        TokenPlace::Variable(name.to_owned())
    }

    fn keys(one: &Config, other: &Config) -> Vec<String> {
        clashes(&[("north", one), ("south", other)]).iter().map(|text| text.key().to_owned()).collect()
    }

    #[test]
    fn schools_that_share_nothing_run_together() {
        let north = school(|config| {
            config.bot.token = Some(token("NORTH"));
            config.bot.updates = webhook("https://bot.example.edu/north", "127.0.0.1:8088");
            config.bot.observe = Some("127.0.0.1:9090".parse().unwrap());
        });
        let south = school(|config| {
            config.bot.updates = webhook("https://bot.example.edu/south", "127.0.0.1:8089");
        });
        assert_eq!(keys(&north, &south), [""; 0]);
        assert!(clashes(&[("north", &north)]).is_empty());
    }

    #[test]
    fn each_thing_that_two_share_is_named_with_both() {
        let shared = |place: Option<TokenPlace>| {
            let at = place.clone();
            keys(&school(|config| config.bot.token = at), &school(|config| config.bot.token = place))
        };
        assert_eq!(shared(None), ["config-together-token"]);
        assert_eq!(shared(Some(token("BOTH"))), ["config-together-token"]);
        let of = |name: &str, updates: Updates, observe: &str| {
            school(|config| {
                config.bot.token = Some(token(name));
                config.bot.updates = updates;
                config.bot.observe = Some(observe.parse().unwrap());
            })
        };
        let north = of("NORTH", webhook("https://bot.example.edu/t", "127.0.0.1:8088"), "127.0.0.1:9090");
        let south = of("SOUTH", webhook("https://bot.example.edu/t", "127.0.0.1:8088"), "127.0.0.1:9091");
        let expected = ["config-together-url", "config-together-listen", "config-together-observe"];
        assert_eq!(keys(&north, &south), expected);
        let free = of("SOUTH", webhook("https://bot.example.edu/s", "127.0.0.1:0"), "127.0.0.1:9090");
        let any = of("NORTH", webhook("https://bot.example.edu/n", "127.0.0.1:0"), "127.0.0.1:9090");
        assert_eq!(keys(&free, &any), [""; 0], "any free port is another one each time");
    }

    #[test]
    fn every_pair_of_three_is_named() {
        let [one, two, three] = [(); 3].map(|()| school(|_| ()));
        assert_eq!(clashes(&[("one", &one), ("two", &two), ("three", &three)]).len(), 3);
    }
}
