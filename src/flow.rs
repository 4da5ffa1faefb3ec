//! Decisions into the boxes of a PRISMA 2020 flow diagram, and the boxes against a published
//! figure.
//!
//! Nothing here is counted up and kept: a [`Flow`] is built anew from the fate of every record of
//! a search run. The identities of the diagram (PRISMA 2020: screened = identified - removed;
//! included = screened - excluded) hold because every record lies in exactly one terminal box;
//! [`Flow::check`] proves it each time.

use serde::Serialize;

use crate::protocol::{Published, Stage};
use crate::record::{Notice, Pmid};
use crate::screen::{Assessment, Outcome};

pub mod grade;
mod update;

pub use update::{Previous, Studies, Update, Withdrawn};

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "decision", content = "criterion")]
pub enum Decision {
    /// In the review.
    Included,
    /// Out, for this criterion.
    Excluded(String),
    /// Awaits a person, at this criterion; `conflict` when reviewers disagree.
    Unresolved(String),
}

impl Decision {
    /// What the rules alone say, of assessments in the protocol's order: the first criterion that excludes; else the
    /// first that nobody could tell; else included.
    pub fn by_rules(assessments: &[Assessment]) -> Self {
        let first = |outcome| assessments.iter().find(|a| a.outcome == outcome).map(|a| a.criterion.clone());
        match (first(Outcome::Met), first(Outcome::Unclear)) {
            (Some(criterion), _) => Self::Excluded(criterion),
            (None, Some(criterion)) => Self::Unresolved(criterion),
            (None, None) => Self::Included,
        }
    }

    /// `included`, `excluded` or `unresolved`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Included => "included",
            Self::Excluded(_) => "excluded",
            Self::Unresolved(_) => "unresolved",
        }
    }

    /// The criterion it rests on or waits at.
    pub fn criterion(&self) -> Option<&str> {
        match self {
            Self::Included => None,
            Self::Excluded(c) | Self::Unresolved(c) => Some(c),
        }
    }
}

/// Who decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecidedBy {
    /// The protocol's rules.
    Rule,
    /// A person's judgement, alone or together with rules.
    Person,
    /// Nobody yet.
    Nobody,
}

impl DecidedBy {
    /// The word used in tables and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Person => "person",
            Self::Nobody => "nobody",
        }
    }
}

/// The terminal box of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// The record.
    pub pmid: Pmid,
    /// What became of it.
    #[serde(flatten)]
    pub decision: Decision,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// The reading a person's decision rests on.
    pub stage: Option<Stage>,
    /// The person.
    pub reviewer: Option<String>,
    /// How many cases the report brings; none when unknown.
    pub cases: Option<u32>,
}

/// One reason of exclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// The criterion's id.
    pub criterion: String,
    /// The label of the box.
    pub label: String,
    /// Records.
    pub n: u64,
    /// Of these, by rule.
    pub by_rule: u64,
    /// Of these, by a person.
    pub by_person: u64,
    /// Which.
    pub pmids: Vec<Pmid>,
    /// Of these, by a person who had read the full text, or by a consensus; the others left on title and abstract.
    pub full_text: Vec<Pmid>,
}

/// What is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Included {
    /// Studies. Each included report counts as one study.
    pub studies: u64,
    /// Reports.
    pub reports: u64,
    /// Cases (patients), summed over the reports that say how many.
    pub cases: u64,
    /// Included reports whose number of cases is not known; they add nothing to `cases`.
    pub cases_unknown: Vec<Pmid>,
    /// Which reports.
    pub pmids: Vec<Pmid>,
}

/// A record that awaits a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The record.
    pub pmid: Pmid,
    /// The first criterion that nobody could tell; `conflict` when reviewers disagree.
    pub criterion: String,
}

/// One box that differs from the published figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The box: `identified`, `excluded:<criterion>`, `studies`, `cases` or `unresolved`.
    #[serde(rename = "box")]
    pub name: String,
    /// Computed here.
    pub ours: u64,
    /// Printed there.
    pub theirs: u64,
}

/// What PubMed announces of a report that is in or awaits a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Announced {
    /// The report.
    pub pmid: Pmid,
    /// `included` or `unresolved`.
    pub decision: &'static str,
    /// The announcements, the gravest first.
    pub notices: Vec<Notice>,
}

/// Announcements, a line a report: `99000230, included: corrected: J 2016;2:870`. Every included report is told, the gravest
/// first; then reports that await a person, until there are `most` lines; then how many more there are.
pub fn announcements(list: &[Announced], most: usize) -> Vec<String> {
    let mut list: Vec<&Announced> = list.iter().collect();
    let included = |a: &Announced| a.decision == "included";
    list.sort_by_key(|a| (!included(a), a.notices.first().map(|n| n.kind)));
    let told = list.iter().filter(|a| included(a)).count().max(most).min(list.len());
    let more = list.len() - told;
    let words = |a: &Announced| a.notices.iter().map(Notice::words).collect::<Vec<_>>().join("; ");
    let mut lines: Vec<String> =
        list[..told].iter().map(|a| format!("{}, {}: {}", a.pmid, a.decision, words(a))).collect();
    if more > 0 {
        lines.push(format!("and of {more} more that await a person; the audit tells each"));
    }
    lines
}

/// The boxes against the published figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Where the figure was published.
    pub citation: String,
    /// Whether every box is equal.
    pub matches: bool,
    /// Every box of the figure in order: name, ours, theirs.
    pub boxes: Vec<Difference>,
    /// Those that differ.
    pub differences: Vec<Difference>,
}

/// The flow of one search run. Units: records, but for `included`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// The review's name.
    pub review: String,
    /// Where the records came from: `twin`, `pubmed`, a URL or files.
    pub source: String,
    /// Whether any record is synthetic; whatever is printed must then say so.
    pub synthetic: bool,
    /// The search run counted.
    pub search_run: i64,
    /// The day of the search, as PubMed was asked.
    pub searched_on: String,
    /// Records identified, from every source.
    pub identified: u64,
    /// Of these, from other sources than the search.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Origin>,
    /// Duplicate records removed before screening.
    pub duplicates: u64,
    /// Records PubMed counted but does not hold any more.
    pub not_retrieved: u64,
    /// Records screened.
    pub screened: u64,
    /// Reasons in the protocol's order, also those with no record.
    pub excluded: Vec<Excluded>,
    /// Records that await a person.
    pub unresolved: u64,
    /// Which, and where.
    pub awaiting: Vec<Waiting>,
    /// What is in.
    pub included: Included,
    /// Of what is in or awaits a person: retracted, put in doubt or corrected since.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub announced: Vec<Announced>,
    /// Against the published figure, when the review has one.
    pub published: Option<Comparison>,
    /// In an update: the previous version and the total. The boxes above are then those of the new search only, and
    /// `included` is what is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<Update>,
}

/// Another source than the search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// As the reviewer names it.
    pub name: String,
    /// `database`, `register`, `website`, `organisation` or `citation-searching`.
    pub kind: String,
    /// Records it brought, duplicates among them.
    pub n: u64,
}

/// What a flow is built from, beside the fates.
#[derive(Debug, Clone)]
pub struct Identification {
    /// The review's name.
    pub review: String,
    /// Where the records came from.
    pub source: String,
    /// Whether any record is synthetic.
    pub synthetic: bool,
    /// The search run.
    pub search_run: i64,
    /// Its day.
    pub searched_on: String,
    /// Rows the search returned.
    pub identified: u64,
    /// Rows that repeat a record of the same run.
    pub duplicates: u64,
    /// Rows whose record PubMed refuses.
    pub not_retrieved: u64,
    /// Other sources of these rows than the search.
    pub origins: Vec<Origin>,
}

impl Flow {
    /// Counts fates into boxes. `criteria` are id and label in the protocol's order.
    pub fn build(
        from: Identification,
        criteria: &[(String, String)],
        fates: &[Fate],
        published: Option<&Published>,
    ) -> Self {
        let excluded = criteria
            .iter()
            .map(|(id, label)| {
                let here: Vec<&Fate> =
                    fates.iter().filter(|f| matches!(&f.decision, Decision::Excluded(c) if c == id)).collect();
                let by = |who| here.iter().filter(|f| f.decided_by == who).count() as u64;
                Excluded {
                    criterion: id.clone(),
                    label: label.clone(),
                    n: here.len() as u64,
                    by_rule: by(DecidedBy::Rule),
                    by_person: by(DecidedBy::Person),
                    pmids: here.iter().map(|f| f.pmid).collect(),
                    full_text: (here.iter())
                        .filter(|f| matches!(f.stage, Some(Stage::FullText | Stage::Consensus)))
                        .map(|f| f.pmid)
                        .collect(),
                }
            })
            .collect();
        let awaiting: Vec<Waiting> = fates
            .iter()
            .filter_map(|f| match &f.decision {
                Decision::Unresolved(c) => Some(Waiting { pmid: f.pmid, criterion: c.clone() }),
                _ => None,
            })
            .collect();
        let kept: Vec<&Fate> = fates.iter().filter(|f| f.decision == Decision::Included).collect();
        let included = Included {
            studies: kept.len() as u64,
            reports: kept.len() as u64,
            cases: kept.iter().filter_map(|f| f.cases).map(u64::from).sum(),
            cases_unknown: kept.iter().filter(|f| f.cases.is_none()).map(|f| f.pmid).collect(),
            pmids: kept.iter().map(|f| f.pmid).collect(),
        };
        let mut flow = Self {
            review: from.review,
            source: from.source,
            synthetic: from.synthetic,
            search_run: from.search_run,
            searched_on: from.searched_on,
            identified: from.identified,
            origins: from.origins,
            duplicates: from.duplicates,
            not_retrieved: from.not_retrieved,
            screened: fates.len() as u64,
            excluded,
            unresolved: awaiting.len() as u64,
            awaiting,
            included,
            announced: Vec::new(),
            published: None,
            update: None,
        };
        flow.published = published.map(|p| flow.compare(p));
        flow
    }

    /// Records that the search itself identified.
    pub fn from_search(&self) -> u64 {
        self.identified - self.origins.iter().map(|o| o.n).sum::<u64>()
    }

    /// Records that other sources of a kind identified.
    pub fn from_others(&self, kind: &str) -> u64 {
        self.origins.iter().filter(|o| o.kind == kind).map(|o| o.n).sum()
    }

    /// Every report that is in, of this version and the total, or that awaits a person; each once, with its decision.
    pub fn alive(&self) -> Vec<(Pmid, &'static str)> {
        let total = self.update.iter().flat_map(|u| u.total.pmids.iter());
        let included = self.included.pmids.iter().chain(total).map(|p| (*p, "included"));
        let mut list: Vec<_> = included.chain(self.awaiting.iter().map(|w| (w.pmid, "unresolved"))).collect();
        list.sort_unstable();
        list.dedup_by_key(|(pmid, _)| *pmid);
        list
    }

    /// What was announced, at `most` so many lines unless more reports are included: see [`announcements`].
    pub fn announcements(&self, most: usize) -> Vec<String> {
        announcements(&self.announced, most)
    }

    /// The boxes against a published figure, box by box. Records without a decision count as a
    /// difference: a flow that is not finished matches nothing.
    pub fn compare(&self, published: &Published) -> Comparison {
        let mut boxes = Vec::new();
        let mut add = |name: String, ours, theirs| boxes.push(Difference { name, ours, theirs });
        add("identified".into(), self.identified, published.identified);
        for (criterion, theirs) in &published.excluded {
            let ours = self.excluded.iter().find(|e| e.criterion == *criterion).map_or(0, |e| e.n);
            add(format!("excluded:{criterion}"), ours, *theirs);
        }
        for e in self.excluded.iter().filter(|e| e.n > 0) {
            if !published.excluded.iter().any(|(c, _)| *c == e.criterion) {
                add(format!("excluded:{}", e.criterion), e.n, 0);
            }
        }
        add("studies".into(), self.included.studies, published.studies);
        if let Some(cases) = published.cases {
            add("cases".into(), self.included.cases, cases);
        }
        add("unresolved".into(), self.unresolved, 0);
        let differences: Vec<Difference> = boxes.iter().filter(|b| b.ours != b.theirs).cloned().collect();
        Comparison { citation: published.citation.clone(), matches: differences.is_empty(), boxes, differences }
    }

    /// The identities that do not hold, in words; empty in a sound flow.
    pub fn check(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let out: u64 = self.excluded.iter().map(|e| e.n).sum();
        if self.identified != self.duplicates + self.not_retrieved + self.known() + self.screened {
            broken.push(format!(
                "identified {} is not duplicates {} + not retrieved {} + known {} + screened {}",
                self.identified,
                self.duplicates,
                self.not_retrieved,
                self.known(),
                self.screened
            ));
        }
        if let Some(u) = &self.update
            && u.total.reports + u.withdrawn.len() as u64 != u.previous.reports + self.included.reports
        {
            broken.push(format!(
                "total {} is not previous {} - withdrawn {} + new {}",
                u.total.reports,
                u.previous.reports,
                u.withdrawn.len(),
                self.included.reports
            ));
        }
        if self.screened != out + self.unresolved + self.included.reports {
            broken.push(format!(
                "screened {} is not excluded {out} + unresolved {} + included {}",
                self.screened, self.unresolved, self.included.reports
            ));
        }
        let mut all: Vec<Pmid> = self.excluded.iter().flat_map(|e| e.pmids.iter().copied()).collect();
        all.extend(self.awaiting.iter().map(|w| w.pmid));
        all.extend(&self.included.pmids);
        all.sort_unstable();
        if let Some(twice) = all.windows(2).find(|w| w[0] == w[1]) {
            broken.push(format!("PMID {} lies in two boxes", twice[0]));
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fate(n: u64, choice: u8) -> Fate {
        let (decision, decided_by) = match choice {
            0 => (Decision::Included, DecidedBy::Rule),
            1 => (Decision::Excluded("a".into()), DecidedBy::Rule),
            2 => (Decision::Excluded("b".into()), DecidedBy::Person),
            _ => (Decision::Unresolved("b".into()), DecidedBy::Nobody),
        };
        Fate { pmid: Pmid(n), decision, decided_by, stage: None, reviewer: None, cases: Some(u32::from(choice) + 1) }
    }

    fn flow(choices: &[u8], duplicates: u64, published: Option<&Published>) -> Flow {
        let fates: Vec<Fate> = choices.iter().enumerate().map(|(i, c)| fate(i as u64 + 1, *c)).collect();
        let from = Identification {
            review: "r".into(),
            source: "twin".into(),
            synthetic: true,
            search_run: 1,
            searched_on: "2021-08-22".into(),
            identified: choices.len() as u64 + duplicates,
            duplicates,
            not_retrieved: 0,
            origins: Vec::new(),
        };
        Flow::build(from, &[("a".into(), "A".into()), ("b".into(), "B".into())], &fates, published)
    }

    proptest! {
        #[test]
        fn whatever_became_of_the_records_the_boxes_close(choices in prop::collection::vec(0u8..4, 0..60), d in 0u64..5) {
            prop_assert_eq!(flow(&choices, d, None).check(), Vec::<String>::new());
        }
    }

    #[test]
    fn a_record_in_two_boxes_and_a_lost_record_are_both_noticed() {
        let mut twice = flow(&[0, 1], 0, None);
        twice.excluded[0].pmids.push(Pmid(1));
        assert!(twice.check().iter().any(|c| c.contains("two boxes")));
        let mut lost = flow(&[0, 1], 0, None);
        lost.identified += 1;
        assert!(!lost.check().is_empty());
    }

    #[test]
    fn each_differing_box_is_named_and_an_unfinished_flow_matches_nothing() {
        let figure = Published {
            identified: 3,
            excluded: vec![("a".into(), 1), ("b".into(), 1)],
            studies: 1,
            cases: Some(1),
            ..Published::default()
        };
        assert!(flow(&[0, 1, 2], 0, Some(&figure)).published.is_some_and(|c| c.matches));
        let names = |choices: &[u8]| -> Vec<String> {
            flow(choices, 0, Some(&figure))
                .published
                .map_or(Vec::new(), |c| c.differences.into_iter().map(|d| d.name).collect())
        };
        assert_eq!(names(&[0, 1, 1]), ["excluded:a", "excluded:b"]);
        assert_eq!(names(&[0, 1, 3]), ["excluded:b", "unresolved"]);
    }

    #[test]
    fn an_announcement_of_an_included_report_is_never_left_out() {
        use crate::record::NoticeKind::{Concern, Corrected, Retracted};
        let one = |pmid, decision, kind| Announced {
            pmid: Pmid(pmid),
            decision,
            notices: vec![Notice { kind, source: None, pmid: None }],
        };
        let mut list: Vec<_> = (1..=25).map(|n| one(n, "unresolved", Retracted)).collect();
        list.extend([one(30, "included", Corrected), one(31, "included", Concern)]);
        let told = announcements(&list, 10);
        assert_eq!(
            told[..3],
            ["31, included: expression of concern", "30, included: corrected", "1, unresolved: retracted"]
        );
        assert_eq!((told.len(), told[10].as_str()), (11, "and of 17 more that await a person; the audit tells each"));
        assert_eq!(announcements(&list, 1).len(), 3, "both that are included, and how many more");
        assert_eq!(announcements(&list, usize::MAX).len(), 27);
    }
}
