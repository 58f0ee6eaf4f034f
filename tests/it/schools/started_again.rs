//! Purpose: a bot of which a part panics is started again, and neither loses anything nor holds up the other.
//!
//! Invariant: the panic is a real one, of the sender: a bound on requests that no check of a configuration lets through.

use std::sync::Arc;
use std::time::Duration;

use homeroom::clock::timeout;

use crate::databases::{Fresh, on_both};
use crate::program::BOUND;
use crate::school::together::Together;

on_both!(a_bot_whose_sender_panics_is_started_again_and_loses_nothing);

async fn a_bot_whose_sender_panics_is_started_again_and_loses_nothing(fresh: Fresh) {
    let together = Together::ready(fresh, |_, _| ()).await;
    let [north, south] = &together.schools;
    let (mother, group) = (north.class.parents[0], north.class.group);
    let mut spoilt = homeroom::config::Config::clone(&north.config);
    spoilt.bot.pace.request_max = Duration::MAX;
    north.bot().configure(Arc::new(spoilt));
    north.sandbox.writes(mother, group, "积分").unwrap();
    let ended = async {
        while north.bot().tenant().is_some() {
            tokio::task::yield_now().await;
        }
    };
    timeout(BOUND, ended).await.unwrap();
    let said = |school: &crate::school::School| school.bot_says(mother, group).len();
    let (before, of_south) = (said(north), said(south));
    north.bot().configure(Arc::clone(&north.config));
    south.writes(mother, "积分").await;
    assert_eq!(said(south), of_south + 1, "the other works");
    // It runs as soon as a piece of work for it can be done.
    timeout(BOUND, north.bot().perform(async |_| Ok(()))).await.unwrap().unwrap();
    north.settle().await;
    assert_eq!(said(north), before + 1, "what was to be sent comes once");
    together.close().await;
}
