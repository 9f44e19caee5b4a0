//! The terminal: what is written for people, questions, Ctrl-C and progress.

pub(crate) mod interrupt;
pub(crate) mod progress;
pub(crate) mod prompt;
pub(crate) mod text;
