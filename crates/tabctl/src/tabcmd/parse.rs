//! Reads a command line of tabcmd as its own parser does: options anywhere, long names by their beginnings, values after `=`, a blank, or a short name.

use super::classic;
use super::options::{EXCLUSIVE, Effect, GLOBAL, Opt, Takes};
use super::table::{COMMANDS, Command};

/// A command as it was typed.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) command: &'static Command,
    pub(super) arguments: Vec<String>,
    /// The options by the first of their names.
    options: Vec<(&'static str, Option<String>)>,
    /// What has no effect.
    pub(super) warnings: Vec<String>,
}

/// What a command line asks for.
#[derive(Debug)]
pub(super) enum Asked {
    Help(String),
    Version,
    Command(Typed),
}

impl Typed {
    pub(super) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(known, _)| *known == name)
    }

    /// The value of an option: the last one, if it was typed several times.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let mut given = self.options.iter().rev();
        given.find(|(known, _)| *known == name)?.1.as_deref()
    }

    pub(super) fn argument(&self) -> &str {
        self.arguments.first().map_or("", String::as_str)
    }
}

pub(super) fn parse(words: &[String]) -> Result<Asked, String> {
    let mut reader = Reader {
        command: None,
        options: Vec::new(),
        arguments: Vec::new(),
        warnings: Vec::new(),
    };
    let mut words = words.iter().map(String::as_str);
    let mut only_arguments = false;
    while let Some(word) = words.next() {
        match word {
            _ if only_arguments => reader.argument(word)?,
            "--" => only_arguments = true,
            "-h" | "--help" | "help" if reader.command.is_none() || word != "help" => {
                // `help COMMAND` is about that command.
                let named = words
                    .next()
                    .filter(|next| word == "help" && !next.starts_with('-'));
                let named = named.map(find).transpose()?;
                return Ok(Asked::Help(help(named.or(reader.command))));
            }
            "-v" | "--version" => return Ok(Asked::Version),
            "version" if reader.command.is_none() => return Ok(Asked::Version),
            // A number is a value, and no option has such a name.
            _ if word.starts_with('-') && word.len() > 1 && word.parse::<f64>().is_err() => {
                reader.option(word, &mut words)?;
            }
            _ => reader.argument(word)?,
        }
    }
    reader.end()
}

fn find(name: &str) -> Result<&'static Command, String> {
    let wanted = name.to_lowercase();
    if let Some(command) = COMMANDS.iter().find(|command| command.name == wanted) {
        return Ok(command);
    }
    match classic::COMMANDS.iter().find(|(classic, _)| *classic == wanted) {
        Some((classic, instead)) => Err(format!("{classic} has no call in the REST API: {instead}")),
        None => {
            let names: Vec<_> = COMMANDS.iter().map(|command| command.name).collect();
            Err(format!(
                "tabcmd has no command {name:?}; there are: {}",
                names.join(", ")
            ))
        }
    }
}

struct Reader {
    command: Option<&'static Command>,
    arguments: Vec<String>,
    options: Vec<(&'static str, Option<String>)>,
    warnings: Vec<String>,
}

impl Reader {
    fn argument(&mut self, word: &str) -> Result<(), String> {
        let Some(command) = self.command else {
            self.command = Some(find(word)?);
            return Ok(());
        };
        if self.arguments.len() == command.arguments.len() {
            return Err(format!("{}: {word:?} is one argument too many", command.name));
        }
        self.arguments.push(word.to_owned());
        Ok(())
    }

    fn known(&self) -> impl Iterator<Item = &'static Opt> {
        let own = self.command.map_or(&[] as &[Opt], |command| command.options);
        own.iter().chain(GLOBAL)
    }

    fn option<'w>(&mut self, word: &str, rest: &mut impl Iterator<Item = &'w str>) -> Result<(), String> {
        let (name, attached) = match word.starts_with("--") {
            true => word
                .split_once('=')
                .map_or((word, None), |(name, value)| (name, Some(value))),
            false => short(word),
        };
        let option = self.named(name)?;
        let value = match (option.takes, attached) {
            (Takes::Nothing, Some(_)) => return Err(format!("{name} takes no value")),
            (Takes::Nothing, None) => None,
            (_, Some(value)) => Some(value),
            (_, None) => Some(rest.next().ok_or_else(|| format!("{name} takes a value"))?),
        };
        let value = value
            .map(|value| checked(name, option.takes, value))
            .transpose()?;
        let first = option.names.first().copied().unwrap_or_default();
        match option.effect {
            Effect::Honored => {}
            Effect::None => self.warnings.push(format!("{name} has no effect")),
            Effect::Refused(instead) => return Err(format!("{name} cannot be honored: {instead}")),
        }
        self.options.push((first, value));
        Ok(())
    }

    /// The option of a name, or of the beginning of one that no other begins with.
    fn named(&self, name: &str) -> Result<&'static Opt, String> {
        // An option of the command goes before one of the same name that all have.
        if let Some(option) = self.known().find(|option| option.names.contains(&name)) {
            return Ok(option);
        }
        let begins = |option: &&Opt| option.names.iter().any(|known| known.starts_with(name));
        let found: Vec<_> = match name.starts_with("--") && name.len() > 2 {
            true => self.known().filter(begins).collect(),
            false => Vec::new(),
        };
        let what = self.command.map_or("tabcmd", |command| command.name);
        match found.as_slice() {
            [option] => Ok(option),
            [] => Err(format!(
                "{what} has no option {name}; `tabcmd {what} --help` shows those that there are"
            )),
            several => {
                let names: Vec<_> = several
                    .iter()
                    .filter_map(|option| option.names.first())
                    .copied()
                    .collect();
                Err(format!("{name} may be {}: type more of it", names.join(" or ")))
            }
        }
    }

    fn end(self) -> Result<Asked, String> {
        let Some(command) = self.command else {
            return Ok(Asked::Help(help(None)));
        };
        let name = command.name;
        if let Some(missing) = command.arguments.get(self.arguments.len()) {
            return Err(format!("{name}: {missing} is missing"));
        }
        let typed = Typed {
            command,
            arguments: self.arguments,
            options: self.options,
            warnings: self.warnings,
        };
        if !command.one_of.is_empty() && !command.one_of.iter().any(|option| typed.has(option)) {
            return Err(format!("{name}: {} is needed", command.one_of.join(" or ")));
        }
        for exclusive in EXCLUSIVE {
            let given: Vec<_> = exclusive
                .iter()
                .filter(|option| typed.has(option))
                .copied()
                .collect();
            if let [first, second, ..] = given.as_slice() {
                return Err(format!("{name}: {first} and {second} exclude each other"));
            }
        }
        Ok(Asked::Command(typed))
    }
}

/// A short name, and the value that is attached to it: `-sURL`.
fn short(word: &str) -> (&str, Option<&str>) {
    match word.char_indices().nth(2) {
        Some((at, _)) => {
            let (name, value) = word.split_at(at);
            (name, Some(value.strip_prefix('=').unwrap_or(value)))
        }
        None => (word, None),
    }
}

fn checked(name: &str, takes: Takes, value: &str) -> Result<String, String> {
    match takes {
        Takes::OneOf(words) => {
            let known = words.iter().find(|word| word.eq_ignore_ascii_case(value));
            known
                .map(|word| (*word).to_owned())
                .ok_or_else(|| format!("{name} takes one of {}, not {value:?}", words.join(", ")))
        }
        _ => Ok(value.to_owned()),
    }
}

/// The help of a command, or of all.
fn help(command: Option<&'static Command>) -> String {
    let Some(command) = command else {
        let mut text = String::from(
            "tabcmd's language, spoken by tabctl\n\nUsage: tabcmd COMMAND [ARGUMENT] [OPTION]…\n       tabctl tabcmd --explain COMMAND …      print the commands of tabctl that do the same\n       tabctl tabcmd --explain-script FILE    the same for the lines of a script\n       tabctl tabcmd --install DIR            make a link `tabcmd` there\n\nCommands:\n",
        );
        for command in COMMANDS {
            text.push_str(&format!("  {:<18} {}\n", command.name, command.about));
        }
        text.push_str("\nOptions of every command:\n");
        text.push_str(&options(GLOBAL));
        return text.trim_end().to_owned();
    };
    let mut text = format!("{}\n\nUsage: tabcmd {}", command.about, command.name);
    for argument in command.arguments {
        text.push_str(&format!(" <{argument}>"));
    }
    text.push_str(" [OPTION]…\n");
    if !command.options.is_empty() {
        text.push_str("\nOptions:\n");
        text.push_str(&options(command.options));
    }
    text.push_str("\nOptions of every command:\n");
    text.push_str(&options(GLOBAL));
    text.trim_end().to_owned()
}

fn options(options: &[Opt]) -> String {
    let mut text = String::new();
    for option in options {
        let value = match option.takes {
            Takes::Nothing => String::new(),
            Takes::Value(name) => format!(" <{name}>"),
            Takes::OneOf(words) => format!(" <{}>", words.join("|")),
        };
        let note = match option.effect {
            Effect::Honored => String::new(),
            Effect::None => "   (no effect)".to_owned(),
            Effect::Refused(instead) => format!("   (refused: {instead})"),
        };
        text.push_str(&format!("  {}{value}{note}\n", option.names.join(", ")));
    }
    text
}
