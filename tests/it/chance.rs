//! Purpose: what makes a random test repeatable: its seed, printed and settable, and how long it runs.

use std::env;

use homeroom::random::Random;

/// The number an environment variable sets.
pub fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// The seed that the variable sets, else a random one. Printed, so that a failure can be repeated.
pub fn seed(name: &str) -> u64 {
    let seed = number(name).unwrap_or_else(|| Random::system().below(u64::MAX));
    tell(&format!("{name}={seed}"));
    seed
}

/// Says something that is shown when the test fails, or with `--nocapture`.
#[expect(
    clippy::print_stdout,
    reason = "the test runner keeps what a test prints and shows it when it fails"
)]
pub fn tell(words: &str) {
    println!("{words}");
}
