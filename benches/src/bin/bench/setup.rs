//! What is there before anything is measured: programs, peers, certificates, a folder for files.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustix::fs::statvfs;
use tableau_benches::block::{BLOCK, block};
use tempfile::TempDir;

use crate::Outcome;

/// The environment of Tableau's clients: see `tests/peers/venvs`.
const PEERS: &str = "tsc-0.41";

/// Programs, files, and the environment that all programs get.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) root: PathBuf,
    programs: PathBuf,
    peers: PathBuf,
    /// Where files are published from and downloaded to: in memory, if there is such a folder.
    folder: TempDir,
    pub(crate) cpus: usize,
    /// Whether servers and clients get a CPU each.
    pub(crate) pins: bool,
}

impl Setup {
    /// Makes what is missing. The programs stand beside this one.
    ///
    /// Files of so many bytes are published and downloaded.
    pub(crate) fn new(with_peers: bool, file: u64) -> Outcome<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
        let programs = std::env::current_exe()?;
        let programs = programs.parent().ok_or("no folder of programs")?.to_path_buf();
        let target = programs.parent().ok_or("no target folder")?.to_path_buf();
        let memory = Path::new("/dev/shm");
        // The file, its copy, and the folders of sandboxes.
        let has_room = statvfs(memory).is_ok_and(|room| room.f_bavail * room.f_frsize > 3 * file);
        let setup = Self {
            peers: target.join("peers").join(PEERS).join("bin"),
            folder: match has_room {
                true => tempfile::tempdir_in(memory)?,
                false => tempfile::tempdir()?,
            },
            cpus: std::thread::available_parallelism()?.get(),
            pins: Command::new("taskset")
                .args(["--cpu-list", "0,1", "true"])
                .output()
                .is_ok_and(|output| output.status.success()),
            programs,
            root,
        };
        if !setup.program("tabctl").exists() {
            return Err("the command is not built: use benches/run".into());
        }
        if with_peers {
            let venv = setup.root.join("tests/peers/venv");
            done(Command::new(venv).arg(PEERS).env("CARGO_TARGET_DIR", &target))?;
            setup.make_certificates()?;
        }
        Ok(setup)
    }

    /// One of the programs of this workspace.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// One of the programs of the peers: `python`, `tabcmd`.
    pub(crate) fn peer(&self, name: &str) -> PathBuf {
        self.peers.join(name)
    }

    /// A file or a folder for this run.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    /// All that programs get of the environment: the authorities to trust, and homes without anything in them.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("PATH", "/usr/bin:/bin".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("HOME", self.text("home")),
            ("NO_PROXY", "127.0.0.1".to_owned()),
            ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
            ("SSL_CERT_FILE", self.text("authorities.pem")),
            ("REQUESTS_CA_BUNDLE", self.text("authorities.pem")),
            ("TABLEAU_CONFIG_DIR", self.text("config")),
            ("TABLEAU_KEYRING", "off".to_owned()),
        ]
    }

    /// A certificate for the loopback interface, and its authority among those that the peers trust.
    fn make_certificates(&self) -> Outcome<()> {
        fs::create_dir_all(self.path("home"))?;
        let mut params = CertificateParams::default();
        // Another name than that of the certificate, which would look as if it had signed itself.
        params
            .distinguished_name
            .push(DnType::CommonName, "authority of the benches");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let names = vec!["127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names)?.signed_by(&key, &authority)?;
        fs::write(self.path("certificate.pem"), certificate.pem())?;
        fs::write(self.path("key.pem"), key.serialize_pem())?;
        let script = "import certifi; print(certifi.contents())";
        let bundle = Command::new(self.peer("python")).args(["-c", script]).output()?;
        let mut file = File::create(self.path("authorities.pem"))?;
        file.write_all(&bundle.stdout)?;
        file.write_all(authority.pem().as_bytes())?;
        Ok(())
    }

    /// Makes the file that is published.
    pub(crate) fn make_file(&self, bytes: u64) -> Outcome<()> {
        let (block, mut file) = (block(), File::create(self.path("Large.twbx"))?);
        for _ in 0..bytes / BLOCK as u64 {
            file.write_all(&block)?;
        }
        Ok(())
    }
}

fn done(command: &mut Command) -> Outcome<()> {
    match command.status()? {
        status if status.success() => Ok(()),
        status => Err(format!("{command:?} ended with {status}").into()),
    }
}
