//! The rules alone against labels given by people.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use serde::Serialize;

use super::{Outcome, Workplace, advice, print, print_json, stored};
use crate::entrez::xml::read_articles;
use crate::flow::Decision;
use crate::record::{Pmid, Record, terminal_safe};
use crate::screen::{Assessment, Evidence, Screener};

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A review's folder, or its name under queries/
    pub review: Option<String>,
    /// CSV with the columns pmid, decision (include, exclude, unclear) and criterion
    #[arg(long, value_name = "FILE")]
    pub labels: PathBuf,
    /// PubMed XML to screen directly, without a search [default: the records of the newest run]
    #[arg(long, value_name = "FILE")]
    pub records: Option<PathBuf>,
    /// Print as
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// The forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For scripts
    Json,
}

/// A label or a verdict of the rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Verdict {
    decision: &'static str,
    criterion: Option<String>,
}

#[derive(Debug, Serialize)]
struct Disagreement {
    pmid: Pmid,
    title: String,
    label: Verdict,
    rules: Verdict,
    evidence: Vec<Evidence>,
}

#[derive(Debug, Serialize)]
struct Listed {
    n: u64,
    pmids: Vec<Pmid>,
}

/// One reason of exclusion as a test of its own: positive means excluded for this reason.
#[derive(Debug, Serialize)]
struct Row {
    criterion: String,
    labelled: u64,
    excluded_by_rules: u64,
    correct: u64,
    unclear: u64,
    sensitivity: Rate,
    specificity: Rate,
    precision: Rate,
}

/// A proportion with its exact 95 % interval (Clopper and Pearson 1934); null when there is nothing to divide by.
#[derive(Debug, Serialize)]
struct Rate {
    k: u64,
    n: u64,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Report {
    review: String,
    records: u64,
    without_label: Vec<Pmid>,
    without_record: Vec<Pmid>,
    false_exclusions: Listed,
    false_inclusions: Listed,
    agreement: Rate,
    unclear: Rate,
    sensitivity: Rate,
    specificity: Rate,
    by_criterion: Vec<Row>,
    confusion: Vec<(String, String, u64)>,
    disagreements: Vec<Disagreement>,
}

/// `tamis evaluate`.
///
/// # Errors
/// When labels or records cannot be read; nothing is written anywhere.
pub fn command(place: &Workplace, options: &Options) -> Result<Outcome> {
    let order = place.order();
    let labels = read_labels(&options.labels, &order)?;
    let records = match &options.records {
        Some(path) => read_records(path)?,
        None => stored_records(place)?,
    };
    let screener = Screener::new(&place.review.protocol).map_err(|e| anyhow!("{e}"))?;
    let report = compare(place, &order, &labels, &records, &screener);
    match options.format {
        Format::Json => print_json(&report)?,
        Format::Text => print(&describe(&report, place.width))?,
    }
    Ok(Outcome::Done)
}

/// The decision of the rules alone.
fn rules_say(assessments: &[Assessment]) -> Verdict {
    let decision = Decision::by_rules(assessments);
    let word = match decision {
        Decision::Included => "include",
        Decision::Excluded(_) => "exclude",
        Decision::Unresolved(_) => "unclear",
    };
    Verdict { decision: word, criterion: decision.criterion().map(str::to_owned) }
}

fn compare(
    place: &Workplace,
    order: &[String],
    labels: &BTreeMap<Pmid, Verdict>,
    records: &[Record],
    screener: &Screener,
) -> Report {
    let mut pairs: Vec<(&Record, Verdict, Verdict, Vec<Assessment>)> = Vec::new();
    let mut without_label = Vec::new();
    for record in records {
        let Some(label) = labels.get(&record.pmid) else {
            without_label.push(record.pmid);
            continue;
        };
        let assessments = screener.assess(record);
        pairs.push((record, label.clone(), rules_say(&assessments), assessments));
    }
    let without_record = labels.keys().filter(|p| !records.iter().any(|r| r.pmid == **p)).copied().collect();
    let count =
        |test: &dyn Fn(&Verdict, &Verdict) -> bool| pairs.iter().filter(|(_, l, r, _)| test(l, r)).count() as u64;
    let listed = |test: &dyn Fn(&Verdict, &Verdict) -> bool| {
        let pmids: Vec<Pmid> = pairs.iter().filter(|(_, l, r, _)| test(l, r)).map(|(rec, ..)| rec.pmid).collect();
        Listed { n: pmids.len() as u64, pmids }
    };
    // The label's criterion may be left blank: then any reason agrees with it.
    let agree = |l: &Verdict, r: &Verdict| {
        l.decision == r.decision && (l.decision != "exclude" || l.criterion.is_none() || l.criterion == r.criterion)
    };
    let n = pairs.len() as u64;
    let by_criterion = order
        .iter()
        .map(|id| {
            let is = |v: &Verdict| v.decision == "exclude" && v.criterion.as_deref() == Some(id);
            let labelled = count(&|l, _| is(l));
            let excluded = count(&|_, r| is(r));
            let correct = count(&|l, r| is(l) && is(r));
            Row {
                criterion: id.clone(),
                labelled,
                excluded_by_rules: excluded,
                correct,
                unclear: count(&|l, r| is(l) && r.decision == "unclear"),
                sensitivity: rate(correct, labelled),
                specificity: rate(n - labelled - (excluded - correct), n - labelled),
                precision: rate(correct, excluded),
            }
        })
        .collect();
    let name = |v: &Verdict| match &v.criterion {
        Some(c) if v.decision == "exclude" => c.clone(),
        _ => v.decision.to_owned(),
    };
    let mut confusion: BTreeMap<(String, String), u64> = BTreeMap::new();
    for (_, l, r, _) in &pairs {
        *confusion.entry((name(l), name(r))).or_default() += 1;
    }
    let relevant = count(&|l, _| l.decision == "include");
    let irrelevant = count(&|l, _| l.decision == "exclude");
    Report {
        review: place.review.name.clone(),
        records: n,
        without_label,
        without_record,
        false_exclusions: listed(&|l, r| l.decision == "include" && r.decision == "exclude"),
        false_inclusions: listed(&|l, r| l.decision == "exclude" && r.decision == "include"),
        agreement: rate(count(&agree), n),
        unclear: rate(count(&|_, r| r.decision == "unclear"), n),
        sensitivity: rate(count(&|l, r| l.decision == "include" && r.decision != "exclude"), relevant),
        specificity: rate(count(&|l, r| l.decision == "exclude" && r.decision == "exclude"), irrelevant),
        by_criterion,
        confusion: confusion.into_iter().map(|((l, r), n)| (l, r, n)).collect(),
        disagreements: pairs
            .iter()
            .filter(|(_, l, r, _)| !agree(l, r))
            .map(|(record, l, r, assessments)| Disagreement {
                pmid: record.pmid,
                title: record.title.clone(),
                label: l.clone(),
                rules: r.clone(),
                evidence: assessments
                    .iter()
                    .filter(|a| r.criterion.as_ref().or(l.criterion.as_ref()) == Some(&a.criterion))
                    .flat_map(|a| a.evidence.clone())
                    .collect(),
            })
            .collect(),
    }
}

fn read_labels(path: &Path, order: &[String]) -> Result<BTreeMap<Pmid, Verdict>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_path(path)
        .map_err(|e| advice(format!("the labels {} cannot be read: {e}", path.display()), "give a CSV file"))?;
    let head = reader.headers()?.clone();
    let column = |name: &str| head.iter().position(|h| h.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name));
    let missing = |name: &str| {
        advice(
            format!(
                "{}:1: there is no column `{name}`; found: {}",
                path.display(),
                head.iter().collect::<Vec<_>>().join(", ")
            ),
            "the first line must name the columns pmid, decision and criterion",
        )
    };
    let pmid_at = column("pmid").ok_or_else(|| missing("pmid"))?;
    let decision_at = column("decision").ok_or_else(|| missing("decision"))?;
    let criterion_at = column("criterion");
    let mut labels = BTreeMap::new();
    for row in reader.records() {
        let row = row.with_context(|| format!("while reading {}", path.display()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let fault = |at: usize, what: String, help: &str| {
            advice(format!("{}:{line}: column {}: {what}", path.display(), at + 1), help)
        };
        let text = |at: usize| row.get(at).unwrap_or("");
        let Ok(pmid) = text(pmid_at).parse() else {
            return Err(fault(pmid_at, format!("`{}` is no PMID", text(pmid_at)), "write digits only"));
        };
        let decision = match text(decision_at).to_ascii_lowercase().as_str() {
            "include" | "included" => "include",
            "exclude" | "excluded" => "exclude",
            "unclear" | "unresolved" => "unclear",
            other => {
                return Err(fault(
                    decision_at,
                    format!("`{other}` is no decision"),
                    "write include, exclude or unclear",
                ));
            }
        };
        let criterion = criterion_at.map(text).filter(|c| !c.is_empty()).map(str::to_owned);
        if let (Some(id), Some(at)) = (&criterion, criterion_at)
            && !order.contains(id)
        {
            let near = crate::protocol::table::nearest(id, order.iter().map(String::as_str)).unwrap_or(&order[0]);
            return Err(fault(at, format!("the protocol has no criterion `{id}`"), &format!("did you mean `{near}`?")));
        }
        labels.insert(Pmid(pmid), Verdict { decision, criterion });
    }
    Ok(labels)
}

fn read_records(path: &Path) -> Result<Vec<Record>> {
    let bytes = std::fs::read(path).with_context(|| format!("while reading {}", path.display()))?;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut out)
            .with_context(|| format!("while unpacking {}", path.display()))?;
        out
    } else {
        bytes
    };
    let set = read_articles(&bytes).with_context(|| format!("while reading {}", path.display()))?;
    Ok(set.articles.into_iter().map(|a| a.record).collect())
}

fn stored_records(place: &Workplace) -> Result<Vec<Record>> {
    let store = place.store()?;
    let run = place.run(&store, None)?;
    let mut records = Vec::new();
    for pmid in store.hits(run.id)? {
        records.extend(stored(&store, run.id, Pmid(pmid))?.map(|(_, record)| record));
    }
    Ok(records)
}

fn rate(k: u64, n: u64) -> Rate {
    if n == 0 {
        return Rate { k, n, value: None, low: None, high: None };
    }
    let (low, high) = clopper_pearson(k, n);
    Rate { k, n, value: Some(k as f64 / n as f64), low: Some(low), high: Some(high) }
}

/// The exact 95 % interval of a binomial proportion, by bisection on the binomial tail.
fn clopper_pearson(k: u64, n: u64) -> (f64, f64) {
    let bisect = |above: &dyn Fn(f64) -> bool| {
        let (mut a, mut b) = (0.0_f64, 1.0_f64);
        for _ in 0..60 {
            let m = 0.5 * (a + b);
            if above(m) { b = m } else { a = m }
        }
        0.5 * (a + b)
    };
    let low = if k == 0 { 0.0 } else { bisect(&|p| 1.0 - binomial_cdf(k - 1, n, p) > 0.025) };
    let high = if k == n { 1.0 } else { bisect(&|p| binomial_cdf(k, n, p) < 0.025) };
    (low, high)
}

fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    let (mut log_choose, mut sum) = (0.0_f64, 0.0_f64);
    for i in 0..=k {
        if i > 0 {
            log_choose += ((n - i + 1) as f64).ln() - (i as f64).ln();
        }
        sum += (log_choose + i as f64 * p.ln() + (n - i) as f64 * (1.0 - p).ln()).exp();
    }
    sum.min(1.0)
}

fn describe(report: &Report, width: usize) -> String {
    let percent = |r: &Rate| match (r.value, r.low, r.high) {
        (Some(v), Some(l), Some(h)) => {
            format!("{}/{} = {:.1} % ({:.1} to {:.1})", r.k, r.n, v * 100.0, l * 100.0, h * 100.0)
        }
        _ => "-".to_owned(),
    };
    let mut text = format!(
        "{}: {} labelled records, rules alone\n  relevant articles excluded by a rule  {}{}\n  agreement    {}\n  left unclear {}\n  sensitivity  {} of relevant articles not excluded\n  specificity  {} of irrelevant articles excluded\n",
        report.review,
        report.records,
        report.false_exclusions.n,
        report.false_exclusions.pmids.iter().map(|p| format!(" {p}")).collect::<String>(),
        percent(&report.agreement),
        percent(&report.unclear),
        percent(&report.sensitivity),
        percent(&report.specificity),
    );
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_width(width as u16);
    table.set_header(["criterion", "labelled", "by rules", "right", "unclear", "sensitivity", "precision"]);
    for row in &report.by_criterion {
        table.add_row([
            row.criterion.clone(),
            row.labelled.to_string(),
            row.excluded_by_rules.to_string(),
            row.correct.to_string(),
            row.unclear.to_string(),
            percent(&row.sensitivity),
            percent(&row.precision),
        ]);
    }
    text.push_str(&format!("{table}\n"));
    for d in &report.disagreements {
        let say = |v: &Verdict| match &v.criterion {
            Some(c) => format!("{} {c}", v.decision),
            None => v.decision.to_owned(),
        };
        text.push_str(&format!(
            "{}  label {}; rules {}; {}\n",
            d.pmid,
            say(&d.label),
            say(&d.rules),
            terminal_safe(&d.title)
        ));
        for e in d.evidence.iter().take(3) {
            text.push_str(&format!("    {} [{}] {}\n", e.rule, e.field, terminal_safe(&e.quote)));
        }
    }
    for (what, list) in [("no label for", &report.without_label), ("no record for", &report.without_record)] {
        if !list.is_empty() {
            text.push_str(&format!("{what} {} PMIDs\n", list.len()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_the_exact_one() {
        // 26 of 30: 69.3 to 96.2 %; 9 of 9: 66.4 to 100 % (R 4.2, binom.test).
        for (k, n, low, high) in [(26, 30, 0.693, 0.962), (9, 9, 0.664, 1.0), (1, 19, 0.001, 0.260)] {
            let (l, h) = clopper_pearson(k, n);
            assert!((l - low).abs() < 6e-4 && (h - high).abs() < 6e-4, "{k}/{n}: {l} {h}");
        }
    }
}
