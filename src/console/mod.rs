//! Purpose: what the bot shows over HTTP to those who run it: health and metrics.
//!
//! - `/healthz` answers 200 as long as the process lives, and says nothing else.
//! - `/readyz` answers 200 if the bot does its work, else 503, both with what was found as JSON.
//! - `/metrics` is in Prometheus' text format.
//!
//! Invariant: only counts and states are shown, so the port may be read by anybody who reaches it.

mod readiness;

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::serving::{self, Bounds};

pub use readiness::{Health, Met, Readiness};

/// Few read this. A look into the database takes 2 s at most, the wait for those before it included.
const BOUNDS: Bounds = Bounds {
    connections_max: 32,
    head_max: Duration::from_secs(5),
    keeps_alive: false,
    request_max: Duration::from_secs(5),
};

/// Answers until `stop`.
pub async fn serve(listener: TcpListener, health: Health, mut stop: watch::Receiver<bool>) {
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(health);
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    serving::serve(listener, router, BOUNDS, stopped).await;
}

async fn readyz(State(health): State<Health>) -> impl IntoResponse {
    let Readiness { is_ready, report } = health.readiness().await;
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report))
}

async fn metrics(State(health): State<Health>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], health.numbers().await)
}
