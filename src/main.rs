//! The `homeroom` program.
fn main() {}
