//! Homeroom: a messaging bot for school parent groups.
pub mod clock;
pub mod random;
pub mod sandbox;
