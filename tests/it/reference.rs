//! Survival estimates against R's, read from files that `scripts/reference.sh` has R write.
//!
//! `TAMIS_REFERENCE` names their folder; without it there is nothing to compare with. For each data set NAME:
//! `NAME.csv` (time, event, group), `NAME-curve.csv` (time, at_risk, events, survival, error, low, high: the limits on
//! the log scale), `NAME-tests.csv` (what, value).

use std::path::Path;

use tamis::pooled::survival::{Band, Observation, curve, log_rank};

fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|n: &f64| n.is_finite())
}

fn near(ours: Option<f64>, theirs: Option<f64>, what: &str) {
    match (ours, theirs) {
        (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-3), "{what}: {a}, R has {b}"),
        (a, b) => assert_eq!(a, b, "{what}"),
    }
}

#[test]
fn estimates_are_those_of_r() {
    let Ok(folder) = std::env::var("TAMIS_REFERENCE") else { return };
    let mut compared = 0;
    for name in ["aml", "lung", "veteran", "ovarian", "kidney"] {
        let file = |kind: &str| Path::new(&folder).join(format!("{name}{kind}.csv"));
        let mut groups: Vec<(String, Vec<Observation>)> = Vec::new();
        for r in rows(&file("")) {
            let one = Observation { time: r[0].parse().unwrap(), event: r[1] == "1" };
            match groups.iter_mut().find(|g| g.0 == r[2]) {
                Some(g) => g.1.push(one),
                None => groups.push((r[2].clone(), vec![one])),
            }
        }
        let groups: Vec<Vec<Observation>> = groups.into_iter().map(|g| g.1).collect();
        let whole = curve(&groups.concat());
        let theirs = rows(&file("-curve"));
        assert_eq!(whole.steps.len(), theirs.len(), "{name}");
        for (step, r) in whole.steps.iter().zip(&theirs) {
            let at = format!("{name} at {}", r[0]);
            assert_eq!((step.at_risk.to_string(), step.events.to_string()), (r[1].clone(), r[2].clone()), "{at}");
            near(Some(step.survival), number(&r[3]), &at);
            near(step.standard_error(), number(&r[4]), &at);
            let limits = step.interval(Band::Log);
            near(limits.map(|l| l.0), number(&r[5]), &at);
            near(limits.map(|l| l.1), number(&r[6]), &at);
        }
        for r in rows(&file("-tests")) {
            let median = |method: &str| whole.medians().into_iter().find(|m| m.method.contains(method)).unwrap();
            let rank = log_rank(&groups);
            let ours = match r[0].as_str() {
                "chi-square" => rank.map(|t| t.statistic),
                "p" => rank.map(|t| t.p),
                what => {
                    let (band, part) = what.split_once('/').unwrap();
                    let m = median(match band {
                        "plain" => "plain",
                        "log" => "log (R)",
                        _ => "log-log",
                    });
                    match part {
                        "median" => m.median,
                        "low" => m.interval.low,
                        _ => m.interval.high,
                    }
                }
            };
            near(ours, number(&r[1]), &format!("{name}: {}", r[0]));
            compared += 1;
        }
    }
    println!("{compared} estimates equal R's");
}
