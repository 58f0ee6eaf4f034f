//! Purpose: which of the announcements that were sent, or are coming, can be found, and by whom.

use homeroom::broadcasts::{self, Draft, Groups, SENT_LISTED_MAX};
use homeroom::ids::{BroadcastId, GroupId, Native};
use homeroom::sandbox::{DemoClass, PersonId, Rights};

use super::{at, draft};
use crate::databases::{Fresh, on_both};
use crate::school::School;

on_both!(
    the_newest_ten_are_listed_the_newest_first_and_to_parents_none,
    however_much_others_send_no_teachers_own_is_pushed_off,
    the_soonest_is_listed_though_it_was_arranged_last,
    two_thousand_of_others_push_off_nothing_and_nobody_sees_them_but_who_looks_after_their_group,
);

/// Doubles everything but the oldest broadcast.
const DOUBLE: &str = "INSERT INTO broadcasts (tenant, author, state, draft, version, done_until, next_at, created_at) \
                      SELECT tenant, author, state, draft, version, done_until, next_at, created_at FROM broadcasts \
                      WHERE id > (SELECT MIN(id) FROM broadcasts)";
/// Each of them went out a moment after the oldest one.
const RUNS: &str = "INSERT INTO broadcast_runs (tenant, broadcast, occurrence, state, start_at, planned_until) \
                    SELECT b.tenant, b.id, 1, 'sent', r.start_at + 1, 0 FROM broadcasts b, broadcast_runs r \
                    WHERE b.id > (SELECT MIN(id) FROM broadcasts)";

impl School {
    /// Has 256 broadcasts like the only one there is, by another author.
    async fn copies_by(&self, author: PersonId) {
        let mut tx = self.database().write().await.unwrap();
        let sql = "INSERT INTO broadcasts (tenant, author, state, draft, version, done_until, next_at, created_at) \
                   SELECT b.tenant, p.id, b.state, b.draft, b.version, b.done_until, b.next_at, b.created_at \
                   FROM broadcasts b, people p WHERE p.native = $1";
        let native = Native::from(author.0);
        assert_eq!(tx.run(sql, &[(&native).into()]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        for _ in 0..8 {
            self.alters(DOUBLE).await;
        }
    }

    /// What somebody finds of what was sent.
    async fn finds(&self, person: PersonId) -> Vec<BroadcastId> {
        let sent =
            self.decides(person, async |work, actor| broadcasts::list_sent(work, actor).await).await.unwrap();
        sent.iter().map(|sent| sent.broadcast).collect()
    }
}

async fn however_much_others_send_no_teachers_own_is_pushed_off(fresh: Fresh) {
    let school = School::with_school_staff(fresh).await;
    let (teacher, head, [mother, father]) =
        (school.class.teacher, school.class.advertiser, school.class.parents);
    for person in [head, mother, father] {
        school.starts(person).await;
    }
    school.sandbox.promotes(mother, school.class.group, Rights::ALL).unwrap();
    let own = school.publishes(teacher, draft("全部")).await.unwrap().broadcast;
    school.copies_by(father).await;
    assert_eq!(school.alters(RUNS).await, 256);
    let group = GroupId(school.number("SELECT id FROM groups", &[]).await);
    let chosen = Draft { groups: Groups::Chosen(vec![(group, None)]), ..draft("家长会") };
    let chosen = school.publishes(teacher, chosen).await.unwrap().broadcast;
    assert_eq!(school.finds(teacher).await, [chosen, own]);
    assert_eq!(school.finds(mother).await, [chosen], "it went to her group only");
    let newest = school.finds(head).await;
    assert!(newest.len() == SENT_LISTED_MAX && !newest.contains(&own) && !newest.contains(&chosen));
    school.close().await;
}

async fn the_soonest_is_listed_though_it_was_arranged_last(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.publishes(teacher, at("always - - once 2026-09-10T10:00:00")).await.unwrap();
    school.copies_by(teacher).await;
    let soonest =
        school.publishes(teacher, at("always - - once 2026-09-08T10:00:00")).await.unwrap().broadcast;
    let list = school.decides(teacher, async |work, actor| broadcasts::list_coming(work, actor, None).await);
    let list = list.await.unwrap();
    assert_eq!((list.len(), list[0].broadcast), (50, soonest));
    school.close().await;
}

async fn two_thousand_of_others_push_off_nothing_and_nobody_sees_them_but_who_looks_after_their_group(
    fresh: Fresh,
) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], advertiser, .. } = school.class;
    for person in [mother, advertiser] {
        school.starts(person).await;
    }
    // Another teacher's group, and 2,048 announcements to it before the one that is this teacher's.
    let dance = school.sandbox.add_supergroup("舞蹈社团", advertiser);
    school.sandbox.adds_bot(advertiser, dance).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), dance, Rights::ALL).unwrap();
    school.settle().await;
    school.presses(advertiser, dance, "启用", "Set up").await;
    let group = |of: &'static str| school.number(of, &[]);
    let class = GroupId(group("SELECT MIN(id) FROM groups").await);
    let dance = GroupId(group("SELECT MAX(id) FROM groups").await);
    let soon = "always - - once 2026-09-08T10:00:00";
    let to_dance = Draft { groups: Groups::Chosen(vec![(dance, None)]), ..at(soon) };
    school.publishes(advertiser, to_dance).await.unwrap();
    school.copies_by(advertiser).await;
    for _ in 0..3 {
        school.alters(DOUBLE).await;
    }
    let others = school.number("SELECT COUNT(*) FROM broadcasts", &[]).await;
    assert!(others > 2_000, "{others}");
    let to_class =
        Draft { groups: Groups::Chosen(vec![(class, None)]), ..at("always - - once 2026-09-10T10:00:00") };
    let own = school.publishes(teacher, to_class).await.unwrap().broadcast;
    for (who, of, expected) in [
        (teacher, None, vec![own]),
        (teacher, Some(class), vec![own]),
        (teacher, Some(dance), vec![]),
        (mother, None, vec![]),
    ] {
        let list = school.decides(who, async |work, actor| broadcasts::list_coming(work, actor, of).await);
        let listed: Vec<_> = list.await.unwrap().iter().map(|coming| coming.broadcast).collect();
        assert_eq!(listed, expected, "{who:?} of {of:?}");
    }
    // Whoever looks after the class too decides about what is for it, and about nothing else.
    school.sandbox.promotes(mother, school.class.group, Rights::ALL).unwrap();
    school.settle().await;
    let list = school.decides(mother, async |work, actor| broadcasts::list_coming(work, actor, None).await);
    let listed: Vec<_> = list.await.unwrap().iter().map(|coming| coming.broadcast).collect();
    assert_eq!(listed, [own]);
    school.close().await;
}

async fn the_newest_ten_are_listed_the_newest_first_and_to_parents_none(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let (teacher, mother) = (school.class.teacher, school.class.parents[0]);
    school.starts(mother).await;
    let mut published = Vec::new();
    for number in 0..=SENT_LISTED_MAX {
        let id = school.publishes(teacher, draft(&number.to_string())).await.unwrap().broadcast;
        published.insert(0, id);
    }
    published.truncate(SENT_LISTED_MAX);
    let sent = school.decides(teacher, async |work, actor| broadcasts::list_sent(work, actor).await).await;
    let listed: Vec<_> = sent.unwrap().iter().map(|sent| sent.broadcast).collect();
    assert_eq!(listed, published);
    let seen = school.decides(mother, async |work, actor| broadcasts::list_sent(work, actor).await).await;
    assert!(seen.unwrap().is_empty());
    school.close().await;
}
