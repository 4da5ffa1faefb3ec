//! The flow as the CSV that the R package PRISMA2020 reads (its `PRISMA.csv`, version 1.1.4).
//!
//! That reader finds rows by their first column, splits lists at semicolons and names from numbers at the first
//! comma: a name that holds either would lose its number. So names here hold neither. `NA` hides a line.

use super::stages;
use crate::flow::Flow;

/// Rows of the package's template: data, node, box, description, boxtext, url.
const ROWS: &[[&str; 6]] = &[
    ["NA", "node4", "prevstud", "Grey title box; Previous studies", "Previous studies", "prevstud.html"],
    [
        "previous_studies",
        "node5",
        "box1",
        "Studies included in previous version of review",
        "",
        "previous_studies.html",
    ],
    [
        "previous_reports",
        "NA",
        "box1",
        "Reports of studies included in previous version of review",
        "",
        "previous_reports.html",
    ],
    [
        "NA",
        "node6",
        "newstud",
        "Yellow title box; Identification of new studies via databases and registers",
        "Identification of new studies via databases and registers",
        "newstud.html",
    ],
    ["database_results", "node7", "box2", "Records identified from: Databases", "Databases", "database_results.html"],
    ["database_specific_results", "NA", "box2", "Records identified from: specific databases", "Databases", "NA"],
    ["register_results", "NA", "box2", "Records identified from: Registers", "Registers", "NA"],
    ["register_specific_results", "NA", "box2", "Records identified from: specific registers", "Registers", "NA"],
    [
        "NA",
        "node16",
        "othstud",
        "Grey title box; Identification of new studies via other methods",
        "Identification of new studies via other methods",
        "othstud.html",
    ],
    ["website_results", "node17", "box11", "Records identified from: Websites", "Websites", "website_results.html"],
    ["organisation_results", "NA", "box11", "Records identified from: Organisations", "Organisations", "NA"],
    ["citations_results", "NA", "box11", "Records identified from: Citation searching", "Citation searching", "NA"],
    ["duplicates", "node8", "box3", "Duplicate records", "", "duplicates.html"],
    ["excluded_automatic", "NA", "box3", "Records marked as ineligible by automation tools", "", "NA"],
    ["excluded_other", "NA", "box3", "Records removed for other reasons", "", "NA"],
    [
        "records_screened",
        "node9",
        "box4",
        "Records screened (databases and registers)",
        "Records screened",
        "records_screened.html",
    ],
    [
        "records_excluded",
        "node10",
        "box5",
        "Records excluded (databases and registers)",
        "Records excluded",
        "records_excluded.html",
    ],
    [
        "dbr_sought_reports",
        "node11",
        "box6",
        "Reports sought for retrieval (databases and registers)",
        "Reports sought for retrieval",
        "dbr_sought_reports.html",
    ],
    [
        "dbr_notretrieved_reports",
        "node12",
        "box7",
        "Reports not retrieved (databases and registers)",
        "Reports not retrieved",
        "dbr_notretrieved_reports.html",
    ],
    [
        "other_sought_reports",
        "node18",
        "box12",
        "Reports sought for retrieval (other)",
        "Reports sought for retrieval",
        "other_sought_reports.html",
    ],
    [
        "other_notretrieved_reports",
        "node19",
        "box13",
        "Reports not retrieved (other)",
        "Reports not retrieved",
        "other_notretrieved_reports.html",
    ],
    [
        "dbr_assessed",
        "node13",
        "box8",
        "Reports assessed for eligibility (databases and registers)",
        "Reports assessed for eligibility",
        "dbr_assessed.html",
    ],
    [
        "dbr_excluded",
        "node14",
        "box9",
        "Reports excluded (databases and registers)",
        "Reports excluded",
        "dbrexcludedrecords.html",
    ],
    [
        "other_assessed",
        "node20",
        "box14",
        "Reports assessed for eligibility (other)",
        "Reports assessed for eligibility",
        "other_assessed.html",
    ],
    ["other_excluded", "node21", "box15", "Reports excluded (other)", "Reports excluded", "other_excluded.html"],
    ["new_studies", "node15", "box10", "New studies included in review", "", "new_studies.html"],
    ["new_reports", "NA", "box10", "Reports of new included studies", "", "NA"],
    ["total_studies", "node22", "box16", "Total studies included in review", "", "total_studies.html"],
    ["total_reports", "NA", "box16", "Reports of total included studies", "", "NA"],
    ["identification", "node1", "identification", "Blue identification box", "Identification", "identification.html"],
    ["screening", "node2", "screening", "Blue screening box", "Screening", "screening.html"],
    ["included", "node3", "included", "Blue included box", "Included", "included.html"],
    ["total_studies_ma", "node23", "box17", "Total studies included in meta-analysis", "", "total_studies_ma.html"],
    ["total_reports_ma", "NA", "box17", "Reports of total studies included in meta-analysis", "", "NA"],
];

/// A name without commas, semicolons and line breaks.
fn name(text: &str) -> String {
    let joined: String = text
        .chars()
        .map(|c| match c {
            ',' | ';' => '/',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    joined
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" /", "/")
        .trim_start_matches(['=', '+', '-', '@', ' '])
        .to_owned()
}

/// Writes the CSV. Reasons given on title and abstract have no row there, so their text goes to the box of
/// `records_excluded`.
///
/// # Errors
/// When a row cannot be written, which memory does not refuse.
pub fn prisma_csv(flow: &Flow) -> Result<Vec<u8>, csv::Error> {
    let (early, full) = stages(flow);
    let assessed = full + flow.included.reports;
    let reasons: Vec<String> = (flow.excluded.iter())
        .filter(|e| !e.full_text.is_empty())
        .map(|e| format!("{}, {}", name(&e.label), e.full_text.len()))
        .collect();
    let early_reasons: Vec<String> = (flow.excluded.iter())
        .filter(|e| e.n > e.full_text.len() as u64)
        .map(|e| format!("{} (n = {})", name(&e.label), e.n - e.full_text.len() as u64))
        .collect();
    let update = flow.update.as_ref();
    let some = |n: u64| (n > 0).then(|| n.to_string());
    let value = |data: &str| -> Option<String> {
        Some(match data {
            "database_results" => (flow.from_search() + flow.from_others("database")).to_string(),
            "database_specific_results" => {
                let others = flow.origins.iter().filter(|o| o.kind == "database");
                let others = others.map(|o| format!("; {}, {}", name(&o.name), o.n)).collect::<String>();
                format!("PubMed, {}{others}", flow.from_search())
            }
            "register_results" => some(flow.from_others("register"))?,
            "website_results" => some(flow.from_others("website"))?,
            "organisation_results" => some(flow.from_others("organisation"))?,
            "citations_results" => some(flow.from_others("citation-searching"))?,
            "duplicates" => flow.duplicates.to_string(),
            "excluded_other" => match flow.not_retrieved + flow.known() {
                0 => return None,
                n => n.to_string(),
            },
            "records_screened" => flow.screened.to_string(),
            "records_excluded" => early.to_string(),
            "dbr_sought_reports" | "dbr_assessed" => assessed.to_string(),
            "dbr_notretrieved_reports" => "0".to_owned(),
            "dbr_excluded" if !reasons.is_empty() => reasons.join("; "),
            "new_studies" => flow.included.studies.to_string(),
            "new_reports" => flow.included.reports.to_string(),
            "previous_studies" => update?.previous.studies.to_string(),
            "previous_reports" => update?.previous.reports.to_string(),
            "total_studies" => update?.total.studies.to_string(),
            "total_reports" => update?.total.reports.to_string(),
            _ => return None,
        })
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["data", "node", "box", "description", "boxtext", "tooltips", "url", "n"])?;
    for [data, node, of, description, boxtext, url] in ROWS {
        let text = if boxtext.is_empty() { description } else { boxtext };
        let text = match *data {
            "records_excluded" if !early_reasons.is_empty() => format!("{text}: {}", early_reasons.join(" / ")),
            _ => (*text).to_owned(),
        };
        // Their template names the headings NA, and hides a line whose number is NA.
        let n = value(data).unwrap_or_else(|| "NA".to_owned());
        writer.write_record([*data, *node, *of, *description, text.as_str(), *description, *url, n.as_str()])?;
    }
    writer.into_inner().map_err(|e| e.into_error().into())
}
