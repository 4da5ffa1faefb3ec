//! Cases put to the rules: what every criterion says of every case, beside what it must say.

use super::{Assessment, Outcome, Screener};
use crate::protocol::case::{Case, Says};

/// A criterion that says of a case what it must not.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Where the case stands, `cases/non-human.toml:12`.
    pub place: String,
    /// What the case shows.
    pub says: String,
    /// What was expected; without it, only that it does not exclude.
    pub expected: Option<Says>,
    /// What the criterion says, with its evidence.
    pub found: Assessment,
}

fn said(outcome: Outcome) -> Says {
    match outcome {
        Outcome::Met => Says::Excludes,
        Outcome::NotMet => Says::Keeps,
        Outcome::Unclear => Says::Unclear,
    }
}

/// Runs every criterion over every case.
pub fn run(screener: &Screener, cases: &[Case]) -> Vec<Failure> {
    let mut failures = Vec::new();
    for case in cases {
        for found in screener.assess(&case.record) {
            let expected = case.expected.iter().find(|(id, _)| *id == found.criterion).map(|(_, s)| *s);
            let says = said(found.outcome);
            let right = expected.map_or(says != Says::Excludes, |e| e == says);
            if !right {
                failures.push(Failure { place: case.place.clone(), says: case.says.clone(), expected, found });
            }
        }
    }
    failures
}
