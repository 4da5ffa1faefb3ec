//! A filled worksheet, read from its file and checked cell by cell.
//!
//! Reading says where every value stands; checking lists all that is wrong at once. Nothing is mended in silence.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::{COLUMNS, Column, Kind};

/// Headings of the identifying columns in a spreadsheet, beside their keys.
pub const IDENTIFYING: [(&str, &str); 8] = [
    ("row_key", "Row"),
    ("pmid", "PMID"),
    ("doi", "DOI"),
    ("citation", "Citation"),
    ("title", "Title"),
    ("case", "Case"),
    ("of_cases", "Of"),
    ("announced", "Announced"),
];

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The value, trimmed; a cell that was an error or a formula's leftover keeps its text.
    pub value: String,
    /// `Cases!H12`, or `file.csv:12, column age_years`.
    pub place: String,
}

/// One row of a filled worksheet, by column key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilledRow {
    /// Where it begins.
    pub place: String,
    /// Its cells.
    pub cells: BTreeMap<&'static str, Placed>,
}

impl FilledRow {
    fn value(&self, key: &str) -> &str {
        self.cells.get(key).map_or("", |c| c.value.as_str())
    }
}

/// What a file held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// The review's name, when the workbook says it.
    pub review: Option<String>,
    /// The rows.
    pub rows: Vec<FilledRow>,
}

/// One thing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: String,
    /// What, and what was expected.
    pub what: String,
}

fn problem(place: &str, what: impl Into<String>) -> Problem {
    Problem { place: place.to_owned(), what: what.into() }
}

/// The key of a column by its key or its heading.
fn column_key(head: &str) -> Option<&'static str> {
    let head = head.trim();
    let identifying = IDENTIFYING.iter().find(|(key, heading)| head == *key || head == *heading).map(|c| c.0);
    identifying.or_else(|| COLUMNS.iter().find(|c| head == c.key || head == c.heading).map(|c| c.key))
}

/// A spreadsheet's name of a column: 0 is A, 26 is AA.
fn letters(mut column: usize) -> String {
    let mut out = Vec::new();
    loop {
        out.insert(0, b'A' + (column % 26) as u8);
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn columns(head: &[String], file: &str) -> Result<Vec<Option<&'static str>>, Vec<Problem>> {
    let keys: Vec<Option<&'static str>> = head.iter().map(|h| column_key(h)).collect();
    let wanted = ["row_key"].into_iter().chain(COLUMNS.iter().map(|c| c.key));
    let mut wrong: Vec<Problem> = wanted
        .filter(|k| !keys.contains(&Some(k)))
        .map(|k| problem(file, format!("there is no column `{k}`; start from what `tamis worksheet` writes")))
        .collect();
    let mut seen = BTreeSet::new();
    for key in keys.iter().flatten() {
        if !seen.insert(key) {
            wrong.push(problem(file, format!("the column `{key}` stands twice")));
        }
    }
    if wrong.is_empty() { Ok(keys) } else { Err(wrong) }
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::Float(f) => f.to_string(),
        other => other.to_string().trim().to_owned(),
    }
}

/// Reads the sheet Cases of a workbook.
///
/// # Errors
/// Everything that keeps it from being read.
pub fn read_xlsx(bytes: &[u8], file: &str) -> Result<Filled, Vec<Problem>> {
    let whole = |what: String| vec![problem(file, what)];
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|e| whole(format!("this is no Excel workbook (.xlsx): {e}")))?;
    let review =
        book.worksheet_range("tamis").ok().and_then(|page| page.get((0, 1)).map(text)).filter(|name| !name.is_empty());
    let page = book.worksheet_range("Cases").map_err(|e| whole(format!("the sheet Cases cannot be read: {e}")))?;
    let (top, left) = page.start().unwrap_or((0, 0));
    let mut rows = page.rows();
    let head: Vec<String> = rows.next().map(|r| r.iter().map(text).collect()).unwrap_or_default();
    let keys = columns(&head, &format!("{file}, sheet Cases"))?;
    let mut out = Filled { review, rows: Vec::new() };
    for (i, row) in rows.enumerate() {
        if row.iter().all(|c| text(c).is_empty()) {
            continue;
        }
        let number = top as usize + i + 2;
        let mut filled = FilledRow { place: format!("Cases!A{number}"), cells: BTreeMap::new() };
        for (j, (key, cell)) in keys.iter().zip(row).enumerate() {
            if let Some(key) = key {
                let place = format!("Cases!{}{number}", letters(left as usize + j));
                filled.cells.insert(key, Placed { value: text(cell), place });
            }
        }
        out.rows.push(filled);
    }
    Ok(out)
}

/// Reads a worksheet's CSV. An apostrophe that keeps a spreadsheet from taking a cell for a formula is taken off.
///
/// # Errors
/// Everything that keeps it from being read.
pub fn read_csv(bytes: &[u8], file: &str) -> Result<Filled, Vec<Problem>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(bytes);
    let whole = |e: csv::Error| {
        let line = e.position().map_or(String::new(), |p| format!(":{}", p.line()));
        vec![problem(&format!("{file}{line}"), e.to_string())]
    };
    let head: Vec<String> = reader.headers().map_err(whole)?.iter().map(str::to_owned).collect();
    let keys = columns(&head, file)?;
    let mut out = Filled::default();
    for row in reader.records() {
        let row = row.map_err(whole)?;
        if row.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        let line = row.position().map_or(0, csv::Position::line);
        let mut filled = FilledRow { place: format!("{file}:{line}"), cells: BTreeMap::new() };
        for (key, cell) in keys.iter().zip(&row) {
            if let Some(key) = key {
                let cell = cell.trim();
                let cell = match cell.strip_prefix('\'') {
                    Some(rest) if rest.trim_start().starts_with(['=', '+', '-', '@']) => rest,
                    _ => cell,
                };
                filled
                    .cells
                    .insert(key, Placed { value: cell.to_owned(), place: format!("{file}:{line}, column {key}") });
            }
        }
        out.rows.push(filled);
    }
    Ok(out)
}

fn check_cell(column: &Column, cell: &Placed) -> Option<Problem> {
    let value = cell.value.as_str();
    if value.is_empty() {
        return None;
    }
    let wrong = |expected: String| Some(problem(&cell.place, format!("{} `{value}`: {expected}", column.heading)));
    match column.kind {
        Kind::Text => None,
        Kind::Code if column.codes.contains(&value) => None,
        Kind::Code => {
            let near = column.codes.iter().find(|c| c.eq_ignore_ascii_case(value));
            let hint = near.map(|c| format!("; did you mean `{c}`?")).unwrap_or_default();
            wrong(format!("expected one of {}{hint}", column.codes.join(", ")))
        }
        Kind::Number { min, max, whole } => match value.parse::<f64>() {
            Ok(n) if n.is_finite() && whole && n.fract() != 0.0 => wrong("expected a whole number".into()),
            Ok(n) if n.is_finite() && (f64::from(min)..=f64::from(max)).contains(&n) => None,
            Ok(_) => wrong(format!("expected {min} to {max}")),
            Err(_) if value.replacen(',', ".", 1).parse::<f64>().is_ok() => {
                wrong("expected a number with a decimal point, not a comma".into())
            }
            Err(_) => wrong("expected a number".into()),
        },
    }
}

/// Checks every cell. `reports` are the included reports and how many cases each brings; none when nobody knows.
pub fn check(filled: &Filled, reports: &BTreeMap<u64, Option<u32>>) -> Vec<Problem> {
    let mut out = Vec::new();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut counts: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
    for row in &filled.rows {
        let key = row.value("row_key");
        let place = row.cells.get("row_key").map_or(row.place.as_str(), |c| c.place.as_str());
        let split = key.split_once('.').and_then(|(p, c)| Some((p.parse::<u64>().ok()?, c.parse::<u32>().ok()?)));
        match split {
            None => out.push(problem(place, format!("Row `{key}`: expected PMID.case, such as 99000010.1"))),
            Some((pmid, case)) => {
                if let Some(first) = seen.insert(format!("{pmid}.{case}"), place) {
                    out.push(problem(place, format!("Row `{key}` stands already at {first}")));
                }
                match reports.get(&pmid) {
                    None => out.push(problem(place, format!("PMID {pmid} is not among the included reports"))),
                    Some(Some(n)) if case == 0 || case > *n => out.push(problem(
                        place,
                        format!("case {case} of PMID {pmid}: the flow counts {n} cases; judge the report anew if it brings more"),
                    )),
                    Some(_) => drop(counts.entry(pmid).or_default().insert(case)),
                }
                for (column, own) in [("pmid", pmid.to_string()), ("case", case.to_string())] {
                    if let Some(cell) = row.cells.get(column).filter(|c| !c.value.is_empty() && c.value != own) {
                        out.push(problem(
                            &cell.place,
                            format!("{column} `{}` belongs to another row than {key}", cell.value),
                        ));
                    }
                }
            }
        }
        out.extend(COLUMNS.iter().filter_map(|c| check_cell(c, row.cells.get(c.key)?)));
        let (months, status) = (row.value("survival_months"), row.value("survival_status"));
        if !months.is_empty() && status.is_empty() {
            let place = row.cells.get("survival_status").map_or(row.place.as_str(), |c| c.place.as_str());
            out.push(problem(place, "Survival has months but no status: expected dead or censored"));
        }
        let (next, answer) = (row.value("next_alk_inhibitor"), row.value("next_response"));
        if !answer.is_empty() && (next.is_empty() || next == "none") {
            let place = row.cells.get("next_response").map_or(row.place.as_str(), |c| c.place.as_str());
            out.push(problem(place, "a response to a next ALK inhibitor, but none was given"));
        }
    }
    for (pmid, n) in reports {
        let Some(n) = n else { continue };
        let here = counts.get(pmid).map_or(0, BTreeSet::len);
        if here < *n as usize && out.iter().all(|p| !p.what.contains(&pmid.to_string())) {
            out.push(problem("the worksheet", format!("PMID {pmid} has {here} rows, the flow counts {n} cases")));
        }
    }
    out
}

/// How two extractors agree on a column.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Agreement {
    /// The column's key.
    pub column: &'static str,
    /// Cells that both sheets have.
    pub cells: usize,
    /// Of these, equal; both blank is equal.
    pub equal: usize,
    /// Cohen's kappa of coded columns, blank being a code of its own; none when chance alone would give agreement.
    pub kappa: Option<f64>,
    /// Where they differ: row key, first value, second value.
    pub differing: Vec<(String, String, String)>,
}

/// Two values that mean the same: equal text, or equal numbers.
fn same(a: &str, b: &str) -> bool {
    a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(x), Ok(y)) if x == y)
}

/// Cohen's kappa (Cohen 1960): agreement beyond what the two marginal distributions give by chance.
fn kappa(pairs: &[(&str, &str)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let observed = pairs.iter().filter(|(a, b)| a == b).count() as f64 / n;
    let codes: BTreeSet<&str> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let share =
        |of: fn(&(&str, &str), &str) -> bool, code: &str| pairs.iter().filter(|p| of(p, code)).count() as f64 / n;
    let chance: f64 = codes.iter().map(|c| share(|p, c| p.0 == c, c) * share(|p, c| p.1 == c, c)).sum();
    (n > 0.0 && chance < 1.0).then(|| (observed - chance) / (1.0 - chance))
}

/// Compares two filled worksheets, column by column, over the rows both have. Gives also the rows only one has.
pub fn compare(a: &Filled, b: &Filled) -> (Vec<Agreement>, Vec<String>) {
    let by_key = |f: &'_ Filled| -> BTreeMap<String, FilledRow> {
        f.rows.iter().map(|r| (r.value("row_key").to_owned(), r.clone())).collect()
    };
    let (a, b) = (by_key(a), by_key(b));
    let alone = a.keys().filter(|k| !b.contains_key(*k)).chain(b.keys().filter(|k| !a.contains_key(*k)));
    let alone = alone.cloned().collect();
    let table = COLUMNS
        .iter()
        .map(|column| {
            let pairs: Vec<(&String, &str, &str)> =
                a.iter().filter_map(|(k, x)| Some((k, x.value(column.key), b.get(k)?.value(column.key)))).collect();
            let codes: Vec<(&str, &str)> = pairs.iter().map(|p| (p.1, p.2)).collect();
            let differing: Vec<(String, String, String)> = pairs
                .iter()
                .filter(|p| !same(p.1, p.2))
                .map(|p| (p.0.clone(), p.1.to_owned(), p.2.to_owned()))
                .collect();
            Agreement {
                column: column.key,
                cells: pairs.len(),
                equal: pairs.len() - differing.len(),
                kappa: if column.kind == Kind::Code { kappa(&codes) } else { None },
                differing,
            }
        })
        .collect();
    (table, alone)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A worksheet of these rows: key, and column=value.
    fn filled(rows: &[(&str, &[(&str, &str)])]) -> Filled {
        let mut text = "row_key,pmid,case".to_owned();
        COLUMNS.iter().for_each(|c| text.push_str(&format!(",{}", c.key)));
        for (key, cells) in rows {
            text.push_str(&format!("\n{key},,"));
            for c in COLUMNS {
                let value = cells.iter().find(|v| v.0 == c.key).map_or("", |v| v.1);
                text.push_str(&format!(",\"{value}\""));
            }
        }
        read_csv(text.as_bytes(), "w.csv").unwrap()
    }

    #[test]
    fn every_wrong_cell_is_named_with_its_place_and_what_was_expected() {
        type Filled<'a> = &'a [(&'a str, &'a str)];
        let cases: &[(&str, Filled<'_>, &str)] = &[
            ("7.1", &[("age_years", "abc")], "w.csv:2, column age_years: Age (years) `abc`: expected a number"),
            ("7.1", &[("age_years", "7,5")], "not a comma"),
            ("7.1", &[("age_years", "130")], "expected 0 to 120"),
            ("7.1", &[("year", "2019.5")], "expected a whole number"),
            ("7.1", &[("sex", "Male")], "did you mean `male`?"),
            ("7.1", &[("survival_months", "4")], "no status"),
            ("7.1", &[("next_response", "CR")], "none was given"),
            ("7.2", &[], "the flow counts 1 cases"),
            ("8.1", &[], "PMID 8 is not among the included reports"),
            ("x", &[], "expected PMID.case"),
        ];
        let reports = [(7, Some(1))].into();
        for (key, cells, expected) in cases {
            let told: Vec<String> = check(&filled(&[(key, cells)]), &reports)
                .into_iter()
                .map(|p| format!("{}: {}", p.place, p.what))
                .collect();
            assert!(told.iter().any(|t| t.contains(expected)), "{expected}: {told:?}");
        }
        let sound = filled(&[(
            "7.1",
            &[("age_years", "7.5"), ("sex", "male"), ("survival_months", "4"), ("survival_status", "dead")],
        )]);
        assert_eq!(check(&sound, &reports), []);
        assert!(check(&filled(&[("7.1", &[]), ("7.1", &[])]), &reports)[0].what.contains("stands already"));
        assert!(check(&filled(&[]), &reports)[0].what.contains("has 0 rows"));
    }

    #[test]
    fn two_sheets_are_compared_cell_by_cell_and_kappa_is_cohens() {
        // Cohen's own kind of table: 20 both yes, 5 and 10 apart, 15 both no; kappa is 0.4.
        let mut rows = (Vec::new(), Vec::new());
        for (n, a, b) in [(20, "yes", "yes"), (5, "yes", "no"), (10, "no", "yes"), (15, "no", "no")] {
            for _ in 0..n {
                rows.0.push((format!("{}.1", rows.0.len() + 1), a));
                rows.1.push((format!("{}.1", rows.1.len() + 1), b));
            }
        }
        let sheet = |rows: &[(String, &'static str)]| {
            let cells: Vec<[(&str, &str); 1]> = rows.iter().map(|r| [("surgery", r.1)]).collect();
            let rows: Vec<(&str, &[(&str, &str)])> =
                rows.iter().zip(&cells).map(|(r, c)| (r.0.as_str(), c.as_slice())).collect();
            filled(&rows)
        };
        let (table, alone) = compare(&sheet(&rows.0), &sheet(&rows.1));
        let surgery = table.iter().find(|a| a.column == "surgery").unwrap();
        assert!((surgery.kappa.unwrap() - 0.4).abs() < 1e-12 && surgery.equal == 35, "{surgery:?}");
        assert!(alone.is_empty() && same("7.0", "7"));
    }

    #[test]
    fn columns_are_named_as_a_spreadsheet_names_them() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
