//! Arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use tamis::cli::Cli;
use tamis::diagnostic::Problems;
use tamis::jobs::Advice;
use tamis::jobs::interrupt::{self, Interrupted};
use tamis::protocol::load::LoadError;
use tamis::record::terminal_safe;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(outcome) => ExitCode::from(outcome.code()),
        Err(error) => {
            report(&error);
            let interrupted = error.chain().any(|cause| cause.is::<Interrupted>());
            ExitCode::from(if interrupted { interrupt::CODE } else { 1 })
        }
    }
}

/// Prints `error:`, the chain of causes, the places with carets, and `help:`.
fn report(error: &anyhow::Error) {
    let color = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let chain: Vec<String> = error.chain().map(|cause| terminal_safe(&cause.to_string()).into_owned()).collect();
    anstream::eprintln!("error: {}", chain.join("\n  because: "));
    for cause in error.chain() {
        if let Some(load) = cause.downcast_ref::<LoadError>() {
            for problems in &load.files {
                anstream::eprintln!("{}", problems.render(color));
            }
        }
        if let Some(problems) = cause.downcast_ref::<Problems>() {
            anstream::eprintln!("{}", problems.render(color));
        }
        if let Some(advice) = cause.downcast_ref::<Advice>() {
            anstream::eprintln!("help: {}", terminal_safe(&advice.help));
        }
    }
}
