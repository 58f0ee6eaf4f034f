//! Purpose: setWebhook and its relatives, and the delivery of updates by HTTP POST.
//!
//! Invariant: at most one update of a lane is on its way at a time, so a chat's updates arrive in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::RETRY_AFTER;
use serde_json::{Value, json};

use crate::clock::{SECOND_MS, real_sleep, timeout};

use super::Shared;
use super::methods::{Answer, ApiError, Call};
use super::updates::Queued;
use super::world::World;

/// Real time until an update that was not taken is sent again, doubled each time up to the last one.
const BACKOFF_FIRST: Duration = Duration::from_millis(50);
const BACKOFF_LAST: Duration = Duration::from_secs(5);
/// Real time a webhook has for its answer.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);
/// The most deliveries side by side Telegram allows.
const CONNECTIONS_MAX: usize = 100;

/// Where updates are posted to.
#[derive(Clone, Debug)]
pub(super) struct Webhook {
    pub(super) url: String,
    pub(super) secret: Option<String>,
    pub(super) max_connections: usize,
    pub(super) last_error: Option<(i64, String)>,
}

/// Plays a webhook method; `None` if it is another one.
pub(super) fn call(world: &mut World, method: &str, call: &Call) -> Option<Answer> {
    match method {
        "setWebhook" => Some(set(world, call)),
        "deleteWebhook" => {
            remove(world, call.flag("drop_pending_updates"));
            Some(Ok(json!(true)))
        }
        "getWebhookInfo" => Some(Ok(info(world))),
        _ => None,
    }
}

fn set(world: &mut World, call: &Call) -> Answer {
    let url = call.text("url").unwrap_or_default();
    if url.is_empty() {
        remove(world, call.flag("drop_pending_updates"));
        return Ok(json!(true));
    }
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return Err(ApiError::bad("bad webhook: invalid URL"));
    }
    let secret = call.text("secret_token");
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if secret.is_some_and(|secret| secret.is_empty() || secret.len() > 256 || !secret.bytes().all(valid)) {
        return Err(ApiError::bad("secret token contains unallowed characters"));
    }
    if call.flag("drop_pending_updates") {
        world.updates.drop_all();
    }
    if call.get("allowed_updates").is_some() {
        let kinds = call.list("allowed_updates").iter().filter_map(Value::as_str).map(str::to_owned);
        world.updates.allow(kinds.collect());
    }
    let connections =
        usize::try_from(call.int("max_connections").unwrap_or(40)).unwrap_or(40).clamp(1, CONNECTIONS_MAX);
    world.webhook = Some(Webhook {
        url: url.to_owned(),
        secret: secret.map(str::to_owned),
        max_connections: connections,
        last_error: None,
    });
    world.updates.use_lanes();
    Ok(json!(true))
}

fn remove(world: &mut World, drop_pending: bool) {
    if world.webhook.take().is_some() {
        world.updates.leave_lanes();
    }
    if drop_pending {
        world.updates.drop_all();
    }
}

fn info(world: &World) -> Value {
    let mut out = json!({
        "url": "", "has_custom_certificate": false, "pending_update_count": world.updates.pending(),
    });
    if !world.updates.allowed().is_empty() {
        out["allowed_updates"] = json!(world.updates.allowed());
    }
    if let Some(webhook) = &world.webhook {
        out["url"] = json!(webhook.url);
        out["max_connections"] = json!(webhook.max_connections);
        if let Some((at, text)) = &webhook.last_error {
            out["last_error_date"] = json!(at);
            out["last_error_message"] = json!(text);
        }
    }
    out
}

/// Delivers updates to the webhook until the sandbox stops.
pub(super) async fn deliver(shared: Arc<Shared>) {
    let Ok(client) = reqwest::Client::builder().no_proxy().build() else { return };
    let mut deliveries = tokio::task::JoinSet::new();
    loop {
        let mut woken = std::pin::pin!(shared.updates.notified());
        // Registered before looking, so that an update queued meanwhile isn't missed.
        woken.as_mut().enable();
        while let Some(update) = next(&shared, deliveries.len()) {
            deliveries.spawn(deliver_one(shared.clone(), client.clone(), update));
        }
        tokio::select! {
            () = woken => {}
            Some(_) = deliveries.join_next() => {}
            () = shared.stopped() => return,
        }
    }
}

fn next(shared: &Shared, running: usize) -> Option<Queued> {
    let mut world = shared.world();
    world.webhook.as_ref().filter(|webhook| running < webhook.max_connections)?;
    world.updates.next_for_webhook()
}

/// Posts an update until it is taken, the webhook removed, or the sandbox stopped: each time to the webhook and with the
/// secret of that moment. A webhook that was set anew is tried at once.
async fn deliver_one(shared: Arc<Shared>, client: reqwest::Client, update: Queued) {
    let mut backoff = BACKOFF_FIRST;
    let mut body = Vec::new();
    update.write(&mut body);
    let body = Bytes::from(body);
    loop {
        let mut set_anew = std::pin::pin!(shared.webhook_set.notified());
        // Registered before looking, so that one that is set meanwhile isn't missed.
        set_anew.as_mut().enable();
        let Some(webhook) = shared.world().webhook.clone() else {
            shared.world().updates.failed(update.lane, update.id);
            return;
        };
        let url = place(&webhook.url, shared.config.webhook_behind);
        let problem = match post(&client, &webhook, &url, body.clone()).await {
            Ok(()) => {
                shared.world().updates.delivered(update.lane, update.id);
                shared.notify();
                return;
            }
            Err(problem) => problem,
        };
        let wait = problem.retry_after.unwrap_or(backoff);
        note_problem(&shared, problem.text);
        tokio::select! {
            () = real_sleep(wait) => backoff = (backoff * 2).min(BACKOFF_LAST),
            () = set_anew => backoff = BACKOFF_FIRST,
            () = shared.stopped() => return,
        }
    }
}

fn note_problem(shared: &Shared, text: String) {
    let mut world = shared.world();
    let at = world.now().0.div_euclid(SECOND_MS);
    if let Some(webhook) = &mut world.webhook {
        webhook.last_error = Some((at, text));
    }
    drop(world);
    shared.notify();
}

/// Why an update was not taken.
struct Problem {
    text: String,
    retry_after: Option<Duration>,
}

/// Where a post to `url` goes, if a proxy passes it on.
fn place(url: &str, behind: Option<SocketAddr>) -> String {
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    behind.map_or_else(|| url.to_owned(), |address| format!("http://{address}/{path}"))
}

async fn post(client: &reqwest::Client, webhook: &Webhook, url: &str, body: Bytes) -> Result<(), Problem> {
    let mut request = client.post(url).header("Content-Type", "application/json").body(body);
    if let Some(secret) = &webhook.secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let plain = |text: String| Problem { text, retry_after: None };
    let answer = match timeout(ANSWER_WITHIN, request.send()).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(problem)) => return Err(plain(problem.to_string())),
        Err(_) => return Err(plain("Read timeout expired".to_owned())),
    };
    if answer.status().is_success() {
        return Ok(());
    }
    let seconds = answer.headers().get(RETRY_AFTER).and_then(|seconds| seconds.to_str().ok()?.parse().ok());
    let text = format!("Wrong response from the webhook: {}", answer.status());
    Err(Problem { text, retry_after: seconds.map(Duration::from_secs) })
}
