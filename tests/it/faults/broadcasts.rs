//! Purpose: a broadcast to many groups over a network and a server that go wrong, each in its own way.
//!
//! Invariant: what arrived is known from the simulator. A group has the post once, or twice where an answer was lost after
//! the server had acted, or the report says that nobody knows; nothing is asked of the server before its `retry_after` ends.

use std::collections::HashMap;
use std::time::Duration;

use homeroom::broadcasts::{self, Confirmation, Draft, Report, Urgency};
use homeroom::channel::{Content, Styled};
use homeroom::clock::{Millis, SECOND_MS};
use homeroom::failure::Failure;
use homeroom::ids::{BroadcastId, Native};
use homeroom::roster::{self, Person};
use homeroom::sandbox::{ChatId, Fault, FaultPlan, FaultRule, Outcome, Request};
use homeroom::work::Work;

use super::{calm_down, sim};
use crate::chance;
use crate::crash::traffic;
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways};

on_both!(a_broadcast_comes_through_whatever_goes_wrong_as_promised);

const GROUPS: usize = 20;
/// How long a wait the storms ask for.
const RETRY_AFTER_S: i64 = 13;
/// How long the program waits for an answer: far longer than the simulator takes, or than [`SLOW`].
const REQUEST_MAX: Duration = Duration::from_secs(2);
const SLOW: Duration = Duration::from_millis(100);
/// A connection that is only half open never answers.
const NEVER: Duration = Duration::from_mins(10);
/// These of the posts meet what goes wrong, whatever else does.
const STRUCK: [u64; 4] = [2, 5, 9, 14];

/// How often a message that met a fault may be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comes {
    /// Once for sure: the program knows what happened.
    Surely,
    /// At most once: it doesn't know, and the server never acted.
    AtMostOnce,
    /// At most twice: it doesn't know, and the server had acted.
    AtMostTwice,
}

fn ways() -> Vec<(Fault, Comes)> {
    let retry_after_s = RETRY_AFTER_S;
    vec![
        (Fault::CloseBefore, Comes::AtMostOnce),
        (Fault::CloseAfter, Comes::AtMostTwice),
        (Fault::CloseWithin, Comes::AtMostTwice),
        (Fault::ResetBefore, Comes::AtMostOnce),
        (Fault::ResetAfter, Comes::AtMostTwice),
        (Fault::ServerError(502), Comes::AtMostOnce),
        (Fault::ServerErrorAfter(500), Comes::AtMostTwice),
        (Fault::Garbage, Comes::AtMostTwice),
        (Fault::Slow(SLOW), Comes::Surely),
        (Fault::TimeoutBefore(NEVER), Comes::AtMostOnce),
        (Fault::TimeoutAfter(NEVER), Comes::AtMostTwice),
        (Fault::ChatFlood { retry_after_s }, Comes::Surely),
        (Fault::BotFlood { retry_after_s }, Comes::Surely),
    ]
}

fn rules(fault: &Fault) -> Vec<FaultRule> {
    let sure = FaultRule::on_calls("sendMessage", &STRUCK, fault.clone());
    let per_mille = match fault {
        // Each that is given up takes real time; these all end at the same.
        Fault::TimeoutBefore(_) | Fault::TimeoutAfter(_) => return vec![sure],
        Fault::BotFlood { .. } => 50,
        _ => 250,
    };
    vec![sure, FaultRule::by_chance("sendMessage", per_mille, fault.clone())]
}

async fn a_broadcast_comes_through_whatever_goes_wrong_as_promised(fresh: Fresh) {
    let seed = chance::seed("HOMEROOM_FAULT_SEED");
    let mut ways_of_school = Ways { sim: sim(), ..Ways::default() };
    ways_of_school.config.bot.pace.request_max = REQUEST_MAX;
    let school = School::ready_with(fresh, ways_of_school).await;
    let mut groups = vec![school.class.group];
    for number in 1..GROUPS {
        let group = school.sandbox.add_supergroup(&format!("{number} 班"), school.class.teacher);
        school.sets_up(school.class.teacher, group).await;
        groups.push(group);
    }
    for (number, (fault, comes)) in ways().into_iter().enumerate() {
        let before = school.sandbox.read(|world| world.requests().count());
        school.sandbox.set_faults(FaultPlan {
            seed: seed.wrapping_add(u64::try_from(number).unwrap()),
            rules: rules(&fault),
        });
        let id = publish(&school, number).await;
        // Until it is planned nothing is there to be calmed.
        school.settle().await;
        calm_down(&school).await;
        school.sandbox.set_faults(FaultPlan::default());
        confirm(&school, number).await;
        let log: Vec<Request> = school.sandbox.read(|world| world.requests().skip(before).cloned().collect());
        let struck = log.iter().filter(|request| matches!(request.outcome, Outcome::Fault { .. })).count();
        assert!(struck > 0, "{fault:?} never struck");
        assert_patient(&log, &fault);
        let report = report(&school, id).await;
        let told = judge(&school, &groups, number, comes, &report);
        chance::tell(&format!("{fault:?}: struck {struck} times, {told}"));
    }
    let log = school.sandbox.read(traffic::log);
    chance::tell(&traffic::compare(school.database(), &log).await.to_string());
    school.close().await;
}

fn words(number: usize) -> String {
    format!("第 {number} 次通知：")
}

/// The teacher does something.
async fn does<T>(school: &School, what: impl AsyncFnOnce(&mut Work<'_>, &Person) -> Result<T, Failure>) -> T {
    let teacher = Native::from(school.class.teacher.0);
    let done = school.bot().perform(async |work| {
        let actor = roster::known_person(work, &teacher).await?.unwrap();
        what(work, &actor).await
    });
    done.await.unwrap_or_else(|_| panic!("the teacher may not"))
}

async fn publish(school: &School, number: usize) -> BroadcastId {
    let draft = Draft {
        contents: vec![Content::Text { body: Styled::from(format!("{}明天带水杯。", words(number))) }],
        confirmation: Confirmation::Read,
        urgency: Urgency::Normal,
        ..Draft::default()
    };
    does(school, async |work, author| broadcasts::publish(work, author, draft).await).await.broadcast
}

async fn report(school: &School, id: BroadcastId) -> Report {
    does(school, async |work, actor| broadcasts::report(work, actor, id).await).await
}

/// A mother confirms, once the network is well again, if the post is there.
async fn confirm(school: &School, number: usize) {
    let group = school.class.group;
    let [mother, _] = school.class.parents;
    let post = school.sandbox.read(|world| {
        let post = world.said(group).find(|said| said.text.starts_with(&words(number)))?;
        Some((post.id, post.buttons[0][0].text.clone()))
    });
    if let Some((message, label)) = post {
        let press = school.sandbox.presses(mother, group, message, &label).unwrap();
        assert!(!school.answer_to(&press).await.is_empty());
    }
}

/// Every group has the post as often as it may, and the report says so.
fn judge(school: &School, groups: &[ChatId], number: usize, comes: Comes, report: &Report) -> String {
    let times = |group: &ChatId| {
        school
            .sandbox
            .read(|world| world.said(*group).filter(|said| said.text.starts_with(&words(number))).count())
    };
    let times: Vec<usize> = groups.iter().map(times).collect();
    let most = if comes == Comes::AtMostTwice { 2 } else { 1 };
    assert!(times.iter().all(|times| *times <= most), "{times:?}");
    let (missing, twice) = (
        times.iter().filter(|times| **times == 0).count(),
        times.iter().filter(|times| **times == 2).count(),
    );
    let given_up = report.failed.values().sum::<usize>();
    assert_eq!((report.planned, report.sent + given_up), (GROUPS, GROUPS), "{report:?}");
    assert!(report.failed.keys().all(|reason| reason == "unknown"), "{report:?}");
    assert!(missing <= given_up, "{missing} lost: {report:?}");
    // Of those that were given up, the report says that nobody knows.
    assert!(report.twice + given_up >= twice, "{twice} are there twice: {report:?}");
    match comes {
        Comes::Surely => assert_eq!((missing, given_up, report.twice), (0, 0, 0), "{report:?}"),
        Comes::AtMostOnce => {}
        Comes::AtMostTwice => assert!(twice > 0, "{times:?}"),
    }
    assert_eq!(report.read, usize::from(times[0] > 0), "{report:?}");
    format!("{twice} twice, {missing} missing, {given_up} given up, {} perhaps twice", report.twice)
}

/// No chat was sent anything before its wait was over; nor was any, once two had been refused at the same moment. The clock
/// stands while requests are under way, so what came at that moment had begun before.
fn assert_patient(log: &[Request], fault: &Fault) {
    let is_flood = matches!(fault, Fault::ChatFlood { .. } | Fault::BotFlood { .. });
    let is_bot_wide = matches!(fault, Fault::BotFlood { .. });
    let mut until: HashMap<String, Millis> = HashMap::new();
    let mut refused: Option<(Millis, String)> = None;
    let mut nobody: Option<(Millis, Millis)> = None;
    for request in log.iter().filter(|request| request.method == "sendMessage") {
        let (at, chat) = (request.at, request.body["chat_id"].to_string());
        assert!(until.get(&chat).is_none_or(|until| at >= *until), "{chat} at {at:?}: {until:?}");
        assert!(nobody.is_none_or(|(from, until)| at == from || at >= until), "{at:?} in {nobody:?}");
        let wait_s: i64 = match &request.outcome {
            Outcome::Refused(429, words) => words.rsplit(' ').next().unwrap().parse().unwrap(),
            Outcome::Fault { applied: false } if is_flood => RETRY_AFTER_S,
            _ => continue,
        };
        let ends = at.plus_ms(wait_s * SECOND_MS);
        if is_bot_wide && refused.is_some_and(|(before, other)| before == at && other != chat) {
            nobody = Some((at, ends));
        }
        refused = Some((at, chat.clone()));
        until.insert(chat, ends);
    }
}
