//! Purpose: the only source of randomness, so that a whole run can be repeated from one seed.

use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

/// A source of random numbers. Clones share one stream.
#[derive(Clone, Debug)]
pub struct Random {
    stream: Arc<Mutex<StdRng>>,
}

impl Random {
    /// Seeded by the operating system.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for randomness")]
    pub fn system() -> Self {
        Self::of(StdRng::from_rng(&mut rand::rng()))
    }

    /// The same seed gives the same stream. For tests and simulation, never for secrets.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::of(StdRng::seed_from_u64(seed))
    }

    fn of(stream: StdRng) -> Self {
        Self { stream: Arc::new(Mutex::new(stream)) }
    }

    /// `N` random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.stream.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// A number from 0 to `below` − 1; 0 when `below` is 0.
    #[must_use]
    pub fn below(&self, below: u64) -> u64 {
        if below == 0 {
            return 0;
        }
        self.stream.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..below)
    }
}
