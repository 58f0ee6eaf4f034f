//! Purpose: what the operator sees: the log and the metrics.
//!
//! Invariant: ids only. No name, no text, no token and no phone number reaches the log or a metric's label. What a
//! school's folder is called is no such name: the operator has chosen it.

use std::collections::HashMap;
use std::fmt::Debug;
use std::io::IsTerminal as _;

use prometheus_client::encoding::EncodeMetric;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::TypedMetric;
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

/// Names and values of labels.
type Labels = Vec<(&'static str, String)>;

/// Numbers of one moment. Those of several schools stand side by side under one name, told apart by the label `school`.
#[derive(Debug, Default)]
pub struct Metrics {
    registry: Registry,
    school: Option<String>,
    counters: HashMap<String, Family<Labels, Counter>>,
    gauges: HashMap<String, Family<Labels, Gauge>>,
}

impl Metrics {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self { registry: Registry::with_prefix("homeroom"), ..Self::default() }
    }

    /// From here on, numbers are a school's; without a name they are the program's, or those of its only school.
    pub fn of_school(&mut self, name: Option<&str>) {
        self.school = name.map(str::to_owned);
    }

    /// Shows a counter under a name.
    pub fn counter(&mut self, name: &str, help: &str, counter: &Counter) {
        let labels = self.labels();
        if labels.is_empty() {
            return self.registry.register(name, help, counter.clone());
        }
        let (registry, counters) = (&mut self.registry, &mut self.counters);
        let family = counters.entry(name.to_owned()).or_insert_with(|| registered(registry, name, help));
        family.get_or_create(&labels).inc_by(counter.get());
    }

    /// Shows a number that is known now.
    pub fn set(&mut self, name: &str, help: &str, value: i64) {
        self.set_labelled(name, help, &self.labels(), value);
    }

    /// Shows numbers of one kind, told apart by a label.
    pub fn set_each(&mut self, name: &str, help: &str, label: &'static str, values: &[(&'static str, i64)]) {
        for (of, value) in values {
            let mut labels = self.labels();
            labels.push((label, (*of).to_owned()));
            self.set_labelled(name, help, &labels, *value);
        }
    }

    fn labels(&self) -> Labels {
        self.school.iter().map(|school| ("school", school.clone())).collect()
    }

    fn set_labelled(&mut self, name: &str, help: &str, labels: &Labels, value: i64) {
        if labels.is_empty() {
            let gauge = Gauge::<i64>::default();
            gauge.set(value);
            return self.registry.register(name, help, gauge);
        }
        let (registry, gauges) = (&mut self.registry, &mut self.gauges);
        let family = gauges.entry(name.to_owned()).or_insert_with(|| registered(registry, name, help));
        family.get_or_create(labels).set(value);
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

/// A family the registry shows; clones share their numbers.
fn registered<M>(registry: &mut Registry, name: &str, help: &str) -> Family<Labels, M>
where
    M: EncodeMetric + TypedMetric + Default + Debug + Send + Sync + 'static,
{
    let family = Family::default();
    registry.register(name, help, family.clone());
    family
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(metrics: &Metrics) -> Vec<String> {
        metrics.written().lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_numbers_of_an_only_school_have_no_label() {
        let mut metrics = Metrics::new();
        let sent = Counter::default();
        sent.inc_by(3);
        metrics.counter("sent", "Rows done", &sent);
        metrics.set("parked", "Updates parked", 2);
        let lines = lines(&metrics);
        assert!(lines.contains(&"homeroom_sent_total 3".to_owned()), "{lines:?}");
        assert!(lines.contains(&"homeroom_parked 2".to_owned()), "{lines:?}");
    }

    #[test]
    fn several_schools_share_a_name_that_is_explained_once() {
        let mut metrics = Metrics::new();
        for (school, count) in [("north", 3), ("south", 5)] {
            metrics.of_school(Some(school));
            let sent = Counter::default();
            sent.inc_by(count);
            metrics.counter("sent", "Rows done", &sent);
            metrics.set_each("waiting", "Rows", "priority", &[("guard", 1)]);
        }
        metrics.of_school(None);
        metrics.set("database_up", "1 if it answers", 1);
        let lines = lines(&metrics);
        for line in [
            "homeroom_sent_total{school=\"north\"} 3",
            "homeroom_sent_total{school=\"south\"} 5",
            "homeroom_waiting{school=\"south\",priority=\"guard\"} 1",
            "homeroom_database_up 1",
        ] {
            assert!(lines.contains(&line.to_owned()), "`{line}` is missing: {lines:?}");
        }
        assert_eq!(lines.iter().filter(|line| line.starts_with("# HELP homeroom_sent ")).count(), 1);
    }
}
