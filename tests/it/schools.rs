//! Purpose: several schools in one program: what is one's is never the other's, and what goes wrong with one bot holds up
//! no other.
//!
//! Invariant: both simulated worlds have the same ids, so whatever isn't kept by tenant falls together.

mod program;
mod started_again;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use homeroom::app::Account;
use homeroom::broadcasts::{self, Draft};
use homeroom::channel::{Content, Styled};
use homeroom::clock::{Clock, timeout};
use homeroom::failure::Failure;
use homeroom::i18n::{Language, say};
use homeroom::ids::{GroupId, Native};
use homeroom::roster;
use homeroom::sandbox::{DemoClass, Fault, FaultPlan, FaultRule, Rights};

use crate::databases::{Fresh, on_both};
use crate::program::{BOUND, homeroom, out};
use crate::school::together::{TOKENS, Together, run};
use crate::school::{MONDAY_EVENING, School, Ways, en, zh};

on_both!(
    points_and_lessons_in_the_same_group_are_each_schools_own,
    warnings_in_the_same_group_are_each_schools_own,
    staff_and_languages_are_each_schools_own,
    how_often_an_announcement_may_come_is_each_schools_own,
    staff_of_one_school_get_no_permit_for_a_group_of_another,
    a_bot_told_to_wait_holds_up_no_other,
    a_server_that_fails_holds_up_its_own_bot_alone,
    a_bot_whose_server_is_away_holds_up_no_other_and_comes_later,
    a_bot_whose_token_is_refused_holds_up_no_other,
    a_bot_whose_address_is_taken_is_started_again_when_it_is_free,
    a_message_given_up_and_a_broken_account_are_said_to_be_of_a_bot,
);

const REFUSED: &str = "Telegram does not know this token: ask @BotFather for the current one";
const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";

async fn points_and_lessons_in_the_same_group_are_each_schools_own(fresh: Fresh) {
    // Only the first school pushes lessons.
    let together = Together::ready(fresh, |place, ways| {
        if place == 1 {
            ways.config.schedules.clear();
        }
    })
    .await;
    let [north, south] = &together.schools;
    let DemoClass { group, parents: [mother, _], .. } = north.class;
    assert_eq!((south.class.group, south.class.parents[0]), (group, mother), "the worlds are alike");
    assert_ne!(north.tenant(), south.tenant());
    together.later(Duration::from_mins(90)).await;
    assert!(!north.polls().is_empty() && south.polls().is_empty());
    north.answers(mother, group, true);
    north.settle().await;
    let earned = north.balance(mother).await;
    assert!(earned > 0 && south.balance(mother).await == 0, "{earned}");
    for (school, points) in [(north, earned), (south, 0)] {
        school.writes(mother, "积分").await;
        let told = school.last(mother, group).text;
        assert!(told.contains(&points.to_string()), "{told}");
        assert_eq!(told.contains(&earned.to_string()), points == earned, "{told}");
    }
    together.close().await;
}

async fn warnings_in_the_same_group_are_each_schools_own(fresh: Fresh) {
    let together = Together::ready(fresh, |_, _| ()).await;
    let [north, south] = &together.schools;
    let DemoClass { group, parents: [_, father], .. } = north.class;
    north.writes(father, AD).await;
    // Together with the other school's it would be the second, which mutes.
    let message = south.writes(father, AD).await;
    assert!(south.is_deleted(message) && south.can_write(father));
    let notice = south.last(father, group).text;
    assert!(notice.ends_with(&zh(&say::act_warned(24_u32, 1_u32, 2_u32))), "{notice}");
    north.writes(father, AD).await;
    assert!(!north.can_write(father) && south.can_write(father));
    together.close().await;
}

async fn staff_and_languages_are_each_schools_own(fresh: Fresh) {
    let mut schools = Together::before(fresh, |_, _| ()).await;
    let DemoClass { group, parents: [mother, father], teacher, .. } = schools[0].class;
    Arc::make_mut(&mut schools[0].config).school.staff = vec![Native::from(father.0)];
    let together = Together::start(schools).await;
    let [north, south] = &together.schools;
    for school in [north, south] {
        school.sandbox.adds_bot(teacher, group).unwrap();
        school.sandbox.promotes(school.sandbox.bot(), group, Rights::ALL).unwrap();
        school.settle().await;
    }
    assert_eq!(south.presses(father, group, "启用", "Set up").await, zh(&say::refused_not_staff()));
    assert_eq!(north.presses(father, group, "启用", "Set up").await, zh(&say::set_up_done()));
    north.sandbox.writes(mother, mother.private_chat(), "语言").unwrap();
    north.settle().await;
    let chosen = north.presses(mother, mother.private_chat(), "English", "English").await;
    assert_eq!(chosen, en(&say::language_chosen()));
    for (school, promise) in [(north, en(&say::points_promise())), (south, zh(&say::points_promise()))] {
        school.sandbox.writes(mother, mother.private_chat(), "积分").unwrap();
        school.settle().await;
        assert!(school.told(mother).text.contains(&promise), "{}", school.told(mother).text);
    }
    together.close().await;
}

async fn how_often_an_announcement_may_come_is_each_schools_own(fresh: Fresh) {
    let apart = [Duration::from_mins(30), Duration::from_hours(2)];
    let together =
        Together::ready(fresh, |place, ways| ways.config.broadcasts.apart_min = apart[place]).await;
    let when = |cron: &str| Some(format!("always - - cron {cron}"));
    let publishes = async |school: &School, cron: &str| {
        let published = school.bot().perform(async |work| {
            let teacher = Native::from(school.class.teacher.0);
            let author = roster::known_person(work, &teacher).await?.unwrap();
            let contents = vec![Content::Text { body: Styled::from("读书二十分钟".to_owned()) }];
            let draft = Draft { contents, when: when(cron), ..Draft::default() };
            broadcasts::publish(work, &author, draft).await
        });
        let refused = published.await.err().map(|failure| match failure {
            Failure::Refused(why) => why,
            Failure::Broken(error) => panic!("{error:#}"),
        });
        school.settle().await;
        refused
    };
    let [north, south] = &together.schools;
    let (of_north, of_south) = (say::broadcast_too_often(30_i64), say::broadcast_too_often(120_i64));
    for (cron, in_north, in_south) in [
        ("*/20 8 * * *", Some(&of_north), Some(&of_south)),
        ("0 8,9 * * *", None, Some(&of_south)),
        ("0 8,10 * * *", None, None),
    ] {
        assert_eq!(publishes(north, cron).await.as_ref(), in_north, "{cron}");
        assert_eq!(publishes(south, cron).await.as_ref(), in_south, "{cron}");
    }
    together.close().await;
}

async fn staff_of_one_school_get_no_permit_for_a_group_of_another(fresh: Fresh) {
    let mut schools = Together::before(fresh, |_, _| ()).await;
    let teacher = schools[0].class.teacher;
    for school in &mut schools {
        Arc::make_mut(&mut school.config).school.staff = vec![Native::from(teacher.0)];
    }
    let together = Together::start(schools).await;
    for school in &together.schools {
        school.sets_up(teacher, school.class.group).await;
    }
    let [north, south] = &together.schools;
    let groups = [group(north).await, group(south).await];
    for (school, own) in [(north, 0), (south, 1)] {
        let allowed = async |group: GroupId| {
            let asked = school.bot().perform(async |work| {
                let person = roster::known_person(work, &Native::from(teacher.0)).await?.unwrap();
                roster::permit(work, person.id, group).await
            });
            asked.await.is_ok()
        };
        assert!(allowed(groups[own]).await, "a group of their own");
        assert!(!allowed(groups[1 - own]).await, "a group of another school");
    }
    together.close().await;
}

/// The school's row of the class's group.
async fn group(school: &School) -> GroupId {
    let sql = "SELECT id FROM groups WHERE tenant = $1 AND native = $2";
    let native = school.class.group.0.to_string();
    GroupId(school.number(sql, &[school.tenant().into(), (&native).into()]).await)
}

async fn a_bot_told_to_wait_holds_up_no_other(fresh: Fresh) {
    let together = Together::ready(fresh, |_, _| ()).await;
    let [north, south] = &together.schools;
    let mother = north.class.parents[0];
    let flood = FaultRule::on_calls("sendMessage", &[1], Fault::BotFlood { retry_after_s: 30 });
    north.sandbox.set_faults(FaultPlan { seed: 1, rules: vec![flood] });
    let before = north.calls("sendMessage");
    north.sandbox.starts_bot(mother, None).unwrap();
    let asked = north.sandbox.until(BOUND, |world| (world.calls_of("sendMessage") > before).then_some(()));
    assert!(asked.await.is_ok(), "it never tried");
    south.starts(mother).await;
    assert!(!south.told(mother).text.is_empty());
    assert!(north.bot_says(mother, mother.private_chat()).is_empty(), "it was told to wait");
    together.later(Duration::from_secs(31)).await;
    assert_eq!(north.told(mother).text, south.told(mother).text);
    together.close().await;
}

async fn a_server_that_fails_holds_up_its_own_bot_alone(fresh: Fresh) {
    let together = Together::ready(fresh, |_, _| ()).await;
    let [north, south] = &together.schools;
    let DemoClass { group, parents: [mother, _], .. } = north.class;
    let away = FaultRule::by_chance("*", 1_000, Fault::CloseBefore);
    north.sandbox.set_faults(FaultPlan { seed: 1, rules: vec![away] });
    let before = north.calls("sendMessage");
    let said = north.bot_says(mother, group).len();
    north.sandbox.writes(mother, group, "积分").unwrap();
    let tried = north.sandbox.until(BOUND, |world| (world.calls_of("sendMessage") > before).then_some(()));
    assert!(tried.await.is_ok(), "it never tried");
    south.writes(mother, "积分").await;
    assert!(south.last(mother, group).text.contains(&zh(&say::points_promise())));
    assert_eq!(north.bot_says(mother, group).len(), said, "its server takes nothing");
    north.sandbox.set_faults(FaultPlan::default());
    together.later(Duration::from_mins(1)).await;
    assert!(north.last(mother, group).text.contains(&zh(&say::points_promise())));
    together.close().await;
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The two schools' ways, the first one's server at a port.
fn ways(place: usize, port: u16) -> Ways {
    let mut ways = Ways::default();
    TOKENS[place].clone_into(&mut ways.sim.token);
    ways.sim.port = port;
    ways
}

/// The first school's account, whose server is at a port.
fn account_at(port: u16, token: &str) -> Account {
    Account {
        name: "north".to_owned(),
        config: Arc::new(ways(0, port).config),
        token: token.parse().unwrap(),
        api_url: format!("http://127.0.0.1:{port}"),
        next_due: tokio::sync::watch::Sender::new(None),
    }
}

async fn a_bot_whose_server_is_away_holds_up_no_other_and_comes_later(fresh: Fresh) {
    let (fresh, clock) = (Arc::new(fresh), Clock::frozen(MONDAY_EVENING));
    let mut south = School::before(Arc::clone(&fresh), clock.clone(), ways(1, 0)).await;
    let port = free_port();
    let running = run(&south, vec![account_at(port, TOKENS[0]), south.account("south")]).await;
    south.joins_program(running.bots()[1].clone()).await;
    let DemoClass { group, teacher, parents: [mother, _], .. } = south.class;
    south.sets_up(teacher, group).await;
    south.writes(mother, "积分").await;
    assert!(south.last(mother, group).text.contains(&zh(&say::points_promise())));
    assert!(running.failed().now_or_never().is_none(), "the other waits and works");
    assert_eq!(running.bots()[0].tenant(), None);
    // What is changed meanwhile holds from the bot's first piece of work on.
    let mut changed = ways(0, port).config;
    changed.school.language = Language::English;
    running.bots()[0].configure(Arc::new(changed));
    let mut north = School::before(fresh, clock, ways(0, port)).await;
    timeout(BOUND, north.joins_program(running.bots()[0].clone())).await.unwrap();
    let language = north.bot().perform(async |work| Ok(work.config.school.language)).await;
    assert_eq!(language.unwrap(), Language::English);
    north.sets_up(teacher, group).await;
    timeout(BOUND, running.stop()).await.unwrap();
    south.close().await;
    north.close().await;
}

async fn a_bot_whose_token_is_refused_holds_up_no_other(fresh: Fresh) {
    let [north, mut south] = Together::before(fresh, |_, _| ()).await;
    let refused = |name: &str| Account {
        name: name.to_owned(),
        token: format!("{}-but-wrong", TOKENS[0]).parse().unwrap(),
        ..north.account(name)
    };
    let running = run(&south, vec![refused("north"), south.account("south")]).await;
    let problem = timeout(BOUND, running.bots()[0].ready()).await.unwrap().unwrap_err();
    assert_eq!(format!("{problem:#}"), format!("north: {REFUSED}"));
    south.joins_program(running.bots()[1].clone()).await;
    let DemoClass { group, teacher, .. } = south.class;
    south.sets_up(teacher, group).await;
    assert!(running.failed().now_or_never().is_none(), "the other works");
    timeout(BOUND, running.stop()).await.unwrap();
    // Where nobody is left, there is nothing to wait for.
    let running = run(&south, vec![refused("north"), refused("south")]).await;
    let problems = timeout(BOUND, running.failed()).await.unwrap();
    let told: Vec<String> = problems.iter().map(|problem| format!("{problem:#}")).collect();
    assert_eq!(told, [format!("north: {REFUSED}"), format!("south: {REFUSED}")]);
    timeout(BOUND, running.stop()).await.unwrap();
    south.close().await;
}

async fn a_bot_whose_address_is_taken_is_started_again_when_it_is_free(fresh: Fresh) {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap();
    let [mut north, mut south] = Together::before(fresh, |place, ways| {
        if place == 0 {
            let url = format!("http://{listen}/north");
            ways.config.bot.updates = homeroom::config::Updates::Webhook { url, listen, secret_file: None };
        }
    })
    .await;
    let running = run(&south, vec![north.account("north"), south.account("south")]).await;
    let problem = timeout(BOUND, running.bots()[0].ready()).await.unwrap().unwrap_err();
    assert!(format!("{problem:#}").contains("can't listen"), "{problem:#}");
    south.joins_program(running.bots()[1].clone()).await;
    drop(taken);
    let bot = running.bots()[0].clone();
    // It runs as soon as a piece of work for it can be done.
    timeout(BOUND, bot.perform(async |_| Ok(()))).await.unwrap().unwrap();
    north.joins_program(bot).await;
    let DemoClass { group, teacher, .. } = north.class;
    north.sets_up(teacher, group).await;
    timeout(BOUND, running.stop()).await.unwrap();
    south.close().await;
    north.close().await;
}

/// Runs a command on the schools' database: its exit code and what it says.
fn said(school: &School, arguments: &[&str]) -> (Option<i32>, String) {
    let output = homeroom().args(arguments).env("DATABASE_URL", school.url()).output().unwrap();
    (output.status.code(), out(&output))
}

async fn a_message_given_up_and_a_broken_account_are_said_to_be_of_a_bot(fresh: Fresh) {
    let together = Together::ready(fresh, |_, _| ()).await;
    let [north, south] = &together.schools;
    let mother = south.class.parents[0];
    let lost = FaultRule::on_calls("sendMessage", &[1, 2], Fault::CloseAfter);
    south.sandbox.set_faults(FaultPlan { seed: 1, rules: vec![lost] });
    south.starts(mother).await;
    north.starts(mother).await;
    together.later(Duration::from_mins(91)).await;
    let (code, listed) = said(south, &["outbox", "quarantined"]);
    let bots: Vec<&str> = TOKENS.iter().map(|token| token.split(':').next().unwrap()).collect();
    assert_eq!((code, listed.lines().count()), (Some(0), 2), "{listed}");
    assert!(listed.contains(&format!("(bot {})", bots[1])) && !listed.contains(bots[0]), "{listed}");
    for school in [north, south] {
        school.answers(mother, school.class.group, true);
        school.settle().await;
    }
    let (code, clean) = said(north, &["ledger", "verify"]);
    assert!(code == Some(0) && clean.contains("2 accounts") && !clean.contains(bots[0]), "{clean}");
    let changed =
        "UPDATE accounts SET balance = balance + 1 WHERE tenant = (SELECT MAX(tenant) FROM accounts)";
    assert_eq!(north.alters(changed).await, 1);
    let (code, differs) = said(north, &["ledger", "verify"]);
    let altered = usize::from(north.tenant() < south.tenant());
    assert!(
        code == Some(1) && differs.contains(&format!("belongs to the bot {}", bots[altered])),
        "{differs}"
    );
    assert!(!differs.contains(bots[1 - altered]), "{differs}");
    let back = "UPDATE accounts SET balance = balance - 1 WHERE tenant = (SELECT MAX(tenant) FROM accounts)";
    north.alters(back).await;
    together.close().await;
}
