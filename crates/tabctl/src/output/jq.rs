//! Filters in jq's language.

use std::env::{self, ArgsOs};
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read as _, Write as _};
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data};
use jaq_json::{Val, read};
use serde::de::IgnoredAny;

use crate::env::hide_secrets;
use crate::failure::Failure;

/// The first argument of the process that runs a filter.
const PROCESS: &str = "__jq";
/// Longer than any filter that is typed.
const MAX_LENGTH: usize = 4096;
/// The parser of filters is recursive: this is enough for the deepest filter of that length.
const STACK: usize = 256 * 1024 * 1024;

/// Filters of jq that the library does not have. There is one document, so no input follows it.
const DEFINITIONS: &str = include_str!("jq.jq");
/// The environment: that of the child process, from which secrets were taken.
const ENVIRONMENT: &str = "$ENV";

type Compiled = jaq_core::Filter<data::JustLut<Val>>;

/// A filter that was parsed successfully.
pub(crate) struct Filter(String);

impl Filter {
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        if text.len() > MAX_LENGTH {
            return Err(refused(&format!("a filter has at most {MAX_LENGTH} characters")));
        }
        with_stack(|| compile(text).map(drop))?;
        Ok(Self(text.to_owned()))
    }

    /// The results of the filter on a JSON document, one line each: texts as they are, everything else as JSON.
    ///
    /// The filter runs in a child process, which alone crashes if the filter recurses endlessly.
    pub(crate) fn run(&self, document: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut command = Command::new(env::current_exe()?);
        hide_secrets(&mut command);
        let mut child = command
            .args([PROCESS, &self.0])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // If the child has ended already, its exit status says why.
            let _ = input.write_all(document);
        }
        let ended = child.wait_with_output()?;
        match ended.status.code() {
            Some(0) => Ok(ended.stdout),
            Some(1) => Err(Failure::Local(
                String::from_utf8_lossy(&ended.stderr).into_owned(),
            )),
            _ => Err(Failure::Local(
                "--jq: the filter needs too much memory: does it call itself without end?".to_owned(),
            )),
        }
    }
}

/// Runs a filter over standard input, if this process was started as the child.
pub(crate) fn process(mut arguments: ArgsOs) -> Option<ExitCode> {
    arguments.nth(1).filter(|first| first == PROCESS)?;
    let filter = arguments.next()?.into_string().ok()?;
    let mut document = Vec::new();
    let result = io::stdin()
        .read_to_end(&mut document)
        .map_err(Failure::from)
        .and_then(|_| with_stack(|| execute(&compile(&filter)?, &document)))
        .and_then(|out| Ok(io::stdout().write_all(&out)?));
    Some(match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // The receiver may have stopped listening.
            let _ = write!(io::stderr(), "{failure}");
            ExitCode::FAILURE
        }
    })
}

/// Runs a function on a stack that is large enough.
fn with_stack<T: Send>(work: impl FnOnce() -> Result<T, Failure> + Send) -> Result<T, Failure> {
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work)?;
        let ended = thread.join();
        ended.unwrap_or_else(|_| Err(Failure::Local("--jq: the filter failed".to_owned())))
    })
}

fn compile(text: &str) -> Result<Compiled, Failure> {
    let own = load::parse(DEFINITIONS, |parser| parser.defs()).unwrap_or_default();
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let definitions = definitions.chain(own);
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let program = File { code: text, path: () };
    let modules = Loader::new(definitions)
        .load(&arena, program)
        .map_err(|errors| refused(&unreadable(errors)))?;
    Compiler::default()
        .with_funs(functions)
        .with_global_vars([ENVIRONMENT])
        .compile(modules)
        .map_err(|errors| refused(&undefined(errors)))
}

fn execute(filter: &Compiled, document: &[u8]) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn Display| Failure::Local(format!("--jq: {error}"));
    // This one bounds the depth of what it reads, the other does not.
    serde_json::from_slice::<IgnoredAny>(document).map_err(|error| failed(&error))?;
    let input = read::parse_single(document).map_err(|error| failed(&error))?;
    let text = |text: OsString| Some(Val::from(text.into_string().ok()?));
    let environment = env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?)));
    let environment = Val::obj(environment.collect());
    let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([environment]));
    let mut out = Vec::new();
    for value in filter.id.run((context, input)) {
        match value {
            Ok(Val::TStr(text)) => {
                out.extend_from_slice(&text);
                out.push(b'\n');
            }
            Ok(value) => writeln!(out, "{value}")?,
            Err(exception) => match exception.get_err() {
                Ok(error) => return Err(failed(&error)),
                // `halt` ends the filter; it does not end this program.
                Err(exception) => match exception.get_halt() {
                    Ok(code) if code != 0 => {
                        return Err(failed(&format_args!("the filter halted with exit code {code}")));
                    }
                    _ => break,
                },
            },
        }
    }
    Ok(out)
}

fn refused(reason: &str) -> Failure {
    Failure::Usage(format!("--jq: {reason}"))
}

fn unreadable(errors: load::Errors<&str, ()>) -> String {
    let problem = |expected: &str, found: &str| match found.is_empty() {
        true => format!("expected {expected} at the end"),
        false => format!("expected {expected} at `{found}`"),
    };
    let reasons = errors.into_iter().flat_map(|(_, error)| match error {
        load::Error::Lex(errors) => errors
            .iter()
            .map(|(expected, found)| problem(expected.as_str(), found))
            .collect::<Vec<_>>(),
        load::Error::Parse(errors) => errors
            .iter()
            .map(|(expected, found)| problem(expected.as_str(), found))
            .collect(),
        load::Error::Io(_) => vec!["a filter cannot include other files".to_owned()],
    });
    reasons.collect::<Vec<_>>().join("; ")
}

fn undefined(errors: jaq_core::compile::Errors<&str, ()>) -> String {
    let names = errors.into_iter().flat_map(|(_, errors)| errors);
    let names = names.map(|(name, what)| format!("there is no {} `{name}`", what.as_str()));
    names.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(filter: &str, document: &str) -> Result<String, String> {
        let result = Filter::parse(filter)
            .and_then(|filter| with_stack(|| execute(&compile(&filter.0)?, document.as_bytes())));
        match result {
            Ok(out) => Ok(String::from_utf8(out).unwrap()),
            Err(Failure::Usage(message) | Failure::Local(message)) => Err(message),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn texts_are_printed_as_they_are_and_the_rest_as_json() {
        let document = r#"{"a":[{"n":"Überblick"},{"n":2},{"n":null,"z":{"b":1,"a":[true]}}]}"#;
        let printed = run(".a[] | (.n, .z)", document).unwrap();
        assert_eq!(
            printed,
            "Überblick\nnull\n2\nnull\nnull\n{\"b\":1,\"a\":[true]}\n"
        );
        assert_eq!(run("[.a[].n | strings] | length", document).unwrap(), "1\n");
        assert_eq!(run(r#".a[0].n | test("^Über")"#, document).unwrap(), "true\n");
        assert_eq!(run("1, halt, 2", document).unwrap(), "1\n");
        assert_eq!(run("empty", document).unwrap(), "");
    }

    #[test]
    fn filters_of_jq_are_there() {
        let rows = r#"[["a\tb","say \"hi\"",1.5,null,true],["x,y","c\\d",2,false,"line\nline"]]"#;
        for (filter, printed) in [
            (".[0] | @csv", "\"a\tb\",\"say \"\"hi\"\"\",1.5,,true\n"),
            (".[1] | @csv", "\"x,y\",\"c\\d\",2,false,\"line\nline\"\n"),
            (".[0] | @tsv", "a\\tb\tsay \"hi\"\t1.5\t\ttrue\n"),
            (".[1] | @tsv", "x,y\tc\\\\d\t2\tfalse\tline\\nline\n"),
            (
                r#".[1] | @csv "row: \(.)""#,
                "row: \"x,y\",\"c\\d\",2,false,\"line\nline\"\n",
            ),
            ("[.[][2] | IN(2, 3)]", "[false,true]\n"),
            ("IN(.[]; [1], [2])", "false\n"),
            (r#"INDEX(.[2]) | keys"#, "[\"1.5\",\"2\"]\n"),
            ("[inputs], (try input catch .)", "[]\nNo more inputs\n"),
            ("$ENV.CARGO_PKG_NAME, env.CARGO_PKG_NAME", "tabctl\ntabctl\n"),
            (".[1][0] | trimstr(\"x\") | toarray", "[\",y\"]\n"),
            ("[leaf_paths] | length", "8\n"),
        ] {
            assert_eq!(run(filter, rows).as_deref(), Ok(printed), "{filter}");
        }
        let nested = run("@csv", "[[1]]").unwrap_err();
        assert!(nested.contains("array ([1]) is not valid"), "{nested}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (filter, reason) in [
            (".a[", "--jq: expected closing bracket at the end"),
            ("nonsense", "--jq: there is no filter `nonsense`"),
            ("$x", "--jq: there is no variable `$x`"),
            (".a |", "--jq: expected term at the end"),
            (r#"include "m"; ."#, "--jq: a filter cannot include other files"),
        ] {
            assert_eq!(run(filter, "{}").unwrap_err(), reason);
        }
        assert!(
            run(".a.b", r#"{"a":[]}"#)
                .unwrap_err()
                .starts_with("--jq: cannot index")
        );
        assert!(run(".", "<html>").unwrap_err().starts_with("--jq: "));
    }

    #[test]
    fn nothing_is_too_deep() {
        for deep in [
            "(", "[", "{", "-", "if ", "try ", "def f: ", ".a|", "1+", ". as $x|", "reduce ",
        ] {
            for length in [MAX_LENGTH, 2 * MAX_LENGTH] {
                assert!(run(&deep.repeat(length / deep.len()), "{}").is_err(), "{deep}");
            }
        }
        assert!(run(".", &"[".repeat(100_000)).is_err());
    }
}
