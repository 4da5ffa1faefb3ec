//! A published figure graded against a flow counted again: box by box consistent, not, or not to be known.
//!
//! A box is not to be known when records that await a person, or records that PubMed has added or taken away since, could
//! make up the difference. A count is taken as reproduced within ten per cent (Rethlefsen et al., J Clin Epidemiol 2024).

use serde::Serialize;

use super::Flow;
use crate::protocol::Published;

/// How a box fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// The same, or within what is allowed.
    Consistent,
    /// Different, and nothing explains it.
    Not,
    /// It cannot be known.
    Unknown,
}

impl Grade {
    /// The words used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::Not => "not",
            Self::Unknown => "cannot be known",
        }
    }
}

/// One box, graded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Graded {
    /// The box: `identified`, `excluded:<criterion>`, `studies`, `cases`.
    #[serde(rename = "box")]
    pub name: String,
    /// Counted here; none when nothing was screened.
    pub ours: Option<u64>,
    /// Printed there.
    pub theirs: u64,
    /// The grade.
    pub grade: Grade,
    /// Why.
    pub why: String,
}

/// Whether a count is within ten per cent of another.
pub fn within_a_tenth(now: u64, then: u64) -> bool {
    now.abs_diff(then) * 10 <= then
}

/// Grades every box of a published figure. `now` is the count of the search run again; `flow` the screening of what it
/// found, if there is one.
pub fn grade(published: &Published, now: u64, flow: Option<&Flow>) -> Vec<Graded> {
    let theirs = published.identified;
    let (grade, why) = match now {
        n if n == theirs => (Grade::Consistent, "the same count".to_owned()),
        n if within_a_tenth(n, theirs) => (Grade::Consistent, "within ten per cent".to_owned()),
        _ => (Grade::Not, "more than ten per cent away".to_owned()),
    };
    let mut list = vec![Graded { name: "identified".into(), ours: Some(now), theirs, grade, why }];
    let mut add = |name: String, ours: Option<u64>, theirs: u64, unknown_cases: bool| {
        let (grade, why) = match (ours, flow) {
            (Some(ours), Some(flow)) => {
                let moved = flow.identified.abs_diff(published.identified);
                let (low, high) = (ours.saturating_sub(moved), ours + moved + flow.unresolved);
                match theirs {
                    n if n == ours => (Grade::Consistent, "the same count".to_owned()),
                    n if unknown_cases && n >= ours => {
                        (Grade::Unknown, "some included reports do not say how many cases they bring".to_owned())
                    }
                    n if (low..=high).contains(&n) && (moved > 0 || flow.unresolved > 0) => (
                        Grade::Unknown,
                        format!("{} records await a person, {moved} came or went since", flow.unresolved),
                    ),
                    _ => (Grade::Not, "no record awaits a person or moved that could make it up".to_owned()),
                }
            }
            _ => (Grade::Unknown, "nothing was screened under this search".to_owned()),
        };
        list.push(Graded { name, ours, theirs, grade, why });
    };
    for (criterion, theirs) in &published.excluded {
        let ours = flow.map(|f| f.excluded.iter().find(|e| e.criterion == *criterion).map_or(0, |e| e.n));
        add(format!("excluded:{criterion}"), ours, *theirs, false);
    }
    add("studies".into(), flow.map(|f| f.included.studies), published.studies, false);
    if let Some(cases) = published.cases {
        let unknown = flow.is_some_and(|f| !f.included.cases_unknown.is_empty());
        add("cases".into(), flow.map(|f| f.included.cases), cases, unknown);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{DecidedBy, Decision, Fate, Identification};
    use crate::record::Pmid;

    /// A flow of `included` and `out` records, and `open` ones that await a person.
    fn flow(included: u64, out: u64, open: u64) -> Flow {
        let fates: Vec<Fate> = (1..=included + out + open)
            .map(|n| Fate {
                pmid: Pmid(n),
                decision: match n {
                    n if n <= included => Decision::Included,
                    n if n <= included + out => Decision::Excluded("a".into()),
                    _ => Decision::Unresolved("a".into()),
                },
                decided_by: DecidedBy::Rule,
                stage: None,
                reviewer: None,
                cases: Some(1),
            })
            .collect();
        let from = Identification {
            review: "r".into(),
            source: "pubmed".into(),
            synthetic: false,
            search_run: 1,
            searched_on: "2021-08-22".into(),
            identified: included + out + open,
            duplicates: 0,
            not_retrieved: 0,
            origins: Vec::new(),
        };
        Flow::build(from, &[("a".into(), "A".into())], &fates, None)
    }

    #[test]
    fn a_box_is_consistent_not_or_cannot_be_known() {
        use Grade::{Consistent, Not, Unknown};
        let figure = |n, out, studies| Published {
            identified: n,
            excluded: vec![("a".into(), out)],
            studies,
            cases: Some(studies),
            ..Published::default()
        };
        let cases = [
            ("all the same", figure(10, 4, 6), 10, Some(flow(6, 4, 0)), [Consistent; 4]),
            ("nothing was screened", figure(10, 4, 6), 10, None, [Consistent, Unknown, Unknown, Unknown]),
            (
                "another reason, and nobody to blame",
                figure(10, 5, 5),
                10,
                Some(flow(6, 4, 0)),
                [Consistent, Not, Not, Not],
            ),
            (
                "what awaits a person may make it up",
                figure(10, 4, 6),
                10,
                Some(flow(5, 4, 1)),
                [Consistent, Consistent, Unknown, Unknown],
            ),
            ("a tenth is allowed", figure(100, 40, 60), 110, None, [Consistent, Unknown, Unknown, Unknown]),
            ("more is not allowed", figure(100, 40, 60), 111, None, [Not, Unknown, Unknown, Unknown]),
            (
                "records that came since may make it up",
                figure(10, 4, 6),
                11,
                Some(flow(7, 4, 0)),
                [Consistent, Consistent, Unknown, Unknown],
            ),
        ];
        for (sentence, figure, now, flow, expected) in cases {
            let got: Vec<Grade> = grade(&figure, now, flow.as_ref()).into_iter().map(|g| g.grade).collect();
            assert_eq!(got, expected, "{sentence}");
        }
    }
}
