//! Purpose: the `homeroom` program; see `homeroom --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    homeroom::program::main()
}
