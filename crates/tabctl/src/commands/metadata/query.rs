//! `tabctl metadata query`.

use serde_json::{Map, Value};
use tableau_client::wire::rest::metadata::GraphqlError;
use tableau_client::{Blocking, Site};

use super::super::style;
use crate::args::{Global, QueryMetadata};
use crate::failure::Failure;
use crate::input::{read, read_text};
use crate::output::{Form, Printer, Style};
use crate::session::settings;
use crate::terminal::text::{plain, say};

pub(super) fn run(args: &QueryMetadata, global: &Global) -> Result<(), Failure> {
    let is_query = |text: &&str| {
        let begins = ["{", "query", "fragment", "#"];
        text.contains('{') && begins.iter().any(|word| text.trim_start().starts_with(word))
    };
    let query = match args.file.to_str().filter(is_query) {
        Some(query) if !args.file.exists() => query.to_owned(),
        _ => read_text(&args.file)?,
    };
    let variables = variables(args)?;
    let mut chosen = args.output.clone();
    // Data has no shape of its own: JSON, unless a list in it is to be printed otherwise.
    let is_list = args.paginate || chosen.csv || chosen.quiet || chosen.columns.is_some();
    chosen.json |= !is_list;
    let style = style::settle(chosen, global.no_pager);
    let connected = settings::connect(&args.connection, global)?;
    let errors = connected.run(|site| match args.paginate {
        true => paginate(site, &query, variables, args.connection_path.as_deref(), style),
        false => once(site, &query, variables, style, is_list),
    })?;
    tell(&errors)
}

/// The variables of the file, and those typed, which win.
fn variables(args: &QueryMetadata) -> Result<Map<String, Value>, Failure> {
    let mut variables = match &args.variables_file {
        None => Map::new(),
        Some(file) => match serde_json::from_slice(&read(file)?) {
            Ok(Value::Object(variables)) => variables,
            _ => {
                let file = file.display();
                return Err(Failure::Usage(format!(
                    "{file} holds no JSON object with the values of variables"
                )));
            }
        },
    };
    for typed in &args.variables {
        let pair = typed.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = pair.ok_or_else(|| Failure::Usage(format!("`{typed}` is not NAME=VALUE")))?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        variables.insert(name.trim_start_matches('$').to_owned(), value);
    }
    Ok(variables)
}

fn once(
    site: &Site<Blocking>,
    query: &str,
    variables: Map<String, Value>,
    style: Style,
    is_list: bool,
) -> Result<Vec<GraphqlError>, Failure> {
    let answer = site.metadata().query::<Value>(query, variables).send()?;
    let mut printer = Printer::new(style, &[]);
    if !is_list {
        printer.only(&answer.data)?;
        return Ok(answer.errors);
    }
    let lists = answer.data.as_object().into_iter().flat_map(Map::values);
    let mut lists = lists.filter_map(|value| value.as_array().or_else(|| value["nodes"].as_array()));
    let (Some(list), None) = (lists.next(), lists.next()) else {
        return Err(Failure::Usage(
            "the answer has no list, or more than one: print it as JSON, without --columns, --csv and --quiet".to_owned(),
        ));
    };
    list.iter().try_for_each(|node| printer.item(&identified(node)))?;
    printer.finish()?;
    Ok(answer.errors)
}

fn paginate(
    site: &Site<Blocking>,
    query: &str,
    variables: Map<String, Value>,
    path: Option<&str>,
    style: Style,
) -> Result<Vec<GraphqlError>, Failure> {
    let Some(path) = path.or_else(|| connection_in(query)) else {
        return Err(Failure::Usage(
            "no connection in the query takes $first: name it with --connection-path".to_owned(),
        ));
    };
    let is_json = style.form == Form::Json;
    let is_from_the_start = !variables.contains_key("after") && !variables.contains_key("afterToken");
    let mut printer = Printer::new(style, &[]);
    let mut nodes = site.metadata().query::<Value>(query, variables).pages(path);
    let mut came = 0_u64;
    for node in &mut nodes {
        let node = node?;
        came += 1;
        match is_json {
            true => printer.item(&node)?,
            false => printer.item(&identified(&node))?,
        }
    }
    printer.finish()?;
    // Servers may count what the user may not see.
    if let Some(total) = nodes
        .total_count()
        .filter(|total| is_from_the_start && *total > came)
    {
        say(&format!(
            "warning: `{path}` counts {total} nodes, and {came} came: what is missing may be hidden from this user, or was changed meanwhile"
        ));
    }
    Ok(nodes.errors().to_vec())
}

/// The field of the query that takes the variable `$first`: `workbooksConnection(first: $first, …)`, or its alias.
fn connection_in(query: &str) -> Option<&str> {
    let body = query.get(query.find('{')?..)?;
    let before = body.get(..body.find("$first")?)?;
    let field = before.get(..before.rfind('(')?)?.trim_end();
    let is_name = |character: char| character.is_alphanumeric() || character == '_';
    let name = |text: &'_ str| text.rfind(|character| !is_name(character)).map_or(0, |at| at + 1);
    let start = name(field);
    let alias = field
        .get(..start)?
        .trim_end()
        .strip_suffix(':')
        .map(str::trim_end);
    match alias {
        Some(alias) => alias.get(name(alias)..),
        None => field.get(start..),
    }
}

/// A node with its identifier by the name that it has everywhere else: `luid`, or that of the Metadata API.
fn identified(node: &Value) -> Value {
    let mut node = node.clone();
    if let Some(members) = node.as_object_mut()
        && let Some(luid) = members.get("luid").cloned()
    {
        members.entry("id").or_insert(luid);
    }
    node
}

/// Tells what was wrong with the answer, on standard error.
fn tell(errors: &[GraphqlError]) -> Result<(), Failure> {
    for error in errors {
        let word = if error.is_warning() { "warning" } else { "error" };
        let code = error.code().map_or(String::new(), |code| format!("{code}: "));
        say(&format!("{word}: {}{}", plain(&code), plain(&error.message)));
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Failure::Partly(
            "the data may not be complete: the server had something to say about it".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::connection_in;

    #[test]
    fn the_connection_is_the_field_that_takes_first() {
        let of =
            |field: &str| format!("query($first: Int, $after: String) {{ {field} {{ nodes {{ id }} }} }}");
        for (field, name) in [
            (
                "workbooksConnection(first: $first, after: $after)",
                Some("workbooksConnection"),
            ),
            (
                "all: workbooksConnection (after: $after, first: $first)",
                Some("all"),
            ),
            (
                "all :workbooksConnection(filter: {a: 1}, first: $first)",
                Some("all"),
            ),
            ("workbooks", None),
        ] {
            assert_eq!(connection_in(&of(field)), name, "{field}");
        }
        assert_eq!(connection_in(""), None);
        assert_eq!(connection_in("{ a ( $first"), Some("a"));
        assert_eq!(connection_in("{($first"), Some(""));
    }
}
