//! Purpose: what a feature stages at an end, and can't be written, costs neither the end nor the sender.

use super::stage::Feature;
use super::*;

on_both!(
    an_end_whose_feature_stages_what_cant_be_written_is_recorded_and_the_others_are_heard,
    a_start_after_such_an_end_takes_over_all_the_same,
);

/// From now on a second row with the features' key can't be written.
async fn poison(stage: &Stage) {
    let mut tx = stage.database.write().await.unwrap();
    tx.run("CREATE UNIQUE INDEX poison ON outbox (substr(dedup_key, 1, 6)) WHERE substr(dedup_key, 1, 6) = 'follow'", &[])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn an_end_whose_feature_stages_what_cant_be_written_is_recorded_and_the_others_are_heard(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.write([NewRow { about: None, ..say(G2, "follow-first", "first") }]).await;
    poison(&stage).await;
    *stage.ear.does.lock().unwrap() = Feature::Writes;
    stage.write([say(G1, "k1", "a"), NewRow { about: None, ..say(G2, "k2", "b") }]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 60_000).await;
    assert_eq!(stage.state().await, "sent");
    assert_eq!(stage.remote.calls().len(), 3, "nothing was sent twice, and nothing followed");
    *stage.ear.does.lock().unwrap() = Feature::Listens;
    let heard = stage.ear.ends().len();
    let rows = stage.write([say(G1, "k3", "c")]).await;
    sender.hand(rows).await;
    assert_eq!((stage.remote.calls().len(), stage.ear.ends().len()), (4, heard + 1), "the sender goes on");
}

async fn a_start_after_such_an_end_takes_over_all_the_same(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.write([NewRow { about: None, ..say(G2, "follow-first", "first") }, say(G1, "k1", "a")]).await;
    poison(&stage).await;
    *stage.ear.does.lock().unwrap() = Feature::Writes;
    // Found under way a second time, the row is given up at the start, and its feature hears of that.
    let mut tx = stage.database.write().await.unwrap();
    tx.run("UPDATE outbox SET state = 'sending', uncertain = 1 WHERE dedup_key = 'k1'", &[]).await.unwrap();
    tx.commit().await.unwrap();
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 120_000).await;
    let states: Vec<String> = stage.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["sent", "quarantined"]);
}
