//! Sets kept for `WebEnv` and `query_key`, as NCBI's history server keeps them.

use std::collections::{HashMap, VecDeque};

use crate::record::Pmid;

/// Sets kept at most; the oldest environment is forgotten first, as NCBI's expire.
const MOST_SETS: usize = 2_000;
/// PMIDs kept at most in all sets together.
const MOST_PMIDS: usize = 20_000_000;

/// A set with the search that made it.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) pmids: Vec<Pmid>,
    /// The search as a clause, for `#1` in a later one.
    pub(super) term: String,
}

/// Every environment.
#[derive(Debug, Default)]
pub(super) struct History {
    sets: HashMap<String, Vec<Kept>>,
    order: VecDeque<String>,
    made: u64,
}

impl History {
    /// Keeps a set in that environment, or in a new one when it is not (or no longer) known.
    pub(super) fn keep(&mut self, web_env: Option<&str>, kept: Kept) -> (String, usize) {
        let name = match web_env.filter(|w| self.sets.contains_key(*w)) {
            Some(known) => known.to_owned(),
            None => {
                self.made += 1;
                let name = format!("MCID_{:024x}", self.made);
                self.order.push_back(name.clone());
                name
            }
        };
        let sets = self.sets.entry(name.clone()).or_default();
        sets.push(kept);
        let key = sets.len();
        self.forget(&name);
        (name, key)
    }

    fn forget(&mut self, but: &str) {
        let size = |s: &HashMap<String, Vec<Kept>>| {
            let all = s.values().flatten();
            all.fold((0, 0), |(sets, pmids), k| (sets + 1, pmids + k.pmids.len()))
        };
        let (mut sets, mut pmids) = size(&self.sets);
        while (sets > MOST_SETS || pmids > MOST_PMIDS) && self.order.front().is_some_and(|o| o != but) {
            if let Some(oldest) = self.order.pop_front() {
                self.sets.remove(&oldest);
            }
            (sets, pmids) = size(&self.sets);
        }
    }

    /// A kept set.
    pub(super) fn recall(&self, web_env: &str, key: usize) -> Option<&Kept> {
        self.sets.get(web_env)?.get(key.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_environment_is_forgotten_and_the_newest_never() {
        let mut history = History::default();
        let set = || Kept { pmids: vec![Pmid(1)], term: "1[uid]".into() };
        let (first, key) = history.keep(None, set());
        assert_eq!((history.keep(Some(&first), set()).1, key), (2, 1), "a known environment counts on");
        let (last, _) = (0..MOST_SETS).map(|_| history.keep(None, set())).last().expect("the range is not empty");
        assert!(history.recall(&first, 1).is_none(), "expired");
        assert!(history.recall(&last, 1).is_some() && history.recall(&last, 2).is_none());
        assert_ne!(history.keep(Some("of my own making"), set()).0, "of my own making");
    }
}
