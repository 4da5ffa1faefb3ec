//! A plan and cases into results.

use super::cases::{Case, Left, holds, part};
use super::contingency::{Expected, Table};
use super::proportion::Proportion;
use super::results::{
    Bar, CrossResult, GridResult, NumbersResult, Results, SetResult, ShareResult, ShareRow, SurvivalGroup,
    SurvivalResult, SwimmerResult, TallyResult,
};
use super::summary::summary;
use super::survival::{Observation, curve, log_rank};
use crate::protocol::analysis::{Condition, Cross, Grid, Grouping, Numbers, Plan, Share, Survival, Swimmer, Tally};

/// Does what a plan asks.
pub fn analyse(plan: &Plan, cases: &[Case]) -> Results {
    let work = Work { plan, cases };
    let mut reports: Vec<&str> = cases.iter().map(|c| c.key.split('.').next().unwrap_or("")).collect();
    reports.sort_unstable();
    reports.dedup();
    let mut results = Results {
        cases: cases.len(),
        reports: reports.len(),
        sets: plan.sets.iter().map(|s| work.set(&s.id)).collect(),
        shares: plan.shares.iter().map(|s| work.share(s)).collect(),
        tables: plan.tables.iter().map(|t| work.cross(t)).collect(),
        survival: plan.curves.iter().map(|c| work.survival(c)).collect(),
        numbers: plan.numbers.iter().map(|n| work.numbers(n)).collect(),
        tallies: plan.tallies.iter().map(|t| work.tally(t)).collect(),
        swimmers: plan.swimmers.iter().map(|s| work.swimmer(s)).collect(),
        grids: plan.grids.iter().map(|g| work.grid(g)).collect(),
        warnings: Vec::new(),
    };
    results.warnings = work.warnings(&results);
    results
}

struct Work<'a> {
    plan: &'a Plan,
    cases: &'a [Case],
}

impl<'a> Work<'a> {
    /// The cases of a set, and the others with the reason.
    fn members(&self, of: Option<&str>) -> (Vec<&'a Case>, Vec<Left>) {
        let Some(set) = of.and_then(|id| self.plan.sets.iter().find(|s| s.id == id)) else {
            return (self.cases.iter().collect(), Vec::new());
        };
        let (mut within, mut left) = (Vec::new(), Vec::new());
        for case in self.cases {
            match holds(&set.condition, case) {
                Ok(true) => within.push(case),
                Ok(false) => left.push(Left { case: case.key.clone(), why: why_not(&set.condition, case) }),
                Err(why) => left.push(Left { case: case.key.clone(), why }),
            }
        }
        (within, left)
    }

    fn name_of(&self, of: Option<&str>) -> String {
        let set = of.and_then(|id| self.plan.sets.iter().find(|s| s.id == id));
        set.map_or("all cases".to_owned(), |s| s.label.clone())
    }

    fn group(&self, id: &str) -> Option<&'a Grouping> {
        self.plan.groups.iter().find(|g| g.id == id)
    }

    /// Cases by the parts of a grouping, in its order (or by name, without parts), and who is in none.
    fn divided(&self, id: &str, cases: &[&'a Case]) -> (Vec<(String, Vec<&'a Case>)>, Vec<Left>) {
        let Some(grouping) = self.group(id) else { return (Vec::new(), Vec::new()) };
        let mut parts: Vec<(String, Vec<&Case>)> = grouping.parts.iter().map(|p| (p.0.clone(), Vec::new())).collect();
        let mut left = Vec::new();
        for case in cases {
            match part(grouping, case) {
                Ok(label) => match parts.iter_mut().find(|p| p.0 == label) {
                    Some(p) => p.1.push(case),
                    None => parts.push((label, vec![case])),
                },
                Err(why) => left.push(Left { case: case.key.clone(), why }),
            }
        }
        if grouping.parts.is_empty() {
            parts.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
        }
        (parts, left)
    }

    fn set(&self, id: &str) -> SetResult {
        let (within, left) = self.members(Some(id));
        SetResult { id: id.to_owned(), label: self.name_of(Some(id)), n: within.len(), left }
    }

    fn share(&self, plan: &Share) -> ShareResult {
        let (within, mut left) = self.members(plan.of.as_deref());
        let row = |key: String, group: Option<(String, String)>, cases: &[&Case]| {
            let known: Vec<bool> = cases.iter().filter_map(|c| holds(&plan.event, c).ok()).collect();
            let share = Proportion { k: known.iter().filter(|k| **k).count() as u64, n: known.len() as u64 };
            let (wilson, clopper_pearson) = (share.wilson(), share.clopper_pearson());
            ShareRow { key, group, share, estimate: share.estimate(), wilson, clopper_pearson }
        };
        let mut rows = vec![row(plan.id.clone(), None, &within)];
        for id in &plan.by {
            let name = self.group(id).map_or(id.clone(), |g| g.label.clone());
            for (part, cases) in self.divided(id, &within).0 {
                let key = format!("{}[{id}={part}]", plan.id);
                rows.push(row(key, Some((name.clone(), part)), &cases));
            }
        }
        let open = within.iter().filter_map(|c| Some(Left { case: c.key.clone(), why: holds(&plan.event, c).err()? }));
        left.extend(open);
        let (id, label) = (plan.id.clone(), plan.label.clone());
        ShareResult { id, label, of: self.name_of(plan.of.as_deref()), rows, left }
    }

    fn cross(&self, plan: &Cross) -> CrossResult {
        let (within, mut left) = self.members(plan.of.as_deref());
        let (rows, without_row) = self.divided(&plan.rows, &within);
        let (columns, without_column) = self.divided(&plan.columns, &within);
        left.extend(without_row);
        left.extend(without_column.into_iter().filter(|l| !left.iter().any(|m| m.case == l.case)).collect::<Vec<_>>());
        let count =
            |r: &[&Case], c: &[&Case]| r.iter().filter(|case| c.iter().any(|o| o.key == case.key)).count() as u64;
        let table = Table {
            rows: rows.iter().map(|r| r.0.clone()).collect(),
            columns: columns.iter().map(|c| c.0.clone()).collect(),
            counts: rows.iter().map(|r| columns.iter().map(|c| count(&r.1, &c.1)).collect()).collect(),
        };
        CrossResult {
            id: plan.id.clone(),
            label: plan.label.clone(),
            of: self.name_of(plan.of.as_deref()),
            expected: table.occupied().expected(),
            tests: table.tests(),
            table,
            left,
        }
    }

    fn survival(&self, plan: &Survival) -> SurvivalResult {
        let (within, mut left) = self.members(plan.of.as_deref());
        let mut watched = Vec::new();
        for case in within {
            match (case.number(&plan.time).filter(|t| *t >= 0.0), holds(&plan.event, case)) {
                (Some(time), Ok(event)) => watched.push((case, Observation { time, event })),
                (None, _) => left.push(Left { case: case.key.clone(), why: format!("{} is not reported", plan.time) }),
                (_, Err(why)) => left.push(Left { case: case.key.clone(), why }),
            }
        }
        let cases: Vec<&Case> = watched.iter().map(|w| w.0).collect();
        let parts = match &plan.by {
            Some(id) => {
                let (parts, without) = self.divided(id, &cases);
                left.extend(without);
                parts.into_iter().map(|(label, cases)| (format!("{}[{id}={label}]", plan.id), label, cases)).collect()
            }
            None => vec![(plan.id.clone(), plan.label.clone(), cases)],
        };
        let (mut groups, mut all) = (Vec::new(), Vec::new());
        for (key, label, members) in parts {
            let of = |w: &&(&Case, Observation)| members.iter().any(|m| m.key == w.0.key);
            let observations: Vec<Observation> = watched.iter().filter(of).map(|w| w.1).collect();
            let curve = curve(&observations);
            let times: Vec<f64> = observations.iter().map(|o| o.time).collect();
            groups.push(SurvivalGroup {
                key,
                label,
                n: observations.len(),
                events: observations.iter().filter(|o| o.event).count(),
                medians: curve.medians(),
                curve,
                times: summary(&times),
            });
            all.push(observations);
        }
        let (id, label, unit) = (plan.id.clone(), plan.label.clone(), plan.unit.clone());
        SurvivalResult { id, label, unit, groups, log_rank: log_rank(&all), left }
    }

    fn numbers(&self, plan: &Numbers) -> NumbersResult {
        let (within, mut left) = self.members(plan.of.as_deref());
        let mut values = Vec::new();
        for case in within {
            match case.number(&plan.column) {
                Some(value) => values.push(value),
                None => left.push(Left { case: case.key.clone(), why: format!("{} is not reported", plan.column) }),
            }
        }
        let (id, label, unit) = (plan.id.clone(), plan.label.clone(), plan.unit.clone());
        NumbersResult { id, label, unit, summary: summary(&values), left }
    }

    fn tally(&self, plan: &Tally) -> TallyResult {
        let within = self.members(plan.of.as_deref()).0;
        let mut items: Vec<(String, usize)> = Vec::new();
        for case in &within {
            let mut own = case.items(&plan.column);
            own.sort_unstable();
            own.dedup();
            for item in own.into_iter().filter(|i| *i != "none") {
                match items.iter_mut().find(|i| i.0 == item) {
                    Some(i) => i.1 += 1,
                    None => items.push((item.to_owned(), 1)),
                }
            }
        }
        items.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        TallyResult { id: plan.id.clone(), label: plan.label.clone(), n: within.len(), items }
    }

    fn names(&self, group: &str) -> Vec<String> {
        let all: Vec<&Case> = self.cases.iter().collect();
        self.divided(group, &all).0.into_iter().map(|p| p.0).collect()
    }

    fn part_of(&self, group: &str, case: &Case) -> Result<String, String> {
        self.group(group).map_or_else(|| Err(String::new()), |g| part(g, case))
    }

    fn swimmer(&self, plan: &Swimmer) -> SwimmerResult {
        let (mut bars, mut left) = (Vec::new(), Vec::new());
        for case in self.cases {
            let (time, event) = (case.number(&plan.time), holds(&plan.event, case));
            let (Some(time), Ok(event)) = (time, &event) else {
                let why = event.err().unwrap_or_else(|| format!("{} is not reported", plan.time));
                left.push(Left { case: case.key.clone(), why });
                continue;
            };
            let beside = plan.beside.iter().map(|c| case.cell(c).unwrap_or("").to_owned()).collect();
            let color = self.part_of(&plan.color, case).ok();
            bars.push(Bar { case: case.key.clone(), time, event: *event, color, beside });
        }
        bars.sort_by(|a, b| b.time.total_cmp(&a.time).then(a.case.cmp(&b.case)));
        let (id, label, unit) = (plan.id.clone(), plan.label.clone(), plan.unit.clone());
        SwimmerResult { id, label, unit, colors: self.names(&plan.color), bars, left }
    }

    fn grid(&self, plan: &Grid) -> GridResult {
        let (rows, columns) = (self.names(&plan.rows), self.names(&plan.columns));
        let (mut marks, mut left) = (Vec::new(), Vec::new());
        for case in self.cases {
            match (self.part_of(&plan.rows, case), self.part_of(&plan.columns, case)) {
                (Ok(row), Ok(column)) => {
                    let place = |names: &[String], name: &str| names.iter().position(|n| n == name).unwrap_or(0);
                    let color = self.part_of(&plan.color, case).ok();
                    marks.push((place(&rows, &row), place(&columns, &column), color));
                }
                (Err(why), _) | (_, Err(why)) => left.push(Left { case: case.key.clone(), why }),
            }
        }
        let (id, label) = (plan.id.clone(), plan.label.clone());
        GridResult { id, label, rows, columns, colors: self.names(&plan.color), marks, left }
    }

    /// Each is said once, whatever it touches; none is said of results that do not call for it.
    fn warnings(&self, results: &Results) -> Vec<String> {
        let mut out = Vec::new();
        let single = self.cases.iter().filter(|c| c.cell("of_cases") == Some("1")).count();
        if single * 2 > self.cases.len() {
            out.push(format!(
                "{single} of {} cases come from reports of a single patient. Such reports are written and printed when a treatment works: response rates pooled from them are too high, by how much cannot be told from them.",
                self.cases.len()
            ));
        }
        let late: Vec<&str> = (self.plan.curves.iter())
            .filter(|c| c.by.as_deref().and_then(|id| self.group(id)).is_some_and(|g| g.after_start))
            .map(|c| c.label.as_str())
            .collect();
        if !late.is_empty() {
            out.push(format!(
                "{}: a patient had to live long enough to come into one of the groups (immortal time), and fitter patients are chosen for it. The difference between such groups is not the effect of what divides them.",
                late.join("; ")
            ));
        }
        let small = |e: &Option<Expected>| e.is_some_and(|e| e.below_five > 0);
        let tables: Vec<String> = (results.tables.iter())
            .filter_map(|t| {
                let e = t.expected.filter(|_| small(&t.expected))?;
                Some(format!("{} ({} of {} cells, least {:.1})", t.label, e.below_five, e.cells, e.least))
            })
            .collect();
        if !tables.is_empty() {
            out.push(format!(
                "Expected counts below five: {}. The chi-square approximation is poor there; read Fisher's test.",
                tables.join("; ")
            ));
        }
        let tested: usize = results.tables.iter().filter(|t| !t.tests.is_empty()).count()
            + results.survival.iter().filter(|s| s.log_rank.is_some()).count();
        let compared: usize = results.shares.iter().map(|s| s.rows.len().saturating_sub(1)).sum();
        if tested + compared > 1 {
            out.push(format!(
                "{tested} comparisons are tested and {compared} subgroups shown, and no P or interval is corrected for their number: with twenty true null hypotheses one P below 0.05 is expected."
            ));
        }
        out
    }
}

/// Why a case is not in a set: what stands in the cell that decides.
fn why_not(condition: &Condition, case: &Case) -> String {
    let column = match condition {
        Condition::Is(column, _) | Condition::Within(column, ..) | Condition::Reported(column, _) => column,
        Condition::Not(inner) => return why_not(inner, case),
        Condition::All(list) => {
            let failing = list.iter().find(|c| holds(c, case) == Ok(false));
            return failing.map_or_else(String::new, |c| why_not(c, case));
        }
        Condition::Any(list) => {
            return list.iter().map(|c| why_not(c, case)).collect::<Vec<_>>().join(", ");
        }
    };
    match case.cell(column) {
        Some(cell) => format!("{column} is {cell}"),
        None => format!("{column} is not reported"),
    }
}
