//! Purpose: what people read.

use super::{at, of};
use crate::config::Config;
use crate::i18n::{Language, say};
use crate::points::commands::{self, SHORT_UNITS_MAX};
use crate::points::rules::Cap;
use crate::points::standing::Standing;
use crate::points::stars::{Level, Missing};
use crate::points::{self, Act, Awarded, Reason};
use crate::roster;
use crate::storage::testing::TestSchool;
use crate::text::units;

/// The largest numbers that the checks of the configuration and the database's types let through.
fn standings() -> Vec<Standing> {
    let mut standings = Vec::new();
    for (day_room, week_room) in [(10_000, 10_000), (0, 10_000), (0, 0)] {
        for star in 0..5 {
            let missing = Missing {
                star: star + 1,
                points: 1_000_000,
                quizzes: 10_000,
                minutes: 400_000,
                on_site: 10_000,
                final_test: true,
            };
            let level = Level { star, next: Some(missing) };
            standings.push(Standing { balance: i64::MAX, day_room, week_room, level });
        }
    }
    standings
}

#[test]
fn the_short_form_fits_into_an_alert_without_being_cut() {
    for standing in standings() {
        for language in Language::ALL {
            let words = commands::short(&standing, language);
            assert!(units(&words) <= SHORT_UNITS_MAX && !words.ends_with('…'), "{} {words}", units(&words));
        }
    }
}

#[test]
fn every_act_cap_and_reason_has_words_in_every_language() {
    for language in Language::ALL {
        let mut seen = std::collections::BTreeSet::new();
        for (_, id) in Act::ALL {
            let words = language.render(&say::points_act(id));
            assert!(words != id && seen.insert(words.clone()), "{id}: {words}");
        }
        for (_, id) in Cap::ALL {
            assert!(seen.insert(language.render(&say::points_cap_reached(id))), "{id}");
            assert!(seen.insert(language.render(&say::points_cap_then(id))), "{id}");
        }
        for (_, id) in Reason::ALL {
            assert!(seen.insert(language.render(&say::points_reason(id))), "{id}");
        }
        assert_eq!(language.render(&say::points_act("of-a-newer-program")), "of-a-newer-program");
    }
}

#[tokio::test]
async fn somebody_reads_where_they_stand_and_why() {
    let school = TestSchool::open(2, Config::for_tests()).await;
    let [teacher, person] = school.people[..] else { panic!("two people") };
    let mut batch = school.batch(at(0, 9)).await;
    let mut work = batch.work();
    let none = commands::why_text(&mut work, person, Language::English).await.unwrap();
    assert_eq!(none, "No points yet. Finish a lesson or take a quiz, and the first ones are yours.");
    for id in ["a", "b", "c"] {
        points::award(&mut work, &of(person, Act::FinishLesson, id)).await.unwrap();
    }
    points::award(&mut work, &of(person, Act::OnSite, "gate")).await.unwrap();
    let permit = roster::permit(&mut work, teacher, school.group).await.unwrap();
    points::reverse(&mut work, permit, person, 4, Reason::NotDone).await.unwrap();
    let mut read = String::new();
    for language in Language::ALL {
        for words in [
            commands::balance_text(&mut work, person, language).await.unwrap(),
            commands::balance_short(&mut work, person, language).await.unwrap(),
            commands::why_text(&mut work, person, language).await.unwrap(),
        ] {
            read.push_str(&words);
            read.push_str("\n\n");
        }
    }
    insta::assert_snapshot!(read.trim_end(), @r#"
    您现在有 4 分，正在攒第一颗星。
    今天还能得 16 分，这周还能得 56 分。
    离一星还差：56 分、小测合格 1 次
    积分只记录您自己的学习，和孩子在校的评价没有关系。
    想看每一笔怎么来的，发“积分明细”。

    您有 4 分
    今天还能得 16 分，这周还能得 56 分。
    离一星还差：56 分、小测合格 1 次

    最近 5 笔：
    #5 3月2日 撤回 #4“到校参加活动” −10（核实后没有参加）
    #4 3月2日 到校参加活动 +10
    #3 3月2日 学完一课 +0（这一项当天已满）
    #2 3月2日 学完一课 +2
    #1 3月2日 学完一课 +2

    Points: 4. Your first star is on its way.
    You can still earn 16 today, 56 this week.
    To the first star: 56 points, 1 quiz
    Points are about your own learning only. They never change how your child is treated.
    Write “points why” to see where each point came from.

    Points: 4
    You can still earn 16 today, 56 this week.
    To the first star: 56 points, 1 quiz

    Your last 5 entries:
    #5 2 Mar: #4 “Took part at school” taken back, −10 (turned out not done)
    #4 2 Mar: Took part at school, +10
    #3 2 Mar: Finished a lesson, +0 (daily limit for this reached)
    #2 2 Mar: Finished a lesson, +2
    #1 2 Mar: Finished a lesson, +2
    "#);
}

#[test]
fn somebody_reads_how_an_award_ended() {
    let mut read = String::new();
    for language in Language::ALL {
        for awarded in [
            Awarded::Paid { points: 2, balance: 128, cut_by: None },
            Awarded::Paid { points: 1, balance: 20, cut_by: Some(Cap::Day) },
            Awarded::Paid { points: 0, balance: 20, cut_by: None },
            Awarded::CapReached { which: Cap::ActMonth },
            Awarded::AlreadyPaid,
            Awarded::NotInRules,
        ] {
            read.push_str(&language.render(&commands::award_text(&awarded)));
            read.push('\n');
        }
    }
    insta::assert_snapshot!(read.trim_end(), @r"
    +2 分，一共 128 分了。
    +1 分，一共 20 分了。今天的分拿满了，明天继续。
    已经记下了。
    已经记下了，这次不加分。这一项这个月拿满了，下个月继续。
    这个之前记过了，不重复加分。
    已经记下了。
    +2 points, 128 in all.
    +1 point, 20 in all. You've reached today's limit. More tomorrow.
    Noted.
    Noted, without points this time. You've reached this month's limit for this. More next month.
    This was counted before; it counts once.
    Noted.
    ");
}

#[tokio::test]
async fn only_the_last_ten_entries_are_listed() {
    let school = TestSchool::open(1, Config::for_tests()).await;
    let mut batch = school.batch(at(0, 9)).await;
    let mut work = batch.work();
    for number in 0..12 {
        let id = number.to_string();
        points::award(&mut work, &of(school.people[0], Act::Survey, &id)).await.unwrap();
    }
    let words = commands::why_text(&mut work, school.people[0], Language::English).await.unwrap();
    assert_eq!(words.lines().count(), 11);
    assert!(words.contains("#12 ") && words.contains("#3 ") && !words.contains("#2 "), "{words}");
}
