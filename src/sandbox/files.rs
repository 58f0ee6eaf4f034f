//! Purpose: the bytes of every file sent in the world.
//!
//! Invariant: at most [`BYTES_LIMIT`] bytes are kept; the oldest files are forgotten first.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;

use super::media::MediaKind;

/// 64 MiB.
const BYTES_LIMIT: usize = 64 << 20;

/// Ends the `file_id` of a picture's smaller size.
pub(super) const SMALLER: &str = "-s";

/// A stored file.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// Name, if one was given.
    pub name: Option<String>,
    /// MIME type, if known.
    pub mime: Option<String>,
    /// The bytes.
    pub bytes: Bytes,
    /// What it was first sent as, if that is known.
    pub kind: Option<MediaKind>,
}

#[derive(Default)]
pub(super) struct FileStore {
    files: HashMap<String, StoredFile>,
    order: VecDeque<String>,
    bytes: usize,
    count: u64,
}

impl FileStore {
    /// Keeps a file and returns its `file_id`.
    pub(super) fn add(&mut self, file: StoredFile) -> String {
        self.count += 1;
        let id = format!("sandbox-file-{}", self.count);
        self.bytes += file.bytes.len();
        self.files.insert(id.clone(), file);
        self.order.push_back(id.clone());
        while self.bytes > BYTES_LIMIT && self.order.len() > 1 {
            if let Some(old) = self.order.pop_front().and_then(|old| self.files.remove(&old)) {
                self.bytes -= old.bytes.len();
            }
        }
        id
    }

    pub(super) fn get(&self, id: &str) -> Option<&StoredFile> {
        // A picture's smaller size has a name of its own.
        self.files.get(id.strip_suffix(SMALLER).unwrap_or(id))
    }
}
