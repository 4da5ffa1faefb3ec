//! The pooled analysis as CSV: one row a number, under each method.

use std::io::Write;

use super::audit_csv::cell;
use crate::pooled::Interval;
use crate::pooled::against::Answer;
use crate::pooled::results::Results;

/// One line of the file.
#[derive(Default)]
struct Line<'a> {
    kind: &'a str,
    key: &'a str,
    label: &'a str,
    method: &'a str,
    value: Option<f64>,
    of: Option<u64>,
    interval: Option<Interval>,
    p: Option<f64>,
}

/// Writes every number with its key, label, method, value, denominator, 95 % limits and P.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(results: &Results, out: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["kind", "key", "label", "method", "value", "of", "low", "high", "p"])?;
    let mut line = |l: Line<'_>| {
        let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
        let limits = l.interval.unwrap_or(Interval { low: None, high: None });
        writer.write_record([
            l.kind,
            &cell(l.key),
            &cell(l.label),
            l.method,
            &number(l.value),
            &l.of.map(|n| n.to_string()).unwrap_or_default(),
            &number(limits.low),
            &number(limits.high),
            &number(l.p),
        ])
    };
    for share in &results.shares {
        for row in &share.rows {
            let base =
                || Line { kind: "share", key: &row.key, label: &share.label, of: Some(row.share.n), ..Line::default() };
            line(Line { method: "count", value: Some(row.share.k as f64), ..base() })?;
            line(Line { method: "Wilson", value: row.estimate, interval: row.wilson, ..base() })?;
            line(Line { method: "Clopper-Pearson", value: row.estimate, interval: row.clopper_pearson, ..base() })?;
        }
    }
    for table in &results.tables {
        for (row, counts) in table.table.rows.iter().zip(&table.table.counts) {
            for (column, n) in table.table.columns.iter().zip(counts) {
                let key = format!("{}[{row}, {column}]", table.id);
                line(Line {
                    kind: "count",
                    key: &key,
                    label: &table.label,
                    value: Some(*n as f64),
                    ..Line::default()
                })?;
            }
        }
        for t in &table.tests {
            let (value, p) = (t.statistic, Some(t.p));
            line(Line {
                kind: "test",
                key: &table.id,
                label: &table.label,
                method: t.name,
                value,
                p,
                ..Line::default()
            })?;
        }
    }
    for survival in &results.survival {
        for g in &survival.groups {
            for m in &g.medians {
                let (key, label, of) = (g.key.as_str(), survival.label.as_str(), Some(g.n as u64));
                let (method, interval) = (m.method, Some(m.interval));
                line(Line { kind: "median", key, label, method, value: m.median, of, interval, p: None })?;
            }
            for s in &g.curve.steps {
                let key = format!("{} at {}", g.key, s.time);
                let interval = s.interval(crate::pooled::survival::Band::Log);
                line(Line {
                    kind: "survival",
                    key: &key,
                    label: &survival.label,
                    method: "Kaplan-Meier, limits on the log scale",
                    value: Some(s.survival),
                    of: Some(s.at_risk),
                    interval: interval.map(|(low, high)| Interval { low: Some(low), high: Some(high) }),
                    p: None,
                })?;
            }
        }
        if let Some(test) = &survival.log_rank {
            let (key, label, value) = (survival.id.as_str(), survival.label.as_str(), Some(test.statistic));
            line(Line {
                kind: "test",
                key,
                label,
                method: "log-rank test",
                value,
                p: Some(test.p),
                ..Line::default()
            })?;
        }
    }
    for numbers in &results.numbers {
        let Some(s) = &numbers.summary else { continue };
        let of = Some(s.n as u64);
        let order = s.median_interval.map(|i| i.interval);
        for (method, value, interval) in [
            ("least", s.least, None),
            ("mean", s.mean, s.mean_interval),
            ("median", s.median, order),
            ("most", s.most, None),
        ] {
            let (key, label) = (numbers.id.as_str(), numbers.label.as_str());
            line(Line { kind: "number", key, label, method, value: Some(value), of, interval, p: None })?;
        }
    }
    for tally in &results.tallies {
        for (item, n) in &tally.items {
            let key = format!("{}[{item}]", tally.id);
            let (value, of) = (Some(*n as f64), Some(tally.n as u64));
            line(Line { kind: "count", key: &key, label: &tally.label, value, of, ..Line::default() })?;
        }
    }
    writer.flush()?;
    Ok(())
}

/// Writes what the paper prints beside ours.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_against(answers: &[Answer], out: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["key", "source", "printed", "ours", "verdict", "note"])?;
    for a in answers {
        let cells = [&a.key, &a.source, &a.printed, &a.ours].map(|c| cell(c));
        writer.write_record(cells.iter().map(String::as_str).chain([a.verdict.words(), &*cell(&a.note)]))?;
    }
    writer.flush()?;
    Ok(())
}
