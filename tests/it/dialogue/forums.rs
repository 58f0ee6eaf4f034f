//! Purpose: a group that is a forum: the teacher chooses the topic, the announcement stands in it, and a topic that was
//! closed or deleted meanwhile is named as the reason.

use std::time::Duration;

use homeroom::broadcasts;
use homeroom::i18n::{Language, say};
use homeroom::ids::{BroadcastId, Native};
use homeroom::roster;
use homeroom::sandbox::{DemoClass, PersonId, Rights};

use super::{another_group, english, labels, presses, tells};
use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    the_topic_chosen_is_where_it_stands_in_chinese,
    the_topic_chosen_is_where_it_stands_in_english,
    only_open_topics_are_offered_by_their_newest_titles,
    topics_older_than_the_bot_are_known_once_somebody_writes_there,
    of_several_groups_only_forums_are_asked_about,
    a_parents_words_in_private_read_no_topics,
    a_topic_closed_before_it_goes_out_is_told_in_the_report,
    a_topic_deleted_before_it_goes_out_is_told_in_the_report,
    a_topic_closed_before_the_last_confirmation_gives_way_with_a_word,
);

const NEWS: &str = "语文练习册第 12 页。";
const STAYS_OUT: [Rights; 2] = [Rights::DELETE, Rights::RESTRICT];

/// To the question for the topic of the only group.
async fn to_forum(school: &School, teacher: PersonId) -> String {
    tells(school, teacher, "/announce").await;
    tells(school, teacher, NEWS).await;
    presses(school, teacher, "就这些", "That's all").await
}

async fn the_topic_chosen_is_where_it_stands_in_chinese(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    let homework = school.sandbox.opens_topic(teacher, group, "每日作业").unwrap();
    school.sandbox.opens_topic(teacher, group, "闲聊").unwrap();
    school.settle().await;
    let asked = to_forum(&school, teacher).await;
    assert_eq!(asked, zh(&say::dialogue_forum("三年级二班家长群")));
    let offered = labels(&school, teacher);
    assert_eq!(offered[..3], ["✅ 不分话题（General）", "每日作业", "闲聊"]);
    let options = presses(&school, teacher, "每日作业", "").await;
    assert_eq!(options, zh(&say::dialogue_options()));
    presses(&school, teacher, "下一步", "").await;
    let summary = presses(&school, teacher, "现在", "").await;
    assert!(summary.contains("发到：三年级二班家长群 · 每日作业\n"), "{summary}");
    let again = presses(&school, teacher, "改话题", "").await;
    assert_eq!(again, zh(&say::dialogue_forum("三年级二班家长群")));
    assert!(labels(&school, teacher).contains(&"✅ 每日作业".to_owned()));
    presses(&school, teacher, "每日作业", "").await;
    presses(&school, teacher, "现在发送", "").await;
    let said = school.last(mother, group);
    assert_eq!((said.text.as_str(), said.thread), (NEWS, Some(homework)));
    school.close().await;
}

async fn the_topic_chosen_is_where_it_stands_in_english(fresh: Fresh) {
    let school = english(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.sandbox.opens_topic(teacher, group, "Homework").unwrap();
    school.settle().await;
    let asked = to_forum(&school, teacher).await;
    assert_eq!(asked, "“Class 3-2 parents” has topics. Which one should it go to?");
    presses(&school, teacher, "General", "General").await;
    presses(&school, teacher, "Next", "Next").await;
    let summary = presses(&school, teacher, "Now", "Now").await;
    assert!(summary.contains("To: Class 3-2 parents\n"), "{summary}");
    presses(&school, teacher, "Send now", "Send now").await;
    let said = school.last(mother, group);
    assert_eq!((said.text.as_str(), said.thread), (NEWS, None));
    school.close().await;
}

async fn only_open_topics_are_offered_by_their_newest_titles(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    let homework = school.sandbox.opens_topic(teacher, group, "作业").unwrap();
    let talk = school.sandbox.opens_topic(teacher, group, "闲聊").unwrap();
    school.sandbox.renames_topic(teacher, group, homework, "语文作业").unwrap();
    school.sandbox.closes_topic(teacher, group, talk).unwrap();
    school.settle().await;
    to_forum(&school, teacher).await;
    assert_eq!(labels(&school, teacher)[..2], ["✅ 不分话题（General）", "语文作业"]);
    assert!(!labels(&school, teacher).contains(&"闲聊".to_owned()));
    let told = tells(&school, teacher, "闲聊").await;
    assert!(told.starts_with(&zh(&say::dialogue_use_buttons())), "{told}");
    school.sandbox.reopens_topic(teacher, group, talk).unwrap();
    school.settle().await;
    presses(&school, teacher, "返回", "").await;
    presses(&school, teacher, "就这些", "").await;
    assert_eq!(labels(&school, teacher)[..3], ["✅ 不分话题（General）", "语文作业", "闲聊"]);
    presses(&school, teacher, "取消", "").await;
    school.close().await;
}

async fn topics_older_than_the_bot_are_known_once_somebody_writes_there(fresh: Fresh) {
    let mut school = School::open(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    let topic = school.sandbox.opens_topic(teacher, group, "作业").unwrap();
    school.sandbox.opens_topic(teacher, group, "没人写过").unwrap();
    school.sets_up(teacher, group).await;
    for words in ["一", "二", "三"] {
        school.sandbox.message(mother, group).in_thread(topic).text(words).send().unwrap();
        school.settle().await;
    }
    // What was told since is newer than what the topic was opened with, also after a restart.
    school.sandbox.renames_topic(teacher, group, topic, "语文作业").unwrap();
    school.settle().await;
    school.stop_bot().await;
    school.start_bot().await;
    school.sandbox.message(mother, group).in_thread(topic).text("四").send().unwrap();
    school.settle().await;
    to_forum(&school, teacher).await;
    let offered = labels(&school, teacher);
    assert_eq!(offered[..2], ["✅ 不分话题（General）", "语文作业"]);
    assert!(!offered.contains(&"没人写过".to_owned()), "{offered:?}");
    presses(&school, teacher, "取消", "").await;
    school.close().await;
}

async fn of_several_groups_only_forums_are_asked_about(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let dance = another_group(&school, "舞蹈社团").await;
    let topic = school.sandbox.opens_topic(teacher, dance, "演出").unwrap();
    school.settle().await;
    to_forum(&school, teacher).await;
    presses(&school, teacher, "三年级二班家长群", "").await;
    presses(&school, teacher, "舞蹈社团", "").await;
    let asked = presses(&school, teacher, "选好了（2 个）", "").await;
    assert_eq!(asked, zh(&say::dialogue_forum("舞蹈社团")));
    presses(&school, teacher, "演出", "").await;
    presses(&school, teacher, "下一步", "").await;
    let summary = presses(&school, teacher, "现在", "").await;
    assert!(summary.contains("· 三年级二班家长群\n· 舞蹈社团 · 演出\n"), "{summary}");
    presses(&school, teacher, "现在发送", "").await;
    let threads = [school.class.group, dance].map(|group| school.last(teacher, group).thread);
    assert_eq!(threads, [None, Some(topic)]);
    school.close().await;
}

/// Arranges something for 19:10 in a topic, lets `meanwhile` happen, and looks at the report afterwards.
async fn shut(school: School, meanwhile: impl FnOnce(&School, i64)) {
    let DemoClass { teacher, group, .. } = school.class;
    // Whoever manages topics may write in closed ones.
    let rights = STAYS_OUT.into_iter().reduce(|all, right| all | right).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), group, rights).unwrap();
    let topic = school.sandbox.opens_topic(teacher, group, "作业").unwrap();
    school.settle().await;
    to_forum(&school, teacher).await;
    presses(&school, teacher, "作业", "").await;
    presses(&school, teacher, "下一步", "").await;
    tells(&school, teacher, "今晚 19:10").await;
    presses(&school, teacher, "对，就这样", "").await;
    presses(&school, teacher, "确认，到时间发送", "").await;
    meanwhile(&school, topic);
    school.later(Duration::from_mins(70)).await;
    assert!(school.bot_says(teacher, group).iter().all(|said| said.text != NEWS));
    let id = BroadcastId(school.number("SELECT MAX(id) FROM broadcasts", &[]).await);
    let report = school.bot().perform(async |work| {
        let actor = roster::known_person(work, &Native::from(teacher.0)).await?.unwrap();
        broadcasts::report(work, &actor, id).await
    });
    let Ok(report) = report.await else { panic!("refused") };
    assert_eq!(report.failed.get("topic"), Some(&1));
    for (language, words) in
        [(Language::Chinese, "选的话题已经关闭或者删掉了"), (Language::English, "closed or deleted")]
    {
        assert!(report.text(language).contains(words), "{}", report.text(language));
    }
    // The group itself is as reachable as before.
    assert_eq!(school.number("SELECT COUNT(*) FROM groups WHERE state = 'active'", &[]).await, 1);
    school.close().await;
}

async fn a_topic_closed_before_it_goes_out_is_told_in_the_report(fresh: Fresh) {
    let close = |school: &School, topic| {
        let DemoClass { teacher, group, .. } = school.class;
        school.sandbox.closes_topic(teacher, group, topic).unwrap();
    };
    shut(School::ready(fresh).await, close).await;
}

async fn a_topic_deleted_before_it_goes_out_is_told_in_the_report(fresh: Fresh) {
    let delete = |school: &School, topic| {
        let DemoClass { teacher, group, .. } = school.class;
        school.sandbox.deletes_topic(teacher, group, topic).unwrap();
    };
    shut(School::ready(fresh).await, delete).await;
}

async fn a_topic_closed_before_the_last_confirmation_gives_way_with_a_word(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    let topic = school.sandbox.opens_topic(teacher, group, "作业").unwrap();
    school.settle().await;
    to_forum(&school, teacher).await;
    presses(&school, teacher, "作业", "").await;
    presses(&school, teacher, "下一步", "").await;
    presses(&school, teacher, "现在", "").await;
    school.sandbox.closes_topic(teacher, group, topic).unwrap();
    school.settle().await;
    let summary = presses(&school, teacher, "现在发送", "").await;
    assert!(summary.starts_with(&zh(&say::dialogue_forum_shut())), "{summary}");
    assert!(summary.contains("发到：三年级二班家长群\n"), "{summary}");
    presses(&school, teacher, "现在发送", "").await;
    let said = school.last(teacher, group);
    assert_eq!((said.text.as_str(), said.thread), (NEWS, None));
    school.close().await;
}

async fn a_parents_words_in_private_read_no_topics(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let [mother, father] = school.class.parents;
    school.starts(father).await;
    tells(&school, mother, "您好").await;
    // Whatever reads them fails from now on, and the update is parked.
    school.alters("ALTER TABLE forum_topics RENAME TO hidden_topics").await;
    let told = tells(&school, father, "明天放假吗？").await;
    assert!(told.starts_with("您好，我是"), "{told}");
    school.close().await;
}
