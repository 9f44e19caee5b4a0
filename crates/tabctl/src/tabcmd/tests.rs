use super::classic;
use super::explain::{commands, rewritten};
use super::options::{EXCLUSIVE, GLOBAL, Takes};
use super::parse::{Asked, Typed, parse};
use super::table::COMMANDS;

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

fn typed(line: &str) -> Typed {
    match parse(&words(line)) {
        Ok(Asked::Command(typed)) => typed,
        other => panic!("{line}: {other:?}"),
    }
}

fn refused(line: &str) -> String {
    match parse(&words(line)) {
        Err(error) => error,
        Ok(Asked::Command(typed)) => commands(&typed).unwrap_err(),
        Ok(other) => panic!("{line}: {other:?}"),
    }
}

/// What a command is here.
fn ours(line: &str) -> String {
    commands(&typed(line)).unwrap().join("\n")
}

#[test]
fn the_table_names_each_option_of_a_command_once() {
    for command in COMMANDS {
        let names: Vec<_> = command.options.iter().flat_map(|option| option.names).collect();
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name), "{} {name}", command.name);
            assert!(name.starts_with('-'), "{} {name}", command.name);
        }
        let known =
            |name: &&str| names.contains(&name) || GLOBAL.iter().any(|option| option.names.contains(name));
        assert!(command.one_of.iter().all(known), "{}", command.name);
    }
    assert_eq!(COMMANDS.len(), 26);
    assert!(
        classic::COMMANDS
            .iter()
            .all(|(name, _)| COMMANDS.iter().all(|command| command.name != *name))
    );
    for name in EXCLUSIVE.iter().flat_map(|names| *names) {
        let mut all = COMMANDS.iter().flat_map(|command| command.options).chain(GLOBAL);
        assert!(all.any(|option| option.names.contains(name)), "{name}");
    }
}

#[test]
fn options_are_read_wherever_and_however_they_are_typed() {
    for line in [
        "login --server http://s --site Sales --token-name t --token-file f",
        "--server http://s login --site=Sales --token-name=t --token-file=f",
        "login -s http://s -t Sales --token-name t --token-file f",
        "login -shttp://s -tSales --token-n t --token-f f",
    ] {
        let typed = typed(line);
        assert_eq!(typed.value("--server"), Some("http://s"), "{line}");
        assert_eq!(typed.value("--site"), Some("Sales"), "{line}");
        assert_eq!(
            ours(line),
            "tabctl auth login http://s --site Sales --token-name t --token-file f",
            "{line}"
        );
    }
    // As in tabcmd, an option of the command goes before one of the same name that all have.
    assert_eq!(
        typed("createproject -n Sales -d Numbers").value("--description"),
        Some("Numbers")
    );
    assert_eq!(
        typed("publishsamples --name Sales").value("--name"),
        Some("Sales")
    );
    assert_eq!(
        typed("EXPORT A/b --PDF".to_lowercase().as_str()).argument(),
        "a/b"
    );
    assert_eq!(typed("creategroup -- -odd").argument(), "-odd");
}

#[test]
fn mistakes_are_told() {
    for (line, reason) in [
        ("launch", "tabcmd has no command \"launch\""),
        ("creategroup", "name is missing"),
        ("creategroup a b", "\"b\" is one argument too many"),
        ("creategroup a --colour", "has no option --colour"),
        (
            "creategroup a --token",
            "--token may be --token-name or --token-value or --token-file",
        ),
        ("creategroup a --site", "--site takes a value"),
        ("creategroup a --no-prompt=1", "takes no value"),
        ("export a/b", "--pdf or --fullpdf or --png or --csv is needed"),
        ("export a/b --pdf --csv", "--pdf and --csv exclude each other"),
        ("export a/b --pdf --pagesize huge", "--pagesize takes one of a3"),
        ("login -u a --token-name b", "exclude each other"),
        ("refreshextracts", "--datasource or --workbook or --url is needed"),
        ("syncgroup Sales", "has no call in the REST API"),
        ("publish x.twbx --replace", "--replace cannot be honored"),
        (
            "list users",
            "list takes projects, workbooks, datasources or flows",
        ),
        ("get /views/a/b", "the type of the file is not known"),
        ("get /users/a.pdf", "is no address that can be got"),
        ("export a --pdf", "is no address of a view"),
        ("createextracts -w Sales", "--include-all"),
        ("publish nowhere.twbx", "there is no file nowhere.twbx"),
        ("encryptextracts Sales -t Other", "sign in with --site Sales"),
    ] {
        let said = refused(line);
        assert!(said.contains(reason), "{line}: {said}");
    }
}

#[test]
fn options_without_effect_are_named() {
    let typed = typed("refreshextracts -w Sales --addcalculations --country de --nowait");
    assert_eq!(
        typed.warnings,
        [
            "--addcalculations has no effect",
            "--country has no effect",
            "--nowait has no effect"
        ]
    );
}

#[test]
fn commands_are_said_in_our_words() {
    for (line, said) in [
        ("logout", "tabctl auth logout --profile tabcmd"),
        (
            "addusers Crew --users u.csv",
            "tabctl groups sync Crew u.csv --keep",
        ),
        (
            "removeusers Crew --users u.csv",
            "tabctl groups sync Crew u.csv --remove",
        ),
        (
            "createsiteusers u.csv -r viewer --auth-type saml",
            "tabctl users import u.csv --site-role Viewer --auth-setting SAML",
        ),
        (
            "createsiteusers u.csv --role publisher",
            "tabctl users import u.csv --site-role ExplorerCanPublish",
        ),
        ("deletesiteusers u.csv", "tabctl users remove u.csv --yes"),
        ("creategroup Crew", "tabctl groups create --name Crew"),
        ("deletegroup Crew", "tabctl groups delete Crew --yes"),
        (
            "createproject -n Inner --parent-project-path A/B -d Text",
            "tabctl projects create --name Inner --parent-project-id A/B --description Text",
        ),
        (
            "deleteproject Inner --parent-project-path A/B",
            "tabctl projects delete A/B/Inner --yes",
        ),
        (
            "publishsamples -n Inner",
            "tabctl projects update Inner --publish-samples true",
        ),
        (
            "createsite Sales --url sales --user-quota 5 --no-site-mode",
            "tabctl sites create --name Sales --content-url sales --user-quota 5 --admin-mode ContentOnly",
        ),
        (
            "editsite Sales --site-name Sold --status suspended",
            "tabctl sites update Sales --name Sold --state Suspended",
        ),
        ("deletesite Sales", "tabctl sites delete Sales --yes"),
        ("listsites", "tabctl sites list --columns name,id"),
        (
            "list workbooks -n -a --machine",
            "tabctl workbooks list --columns id,name,contentUrl --csv",
        ),
        (
            "delete Sales",
            "tabctl workbooks delete Sales --yes || tabctl datasources delete Sales --yes",
        ),
        (
            "delete Sales -d -r Finance",
            "tabctl datasources delete Finance/Sales --yes",
        ),
        (
            "get /workbooks/Sales.twbx",
            "tabctl workbooks download Sales --output Sales.twbx --fit-extension --overwrite",
        ),
        (
            "get /datasources/Sales.tdsx -f other",
            "tabctl datasources download Sales --output other.tdsx --fit-extension --overwrite",
        ),
        (
            "get /views/Sales/Overview.png?:size=640,480&Region=East -f a.png",
            "tabctl views export Sales/Overview --format png --output a.png --overwrite --max-age 1 --width 640 --height 480 --filter Region=East",
        ),
        (
            "get /workbooks/Sales.twbx -f ${DIR}/$OUT",
            "tabctl workbooks download Sales --output \"${DIR}/$OUT\" --fit-extension --overwrite",
        ),
        (
            "get /workbooks/Sales.twbx -f $DIR/100%",
            "tabctl workbooks download Sales --output \"$DIR/100%.twbx\" --fit-extension --overwrite",
        ),
        (
            "export Sales/Overview --csv --filter Region=East&Year=2024 -f a.csv",
            "tabctl views export Sales/Overview --format csv --output a.csv --overwrite --max-age 1 --filter Region=East --filter Year=2024",
        ),
        (
            "export Sales/Overview --pdf --pagelayout portrait",
            "tabctl views export Sales/Overview --format pdf --output . --name {view} --overwrite --max-age 1 --width 800 --height 600 --page letter --orientation portrait",
        ),
        (
            "export Sales/Overview --fullpdf",
            "tabctl workbooks pdf Sales --output Sales.pdf --max-age 1 --viz-width 800 --viz-height 600 --type letter",
        ),
        (
            "createextracts -w Sales --include-all --encrypt --project Finance",
            "tabctl workbooks create-extracts Finance/Sales --encrypt true --datasources.include-all true",
        ),
        (
            "deleteextracts -d Sales",
            "tabctl datasources delete-extracts Sales --yes",
        ),
        (
            "refreshextracts --url Sales --incremental --synchronous",
            "tabctl workbooks refresh Sales --incremental --wait",
        ),
        (
            "encryptextracts Default",
            "tabctl sites encrypt-extracts --site ''",
        ),
        (
            "encryptextracts Sales",
            "tabctl sites encrypt-extracts --site Sales",
        ),
        (
            "decryptextracts Sales",
            "tabctl sites decrypt-extracts --site Sales",
        ),
        (
            "reencryptextracts Sales",
            "tabctl sites reencrypt-extracts --site Sales",
        ),
        (
            "creategroup Crew -s http://s -t Default --timeout 5 -c c.pem",
            "tabctl groups create --name Crew --server http://s --site '' --client-cert c.pem --timeout 5",
        ),
    ] {
        assert_eq!(ours(line), said, "{line}");
    }
}

#[test]
fn everything_that_is_said_can_be_typed() {
    for command in COMMANDS {
        let mut line = vec![command.name.to_owned()];
        for argument in command.arguments {
            line.push(match *argument {
                "content" => "workbooks".to_owned(),
                "url" if command.name == "get" => "/views/Sales/Overview.pdf".to_owned(),
                "url" => "Sales/Overview".to_owned(),
                "file-or-folder" => env!("CARGO_MANIFEST_DIR").to_owned() + "/Cargo.toml",
                _ => "Sales".to_owned(),
            });
        }
        if command.name == "publish" {
            continue;
        }
        // Each option alone, beside one that is needed.
        for option in command.options {
            let mut line = line.clone();
            for needed in command
                .one_of
                .iter()
                .take(1)
                .filter(|needed| !option.names.contains(needed))
            {
                let excludes = EXCLUSIVE
                    .iter()
                    .any(|names| names.contains(needed) && names.contains(&option.names[0]));
                if excludes {
                    continue;
                }
                line.push((*needed).to_owned());
                let takes = command
                    .options
                    .iter()
                    .find(|option| option.names.contains(needed))
                    .unwrap()
                    .takes;
                if takes != Takes::Nothing {
                    line.push("Sales".to_owned());
                }
            }
            line.push(option.names[0].to_owned());
            match option.takes {
                Takes::Nothing => {}
                Takes::Value(_) => line.push("5".to_owned()),
                Takes::OneOf(words) => line.push(words[0].to_owned()),
            }
            let Ok(Asked::Command(typed)) = parse(&line) else {
                panic!("{line:?}");
            };
            let Ok(said) = commands(&typed) else { continue };
            for command in said.iter().flat_map(|said| said.split(" || ")) {
                let words = command.split(' ').map(|word| word.trim_matches('\'').into());
                let parsed = crate::args::Args::typed(words);
                assert!(parsed.is_ok(), "{line:?}: {command}: {:?}", parsed.err());
            }
        }
    }
}

#[test]
fn a_script_is_rewritten_line_by_line() {
    let script = "\
#!/bin/sh
echo begin
  tabcmd login -s \"$SERVER\" --token-name ci --token-value s3cret
tabcmd publish \\
    missing.twbx -r Finance
/opt/tabcmd creategroup 'The Crew' # crew
tabcmd list workbooks | sort
tabcmd syncgroup Sales
";
    let crew = rewritten("tabcmd creategroup 'The Crew'\n", false);
    assert_eq!(
        crew,
        "# tabcmd creategroup 'The Crew'\ntabctl groups create --name 'The Crew'\n"
    );
    let dated = rewritten(
        "tabcmd get /workbooks/Sales.twbx -f \"out-$(date +%F).twbx\"\n",
        false,
    );
    assert!(
        dated.ends_with("--output \"out-$(date +%F).twbx\" --fit-extension --overwrite\n"),
        "{dated}"
    );
    let dated = rewritten(
        "tabcmd get /workbooks/Sales.twbx -f out-$(date +%F).twbx\n",
        false,
    );
    assert!(
        dated.ends_with("--output \"out-$(date +%F).twbx\" --fit-extension --overwrite\n"),
        "{dated}"
    );
    let new = rewritten(script, false);
    let lines: Vec<_> = new.lines().collect();
    assert_eq!(&lines[..2], ["#!/bin/sh", "echo begin"]);
    assert_eq!(
        &lines[2..4],
        [
            "  # tabcmd login -s \"$SERVER\" --token-name ci --token-value […]",
            "  tabctl auth login \"$SERVER\" --token-name ci --token-file FILE"
        ]
    );
    assert!(
        lines[5].contains("tabctl cannot do this: there is no file missing.twbx"),
        "{new}"
    );
    // What does more than one thing stays as it is.
    assert!(lines.contains(&"tabcmd list workbooks | sort"), "{new}");
    assert!(new.contains("has no call in the REST API"), "{new}");
    assert!(!new.contains("s3cret"), "{new}");
    let batch = rewritten("@echo off\r\ntabcmd.exe creategroup \"%NAME%\"\r\n", true);
    assert!(
        batch.contains("rem tabcmd creategroup %NAME%\ntabctl groups create --name %NAME%"),
        "{batch}"
    );
}
