//! Purpose: the rule set: what the starter file says, what acts bring, stars, days, and problems found.

use std::collections::BTreeSet;

use chrono_tz::{America::New_York, Asia::Shanghai};

use super::at;
use crate::clock::{HOUR_MS, Millis};
use crate::config::Config;
use crate::course::Stage;
use crate::i18n::Language;
use crate::points::calendar::Calendar;
use crate::points::rules::{Act, Cap, Decision, RuleSet, RuleSum};
use crate::points::stars::{Course, Facts, Level, Missing, Outlook};

fn starter() -> RuleSet {
    Config::for_tests().points
}

fn sum(rule: Act, day: i64, week: i64, month: i64) -> RuleSum {
    RuleSum { rule: rule.id().to_owned(), day, week, month }
}

#[test]
fn the_starter_rules_are_those_of_the_design() {
    let rules = starter();
    assert_eq!(rules.check(), Vec::new());
    let paid: Vec<_> = rules.acts.iter().map(|(act, rule)| (act.id(), rule.points)).collect();
    let table = [
        ("bind-identity", 5),
        ("video", 1),
        ("finish-lesson", 2),
        ("article", 1),
        ("quiz-pass", 2),
        ("quiz-perfect", 1),
        ("live", 5),
        ("on-site", 10),
        ("practice-base", 10),
        ("reflection", 3),
        ("accepted-answer", 3),
        ("adopted-idea", 5),
        ("survey", 3),
        ("final-test", 0),
    ];
    assert_eq!(paid, table);
    assert_eq!((rules.together.day, rules.together.week), (20, 60));
}

#[test]
fn an_act_brings_its_points_while_there_is_room() {
    let rules = starter();
    assert_eq!(rules.decide(Act::OnSite, &[]), Some(Decision { points: 10, cap: None }));
    let spent = [sum(Act::FinishLesson, 2, 2, 2)];
    assert_eq!(rules.decide(Act::FinishLesson, &spent), Some(Decision { points: 2, cap: None }));
}

#[test]
fn a_cap_leaves_what_is_left_under_it() {
    let rules = starter();
    let cases = [
        (Act::FinishLesson, vec![sum(Act::FinishLesson, 3, 3, 3)], 1, Cap::ActDay),
        (Act::FinishLesson, vec![sum(Act::FinishLesson, 4, 4, 4)], 0, Cap::ActDay),
        (Act::OnSite, vec![sum(Act::Live, 13, 13, 13)], 7, Cap::Day),
        (Act::OnSite, vec![sum(Act::Live, 0, 59, 59)], 1, Cap::Week),
        (Act::PracticeBase, vec![sum(Act::PracticeBase, 0, 0, 20)], 0, Cap::ActMonth),
        (Act::Reflection, vec![sum(Act::Reflection, 0, 3, 3)], 0, Cap::ActWeek),
        (Act::QuizPerfect, vec![sum(Act::QuizPass, 6, 6, 6)], 0, Cap::ActDay),
        (Act::AdoptedIdea, vec![sum(Act::AcceptedAnswer, 0, 3, 3)], 3, Cap::ActWeek),
        (Act::OnSite, vec![sum(Act::Live, 20, 60, 60)], 0, Cap::Week),
    ];
    for (act, spent, points, cap) in cases {
        let decision = rules.decide(act, &spent);
        assert_eq!(decision, Some(Decision { points, cap: Some(cap) }), "{act:?} after {spent:?}");
    }
}

#[test]
fn an_act_the_school_left_out_brings_nothing() {
    let mut rules = starter();
    rules.acts.remove(&Act::Video);
    assert_eq!(rules.decide(Act::Video, &[]), None);
}

#[test]
fn an_act_without_pay_is_recorded_under_full_caps() {
    let full = [sum(Act::Live, 20, 60, 60)];
    assert_eq!(starter().decide(Act::FinalTest, &full), Some(Decision { points: 0, cap: None }));
}

#[test]
fn todays_room_is_never_more_than_the_weeks() {
    let rules = starter();
    assert_eq!(rules.room(0, 0), (20, 60));
    assert_eq!(rules.room(5, 55), (5, 5));
    assert_eq!(rules.room(25, 90), (0, 0));
}

#[test]
fn a_star_is_held_with_all_before_it_and_the_next_says_what_is_missing() {
    let rules = starter();
    let facts = Facts { points: 500, quizzes: 0, minutes: 2_000, ..Facts::default() };
    let quiz_missing = Missing { star: 1, points: 0, quizzes: 1, minutes: 0, on_site: 0, final_test: false };
    assert_eq!(rules.level(&facts), Level { star: 0, next: Some(quiz_missing) });

    let facts = Facts { points: 160, quizzes: 3, minutes: 400, ..Facts::default() };
    let next = Missing { star: 3, points: 140, quizzes: 0, minutes: 240, on_site: 1, final_test: false };
    assert_eq!(rules.level(&facts), Level { star: 2, next: Some(next) });

    let all =
        Facts { points: 800, quizzes: 1, minutes: 1_920, on_site: 4, final_test: true, ..Facts::default() };
    assert_eq!(rules.level(&all), Level { star: 5, next: None });
}

#[test]
fn the_shipped_stars_can_be_reached_with_the_shipped_lessons_of_a_primary_school() {
    let Config { points, lessons, .. } = Config::starter().unwrap();
    let primary = || lessons.lessons.values().filter(|lesson| lesson.stage == Stage::Primary);
    let course = Course::of(primary());
    let reach = points.reach(&course, &Facts::default());
    assert_eq!((reach.next, reach.star), (None, u32::try_from(points.stars.len()).unwrap()));
    // And not for nothing: no star without a quiz, the first not with one lesson, the last not with half of them.
    assert!(points.stars.iter().all(|star| star.quizzes > 0));
    assert_eq!(points.reach(&Course::of(primary().take(1)), &Facts::default()).star, 0);
    assert!(points.reach(&Course::of(primary().take(3)), &Facts::default()).star < reach.star);
}

#[test]
fn what_lessons_do_not_lead_to_is_known() {
    let rules = starter();
    let course =
        |lessons| Course { lessons, minutes: 10 * lessons, stages: BTreeSet::from([Stage::Primary]) };
    let facts = |points, quizzes, minutes| Facts { points, quizzes, minutes, ..Facts::default() };
    assert_eq!(rules.of_lessons(6), 30);
    assert_eq!(rules.outlook(&course(6), &facts(0, 0, 0)), Outlook::Short);
    assert_eq!(rules.outlook(&course(12), &facts(0, 0, 0)), Outlook::Open);
    // Every lesson finished and every quiz passed, though not all right: nothing brings the missing points.
    assert_eq!(rules.outlook(&course(12), &facts(55, 12, 120)), Outlook::Learnt);
    assert_eq!(rules.outlook(&course(12), &facts(60, 12, 120)), Outlook::Short, "the second star needs more");
    assert_eq!(rules.outlook(&course(0), &facts(0, 0, 0)), Outlook::Open);
    // No lesson brings a visit.
    let reach = rules.reach(&course(500), &Facts::default());
    assert_eq!((reach.star, reach.next.map(|missing| (missing.points, missing.on_site))), (2, Some((0, 1))));
}

#[test]
fn only_lessons_of_waived_stages_excuse_from_visits() {
    let rules = starter();
    let mut facts = Facts { points: 400, quizzes: 1, minutes: 800, ..Facts::default() };
    assert_eq!(rules.level(&facts).star, 2);
    facts.stages = BTreeSet::from([Stage::Age0To3]);
    assert_eq!(rules.level(&facts).star, 3);
    facts.stages.insert(Stage::Primary);
    assert_eq!(rules.level(&facts).star, 2);
}

#[test]
fn days_and_weeks_turn_at_the_schools_midnight() {
    let sunday_late = at(6, 24).plus_ms(-1);
    let before = Calendar::at(sunday_late, Shanghai);
    let after = Calendar::at(at(7, 0), Shanghai);
    assert_eq!(before.today + 1, after.today);
    assert_eq!(before.monday + 7, after.monday);
    assert_eq!(after.monday, after.today);
    assert_eq!(after.today % 7, 4, "day 0 was a Thursday");
    assert_eq!(Calendar::at(Millis(0), chrono_tz::UTC), Calendar { today: 0, monday: -3, first: 0 });
}

#[test]
fn a_day_of_a_clock_change_is_one_day() {
    // 2026-03-08 has 23 hours in New York: midnight is 05:00 UTC, the next 04:00 UTC.
    let midnight = Millis(1_772_946_000_000);
    let day = Calendar::at(midnight, New_York).today;
    assert_eq!(Calendar::at(midnight.plus_ms(-1), New_York).today, day - 1);
    assert_eq!(Calendar::at(midnight.plus_ms(23 * HOUR_MS - 1), New_York).today, day);
    assert_eq!(Calendar::at(midnight.plus_ms(23 * HOUR_MS), New_York).today, day + 1);
}

#[test]
fn names_are_found_again() {
    for (act, id) in Act::ALL {
        assert_eq!((act.id(), Act::of_id(id)), (id, Some(act)));
    }
    for (cap, id) in Cap::ALL {
        assert_eq!((cap.id(), Cap::of_id(id)), (id, Some(cap)));
    }
}

/// The places and English words of everything wrong with a file.
fn problems(file: &str) -> Vec<String> {
    let rules: RuleSet = toml::from_str(file).unwrap();
    rules
        .check()
        .iter()
        .map(|problem| format!("{}: {}", problem.place.join("."), Language::English.render(&problem.says)))
        .collect()
}

#[test]
fn every_problem_is_found_at_once() {
    let found = problems(
        r#"
        version = "spring 2026"
        [together]
        day = 0
        week = 20000
        [acts.video]
        points = 5
        day = 4
        week = 3
        [acts.quiz-perfect]
        points = 1
        day = 3
        counts_with = "video"
        [acts.survey]
        points = 3
        counts_with = "article"
        [acts.live]
        points = 2000
        counts_with = "live"
        [acts.adopted-idea]
        points = 1
        counts_with = "survey"
        [acts.reflection]
        points = 4
        counts_with = "video"
        [[stars]]
        points = 60
        quizzes = 1
        [[stars]]
        points = 60
        on_site = 1
        final_test = true
        lesson_hours = 10001
        "#,
    );
    let expected = [
        "version: the version takes 1 to 32 characters without spaces, such as \"2026-1\"",
        "together.day: this is 0; it can be 1 to 10,000",
        "together.week: this is 20,000; it can be 1 to 10,000",
        "acts.video.day: the cap of 4 is below the 5 points for doing it once; raise the cap or lower the points",
        "acts.video.week: the cap of 3 is below the 5 points for doing it once; raise the cap or lower the points",
        "acts.video.week: the cap of the longer time (3) can't be below that of the shorter (4)",
        "acts.quiz-perfect.counts_with: the caps are shared with video; remove this act's own day, week and month",
        "acts.live.points: this is 2000; it can be 0 to 1000",
        "acts.live.counts_with: counts_with names another act, not this one",
        "acts.reflection.counts_with: the cap of 3 is below the 4 points for doing it once; raise the cap or lower the points",
        "acts.adopted-idea.counts_with: survey shares the caps of another act itself; name that one",
        "acts.survey.counts_with: there is no [acts.article]; add it, or remove counts_with",
        "stars.0.quizzes: this star needs [acts.quiz-pass], which isn't there; add it, or remove the requirement",
        "stars.1.points: 60 points is no more than the star before; write the stars from low to high",
        "stars.1.lesson_hours: this is 10,001; it can be 0 to 10,000",
        "stars.1.on_site: this star needs [acts.on-site], which isn't there; add it, or remove the requirement",
        "stars.1.final_test: this star needs [acts.final-test], which isn't there; add it, or remove the requirement",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_key_that_is_misspelt_is_refused() {
    let file = "version = \"1\"\nstars = []\n[together]\nday = 1\nweek = 1\n[acts.video]\npoint = 1\n";
    assert!(toml::from_str::<RuleSet>(file).is_err());
    let file = "version = \"1\"\nstars = []\n[together]\nday = 1\nweek = 1\n[acts.vidoe]\npoints = 1\n";
    assert!(toml::from_str::<RuleSet>(file).is_err());
}
