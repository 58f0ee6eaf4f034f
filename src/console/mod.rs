//! Purpose: what the bot shows over HTTP to those who run it: health and metrics.
//!
//! - `/healthz` answers 200 as long as the process lives, and says nothing else.
//! - `/readyz` answers 200 if every bot does its work, else 503, both with what was found as JSON; `/readyz/NAME` says the
//!   same of one school's.
//! - `/metrics` is in Prometheus' text format.
//!
//! Invariant: only counts, states and what schools' folders are called are shown, so the port may be read by anybody who
//! reaches it.

mod readiness;

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::serving::{self, Bounds};

pub use readiness::{Health, Met, Readiness, Watched};

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
        .route("/readyz/{*school}", get(readyz_of))
        .route("/metrics", get(metrics))
        .with_state(health);
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    serving::serve(listener, router, BOUNDS, stopped).await;
}

async fn readyz(State(health): State<Health>) -> Response {
    told(health.readiness().await)
}

async fn readyz_of(State(health): State<Health>, Path(school): Path<String>) -> Response {
    match health.readiness_of(&school).await {
        Some(readiness) => told(readiness),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn told(Readiness { is_ready, report }: Readiness) -> Response {
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report)).into_response()
}

async fn metrics(State(health): State<Health>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], health.numbers().await)
}
