//! Measures files: a workbook of a gibibyte published and downloaded, by this library and by `curl`, against one sandbox.
//!
//! `cargo run --release -p tableau-benches --bin files [MEBIBYTES]`, on Linux and with `curl`.
//!
//! Each turn is a process of its own, and so is the server: time, CPU and the peak of memory are the kernel's figures for it (`/proc`). `curl` sends
//! the same chunks in the same requests, from files that were cut before, and saves to the same disk; this library cuts while it sends, and checks and
//! syncs what it saves. The ways take turns, round after round; what is compared is the ratio within a round.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tableau_client::wire::rest::file_uploads::InitiateFileUpload;
use tableau_client::{Blocking, Client, Filter, Id, Project, Session, Site, UserPassword, Workbook};
use tableau_sandbox::Sandbox;
use tableau_sandbox::well_known::{ADMIN, PASSWORD};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

type Outcome<T> = Result<T, Box<dyn Error>>;

const MEBIBYTE: usize = 1024 * 1024;
/// As this library cuts files.
const CHUNK: usize = 10 * MEBIBYTE;
const ROUNDS: usize = 5;
const BOUNDARY: &str = "0f6f4dca-3d3a-4e0b-9f4b-c8c8cd9aa01d";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve"] => serve(),
        ["sign-in", url] => sign_in(url).map(drop),
        ["publish", url, file, project] => publish(url, file, project),
        ["download", url, id, target] => download(url, id, target),
        [] => compare(1024),
        [mebibytes] => compare(mebibytes.parse()?),
        _ => Err("usage: files [MEBIBYTES]".into()),
    }
}

fn sign_in(url: &str) -> Outcome<Site<Blocking>> {
    Ok(Client::new(url)?
        .blocking()?
        .sign_in(UserPassword::new(ADMIN, PASSWORD))?)
}

fn publish(url: &str, file: &str, project: &str) -> Outcome<()> {
    let project: Id<Project> = project.into();
    sign_in(url)?
        .workbooks()
        .publish(file, project)
        .overwrite()
        .send()?;
    Ok(())
}

fn download(url: &str, id: &str, target: &str) -> Outcome<()> {
    let id: Id<Workbook> = id.into();
    sign_in(url)?
        .workbooks()
        .download(id)
        .overwrite()
        .to_file(target)?;
    Ok(())
}

/// Serves until its standard input ends; says the address first.
fn serve() -> Outcome<()> {
    let sandbox = Sandbox::start()?;
    println!("{}", sandbox.url());
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn compare(mebibytes: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let bench = Bench::new(folder.path(), mebibytes)?;
    let mut rounds: [Vec<Turn>; 5] = Default::default();
    for _ in 0..ROUNDS {
        let turns = [
            bench.ours(&["sign-in", &bench.url])?,
            bench.ours(&[
                "publish",
                &bench.url,
                &bench.text(&bench.workbook)?,
                &bench.project,
            ])?,
            bench.curl_publish()?,
            bench.ours(&[
                "download",
                &bench.url,
                &bench.published()?,
                &bench.text(&bench.copy)?,
            ])?,
            bench.curl_download()?,
        ];
        bench.check()?;
        rounds
            .iter_mut()
            .zip(turns)
            .for_each(|(turns, turn)| turns.push(turn));
    }
    report(&rounds, mebibytes, &bench)
}

/// What one process took.
#[derive(Clone, Copy)]
struct Turn {
    wall: Duration,
    /// Of user and kernel together.
    cpu: Duration,
    /// The most memory that it had, in KiB.
    peak: u64,
}

struct Bench {
    url: String,
    server: Child,
    /// The memory of the server after a sign-in, in KiB.
    server_peak: u64,
    session: Session,
    site: Site<Blocking>,
    project: String,
    workbook: PathBuf,
    copy: PathBuf,
    chunks: PathBuf,
}

impl Bench {
    fn new(folder: &Path, mebibytes: usize) -> Outcome<Self> {
        let mut server = Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        BufReader::new(server.stdout.take().ok_or("no output")?).read_line(&mut url)?;
        let url = url.trim().to_owned();
        let site = sign_in(&url)?;
        let projects = site
            .projects()
            .list()
            .filter(Filter::eq("name", "default"))
            .send()?;
        let project = projects.items.first().ok_or("no default project")?.id.to_string();
        let (workbook, chunks) = (folder.join("Large.twbx"), folder.join("chunks"));
        write_workbook(&workbook, mebibytes)?;
        cut(&workbook, &chunks)?;
        Ok(Self {
            server_peak: Usage::of(server.id())?.peak,
            session: (*site.session()).clone(),
            copy: folder.join("copy.twbx"),
            url,
            server,
            site,
            project,
            workbook,
            chunks,
        })
    }

    fn text(&self, path: &Path) -> Outcome<String> {
        Ok(path.to_str().ok_or("a path that is no text")?.to_owned())
    }

    /// The identifier of the workbook that was published.
    fn published(&self) -> Outcome<String> {
        let found = self
            .site
            .workbooks()
            .list()
            .filter(Filter::eq("name", "Large"))
            .send()?;
        Ok(found.items.first().ok_or("it was not published")?.id.to_string())
    }

    fn ours(&self, arguments: &[&str]) -> Outcome<Turn> {
        measure(Command::new(std::env::current_exe()?).args(arguments))
    }

    /// The requests of an upload and of publishing, on one connection; the upload is begun before.
    fn curl_publish(&self) -> Outcome<Turn> {
        let upload = self.site.call(InitiateFileUpload).send()?.upload_session_id;
        let site = format!("{}/api/3.20/sites/{}", self.url, self.session.site_id());
        let mut config = String::new();
        let mut chunks: Vec<PathBuf> = fs::read_dir(&self.chunks)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()?;
        chunks.sort();
        for chunk in chunks {
            let url = format!("{site}/fileUploads/{upload}");
            writeln!(
                config,
                "url = \"{url}\"\nupload-file = \"{}\"",
                self.text(&chunk)?
            )?;
            self.head(&mut config)?;
            config.push_str("next\n");
        }
        let document = format!(
            "<tsRequest><workbook name=\"Large\"><project id=\"{}\"/></workbook></tsRequest>",
            self.project
        );
        let body = self.chunks.with_file_name("publish");
        fs::write(
            &body,
            format!(
                "{}{document}\r\n--{BOUNDARY}--",
                part("request_payload", "text/xml")
            ),
        )?;
        let query = format!("uploadSessionId={upload}&workbookType=twbx&overwrite=true");
        writeln!(
            config,
            "url = \"{site}/workbooks?{query}\"\ndata-binary = \"@{}\"",
            self.text(&body)?
        )?;
        self.head(&mut config)?;
        self.curl(&config)
    }

    fn curl_download(&self) -> Outcome<Turn> {
        let (site, id) = (self.session.site_id(), self.published()?);
        let mut config = format!(
            "url = \"{}/api/3.20/sites/{site}/workbooks/{id}/content\"\n",
            self.url
        );
        self.head(&mut config)?;
        let copy = self.text(&self.copy.with_extension("curl"))?;
        self.curl(&config.replace("/dev/null", &copy))
    }

    fn head(&self, config: &mut String) -> Outcome<()> {
        writeln!(
            config,
            "header = \"X-Tableau-Auth: {}\"",
            self.session.token().expose()
        )?;
        writeln!(
            config,
            "header = \"Content-Type: multipart/mixed; boundary={BOUNDARY}\""
        )?;
        config.push_str("header = \"Expect:\"\noutput = \"/dev/null\"\nsilent\nfail\n");
        Ok(())
    }

    fn curl(&self, config: &str) -> Outcome<Turn> {
        let file = self.chunks.with_file_name("curl.conf");
        fs::write(&file, config)?;
        measure(Command::new("curl").arg("--config").arg(file))
    }

    /// What was downloaded is what was published, both times.
    fn check(&self) -> Outcome<()> {
        for copy in [self.copy.clone(), self.copy.with_extension("curl")] {
            if fs::metadata(&copy)?.len() != fs::metadata(&self.workbook)?.len() {
                return Err("a download is not what was published".into());
            }
            fs::remove_file(copy)?;
        }
        Ok(())
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // The server ends with its input.
        drop(self.server.stdin.take());
        let _ = self.server.wait();
    }
}

/// A package with a workbook and an extract as large as that.
fn write_workbook(path: &Path, mebibytes: usize) -> Outcome<()> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path)?));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("Large.twb", stored)?;
    zip.write_all(
        b"<?xml version='1.0'?><workbook><worksheets><worksheet name='Map'/></worksheets></workbook>",
    )?;
    zip.start_file("Data/Extracts/large.hyper", stored)?;
    let mut state = 1_u64;
    let mut piece = vec![0_u8; MEBIBYTE];
    for _ in 0..mebibytes {
        for bytes in piece.chunks_exact_mut(8) {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            bytes.copy_from_slice(&state.to_le_bytes());
        }
        zip.write_all(&piece)?;
    }
    zip.finish()?.flush()?;
    Ok(())
}

fn part(name: &str, media_type: &str) -> String {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"file\"\r\nContent-Type: {media_type}\r\n\r\n"
    )
}

/// The bodies of the requests that `curl` sends, each in a file.
fn cut(workbook: &Path, folder: &Path) -> Outcome<()> {
    fs::create_dir(folder)?;
    let mut file = File::open(workbook)?;
    let length = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    for number in 0..length.div_ceil(CHUNK as u64) {
        let mut body = File::create(folder.join(format!("{number:05}")))?;
        write!(
            body,
            "{}\r\n{}",
            part("request_payload", "text/xml"),
            part("tableau_file", "application/octet-stream")
        )?;
        io::copy(&mut (&mut file).take(CHUNK as u64), &mut body)?;
        write!(body, "\r\n--{BOUNDARY}--")?;
    }
    Ok(())
}

/// Runs a process to its end, looking at it again and again: what it had at most never falls, so the last look is right but for a moment.
fn measure(command: &mut Command) -> Outcome<Turn> {
    let started = Instant::now();
    let mut child = command.spawn()?;
    let mut last = Usage::default();
    loop {
        if let Ok(usage) = Usage::of(child.id()) {
            last = usage;
        }
        if let Some(status) = child.try_wait()? {
            if !status.success() {
                return Err(format!("{command:?} ended with {status}").into());
            }
            return Ok(Turn {
                wall: started.elapsed(),
                cpu: last.cpu,
                peak: last.peak,
            });
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[derive(Default, Clone, Copy)]
struct Usage {
    cpu: Duration,
    peak: u64,
}

impl Usage {
    fn of(process: u32) -> Outcome<Self> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // Behind the name, which is in parentheses: the 12th and 13th field, in hundredths of a second.
        let (_, fields) = stat.rsplit_once(')').ok_or("no stat")?;
        let ticks: u64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .ok_or("no VmHWM")?;
        let peak = peak.trim().trim_end_matches("kB").trim().parse()?;
        Ok(Self {
            cpu: Duration::from_millis(ticks * 10),
            peak,
        })
    }
}

fn report(rounds: &[Vec<Turn>; 5], mebibytes: usize, bench: &Bench) -> Outcome<()> {
    let [base, publish, curl_publish, download, curl_download] = rounds;
    println!("{mebibytes} MiB, {ROUNDS} rounds; ours / curl, the median of the rounds' ratios\n");
    println!("           wall   CPU    peak above a sign-in");
    for (what, ours, curl) in [
        ("publish", publish, curl_publish),
        ("download", download, curl_download),
    ] {
        let ratio = |of: &dyn Fn(&Turn) -> f64| {
            median(
                ours.iter()
                    .zip(curl)
                    .map(|(ours, curl)| of(ours) / of(curl).max(0.01))
                    .collect(),
            )
        };
        let above = |turns: &[Turn]| {
            median(
                turns
                    .iter()
                    .zip(base)
                    .map(|(turn, base)| turn.peak as f64 - base.peak as f64)
                    .collect(),
            )
        };
        println!(
            "{what:<9} {:>5.2}  {:>5.2}   {:.1} MiB ({:.1} MiB in all; curl {:.1} MiB in all)",
            ratio(&|turn| turn.wall.as_secs_f64()),
            ratio(&|turn| turn.cpu.as_secs_f64()),
            above(ours) / 1024.0,
            median(ours.iter().map(|turn| turn.peak as f64).collect()) / 1024.0,
            median(curl.iter().map(|turn| turn.peak as f64).collect()) / 1024.0,
        );
    }
    let server = Usage::of(bench.server.id())?.peak;
    println!(
        "\nthe server: {:.1} MiB above what it had after a sign-in",
        (server - bench.server_peak) as f64 / 1024.0
    );
    let seconds = |turns: &[Turn]| median(turns.iter().map(|turn| turn.wall.as_secs_f64()).collect());
    println!(
        "seconds: publish {:.2} and {:.2}, download {:.2} and {:.2}",
        seconds(publish),
        seconds(curl_publish),
        seconds(download),
        seconds(curl_download)
    );
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
