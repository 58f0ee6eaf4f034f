//! Homeroom: a messaging bot for school parent groups.
pub mod access;
pub mod channel;
pub mod clock;
pub mod config;
pub mod failure;
pub mod i18n;
pub mod ids;
pub mod lessons;
pub mod moderation;
pub mod outbox;
pub mod points;
pub mod random;
pub mod roster;
pub mod storage;
pub mod text;
pub mod work;
