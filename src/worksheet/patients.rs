//! Cases of different reports that may be one patient. Nothing is merged: each pair is named with its reasons, and a
//! person decides.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{COLUMNS, Row, Worksheet};

/// Two cases that may be one patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// The first row's key.
    pub first: String,
    /// The second row's key.
    pub second: String,
    /// What they share, in words.
    pub reasons: Vec<String>,
}

fn value<'a>(row: &'a Row, key: &str) -> &'a str {
    COLUMNS.iter().position(|c| c.key == key).and_then(|i| row.cells.get(i)).map_or("", |c| c.value.trim())
}

/// Pairs of different reports with the same age and sex that share besides a fusion partner, a site or a centre; and
/// differ in none of the first four that both tell. `centres` are each report's affiliations.
pub fn possible_duplicates(sheet: &Worksheet, centres: &BTreeMap<u64, Vec<String>>) -> Vec<Pair> {
    let mut out = Vec::new();
    for (i, a) in sheet.rows.iter().enumerate() {
        for b in sheet.rows[i + 1..].iter().filter(|b| b.pmid != a.pmid) {
            let mut reasons = Vec::new();
            let mut differ = false;
            for (key, word) in [("age_years", "age"), ("sex", "sex"), ("fusion_partner", "partner"), ("site", "site")] {
                let (x, y) = (value(a, key), value(b, key));
                if x.is_empty() || y.is_empty() {
                    continue;
                }
                if x.eq_ignore_ascii_case(y) { reasons.push(format!("same {word} ({x})")) } else { differ = true }
            }
            if differ || !["same age", "same sex"].iter().all(|s| reasons.iter().any(|r| r.starts_with(s))) {
                continue;
            }
            let of = |pmid: u64| centres.get(&pmid).map(Vec::as_slice).unwrap_or_default();
            if let Some(centre) = of(a.pmid).iter().find(|c| of(b.pmid).contains(c)) {
                reasons.push(format!("same centre ({centre})"));
            }
            if reasons.len() > 2 {
                out.push(Pair { first: a.key(), second: b.key(), reasons });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worksheet::Cell;

    fn row(pmid: u64, values: &[(&str, &str)]) -> Row {
        let cell = |key: &str| values.iter().find(|v| v.0 == key).map_or("", |v| v.1).to_owned();
        let cells = COLUMNS.iter().map(|c| Cell { value: cell(c.key), evidence: None }).collect();
        Row { pmid, case: 1, of: 1, cells, ..Row::default() }
    }

    #[test]
    fn a_pair_is_flagged_for_what_both_tell_and_never_within_a_report() {
        let base: &[(&str, &str)] = &[("age_years", "35"), ("sex", "male"), ("fusion_partner", "RANBP2")];
        type Filled<'a> = &'a [(&'a str, &'a str)];
        let cases: &[(u64, Filled<'_>, bool)] = &[
            (2, base, true),
            (1, base, false),
            (2, &[("age_years", "35"), ("sex", "male"), ("fusion_partner", "TPM3")], false),
            (2, &[("age_years", "35"), ("sex", "female"), ("fusion_partner", "RANBP2")], false),
            (2, &[("age_years", "35"), ("sex", "male")], false),
            (2, &[("fusion_partner", "RANBP2")], false),
        ];
        for (pmid, other, flagged) in cases {
            let sheet = Worksheet { rows: vec![row(1, base), row(*pmid, other)], ..Worksheet::default() };
            assert_eq!(!possible_duplicates(&sheet, &BTreeMap::new()).is_empty(), *flagged, "{other:?}");
        }
        let few: &[(&str, &str)] = &[("age_years", "35"), ("sex", "male")];
        let sheet = Worksheet { rows: vec![row(1, few), row(2, few)], ..Worksheet::default() };
        let centre = vec!["Hospital of the Twin".to_owned()];
        let pairs = possible_duplicates(&sheet, &[(1, centre.clone()), (2, centre)].into());
        assert_eq!(pairs[0].reasons[2], "same centre (Hospital of the Twin)");
    }
}
