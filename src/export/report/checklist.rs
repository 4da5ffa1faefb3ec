//! The PRISMA 2020 checklist (Page et al. 2021, BMJ 372:n71), filled as far as the screening knows. The items' names
//! are in this project's words.

use super::{OPEN, Report};

/// An item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number, `16a`.
    pub number: String,
    /// What it asks, in short.
    pub name: &'static str,
    /// The answer, or that it is left to people.
    pub text: String,
}

/// The items that no screening can answer.
const LEFT: &str = "";

/// All 42 items and sub-items in order.
pub(super) fn prisma_2020(r: &Report<'_>) -> Vec<Item> {
    let (f, p, reviewers) = (r.flow, r.provenance, r.reviewers);
    let out: u64 = f.excluded.iter().map(|e| e.n).sum();
    let by_rule: u64 = f.excluded.iter().map(|e| e.by_rule).sum();
    let pooled = match r.pooled {
        Ok(_) => {
            "See Pooled analysis: proportions with Wilson and Clopper–Pearson intervals, cross tables with their \
                  tests, Kaplan–Meier curves, as the plan asks."
        }
        Err(_) => LEFT,
    };
    let sensitivity = match (r.pooled, r.extraction.pairs.is_empty()) {
        (Ok(_), false) => "Without the second of each pair of cases that may be one patient.",
        _ => LEFT,
    };
    let rows: [(&str, &'static str, String); 42] = [
        ("1", "The title says it is a systematic review", format!("Working title: {}", r.heading.title)),
        ("2", "Abstract, by its own checklist", LEFT.into()),
        ("3", "Rationale", LEFT.into()),
        ("4", "Objectives or questions", LEFT.into()),
        ("5", "Eligibility criteria", format!("See Criteria: {} reasons of exclusion, in order.", r.criteria.len())),
        (
            "6",
            "Information sources and when each was last searched",
            format!("{}, through {}, {}. Others: {OPEN}", p.database, p.platform, p.asked_at),
        ),
        ("7", "Full search strategies with limits", "See Search: the string as printed, as sent and as run.".into()),
        (
            "8",
            "Selection process: how many people, how independently, which tools",
            format!(
                "{by_rule} of {out} exclusions by rules ({}), the others by {}. Independence of the reviewers: {OPEN}",
                p.program,
                match reviewers.len() {
                    0 => "nobody yet".to_owned(),
                    n => {
                        let names = reviewers.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
                        format!("{n} reviewer{} ({names})", if n == 1 { "" } else { "s" })
                    }
                }
            ),
        ),
        (
            "9",
            "Data collection process",
            format!("By a worksheet, one row a case; see Data extraction. Who extracted: {OPEN}"),
        ),
        ("10a", "Outcomes sought", format!("Columns of the worksheet: {}. {OPEN}", r.extraction.columns)),
        ("10b", "Other variables sought", "The worksheet's data dictionary names each with its unit.".into()),
        ("11", "Risk of bias assessment", LEFT.into()),
        ("12", "Effect measures", pooled.into()),
        ("13a", "Which studies are eligible for each synthesis", pooled.into()),
        ("13b", "Preparation of data", LEFT.into()),
        ("13c", "Tabulation and display", pooled.into()),
        ("13d", "Synthesis methods and why", pooled.into()),
        ("13e", "Exploration of heterogeneity", LEFT.into()),
        ("13f", "Sensitivity analyses", sensitivity.into()),
        ("14", "Reporting bias assessment", LEFT.into()),
        ("15", "Certainty assessment", LEFT.into()),
        (
            "16a",
            "Results of search and selection, with a flow diagram",
            format!("{} records identified, {} studies included; see Flow.", f.identified, f.included.studies),
        ),
        (
            "16b",
            "Studies that might seem to belong and were excluded",
            "See Excluded records: each with its reason.".into(),
        ),
        ("17", "Characteristics of each study", "See Included studies, and the worksheet.".into()),
        ("18", "Risk of bias in each study", LEFT.into()),
        ("19", "Results of each study", "In the worksheet, a row a case.".into()),
        ("20a", "Characteristics of the studies in each synthesis", pooled.into()),
        ("20b", "Results of each synthesis", pooled.into()),
        ("20c", "Causes of heterogeneity", LEFT.into()),
        ("20d", "Results of sensitivity analyses", sensitivity.into()),
        ("21", "Reporting biases", LEFT.into()),
        ("22", "Certainty of evidence", LEFT.into()),
        ("23a", "Interpretation", LEFT.into()),
        ("23b", "Limits of the evidence", LEFT.into()),
        ("23c", "Limits of the process", LEFT.into()),
        ("23d", "Implications", LEFT.into()),
        ("24a", "Registration", LEFT.into()),
        (
            "24b",
            "Where the protocol is",
            format!("protocol.toml of the review, {} applied versions here.", r.versions.len()),
        ),
        ("24c", "Amendments", amendments(r)),
        ("25", "Support", LEFT.into()),
        ("26", "Competing interests", LEFT.into()),
        (
            "27",
            "Availability of data, code and other materials",
            format!("Decisions, evidence and worksheet as files of {}. Where they are to be had: {OPEN}", p.program),
        ),
    ];
    rows.into_iter()
        .map(|(number, name, text)| Item {
            number: number.to_owned(),
            name,
            text: if text.is_empty() { OPEN.to_owned() } else { text },
        })
        .collect()
}

fn amendments(r: &Report<'_>) -> String {
    match r.versions.len() {
        0 | 1 => "None: one version of the protocol was applied.".to_owned(),
        n => format!("{} after the first; see Versions of the protocol. Why: {OPEN}", n - 1),
    }
}
