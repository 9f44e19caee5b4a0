//! The terminal: messages, questions, Ctrl-C and progress.

pub(crate) mod interrupt;
pub(crate) mod progress;
pub(crate) mod prompt;
pub(crate) mod text;
