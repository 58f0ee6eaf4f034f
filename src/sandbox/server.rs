//! Purpose: the HTTP side: which request is meant, what goes wrong with it, and its answer.
//!
//! Invariant: a request is applied at most once, and planned faults decide only what the bot hears of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use crate::clock::real_sleep;

use super::Shared;
use super::connection::{Cut, Loopback};
use super::faults::Fault;
use super::fields::{FieldList, Method};
use super::methods::{ApiError, Call};
use super::request_body::{self, BODY_MAX};
use super::requests::Outcome;

/// Serves until the sandbox stops.
pub(super) async fn serve(listener: Loopback, shared: Arc<Shared>) {
    let stop = shared.clone();
    let routes = Router::new()
        .fallback(bot_request)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .merge(super::page::routes())
        .with_state(shared)
        .into_make_service_with_connect_info::<Cut>();
    let serving = axum::serve(listener, routes).with_graceful_shutdown(async move { stop.stopped().await });
    // Graceful serving ends without an error.
    let _ = serving.await;
}

/// Counts a request as being answered while it lives.
struct InFlight<'a> {
    count: &'a AtomicUsize,
    shared: &'a Shared,
}

impl<'a> InFlight<'a> {
    fn enter(shared: &'a Shared) -> Self {
        shared.in_flight.fetch_add(1, Ordering::SeqCst);
        Self { count: &shared.in_flight, shared }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::SeqCst);
        self.shared.notify();
    }
}

async fn bot_request(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let path = request.uri().path().to_owned();
    let token = shared.config.token.as_str();
    if let Some(file) = path.strip_prefix("/file/bot").and_then(|rest| rest.strip_prefix(token)) {
        return send_file(&shared, file.trim_start_matches('/'));
    }
    let Some((given, name)) = path.strip_prefix("/bot").and_then(|rest| rest.split_once('/')) else {
        return refuse(&ApiError::of(404, "Not Found".to_owned()));
    };
    if given != token {
        return refuse(&ApiError::of(401, "Unauthorized".to_owned()));
    }
    let Some(method) = FieldList::get().method(name).filter(|method| is_known(&shared, method)) else {
        if shared.config.supports_ephemeral || !name.to_ascii_lowercase().contains("ephemeral") {
            shared.world().log.note_violation(format!("unknown method {name}"));
        }
        return refuse(&ApiError::of(404, "Not Found: method not found".to_owned()));
    };
    let fault = shared.faults.lock().unwrap_or_else(std::sync::PoisonError::into_inner).decide(&method.name);
    if method.name == "getUpdates" {
        return answer_updates(&shared, &cut, fault, request, method).await;
    }
    let _in_flight = InFlight::enter(&shared);
    answer_method(&shared, &cut, fault, request, method).await
}

/// An older server doesn't know the methods of ephemeral messages.
fn is_known(shared: &Shared, method: &Method) -> bool {
    shared.config.supports_ephemeral || !method.name.contains("Ephemeral")
}

async fn answer_updates(
    shared: &Arc<Shared>,
    cut: &Cut,
    fault: Option<Fault>,
    request: Request,
    method: &Method,
) -> Response {
    if let Some(answer) = fault_before(shared, cut, fault.as_ref(), None).await {
        return answer;
    }
    let call = match request_body::read(request, method).await {
        Ok(call) => call,
        Err(problem) => return violation(shared, method, &problem),
    };
    if let Err(problem) = FieldList::get().check(method, &call.fields, false) {
        return violation(shared, method, &problem);
    }
    let answer = match super::polling::get_updates(shared, &call).await {
        Ok(body) => json_response(StatusCode::OK, body),
        Err(error) => refuse(&error),
    };
    fault_after(shared, cut, fault, answer).await
}

async fn answer_method(
    shared: &Arc<Shared>,
    cut: &Cut,
    fault: Option<Fault>,
    request: Request,
    method: &Method,
) -> Response {
    if shared.config.fast_mode && !method.name.starts_with("get") {
        return answer_fast(shared, cut, fault, request, method).await;
    }
    let mut call = match request_body::read(request, method).await {
        Ok(call) => call,
        Err(problem) => return violation(shared, method, &problem),
    };
    if let Some(answer) = fault_before(shared, cut, fault.as_ref(), Some((method, &call))).await {
        return answer;
    }
    let old = !shared.config.supports_ephemeral;
    if let Err(problem) = FieldList::get().check(method, &call.fields, old) {
        return violation(shared, method, &problem);
    }
    let answer = apply(shared, method, &mut call, fault.is_some());
    let response = match answer {
        Ok(result) => json_response(StatusCode::OK, ok_body(&result)),
        Err(error) => refuse(&error),
    };
    hold_back(shared).await;
    fault_after(shared, cut, fault, response).await
}

/// Plays a checked request and logs it.
fn apply(shared: &Shared, method: &Method, call: &mut Call, faulty: bool) -> Result<Value, ApiError> {
    let mut world = shared.world();
    let answer = if method.is_played() {
        match super::webhook::call(&mut world, &method.name, call) {
            Some(answer) => answer,
            None => world.call(&method.name, call),
        }
    } else {
        let text = "Bad Request: the sandbox does not play this method yet".to_owned();
        Err(ApiError::of(501, text))
    };
    let outcome = match &answer {
        Ok(_) if faulty => Outcome::Fault { applied: true },
        Ok(_) => Outcome::Ok,
        Err(error) => Outcome::Refused(error.code, error.description.clone()),
    };
    let at = world.now();
    let fields = std::mem::take(&mut call.fields);
    world.log.note(&method.name, || Value::Object(fields), at, outcome);
    drop(world);
    match method.name.as_str() {
        "sendPoll" => shared.poll_sent.notify_waiters(),
        "setWebhook" => shared.webhook_set.notify_waiters(),
        _ => {}
    }
    shared.notify();
    answer
}

async fn answer_fast(
    shared: &Arc<Shared>,
    cut: &Cut,
    fault: Option<Fault>,
    request: Request,
    method: &Method,
) -> Response {
    let body = match request_body::read_bytes(request).await {
        Ok(body) => body,
        Err(problem) => return violation(shared, method, &problem),
    };
    if let Some(answer) = fault_before(shared, cut, fault.as_ref(), None).await {
        return answer;
    }
    let response = match shared.load_answer(&method.name, &body) {
        Ok(body) => json_response(StatusCode::OK, body),
        Err(error) => refuse(&error),
    };
    hold_back(shared).await;
    fault_after(shared, cut, fault, response).await
}

async fn hold_back(shared: &Shared) {
    if !shared.config.answer_delay.is_zero() {
        real_sleep(shared.config.answer_delay).await;
    }
}

/// What a planned fault answers instead of applying the request; `None` = go on.
async fn fault_before(
    shared: &Shared,
    cut: &Cut,
    fault: Option<&Fault>,
    call: Option<(&Method, &Call)>,
) -> Option<Response> {
    let fault = fault.filter(|fault| fault.is_before())?;
    // Noted at once: whoever waits in vain may hang up, and nothing more happens here then.
    if let Some((method, call)) = call {
        let mut world = shared.world();
        let at = world.now();
        let body = || Value::Object(call.fields.clone());
        world.log.note(&method.name, body, at, Outcome::Fault { applied: false });
    }
    let answer = match fault {
        Fault::ChatFlood { retry_after_s } => {
            let mut world = shared.world();
            let now = world.now();
            match call.and_then(|(_, call)| call.chat("chat_id")) {
                Some(chat) => world.limits.block_chat(chat, now, *retry_after_s),
                None => world.limits.block_bot(now, *retry_after_s),
            }
            world.limits.refused += 1;
            refuse(&ApiError::flood(*retry_after_s))
        }
        Fault::BotFlood { retry_after_s } => {
            let mut world = shared.world();
            let now = world.now();
            world.limits.block_bot(now, *retry_after_s);
            world.limits.refused += 1;
            refuse(&ApiError::flood(*retry_after_s))
        }
        Fault::ServerError(status) => server_error(*status),
        Fault::TimeoutBefore(hold) => {
            hold_and_cut(shared, cut, *hold).await;
            empty()
        }
        Fault::CloseBefore => {
            cut.now();
            empty()
        }
        Fault::ResetBefore => {
            cut.with_reset();
            empty()
        }
        Fault::ServerErrorAfter(_)
        | Fault::TimeoutAfter(_)
        | Fault::CloseAfter
        | Fault::CloseWithin
        | Fault::ResetAfter
        | Fault::Slow(_)
        | Fault::Garbage => return None,
    };
    Some(answer)
}

/// What the bot hears of an applied request.
async fn fault_after(shared: &Shared, cut: &Cut, fault: Option<Fault>, answer: Response) -> Response {
    match fault {
        Some(Fault::ServerErrorAfter(status)) => server_error(status),
        Some(Fault::TimeoutAfter(hold)) => {
            hold_and_cut(shared, cut, hold).await;
            empty()
        }
        Some(Fault::CloseAfter) => {
            cut.now();
            empty()
        }
        Some(Fault::CloseWithin) => half(answer),
        Some(Fault::ResetAfter) => {
            cut.with_reset();
            empty()
        }
        Some(Fault::Slow(span)) => {
            real_sleep(span).await;
            answer
        }
        Some(Fault::Garbage) => {
            json_response(StatusCode::OK, Bytes::from_static(b"<html>502 but not really</html>"))
        }
        _ => answer,
    }
}

async fn hold_and_cut(shared: &Shared, cut: &Cut, hold: Duration) {
    tokio::select! {
        () = real_sleep(hold) => {}
        () = shared.stopped() => {}
    }
    cut.now();
}

fn send_file(shared: &Shared, path: &str) -> Response {
    let world = shared.world();
    match path.strip_prefix("files/").and_then(|id| world.files.get(id)) {
        Some(file) => {
            let kind = HeaderValue::from_static("application/octet-stream");
            ([(header::CONTENT_TYPE, kind)], file.bytes.clone()).into_response()
        }
        None => refuse(&ApiError::of(404, "Not Found".to_owned())),
    }
}

fn violation(shared: &Shared, method: &Method, problem: &str) -> Response {
    let mut world = shared.world();
    world.log.note_violation(format!("{}: {problem}", method.name));
    let at = world.now();
    let error = ApiError::bad(problem);
    world.log.note(&method.name, || Value::Null, at, Outcome::Refused(400, error.description.clone()));
    drop(world);
    shared.notify();
    refuse(&error)
}

fn ok_body(result: &Value) -> Bytes {
    let mut body = Vec::with_capacity(512);
    body.extend_from_slice(b"{\"ok\":true,\"result\":");
    // Writing a Value into memory can't fail.
    let _ = serde_json::to_writer(&mut body, result);
    body.push(b'}');
    Bytes::from(body)
}

fn refuse(error: &ApiError) -> Response {
    json_response(StatusCode::from_u16(error.code).unwrap_or(StatusCode::BAD_REQUEST), error.body())
}

fn server_error(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = status.canonical_reason().unwrap_or("Internal Server Error");
    json_response(status, ApiError::of(status.as_u16(), text.to_owned()).body())
}

/// An answer that breaks off: its head tells of more than comes.
fn half(answer: Response) -> Response {
    let part = Bytes::from_static(b"{\"ok\":true,");
    let broken = async {
        // What came before is on its way by then.
        real_sleep(Duration::from_millis(5)).await;
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))
    };
    let body = stream::once(async { Ok(part) }).chain(stream::once(broken));
    let (head, _) = answer.into_parts();
    Response::from_parts(head, Body::from_stream(body))
}

fn empty() -> Response {
    Response::new(Body::empty())
}

fn json_response(status: StatusCode, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
