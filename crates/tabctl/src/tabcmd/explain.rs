//! Prints the commands of tabctl that do what a command of tabcmd does: for one, or for each in a script.

use std::io::{self, Write as _};
use std::path::Path;

use super::globals::PROFILE;
use super::parse::{Asked, Typed, parse};
use super::translate::{Ours, Plan};
use crate::failure::Failure;
use crate::input;

/// Prints the commands for one command line.
pub(super) fn line(words: &[String]) -> Result<(), Failure> {
    let Asked::Command(typed) = parse(words).map_err(Failure::Usage)? else {
        return Err(Failure::Usage("name a command of tabcmd to explain".to_owned()));
    };
    let lines = commands(&typed).map_err(Failure::Usage)?;
    let mut out = io::stdout().lock();
    for warning in &typed.warnings {
        writeln!(out, "# {warning}")?;
    }
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// The commands of tabctl for a command, one a line.
pub(super) fn commands(typed: &Typed) -> Result<Vec<String>, String> {
    let shown = |ours: Ours| shown(&typed.connection(ours));
    Ok(match (typed.command.translate)(typed)? {
        Plan::Login => vec![login(typed)],
        Plan::Logout => vec![format!("tabctl auth logout --profile {PROFILE}")],
        Plan::Each(commands) => commands.into_iter().map(shown).collect(),
        Plan::FirstFound(commands) => {
            let lines: Vec<_> = commands.into_iter().map(shown).collect();
            vec![lines.join(" || ")]
        }
    })
}

fn login(typed: &Typed) -> String {
    let mut ours = Ours::new(&["auth", "login"]);
    ours = ours.and(&[typed.value("--server").unwrap_or("http://localhost")]);
    if let Some(site) = typed.site() {
        ours = ours.and(&["--site", site]);
    }
    for option in ["--token-name", "--username"] {
        if let Some(value) = typed.value(option) {
            ours = ours.and(&[option, value]);
        }
    }
    let file = typed.value("--token-file").or(typed.value("--password-file"));
    if typed.has("--token-value") || typed.has("--password") || file.is_some() {
        ours = ours.and(&["--token-file", file.unwrap_or("FILE")]);
    }
    if let Some(file) = typed.value("--use-certificate") {
        ours = ours.and(&["--client-cert", file]);
    }
    shown(&typed.everywhere(ours))
}

fn shown(ours: &Ours) -> String {
    let mut words: Vec<String> = ours.words.iter().map(|word| quoted(word)).collect();
    for (option, _) in &ours.secrets {
        words.extend([(*option).to_owned(), "FILE".to_owned()]);
    }
    format!("tabctl {}", words.join(" "))
}

/// A word as a shell reads it; variables stay variables.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@+{}%".contains(c);
    match word {
        _ if !word.is_empty() && word.chars().all(plain) => word.to_owned(),
        _ if word.contains('$') || word.contains('%') => format!("\"{}\"", word.replace('"', "\\\"")),
        _ => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

/// Prints a script with the commands of tabctl in place of those of tabcmd; each of these stays above them as a comment.
pub(super) fn script(file: &Path) -> Result<(), Failure> {
    let text = input::read_text(file)?;
    let extension = file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let is_batch = ["bat", "cmd"]
        .iter()
        .any(|batch| extension.eq_ignore_ascii_case(batch));
    let mut out = io::stdout().lock();
    out.write_all(rewritten(&text, is_batch).as_bytes())?;
    Ok(out.flush()?)
}

pub(super) fn rewritten(text: &str, is_batch: bool) -> String {
    let (comment, goes_on) = if is_batch { ("rem", '^') } else { ("#", '\\') };
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(first) = lines.next() {
        let mut whole = first.to_owned();
        while whole.ends_with(goes_on) {
            whole.pop();
            let Some(next) = lines.next() else { break };
            whole.push_str(next.trim_start());
        }
        let Some(words) = of_tabcmd(&whole) else {
            out.push_str(first);
            out.push('\n');
            if whole != first {
                // The joined lines of another command are written as one.
                out.truncate(out.len() - first.len() - 1);
                out.push_str(&whole);
                out.push('\n');
            }
            continue;
        };
        let indent: String = whole.chars().take_while(|c| c.is_whitespace()).collect();
        let mut write = |line: &str| out.push_str(&format!("{indent}{line}\n"));
        let without_secrets = hidden(&words);
        write(&format!("{comment} tabcmd {}", without_secrets.join(" ")));
        match parse(&words) {
            Ok(Asked::Command(typed)) => {
                for warning in &typed.warnings {
                    write(&format!("{comment} {warning}"));
                }
                match commands(&typed) {
                    Ok(lines) => lines.iter().for_each(|line| write(line)),
                    Err(error) => write(&format!("{comment} tabctl cannot do this: {error}")),
                }
            }
            Ok(_) => write("tabctl --help"),
            Err(error) => write(&format!("{comment} tabctl cannot do this: {error}")),
        }
    }
    out
}

/// The words after `tabcmd`, if a line is a command of it.
fn of_tabcmd(line: &str) -> Option<Vec<String>> {
    let words = split(line.trim().trim_start_matches('@'))?;
    let (program, rest) = words.split_first()?;
    let name = program.rsplit(['/', '\\']).next()?.to_lowercase();
    let is_tabcmd = name == "tabcmd" || name == "tabcmd.exe";
    // What else a line does is not taken apart.
    let is_simple = !rest
        .iter()
        .any(|word| ["|", "||", "&&", ";", ">", ">>", "&"].contains(&word.as_str()));
    (is_tabcmd && is_simple).then(|| rest.to_vec())
}

/// The words of a line: quotes hold them together, and so does `$(…)`. `None` for what does not end.
fn split(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote, mut depth) = (Vec::new(), None::<String>, None, 0_u32);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') if depth == 0 => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() && depth == 0 => words.extend(word.take()),
            (_, c) => {
                let word = word.get_or_insert_default();
                match c {
                    '(' if depth > 0 || word.ends_with('$') => depth += 1,
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                word.push(c);
            }
        }
    }
    words.extend(word);
    (quote.is_none() && depth == 0).then_some(words)
}

/// The words without secrets.
fn hidden(words: &[String]) -> Vec<String> {
    let mut is_secret = false;
    let hide = |word: &String| {
        let secret = std::mem::take(&mut is_secret);
        is_secret = ["-p", "--password", "--token-value", "--db-password"].contains(&word.as_str());
        match (secret, word.split_once('=')) {
            (true, _) => "[…]".to_owned(),
            (_, Some((name @ ("--password" | "--token-value" | "--db-password"), _))) => {
                format!("{name}=[…]")
            }
            _ => quoted(word),
        }
    };
    words.iter().map(hide).collect()
}
