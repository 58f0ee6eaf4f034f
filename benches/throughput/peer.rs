//! Purpose: who is measured, and how each is started.
//!
//! Invariant: every bot gets its token and server the same way and is a process of its own.

use std::fmt;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use homeroom::sandbox::Sandbox;

use crate::process::Process;
use crate::school::School;
use crate::{bare, ceiling};

/// Tells a child which bot it is.
const ROLE: &str = "HOMEROOM_BENCH_ROLE";

/// A bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The program itself.
    Homeroom,
    /// teloxide with its dispatcher.
    Bare,
    /// The hand-written client.
    Ceiling,
}

impl Peer {
    /// All, in the order they are measured.
    pub const ALL: [Self; 3] = [Self::Homeroom, Self::Bare, Self::Ceiling];

    fn name(self) -> &'static str {
        match self {
            Self::Homeroom => "homeroom",
            Self::Bare => "bare",
            Self::Ceiling => "ceiling",
        }
    }

    /// The bot of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|peer| peer.name() == name)
    }

    /// Starts the bot against a server; its files go to `folder`.
    pub fn start(self, sandbox: &Sandbox, school: Option<&School>, folder: &Path) -> anyhow::Result<Process> {
        let mut command = match self {
            Self::Homeroom => {
                let school = school.context("homeroom has no school to run with")?;
                let mut command = Command::new(env!("CARGO_BIN_EXE_homeroom"));
                command.arg("run").arg("--config").arg(&school.config);
                command.env("DATABASE_URL", school.copy(&folder.join("homeroom.db"))?);
                command
            }
            Self::Bare | Self::Ceiling => {
                let mut command = Command::new(std::env::current_exe()?);
                command.env(ROLE, self.name());
                command
            }
        };
        command.env("TELOXIDE_TOKEN", sandbox.token()).env("TELOXIDE_API_URL", sandbox.url());
        Process::start(command, &folder.join(format!("{self}.log")))
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// In a child: runs the bot it is. `None` in the process that measures.
pub fn run_as_child() -> Option<anyhow::Result<()>> {
    match Peer::of_name(&std::env::var(ROLE).ok()?)? {
        Peer::Homeroom => None,
        Peer::Bare => Some(bare::run()),
        Peer::Ceiling => Some(ceiling::run()),
    }
}
