//! The form of the output that was typed.

use crate::args::Output;
use crate::output::{Form, Style};

/// The style for what was typed, or else for what reads standard output.
pub(super) fn settle(output: Output, no_pager: bool) -> Style {
    let form = match output {
        Output { json: true, .. } => Some(Form::Json),
        Output { csv: true, .. } => Some(Form::Csv),
        Output { quiet: true, .. } => Some(Form::Ids),
        _ => None,
    };
    Style::settle(form, output.columns, no_pager)
}
