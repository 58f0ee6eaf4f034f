//! Purpose: announcements of several parts, in English, and what can't be taken back.

use homeroom::broadcasts::{self, Draft};
use homeroom::channel::{Content, Media, MediaKind};
use homeroom::i18n::say;
use homeroom::ids::PostId;
use homeroom::outbox::End;
use homeroom::sandbox::DemoClass;

use super::{draft, read, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    several_parts_come_one_after_another_with_the_button_under_the_last,
    an_english_class_reads_english_all_the_way,
    what_stands_in_a_group_the_bot_has_left_is_named,
    the_members_are_known_after_a_restart_without_a_word,
    a_group_that_lacks_the_second_part_has_not_received_it,
    what_stayed_behind_when_the_group_moved_is_named_and_not_counted,
    scores_spread_over_several_parts_are_stopped,
    a_file_named_after_scores_is_stopped_with_the_word,
);

async fn several_parts_come_one_after_another_with_the_button_under_the_last(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let poll = Content::Poll {
        question: "春游去哪儿？".into(),
        options: vec!["动物园".into(), "植物园".into()],
        multiple: false,
        anonymous: true,
    };
    let contents = vec![text("第一段"), poll, text("第三段")];
    let teacher = school.class.teacher;
    school.publishes(teacher, Draft { contents, ..read("") }).await.unwrap();
    let said = school.bot_says(teacher, school.class.group);
    let [.., first, poll, last] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((first.text.as_str(), last.text.as_str()), ("第一段", "第三段"));
    assert!(poll.poll.is_some());
    assert!(first.buttons.is_empty() && last.buttons.len() == 1);
    school.close().await;
}

async fn an_english_class_reads_english_all_the_way(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = homeroom::i18n::Language::English;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, parents: [mother, _], group, .. } = school.class;
    school.starts(teacher).await;
    let id = school.publishes(teacher, read("Trip on Friday")).await.unwrap().broadcast;
    assert_eq!(school.told(teacher).text, en(&say::broadcast_done(1_i64)));
    assert_eq!(school.last(mother, group).buttons[0][0].text, en(&say::broadcast_read_button()));
    let told = school.presses(mother, group, "我看过了", "I've read it").await;
    assert_eq!(told, en(&say::broadcast_read_thanks()));
    assert_eq!(school.last(mother, group).buttons[0][0].text, en(&say::broadcast_read_count(1_i64, 1_i64)));
    school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await.unwrap();
    assert_eq!(school.told(teacher).text, en(&say::broadcast_recall_done(1_i64)));
    school.close().await;
}

async fn what_stands_in_a_group_the_bot_has_left_is_named(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    school.starts(teacher).await;
    let chosen = school.number("SELECT id FROM groups", &[]).await;
    let groups = broadcasts::Groups::Chosen(vec![(homeroom::ids::GroupId(chosen), None)]);
    let id = school.publishes(teacher, Draft { groups, ..draft("周五家长会") }).await.unwrap().broadcast;
    school.sandbox.removes_bot(teacher, group).unwrap();
    school.settle().await;
    school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await.unwrap();
    let title = school.sandbox.read(|world| world.chat(group).unwrap().title.clone());
    assert!(school.told(teacher).text.contains(&title), "{}", school.told(teacher).text);
    let report = school.decides(teacher, async |work, actor| broadcasts::report(work, actor, id).await).await;
    assert_eq!(report.unwrap().failed.get("gone"), Some(&1));
    school.close().await;
}

async fn the_members_are_known_after_a_restart_without_a_word(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { parents: [mother, _], .. } = school.class;
    let members = "SELECT COUNT(*) FROM members";
    let before = school.number(members, &[]).await;
    let handled = "SELECT COUNT(*) FROM handled";
    school.writes(mother, "早上好").await;
    assert_eq!(school.number(members, &[]).await, before + 1);
    school.stop_bot().await;
    school.start_bot().await;
    let marks = school.number(handled, &[]).await;
    school.writes(mother, "晚上好").await;
    assert_eq!(school.number(members, &[]).await, before + 1);
    assert_eq!(school.number(handled, &[]).await, marks, "talk leaves nothing behind");
    school.close().await;
}

async fn a_group_that_lacks_the_second_part_has_not_received_it(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let contents = vec![text("第一段"), text("第二段")];
    school.publishes(teacher, Draft { contents, ..draft("") }).await.unwrap();
    school.starts(teacher).await;
    // As if the answer to the second part were still to come.
    school.alters("UPDATE broadcast_posts SET state = 'planned' WHERE part = 1").await;
    school.alters("UPDATE broadcast_runs SET state = 'sending'").await;
    school.alters("UPDATE broadcasts SET state = 'sending'").await;
    let post = PostId(school.number("SELECT id FROM broadcast_posts WHERE part = 1", &[]).await);
    let end = End::Failed("Bad Request".to_owned());
    let ended = school.decides(teacher, async |work, _| broadcasts::post_ended(work, post, &end).await).await;
    ended.unwrap();
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_done_partly(1_i64, 0_i64)));
    school.close().await;
}

async fn what_stayed_behind_when_the_group_moved_is_named_and_not_counted(fresh: Fresh) {
    let school = School::open(fresh).await;
    let teacher = school.class.teacher;
    let old = school.sandbox.add_group("一年级一班家长群", teacher);
    school.sets_up(teacher, old).await;
    school.starts(teacher).await;
    let id = school.publishes(teacher, draft("请带水杯")).await.unwrap().broadcast;
    school.sandbox.upgrades(old).unwrap();
    school.settle().await;
    let contents = vec![text("请带雨伞")];
    let told =
        school.decides(teacher, async |work, actor| broadcasts::edit(work, actor, id, contents).await).await;
    let nothing = say::broadcast_edited_everywhere(0_i64);
    let lost = say::broadcast_edited_not_there(nothing, "一年级一班家长群");
    assert_eq!(zh(&told.unwrap()), zh(&lost));
    let told = school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await;
    assert_eq!(told.unwrap(), say::broadcast_recalling(0_i64, 0_i64));
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_recall_stuck("一年级一班家长群")));
    let report = school.decides(teacher, async |work, actor| broadcasts::report(work, actor, id).await).await;
    assert_eq!(report.unwrap().failed.get("moved"), Some(&1));
    school.close().await;
}

async fn scores_spread_over_several_parts_are_stopped(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let poll = |options: [&str; 2]| Content::Poll {
        question: "期中成绩".into(),
        options: options.map(String::from).to_vec(),
        multiple: false,
        anonymous: true,
    };
    for contents in [vec![text("期中成绩：张三 98"), text("李四 95")], vec![poll(["张三 98", "李四 95"])]]
    {
        let refused = school.publishes(teacher, Draft { contents, ..draft("") }).await.unwrap_err();
        assert_eq!(refused.key(), "broadcast-scores");
        assert!(zh(&refused).contains("张三 98") && en(&refused).contains("张三 98"));
    }
    let contents = vec![text("期中考试结束了"), poll(["看试卷", "不看"])];
    school.publishes(teacher, Draft { contents, ..draft("") }).await.unwrap();
    school.close().await;
}

async fn a_file_named_after_scores_is_stopped_with_the_word(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let file = |name: &str| Content::Media {
        media: Media {
            kind: MediaKind::File,
            file: "file".into(),
            name: Some(name.into()),
            bytes: Some(1_000),
            spoiler: false,
        },
        caption: String::from("请查收").into(),
    };
    for (name, word) in [("期中成绩表.xlsx", "成绩"), ("class 3 scores.xlsx", "scores")] {
        let sheet = Draft { contents: vec![file(name)], ..draft("") };
        let refused = school.publishes(teacher, sheet).await.unwrap_err();
        assert_eq!(refused, say::broadcast_scores_file(name, word));
        assert!(zh(&refused).contains(word) && en(&refused).contains(word));
    }
    school.close().await;
}
