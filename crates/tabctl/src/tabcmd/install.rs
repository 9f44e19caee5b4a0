//! Makes a link by the name `tabcmd` to this program.

use std::path::Path;

use crate::failure::Failure;
use crate::terminal::text::say;

/// Makes the link in a folder; one that leads here already is no error, and another file is not replaced.
pub(super) fn install(folder: &Path) -> Result<(), Failure> {
    let unknown = |error: std::io::Error| Failure::Local(format!("this program's path: {error}"));
    let program = std::env::current_exe().map_err(unknown)?;
    let link = folder.join(if cfg!(windows) { "tabcmd.exe" } else { "tabcmd" });
    let failed =
        |error: std::io::Error| Failure::Local(format!("{} cannot be made: {error}", link.display()));
    if link.symlink_metadata().is_ok() {
        let is_here = link.canonicalize().ok() == program.canonicalize().ok();
        if !is_here {
            return Err(Failure::Usage(format!(
                "{} is another program: remove it first, or choose another folder",
                link.display()
            )));
        }
    } else {
        make(&program, &link).map_err(failed)?;
    }
    say(&format!("{} speaks tabcmd's language now", link.display()));
    Ok(())
}

#[cfg(unix)]
fn make(program: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(program, link)
}

/// Links need a right there that users rarely have; a second name of the file does not.
#[cfg(not(unix))]
fn make(program: &Path, link: &Path) -> std::io::Result<()> {
    std::fs::hard_link(program, link).or_else(|_| std::fs::copy(program, link).map(drop))
}
