//! Pseudorandom numbers from a seed.

use std::env;
use std::time::SystemTime;

/// A generator (xorshift64*).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Begins with a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    /// Begins with the seed in an environment variable, or with a random one, and prints it.
    ///
    /// # Panics
    /// If the variable is set and is not a number.
    #[must_use]
    pub fn printed(variable: &str) -> Self {
        let any = || {
            SystemTime::UNIX_EPOCH
                .elapsed()
                .map_or(1, |time| time.as_secs() ^ u64::from(time.subsec_nanos()))
        };
        let seed =
            env::var(variable).map_or_else(|_| any(), |text| text.parse().expect("a seed is a number"));
        println!("{variable}={seed}");
        Self::new(seed)
    }

    /// A number below another.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) % end
    }

    /// One of several.
    ///
    /// # Panics
    /// If there are none.
    pub fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        let index = usize::try_from(self.below(of.len() as u64)).ok();
        index.and_then(|index| of.get(index)).expect("there are some")
    }

    /// Whether something of a chance in percent happens.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
