//! Purpose: a bot under test as a process of its own, so that its memory and processor time are its own.
//!
//! Invariants: the process is killed when its handle is dropped. What it says goes to a file, which is quoted when it ends
//! too early. Reads Linux's `/proc`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, anyhow};

/// What `/proc/<pid>/stat` counts time in, as every Linux shows it to programs: a hundredth of a second.
const TICK: Duration = Duration::from_millis(10);
/// Lines of the log that are quoted.
const QUOTED_LINES: usize = 5;
/// Proxies of the environment have no business between a bot and a server on this machine.
const PROXIES: [&str; 6] =
    ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/// A running bot.
pub struct Process {
    child: Child,
    log: PathBuf,
}

/// What a process has used since its start.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Processor time, user and system, all threads. In steps of 10 ms.
    pub processor: Duration,
    /// The most memory it ever held, in KiB.
    pub memory_peak_kib: u32,
}

impl Process {
    /// Starts it; what it writes goes to `log`. Its standard input is a pipe that ends when this process does.
    pub fn start(mut command: Command, log: &Path) -> anyhow::Result<Self> {
        let file = File::create(log).context("making the bot's log file")?;
        for name in PROXIES {
            command.env_remove(name);
        }
        let child = command
            .stdin(Stdio::piped())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("starting {}", command.get_program().to_string_lossy()))?;
        Ok(Self { child, log: log.to_owned() })
    }

    /// Fails with the end of its log if it runs no more.
    pub fn check(&mut self) -> anyhow::Result<()> {
        let Some(status) = self.child.try_wait()? else { return Ok(()) };
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let quoted = lines.get(lines.len().saturating_sub(QUOTED_LINES)..).unwrap_or_default();
        Err(anyhow!("it ended by itself ({status}) {}", quoted.join(" | ")))
    }

    /// What it has used so far.
    pub fn usage(&self) -> anyhow::Result<Usage> {
        let folder = PathBuf::from("/proc").join(self.child.id().to_string());
        let stat = fs::read_to_string(folder.join("stat"))?;
        let status = fs::read_to_string(folder.join("status"))?;
        Ok(Usage {
            processor: processor(&stat).context("reading processor time")?,
            memory_peak_kib: memory_peak(&status).context("reading memory")?,
        })
    }
}

/// `utime` and `stime` are fields 14 and 15; the second field is a name in brackets that may hold blanks.
fn processor(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * (user + system))
}

fn memory_peak(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ends this process as soon as its standard input does: the process that measures is gone.
pub fn end_with_parent() {
    std::thread::spawn(|| {
        // Whether it ended or failed, nobody is there any more.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
}
