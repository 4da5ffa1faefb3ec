//! Why a later search no longer finds a record: PubMed is asked for it, and the string is tried on what it gives.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use crate::entrez::client::{Client, SearchRequest};
use crate::entrez::xml::{Fetched, read_articles};
use crate::jobs::fetch::is_synthetic;
use crate::query::{self, Clause};
use crate::record::{PartialDate, Pmid, Record};
use crate::store::{NewDeparture, SearchRun};

/// PMIDs in one request.
const BATCH: usize = 200;

/// Asks for records that are gone, and says of each why.
pub(in crate::jobs) async fn ask(
    client: &Client,
    pmids: &[u64],
    since: &SearchRun,
    run: &SearchRun,
) -> Result<Vec<NewDeparture>> {
    let mut list = Vec::with_capacity(pmids.len());
    for batch in pmids.chunks(BATCH) {
        let context = || format!("while asking why {} records are not found any more", batch.len());
        let body = client.efetch_ids(batch).await.with_context(context)?;
        let set = read_articles(&body).with_context(context)?;
        let given: BTreeMap<u64, Fetched> = set.articles.into_iter().map(|a| (a.record.pmid.0, a)).collect();
        let left: Vec<u64> = batch.iter().filter(|p| !given.contains_key(*p)).copied().collect();
        let known = if left.is_empty() { BTreeSet::new() } else { still_known(client, &left).await? };
        for pmid in batch {
            list.push(match given.get(pmid) {
                Some(article) => there(article, since, run),
                None => absent(client, *pmid, known.contains(pmid)).await.with_context(context)?,
            });
        }
    }
    Ok(list)
}

/// Which of these PMIDs a search by number still finds.
async fn still_known(client: &Client, pmids: &[u64]) -> Result<BTreeSet<u64>> {
    let ids: Vec<String> = pmids.iter().map(ToString::to_string).collect();
    let request = SearchRequest { term: format!("{}[uid]", ids.join(" ")), ..SearchRequest::default() };
    Ok(client.search_all(&request, &|_, _| {}).await?.pmids.into_iter().collect())
}

/// A record that did not come in a batch: merged when PubMed answers with another one.
async fn absent(client: &Client, pmid: u64, known: bool) -> Result<NewDeparture> {
    let set = read_articles(&client.efetch_ids(&[pmid]).await?)?;
    let other = set.articles.iter().map(|a| a.record.pmid.0).find(|p| *p != pmid);
    let (kind, reason) = match other {
        Some(into) => ("merged", format!("merged: PubMed answers with PMID {into}")),
        None if known => ("not-given", "PubMed still counts it, and gives neither it nor another".to_owned()),
        None => ("deleted", "deleted: PubMed knows it no longer".to_owned()),
    };
    Ok(NewDeparture { pmid: Pmid(pmid), kind, reason, record: None })
}

/// The first part of the string that a record does not meet.
fn lost_by(clause: &Clause) -> &str {
    match clause.operator {
        Some("AND") => clause.children.iter().find(|c| !c.matched).map_or(&clause.text, |c| lost_by(c)),
        _ => &clause.text,
    }
}

/// The dates a window on this field looks at.
pub(in crate::jobs) fn dates(record: &Record, field: &str) -> Vec<PartialDate> {
    match field {
        "pdat" => record.pub_date.into_iter().chain(record.electronic_date()).collect(),
        "mdat" => record.date_revised.into_iter().collect(),
        _ => record.history_date("entrez").or_else(|| record.history_date("pubmed")).into_iter().collect(),
    }
}

/// A record that PubMed still gives: dated otherwise, or not met by the string.
fn there(article: &Fetched, since: &SearchRun, run: &SearchRun) -> NewDeparture {
    let record = &article.record;
    let (kind, reason) = match query::parse(&run.asked.term).query.map(|q| q.explain(record)) {
        Some(clause) if !clause.matched && since.asked.term == run.asked.term => {
            ("re-indexed", format!("its words or headings changed: it no longer meets {}", lost_by(&clause)))
        }
        Some(clause) if !clause.matched => {
            ("string-changed", format!("the string of run {} does not find it: {}", run.id, lost_by(&clause)))
        }
        _ => {
            let days: Vec<String> = dates(record, &run.asked.date_field).iter().map(ToString::to_string).collect();
            let window = format!("{} to {}", run.asked.date_from, run.asked.date_to);
            ("date-moved", format!("it is dated {}; the window is {window}", days.join(" and ")))
        }
    };
    let stored = (record.version, record.kind, article.raw.clone(), is_synthetic(record));
    NewDeparture { pmid: record.pmid, kind, reason, record: Some(stored) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_of_the_string_that_lost_a_record_is_named() {
        let mut record = Record::new(Pmid(1));
        record.title = "ALK in lymphoma".into();
        let tree = |text: &str| query::parse(text).query.expect("a string").explain(&record);
        assert_eq!(lost_by(&tree("ALK[ti] AND sarcoma[ti]")), "sarcoma[ti]");
        assert_eq!(lost_by(&tree("ALK[ti] AND (sarcoma[ti] OR tumor[ti])")), "(sarcoma[ti] OR tumor[ti])");
    }
}
