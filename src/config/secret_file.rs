//! Purpose: the file with a webhook's secret: whether the bot will be able to use it.
//!
//! Invariant: no word of it is kept, shown or logged here.

use std::io;
use std::path::{Path, PathBuf};

use super::files::Files;
use super::item::Item;
use crate::i18n::{Text, say};

/// Where systemd puts what it hands to a service. The folder is there only while the service runs, so that a check from
/// outside can't look into it.
const CREDENTIALS: &str = "/run/credentials";

/// True for 16 to 256 of `A-Z`, `a-z`, `0-9`, `_` and `-`. Telegram takes 1 to 256 of these (Bot API, `setWebhook`); a
/// shorter one could be guessed.
#[must_use]
pub fn is_webhook_secret(text: &str) -> bool {
    let is_right = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (16..=256).contains(&text.len()) && text.bytes().all(is_right)
}

/// Reads which file is meant, and notes where it is written if the bot can't use it.
pub(super) fn read(item: &Item<'_>, files: &Files) -> Option<PathBuf> {
    let path = files.folder.join(item.words(1_000)?);
    item.settle(check(&path, files).map(|()| path))
}

fn check(path: &Path, files: &Files) -> Result<(), Text> {
    let shown = || path.display().to_string();
    let bytes = match files.beside(path) {
        None => return Ok(()),
        Some(Ok(bytes)) => bytes,
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            return if path.starts_with(CREDENTIALS) {
                Ok(())
            } else {
                Err(say::config_secret_missing(shown()))
            };
        }
        Some(Err(error)) => return Err(say::config_secret_unreadable(error.kind().to_string(), shown())),
    };
    let is_right = str::from_utf8(&bytes).is_ok_and(|text| is_webhook_secret(text.trim()));
    if is_right { Ok(()) } else { Err(say::config_secret_shape(shown())) }
}
