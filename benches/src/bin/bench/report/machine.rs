//! The machine, in words.

use std::fs;
use std::process::Command;

use crate::Outcome;
use crate::setup::Setup;

pub(crate) fn described(setup: &Setup) -> Outcome<String> {
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.map(|line| line.trim_matches([' ', '\t', ':']).to_owned())
    };
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = field("/proc/meminfo", "MemTotal:").unwrap_or_default();
    let memory: f64 = memory.trim_end_matches(" kB").parse().unwrap_or_default();
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let said = |program: &std::path::Path, arguments: &[&str]| -> Outcome<String> {
        let output = Command::new(program).args(arguments).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let rustc = said("rustc".as_ref(), &["--version"])?;
    let versions = "import importlib.metadata as m, sys; print('Python', sys.version.split()[0] + ', tableauserverclient', \
                    m.version('tableauserverclient') + ', tabcmd', m.version('tabcmd'))";
    let peers = said(&setup.peer("python"), &["-c", versions])?;
    let date = said("date".as_ref(), &["-u", "+%-d %B %Y, %H:%M UTC"])?;
    Ok(format!(
        "{date}. {} × {processor}, {:.0} GB of memory, Linux {}. {rustc}; {peers}. The load of the machine at the end: {}.",
        setup.cpus,
        memory * 1024.0 / 1e9,
        kernel.trim(),
        load.split(' ').next().unwrap_or_default(),
    ))
}
