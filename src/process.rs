//! Purpose: naming this process so that another one on the same machine can prove that it has ended.
//!
//! A crashed process can't give its leases back. One that is started in its place needn't wait until they run out where
//! the kernel says that nobody works under them any more.
//!
//! Invariant: a process is called gone only on proof: the same boot of the same machine, the same numbering of processes
//! and the same user, and the number is free, dead, or given to a process that began later. What can't be read or was
//! named elsewhere may live.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;

use crate::random::Random;

/// What makes process numbers comparable: the boot, the namespace of numbers, and the user, because some systems hide
/// other users' processes.
fn place() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let numbering = fs::read_link("/proc/self/ns/pid").ok()?;
    let user = fs::metadata("/proc/self").ok()?.uid();
    Some(format!("{}/{}/{user}", boot.trim(), numbering.display()))
}

/// A process's state and when it began, in ticks since the boot (proc(5), `/proc/pid/stat`).
fn state(stat: &str) -> Option<(char, u64)> {
    // The program's name stands in brackets and may hold anything, brackets too.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(18)?.parse().ok()?))
}

/// The name of this process. Two are never the same.
#[must_use]
pub fn name(random: &Random) -> String {
    let number = std::process::id();
    let began = fs::read_to_string("/proc/self/stat").ok().and_then(|stat| state(&stat)).map(|(_, at)| at);
    let chance = random.below(u64::MAX);
    match (place(), began) {
        (Some(place), Some(began)) => format!("{place}/{number}/{began}/{chance:016x}"),
        _ => format!("{number}-{chance:016x}"),
    }
}

/// True if the process with this name surely runs no more.
#[must_use]
pub fn is_gone(name: &str) -> bool {
    let mut parts = name.rsplitn(4, '/');
    let (_, began, number) = (parts.next(), parts.next(), parts.next());
    let (Some(began), Some(number), Some(named_in)) = (began, number, parts.next()) else { return false };
    let (Ok(began), Ok(number)) = (began.parse::<u64>(), number.parse::<u32>()) else { return false };
    if place().is_none_or(|place| place != named_in) {
        return false;
    }
    match fs::read_to_string(format!("/proc/{number}/stat")) {
        Ok(stat) => state(&stat).is_some_and(|(state, at)| at != began || matches!(state, 'Z' | 'X')),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_runs_is_not_gone() {
        assert!(!is_gone(&name(&Random::seeded(1))));
    }

    #[test]
    fn a_process_that_has_ended_is_gone() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
        let (_, began) = state(&stat).unwrap();
        let of_child = format!("{}/{}/{began}/0", place().unwrap(), child.id());
        let before = is_gone(&of_child);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!before);
        assert!(is_gone(&of_child));
    }

    #[test]
    fn a_number_given_to_a_later_process_proves_that_the_earlier_is_gone() {
        let own = name(&Random::seeded(1));
        let mut parts: Vec<&str> = own.split('/').collect();
        let began = parts.len() - 2;
        parts[began] = "1";
        assert!(is_gone(&parts.join("/")));
    }

    #[test]
    fn of_another_machine_container_or_user_nothing_is_known() {
        let own = name(&Random::seeded(1));
        let ended = own.replacen(&format!("/{}/", std::process::id()), "/4194303/", 1);
        assert!(is_gone(&ended), "{ended}");
        for part in 0..3 {
            let mut parts: Vec<&str> = ended.split('/').collect();
            parts[part] = "elsewhere";
            assert!(!is_gone(&parts.join("/")), "{parts:?}");
        }
        for name in ["", "a", "1-2", "a/b/c", "a/b/c/d"] {
            assert!(!is_gone(name), "{name}");
        }
    }
}
