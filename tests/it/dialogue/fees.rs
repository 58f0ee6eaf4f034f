//! Purpose: a teacher whose announcement needs a second person, above all because it asks for money, is told before the last press,
//! and sees how it will look.

use homeroom::i18n::say;
use homeroom::sandbox::DemoClass;

use super::{chat, english, has_heard, labels, presses, tells, to_summary};
use crate::databases::{Fresh, on_both};
use crate::school::{School, en, zh};

on_both!(
    the_summary_says_that_somebody_else_has_to_agree_and_shows_the_mark,
    in_english_too,
    with_nobody_to_ask_the_summary_has_no_button_to_send,
    what_has_gone_out_can_not_be_changed_into_a_fee,
    a_new_time_is_asked_about_anew_and_the_summary_says_so,
    the_picture_is_shown_to_whoever_is_asked,
    a_poll_alone_does_not_ask_for_money,
    something_urgent_that_nobody_can_agree_to_has_no_button_to_send_either,
);

const FEE: &str = "校服费每套 150 元，请用微信支付";

async fn with_two(school: &School) {
    let DemoClass { admin, .. } = school.class;
    school.starts(admin).await;
}

async fn the_summary_says_that_somebody_else_has_to_agree_and_shows_the_mark(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, group, .. } = school.class;
    with_two(&school).await;
    let summary = to_summary(&school, teacher, FEE).await;
    assert!(summary.contains("为了防骗，收钱的通知要再有一位老师或管理员同意"), "{summary}");
    let marked = format!("{}\n{FEE}", zh(&say::broadcast_fee_mark()));
    assert!(has_heard(&school, teacher, &marked), "the preview is what the group gets");
    let told = presses(&school, teacher, "现在发送", "").await;
    assert_eq!(told, zh(&say::broadcast_awaits_fee(1_i64)));
    assert!(school.bot_says(teacher, group).iter().all(|said| said.text != marked));
    let opened = presses(&school, teacher, "查看和管理", "").await;
    assert!(opened.contains(&zh(&say::broadcast_is_waiting())), "{opened}");
    school.presses(admin, chat(admin), "同意发出", "Let it go out").await;
    assert_eq!(school.last(teacher, group).text, marked);
    school.close().await;
}

async fn in_english_too(fresh: Fresh) {
    let school = english(fresh).await;
    let DemoClass { teacher, admin, group, .. } = school.class;
    with_two(&school).await;
    let words = "Please transfer 50 yuan for the trip.";
    let summary = to_summary(&school, teacher, words).await;
    assert!(summary.contains("it needs the yes of another teacher or administrator"), "{summary}");
    let told = presses(&school, teacher, "Send now", "").await;
    assert_eq!(told, en(&say::broadcast_awaits_fee(1_i64)));
    school.presses(admin, chat(admin), "Let it go out", "Let it go out").await;
    assert_eq!(school.last(teacher, group).text, format!("{}\n{words}", en(&say::broadcast_fee_mark())));
    school.close().await;
}

async fn with_nobody_to_ask_the_summary_has_no_button_to_send(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let summary = to_summary(&school, teacher, FEE).await;
    let stopped = format!("{}\n· {}", zh(&say::dialogue_troubles()), zh(&say::broadcast_fee_nobody()));
    assert!(summary.contains(&stopped), "{summary}");
    assert!(!labels(&school, teacher).contains(&"现在发送".to_owned()));
    school.close().await;
}

async fn what_has_gone_out_can_not_be_changed_into_a_fee(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    with_two(&school).await;
    to_summary(&school, teacher, "校服下周一到").await;
    presses(&school, teacher, "现在发送", "").await;
    presses(&school, teacher, "查看和管理", "").await;
    presses(&school, teacher, "改内容", "").await;
    tells(&school, teacher, FEE).await;
    let summary = presses(&school, teacher, "就这些", "").await;
    assert!(summary.contains(&zh(&say::broadcast_edit_fee())), "{summary}");
    assert!(!labels(&school, teacher).contains(&"确认修改".to_owned()));
    school.close().await;
}

async fn a_new_time_is_asked_about_anew_and_the_summary_says_so(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    with_two(&school).await;
    to_summary(&school, teacher, FEE).await;
    presses(&school, teacher, "现在发送", "").await;
    presses(&school, teacher, "查看和管理", "").await;
    presses(&school, teacher, "改时间", "").await;
    tells(&school, teacher, "明天 12:00").await;
    let summary = presses(&school, teacher, "对，就这样", "").await;
    assert!(summary.contains(&zh(&say::dialogue_move_asks())), "{summary}");
    let told = presses(&school, teacher, "确认修改", "").await;
    assert_eq!(told, zh(&say::broadcast_awaits_fee(1_i64)));
    assert!(school.told(admin).text.contains("2026年9月8日 星期二 12:00"), "{}", school.told(admin).text);
    school.close().await;
}

async fn the_picture_is_shown_to_whoever_is_asked(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, group, .. } = school.class;
    with_two(&school).await;
    school.sandbox.message(teacher, chat(teacher)).photo("picture").text(FEE).send().unwrap();
    school.settle().await;
    presses(&school, teacher, "发到群里", "").await;
    presses(&school, teacher, "下一步", "").await;
    presses(&school, teacher, "现在", "").await;
    presses(&school, teacher, "现在发送", "").await;
    let said = school.bot_says(admin, chat(admin));
    let [.., shown, asked] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(shown.text, format!("{}\n{FEE}", zh(&say::broadcast_fee_mark())));
    assert!(asked.text.contains("图片或文件 1 个"), "{}", asked.text);
    school.presses(admin, chat(admin), "同意发出", "Let it go out").await;
    assert_eq!(school.last(teacher, group).text, shown.text);
    school.close().await;
}

async fn a_poll_alone_does_not_ask_for_money(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    with_two(&school).await;
    let poll = homeroom::broadcasts::Draft {
        contents: vec![homeroom::channel::Content::Poll {
            question: FEE.into(),
            options: vec!["好".into(), "不".into()],
            multiple: false,
            anonymous: true,
        }],
        ..Default::default()
    };
    let found = school.bot().perform(async |work| {
        let native = homeroom::ids::Native::from(teacher.0);
        let author = homeroom::roster::known_person(work, &native).await?.unwrap();
        homeroom::broadcasts::check(work, &poll, &author).await
    });
    let Ok(found) = found.await else { panic!("refused") };
    let stopping: Vec<&str> =
        found.iter().filter(|found| found.stops).map(|found| found.says.key()).collect();
    assert_eq!(stopping, ["broadcast-fee-words"]);
    assert!(found.iter().any(|found| found.says.key() == "broadcast-fee"));
    school.close().await;
}

async fn something_urgent_that_nobody_can_agree_to_has_no_button_to_send_either(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    to_summary(&school, teacher, "台风停课").await;
    presses(&school, teacher, "改选项", "").await;
    presses(&school, teacher, "紧急", "").await;
    let summary = presses(&school, teacher, "下一步", "").await;
    assert!(summary.contains(&zh(&say::broadcast_nobody_to_approve())), "{summary}");
    assert!(!labels(&school, teacher).contains(&"现在发送".to_owned()));
    with_two(&school).await;
    presses(&school, teacher, "改选项", "").await;
    presses(&school, teacher, "下一步", "").await;
    let told = presses(&school, teacher, "现在发送", "").await;
    assert_eq!(told, zh(&say::broadcast_awaits(1_i64)));
    assert_ne!(school.last(teacher, group).text, "台风停课");
    school.close().await;
}
