//! What the service answers from.

use std::sync::Arc;
use std::time::Instant;

use crate::entrez::xml::Fetched;
use crate::query::Query;
use crate::record::{PartialDate, Pmid};

/// Records that can be searched and given, wherever they lie: [`super::Library`] has them in memory, a corpus on disk.
///
/// Errors are a sentence for the client, who reads them as a failure of the search backend.
pub trait Shelf: Send + Sync {
    /// How many records.
    fn count(&self) -> u64;

    /// What stands for NCBI's build number: the same records give the same build.
    fn build(&self) -> String;

    /// The last day on which one of them was revised.
    fn last_revised(&self) -> Option<PartialDate>;

    /// The PMIDs that a query matches, highest first.
    ///
    /// # Errors
    /// When the records cannot be read, or it takes longer than `until`.
    fn find(&self, query: &Query, until: Instant) -> Result<Vec<Pmid>, String>;

    /// The record of a PMID.
    ///
    /// # Errors
    /// When it cannot be read.
    fn get(&self, pmid: Pmid) -> Result<Option<Arc<Fetched>>, String>;

    /// What EFetch gives for a PMID: the record, or the one it was merged into.
    ///
    /// # Errors
    /// When it cannot be read.
    fn given(&self, pmid: Pmid) -> Result<Option<Arc<Fetched>>, String>;
}
