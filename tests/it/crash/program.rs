//! Purpose: the real program as a process of its own, to be killed.
//!
//! Invariant: no program outlives the test, also when that panics or is killed itself: a shell that reads the number of
//! the running program from a pipe kills it when the kernel closes the pipe.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use homeroom::clock::{real_sleep, timeout};

/// Reads numbers, one a line, and kills the last when there are no more; an empty line stands for none.
const WATCH: &str = "trap '' HUP INT TERM; last=; while read -r next; do last=$next; done; [ -z \"$last\" ] || kill -9 \"$last\"";

/// Where and how the program runs.
pub struct Place {
    pub config: PathBuf,
    pub database: String,
    pub api: String,
    pub token: String,
    pub log: PathBuf,
    watch: Child,
}

impl Place {
    pub fn new(folder: &Path, database: &str, api: String, token: &str) -> Self {
        let mut watch = Command::new("sh");
        watch.args(["-c", WATCH]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self {
            config: folder.join("config"),
            database: database.to_owned(),
            api,
            token: token.to_owned(),
            log: folder.join("log"),
            watch: watch.spawn().unwrap(),
        }
    }

    /// Starts the program.
    pub fn start(&mut self) -> Program {
        let log = || OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_homeroom"))
            .arg("run")
            .arg("--config")
            .arg(&self.config)
            .env("DATABASE_URL", &self.database)
            .env("TELOXIDE_API_URL", &self.api)
            .env("TELOXIDE_TOKEN", &self.token)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log())
            .stderr(log())
            .spawn()
            .unwrap();
        self.note(&child.id().to_string());
        Program { child }
    }

    /// Kills a program with SIGKILL; returns once nothing of it runs any more.
    pub fn kill(&mut self, mut program: Program) {
        assert_eq!(program.ended(), None, "the program ended by itself:\n{}", self.log_end());
        program.child.kill().unwrap();
        program.child.wait().unwrap();
        self.note("");
    }

    /// Asks a program to end with SIGTERM and waits until it has, `bound` at most.
    pub async fn stop(&mut self, mut program: Program, bound: Duration) -> ExitStatus {
        let number = program.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &number]).status().unwrap().success());
        let ended = timeout(bound, async {
            loop {
                if let Some(status) = program.ended() {
                    return status;
                }
                real_sleep(Duration::from_millis(5)).await;
            }
        });
        let status = ended.await.unwrap_or_else(|_| panic!("did not stop:\n{}", self.log_end()));
        self.note("");
        status
    }

    /// The last lines of what the program logged.
    pub fn log_end(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().rev().take(40).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    fn note(&mut self, number: &str) {
        writeln!(self.watch.stdin.as_mut().unwrap(), "{number}").unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
    }
}

/// A running program. Dropped, it is killed.
pub struct Program {
    child: Child,
}

impl Program {
    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }
}

impl Program {
    /// The most memory it has had, in kibibytes; none where the system doesn't tell.
    pub fn peak_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// When a file was last changed, if it is there.
pub fn changed_at(path: &Path) -> Option<std::time::SystemTime> {
    File::open(path).and_then(|file| file.metadata()).and_then(|about| about.modified()).ok()
}
