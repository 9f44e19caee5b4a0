//! What a server has of an upload, by the size that it answers with.

use super::MEGABYTE;
use crate::error::{Error, ErrorKind, Reached};

/// How much a server should have after a chunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    /// The bytes before the chunk.
    pub(super) before: u64,
    /// The bytes of the chunk.
    pub(super) chunk: u64,
}

impl Stored {
    /// Whether the size tells a chunk that is there once from one that is there twice: it counts in megabytes, and how it is rounded is not known.
    pub(super) fn tells_one_from_two(self) -> bool {
        let megabyte = MEGABYTE as u64;
        self.chunk >= 2 * megabyte || (self.before + self.chunk).is_multiple_of(megabyte)
    }

    /// Compares the size that the server answered with that of what was sent, rounded up or down.
    ///
    /// A size that is missing or no number is no sign of anything; that suffices for a chunk that was sent once (`unsure` is false).
    pub(super) fn check(self, megabytes: Option<&str>, unsure: bool) -> Result<(), Error> {
        let megabyte = MEGABYTE as u64;
        let sent = self.before + self.chunk;
        let size: Option<f64> = megabytes.and_then(|text| text.trim().parse().ok());
        match size {
            #[expect(
                clippy::cast_precision_loss,
                reason = "megabytes of a file are exact in 52 bits"
            )]
            Some(size) if size >= (sent / megabyte) as f64 && size <= sent.div_ceil(megabyte) as f64 => {
                Ok(())
            }
            None if !unsure => Ok(()),
            None => Err(self.uncertain()),
            Some(size) => {
                let message = format!(
                    "the server has {size} MB of the upload, and {sent} bytes were sent: it was not published"
                );
                Err(inconsistent(message))
            }
        }
    }

    /// The error of a chunk of which it cannot be told whether it is there once or twice.
    pub(super) fn uncertain(self) -> Error {
        let message = format!(
            "whether the server has the {} bytes after the first {} once or twice cannot be told: the upload was not published",
            self.chunk, self.before
        );
        inconsistent(message)
    }
}

fn inconsistent(message: String) -> Error {
    Error::new(ErrorKind::UploadInconsistent, message)
        .reached_as(Reached::Yes)
        .with_hint("Publish it again; something between here and the server may send requests twice.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MB: u64 = MEGABYTE as u64;

    #[test]
    fn sizes_may_be_rounded_either_way_and_not_be_others() {
        for (before, chunk, answer, fits) in [
            (0, 10 * MB, "10", true),
            (0, 10 * MB, "20", false),
            (0, 10 * MB, "9", false),
            (0, 10 * MB, "11", false),
            (60 * MB, 4 * MB + 5, "64", true),
            (60 * MB, 4 * MB + 5, "65", true),
            (60 * MB, 4 * MB + 5, "64.00001", true),
            (60 * MB, 4 * MB + 5, "68", false),
            (0, 5, "0", true),
            (0, 5, "1", true),
            (0, 5, "NaN", false),
            (0, 5, "-1", false),
        ] {
            let stored = Stored { before, chunk };
            assert_eq!(
                stored.check(Some(answer), false).is_ok(),
                fits,
                "{stored:?} {answer}"
            );
        }
        let stored = Stored { before: 0, chunk: MB };
        assert!(stored.check(None, false).is_ok() && stored.check(Some("?"), true).is_err());
    }

    #[test]
    fn a_chunk_that_is_there_twice_is_never_taken_for_one() {
        for before in [0, MB, 50 * MB] {
            for chunk in [1, MB - 1, MB, MB + 1, 2 * MB, 2 * MB + 7, 10 * MB] {
                let stored = Stored { before, chunk };
                let twice = before + 2 * chunk;
                for answer in [twice / MB, twice.div_ceil(MB)] {
                    let taken = stored.check(Some(&answer.to_string()), true).is_ok();
                    assert!(!(taken && stored.tells_one_from_two()), "{stored:?} {answer}");
                }
            }
        }
    }
}
