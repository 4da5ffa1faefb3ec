//! `tamis serve-entrez`: local PubMed XML, or a corpus, behind E-utilities for anyone.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};

use super::corpus::shelf::CorpusShelf;
use super::{Outcome, print, source};
use crate::entrez::service::{Library, Limits, Shelf, serve_within};

/// Serves until interrupted.
///
/// # Errors
/// When a file is no PubMed XML or the port cannot be had.
pub fn command(files: &[PathBuf], bind: IpAddr, port: u16, rate: Option<u32>) -> Result<Outcome> {
    let corpus = match files {
        [one] => one.to_str().and_then(source::corpus_of),
        _ => None,
    };
    let shelf: Arc<dyn Shelf> = match corpus {
        Some(path) => Arc::new(CorpusShelf::open(&path)?),
        None => Arc::new(Library::from_files(files).context("while reading the PubMed XML")?),
    };
    let records = shelf.count();
    super::runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind((bind, port))
            .await
            .with_context(|| format!("while opening port {port} on {bind}"))?;
        let address = listener.local_addr()?;
        print(&format!("serving {records} records at http://{address}/entrez/eutils/\n"))?;
        eprintln!("next: tamis run --source http://{address}/entrez/eutils/ (Ctrl-C ends the service)");
        if !bind.is_loopback() {
            eprintln!("warning: {bind} can be reached from other machines");
        }
        let interrupted = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        serve_within(shelf, listener, Limits { rate, ..Limits::default() }, interrupted).await.context("while serving")
    })?;
    Ok(Outcome::Done)
}
