//! A reader that fails rather than read, or hold, more than its limits.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// The bytes read since the last reset; shared with the reader.
pub(super) type Since = Rc<Cell<u64>>;

/// Reads no more than a total, and no more than a part of it between two resets.
pub(super) struct Limited<R> {
    inner: R,
    left: u64,
    since: Since,
    at_once: u64,
}

impl<R> Limited<R> {
    pub(super) fn new(inner: R, total: u64, at_once: u64) -> (Self, Since) {
        let since = Since::default();
        let limited = Self {
            inner,
            left: total,
            since: Rc::clone(&since),
            at_once,
        };
        (limited, since)
    }

    fn check(&self) -> io::Result<()> {
        if self.left == 0 || self.since.get() > self.at_once {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is too large"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.check()?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count as u64);
        self.since.set(self.since.get() + count as u64);
        self.inner.consume(count);
    }
}
