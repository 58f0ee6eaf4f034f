//! Purpose: serves the sandbox page and what it asks for, on the same server as the Bot API.
//!
//! Invariant: only a browser on this machine is answered (the Host header is loopback), nothing on the page runs
//! or loads that is not from here, and a change is made only by a JSON POST.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::real_sleep;

use super::acts;
use super::ids::{CannotDo, ChatId, PersonId};
use super::{Sandbox, Shared};

/// Bytes of a request of the page: a 5 MB file in base64 and its fields.
const REQUEST_MAX: usize = 8 << 20;
/// Real time between two `changed` events, so that a busy bot doesn't flood the page.
const EVENT_GAP: Duration = Duration::from_millis(100);
const CSP: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; \
                   form-action 'none'; frame-ancestors 'none'";

/// The page's files: name, type, text.
const FILES: &[(&str, &str, &str)] = &[
    ("index.html", HTML, include_str!("web/index.html")),
    ("app.css", CSS, include_str!("web/app.css")),
    ("chat.css", CSS, include_str!("web/chat.css")),
    ("api.js", SCRIPT, include_str!("web/api.js")),
    ("app.js", SCRIPT, include_str!("web/app.js")),
    ("chat.js", SCRIPT, include_str!("web/chat.js")),
    ("clock.js", SCRIPT, include_str!("web/clock.js")),
    ("composer.js", SCRIPT, include_str!("web/composer.js")),
    ("dom.js", SCRIPT, include_str!("web/dom.js")),
    ("i18n.js", SCRIPT, include_str!("web/i18n.js")),
    ("members.js", SCRIPT, include_str!("web/members.js")),
    ("memory.js", SCRIPT, include_str!("web/memory.js")),
    ("message.js", SCRIPT, include_str!("web/message.js")),
    ("notices.js", SCRIPT, include_str!("web/notices.js")),
    ("poll.js", SCRIPT, include_str!("web/poll.js")),
    ("side.js", SCRIPT, include_str!("web/side.js")),
    ("tour.js", SCRIPT, include_str!("web/tour.js")),
];
const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The page's routes.
pub(super) fn routes() -> Router<Arc<Shared>> {
    let mut routes = Router::new()
        .route("/api/world", get(world))
        .route("/api/view", get(view))
        .route("/api/events", get(events))
        .route("/api/file/{id}", get(file))
        .route("/api/act", post(act))
        .route("/", get(async || page_file("index.html")));
    for (name, ..) in FILES {
        routes = routes.route(&format!("/{name}"), get(async move || page_file(name)));
    }
    routes.layer(DefaultBodyLimit::max(REQUEST_MAX)).layer(from_fn(guard))
}

/// Lets only requests through whose Host is this machine: a page of another site that had its name point here
/// (DNS rebinding) names another host.
async fn guard(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host }
    });
    let mut response = if matches!(name, "127.0.0.1" | "localhost" | "[::1]") {
        next.run(request).await
    } else {
        refuse(StatusCode::FORBIDDEN, "the sandbox answers only on this machine")
    };
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn page_file(name: &'static str) -> Response {
    match FILES.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, text)) => {
            ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], *text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn world(State(shared): State<Arc<Shared>>) -> Response {
    let next = shared.config.next_event.as_ref().and_then(|next| next());
    let body = shared.world().page_world(next);
    answer(StatusCode::OK, &body)
}

#[derive(Deserialize)]
struct ViewQuery {
    #[serde(rename = "as")]
    person: i64,
    chat: i64,
    #[serde(default)]
    after: u64,
}

async fn view(State(shared): State<Arc<Shared>>, Query(query): Query<ViewQuery>) -> Response {
    let view = shared.world().page_view(PersonId(query.person), ChatId(query.chat), query.after);
    match view {
        Ok(body) => answer(StatusCode::OK, &body),
        Err(CannotDo(words)) => refuse(StatusCode::NOT_FOUND, &words),
    }
}

/// Server-sent events: `changed` with the world's revision, at most ten a second.
async fn events(State(shared): State<Arc<Shared>>) -> Response {
    let changes = shared.changed.subscribe();
    let stream =
        futures_util::stream::unfold((shared, changes, true), |(shared, mut changes, first)| async move {
            if !first {
                let stopped = tokio::select! {
                    () = real_sleep(EVENT_GAP) => false,
                    () = shared.stopped() => true,
                };
                if stopped {
                    return None;
                }
                tokio::select! {
                    result = changes.changed() => result.ok()?,
                    () = shared.stopped() => return None,
                }
            }
            changes.borrow_and_update();
            let revision = shared.world().revision();
            let event = format!("event: changed\ndata: {}\n\n", json!({"revision": revision}));
            Some((Ok::<_, Infallible>(Bytes::from(event)), (shared, changes, false)))
        });
    let kind = HeaderValue::from_static("text/event-stream");
    ([(header::CONTENT_TYPE, kind)], Body::from_stream(stream)).into_response()
}

/// A file of the world. Only pictures keep their type, everything else is only downloaded.
async fn file(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let Some(bytes) = shared.world().file(&id).map(|file| file.bytes.clone()) else {
        return refuse(StatusCode::NOT_FOUND, "there is no such file");
    };
    let picture = picture_type(&bytes);
    let kind = HeaderValue::from_static(picture.unwrap_or("application/octet-stream"));
    let shown = HeaderValue::from_static(if picture.is_some() { "inline" } else { "attachment" });
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, shown)], bytes).into_response()
}

/// What kind of picture the bytes begin like.
pub(super) fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [(&[u8], &str); 4] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"RIFF", "image/webp"),
    ];
    BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, kind)| *kind)
}

async fn act(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // Another site can post a form here, but not JSON without being asked first.
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "application/json expected");
    }
    let Ok(wanted) = serde_json::from_slice::<Value>(&body) else {
        return refuse(StatusCode::BAD_REQUEST, "this is no JSON");
    };
    let Some(sandbox) = Sandbox::of(&shared) else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "the sandbox is stopping");
    };
    match acts::act(&sandbox, &wanted) {
        Ok(result) => answer(StatusCode::OK, &result),
        Err(CannotDo(words)) => refuse(StatusCode::CONFLICT, &words),
    }
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}

fn refuse(status: StatusCode, words: &str) -> Response {
    answer(status, &json!({"error": words}))
}
