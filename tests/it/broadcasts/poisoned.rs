//! Purpose: a broadcast that can't be carried out keeps no other from its time, and is carried out once it can be.

use std::time::Duration;

use homeroom::broadcasts::{self, Draft};
use homeroom::channel::Answer;
use homeroom::i18n::{Language, say};
use homeroom::ids::{DigestId, Native};
use homeroom::outbox::End;
use homeroom::sandbox::PersonId;
use homeroom::timetable::phrase;

use super::digest::limited;
use super::{at, draft, read};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    one_whose_words_cant_be_read_keeps_no_other_from_its_time,
    a_run_that_cant_be_planned_keeps_no_other_from_going_out,
    counts_that_cant_be_shown_keep_no_others_from_being_shown,
    one_that_cant_be_read_keeps_no_other_out_of_the_digest,
    a_digest_ends_though_one_in_it_cant_be_read,
    the_author_of_one_that_cant_be_read_is_told_once_what_to_do,
    the_author_is_told_in_english_when_a_run_cant_be_planned,
    the_author_of_one_that_ends_unread_is_told_how_it_went,
);

const TOMORROW: &str = "always - - once 2026-09-08T10:00:00";
/// From Monday 18:00 to Tuesday 10:00.
const TO_TEN: Duration = Duration::from_hours(16);
const MINUTE: Duration = Duration::from_mins(1);
/// Makes the words of the older of two broadcasts unreadable, and readable again.
const SPOIL: &str = "UPDATE broadcasts SET draft = '!' || draft WHERE id = (SELECT MIN(id) FROM broadcasts)";
const MEND: &str = "UPDATE broadcasts SET draft = substr(draft, 2) WHERE substr(draft, 1, 1) = '!'";

async fn one_whose_words_cant_be_read_keeps_no_other_from_its_time(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    for words in ["甲", "乙"] {
        let draft = Draft { when: Some(TOMORROW.to_owned()), ..draft(words) };
        school.publishes(teacher, draft).await.unwrap();
    }
    assert_eq!(school.alters(SPOIL).await, 1);
    let coming =
        school.decides(teacher, async |work, actor| broadcasts::list_coming(work, actor, None).await).await;
    assert_eq!(coming.unwrap().len(), 1, "nor does it hide the other");
    school.later(TO_TEN).await;
    assert_eq!((school.posted("甲").len(), school.posted("乙").len()), (0, 1));
    school.later(MINUTE).await;
    assert_eq!(school.posted("甲").len(), 0, "it is tried again and fails again");
    assert_eq!(school.alters(MEND).await, 1);
    school.later(MINUTE).await;
    assert_eq!((school.posted("甲").len(), school.posted("乙").len()), (1, 1));
    school.close().await;
}

async fn a_run_that_cant_be_planned_keeps_no_other_from_going_out(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    // Held for the morning, both wait as runs.
    school.later(4 * 60 * MINUTE).await;
    for words in ["甲", "乙"] {
        school.publishes(teacher, draft(words)).await.unwrap();
    }
    assert_eq!(school.alters(SPOIL).await, 1);
    school.later(9 * 60 * MINUTE).await;
    assert_eq!((school.posted("甲").len(), school.posted("乙").len()), (0, 1));
    school.publishes(teacher, at("always - - once 2026-09-08T12:00:00")).await.unwrap();
    assert_eq!(school.alters(MEND).await, 1);
    school.later(MINUTE).await;
    assert_eq!((school.posted("甲").len(), school.posted("乙").len()), (1, 1));
    school.close().await;
}

async fn counts_that_cant_be_shown_keep_no_others_from_being_shown(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    for words in ["甲", "乙"] {
        school.publishes(teacher, read(words)).await.unwrap();
    }
    // A count is due of each, as if both had been confirmed.
    assert_eq!(school.alters(SPOIL).await, 1);
    assert_eq!(school.alters("UPDATE broadcast_posts SET count_at = 1").await, 2);
    school.later(60 * MINUTE).await;
    let counted = "SELECT COUNT(*) FROM broadcast_posts WHERE count_at IS NULL";
    assert_eq!(school.number(counted, &[]).await, 1, "the other's is up to date");
    assert_eq!(school.alters(MEND).await, 1);
    school.later(MINUTE).await;
    assert_eq!(school.number(counted, &[]).await, 2);
    school.close().await;
}

/// Makes the words of all but the newest of the broadcasts unreadable.
const SPOIL_OLDER: &str =
    "UPDATE broadcasts SET draft = '!' || draft WHERE id < (SELECT MAX(id) FROM broadcasts)";

async fn one_that_cant_be_read_keeps_no_other_out_of_the_digest(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    let mut last = Vec::new();
    for words in ["第一条", "第二条", "甲", "乙"] {
        last.push(school.publishes(teacher, draft(words)).await.unwrap().broadcast);
    }
    assert_eq!(school.alters(SPOIL_OLDER).await, 3);
    school.later(8 * 60 * MINUTE).await;
    let digest = school.digest();
    assert!(digest.contains('乙') && !digest.contains('甲'), "{digest}");
    assert_eq!(school.state(last[2]).await, "sent", "it doesn't stay on its way");
    assert_eq!(school.alters(MEND).await, 3);
    let report =
        school.decides(teacher, async |work, actor| broadcasts::report(work, actor, last[2]).await).await;
    let report = report.unwrap();
    assert_eq!((report.sent, report.failed.get("unreadable")), (0, Some(&1)));
    let told = report.text(Language::Chinese);
    assert!(told.contains("读不出来"), "{told}");
    school.close().await;
}

async fn a_digest_ends_though_one_in_it_cant_be_read(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    for words in ["第一条", "第二条", "甲", "乙"] {
        school.publishes(teacher, draft(words)).await.unwrap();
    }
    school.later(8 * 60 * MINUTE).await;
    // As if the answer to the digest were still to come.
    let digest = DigestId(school.number("SELECT MAX(id) FROM digests", &[]).await);
    school.alters("UPDATE digests SET state = 'sending'").await;
    let in_it = "UPDATE broadcast_posts SET state = 'planned' WHERE id IN (SELECT post FROM digest_items)";
    assert_eq!(school.alters(in_it).await, 2);
    assert_eq!(school.alters(SPOIL_OLDER).await, 3);
    let end = End::Done(Answer::Sent { message: Native::from(77_i64), poll: None });
    let ended =
        school.decides(teacher, async |work, _| broadcasts::digest::ended(work, digest, &end).await).await;
    ended.unwrap();
    let open = "SELECT COUNT(*) FROM broadcast_posts WHERE state <> 'sent'";
    assert_eq!(school.number(open, &[]).await, 0, "both stand in it");
    school.close().await;
}

/// How often somebody has read this in private.
fn heard(school: &School, person: PersonId, words: &str) -> usize {
    let said = school.bot_says(person, person.private_chat());
    said.iter().filter(|said| said.text == words).count()
}

async fn the_author_of_one_that_cant_be_read_is_told_once_what_to_do(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    for words in ["甲", "乙"] {
        let draft = Draft { when: Some(TOMORROW.to_owned()), ..draft(words) };
        school.publishes(teacher, draft).await.unwrap();
    }
    assert_eq!(school.alters(SPOIL).await, 1);
    school.later(TO_TEN).await;
    let date = phrase::date(chrono::NaiveDate::from_ymd_opt(2026, 9, 7).unwrap());
    let words = zh(&say::broadcast_unreadable(date));
    assert!(words.contains("您2026年9月7日写的") && words.contains("/announce"), "{words}");
    assert_eq!(heard(&school, teacher, &words), 1);
    // It is tried again each minute, and told no second time, not even when answers to people are forgotten.
    school.later(MINUTE).await;
    assert!(school.alters("DELETE FROM outbox WHERE priority <= 1 AND state = 'sent'").await > 0);
    school.later(MINUTE).await;
    assert_eq!(heard(&school, teacher, &words), 1);
    school.close().await;
}

async fn the_author_is_told_in_english_when_a_run_cant_be_planned(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = School::ready_with(fresh, ways).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    school.later(4 * 60 * MINUTE).await;
    school.publishes(teacher, draft("Held for the morning")).await.unwrap();
    assert_eq!(school.alters(SPOIL).await, 1);
    school.later(9 * 60 * MINUTE).await;
    let date = phrase::date(chrono::NaiveDate::from_ymd_opt(2026, 9, 7).unwrap());
    assert_eq!(heard(&school, teacher, &en(&say::broadcast_unreadable(date))), 1);
    school.close().await;
}

async fn the_author_of_one_that_ends_unread_is_told_how_it_went(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    for words in ["第一条", "第二条", "甲", "乙"] {
        school.publishes(teacher, draft(words)).await.unwrap();
    }
    assert_eq!(school.alters(SPOIL_OLDER).await, 3);
    school.later(8 * 60 * MINUTE).await;
    let words = zh(&say::broadcast_unreadable_partly(say::broadcast_done_partly(1_i64, 0_i64)));
    assert_eq!(heard(&school, teacher, &words), 1, "{}", school.sees(teacher, teacher.private_chat()));
    assert_eq!(heard(&school, teacher, &zh(&say::broadcast_done(1_i64))), 3, "the others arrived");
    school.close().await;
}
