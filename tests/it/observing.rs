//! Purpose: rules that act and rules that only observe: offers of work that go, and what staff learn of what stayed.

use std::sync::Arc;
use std::time::Duration;

use homeroom::i18n::{Language, Text, say};
use homeroom::moderation::rules::Mode;
use homeroom::moderation::{RuleBook, pack::Pack};
use homeroom::sandbox::{DemoClass, PersonId};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, zh};

on_both!(
    the_typical_offer_of_work_goes_and_a_warning_against_it_stays,
    staff_read_what_the_rules_would_have_done,
    what_a_rule_noted_before_it_acted_is_no_longer_listed,
    a_parent_who_asks_is_refused,
    in_private_staff_are_told_where_to_ask,
    on_an_old_server_it_comes_in_private,
);

const OFFER: &str = "招聘宝妈兼职，在家就能做，日结300元，加我微信 xiaoliu888";
const DAY: Duration = Duration::from_hours(24);

async fn the_typical_offer_of_work_goes_and_a_warning_against_it_stays(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, advertiser, parents: [mother, father], .. } = school.class;
    school.sandbox.joins(advertiser, group).unwrap();
    let offer = school.writes(advertiser, OFFER).await;
    assert!(school.is_deleted(offer) && !school.can_write(advertiser));
    let told = school.last(advertiser, group);
    assert_eq!(told.only_for, Some(advertiser));
    assert!(told.text.contains(&zh(&say::rule_r4())), "{}", told.text);
    assert!(told.text.ends_with(&zh(&say::act_muted(24_i64))), "{}", told.text);
    for words in ["日结300、加微信的都是骗子，大家别信", "我周末兼职，孩子爸爸来接，有事联系我"]
    {
        let message = school.writes(mother, words).await;
        assert!(!school.is_deleted(message) && school.can_write(mother), "{words}");
    }
    assert!(school.bot_says(father, group).iter().all(|said| !said.text.contains("xiaoliu888")));
    school.close().await;
}

async fn asks(school: &School, person: PersonId) -> String {
    school.writes(person, "/observed").await;
    let said = school.last(person, school.class.group);
    assert_eq!(said.only_for, Some(person));
    said.text
}

fn rule(name: Text, id: &str, count: i64, language: Language) -> String {
    language.render(&say::observed_rule(count, name, id, say::observed_would("delete-and-warn")))
}

async fn staff_read_what_the_rules_would_have_done(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, group, parents: [mother, father], .. } = school.class;
    school.sandbox.edit_person(admin, |person| person.language = Some("en".to_owned()));
    assert_eq!(asks(&school, teacher).await, zh(&say::observed_none(30_i64)));
    school.writes(mother, "帮我砍一刀，很久以前的").await;
    school.later(31 * DAY).await;
    for number in 1..=4 {
        school.writes(mother, &format!("帮我砍一刀\n第{number}次")).await;
        school.later(Duration::from_mins(1)).await;
    }
    school.writes(father, "点赞返佣了解一下").await;
    let message = school.writes(father, OFFER).await;
    assert!(school.is_deleted(message));
    for (who, language) in [(teacher, Language::Chinese), (admin, Language::English)] {
        let title = language.render(&say::observed_title(30_i64));
        let votes = rule(say::rule_r5(), "R5", 4, language);
        let jobs = rule(say::rule_r4(), "R4-hints", 1, language);
        let next = language.render(&say::observed_next());
        let quoted = "帮我砍一刀 第4次\n帮我砍一刀 第3次\n帮我砍一刀 第2次";
        let expected = format!("{title}\n\n{votes}\n{quoted}\n\n{jobs}\n点赞返佣了解一下\n\n{next}");
        assert_eq!(asks(&school, who).await, expected);
    }
    let seen = school.bot_says(father, group);
    assert!(seen.iter().all(|said| !said.text.contains("砍一刀")), "nobody else sees it");
    school.close().await;
}

async fn what_a_rule_noted_before_it_acted_is_no_longer_listed(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.writes(mother, "帮我砍一刀").await;
    assert!(asks(&school, teacher).await.contains("R5"));
    let mut pack: Pack = school.config.moderation.pack().clone();
    pack.rule
        .iter_mut()
        .filter(|(id, _)| id.as_str() == "R5")
        .for_each(|(_, rule)| rule.mode = Mode::Enforce);
    Arc::make_mut(&mut school.config).moderation = RuleBook::compile(pack).unwrap();
    school.bot().configure(Arc::clone(&school.config));
    let message = school.writes(mother, "帮我砍一刀").await;
    assert!(school.is_deleted(message));
    assert_eq!(asks(&school, teacher).await, zh(&say::observed_none(30_i64)));
    school.close().await;
}

async fn a_parent_who_asks_is_refused(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.writes(father, "帮我砍一刀").await;
    assert_eq!(asks(&school, mother).await, zh(&say::refused_not_staff()));
    school.close().await;
}

async fn in_private_staff_are_told_where_to_ask(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    for words in ["/observed", "观察记录"] {
        school.sandbox.writes(teacher, teacher.private_chat(), words).unwrap();
        school.settle().await;
        assert_eq!(school.told(teacher).text, zh(&say::observed_in_group()), "{words}");
    }
    school.close().await;
}

async fn on_an_old_server_it_comes_in_private(fresh: Fresh) {
    let ways = Ways::default();
    let sim = homeroom::sandbox::SimConfig { supports_ephemeral: false, ..ways.sim };
    let school = School::ready_with(fresh, Ways { sim, ..ways }).await;
    let DemoClass { group, teacher, parents: [mother, father], .. } = school.class;
    school.writes(mother, "帮我砍一刀").await;
    school.writes(teacher, "/observed").await;
    assert_eq!(school.last(father, group).text, zh(&say::observed_card()));
    school.starts(teacher).await;
    school.writes(teacher, "/observed").await;
    let told = school.told(teacher).text;
    assert!(told.starts_with(&zh(&say::observed_title(30_i64))) && told.contains("砍一刀"), "{told}");
    assert!(school.bot_says(father, group).iter().all(|said| !said.text.contains("砍一刀")));
    school.close().await;
}
