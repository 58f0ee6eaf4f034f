//! Purpose: the members that a process remembers from its start on.
//!
//! Invariant: all members of set-up groups are remembered however many they are, and nobody else.

use homeroom::ids::{Native, TenantId};
use homeroom::roster;
use homeroom::seen::Seen;
use homeroom::storage::Tx;

use super::add_tenant;
use crate::databases::{Fresh, on_both};

on_both!(all_members_of_set_up_groups_are_remembered_and_nobody_else);

/// More than are read at a time, and not a multiple of that.
const PEOPLE: i64 = 1_234;

async fn all_members_of_set_up_groups_are_remembered_and_nobody_else(fresh: Fresh) {
    let mut tx = fresh.database.write().await.unwrap();
    let (tenant, other) = (add_tenant(&mut tx, "1").await.unwrap(), add_tenant(&mut tx, "2").await.unwrap());
    fill(&mut tx, tenant).await;
    fill(&mut tx, other).await;
    tx.run("UPDATE members SET role = 'absent' WHERE person % 2 = 0 AND tenant = $1", &[tenant.into()])
        .await
        .unwrap();
    tx.run("UPDATE members SET role = 'absent' WHERE person % 2 = 1 AND tenant = $1", &[other.into()])
        .await
        .unwrap();
    let sql = "SELECT MIN(id) FROM people WHERE tenant = $1";
    let first: i64 = tx.one(sql, &[tenant.into()]).await.unwrap().unwrap().get(0).unwrap();
    tx.commit().await.unwrap();
    let seen = Seen::default();
    roster::remember_members(&fresh.database, tenant, &seen).await.unwrap();
    for number in 0..PEOPLE {
        let person = Native::from(1_000 + number);
        let is_member = (first + number) % 2 == 1;
        for (group, is_set_up) in [(-1, true), (-2, false), (-3, true)] {
            assert_eq!(
                seen.has(&Native::from(group), &person),
                is_member && is_set_up,
                "{number} in {group}"
            );
        }
    }
    fresh.close().await;
}

/// Three groups, the second not set up, and everybody in each.
async fn fill(tx: &mut Tx, tenant: TenantId) {
    for (group, state) in [(-1, "active"), (-2, "joined"), (-3, "active")] {
        tx.run(
            "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at) \
             VALUES ($1, $2, '', 'group', $3, 'administrator', '{}', 0)",
            &[tenant.into(), (&Native::from(group)).into(), state.into()],
        )
        .await
        .unwrap();
    }
    for number in 0..PEOPLE {
        tx.run(
            "INSERT INTO people (tenant, native, name, created_at) VALUES ($1, $2, '', 0)",
            &[tenant.into(), (&Native::from(1_000 + number)).into()],
        )
        .await
        .unwrap();
    }
    tx.run(
        "INSERT INTO members (tenant, group_id, person, role, since) \
         SELECT g.tenant, g.id, p.id, 'member', 0 FROM groups g JOIN people p ON p.tenant = g.tenant \
         WHERE g.tenant = $1",
        &[tenant.into()],
    )
    .await
    .unwrap();
}
