//! The style of the output, from the options.

use crate::args::Output;
use crate::output::{Form, Style};

/// The style by the options, or else by where standard output goes.
pub(super) fn settle(output: Output, no_pager: bool) -> Style {
    let form = match output {
        Output { json: true, .. } => Some(Form::Json),
        Output { csv: true, .. } => Some(Form::Csv),
        Output { quiet: true, .. } => Some(Form::Ids),
        _ => None,
    };
    Style::settle(form, output.columns, no_pager)
}
