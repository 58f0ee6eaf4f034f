//! Purpose: how the database finds posts: what is asked again and again must not cost more with every post of a run.

use super::{IS_ANY_THERE, NEWEST_VERSION};
use crate::config::Config;
use crate::storage::testing::TestSchool;
use crate::storage::{Database, Row};

/// How SQLite would carry out a statement about one run.
async fn plan(school: &TestSchool, sql: &str) -> String {
    let explained: &'static str = format!("EXPLAIN QUERY PLAN {sql}").leak();
    let rows = school.database.read().await.unwrap().rows(explained, &[1_i64.into()]).await.unwrap();
    let steps = rows.iter().map(|row: &Row| row.get::<String>(3).unwrap());
    steps.collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn what_still_stands_is_found_without_walking_past_what_is_gone() {
    let school = TestSchool::open(1, Config::for_tests()).await;
    // PostgreSQL chooses by how many rows there are; the two have the same indexes.
    if !matches!(school.database, Database::Sqlite { .. }) {
        return;
    }
    for sql in [IS_ANY_THERE, NEWEST_VERSION] {
        let plan = plan(&school, sql).await;
        assert!(plan.contains("INDEX broadcast_posts_there (run=?)"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "sorts all posts of the run: {plan}");
    }
}
