//! Stage 2: fetches the records of a run that are not here yet, and accounts for every PMID.
//!
//! PMIDs asked = PMIDs stored + PMIDs PubMed refuses, each with its reason; what is neither is missing, and a command
//! that ends with something missing has failed. Records are asked for by PMID, 200 at a time; what an answer leaves
//! out is asked for again in twenties, then alone, before its absence is believed (see `fetch::gone`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use indicatif::ProgressBar;
use serde::Serialize;

use super::source::{Described, Net, Source};
use super::{Outcome, Workplace, advice, now, peak, print, print_json};
use crate::entrez::client::{Client, Request};
use crate::entrez::xml::{ArticleSet, Fetched, read_articles};
use crate::record::{Pmid, Record, terminal_safe};
use crate::store::{Refusal, SearchRun, Store};

mod gone;
mod kept;

/// PMIDs asked for in one request, and again for what did not come.
const BATCHES: [usize; 3] = [200, 20, 1];
/// More than so many PMIDs that did not come are an outage: asking for each alone would not help.
const MOST_ALONE: usize = 1_000;

/// How records are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum By {
    /// By their PMIDs: needs nothing of the server
    #[default]
    Pmid,
    /// By pages of a search kept on the server; searches again when the server forgets it, and asks by PMID for the rest
    History,
}

/// How to fetch.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Network settings.
    pub net: Net,
    /// By PMID or by history.
    pub by: By,
}

/// What a fetch leaves behind.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// The run.
    pub run: i64,
    /// Distinct PMIDs of the run.
    pub asked: u64,
    /// With a record.
    pub stored: u64,
    /// Of these, books, which are no articles.
    pub books: u64,
    /// Without, each with PubMed's reason.
    pub refused: Vec<Refusal>,
    /// Refusals by the first word of their reason: deleted, merged, book, not found.
    pub refused_as: BTreeMap<String, u64>,
    /// Neither: work left.
    pub missing: Vec<u64>,
}

/// How a fetch ended.
#[derive(Debug)]
pub struct Ended {
    /// What is here.
    pub account: Account,
    /// What stopped it.
    pub failure: Option<anyhow::Error>,
}

impl Ended {
    /// The account of a fetch that left nothing out.
    ///
    /// # Errors
    /// What stopped it, or that records are missing.
    pub fn whole(self) -> Result<Account> {
        let Account { missing, asked, .. } = &self.account;
        let text = format!("{} of {asked} records are still missing", missing.len());
        match self.failure {
            Some(failure) if missing.is_empty() => Err(failure),
            Some(failure) => Err(failure.context(text)),
            None if missing.is_empty() => Ok(self.account),
            None => Err(advice(text, "what came is kept; run the command again to ask for the rest")),
        }
    }
}

/// Whether a record was written for a test or a demonstration rather than published.
pub fn is_synthetic(record: &Record) -> bool {
    record.pmid.is_synthetic() || record.journal.title == "Synthetic Twin"
}

/// Fetches what is left of a run, committing batch by batch.
///
/// # Errors
/// When the database fails; what the service does is told in [`Ended`].
pub fn fetch(
    place: &Workplace,
    store: &mut Store,
    described: &Described,
    run: &SearchRun,
    options: &Options,
) -> Result<Ended> {
    let left = store.to_fetch(run.id)?;
    if left.is_empty() {
        return Ok(Ended { account: account(store, run)?, failure: None });
    }
    let requests = left.len().div_ceil(BATCHES[0]) as u64;
    if described.source == Source::PubMed
        && let Some(hint) = peak::hint(requests, jiff::Timestamp::now())
    {
        eprintln!("note: {hint}");
    }
    let bar = place.bar(left.len() as u64, "fetching");
    let mut work = Work { store, run, bar: &bar, merged: BTreeMap::new(), at_once: options.net.at_once };
    let borrowed = &mut work;
    let by = options.by;
    let result = described.ask(place, &options.net, |client| async move {
        let client = Arc::new(client);
        if by == By::History {
            kept::fetch(&client, borrowed).await?;
        }
        for size in BATCHES {
            let left = borrowed.store.to_fetch(run.id)?;
            if left.is_empty() || size == 1 && left.len() > MOST_ALONE {
                break;
            }
            borrowed.by_pmid(&client, &left, size).await?;
        }
        gone::settle(&client, borrowed).await
    });
    bar.finish_and_clear();
    Ok(Ended { account: account(store, run)?, failure: result.err() })
}

/// A fetch under way.
struct Work<'a> {
    store: &'a mut Store,
    run: &'a SearchRun,
    bar: &'a ProgressBar,
    /// PMIDs that were asked for alone and answered with another record.
    merged: BTreeMap<u64, Pmid>,
    at_once: usize,
}

impl Work<'_> {
    /// Asks for PMIDs in batches, several under way at a time. A failure ends the asking; what is under way is kept.
    async fn by_pmid(&mut self, client: &Arc<Client>, left: &[u64], size: usize) -> Result<()> {
        let mut batches = left.chunks(size);
        let mut under_way = tokio::task::JoinSet::new();
        let mut failure = None;
        loop {
            while failure.is_none() && under_way.len() < self.at_once.max(1) {
                let Some(batch) = batches.next() else { break };
                let (client, batch) = (client.clone(), batch.to_vec());
                under_way.spawn(async move { (client.efetch_ids(&batch).await, batch) });
            }
            let Some(done) = under_way.join_next().await else { break };
            let (answer, batch) = done.context("a request ended in a fault of the program")?;
            let context =
                || format!("while fetching {} records of run {}, from PMID {}", batch.len(), self.run.id, batch[0]);
            match answer.with_context(context) {
                Ok(body) => self.keep(&body, &batch)?,
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Stores what an answer brought of the PMIDs asked for.
    fn keep(&mut self, body: &[u8], asked: &[u64]) -> Result<()> {
        let set = match read_articles(body) {
            Ok(set) => set,
            Err(error) => {
                // Whole by its frame and broken inside: as if it had not come, and asked for again.
                eprintln!("note: an answer of PubMed cannot be read and is asked for again: {error}");
                ArticleSet::default()
            }
        };
        let asked: BTreeSet<u64> = asked.iter().copied().collect();
        let deleted = set.deleted.iter().filter(|p| asked.contains(&p.0));
        let deleted: Vec<_> =
            deleted.map(|p| (p.0, "deleted: PubMed's answer lists it as deleted".to_owned())).collect();
        if let ([one], 1) = (set.articles.as_slice(), asked.len())
            && !asked.contains(&one.record.pmid.0)
        {
            self.merged.extend(asked.first().map(|p| (*p, one.record.pmid)));
        }
        // PubMed may send several versions of one PMID: the last is the record.
        let mut newest: BTreeMap<Pmid, Fetched> = BTreeMap::new();
        for article in set.articles {
            let pmid = article.record.pmid;
            let newer = newest.get(&pmid).is_none_or(|old| old.record.version <= article.record.version);
            if asked.contains(&pmid.0) && newer {
                newest.insert(pmid, article);
            }
        }
        let rows: Vec<_> = newest
            .values()
            .map(|f| (f.record.pmid, f.record.version, f.record.kind, f.raw.as_slice(), is_synthetic(&f.record)))
            .collect();
        self.store.add_records(self.run.id, &rows, &now())?;
        self.store.add_refusals(self.run.id, &deleted, &now())?;
        self.bar.inc((rows.len() + deleted.len()) as u64);
        Ok(())
    }
}

/// What is here of a run, and what is not.
///
/// # Errors
/// When the database cannot be read, or what it holds of the run does not add up.
pub fn account(store: &Store, run: &SearchRun) -> Result<Account> {
    let asked: BTreeSet<u64> = store.hits(run.id)?.into_iter().collect();
    let refused = store.refusals(run.id)?;
    let missing = store.to_fetch(run.id)?;
    let (articles, books) = store.stored(run.id)?;
    let (asked, stored) = (asked.len() as u64, articles + books);
    // A PMID may have been refused once and given later: then it counts as stored.
    let without: Vec<Refusal> = match stored + refused.len() as u64 + missing.len() as u64 == asked {
        true => refused,
        false => {
            let mut without = Vec::new();
            for refusal in refused {
                if store.record(run.id, refusal.pmid)?.is_none() {
                    without.push(refusal);
                }
            }
            without
        }
    };
    if stored + without.len() as u64 + missing.len() as u64 != asked {
        return Err(advice(
            format!(
                "run {} does not add up: {asked} PMIDs asked, {stored} stored, {} refused, {} missing",
                run.id,
                without.len(),
                missing.len()
            ),
            "please report this; `tamis run --fresh` makes a new run",
        ));
    }
    let mut refused_as = BTreeMap::new();
    for refusal in &without {
        let kind = refusal.reason.split(':').next().unwrap_or_default();
        *refused_as.entry(kind.to_owned()).or_insert(0) += 1;
    }
    Ok(Account { run: run.id, asked, stored, books, refused: without, refused_as, missing })
}

/// The requests of `fetch`, printed and not sent.
///
/// # Errors
/// When there is no run, or standard output cannot be written to.
pub fn dry_run(place: &Workplace, described: &Described, run: Option<i64>, options: &Options) -> Result<Outcome> {
    let store = place.store()?;
    let run = place.run(&store, run)?;
    let left = store.to_fetch(run.id)?;
    let settings = described.settings(described.address(), place, &options.net);
    for batch in left.chunks(BATCHES[0]) {
        print(&terminal_safe(&Request::efetch(batch).describe(&settings)))?;
    }
    let requests = left.len().div_ceil(BATCHES[0]) as u64;
    eprintln!("note: nothing was sent; {} records of run {} are left, {requests} requests", left.len(), run.id);
    if let (Source::PubMed, Some(hint)) = (&described.source, peak::hint(requests, jiff::Timestamp::now())) {
        eprintln!("note: {hint}");
    }
    Ok(Outcome::Done)
}

/// `tamis fetch`.
///
/// # Errors
/// When records are still missing at the end.
pub fn command(
    place: &Workplace,
    described: &Described,
    run: Option<i64>,
    options: &Options,
    json: bool,
) -> Result<Outcome> {
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    let ended = fetch(place, &mut store, described, &run, options)?;
    if json {
        print_json(&ended.account)?;
    } else {
        print(&describe(&ended.account))?;
    }
    ended.whole()?;
    place.next(&format!("tamis screen{}", place.argument()));
    Ok(Outcome::Done)
}

fn describe(account: &Account) -> String {
    let Account { run, asked, stored, books, refused, refused_as, missing } = account;
    let mut text =
        format!("run {run}: {asked} PMIDs = {stored} stored + {} refused + {} missing\n", refused.len(), missing.len());
    if *books > 0 {
        text.push_str(&format!("  of those stored, {books} are books\n"));
    }
    if !refused_as.is_empty() {
        let kinds: Vec<String> = refused_as.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        text.push_str(&format!("  refused: {}\n", kinds.join(", ")));
    }
    for refusal in refused {
        text.push_str(&format!("  {}: {}\n", refusal.pmid, terminal_safe(&refusal.reason)));
    }
    for row in missing.chunks(10) {
        let row: Vec<String> = row.iter().map(ToString::to_string).collect();
        text.push_str(&format!("  missing: {}\n", row.join(" ")));
    }
    text
}
