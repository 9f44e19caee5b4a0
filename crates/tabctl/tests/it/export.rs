//! `tabctl views export`: formats, filters, lists, names, and what is not replaced.

use std::fs;

use crate::support::{Bench, Ended, end};

fn run(bench: &Bench, arguments: &[&str]) -> Ended {
    let mut command = bench.with_token(&[&["views", "export"], arguments].concat());
    command.current_dir(bench.folder.path());
    end(command.output().unwrap())
}

const VIEW: &str = "Samples/Superstore/Overview";

#[test]
fn each_format_is_what_its_name_says() {
    let bench = Bench::new();
    for (file, begins) in [
        ("view.pdf", &b"%PDF-"[..]),
        ("view.png", b"\x89PNG"),
        ("view.xlsx", b"PK\x03\x04"),
    ] {
        let ended = run(&bench, &[VIEW, "-o", file]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{file}");
        let content = fs::read(bench.folder.path().join(file)).unwrap();
        assert!(content.starts_with(begins), "{file}");
    }
    let ended = run(
        &bench,
        &[VIEW, "-o", "small.png", "--width", "300", "--height", "200"],
    );
    assert_eq!(ended.code, 0, "{ended:?}");
    let image = fs::read(bench.folder.path().join("small.png")).unwrap();
    assert_eq!(image[16..24], [0, 0, 1, 44, 0, 0, 0, 200]);
}

#[test]
fn data_is_filtered() {
    let bench = Bench::new();
    let rows = |file: &str| {
        let text = fs::read_to_string(bench.folder.path().join(file)).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(run(&bench, &[VIEW, "-o", "all.csv"]).code, 0);
    assert_eq!(
        run(&bench, &[VIEW, "-o", "east.csv", "--filter", "Region=East"]).code,
        0
    );
    let (all, east) = (rows("all.csv"), rows("east.csv"));
    assert_eq!(all[0], east[0]);
    assert!(east.len() > 1 && east.len() < all.len(), "{east:?}");
    assert!(east[1..].iter().all(|row| row.contains("East")), "{east:?}");
    let both = [
        VIEW,
        "-o",
        "both.csv",
        "--filter",
        "Region=East",
        "--filter",
        "Region=West",
    ];
    assert_eq!(run(&bench, &both).code, 0);
    let both = rows("both.csv");
    for region in ["East", "West"] {
        let expected = all.iter().filter(|row| row.contains(region)).count();
        let found = both.iter().filter(|row| row.contains(region)).count();
        assert_eq!(found, expected, "{region}: {both:?}");
    }
    assert!(both.len() < all.len(), "{both:?}");
}

#[test]
fn a_list_is_exported_and_resumed() {
    let bench = Bench::new();
    let folder = bench.folder.path();
    fs::write(
        folder.join("list.csv"),
        "view,Region\nSuperstore/Overview,East\nSuperstore/Overview,West\nSuperstore/Product,\n",
    )
    .unwrap();
    // Whatever its length, a list needs a folder.
    fs::write(folder.join("one.csv"), "view\nSuperstore/Overview\n").unwrap();
    for list in ["list.csv", "one.csv"] {
        let refused = run(&bench, &["--list", list, "-o", "out", "--format", "png"]);
        assert_eq!(refused.code, 2, "{refused:?}");
        assert!(
            refused
                .err
                .contains("out is not a folder, which several files need: there is nothing"),
            "{refused:?}"
        );
    }
    fs::create_dir(folder.join("out")).unwrap();
    let list = [
        "--list",
        "list.csv",
        "-o",
        "out",
        "--format",
        "png",
        "--name",
        "{view} {Region}",
    ];
    let ended = run(&bench, &[&list[..], &["--columns", "file"]].concat());
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let mut files: Vec<_> = ended.out.lines().collect();
    files.sort_unstable();
    assert_eq!(
        files,
        [
            "out/Overview East.png",
            "out/Overview West.png",
            "out/Product.png"
        ]
    );

    // Nothing is replaced, unless asked; what is there is left out when resuming.
    let ended = run(&bench, &list);
    assert_ne!(ended.code, 0, "{ended:?}");
    fs::remove_file(folder.join("out/Product.png")).unwrap();
    let east = fs::metadata(folder.join("out/Overview East.png")).unwrap();
    assert_eq!(run(&bench, &[&list[..], &["--resume"]].concat()).code, 0);
    assert!(folder.join("out/Product.png").exists());
    let again = fs::metadata(folder.join("out/Overview East.png")).unwrap();
    assert_eq!(east.modified().unwrap(), again.modified().unwrap());
    assert_eq!(run(&bench, &[&list[..], &["--overwrite"]].concat()).code, 0);
}

#[test]
fn mistakes_are_found_before_signing_in() {
    let bench = Bench::new();
    let folder = bench.folder.path();
    fs::write(folder.join("headless.csv"), "Superstore/Overview,East\n").unwrap();
    fs::write(folder.join("empty.csv"), "view,Region\n").unwrap();
    fs::write(folder.join("gap.csv"), "view,Region\n,East\n").unwrap();
    for arguments in [
        &["--list", "headless.csv"][..],
        &["--list", "empty.csv"],
        &["--list", "gap.csv"],
        &["--list", "missing.csv"],
        &[VIEW, "--filter", "Region"],
        &[VIEW, "-o", "view.docx"],
        &[VIEW, VIEW, "-o", "view.pdf"],
        &[VIEW, "--at-once", "21"],
        &[VIEW, "--overwrite", "--resume"],
        &[],
    ] {
        let ended = run(&bench, arguments);
        assert!(matches!(ended.code, 1 | 2), "{arguments:?}: {ended:?}");
    }
    assert_eq!(bench.sign_ins(), 0);
    for (arguments, code) in [
        (&[VIEW, "--name", "{Region}"][..], 2),
        (&[VIEW, VIEW, "--name", "same"], 9),
        (&["Samples/Superstore/Nothing"], 3),
    ] {
        let ended = run(&bench, arguments);
        assert_eq!(ended.code, code, "{arguments:?}: {ended:?}");
    }
}

#[test]
fn a_filter_by_a_field_that_the_workbook_does_not_have_is_warned_of() {
    let bench = Bench::new();
    let view = "Regional Sales Performance/Overview";
    let export = |filter: &str, file: &str| run(&bench, &[view, "--filter", filter, "-o", file]);
    let right = export("region=East", "right.csv");
    assert_eq!((right.code, right.err.as_str()), (0, ""));
    let wrong = export("Regoin=East", "wrong.csv");
    assert_eq!(wrong.code, 0, "{wrong:?}");
    assert!(wrong.err.contains("has no field Regoin"), "{wrong:?}");
}
