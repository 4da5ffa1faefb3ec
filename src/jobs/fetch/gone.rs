//! Why PubMed gives no record: asked only after the record was asked for in a batch, in a small one and alone.
//!
//! | ESummary | ESearch `PMID[uid]` | believed |
//! |---|---|---|
//! | a book | | *book*: described, and not given as a record |
//! | another | | nothing: PubMed has the record, so it is missing and asked for again |
//! | no summary | finds it | *not found*: counted, and neither given nor described |
//! | no summary | finds nothing, EFetch gave another PMID | *merged* into that one |
//! | no summary | finds nothing | *deleted* since the search |

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use super::{MOST_ALONE, Work};
use crate::entrez::client::{Client, SearchRequest, Summary};
use crate::jobs::now;

/// PMIDs in one question.
const BATCH: usize = 200;

/// Settles what did not come: refused with a reason, or missing.
pub(super) async fn settle(client: &Client, work: &mut Work<'_>) -> Result<()> {
    let left = work.store.to_fetch(work.run.id)?;
    if left.len() > MOST_ALONE {
        return Ok(());
    }
    for batch in left.chunks(BATCH) {
        let context = || format!("while asking why {} records do not come", batch.len());
        let summaries = client.esummary(batch).await.with_context(context)?;
        let summaries: BTreeMap<u64, Summary> = summaries.into_iter().map(|s| (s.pmid, s)).collect();
        let ids: Vec<String> = batch.iter().map(ToString::to_string).collect();
        let request = SearchRequest { term: format!("{}[uid]", ids.join(" ")), ..SearchRequest::default() };
        let found = client.search_all(&request, &|_, _| {}).await.with_context(context)?;
        let found: BTreeSet<u64> = found.pmids.into_iter().collect();
        let reasons: Vec<(u64, String)> = batch
            .iter()
            .filter_map(|pmid| {
                let merged = work.merged.get(pmid).map(|into| into.0);
                Some((*pmid, reason(summaries.get(pmid)?, found.contains(pmid), merged)?))
            })
            .collect();
        work.store.add_refusals(work.run.id, &reasons, &now())?;
    }
    Ok(())
}

fn reason(summary: &Summary, found: bool, merged: Option<u64>) -> Option<String> {
    match (&summary.error, found, merged) {
        (None, ..) if summary.kind == "book" => {
            Some("book: PubMed describes it as a book and gives no record".to_owned())
        }
        (None, ..) => None,
        (Some(_), true, _) => Some("not found: PubMed counts it and gives neither record nor summary".to_owned()),
        (Some(_), false, Some(into)) => Some(format!("merged: PubMed answers with PMID {into}")),
        (Some(_), false, None) => Some("deleted: the search found it, and PubMed no longer does".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_refused_only_when_pubmed_has_no_word_of_it() {
        let with = |error: Option<&str>, kind: &str| Summary {
            pmid: 1,
            kind: kind.to_owned(),
            error: error.map(str::to_owned),
            ..Summary::default()
        };
        let none = Some("cannot get document summary");
        let cases = [
            ("described: it is there and must come", with(None, "citation"), true, None, None),
            ("described though the search is silent", with(None, "citation"), false, Some(2), None),
            ("a book", with(None, "book"), true, None, Some("book")),
            ("counted only", with(none, ""), true, None, Some("not found")),
            ("another PMID in its place", with(none, ""), false, Some(2), Some("merged")),
            ("nothing of it anywhere", with(none, ""), false, None, Some("deleted")),
        ];
        for (sentence, summary, found, merged, expected) in cases {
            let got = reason(&summary, found, merged);
            assert_eq!(got.as_deref().and_then(|r| r.split(':').next()), expected, "{sentence}");
        }
    }
}
