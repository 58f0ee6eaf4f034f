//! Purpose: updates that Telegram posts.

use std::net::SocketAddr;

use serde_json::json;

use super::server::{Reply, Server};
use crate::channel::telegram::{BadAddress, ConnectProblem, Posted, Secret, Standing, Updates, Webhook};
use crate::channel::{Source, SourceProblem};
use crate::ids::UpdateId;
use crate::random::Random;

const SECRET: &str = "0123456789abcdef_-";

fn webhook(address: &str) -> Result<Webhook, BadAddress> {
    Webhook::new(address, SECRET.parse().expect("a secret"), &Random::seeded(1))
}

/// A served webhook: where it listens, and its updates.
async fn served() -> (String, Posted) {
    let Webhook { router, source, .. } = webhook("https://bot.example/telegram/x").expect("a webhook");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address: SocketAddr = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/telegram/x"), source)
}

fn post(address: &str, secret: &str, body: String) -> reqwest::RequestBuilder {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    client
        .post(address)
        .header("x-telegram-bot-api-secret-token", secret)
        .header("content-type", "application/json")
        .body(body)
}

async fn status(request: reqwest::RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn a_post_is_answered_only_after_its_commit() {
    let (address, source) = served().await;
    let mut source = Updates::Posted(source);
    for (committed, expected) in [(true, 200), (false, 503)] {
        let update = post(&address, SECRET, "{\"update_id\":5}".to_owned());
        let answer = tokio::spawn(status(update));
        let batch = source.next_batch().await.expect("a batch");
        assert_eq!(Updates::parse(&batch.updates[0].0).update, Some(UpdateId(5)));
        assert!(!answer.is_finished(), "answered before the commit");
        batch.receipt.acknowledge(committed);
        assert_eq!(answer.await.expect("no panic"), expected);
    }
}

#[tokio::test]
async fn a_dropped_batch_is_delivered_again() {
    let (address, mut source) = served().await;
    let answer = tokio::spawn(post(&address, SECRET, "{}".to_owned()).send());
    drop(source.next_batch().await.expect("a batch"));
    let answer = answer.await.expect("no panic").expect("an answer");
    assert_eq!(answer.status().as_u16(), 503);
    assert_eq!(answer.headers()["retry-after"], "2");
}

#[tokio::test]
async fn posts_that_wait_come_as_one_batch() {
    let (address, mut source) = served().await;
    let first = tokio::spawn(status(post(&address, SECRET, "{\"update_id\":1}".to_owned())));
    let batch = source.next_batch().await.expect("a batch");
    let rest: Vec<_> = (2..5)
        .map(|id| tokio::spawn(status(post(&address, SECRET, format!("{{\"update_id\":{id}}}")))))
        .collect();
    batch.receipt.acknowledge(true);
    assert_eq!(first.await.expect("no panic"), 200);
    let mut seen = 0;
    while seen < rest.len() {
        let batch = source.next_batch().await.expect("a batch");
        seen += batch.updates.len();
        batch.receipt.acknowledge(true);
    }
    for answer in rest {
        assert_eq!(answer.await.expect("no panic"), 200);
    }
}

#[tokio::test]
async fn who_is_not_telegram_gets_in_nothing() {
    let (address, mut source) = served().await;
    let json = || "{\"update_id\":5}".to_owned();
    for secret in ["", "wrong", "0123456789abcdef_", "0123456789abcdef_-x", "0123456789abcdef_+"] {
        assert_eq!(status(post(&address, secret, json())).await, 401, "{secret}");
    }
    assert_eq!(status(post(&address, SECRET, "x".repeat(1024 * 1024 + 1))).await, 413);
    let endless = futures_util::stream::iter((0..20).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 100_000])));
    let endless = post(&address, SECRET, json()).body(reqwest::Body::wrap_stream(endless));
    assert_eq!(status(endless).await, 413);
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let plain = client.post(&address).header("x-telegram-bot-api-secret-token", SECRET).body("{}");
    assert_eq!(status(plain).await, 415);
    assert_eq!(status(client.get(&address)).await, 405);
    assert_eq!(status(post(&address.replace("/x", "/y"), SECRET, json())).await, 404);
    let garbage = post(&address, SECRET, json()).body(vec![0xff, 0xfe]);
    assert_eq!(status(garbage).await, 400);
    tokio::select! {
        biased;
        batch = source.next_batch() => panic!("{batch:?}"),
        () = std::future::ready(()) => {}
    }
}

#[tokio::test]
async fn a_full_queue_and_an_ended_intake_ask_telegram_to_come_again() {
    let (address, source) = served().await;
    let waiting: Vec<_> =
        (0..256).map(|_| tokio::spawn(status(post(&address, SECRET, "{}".to_owned())))).collect();
    // One more than the queue holds is turned away, whichever comes last.
    let extra = tokio::spawn(status(post(&address, SECRET, "{}".to_owned())));
    let all = waiting.into_iter().chain([extra]);
    let (turned_away, _, rest) = futures_util::future::select_all(all).await;
    assert_eq!(turned_away.expect("no panic"), 503);
    drop(source);
    for answer in rest {
        assert_eq!(answer.await.expect("no panic"), 503);
    }
    assert_eq!(status(post(&address, SECRET, "{}".to_owned())).await, 503);
}

#[tokio::test]
async fn telegram_tells_where_it_posts_to_and_what_waits() {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    server.take_asked();
    let address = webhook("https://bot.example/a").expect("a webhook").address;
    server.will_answer([
        Reply::ok(&json!({"url": "https://bot.example/a", "has_custom_certificate": false, "pending_update_count": 3,
            "last_error_date": 1_790_000_000, "last_error_message": "Wrong response from the webhook: 503"})),
        Reply::ok(&json!({"url": "", "has_custom_certificate": false, "pending_update_count": 0})),
        Reply::ok(&json!(true)),
    ]);
    let ours = telegram.webhook_standing(&address).await.expect("an answer");
    assert_eq!((ours.is_ours, ours.waiting, ours.failed_at_s), (true, 3, Some(1_790_000_000)));
    assert_eq!(ours.reason.as_deref(), Some("Wrong response from the webhook: 503"));
    let gone = telegram.webhook_standing(&address).await.expect("an answer");
    assert_eq!(gone, Standing { is_ours: false, waiting: 0, failed_at_s: None, reason: None });
    assert!(matches!(telegram.webhook_standing(&address).await, Err(ConnectProblem::Unreachable(_))));
    assert!(server.take_asked().iter().all(|(method, _)| method == "getWebhookInfo"));
}

#[tokio::test]
async fn a_webhook_that_is_no_longer_served_ends_its_source() {
    let Webhook { router, mut source, .. } = webhook("https://bot.example/").expect("a webhook");
    drop(router);
    assert_eq!(source.next_batch().await.err(), Some(SourceProblem::Ended));
}

#[test]
fn an_address_gets_a_path_nobody_can_guess_unless_it_has_one() {
    let random = webhook("https://bot.example").expect("a webhook").address.url;
    let path = random.strip_prefix("https://bot.example/telegram/").expect("the path");
    assert_eq!(path.len(), 32);
    assert_eq!(webhook("https://bot.example/a/b").expect("a webhook").address.url, "https://bot.example/a/b");
    for wrong in [
        "",
        "bot.example",
        "http://bot.example/a",
        "http://localhost/a",
        "http://10.0.0.1/a",
        "http://127.0.0.1.example/a",
        "https://bot.example/a?b",
        "https://bot.example/{a}",
        "https://bot.example/:a",
    ] {
        assert_eq!(webhook(wrong).err(), Some(BadAddress(wrong.to_owned())), "{wrong}");
    }
    for own in ["http://127.0.0.1:8080/a", "http://[::1]/a"] {
        assert!(webhook(own).is_ok(), "{own}");
    }
}

#[test]
fn a_secret_is_never_printed_and_too_short_a_one_refused() {
    let printed = format!("{:?}", webhook("https://bot.example/a"));
    assert!(!printed.contains(SECRET), "{printed}");
    assert!("short".parse::<Secret>().is_err());
    assert!("has a blank in its middle".parse::<Secret>().is_err());
}

#[tokio::test]
async fn telegram_is_told_the_address_the_secret_and_the_kinds() {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    let webhook = webhook("https://bot.example/a").expect("a webhook");
    server.will_answer([
        Reply::ok(&json!(true)),
        Reply::refused(400, "Bad Request: bad webhook: no such host"),
    ]);
    assert_eq!(telegram.set_webhook(&webhook.address, 200).await, Ok(()));
    let refused = telegram.set_webhook(&webhook.address, 40).await;
    assert!(matches!(refused, Err(ConnectProblem::Webhook(_))));
    let asked = server.take_asked();
    let (method, fields) = &asked[0];
    assert_eq!(method, "setWebhook");
    assert_eq!((&fields["url"], &fields["secret_token"]), (&json!("https://bot.example/a"), &json!(SECRET)));
    assert_eq!(fields["max_connections"], json!(100));
    assert_eq!(fields["allowed_updates"].as_array().map(Vec::len), Some(7));
}
