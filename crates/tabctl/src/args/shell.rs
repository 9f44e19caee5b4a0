//! `tabctl completions`, `tabctl man` and `tabctl docs`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap_complete::Shell;

const INSTALL: &str = "\
To install them:
  bash        tabctl completions bash > ~/.local/share/bash-completion/completions/tabctl
  zsh         tabctl completions zsh > ~/.zfunc/_tabctl      (with ~/.zfunc in $fpath)
  fish        tabctl completions fish > ~/.config/fish/completions/tabctl.fish
  PowerShell  tabctl completions powershell >> $PROFILE";

#[derive(Debug, ClapArgs)]
#[command(after_help = INSTALL)]
pub(crate) struct Completions {
    /// The shell they are for
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Man {
    /// Write every page, one for each command, to this folder
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Docs {
    /// The folder that the pages are written to
    #[arg(value_name = "DIR")]
    pub(crate) output: PathBuf,
}
