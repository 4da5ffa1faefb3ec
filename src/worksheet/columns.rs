//! The columns of the worksheet: what the review's Data Collection paragraph says was retrieved
//! from every article, and what its tables report besides.

use super::{Column, Kind};

const TEXT: Kind = Kind::Text;

/// The columns, in order. Coded values are the review's: response by RECIST, survival as for
/// Kaplan-Meier, adverse events as its Table 4 groups them.
pub const COLUMNS: &[Column] = &[
    Column {
        key: "year",
        heading: "Year",
        help: "Year of publication, four digits.",
        codes: &[],
        kind: Kind::Number { min: 1900, max: 2100, whole: true },
    },
    Column {
        key: "fusion_partner",
        heading: "Fusion partner",
        help: "Gene fused to ALK, as its HGNC symbol (RANBP2). Several in one tumor: joined by semicolons.",
        codes: &[],
        kind: TEXT,
    },
    Column {
        key: "histomorphology",
        heading: "Histomorphology",
        help: "Diagnosis of the tumor as the report gives it.",
        codes: &[],
        kind: TEXT,
    },
    Column {
        key: "age_years",
        heading: "Age (years)",
        help: "Age in years when crizotinib was started, else as reported. Months as a fraction: 7 months is 0.6.",
        codes: &[],
        kind: Kind::Number { min: 0, max: 120, whole: false },
    },
    Column {
        key: "sex",
        heading: "Sex",
        help: "Sex as reported. Blank when not reported.",
        codes: &["female", "male"],
        kind: Kind::Code,
    },
    Column { key: "site", heading: "Site", help: "Site of the primary tumor.", codes: &[], kind: TEXT },
    Column {
        key: "stage",
        heading: "Stage",
        help: "Stage when crizotinib was started: IV when metastatic or disseminated, else I-III.",
        codes: &["I-III", "IV"],
        kind: Kind::Code,
    },
    Column {
        key: "crizotinib_line",
        heading: "Crizotinib line",
        help: "Sequence of crizotinib: 1 when it was the first systemic treatment, 2 after one other, 3+ after more.",
        codes: &["1", "2", "3+"],
        kind: Kind::Code,
    },
    Column {
        key: "combination",
        heading: "Combination",
        help: "What crizotinib was combined with. Surgery counts when planned with crizotinib or done during it.",
        codes: &["crizotinib alone", "crizotinib + surgery", "crizotinib + chemotherapy", "other"],
        kind: Kind::Code,
    },
    Column {
        key: "surgery",
        heading: "Surgery",
        help: "Whether the tumor was operated on at any time; biopsies do not count. When: in the note.",
        codes: &["yes", "no"],
        kind: Kind::Code,
    },
    Column {
        key: "response",
        heading: "Best response",
        help: "Best response to crizotinib: CR complete, PR partial, SD stable, PD progressive, NE not evaluable.",
        codes: &["CR", "PR", "SD", "PD", "NE"],
        kind: Kind::Code,
    },
    Column {
        key: "weeks_to_assessment",
        heading: "Weeks to assessment",
        help: "Weeks from the start of crizotinib to the assessment of the response.",
        codes: &[],
        kind: Kind::Number { min: 0, max: 520, whole: false },
    },
    Column {
        key: "progression",
        heading: "Progression",
        help: "Whether the tumor did not respond to crizotinib, or progressed on it later.",
        codes: &["yes", "no"],
        kind: Kind::Code,
    },
    Column {
        key: "survival_months",
        heading: "Survival (months)",
        help: "Months from the start of crizotinib to death or last contact.",
        codes: &[],
        kind: Kind::Number { min: 0, max: 600, whole: false },
    },
    Column {
        key: "survival_status",
        heading: "Survival status",
        help: "dead, or censored when alive or lost at last contact.",
        codes: &["censored", "dead"],
        kind: Kind::Code,
    },
    Column {
        key: "adverse_events",
        heading: "Adverse events",
        help: "Adverse events of crizotinib, joined by semicolons; none when the report says there were none.",
        codes: &[],
        kind: TEXT,
    },
    Column {
        key: "ae_severity",
        heading: "Worst adverse event",
        help: "serious: grade 3 or 4, or led to dose reduction or withdrawal; fatal: led to death.",
        codes: &["none", "not serious", "serious", "fatal"],
        kind: Kind::Code,
    },
    Column {
        key: "next_alk_inhibitor",
        heading: "Next ALK inhibitor",
        help: "First ALK inhibitor given after crizotinib; further ones in the note.",
        codes: &["none", "alectinib", "brigatinib", "ceritinib", "ensartinib", "lorlatinib", "other"],
        kind: Kind::Code,
    },
    Column {
        key: "next_response",
        heading: "Next best response",
        help: "Best response to the ALK inhibitors given after crizotinib for a tumor that was there: CR, PR, SD, PD, NE.",
        codes: &["CR", "PR", "SD", "PD", "NE"],
        kind: Kind::Code,
    },
    Column { key: "note", heading: "Note", help: "Anything else worth keeping.", codes: &[], kind: TEXT },
];
