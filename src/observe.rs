//! Purpose: what the operator sees: the log and the metrics.
//!
//! Invariant: ids only. No name, no text, no token and no phone number reaches the log or a metric's label.

use std::io::IsTerminal as _;

use prometheus_client::encoding::text::{encode, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
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

    /// Shows a number that is known now and doesn't change with this registry.
    pub fn set(&mut self, name: &str, help: &str, value: i64) {
        let gauge = Gauge::<i64>::default();
        gauge.set(value);
        self.registry.register(name, help, gauge);
    }

    /// Shows numbers of one kind, told apart by a label.
    pub fn set_each(&mut self, name: &str, help: &str, label: &'static str, values: &[(&'static str, i64)]) {
        let gauges = Family::<[(&'static str, &'static str); 1], Gauge>::default();
        for (of, value) in values {
            gauges.get_or_create(&[(label, *of)]).set(*value);
        }
        self.registry.register(name, help, gauges);
    }

    /// Everything in Prometheus' text format.
    #[must_use]
    pub fn written(&self) -> String {
        let mut text = String::new();
        // Writing to a string doesn't fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// As [`Metrics::written`], with further numbers of the moment after these.
    #[must_use]
    pub fn written_with(&self, more: &Self) -> String {
        let mut text = String::new();
        let _ = encode_registry(&mut text, &self.registry);
        text.push_str(&more.written());
        text
    }
}
