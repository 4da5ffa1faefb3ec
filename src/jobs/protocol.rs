//! The rules put to the cases that stand beside them.

use anyhow::{Result, anyhow};

use super::{Outcome, Workplace, advice, print};
use crate::record::terminal_safe;
use crate::screen::{Screener, case};

/// `tamis protocol test`.
///
/// # Errors
/// When the review has no cases, when the rules cannot be applied, or when a criterion says of a case what it must not.
pub fn test(place: &Workplace) -> Result<Outcome> {
    let cases = &place.review.cases;
    if cases.is_empty() {
        return Err(advice(
            format!("the review `{}` has no cases", place.review.name),
            "write some into cases/CRITERION.toml; queries/README.md tells how",
        ));
    }
    let screener = Screener::new(&place.review.protocol).map_err(|e| anyhow!("the rules cannot be applied: {e}"))?;
    let failures = case::run(&screener, cases);
    let mut out = String::new();
    for f in &failures {
        let must = f.expected.map_or("must not exclude".to_owned(), |e| format!("must be: {}", e.name()));
        out.push_str(&format!(
            "{}  {}\n  {} {must}; it is {}: {}\n",
            f.place,
            terminal_safe(&f.says),
            f.found.criterion,
            f.found.outcome.name(),
            f.found.reason
        ));
        for e in &f.found.evidence {
            out.push_str(&format!("    {} [{}] {}\n", e.rule, e.field, terminal_safe(&e.quote)));
        }
    }
    let criteria = place.review.protocol.criteria.len();
    out.push_str(&format!("{} cases under {criteria} criteria: {} wrong\n", cases.len(), failures.len()));
    print(&out)?;
    if failures.is_empty() {
        place.next(&format!("tamis evaluate{} --labels FILE, the rules against labels of people", place.argument()));
        return Ok(Outcome::Done);
    }
    Err(advice(
        format!("{} answers of the rules are not as the cases say", failures.len()),
        "mend the rule or the vocabulary it names, or the case",
    ))
}
