//! Purpose: which of the announcements that were sent can be found again, and by whom.

use homeroom::broadcasts::{self, SENT_LISTED_MAX};

use super::draft;
use crate::databases::{Fresh, on_both};
use crate::school::School;

on_both!(the_newest_ten_are_listed_the_newest_first_and_to_parents_none);

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
