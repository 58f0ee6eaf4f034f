//! Purpose: what is on the disk: missing, unreadable, in another encoding.

use std::fs;
use std::path::Path;

use super::super::Config;
use super::super::files::Files;
use super::super::problem::Findings;
use super::SCHOOL;

/// A folder that lacks only the school.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("points.toml"), super::POINTS).unwrap();
    fs::write(folder.path().join("moderation.toml"), "").unwrap();
    folder
}

fn problems(folder: &Path, inside: &str) -> Vec<String> {
    let shown = folder.display().to_string();
    Config::load(&folder.join(inside))
        .unwrap_err()
        .iter()
        .map(|problem| problem.to_string().replace(&shown, ""))
        .collect()
}

#[test]
fn a_missing_folder_is_one_problem_and_an_empty_one_lacks_its_files() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(problems(folder.path(), "none"), ["/none:1:1: config-folder-missing"]);
    assert_eq!(
        problems(folder.path(), ""),
        [
            "/moderation.toml:1:1: config-file-missing",
            "/points.toml:1:1: config-file-missing",
            "/school.toml:1:1: config-file-missing",
        ]
    );
}

#[test]
fn a_secret_that_the_bot_could_not_use_is_found_where_its_file_is_named() {
    let folder = folder();
    let write = |file: &str, text: &[u8]| fs::write(folder.path().join(file), text).unwrap();
    write("school.toml", SCHOOL.as_bytes());
    let with_secret_in = |file: &str| {
        let bot = format!(
            "[updates]\nmode = \"webhook\"\nurl = \"https://a.cn/bot\"\nlisten = \"127.0.0.1:80\"\nsecret_file = \"{file}\"\n"
        );
        write("bot.toml", bot.as_bytes());
    };
    with_secret_in("secret");
    assert_eq!(problems(folder.path(), ""), ["/bot.toml:5:15: config-secret-missing"]);
    let long = "a".repeat(257);
    for wrong in ["", "15-characters--", "has a blank in its middle", "密钥密钥密钥密钥", &long] {
        write("secret", wrong.as_bytes());
        assert_eq!(problems(folder.path(), ""), ["/bot.toml:5:15: config-secret-shape"], "{wrong}");
    }
    write("secret", &[0xff; 20]);
    assert_eq!(problems(folder.path(), ""), ["/bot.toml:5:15: config-secret-shape"]);
    for right in ["0123456789-abcd_", "ABCDEFGHIJKLMNOPqrstuvwxyz\n", &long[..256]] {
        write("secret", right.as_bytes());
        assert!(Config::load(folder.path()).is_ok(), "{right}");
    }
    with_secret_in("lessons");
    fs::create_dir(folder.path().join("lessons")).unwrap();
    assert_eq!(problems(folder.path(), ""), ["/bot.toml:5:15: config-secret-unreadable"]);
    // What systemd hands to the service isn't there for anybody else.
    with_secret_in("/run/credentials/homeroom-that-is-not-running.service/secret");
    assert!(Config::load(folder.path()).is_ok());
}

#[test]
fn files_that_are_no_text_are_named_with_the_place() {
    let folder = folder();
    let mut gbk = b"# ok\nname.zh-CN = \"".to_vec();
    gbk.extend([0xb7, 0xb6]);
    fs::write(folder.path().join("school.toml"), gbk).unwrap();
    fs::create_dir(folder.path().join("bot.toml")).unwrap();
    fs::write(folder.path().join("schedules.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    assert_eq!(
        problems(folder.path(), ""),
        [
            "/bot.toml:1:1: config-unreadable",
            "/schedules.toml:1:1: config-file-too-large",
            "/school.toml:2:15: config-not-utf8",
        ]
    );
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_no_problem() {
    let folder = folder();
    let text = format!("\u{feff}{SCHOOL}").replace('\n', "\r\n");
    fs::write(folder.path().join("school.toml"), text).unwrap();
    assert_eq!(Config::load(folder.path()).unwrap().school.name.len(), 1);
}

#[test]
fn files_nobody_reads_are_remembered() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("lessons/primary")).unwrap();
    for path in
        ["shcool.toml", "notes.txt", ".hidden.toml", "lessons/primary/a.zh-CN.txt", "lessons/.DS_Store"]
    {
        fs::write(folder.path().join(path), "").unwrap();
    }
    let mut ignored = Files::read(folder.path(), &Findings::default()).unwrap().ignored;
    ignored.sort();
    let shown = folder.path().display();
    assert_eq!(ignored, [format!("{shown}/lessons/primary/a.zh-CN.txt"), format!("{shown}/shcool.toml")]);
}
