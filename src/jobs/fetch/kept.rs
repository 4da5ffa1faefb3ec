//! Fetching by a search kept on the server (`WebEnv`, `query_key`), which the server may forget at any moment.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use super::{BATCHES, Work};
use crate::entrez::client::{Client, ClientError};
use crate::jobs::search::request;

/// How often a search is repeated when the server forgets it.
const SEARCHES: u32 = 5;

/// Fetches pages of the kept set that hold something missing. What this does not bring is asked for by PMID.
///
/// When the server forgets the set, the search is repeated and its PMIDs compared with the run's: the run's own list
/// stays the one that is accounted for, and a difference is told.
pub(super) async fn fetch(client: &Client, work: &mut Work<'_>) -> Result<()> {
    let asked: BTreeSet<u64> = work.store.hits(work.run.id)?.into_iter().collect();
    let a = &work.run.asked;
    let request = request(&a.term, &a.date_field, &a.date_from, &a.date_to);
    'searches: for search in 1..=SEARCHES {
        let whole = client.search_all(&request, &|_, _| {}).await.context("while searching anew for the history")?;
        let now: BTreeSet<u64> = whole.pmids.iter().copied().collect();
        let (came, went) = (now.difference(&asked).count(), asked.difference(&now).count());
        if came + went > 0 {
            eprintln!(
                "note: searched again, {} PMIDs: {came} came and {went} went since run {}; the run's own {} are fetched",
                now.len(),
                work.run.id,
                asked.len()
            );
        }
        let Some(kept) = whole.answer.kept().filter(|_| whole.parts.is_empty()) else {
            eprintln!("note: the server keeps no more than 9,999 PMIDs of a search; records are asked for by PMID");
            return Ok(());
        };
        for (i, page) in whole.pmids.chunks(BATCHES[0]).enumerate() {
            let left: BTreeSet<u64> = work.store.to_fetch(work.run.id)?.into_iter().collect();
            let wanted: Vec<u64> = page.iter().copied().filter(|p| left.contains(p)).collect();
            if wanted.is_empty() {
                continue;
            }
            match client.efetch_kept(&kept, (i * BATCHES[0]) as u64, BATCHES[0] as u64).await {
                Ok(body) => work.keep(&body, &wanted)?,
                Err(ClientError::Expired { why, .. }) => {
                    eprintln!("note: the server forgot the search ({why}); searching again, {search} of {SEARCHES}");
                    continue 'searches;
                }
                Err(error) => return Err(error).context("while fetching by history"),
            }
        }
        return Ok(());
    }
    eprintln!("note: the server forgot the search {SEARCHES} times; records are asked for by PMID");
    Ok(())
}
