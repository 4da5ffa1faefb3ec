//! Cases, and who of them is meant.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::protocol::analysis::{Condition, Grouping};

/// One patient: the cells of a filled worksheet by column key. A cell that is missing or blank is not reported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// `PMID.case`.
    pub key: String,
    /// Filled cells.
    pub cells: BTreeMap<String, String>,
}

impl Case {
    /// What stands in a cell; none when it is blank.
    pub fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    /// A cell as a number.
    pub fn number(&self, column: &str) -> Option<f64> {
        self.cell(column)?.parse().ok()
    }

    /// The items of a cell that is a list, joined by semicolons.
    pub fn items(&self, column: &str) -> Vec<&str> {
        self.cell(column).into_iter().flat_map(|v| v.split(';')).map(str::trim).filter(|v| !v.is_empty()).collect()
    }
}

/// A case that is not in a denominator, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Left {
    /// `PMID.case`.
    pub case: String,
    /// Why.
    pub why: String,
}

/// Whether a condition holds of a case. An error names the column whose blank cell leaves it open.
pub fn holds(condition: &Condition, case: &Case) -> Result<bool, String> {
    let blank = |column: &str| Err(format!("{column} is not reported"));
    match condition {
        Condition::Is(column, values) => match case.cell(column) {
            Some(cell) => Ok(values.iter().any(|v| v == cell)),
            None => blank(column),
        },
        Condition::Within(column, from, below) => match (case.number(column), case.cell(column)) {
            (Some(n), _) => Ok(from.is_none_or(|f| n >= f) && below.is_none_or(|b| n < b)),
            (None, Some(cell)) => Err(format!("{column} is `{cell}`, no number")),
            (None, None) => blank(column),
        },
        Condition::Reported(column, wanted) => Ok(case.cell(column).is_some() == *wanted),
        Condition::Not(inner) => holds(inner, case).map(|h| !h),
        // What decides alone decides, whatever is blank beside it.
        Condition::All(list) => settle(list, case, false),
        Condition::Any(list) => settle(list, case, true),
    }
}

fn settle(list: &[Condition], case: &Case, deciding: bool) -> Result<bool, String> {
    let found: Vec<_> = list.iter().map(|c| holds(c, case)).collect();
    if found.contains(&Ok(deciding)) {
        return Ok(deciding);
    }
    found.into_iter().find_map(Result::err).map_or(Ok(!deciding), Err)
}

/// The part of a grouping that a case belongs to.
///
/// # Errors
/// Why it belongs to none.
pub fn part(grouping: &Grouping, case: &Case) -> Result<String, String> {
    if grouping.parts.is_empty() {
        return match case.items(&grouping.column).as_slice() {
            [] => Err(format!("{} is not reported", grouping.column)),
            [one] => Ok((*one).to_owned()),
            _ => Ok("several".to_owned()),
        };
    }
    for (label, condition) in &grouping.parts {
        if holds(condition, case)? {
            return Ok(label.clone());
        }
    }
    Err(format!("{} is `{}`, in no group", grouping.column, case.cell(&grouping.column).unwrap_or("")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_cell_leaves_a_condition_open_unless_something_else_decides_it() {
        let cells = [("response", "CR"), ("age_years", "12"), ("site", "")];
        let case = Case { key: "1.1".into(), cells: cells.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect() };
        let is = |column: &str, value: &str| Condition::Is(column.into(), vec![value.into()]);
        let cases: &[(&str, Condition, Result<bool, &str>)] = &[
            ("a value", is("response", "CR"), Ok(true)),
            ("another", is("response", "PR"), Ok(false)),
            ("a blank", is("site", "trunk"), Err("site is not reported")),
            ("not a blank", Condition::Not(Box::new(is("site", "trunk"))), Err("site is not reported")),
            ("below a bound", Condition::Within("age_years".into(), None, Some(18.0)), Ok(true)),
            ("at a bound", Condition::Within("age_years".into(), Some(12.0), Some(12.0)), Ok(false)),
            (
                "a number that is none",
                Condition::Within("response".into(), None, None),
                Err("response is `CR`, no number"),
            ),
            ("decided beside a blank", Condition::Any(vec![is("site", "x"), is("response", "CR")]), Ok(true)),
            ("denied beside a blank", Condition::All(vec![is("site", "x"), is("response", "PR")]), Ok(false)),
            ("open", Condition::All(vec![is("site", "x"), is("response", "CR")]), Err("site is not reported")),
            ("reported", Condition::Reported("site".into(), false), Ok(true)),
        ];
        for (sentence, condition, expected) in cases {
            assert_eq!(holds(condition, &case), expected.map_err(str::to_owned), "{sentence}");
        }
    }
}
