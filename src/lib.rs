//! Homeroom: a messaging bot for school parent groups.
pub mod clock;
pub mod moderation;
pub mod random;
