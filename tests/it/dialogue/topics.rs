//! Purpose: a teacher gives an announcement a topic: chosen, seen, named in the group, and counted for its length.

use homeroom::i18n::say;
use homeroom::sandbox::DemoClass;

use super::{chat, english, labels, presses, tells};
use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    a_topic_is_chosen_seen_before_and_named_in_the_group_in_chinese,
    a_topic_is_chosen_seen_before_and_named_in_the_group_in_english,
    no_topic_is_a_choice_too,
    the_line_of_the_topic_counts_for_the_length,
    the_list_of_what_is_coming_names_the_topic,
);

const NEWS: &str = "语文练习册第 12 页。";

async fn a_topic_is_chosen_seen_before_and_named_in_the_group_in_chinese(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, NEWS).await;
    presses(&school, teacher, "就这些", "").await;
    for name in ["不分类", "作业", "安全与健康", "活动", "到校和放学"] {
        assert!(labels(&school, teacher).iter().any(|label| label.contains(name)), "{name}");
    }
    presses(&school, teacher, "作业", "").await;
    assert!(labels(&school, teacher).contains(&"✅ 作业".to_owned()));
    presses(&school, teacher, "下一步", "").await;
    let summary = presses(&school, teacher, "现在", "").await;
    assert!(summary.contains("分类：作业\n"), "{summary}");
    assert!(!summary.contains(&zh(&say::dialogue_summary_copies())), "{summary}");
    let said = school.bot_says(teacher, chat(teacher));
    assert_eq!(said[said.len() - 2].text, format!("【作业】\n{NEWS}"), "the preview");
    presses(&school, teacher, "改选项", "").await;
    presses(&school, teacher, "安全与健康", "").await;
    let summary = presses(&school, teacher, "下一步", "").await;
    assert!(summary.contains(&zh(&say::dialogue_summary_copies())), "{summary}");
    presses(&school, teacher, "现在发送", "").await;
    assert_eq!(school.last(mother, group).text, format!("【安全与健康】\n{NEWS}"));
    school.close().await;
}

async fn a_topic_is_chosen_seen_before_and_named_in_the_group_in_english(fresh: Fresh) {
    let school = english(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    tells(&school, teacher, "/announce").await;
    school.sandbox.message(teacher, chat(teacher)).photo("picture").text("Page 12").send().unwrap();
    school.settle().await;
    presses(&school, teacher, "就这些", "That's all").await;
    presses(&school, teacher, "作业", "Homework").await;
    presses(&school, teacher, "下一步", "Next").await;
    let summary = presses(&school, teacher, "现在", "Now").await;
    assert!(summary.contains("Topic: Homework\n"), "{summary}");
    presses(&school, teacher, "现在发送", "Send now").await;
    assert_eq!(school.last(mother, group).text, "Homework:\nPage 12");
    school.close().await;
}

async fn no_topic_is_a_choice_too(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, NEWS).await;
    presses(&school, teacher, "就这些", "").await;
    assert!(labels(&school, teacher).contains(&"✅ 不分类".to_owned()));
    presses(&school, teacher, "作业", "").await;
    presses(&school, teacher, "不分类", "").await;
    presses(&school, teacher, "返回", "").await;
    presses(&school, teacher, "就这些", "").await;
    presses(&school, teacher, "下一步", "").await;
    let summary = presses(&school, teacher, "现在", "").await;
    assert!(!summary.contains("分类"), "{summary}");
    presses(&school, teacher, "现在发送", "").await;
    assert_eq!(school.last(mother, group).text, NEWS);
    school.close().await;
}

async fn the_line_of_the_topic_counts_for_the_length(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    // "Homework:" and a line feed are longer than "【作业】" and one.
    let (fits, long) = ("长".repeat(4_086), "长".repeat(4_087));
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, &long).await;
    presses(&school, teacher, "就这些", "").await;
    presses(&school, teacher, "作业", "").await;
    presses(&school, teacher, "下一步", "").await;
    let summary = presses(&school, teacher, "现在", "").await;
    assert!(summary.contains(&zh(&say::broadcast_text_long(4_087_i64, 4_086_i64))), "{summary}");
    presses(&school, teacher, "改内容", "").await;
    tells(&school, teacher, &fits).await;
    presses(&school, teacher, "就这些", "").await;
    presses(&school, teacher, "现在发送", "").await;
    assert_eq!(school.last(mother, group).text, format!("【作业】\n{fits}"));
    school.close().await;
}

async fn the_list_of_what_is_coming_names_the_topic(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, NEWS).await;
    presses(&school, teacher, "就这些", "").await;
    presses(&school, teacher, "作业", "").await;
    presses(&school, teacher, "下一步", "").await;
    tells(&school, teacher, "今晚 19:10").await;
    presses(&school, teacher, "对，就这样", "").await;
    presses(&school, teacher, "确认，到时间发送", "").await;
    tells(&school, teacher, "/schedule").await;
    let listed = labels(&school, teacher);
    assert!(listed[0].contains("【作业】语文"), "{listed:?}");
    let opened = presses(&school, teacher, "【作业】", "").await;
    assert!(opened.contains("分类：作业") && opened.contains(NEWS), "{opened}");
    school.close().await;
}
