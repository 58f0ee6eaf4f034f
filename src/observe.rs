//! Purpose: what the operator sees: the log and the metrics.
//!
//! Invariant: ids only. No name, no text, no token and no phone number reaches the log or a metric's label.

use std::io::IsTerminal as _;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::LogFormat;

/// What is logged where `RUST_LOG` says nothing.
const FILTER_DEFAULT: &str = "homeroom=info,warn";

/// Starts the log on standard error. `RUST_LOG` chooses what is written. A second call changes nothing.
pub fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(FILTER_DEFAULT));
    // Colours belong on a screen; in a file or the journal they are odd characters.
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
    let registry = tracing_subscriber::registry().with(filter);
    // A log that is there already (in tests) stays.
    let _ = match format {
        LogFormat::Text => registry.with(lines).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
}

/// Numbers of one process.
#[derive(Debug, Default)]
pub struct Metrics {
    registry: Registry,
}

impl Metrics {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self { registry: Registry::with_prefix("homeroom") }
    }

    /// Shows a counter under a name.
    pub fn counter(&mut self, name: &str, help: &str, counter: &Counter) {
        self.registry.register(name, help, counter.clone());
    }

    /// Shows a gauge under a name.
    pub fn gauge(&mut self, name: &str, help: &str, gauge: &Gauge) {
        self.registry.register(name, help, gauge.clone());
    }

    /// Everything in Prometheus' text format.
    #[must_use]
    pub fn written(&self) -> String {
        let mut text = String::new();
        // Writing to a string doesn't fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
