//! Purpose: updates posted to the bot instead of fetched by it: the same conversations, and who is turned away.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use homeroom::config::Updates;
use homeroom::i18n::say;
use homeroom::sandbox::DemoClass;
use reqwest::{Client, RequestBuilder};
use serde_json::json;
use tempfile::TempDir;

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, zh};

on_both!(
    the_whole_thread_by_webhook,
    who_does_not_know_the_secret_is_turned_away,
    a_post_that_makes_no_sense_is_parked_and_not_posted_again,
    an_update_posted_twice_does_nothing_twice,
    what_comes_while_the_bot_is_away_comes_later,
    from_webhook_to_polling_nothing_is_lost,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";
const SECRET: &str = "0123456789-abcdef_ABCDEF";
/// Bytes of a post at most.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Where nobody listens. It must be known before the bot listens, because the bot tells the server the whole address. The
/// ports are below those that systems give to whoever asks for any, so nobody else gets one meanwhile.
fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = 20_000 + u16::try_from(std::process::id() % 100).unwrap() * 100;
    let port = || start + NEXT.fetch_add(1, Ordering::Relaxed) % 100;
    let addresses = std::iter::repeat_with(|| SocketAddr::from(([127, 0, 0, 1], port()))).take(100);
    addresses.into_iter().find(|address| TcpListener::bind(address).is_ok()).unwrap()
}

/// A school whose server posts updates, and where it posts them.
struct Posted {
    school: School,
    url: String,
    _folder: TempDir,
}

impl Posted {
    async fn open(fresh: Fresh) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secret_file = folder.path().join("webhook-secret");
        std::fs::write(&secret_file, format!("{SECRET}\n")).unwrap();
        let listen = free_address();
        let url = format!("http://{listen}/telegram");
        let mut ways = Ways::default();
        ways.config.bot.updates =
            Updates::Webhook { url: url.clone(), listen, secret_file: Some(secret_file) };
        let school = School::ready_with(fresh, ways).await;
        Self { school, url, _folder: folder }
    }

    /// A post with the right secret, to be changed.
    fn post(&self, body: impl Into<reqwest::Body>) -> RequestBuilder {
        let client = Client::builder().no_proxy().build().unwrap();
        let post = client.post(&self.url).header("Content-Type", "application/json").body(body);
        post.header("X-Telegram-Bot-Api-Secret-Token", SECRET)
    }

    async fn status(post: RequestBuilder) -> u16 {
        post.send().await.unwrap().status().as_u16()
    }

    /// An advertisement of a parent as an update.
    fn advertisement(&self, update: i64) -> String {
        let DemoClass { group, parents: [mother, _], .. } = self.school.class;
        json!({"update_id": update, "message": {
            "message_id": 901, "date": self.school.clock.now().0 / 1000,
            "chat": {"id": group.0, "type": "supergroup", "title": "三年级二班家长群"},
            "from": {"id": mother.0, "is_bot": false, "first_name": "P"}, "text": AD,
        }})
        .to_string()
    }
}

async fn the_whole_thread_by_webhook(fresh: Fresh) {
    let Posted { school, .. } = Posted::open(fresh).await;
    let DemoClass { group, teacher, advertiser, parents: [mother, father], .. } = school.class;
    school.starts(teacher).await;
    school.later(Duration::from_mins(90)).await;
    school.later(Duration::from_mins(10)).await;
    school.presses(mother, group, "学完", "finished").await;
    school.answers(mother, group, true);
    school.answers(father, group, true);
    school.settle().await;
    assert_eq!((school.balance(mother).await, school.balance(father).await), (5, 3));
    school.writes(mother, "积分").await;
    assert_eq!(school.last(mother, group).only_for, Some(mother));
    school.sandbox.joins(advertiser, group).unwrap();
    let ad = school.writes(advertiser, AD).await;
    assert!(school.is_deleted(ad));
    let appeal = zh(&say::act_appeal_button());
    assert_eq!(school.presses(advertiser, group, &appeal, &appeal).await, zh(&say::act_appealed()));
    let undo = zh(&say::act_undo_button());
    assert_eq!(school.presses(teacher, teacher.private_chat(), &undo, &undo).await, zh(&say::act_undone()));
    assert_eq!(school.calls("getUpdates"), 0);
    school.close().await;
}

async fn who_does_not_know_the_secret_is_turned_away(fresh: Fresh) {
    let posted = Posted::open(fresh).await;
    let update = posted.advertisement(9_000_001);
    let header = "X-Telegram-Bot-Api-Secret-Token";
    let client = Client::builder().no_proxy().build().unwrap();
    let bare = || client.post(&posted.url).header("Content-Type", "application/json").body(update.clone());
    assert_eq!(Posted::status(bare()).await, 401);
    for wrong in ["", "0123456789-abcdef_ABCDEf", "0123456789-abcdef_ABCDEF0"] {
        assert_eq!(Posted::status(bare().header(header, wrong)).await, 401, "{wrong}");
    }
    assert_eq!(Posted::status(posted.post("x".repeat(BODY_BYTES_MAX + 1))).await, 413);
    let no_json = client.post(&posted.url).header(header, SECRET).body(update.clone());
    assert_eq!(Posted::status(no_json).await, 415);
    let elsewhere = client.post(format!("{}/more", posted.url)).header(header, SECRET).body(update.clone());
    assert_eq!(Posted::status(elsewhere).await, 404);
    let school = posted.school;
    assert_eq!(school.number("SELECT COUNT(*) FROM acts", &[]).await, 0, "no row was written");
    school.close().await;
}

async fn a_post_that_makes_no_sense_is_parked_and_not_posted_again(fresh: Fresh) {
    let posted = Posted::open(fresh).await;
    for (body, status) in
        [("{\"update_id\": 9000001, \"message\"", 200), ("[]", 200), ("null", 200), ("{}", 200), ("", 200)]
    {
        assert_eq!(Posted::status(posted.post(body)).await, status, "{body}");
    }
    assert_eq!(Posted::status(posted.post(vec![0xff, 0xfe])).await, 400, "no text at all");
    posted.school.close_with_parked(5).await;
}

async fn an_update_posted_twice_does_nothing_twice(fresh: Fresh) {
    let posted = Posted::open(fresh).await;
    let update = posted.advertisement(9_000_001);
    for _ in 0..3 {
        assert_eq!(Posted::status(posted.post(update.clone())).await, 200);
    }
    posted.school.settle().await;
    assert_eq!(posted.school.number("SELECT COUNT(*) FROM acts", &[]).await, 1);
    assert_eq!(posted.school.calls("deleteMessage"), 1);
    posted.school.close().await;
}

async fn what_comes_while_the_bot_is_away_comes_later(fresh: Fresh) {
    // Its folder holds the secret, which each start reads.
    let mut posted = Posted::open(fresh).await;
    let school = &mut posted.school;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.stop_bot().await;
    school.sandbox.writes(mother, group, "积分").unwrap();
    let ad = school.sandbox.writes(mother, group, AD).unwrap();
    school.start_bot().await;
    school.settle().await;
    assert!(school.is_deleted(ad));
    assert_eq!(school.number("SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'answer/%'", &[]).await, 1);
    posted.school.close().await;
}

async fn from_webhook_to_polling_nothing_is_lost(fresh: Fresh) {
    let Posted { mut school, .. } = Posted::open(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.stop_bot().await;
    let ad = school.sandbox.writes(mother, group, AD).unwrap();
    std::sync::Arc::make_mut(&mut school.config).bot.updates = Updates::Polling;
    school.start_bot().await;
    school.settle().await;
    assert!(school.is_deleted(ad));
    school.close().await;
}
