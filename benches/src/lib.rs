//! What the programs that measure agree on: the documents, the file that is published and downloaded, what a client says of the list that it read, and of its CPU.

pub mod block;
pub mod clock;
pub mod documents;
pub mod tally;
