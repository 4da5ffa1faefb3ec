//! Stage 2: fetches the records of a run that are not here yet, and accounts for every PMID.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use super::source::{Described, Net};
use super::{Outcome, Workplace, now, print, print_json};
use crate::entrez::client::Client;
use crate::entrez::xml::{Fetched, read_articles};
use crate::record::{Pmid, Record};
use crate::store::{Refusal, SearchRun, Store};

/// PMIDs asked for in one request.
const BATCH: usize = 200;

/// What a fetch leaves behind.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// The run.
    pub run: i64,
    /// Distinct PMIDs of the run.
    pub asked: u64,
    /// With a record.
    pub stored: u64,
    /// Without, each with PubMed's reason.
    pub refused: Vec<Refusal>,
    /// Neither: work left.
    pub missing: Vec<u64>,
}

/// Whether a record was written for a test or a demonstration rather than published.
pub fn is_synthetic(record: &Record) -> bool {
    record.pmid.0 >= 99_000_001 || record.journal.title == "Synthetic Twin"
}

/// Fetches what is left of a run, committing batch by batch.
///
/// # Errors
/// When the service fails for good; what was fetched before is kept.
pub fn fetch(
    place: &Workplace,
    store: &mut Store,
    described: &Described,
    run: &SearchRun,
    net: &Net,
) -> Result<Account> {
    let left = store.to_fetch(run.id)?;
    if !left.is_empty() {
        let bar = place.bar(left.len() as u64, "fetching");
        let (left, bar, store) = (&left, &bar, &mut *store);
        described.ask(place, net, |client| async move {
            for batch in left.chunks(BATCH) {
                let missing = fetch_batch(&client, store, run.id, batch).await?;
                // A PMID left out of a batch is asked for alone before it is believed to be gone.
                for pmid in missing {
                    if !fetch_batch(&client, store, run.id, &[pmid]).await?.is_empty() {
                        let reason = "PubMed counts it and gives no record: deleted or merged".to_owned();
                        store.add_refusals(run.id, &[(pmid, reason)], &now())?;
                    }
                }
                bar.inc(batch.len() as u64);
            }
            Ok(())
        })?;
        bar.finish_and_clear();
    }
    account(store, run)
}

/// What is here of a run, and what is not.
pub fn account(store: &Store, run: &SearchRun) -> Result<Account> {
    let asked: BTreeSet<u64> = store.hits(run.id)?.into_iter().collect();
    let refused = store.refusals(run.id)?;
    let missing = store.to_fetch(run.id)?;
    let stored = asked.len() - refused.len() - missing.len();
    Ok(Account { run: run.id, asked: asked.len() as u64, stored: stored as u64, refused, missing })
}

/// Fetches and stores one batch; returns the PMIDs that did not come.
async fn fetch_batch(client: &Client, store: &mut Store, run: i64, batch: &[u64]) -> Result<Vec<u64>> {
    let context = || format!("while fetching {} records of run {run}, from PMID {}", batch.len(), batch[0]);
    let body = client.efetch_ids(batch).await.with_context(context)?;
    let set = read_articles(&body).with_context(context)?;
    // PubMed may send several versions of one PMID: the last is the record.
    let mut newest: BTreeMap<Pmid, Fetched> = BTreeMap::new();
    for article in set.articles {
        let pmid = article.record.pmid;
        if batch.contains(&pmid.0) && newest.get(&pmid).is_none_or(|old| old.record.version <= article.record.version) {
            newest.insert(pmid, article);
        }
    }
    let rows: Vec<_> = newest
        .values()
        .map(|f| (f.record.pmid, f.record.version, f.record.kind, f.raw.as_slice(), is_synthetic(&f.record)))
        .collect();
    store.add_records(run, &rows, &now())?;
    Ok(batch.iter().copied().filter(|p| !newest.contains_key(&Pmid(*p))).collect())
}

/// `tamis fetch`.
pub fn command(place: &Workplace, described: &Described, run: Option<i64>, net: &Net, json: bool) -> Result<Outcome> {
    let mut store = place.store()?;
    let run = place.run(&store, run)?;
    let account = fetch(place, &mut store, described, &run, net)?;
    if json {
        print_json(&account)?;
    } else {
        print(&describe(&account))?;
    }
    if !account.missing.is_empty() {
        bail!("{} of {} records are still missing", account.missing.len(), account.asked);
    }
    place.next(&format!("tamis screen{}", place.argument()));
    Ok(Outcome::Done)
}

fn describe(account: &Account) -> String {
    let mut text = format!(
        "run {}: {} PMIDs = {} stored + {} refused + {} missing\n",
        account.run,
        account.asked,
        account.stored,
        account.refused.len(),
        account.missing.len()
    );
    for refusal in &account.refused {
        text.push_str(&format!("  {}: {}\n", refusal.pmid, refusal.reason));
    }
    text
}
