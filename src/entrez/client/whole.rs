//! A search of any size, whole.
//!
//! NCBI gives no more than 9,999 records of one search, and the history server does not lift that. Larger searches are
//! cut into ranges of PMIDs (`[UID]`), halved until each fits. PMIDs are whole numbers and every record has exactly
//! one, so ranges can neither overlap nor leave gaps. Dates can: publication dates pile up on the first of January
//! (hundreds of thousands on one day, more than any window holds), and create dates are missing from books. NCBI's own
//! EDirect cuts by PMID too.

use std::collections::BTreeSet;

use super::{Client, ClientError, Event, SearchAnswer, SearchRequest};

/// A part must have fewer than this many records: at the bound itself one may already be missing.
const WINDOW: u64 = 9_999;
/// PMIDs end far below.
const LAST_PMID: u64 = 1 << 27;
/// How often a list that does not fit its count is asked for.
const ASKED: u32 = 3;

/// One range of PMIDs of a large search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// First PMID of the range.
    pub low: u64,
    /// Last PMID of the range.
    pub high: u64,
    /// Records in it.
    pub count: u64,
}

/// A search with every PMID.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whole {
    /// The answer to the whole: count, translation, complaints.
    pub answer: SearchAnswer,
    /// Every PMID once; in the service's order, or highest first when the search was cut.
    pub pmids: Vec<u64>,
    /// The ranges it was cut into; none when it came at once.
    pub parts: Vec<Part>,
}

impl Client {
    /// All PMIDs of a search of any size, each once. The list is compared with the count, and asked for again when
    /// they differ: records come and go while one asks, and pages get lost.
    ///
    /// # Errors
    /// As all requests; also when list and count differ three times.
    pub async fn search_all(
        &self,
        request: &SearchRequest,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Whole, ClientError> {
        let first = SearchRequest { retmax: WINDOW, retstart: 0, ..request.clone() };
        let (mut found, mut whole) = (0, 0);
        for _ in 0..ASKED {
            let answer = self.esearch(&first).await?;
            whole = answer.count;
            let (pmids, parts) = if answer.count < WINDOW {
                (once(&answer.pmids), Vec::new())
            } else {
                self.in_parts(&first, answer.count, progress).await?
            };
            found = pmids.len() as u64;
            if found == whole {
                return Ok(Whole { answer, pmids, parts });
            }
            self.tell(Event::Note(format!("the service lists {found} records and counts {whole}; asking again")));
        }
        Err(ClientError::Parts { found, whole })
    }

    async fn in_parts(
        &self,
        first: &SearchRequest,
        whole: u64,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<(Vec<u64>, Vec<Part>), ClientError> {
        let mut pmids = BTreeSet::new();
        let mut parts = Vec::new();
        let mut ranges = vec![(1_u64, LAST_PMID)];
        while let Some((low, high)) = ranges.pop() {
            let term = format!("({}) AND {low}:{high}[uid]", first.term);
            let request = SearchRequest { term, usehistory: false, ..first.clone() };
            let mut part = self.esearch(&request).await?;
            if part.count >= WINDOW && low < high {
                let middle = low + (high - low) / 2;
                ranges.extend([(low, middle), (middle + 1, high)]);
                continue;
            }
            for _ in 1..ASKED {
                if once(&part.pmids).len() as u64 == part.count {
                    break;
                }
                part = self.esearch(&request).await?;
            }
            let inside = part.pmids.iter().copied().filter(|p| (low..=high).contains(p));
            pmids.extend(inside);
            parts.push(Part { low, high, count: part.count });
            progress(pmids.len() as u64, whole);
        }
        Ok((pmids.into_iter().rev().collect(), parts))
    }
}

/// Each PMID once, in the order of its first place.
fn once(pmids: &[u64]) -> Vec<u64> {
    let mut seen = BTreeSet::new();
    pmids.iter().copied().filter(|p| seen.insert(*p)).collect()
}
