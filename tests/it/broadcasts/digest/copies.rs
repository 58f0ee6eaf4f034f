//! Purpose: private copies of what waits for a digest: they wait too, so that it can still be held or given up.

use homeroom::broadcasts::{self, State};
use homeroom::i18n::say;
use homeroom::ids::BroadcastId;
use homeroom::sandbox::DemoClass;

use super::{HOUR, limited};
use crate::broadcasts::copies::safety;
use crate::broadcasts::{draft, text};
use crate::databases::{Fresh, on_both};
use crate::school::School;

on_both!(
    while_all_of_it_waits_nobody_has_a_copy_and_it_can_be_held_and_changed,
    given_up_or_taken_back_before_the_digest_nobody_gets_a_copy,
    readers_of_a_group_that_does_not_wait_get_their_copy_at_once,
);

const WORDS: &str = "明天有暴雨，请走地下通道。";

/// A class that has had its pushes of the day, and whose parents have opened their private chats.
async fn full(fresh: Fresh) -> School {
    let school = limited(fresh).await;
    for parent in school.class.parents {
        school.meets(parent).await;
    }
    school.has_had_two().await;
    school
}

impl School {
    /// The teacher publishes something that is copied.
    async fn warns(&self) -> BroadcastId {
        self.publishes(self.class.teacher, safety(draft(WORDS))).await.unwrap().broadcast
    }
}

async fn while_all_of_it_waits_nobody_has_a_copy_and_it_can_be_held_and_changed(fresh: Fresh) {
    let school = full(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    let id = school.warns().await;
    assert!(school.copies(mother).is_empty());
    let held = school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await;
    assert_eq!(held.unwrap(), say::broadcast_paused());
    let on = school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, id).await).await;
    assert_eq!(on.unwrap().state, State::Scheduled);
    let words = "雨停了";
    let changed = school
        .decides(teacher, async |work, actor| broadcasts::edit(work, actor, id, vec![text(words)]).await);
    assert_eq!(changed.await.unwrap(), say::broadcast_edited());
    assert!(school.copies(mother).is_empty());
    school.later(8 * HOUR).await;
    assert!(school.digest().ends_with(words), "{}", school.digest());
    for parent in [mother, father] {
        let copies = school.copies(parent);
        assert_eq!(copies.len(), 1);
        assert!(copies[0].text.ends_with(words), "{}", copies[0].text);
    }
    assert_eq!(school.state(id).await, "sent");
    let done = say::broadcast_done_copies(say::broadcast_done(1_i64), 0_i64, 2_i64);
    assert_eq!(school.told(teacher).text, crate::school::zh(&done));
    school.close().await;
}

async fn given_up_or_taken_back_before_the_digest_nobody_gets_a_copy(fresh: Fresh) {
    let school = full(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    let (first, second) = (school.warns().await, school.warns().await);
    let given_up =
        school.decides(teacher, async |work, actor| broadcasts::cancel(work, actor, first).await).await;
    assert_eq!(given_up.unwrap(), say::broadcast_cancelled());
    let taken =
        school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, second).await).await;
    assert_eq!(taken.unwrap(), say::broadcast_recalling(0_i64, 1_i64));
    school.later(8 * HOUR).await;
    assert!(school.copies(mother).is_empty() && school.digests().is_empty());
    school.close().await;
}

async fn readers_of_a_group_that_does_not_wait_get_their_copy_at_once(fresh: Fresh) {
    let school = full(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    let other = school.sandbox.add_supergroup("舞蹈社团", teacher);
    school.sets_up(teacher, other).await;
    school.sandbox.joins(father, other).unwrap();
    school.settle().await;
    let id = school.warns().await;
    assert_eq!([mother, father].map(|person| school.copies(person).len()), [0, 1]);
    let held = school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await;
    assert_eq!(held.unwrap_err(), say::broadcast_is_sending());
    school.later(8 * HOUR).await;
    assert_eq!([mother, father].map(|person| school.copies(person).len()), [1, 1]);
    assert_eq!(school.state(id).await, "sent");
    school.close().await;
}
