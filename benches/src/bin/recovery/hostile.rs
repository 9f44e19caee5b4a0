//! Answers that would fill the memory, and what they take.

use std::io::Write as _;

use support::scripted::{Act, Scripted, answer, page, usual};

use crate::process::{self, Ended};
use crate::task::{Task, Way};
use crate::{ABOVE, Outcome, SECONDS, WAYS};

const MEBIBYTE: usize = 1 << 20;

/// What a list is answered with.
struct Answer {
    name: &'static str,
    acts: fn() -> Outcome<Vec<Act>>,
}

const ANSWERS: &[Answer] = &[
    Answer {
        name: "a list of 256 MiB",
        acts: || Ok(endless("200 OK")),
    },
    Answer {
        name: "a page of an error of 256 MiB",
        acts: || Ok(endless("500 Internal Server Error")),
    },
    Answer {
        name: "a list that unpacks to 256 MiB",
        acts: || packed(),
    },
    Answer {
        name: "500,000 elements within each other",
        acts: || {
            Ok(document(
                &["<a>".repeat(500_000), "</a>".repeat(500_000)].concat(),
            ))
        },
    },
    Answer {
        name: "300,000 attributes",
        acts: || Ok(document(&attributes())),
    },
    Answer {
        name: "a head of 64 MiB",
        acts: || {
            Ok(vec![
                Act::Read,
                Act::Send(b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec()),
                Act::Send(vec![b'x'; 64 * MEBIBYTE]),
            ])
        },
    },
];

fn document(content: &str) -> Vec<Act> {
    vec![
        Act::Read,
        answer("200 OK", "", &support::scripted::document(content)),
    ]
}

fn attributes() -> String {
    let all: String = (0..300_000).map(|number| format!(" a{number}='1'")).collect();
    format!("<workbooks><workbook id='w'{all}/></workbooks>")
}

fn endless(status: &str) -> Vec<Act> {
    let head = format!("HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n\r\n");
    let mut chunk = format!("{MEBIBYTE:x}\r\n").into_bytes();
    chunk.resize(chunk.len() + MEBIBYTE, b' ');
    chunk.extend_from_slice(b"\r\n");
    let mut acts = vec![Act::Read, Act::Send(head.into_bytes())];
    acts.extend(std::iter::repeat_n(Act::Send(chunk), 256));
    acts.push(Act::Send(b"0\r\n\r\n".to_vec()));
    acts
}

fn packed() -> Outcome<Vec<Act>> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..256 {
        packed.write_all(&vec![b' '; MEBIBYTE])?;
    }
    let packed = packed.finish()?;
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    );
    Ok(vec![Act::Read, Act::Send(head.into_bytes()), Act::Send(packed)])
}

/// A list against a server with this answer.
fn list(way: Way, seconds: u64, acts: Vec<Act>) -> Outcome<Ended> {
    let server = Scripted::start(move |seen| usual(seen).unwrap_or_else(|| acts.clone()));
    let folder = tempfile::tempdir()?;
    process::run(&mut Task::List.process(way, &server.url(), folder.path(), seconds)?)
}

/// Prints the table; gives whether none takes too much, and each is an error.
pub(crate) fn report() -> Outcome<bool> {
    let control = |way| {
        list(
            way,
            0,
            vec![Act::Read, answer("200 OK", "", &page(1, 1000, 1000))],
        )
    };
    let controls = [control(WAYS[0])?, control(WAYS[1])?];
    println!(
        "\n| answer | library | command | library, 5 s | command, 5 s |\n| --- | --- | --- | --- | --- |"
    );
    let mut met = controls.iter().all(|ended| ended.status.success());
    for hostile in ANSWERS {
        let mut row = format!("| {} |", hostile.name);
        for seconds in SECONDS {
            for (way, control) in WAYS.into_iter().zip(&controls) {
                let ended = list(way, seconds, (hostile.acts)()?)?;
                let above = ended.peak.saturating_sub(control.peak);
                met &= above <= ABOVE && !ended.status.success() && ended.status.code() != Some(101);
                row.push_str(&format!(" {} MiB |", above / 1024));
            }
        }
        println!("{row}");
    }
    Ok(met)
}
