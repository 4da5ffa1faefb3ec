//! `tamis` screens PubMed records for a systematic review and keeps every reason.
//!
//! The rooms, in the order data flows:
//!
//! | room | what it does | door to the world |
//! |---|---|---|
//! | [`record`] | one PubMed record as PubMed described it | none |
//! | [`diagnostic`] | what is wrong with a text, and where | none |
//! | [`citations`] | files of other databases and programs into records | none |
//! | [`query`] | PubMed's search language: parse, check, repair, match | none |
//! | [`protocol`] | the review as text, read and checked | none |
//! | [`screen`] | criteria on records: outcome and evidence | none |
//! | [`flow`] | decisions into boxes that close | none |
//! | [`worksheet`] | included reports into case rows | none |
//! | [`pooled`] | cases into proportions, cross tables and survival | none |
//! | [`entrez`] | E-utilities: client, XML reader, loopback service | network |
//! | [`store`] | the SQLite database | SQLite |
//! | [`export`] | one file format a file | none |
//! | [`jobs`] | the stages, the only place where rooms meet | files, clock, progress |
//! | [`cli`] | what can be typed | none |
//!
//! Arrows point one way: `main -> cli -> jobs -> {entrez, store, export} -> pooled -> {flow, worksheet} ->
//! screen -> protocol -> query -> record`; a test reads the `use crate::` lines and keeps it so.

pub mod citations;
pub mod cli;
pub mod diagnostic;
pub mod entrez;
pub mod export;
pub mod flow;
pub mod jobs;
pub mod pooled;
pub mod protocol;
pub mod query;
pub mod record;
pub mod screen;
pub mod store;
pub mod worksheet;
