//! Purpose: what an operator reads when a command fails, and with which code it ends.
//!
//! Invariant: what the operator can do something about is said in their language, with what to do. Only what nobody
//! foresaw is shown as the program words it.

use crate::app::PartEnded;
use crate::channel::telegram::{BadAddress, ConnectProblem, SecretProblem};
use crate::i18n::{Text, say};
use crate::serving::CantListen;
use crate::storage;

use super::{FAILED, WRONG};

/// The sentence, and the exit code.
pub(super) fn read(error: &anyhow::Error) -> (Text, u8) {
    if let Some(error) = error.downcast_ref() {
        return of_database(error);
    }
    match error.downcast_ref() {
        Some(ConnectProblem::Token) => return (say::program_token_refused(), WRONG),
        Some(ConnectProblem::Webhook(reason)) => return (say::program_webhook_refused(reason), WRONG),
        _ => {}
    }
    match error.downcast_ref() {
        Some(SecretProblem::Unreadable { file, error }) => {
            let words = error.kind().to_string();
            return (say::config_secret_unreadable(words, file.display().to_string()), WRONG);
        }
        Some(SecretProblem::Unfit { file }) => {
            return (say::config_secret_shape(file.display().to_string()), WRONG);
        }
        None => {}
    }
    if let Some(BadAddress(address)) = error.downcast_ref() {
        return (say::config_webhook_url(address), WRONG);
    }
    if let Some(CantListen { at, error }) = error.downcast_ref() {
        return (say::program_cant_listen(at.to_string(), error.to_string()), FAILED);
    }
    if let Some(PartEnded(part)) = error.downcast_ref() {
        return (say::program_part_ended(*part), FAILED);
    }
    (say::program_failed(format!("{error:#}")), FAILED)
}

fn of_database(error: &storage::Error) -> (Text, u8) {
    match error {
        storage::Error::UnknownKind => (say::database_unknown_kind(), WRONG),
        storage::Error::BadAddress(reason) => (say::database_address(reason), WRONG),
        storage::Error::Absent => (say::database_absent(), WRONG),
        storage::Error::Newer { found, known } => {
            (say::database_newer(found.to_string(), known.to_string()), WRONG)
        }
        storage::Error::Older { found, known } => {
            (say::database_older(found.to_string(), known.to_string()), WRONG)
        }
        storage::Error::Denied(reason) => (say::database_denied(reason), WRONG),
        storage::Error::NoSuchDatabase(reason) => (say::database_no_such(reason), WRONG),
        storage::Error::UnusableFile(reason) => (say::database_file(reason), WRONG),
        storage::Error::Unreachable(reason) => (say::database_unreachable(reason), FAILED),
        passing if passing.is_passing() => (say::database_busy(passing.to_string()), FAILED),
        other => (say::program_failed(other.to_string()), FAILED),
    }
}
