//! The flow in the forms that journals, pages and other programs take.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::figure::Format;
use super::{Workplace, advice, print, stored, write_whole};
pub use crate::export::figure::Layout;
use crate::export::figure::{draw, figure, html, mermaid, prisma_csv};
use crate::flow::Flow;
use crate::record::Pmid;
use crate::store::{SearchRun, Store};

/// How to draw, and where to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Drawing<'a> {
    /// The stages shown.
    pub layout: Layout,
    /// The file; none is standard output.
    pub file: Option<&'a Path>,
}

fn titles(store: &Store, run: &SearchRun, pmids: impl Iterator<Item = Pmid>) -> Result<html::Titles> {
    let mut out = html::Titles::new();
    for pmid in pmids {
        if !out.contains_key(&pmid)
            && let Some((_, record)) = stored(store, run.id, pmid)?
        {
            out.insert(pmid, (record.short_citation(), record.title));
        }
    }
    Ok(out)
}

/// A drawing as PNG.
///
/// # Errors
/// When it cannot be drawn, or this program was built without PNG.
#[cfg(feature = "png")]
pub(super) fn png(svg: &str) -> Result<Vec<u8>> {
    crate::export::figure::png::png(svg).map_err(|e| anyhow::anyhow!("the figure cannot be drawn as PNG: {e}"))
}

#[cfg(not(feature = "png"))]
pub(super) fn png(_: &str) -> Result<Vec<u8>> {
    Err(advice("this tamis was built without PNG", "build it with `--features png`, or take --format svg"))
}

/// A drawing as PDF.
///
/// # Errors
/// When it cannot be drawn, or this program was built without PDF.
#[cfg(feature = "pdf")]
pub(super) fn pdf(svg: &str) -> Result<Vec<u8>> {
    crate::export::figure::pdf::pdf(svg).map_err(|e| anyhow::anyhow!("the figure cannot be drawn as PDF: {e}"))
}

#[cfg(not(feature = "pdf"))]
pub(super) fn pdf(_: &str) -> Result<Vec<u8>> {
    Err(advice("this tamis was built without PDF", "build it with `--features pdf`, or take --format svg"))
}

/// Writes bytes to a file, or to standard output.
///
/// # Errors
/// When they cannot be written, or are a picture and would go to a terminal.
pub fn deliver(bytes: &[u8], file: Option<&Path>, what: &str) -> Result<()> {
    use std::io::{IsTerminal, Write};
    let Some(file) = file else {
        return match std::str::from_utf8(bytes) {
            Ok(text) => print(text),
            Err(_) if std::io::stdout().is_terminal() => {
                Err(advice(format!("{what} is no text for a terminal"), "name a file with -o FILE"))
            }
            Err(_) => std::io::stdout().lock().write_all(bytes).context("while writing to standard output"),
        };
    };
    write_whole(file, bytes)
}

/// Draws a flow.
///
/// # Errors
/// When records cannot be read or the file cannot be written.
pub fn picture(
    place: &Workplace,
    store: &Store,
    run: &SearchRun,
    flow: &Flow,
    format: Format,
    drawing: Drawing<'_>,
) -> Result<()> {
    let figure = figure(flow, &super::figure::heading(place, run, flow.synthetic), drawing.layout);
    let bytes = match format {
        Format::Svg => draw(&figure, false).into_bytes(),
        Format::Png => png(&draw(&figure, false))?,
        Format::Pdf => pdf(&draw(&figure, false))?,
        Format::Html => {
            let pmids = figure.nodes.iter().flat_map(|n| &n.lists).flat_map(|l| l.1.iter().copied());
            html::html(&figure, &titles(store, run, pmids)?)?.into_bytes()
        }
        Format::Mermaid => mermaid::mermaid(&figure).into_bytes(),
        Format::Prisma2020Csv => prisma_csv::prisma_csv(flow)?,
        Format::Json | Format::Text => return Ok(()),
    };
    deliver(&bytes, drawing.file, "the figure")?;
    if let Some(file) = drawing.file {
        eprintln!("{}", file.display());
    }
    Ok(())
}
