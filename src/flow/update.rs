//! An update of a review, in the boxes of PRISMA 2020's flow diagram for updated reviews.
//!
//! The whole string is asked again, so most of what is found was assessed before. A record whose fate is the same as
//! in the previous version is *known* and leaves before screening; what is new, and what is decided otherwise than
//! before, is screened. Two identities follow, and [`Flow::check`] proves them: identified = duplicates + not
//! retrieved + known + screened, and total = previous - withdrawn + new.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Decision, Fate, Flow, Identification};
use crate::record::Pmid;

/// Studies and reports of one version of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Studies {
    /// Studies. Each included report counts as one study.
    pub studies: u64,
    /// Reports.
    pub reports: u64,
    /// Cases (patients), summed over the reports that say how many.
    pub cases: u64,
    /// Which reports.
    pub pmids: Vec<Pmid>,
}

impl Studies {
    /// The included among some fates.
    pub fn of(fates: &[Fate]) -> Self {
        let kept: Vec<&Fate> = fates.iter().filter(|f| f.decision == Decision::Included).collect();
        Self {
            studies: kept.len() as u64,
            reports: kept.len() as u64,
            cases: kept.iter().filter_map(|f| f.cases).map(u64::from).sum(),
            pmids: kept.iter().map(|f| f.pmid).collect(),
        }
    }
}

/// A report of the previous version that is not in this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// Which.
    pub pmid: Pmid,
    /// `excluded: <criterion>`, `unresolved: <criterion>` or `not found by this search`.
    pub why: String,
}

/// What an update adds to a flow, whose other boxes are then those of the new search only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Update {
    /// The search run of the previous version.
    pub since: i64,
    /// Its day.
    pub since_on: String,
    /// "Studies included in previous version of review", "Reports of studies included in previous version".
    pub previous: Studies,
    /// Records found again whose fate is that of the previous version; removed before screening.
    pub known: u64,
    /// Reports of the previous version that are no longer in.
    pub withdrawn: Vec<Withdrawn>,
    /// "Total studies included in review", "Reports of total included studies".
    pub total: Studies,
}

/// The previous version of a review.
#[derive(Debug, Clone)]
pub struct Previous {
    /// Its search run.
    pub run: i64,
    /// The day of that search.
    pub searched_on: String,
    /// What had become of every record.
    pub fates: Vec<Fate>,
}

impl Flow {
    /// Counts the fates of a new search into the boxes of an updated review.
    pub fn build_update(
        from: Identification,
        criteria: &[(String, String)],
        fates: &[Fate],
        previous: &Previous,
    ) -> Self {
        let before: BTreeMap<Pmid, &Decision> = previous.fates.iter().map(|f| (f.pmid, &f.decision)).collect();
        let now: BTreeMap<Pmid, &Decision> = fates.iter().map(|f| (f.pmid, &f.decision)).collect();
        let screened: Vec<Fate> = fates.iter().filter(|f| before.get(&f.pmid) != Some(&&f.decision)).cloned().collect();
        let included = Studies::of(&previous.fates);
        let withdrawn = included.pmids.iter().filter_map(|pmid| {
            let why = match now.get(pmid) {
                Some(Decision::Included) => return None,
                Some(Decision::Excluded(c)) => format!("excluded: {c}"),
                Some(Decision::Unresolved(c)) => format!("unresolved: {c}"),
                None => "not found by this search".to_owned(),
            };
            Some(Withdrawn { pmid: *pmid, why })
        });
        let update = Update {
            since: previous.run,
            since_on: previous.searched_on.clone(),
            known: (fates.len() - screened.len()) as u64,
            withdrawn: withdrawn.collect(),
            previous: included,
            total: Studies::of(fates),
        };
        Self { update: Some(update), ..Self::build(from, criteria, &screened, None) }
    }

    /// Records that left before screening because the previous version had assessed them.
    pub fn known(&self) -> u64 {
        self.update.as_ref().map_or(0, |u| u.known)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::flow::DecidedBy;

    fn fate(pmid: u64, choice: u8) -> Fate {
        let decision = match choice {
            0 => Decision::Included,
            1 => Decision::Excluded("a".into()),
            2 => Decision::Excluded("b".into()),
            _ => Decision::Unresolved("b".into()),
        };
        Fate { pmid: Pmid(pmid), decision, decided_by: DecidedBy::Rule, stage: None, reviewer: None, cases: Some(1) }
    }

    fn updated(old: &[Fate], new: &[Fate]) -> Flow {
        let from = Identification {
            review: "r".into(),
            source: "twin".into(),
            synthetic: true,
            search_run: 2,
            searched_on: "2022-08-22".into(),
            identified: new.len() as u64,
            duplicates: 0,
            not_retrieved: 0,
            origins: Vec::new(),
        };
        let previous = Previous { run: 1, searched_on: "2021-08-22".into(), fates: old.to_vec() };
        Flow::build_update(from, &[("a".into(), "A".into()), ("b".into(), "B".into())], new, &previous)
    }

    proptest! {
        #[test]
        fn whatever_came_went_and_changed_the_boxes_of_an_update_close(
            old in prop::collection::btree_map(1u64..40, 0u8..4, 0..40),
            new in prop::collection::btree_map(1u64..40, 0u8..4, 0..40),
        ) {
            let fates = |m: std::collections::BTreeMap<u64, u8>| m.into_iter().map(|(p, c)| fate(p, c)).collect::<Vec<_>>();
            prop_assert_eq!(updated(&fates(old), &fates(new)).check(), Vec::<String>::new());
        }
    }

    #[test]
    fn what_is_decided_as_before_is_known_and_a_changed_mind_is_screened_again() {
        let old = [fate(1, 0), fate(2, 0), fate(3, 1), fate(4, 0), fate(5, 1)];
        let new = [fate(1, 0), fate(2, 1), fate(3, 0), fate(5, 1), fate(6, 0), fate(7, 3)];
        let flow = updated(&old, &new);
        let update = flow.update.clone().expect("an update");
        assert_eq!((update.known, flow.screened, flow.unresolved), (2, 4, 1));
        assert_eq!((update.previous.reports, flow.included.reports, update.total.reports), (3, 2, 3));
        let why: Vec<(u64, &str)> = update.withdrawn.iter().map(|w| (w.pmid.0, w.why.as_str())).collect();
        assert_eq!(why, [(2, "excluded: a"), (4, "not found by this search")]);
        let mut wrong = flow;
        wrong.update.as_mut().expect("an update").total.reports += 1;
        assert!(wrong.check().iter().any(|b| b.contains("total")), "a total that is not the sum is noticed");
    }
}
