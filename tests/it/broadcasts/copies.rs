//! Purpose: private copies as parents meet them: who gets one, how it is switched off and on, and that it is changed,
//! taken back and counted like what stands in the group.

use homeroom::broadcasts::{self, Draft, Topic};
use homeroom::channel::Content;
use homeroom::i18n::{Language, say};
use homeroom::sandbox::{DemoClass, PersonId, Said};

use super::{draft, read, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    a_reader_of_two_groups_gets_one_copy_and_staff_none,
    a_topic_without_copies_and_no_topic_stay_in_the_group,
    whoever_has_left_or_never_opened_the_chat_gets_none,
    the_switch_under_a_copy_ends_them_and_brings_them_back,
    the_list_shows_what_one_gets_and_switches_in_chinese,
    the_list_shows_what_one_gets_and_switches_in_english,
    without_topics_the_list_says_so,
    a_switch_of_a_topic_that_is_gone_says_so,
    the_button_to_confirm_works_in_the_copy,
    a_change_and_a_recall_reach_the_copies,
    copies_that_stay_are_told_beside_groups_where_it_stays,
    whoever_blocked_the_bot_is_counted_and_not_tried_again,
    a_poll_stays_in_the_group_and_an_album_is_copied,
);

const WORDS: &str = "明天有暴雨，请走地下通道。";
const COPY: &str = "【安全与健康】三年级二班家长群";

pub(super) fn safety(draft: Draft) -> Draft {
    Draft { topic: Topic("safety".into()), ..draft }
}

impl School {
    /// The bot's messages in a private chat that are copies.
    pub(super) fn copies(&self, person: PersonId) -> Vec<Said> {
        let said = self.bot_says(person, person.private_chat());
        said.into_iter().filter(|said| said.text.starts_with("【安全与健康】")).collect()
    }

    /// A parent who talks in the group and has opened the private chat.
    pub(super) async fn meets(&self, parent: PersonId) {
        self.starts(parent).await;
        self.writes(parent, "老师好").await;
    }

    async fn writes_to_bot(&self, person: PersonId, words: &str) -> Said {
        self.sandbox.writes(person, person.private_chat(), words).unwrap();
        self.settle().await;
        self.told(person)
    }
}

async fn a_reader_of_two_groups_gets_one_copy_and_staff_none(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], group, .. } = school.class;
    let other = school.sandbox.add_supergroup("舞蹈社团", teacher);
    school.sets_up(teacher, other).await;
    school.sandbox.joins(mother, other).unwrap();
    for person in [teacher, mother, father] {
        school.meets(person).await;
    }
    let published = school.publishes(teacher, safety(draft(WORDS))).await.unwrap();
    assert_eq!(school.state(published.broadcast).await, "sent");
    let copies = [mother, father, teacher].map(|person| school.copies(person));
    assert_eq!(copies.each_ref().map(Vec::len), [1, 1, 0]);
    assert_eq!(copies[0][0].text, format!("{COPY}等 2 个群\n{WORDS}"));
    assert_eq!(copies[1][0].text, format!("{COPY}\n{WORDS}"));
    assert_eq!(school.last(mother, group).text, format!("【安全与健康】\n{WORDS}"));
    let done = say::broadcast_done_copies(say::broadcast_done(2_i64), 0_i64, 2_i64);
    assert_eq!(school.told(teacher).text, zh(&done));
    // A restart brings no second one.
    let mut school = school;
    school.stop_bot().await;
    school.start_bot().await;
    school.later(std::time::Duration::from_hours(1)).await;
    assert_eq!(school.copies(mother).len(), 1);
    school.close().await;
}

async fn a_topic_without_copies_and_no_topic_stay_in_the_group(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let before = school.bot_says(mother, mother.private_chat()).len();
    school.publishes(teacher, draft(WORDS)).await.unwrap();
    school.publishes(teacher, Draft { topic: Topic("homework".into()), ..draft(WORDS) }).await.unwrap();
    school.publishes(teacher, Draft { topic: Topic("unheard-of".into()), ..draft(WORDS) }).await.unwrap();
    assert_eq!((school.posted(WORDS).len(), school.posted("【作业】").len()), (2, 1));
    assert_eq!(school.bot_says(mother, mother.private_chat()).len(), before);
    school.close().await;
}

async fn whoever_has_left_or_never_opened_the_chat_gets_none(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], group, .. } = school.class;
    school.meets(mother).await;
    school.writes(father, "老师好").await;
    school.sandbox.leaves(mother, group).unwrap();
    school.settle().await;
    let id = school.publishes(teacher, safety(draft(WORDS))).await.unwrap().broadcast;
    assert!(school.copies(mother).is_empty());
    let report = school.decides(teacher, async |work, actor| broadcasts::report(work, actor, id).await).await;
    let report = report.unwrap();
    assert_eq!((report.sent, report.copies_sent, report.copies_failed), (1, 0, 0));
    school.close().await;
}

async fn the_switch_under_a_copy_ends_them_and_brings_them_back(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    school.meets(mother).await;
    school.meets(father).await;
    school.publishes(teacher, safety(draft(WORDS))).await.unwrap();
    let off = zh(&say::topics_copy_off("安全与健康"));
    let told = school.presses(mother, mother.private_chat(), &off, &off).await;
    assert_eq!(told, zh(&say::topics_unwanted("安全与健康")));
    school.publishes(teacher, safety(draft("第二条"))).await.unwrap();
    assert_eq!([mother, father].map(|person| school.copies(person).len()), [1, 2]);
    let on = zh(&say::topics_copy_on("安全与健康"));
    let told = school.presses(mother, mother.private_chat(), &on, &on).await;
    assert_eq!(told, zh(&say::topics_wanted("安全与健康")));
    assert_eq!(school.copies(mother)[0].buttons[0][0].text, off);
    school.publishes(teacher, safety(draft("第三条"))).await.unwrap();
    assert_eq!([mother, father].map(|person| school.copies(person).len()), [2, 3]);
    school.close().await;
}

async fn the_list_shows_what_one_gets_and_switches_in_chinese(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    for words in ["/topics", "订阅", "通知设置"] {
        let card = school.writes_to_bot(mother, words).await;
        assert!(card.text.starts_with(&zh(&say::topics_list())), "{}", card.text);
        assert!(card.text.contains("· 作业：只发在群里\n· 安全与健康：发在群里，也私聊发给您一份"));
        assert_eq!(card.buttons.len(), 2);
    }
    let off = zh(&say::topics_switch_off("安全与健康"));
    let told = school.presses(mother, mother.private_chat(), &off, &off).await;
    assert_eq!(told, zh(&say::topics_unwanted("安全与健康")));
    let card = school.told(mother);
    assert!(card.text.contains("安全与健康：只在群里看，私聊关了"), "{}", card.text);
    school.publishes(teacher, safety(draft(WORDS))).await.unwrap();
    assert!(school.copies(mother).is_empty());
    let on = zh(&say::topics_switch_on("安全与健康"));
    school.presses(mother, mother.private_chat(), &on, &on).await;
    assert!(school.told(mother).text.contains("安全与健康：发在群里，也私聊发给您一份"));
    // In the group it is talk.
    let before = school.bot_says(mother, school.class.group).len();
    school.writes(mother, "订阅").await;
    assert_eq!(school.bot_says(mother, school.class.group).len(), before);
    school.close().await;
}

async fn the_list_shows_what_one_gets_and_switches_in_english(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let card = school.writes_to_bot(mother, "Subscriptions").await;
    assert!(card.text.starts_with(&en(&say::topics_list())), "{}", card.text);
    assert!(card.text.contains("Homework: in the group only"), "{}", card.text);
    school.publishes(teacher, safety(draft("Storm"))).await.unwrap();
    let copy = school.told(mother);
    assert_eq!(copy.text, "Safety and health · Class 3-2 parents:\nStorm");
    let off = en(&say::topics_copy_off("Safety and health"));
    let told = school.presses(mother, mother.private_chat(), &off, &off).await;
    assert_eq!(told, en(&say::topics_unwanted("Safety and health")));
    let card = school.writes_to_bot(mother, "/topics").await;
    assert!(card.text.contains("Safety and health: in the group; private copies are off"), "{}", card.text);
    school.close().await;
}

async fn without_topics_the_list_says_so(fresh: Fresh) {
    let mut ways = Ways::default();
    ways.config.broadcasts.topics.clear();
    let school = School::ready_with(fresh, ways).await;
    let card = school.writes_to_bot(school.class.parents[0], "/topics").await;
    assert_eq!((card.text, card.buttons.len()), (zh(&say::topics_none()), 0));
    school.close().await;
}

async fn a_switch_of_a_topic_that_is_gone_says_so(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let mother = school.class.parents[0];
    let card = school.writes_to_bot(mother, "/topics").await;
    school.stop_bot().await;
    let mut config = homeroom::config::Config::clone(&school.config);
    config.broadcasts.topics.clear();
    school.config = std::sync::Arc::new(config);
    school.start_bot().await;
    let off = zh(&say::topics_switch_off("安全与健康"));
    let press = school.sandbox.presses(mother, mother.private_chat(), card.id, &off).unwrap();
    assert_eq!(school.answer_to(&press).await, zh(&say::topics_gone()));
    school.close().await;
}

async fn the_button_to_confirm_works_in_the_copy(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    school.meets(mother).await;
    school.meets(father).await;
    school.publishes(teacher, safety(read(WORDS))).await.unwrap();
    let told = school.presses(mother, mother.private_chat(), "我看过了", "I've read it").await;
    assert_eq!(told, zh(&say::broadcast_read_thanks()));
    let label = school.posted("【安全与健康】")[0].buttons[0][0].text.clone();
    assert_eq!(label, zh(&say::broadcast_read_count(2_i64, 1_i64)));
    let again = school.presses(mother, school.class.group, "我看过了", "I've read it").await;
    assert_eq!(again, zh(&say::broadcast_read_before()));
    // The switch leaves the button to confirm where it is.
    let off = zh(&say::topics_copy_off("安全与健康"));
    school.presses(father, father.private_chat(), &off, &off).await;
    assert_eq!(school.copies(father)[0].buttons.len(), 2);
    let told = school.presses(father, father.private_chat(), "我看过了", "I've read it").await;
    assert_eq!(told, zh(&say::broadcast_read_thanks()));
    school.close().await;
}

async fn a_change_and_a_recall_reach_the_copies(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(teacher).await;
    school.meets(mother).await;
    let id = school.publishes(teacher, safety(draft(WORDS))).await.unwrap().broadcast;
    let copy = school.copies(mother)[0].id;
    let edited = school
        .decides(teacher, async |work, actor| broadcasts::edit(work, actor, id, vec![text("雨停了")]).await);
    assert_eq!(edited.await.unwrap(), say::broadcast_edited_everywhere(2_i64));
    let changed = &school.copies(mother)[0];
    assert_eq!((changed.id, changed.text.as_str()), (copy, "【安全与健康】三年级二班家长群\n雨停了"));
    assert_eq!(changed.buttons.len(), 1);
    let report = school.decides(teacher, async |work, actor| broadcasts::report(work, actor, id).await).await;
    let report = report.unwrap();
    assert_eq!((report.planned, report.sent, report.copies_sent, report.chats.len()), (1, 1, 1, 1));
    for (language, line) in [
        (Language::Chinese, "私聊送到 1 位，没送到 0 位"),
        (Language::English, "Private copies: 1 sent, 0 failed"),
    ] {
        assert!(report.text(language).contains(line), "{}", report.text(language));
    }
    let told = school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await;
    assert_eq!(told.unwrap(), say::broadcast_recalling(2_i64, 0_i64));
    assert!(school.copies(mother).is_empty() && school.posted("【安全与健康】").is_empty());
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_recall_done(2_i64)));
    school.close().await;
}

async fn copies_that_stay_are_told_beside_groups_where_it_stays(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(teacher).await;
    school.meets(mother).await;
    let id = school.publishes(teacher, safety(draft(WORDS))).await.unwrap().broadcast;
    assert_eq!(school.alters("UPDATE broadcast_posts SET messages = NULL").await, 2);
    school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await.unwrap();
    let stuck = say::broadcast_recall_stuck("三年级二班家长群");
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_recall_stuck_copies(1_i64, stuck)));
    school.close().await;
}

async fn whoever_blocked_the_bot_is_counted_and_not_tried_again(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    for person in [teacher, mother, father] {
        school.meets(person).await;
    }
    // The bot doesn't hear of it before it writes.
    let first = school.publishes(teacher, safety(draft(WORDS))).await.unwrap().broadcast;
    school.alters("UPDATE people SET private_chat = 'open'").await;
    school.sandbox.blocks_bot(mother).unwrap();
    school.settle().await;
    school.alters("UPDATE people SET private_chat = 'open'").await;
    let second = school.publishes(teacher, safety(draft("第二条"))).await.unwrap().broadcast;
    let third = school.publishes(teacher, safety(draft("第三条"))).await.unwrap().broadcast;
    for (id, counted) in [(first, (2, 0)), (second, (1, 1)), (third, (1, 0))] {
        let report =
            school.decides(teacher, async |work, actor| broadcasts::report(work, actor, id).await).await;
        let report = report.unwrap();
        assert_eq!((report.copies_sent, report.copies_failed), counted);
        assert!(report.failed.is_empty(), "{:?}", report.failed);
    }
    let blocked = "SELECT COUNT(*) FROM people WHERE private_chat = 'blocked'";
    assert_eq!(school.number(blocked, &[]).await, 1);
    school.close().await;
}

async fn a_poll_stays_in_the_group_and_an_album_is_copied(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let poll = Content::Poll {
        question: "坐校车吗？".into(),
        options: vec!["坐".into(), "不坐".into()],
        multiple: false,
        anonymous: true,
    };
    school
        .publishes(teacher, safety(Draft { contents: vec![text(WORDS), poll], ..draft("") }))
        .await
        .unwrap();
    let copy = school.told(mother);
    assert_eq!(copy.text, zh(&say::topics_copy_poll("坐校车吗？")));
    assert!(copy.poll.is_none() && copy.buttons.len() == 1);
    let album = school.sandbox.new_album();
    for picture in ["one", "two"] {
        let message = school.sandbox.message(teacher, teacher.private_chat());
        message.photo(picture).in_album(&album).send().unwrap();
    }
    school.settle().await;
    for (chinese, english) in
        [("发到群里", "x"), ("安全与健康", "x"), ("下一步", "x"), ("现在", "x"), ("现在发送", "x")]
    {
        school.presses(teacher, teacher.private_chat(), chinese, english).await;
    }
    let said = school.bot_says(mother, mother.private_chat());
    let [.., first, second, below] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!((first.text.as_str(), second.text.as_str()), (COPY, ""));
    assert_eq!((below.text.clone(), below.buttons.len()), (zh(&say::topics_copy_above()), 1));
    school.close().await;
}
