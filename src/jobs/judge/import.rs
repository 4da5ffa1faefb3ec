//! `tamis judge import`: a file of judgements taken whole, or not at all.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::file;
use crate::diagnostic::Source;
use crate::jobs::{Outcome, Workplace, advice, history, print};
use crate::protocol::table::{Findings, nearest};
use crate::protocol::{Judgement, Stage, Verdict, judgements};
use crate::record::{Pmid, terminal_safe};

/// The columns of a CSV of judgements; the first four and `quote` must be there.
const COLUMNS: [&str; 9] = ["pmid", "stage", "verdict", "criterion", "quote", "note", "when", "cases", "reviewer"];

/// The rows of a CSV, or every fault with its line and column.
fn rows(name: &str, text: &str, ids: &[String], by: Option<&str>) -> Result<Vec<(String, Judgement)>, Vec<String>> {
    let mut faults = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = match reader.headers() {
        Ok(head) => head.clone(),
        Err(e) => return Err(vec![format!("{name}:1: not CSV: {e}")]),
    };
    for (i, column) in head.iter().enumerate().filter(|(_, c)| !COLUMNS.contains(c)) {
        let near = nearest(column, COLUMNS.into_iter()).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
        faults.push(format!("{name}:1: column {}: unknown column `{column}`{near}", i + 1));
    }
    for needed in ["pmid", "stage", "verdict", "quote", "when"] {
        if !head.iter().any(|c| c == needed) {
            faults.push(format!("{name}:1: the column `{needed}` is missing; the columns are {}", COLUMNS.join(", ")));
        }
    }
    if by.is_none() && !head.iter().any(|c| c == "reviewer") {
        faults.push(format!("{name}:1: no column `reviewer`; name the reviewer with --by"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut list = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                faults.push(format!("{name}:{line}: not CSV: {e}"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != head.len() {
            faults.push(format!("{name}:{line}: {} cells; the head has {}", record.len(), head.len()));
            continue;
        }
        let place = |column: &str| head.iter().position(|c| c == column);
        let cell = |column: &str| place(column).and_then(|i| record.get(i)).map(str::trim).filter(|t| !t.is_empty());
        let mut fault = |column: &str, what: String| {
            let at = place(column).map_or(0, |i| i + 1);
            faults.push(format!("{name}:{line}: column {at} ({column}): {what}"));
        };
        let pmid = cell("pmid").and_then(|t| t.parse().ok());
        if pmid.is_none() {
            fault("pmid", format!("`{}` is no PMID", cell("pmid").unwrap_or("")));
        }
        let stage = cell("stage").and_then(Stage::from_name);
        if stage.is_none() {
            fault(
                "stage",
                format!("`{}` is no stage: title-abstract, full-text or consensus", cell("stage").unwrap_or("")),
            );
        }
        let verdict = cell("verdict").and_then(Verdict::from_name);
        if verdict.is_none() {
            fault("verdict", format!("`{}` is no verdict: include, exclude or keep", cell("verdict").unwrap_or("")));
        }
        let criterion = cell("criterion").map(str::to_owned);
        match (verdict, &criterion) {
            (Some(Verdict::Include), Some(_)) => fault("criterion", "an `include` names no criterion".to_owned()),
            (Some(Verdict::Exclude | Verdict::Keep), None) => {
                fault("criterion", "`exclude` and `keep` name the criterion they are about".to_owned())
            }
            (_, Some(id)) if !ids.contains(id) => {
                let near = nearest(id, ids.iter().map(String::as_str));
                let help = near.map_or(format!("it has {}", ids.join(", ")), |n| format!("did you mean `{n}`?"));
                fault("criterion", format!("the protocol has no criterion `{id}`; {help}"));
            }
            _ => {}
        }
        if cell("quote").is_none() {
            fault("quote", "a judgement needs the sentence it rests on".to_owned());
        }
        let when = cell("when").and_then(|t| t.parse().ok());
        if when.is_none() {
            fault("when", format!("`{}` is no day; write it as 2021-08-22", cell("when").unwrap_or("")));
        }
        let cases = cell("cases").map(str::parse::<u32>);
        if let Some(Err(_)) = cases {
            fault("cases", format!("`{}` is no number of cases", cell("cases").unwrap_or("")));
        }
        let reviewer = cell("reviewer").or(by).map(str::to_owned);
        if reviewer.is_none() {
            fault("reviewer", "no reviewer; fill the cell or give --by".to_owned());
        }
        if let (Some(pmid), Some(stage), Some(verdict), Some(when), Some(reviewer), Some(quote)) =
            (pmid, stage, verdict, when, reviewer, cell("quote"))
        {
            list.push((
                reviewer,
                Judgement {
                    pmid: Pmid(pmid),
                    stage,
                    verdict,
                    criterion,
                    quote: quote.to_owned(),
                    note: cell("note").map(str::to_owned),
                    when,
                    cases: cases.and_then(Result::ok),
                    line: line as usize,
                },
            ));
        }
    }
    if faults.is_empty() { Ok(list) } else { Err(faults) }
}

/// The judgements of a TOML file, in the form of `judgements/NAME.toml`.
fn toml(name: &str, text: &str, ids: &[String], by: Option<&str>) -> Result<Vec<(String, Judgement)>> {
    let source = Source::new(name, text);
    let findings = Findings::default();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let file = judgements::read(name, &source, &ids, &findings);
    findings.finish(&source)?;
    if !file.undone.is_empty() {
        return Err(advice(
            format!("{name} holds entries of verdict `undo`, which cannot be imported"),
            "leave out what was undone, or put the file into judgements/ as it is",
        ));
    }
    let reviewer = by.unwrap_or(&file.reviewer).to_owned();
    Ok(file.judgements.into_iter().map(|j| (reviewer.clone(), j)).collect())
}

/// `tamis judge import FILE`.
///
/// # Errors
/// When any row is faulty: every fault with its line and column, and nothing is taken.
pub fn command(mut place: Workplace, path: &Path, by: Option<&str>) -> Result<Outcome> {
    let mut store = place.store()?;
    let bytes = std::fs::read(path).with_context(|| format!("while reading {}", path.display()))?;
    let name = path.display().to_string();
    let text = String::from_utf8(bytes)
        .map_err(|_| advice(format!("{name} is not UTF-8 text"), "save it as UTF-8 in your editor"))?;
    let ids = place.order();
    let is_toml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    let list = if is_toml {
        toml(&name, &text, &ids, by)?
    } else {
        rows(&name, &text, &ids, by).map_err(|faults| {
            advice(
                format!("{} faults, and nothing was taken:\n  {}", faults.len(), faults.join("\n  ")),
                "mend these cells and import the file again",
            )
        })?
    };
    let mut strangers = Vec::new();
    for (_, j) in &list {
        if super::known(&place, &store, j.pmid).is_err() {
            strangers.push(format!("{name}:{}: no search brought a record with PMID {}", j.line, j.pmid));
        }
    }
    if !strangers.is_empty() {
        return Err(advice(
            format!("{} faults, and nothing was taken:\n  {}", strangers.len(), strangers.join("\n  ")),
            "judgements are given on records that were found; take these rows out",
        ));
    }
    // Taken before: the same words by the same person.
    let same = |a: &Judgement, b: &Judgement| Judgement { line: 0, ..a.clone() } == Judgement { line: 0, ..b.clone() };
    let total = list.len();
    let mut fresh: Vec<(String, Vec<Judgement>)> = Vec::new();
    for (reviewer, j) in list {
        let files = &place.review.judgements;
        let file = files
            .iter()
            .find(|f| f.reviewer == reviewer)
            .or_else(|| files.iter().find(|f| f.path == format!("judgements/{reviewer}.toml")));
        let here = file.is_some_and(|f| f.judgements.iter().any(|old| same(old, &j)));
        let pending = fresh.iter().position(|(r, _)| *r == reviewer);
        if here || pending.is_some_and(|i| fresh[i].1.iter().any(|old| same(old, &j))) {
            continue;
        }
        match pending {
            Some(i) => fresh[i].1.push(j),
            None => fresh.push((reviewer, vec![j])),
        }
    }
    let taken: usize = fresh.iter().map(|(_, list)| list.len()).sum();
    for (reviewer, list) in &fresh {
        let entries: String = list.iter().map(file::entry).collect();
        let written = file::append(&mut place, reviewer, &entries)?;
        print(&format!("{}: {} judgements of {}\n", written.display(), list.len(), terminal_safe(reviewer)))?;
    }
    print(&format!("{taken} judgements taken, {} were there already\n", total - taken))?;
    match store.run(&place.review.name, None)? {
        Some(run) => drop(history::today(&place, &mut store, &run)?),
        None => drop(store.import_judgements(&place.review.name, &place.review.judgements, &crate::jobs::now())?),
    }
    place.next(&format!("tamis flow{}; commit the files of judgements", place.argument()));
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn every_faulty_cell_is_named_with_its_line_and_column() {
        let ids = ["non-human".to_owned(), "no-crizotinib".to_owned()];
        let head = "pmid,stage,verdict,criterion,quote,when\n";
        let cases = [
            ("x,full-text,include,,q,2021-08-22", "j.csv:2: column 1 (pmid)"),
            ("1,full,include,,q,2021-08-22", "j.csv:2: column 2 (stage)"),
            ("1,full-text,maybe,,q,2021-08-22", "j.csv:2: column 3 (verdict)"),
            ("1,full-text,exclude,,q,2021-08-22", "j.csv:2: column 4 (criterion)"),
            ("1,full-text,include,non-human,q,2021-08-22", "j.csv:2: column 4 (criterion)"),
            ("1,full-text,exclude,non-humans,q,2021-08-22", "did you mean `non-human`?"),
            ("1,full-text,include,,,2021-08-22", "j.csv:2: column 5 (quote)"),
            ("1,full-text,include,,q,22.8.2021", "j.csv:2: column 6 (when)"),
            ("1,full-text,include", "j.csv:2: 3 cells; the head has 6"),
        ];
        for (row, expected) in cases {
            let faults = rows("j.csv", &format!("{head}{row}\n"), &ids, Some("r")).expect_err(row);
            assert!(faults.iter().any(|f| f.contains(expected)), "{row}: {faults:?}");
        }
        let sound = rows("j.csv", &format!("{head}1,full-text,keep,non-human,q,2021-08-22\n"), &ids, Some("r"));
        assert_eq!(sound.expect("a sound row").len(), 1);
        assert!(rows("j.csv", head, &ids, None).is_err(), "someone must have judged");
        assert!(
            rows("j.csv", "pmid,stage,verdct,quote,when\n", &ids, Some("r")).is_err_and(|f| f[0].contains("`verdict`"))
        );
    }
}
