//! What goes over the wire: what is described, what is written and what is read.

mod architecture;
mod bytes;
mod documents;
mod erased;
mod exchanges;
mod hostile;
mod multipart;
mod no_panic;
mod odd_values;
mod recorded;
mod requests;
mod round_trip;
mod scopes;
mod shared;
mod tsm;
mod tsm_errors;
mod tsm_no_panic;
