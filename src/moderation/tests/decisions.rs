//! Purpose: who is exempt, what matches lead to, what warnings lead to.
//!
//! Invariant: each rule of moderation's principles has a test that fails without it.

use crate::channel::SenderKind;
use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::moderation::rules::{
    Action, Ladder, Mode, RuleId, Setting, Step, Verdict, decide, exempt, ladder,
};

#[test]
fn only_those_the_channel_or_the_staff_list_vouches_for_are_exempt() {
    assert!(exempt(SenderKind::Person, true));
    assert!(!exempt(SenderKind::Person, false));
    assert!(exempt(SenderKind::AnonymousAdmin, false));
    assert!(exempt(SenderKind::LinkedChannel, false));
}

#[test]
fn a_teacher_who_speaks_as_a_channel_is_a_channel() {
    assert!(!exempt(SenderKind::OtherChat, true));
    assert!(!exempt(SenderKind::Bot, true));
}

fn id(rule: &str) -> RuleId {
    RuleId::try_from(rule.to_owned()).unwrap()
}

fn setting(mode: Mode, action: Action) -> Setting {
    Setting { mode, action, warnings: None }
}

#[test]
fn one_act_gets_the_strongest_reaction_once() {
    let settings = |rule: &RuleId| match rule.as_str() {
        "R6" => setting(Mode::Enforce, Action::Delete),
        "R3" | "R5" => setting(Mode::Enforce, Action::DeleteAndWarn),
        _ => setting(Mode::Observe, Action::DeleteAndWarn),
    };
    let verdict = decide(&["R4", "R6", "R3", "R5", "R4"].map(id), settings);
    let expected = Verdict::Act {
        rule: id("R3"),
        action: Action::DeleteAndWarn,
        warnings: None,
        observed: vec![id("R4")],
    };
    assert_eq!(verdict, expected);
}

#[test]
fn observed_rules_leave_the_message_alone() {
    let observe = |_: &RuleId| setting(Mode::Observe, Action::DeleteAndWarn);
    assert_eq!(decide(&["R4", "R5", "R4"].map(id), observe), Verdict::Observed(vec![id("R4"), id("R5")]));
    assert_eq!(decide(&[], observe), Verdict::Clean);
}

#[test]
fn the_third_warning_in_thirty_days_mutes_for_a_day() {
    let school = Ladder::default();
    let steps: Vec<Step> = (0..4).map(|before| ladder(before, &school)).collect();
    let mute = Step::Mute { duration_ms: 24 * HOUR_MS };
    assert_eq!(steps, [Step::Warn { n: 1, of: 3 }, Step::Warn { n: 2, of: 3 }, mute, mute]);
}

#[test]
fn a_rule_may_mute_at_another_warning() {
    let twice = Ladder::default().with_warnings(Some(2));
    assert_eq!(ladder(0, &twice), Step::Warn { n: 1, of: 2 });
    assert_eq!(ladder(1, &twice), Step::Mute { duration_ms: 24 * HOUR_MS });
    assert_eq!(Ladder::default().with_warnings(None), Ladder::default());
}

#[test]
fn warnings_expire() {
    let now = Millis(100 * DAY_MS);
    let given = [70, 71, 99, 101].map(|day| Millis(day * DAY_MS));
    assert_eq!(Ladder::default().active_warnings(&given, now), 3);
    assert_eq!(Ladder::default().active_warnings(&given[..1], now.plus_ms(-1)), 1);
}

#[test]
fn rule_ids_are_short_and_plain() {
    for wrong in ["", "R 3", "规则", "a-very-long-rule-id"] {
        assert!(RuleId::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
    assert_eq!(id("R3").to_string(), "R3");
}
