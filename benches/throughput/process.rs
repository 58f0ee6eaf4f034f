//! Purpose: a bot under test as a process of its own, so that its memory and processor time are its own.
//!
//! Invariants: the process is killed when its handle is dropped, and also when the process that measures is killed itself.
//! What it says goes to a file, which is quoted when it ends too early. Reads Linux's `/proc`.

use std::fs::{self, File};
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

/// Waits for the end of its input, which comes when the process that measures is gone, and kills the bot it is named.
const GUARD: &str = "read -r _; kill -9 \"$0\"";

/// A running bot.
pub struct Process {
    child: Child,
    guard: Option<Child>,
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
    /// Starts it; what it writes goes to `log`.
    pub fn start(mut command: Command, log: &Path) -> anyhow::Result<Self> {
        let file = File::create(log).context("making the bot's log file")?;
        for name in PROXIES {
            command.env_remove(name);
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("starting {}", command.get_program().to_string_lossy()))?;
        let mut process = Self { child, guard: None, log: log.to_owned() };
        let guard = Command::new("sh")
            .args(["-c", GUARD, &process.child.id().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        process.guard = Some(guard.context("starting the bot's guard")?);
        Ok(process)
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

/// The processor time a process has used, from its `/proc/<pid>/stat`: `utime` and `stime` are fields 14 and 15; the second
/// field is a name in brackets that may hold blanks.
pub fn processor(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * (user + system))
}

/// The most memory a process ever held, in KiB, from its `/proc/<pid>/status`.
pub fn memory_peak(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

impl Drop for Process {
    fn drop(&mut self) {
        // The guard first, because it knows the bot by a number that is free again later. What has ended already needs
        // no killing.
        for child in self.guard.iter_mut().chain([&mut self.child]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
