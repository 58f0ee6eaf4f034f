//! Purpose: a PostgreSQL server for the tests of this process, from programs that are installed.
//!
//! Invariant: no server outlives the process that started it, however that ends. A shell stands beside each server and
//! reads from a pipe whose other end only the test process has; when the kernel closes it, by a normal end as by
//! `kill -9`, the shell stops the server and removes its files. `cargo nextest` runs a process for each test: then each
//! PostgreSQL test has a server of its own, which is slower and just as right.

use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The programs needed, all from one folder.
const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "postgres"];
const INSTALL: &str = "the tests need PostgreSQL's server programs (initdb, pg_ctl, postgres). Install them, for example \
    with `apt-get install postgresql`, `dnf install postgresql-server` or `brew install postgresql`, or set \
    HOMEROOM_TEST_POSTGRES_URL to the address of a server on which databases may be created";
/// How long the system's package manager may take.
const INSTALL_SECONDS: &str = "300";

/// Settings of a server that loses nothing worth keeping when the machine stops, because the whole server is thrown
/// away with the test process. What a process sees of it is the same with and without: not waiting for the disk changes
/// what survives a power cut and nothing else. A test about crashes of the server must not use these.
const FAST: &[&str] = &[
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "autovacuum = off",
    "shared_buffers = 32MB",
    "max_connections = 300",
    // A deadlock is looked for after 1 s otherwise, and tests provoke some.
    "deadlock_timeout = 20ms",
];

/// Who logs in how: the owner as they come, everybody else with a password.
const LOGINS: &str = "local all homeroom trust\nlocal all all scram-sha-256\n";

/// Stands beside the server and outlives the test process by what it takes to stop it: no signal of a terminal ends it,
/// nor that nobody reads its answer any more. `$1` is the programs' folder, `$2` the server's folder, the rest are settings.
const SUPERVISOR: &str = r#"
set -eu
programs=$1
home=$2
shift 2
trap '' HUP INT TERM PIPE
trap 'rm -rf "$home"' EXIT
export LC_ALL=C
fail() { cat log; exit 1; }
"$programs/initdb" -D data -U homeroom --auth=trust --encoding=UTF8 --no-locale --no-sync >log 2>&1 || fail
printf '%s\n' "$@" >>data/postgresql.conf
"$programs/pg_ctl" -D data -l log -s -w -t 60 start >>log 2>&1 || fail
trap '"$programs/pg_ctl" -D data -s -m immediate stop >/dev/null 2>&1; rm -rf "$home"' EXIT
echo ready
cat >/dev/null
"#;

/// A running server. It stops when this is dropped or the process ends.
pub struct Server {
    home: PathBuf,
    supervisor: Child,
}

impl Server {
    /// Starts a server with an empty data folder and waits until it answers, 60 s at most.
    pub fn start() -> Self {
        Self::start_in(Self::home())
    }

    /// A folder for a server, which removes it when it stops.
    pub fn home() -> PathBuf {
        tempfile::Builder::new().prefix("homeroom-pg-").tempdir().unwrap().keep()
    }

    /// As [`Server::start`], in a folder whose addresses are known before.
    pub fn start_in(home: PathBuf) -> Self {
        let programs = programs();
        let user = unprivileged_user();
        // A socket in a folder that only its owner can open: trust without a password is then safe, and there is no
        // port that another program could take first.
        let socket = format!("unix_socket_directories = '{}'", home.display());
        let logins = home.join("logins.conf");
        fs::write(&logins, LOGINS).unwrap();
        let logins = format!("hba_file = '{}'", logins.display());
        let mut command = Command::new("sh");
        command.args(["-c", SUPERVISOR, "sh"]).arg(&programs).arg(&home);
        command.args(["listen_addresses = ''", &socket, &logins]).args(FAST).current_dir(&home);
        if let Some((user, group)) = user {
            chown(&home, Some(user), Some(group)).unwrap();
            command.uid(user).gid(group);
        }
        // Its own process group, so that an interrupt typed at the terminal doesn't end it before its work is done.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut supervisor = command.spawn().unwrap();
        let mut answers = BufReader::new(supervisor.stdout.take().unwrap());
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        if answer.trim_end() != "ready" {
            answers.read_to_string(&mut answer).unwrap();
            panic!("PostgreSQL from {} did not start:\n{answer}", programs.display());
        }
        Self { home, supervisor }
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        Self::url_in(&self.home, "homeroom", database)
    }

    /// The address of a database of the server in a folder, for a user (`name` or `name:password`).
    pub fn url_in(home: &Path, user: &str, database: &str) -> String {
        let home = home.to_str().unwrap().replace('/', "%2F");
        format!("postgres://{user}@localhost/{database}?host={home}")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        let _ = self.supervisor.wait();
    }
}

/// The folder with the server programs; installs them if they aren't there and we may.
fn programs() -> PathBuf {
    find_programs().or_else(|| install().then(find_programs).flatten()).unwrap_or_else(|| panic!("{INSTALL}"))
}

fn find_programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let asked = Command::new("pg_config").arg("--bindir").output().ok();
    let asked = asked.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    // On PATH they may be links, and the programs look for one another beside themselves.
    let linked = env::split_paths(&path).filter_map(|folder| {
        fs::canonicalize(folder.join("initdb")).ok().and_then(|program| program.parent().map(Path::to_owned))
    });
    let mut packaged: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    packaged.sort();
    linked
        .chain(packaged.into_iter().rev())
        .chain(asked)
        .find(|folder| PROGRAMS.iter().all(|program| folder.join(program).is_file()))
}

fn install() -> bool {
    let apt = |arguments: &[&str]| {
        Command::new("timeout")
            .args([INSTALL_SECONDS, "apt-get", "-o", "DPkg::Lock::Timeout=300"])
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    is_root() && apt(&["update"]) && apt(&["install", "-y", "--no-install-recommends", "postgresql"])
}

fn is_root() -> bool {
    // A file made by this process belongs to the user it runs as.
    tempfile::tempfile().and_then(|file| file.metadata()).unwrap().uid() == 0
}

/// The server refuses to run as root. The user and group to run it as then; none if we aren't root.
fn unprivileged_user() -> Option<(u32, u32)> {
    if !is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2);
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    };
    let user = find("postgres").or_else(|| find("nobody"));
    assert!(
        user.is_some(),
        "PostgreSQL doesn't run as root, and there is no user `postgres` or `nobody` to run it as"
    );
    user
}
