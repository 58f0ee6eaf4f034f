//! Purpose: updates posted to the bot instead of fetched by it: the same conversations, and who is turned away.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use homeroom::clock::timeout;
use homeroom::config::Updates;
use homeroom::i18n::say;
use homeroom::sandbox::DemoClass;
use reqwest::{Client, RequestBuilder};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;

use crate::databases::{Fresh, on_both};
use crate::program::BOUND;
use crate::school::{School, Ways, zh};

on_both!(
    the_whole_thread_by_webhook,
    who_does_not_know_the_secret_is_turned_away,
    a_post_that_makes_no_sense_is_parked_and_not_posted_again,
    an_update_posted_twice_does_nothing_twice,
    what_comes_while_the_bot_is_away_comes_later,
    a_webhook_that_somebody_removed_is_set_again_and_nothing_is_lost,
    from_webhook_to_polling_nothing_is_lost,
    a_post_during_the_stop_is_put_off_and_counts_once_after_the_next_start,
    more_posts_than_can_wait_are_put_off_and_none_is_lost,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";
const SECRET: &str = "0123456789-abcdef_ABCDEF";
/// Bytes of a post at most.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Where nobody listens. It must be known before the bot listens, because the bot tells the server the whole address. The
/// ports are below those that systems give to whoever asks for any, so nobody else gets one meanwhile.
pub fn free_address() -> SocketAddr {
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

async fn a_webhook_that_somebody_removed_is_set_again_and_nothing_is_lost(fresh: Fresh) {
    let Posted { school, _folder, .. } = Posted::open(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let asked = school.sandbox.until(BOUND, |world| (world.calls_of("getWebhookInfo") > 0).then_some(()));
    assert!(asked.await.is_ok(), "the first look comes with the start");
    assert_eq!(school.calls("setWebhook"), 1);
    let url = format!("{}/bot{}/deleteWebhook", school.sandbox.url(), school.sandbox.token());
    let client = Client::builder().no_proxy().build().unwrap();
    assert_eq!(Posted::status(client.post(url)).await, 200);
    school.sandbox.writes(mother, group, "积分").unwrap();
    // Ends only when the update has been posted.
    school.later(Duration::from_mins(5)).await;
    assert_eq!(school.calls("setWebhook"), 2);
    assert_eq!(school.last(mother, group).only_for, Some(mother));
    school.close().await;
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

/// What is put off comes again: the status, and after how many seconds.
async fn put_off(posted: &Posted, update: i64) -> (u16, Option<String>) {
    let answer = posted.post(posted.advertisement(update)).send().await.unwrap();
    let after = answer.headers().get("retry-after").map(|after| after.to_str().unwrap().to_owned());
    (answer.status().as_u16(), after)
}

/// A connection on which the head of a post has been sent, and no body.
async fn head_sent(posted: &Posted, bytes: usize) -> BufStream<TcpStream> {
    let address = posted.url.strip_prefix("http://").unwrap().strip_suffix("/telegram").unwrap();
    let mut line = BufStream::new(TcpStream::connect(address).await.unwrap());
    let head = format!(
        "POST /telegram HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: {bytes}\r\nExpect: 100-continue\r\n\r\n"
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.flush().await.unwrap();
    line
}

async fn a_post_during_the_stop_is_put_off_and_counts_once_after_the_next_start(fresh: Fresh) {
    let mut posted = Posted::open(fresh).await;
    let body = posted.advertisement(9_000_001);
    let mut line = head_sent(&posted, body.len()).await;
    let mut asked = String::new();
    line.read_line(&mut asked).await.unwrap();
    assert_eq!(asked.trim_end(), "HTTP/1.1 100 Continue", "the bot is reading the post");
    line.read_line(&mut asked).await.unwrap();
    {
        let mut stopping = std::pin::pin!(posted.school.stop_bot());
        // The first step asks everything to stop; the post that is under way keeps the stop from ending.
        assert!(futures_util::poll!(&mut stopping).is_pending());
        line.write_all(body.as_bytes()).await.unwrap();
        line.flush().await.unwrap();
        let mut answer = String::new();
        let answered = async {
            line.read_to_string(&mut answer).await.unwrap();
        };
        tokio::join!(stopping, answered);
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 2"), "{answer}");
    }
    assert_eq!(posted.school.number("SELECT COUNT(*) FROM acts", &[]).await, 0);
    posted.school.start_bot().await;
    for _ in 0..2 {
        assert_eq!(put_off(&posted, 9_000_001).await, (200, None));
    }
    posted.school.settle().await;
    assert_eq!(posted.school.number("SELECT COUNT(*) FROM acts", &[]).await, 1);
    posted.school.close().await;
}

/// What the bot says first to a post whose body comes only when it is asked for.
async fn read_when_put_off(posted: &Posted) -> String {
    let mut line = head_sent(posted, 1_000).await;
    let mut first = String::new();
    timeout(BOUND, line.read_line(&mut first)).await.unwrap().unwrap();
    first.trim_end().to_owned()
}

async fn more_posts_than_can_wait_are_put_off_and_none_is_lost(fresh: Fresh) {
    // A batch takes 100 and 256 more can wait: of so many posts at least one finds no place.
    const POSTS: i64 = 100 + 256 + 1;
    let writer = fresh.other_process().await;
    let posted = Posted::open(fresh).await;
    // Whoever writes waits for the one who is writing already; nothing is committed meanwhile.
    let writing = writer.write().await.unwrap();
    let mut posts: FuturesUnordered<_> = (0..POSTS)
        .map(|number| {
            let posted = &posted;
            async move { (number, put_off(posted, 9_000_000 + number).await) }
        })
        .collect();
    let (first, answer) = posts.next().await.unwrap();
    assert_eq!(answer, (503, Some("2".to_owned())), "nothing else can be answered yet");
    assert_eq!(
        read_when_put_off(&posted).await,
        "HTTP/1.1 503 Service Unavailable",
        "the body was asked for"
    );
    drop(writing);
    let mut again = vec![first];
    while let Some((number, (status, after))) = posts.next().await {
        match status {
            200 => {}
            503 if after.is_some() => again.push(number),
            _ => panic!("{status} {after:?}"),
        }
    }
    drop(posts);
    for number in again {
        assert_eq!(put_off(&posted, 9_000_000 + number).await.0, 200);
    }
    posted.school.settle().await;
    let handled = "SELECT COUNT(*) FROM handled WHERE update_id >= 9000000";
    assert_eq!(posted.school.number(handled, &[]).await, POSTS);
    assert_eq!(posted.school.number("SELECT COUNT(*) FROM acts", &[]).await, 1, "they all show one message");
    writer.close().await;
    posted.school.close().await;
}
