//! Ctrl-C: a network stage ends between two commits and says so; anything else ends at once, as SQLite allows.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::{Context as _, Result};
use tokio::sync::oneshot;

/// The exit code of a program ended by SIGINT, as shells give it.
pub const CODE: u8 = 130;

/// The person pressed Ctrl-C.
#[derive(Debug)]
pub struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted; what was fetched so far is kept, the same command goes on from there")
    }
}

impl std::error::Error for Interrupted {}

/// The network stage under way, if any.
static STAGE: Mutex<Option<oneshot::Sender<()>>> = Mutex::new(None);

fn stage() -> std::sync::MutexGuard<'static, Option<oneshot::Sender<()>>> {
    STAGE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens for Ctrl-C from now to the end of the process: the first tells the network stage, if one is under way; a
/// second, or one at any other time, ends the process.
///
/// # Errors
/// When the listener cannot be started.
pub fn watch() -> Result<()> {
    static STARTED: OnceLock<()> = OnceLock::new();
    if STARTED.set(()).is_err() {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("while starting to listen for Ctrl-C")?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                let told = stage().take().is_some_and(|stage| stage.send(()).is_ok());
                if !told {
                    std::process::exit(i32::from(CODE));
                }
            }
        });
    });
    Ok(())
}

/// Does some work that ends with [`Interrupted`] at its next wait when Ctrl-C is pressed.
///
/// # Errors
/// Those of the work.
pub async fn unless_interrupted<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let (sender, told) = oneshot::channel();
    *stage() = Some(sender);
    let result = tokio::select! {
        biased;
        Ok(()) = told => Err(Interrupted.into()),
        result = work => result,
    };
    stage().take();
    result
}
