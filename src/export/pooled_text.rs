//! The pooled analysis as tables.

use std::collections::BTreeMap;

use super::document::Document;
use crate::pooled::Interval;
use crate::pooled::against::{Answer, Verdict, show_p};
use crate::pooled::cases::Left;
use crate::pooled::results::{CrossResult, Results, ShareRow, SurvivalResult};

/// Cases with one reason are named up to here, and counted beyond; JSON names them all.
const MOST_NAMED: usize = 6;

struct Writer {
    out: Document,
}

/// Results, the printed numbers beside them, and the warnings.
pub fn document(results: &Results, answers: &[Answer]) -> Document {
    let mut w = Writer { out: Document::default() };
    w.shares(results);
    for table in &results.tables {
        w.cross(table);
    }
    for survival in &results.survival {
        w.survival(survival);
    }
    w.numbers(results);
    for tally in &results.tallies {
        w.out.heading(format!("{} (of {} cases)", tally.label, tally.n));
        let items: Vec<String> = tally.items.iter().map(|(item, n)| format!("{item} {n}")).collect();
        w.out.paragraph(items.join(", "));
    }
    w.left_out(results);
    w.against(answers);
    if !results.warnings.is_empty() {
        w.out.heading("Before you cite any of this");
        w.out.list(results.warnings.iter().map(|warning| vec![warning.as_str().into()]));
    }
    w.out
}

fn percent(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |s| format!("{:.1} %", s * 100.0))
}

fn limits(interval: Option<Interval>, scale: f64) -> String {
    let limit = |l: Option<f64>| l.map_or("–".to_owned(), |l| format!("{:.1}", l * scale));
    interval.map_or("–".to_owned(), |i| format!("{} to {}", limit(i.low), limit(i.high)))
}

impl Writer {
    fn shares(&mut self, results: &Results) {
        self.out.heading(format!(
            "Proportions, with 95 % intervals ({} cases of {} reports)",
            results.cases, results.reports
        ));
        let mut rows = Vec::new();
        let row = |name: String, r: &ShareRow| {
            vec![
                name,
                format!("{}/{}", r.share.k, r.share.n),
                percent(r.estimate),
                limits(r.wilson, 100.0),
                limits(r.clopper_pearson, 100.0),
            ]
        };
        for share in &results.shares {
            for r in &share.rows {
                let name = match &r.group {
                    None if share.of == "all cases" => share.label.clone(),
                    None => format!("{}, of {}", share.label, share.of),
                    Some((group, part)) => format!("  {group}: {part}"),
                };
                rows.push(row(name, r));
            }
        }
        self.out.table(&["", "n", "%", "Wilson", "Clopper–Pearson"], rows, &[1, 2, 3, 4]);
    }

    fn cross(&mut self, cross: &CrossResult) {
        self.out.heading(format!("{} ({}, {})", cross.label, cross.of, cross.table.total()));
        let mut head = vec![""];
        head.extend(cross.table.columns.iter().map(String::as_str));
        let rows = cross.table.rows.iter().zip(&cross.table.counts);
        let rows = rows.map(|(name, counts)| {
            std::iter::once(name.clone()).chain(counts.iter().map(ToString::to_string)).collect::<Vec<_>>()
        });
        let right: Vec<usize> = (1..head.len()).collect();
        self.out.table(&head, rows.collect(), &right);
        for t in &cross.tests {
            let statistic = match (t.statistic, t.df) {
                (Some(s), Some(df)) => format!(" {s:.3} on {df} df,"),
                _ => String::new(),
            };
            self.out.paragraph(format!("{}:{statistic} {}", t.name, show_p(t.p)));
        }
        match (&cross.expected, cross.tests.is_empty()) {
            (_, true) => self.out.paragraph("no test: fewer than two rows or columns hold a case"),
            (Some(e), _) if e.below_five > 0 => self.out.paragraph(format!(
                "{} of {} cells have an expected count below five; the least is {:.2}",
                e.below_five, e.cells, e.least
            )),
            _ => {}
        }
    }

    fn survival(&mut self, survival: &SurvivalResult) {
        self.out.heading(format!("{} ({})", survival.label, survival.unit));
        let mut rows = Vec::new();
        let show = |v: Option<f64>| v.map_or("not reached".to_owned(), |v| format!("{v:.1}"));
        for g in &survival.groups {
            for (i, m) in g.medians.iter().enumerate() {
                let first = |text: String| if i == 0 { text } else { String::new() };
                rows.push(vec![
                    first(g.label.clone()),
                    first(format!("{}/{}", g.events, g.n)),
                    show(m.median),
                    limits(Some(m.interval), 1.0),
                    m.method.to_owned(),
                ]);
            }
        }
        self.out.table(&["", "events", "median", "95 % interval", "method"], rows, &[1, 2, 3]);
        if let Some(test) = &survival.log_rank {
            self.out.paragraph(format!("log-rank test: {:.3} on {} df, {}", test.statistic, test.df, show_p(test.p)));
        }
    }

    fn numbers(&mut self, results: &Results) {
        self.out.heading("Numbers");
        let rows = results.numbers.iter().map(|n| {
            let name = format!("{} ({})", n.label, n.unit);
            let Some(s) = &n.summary else { return vec![name, "0".to_owned()] };
            vec![
                name,
                s.n.to_string(),
                format!("{} to {}", s.least, s.most),
                format!("{:.1} ({})", s.mean, limits(s.mean_interval, 1.0)),
                format!("{:.1} ({})", s.median, limits(s.median_interval.map(|i| i.interval), 1.0)),
            ]
        });
        let rows = rows.collect();
        self.out.table(&["", "n", "range", "mean (Student)", "median (order statistics)"], rows, &[1, 2, 3, 4]);
    }

    /// Who is not in a denominator: cases with the same reason are told together, once.
    fn left_out(&mut self, results: &Results) {
        let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut note = |name: &str, left: &[Left]| {
            let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for l in left {
                by_reason.entry(&l.why).or_default().push(&l.case);
            }
            for (why, cases) in by_reason {
                let who = if cases.len() > MOST_NAMED { format!("{} cases", cases.len()) } else { cases.join(", ") };
                lines.entry(format!("{why}: {who}")).or_default().push(name.to_owned());
            }
        };
        for s in &results.shares {
            note(&s.label, &s.left);
        }
        for t in &results.tables {
            note(&t.label, &t.left);
        }
        for s in &results.survival {
            note(&s.label, &s.left);
        }
        for n in &results.numbers {
            note(&n.label, &n.left);
        }
        if lines.is_empty() {
            return;
        }
        self.out.heading("Who is in no denominator of what, and why");
        self.out.list(lines.into_iter().map(|(line, names)| vec![format!("{}: {line}", names.join("; ")).into()]));
    }

    fn against(&mut self, answers: &[Answer]) {
        if answers.is_empty() {
            return;
        }
        self.out.heading("Beside the paper");
        let rows = answers.iter().map(|a| {
            let sign = match a.verdict {
                Verdict::Matches => "✓",
                Verdict::Differs | Verdict::NotPlanned => "✗",
                Verdict::PaperContradictsItself => "!",
                Verdict::CannotBeDerived => "–",
            };
            let verdict = if a.note.is_empty() {
                a.verdict.words().to_owned()
            } else {
                format!("{}: {}", a.verdict.words(), a.note)
            };
            vec![sign.to_owned(), a.source.clone(), a.printed.clone(), a.ours.clone(), verdict]
        });
        let rows = rows.collect();
        self.out.table(&["", "the paper", "printed", "ours", ""], rows, &[]);
        let count = |v| answers.iter().filter(|a| a.verdict == v).count();
        self.out.paragraph(format!(
            "{} printed numbers: {} match, {} stand where the paper contradicts itself, {} cannot be derived, {} differ, {} are not in the plan",
            answers.len(),
            count(Verdict::Matches),
            count(Verdict::PaperContradictsItself),
            count(Verdict::CannotBeDerived),
            count(Verdict::Differs),
            count(Verdict::NotPlanned)
        ));
    }
}
