//! Purpose: what the bot shows over HTTP to those who run it: health and metrics.
//!
//! - `/healthz` answers 200 as long as the process lives.
//! - `/readyz` answers 200 while updates can be stored, else 503.
//! - `/metrics` is in Prometheus' text format.
//!
//! Invariant: only counts and states are shown, so the port may be read by anybody who reaches it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::observe::Metrics;

/// What the answers are made of.
#[derive(Clone)]
pub struct Health {
    /// The numbers.
    pub metrics: Arc<Metrics>,
    /// True while updates can be stored.
    pub ready: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl std::fmt::Debug for Health {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Health").field("ready", &(self.ready)()).finish_non_exhaustive()
    }
}

/// Listens; returns the address, which differs from the one asked for if its port was 0.
pub async fn listen(at: SocketAddr) -> std::io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(at).await?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

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
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "health and metrics are no longer served");
    }
}

async fn readyz(State(health): State<Health>) -> impl IntoResponse {
    if (health.ready)() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database can't be reached\n")
    }
}

async fn metrics(State(health): State<Health>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], health.metrics.written())
}
