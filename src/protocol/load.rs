//! The files of a review's folder into a checked [`Review`]. All problems of all files are
//! gathered before giving up.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};

use super::table::{Findings, Node, Table, parse};
use super::{
    Criterion, Policy, Protocol, Published, PublishedNumber, Reading, Repair, Review, Search, Term, Vocabulary,
    announced, judgements, rule,
};
use crate::diagnostic::{Diagnostic, Problems, Source};

/// The text files of a review's folder: path relative to the folder, with `/`, to text.
pub type Files = BTreeMap<String, String>;

/// What is wrong with a review, file by file.
#[derive(Debug)]
pub struct LoadError {
    /// The problems of each faulty file.
    pub files: Vec<Problems>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = self.files.iter().map(ToString::to_string).collect::<Vec<_>>();
        f.write_str(&list.join("; "))
    }
}

impl std::error::Error for LoadError {}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Reads a review. `display` is the folder as the user named it, for messages.
///
/// # Errors
/// Every problem of every file, with its place.
pub fn load(name: &str, display: &str, files: &Files) -> Result<Review, LoadError> {
    let mut faulty = Vec::new();
    let mut warnings = Vec::new();
    let path = |file: &str| if display.is_empty() { file.to_owned() } else { format!("{display}/{file}") };
    let mut keep = |result: Result<Vec<Diagnostic>, Problems>| match result {
        Ok(list) => warnings.extend(list.into_iter().map(|d| d.message)),
        Err(problems) => faulty.push(problems),
    };

    let mut vocabularies = BTreeMap::new();
    for (file, text) in files.iter().filter(|(f, _)| is_toml_in(f, "vocabulary/")) {
        let source = Source::new(path(file), text.as_str());
        let findings = Findings::default();
        let vocabulary = read_vocabulary(stem(file), &source, &findings);
        keep(findings.finish(&source));
        vocabularies.insert(vocabulary.name.clone(), vocabulary);
    }

    let text = files.get("protocol.toml").cloned().unwrap_or_default();
    let source = Source::new(path("protocol.toml"), text);
    let findings = Findings::default();
    let protocol = read_protocol(&source, vocabularies, files, &findings);
    if !files.contains_key("protocol.toml") {
        findings.push(
            Diagnostic::error("P010", 0..0, "the folder holds no protocol.toml")
                .help("name a folder that does, or make one with `tamis init NAME`"),
        );
    }
    keep(findings.finish(&source));
    let ids: Vec<&str> = protocol.criteria.iter().map(|c| c.id.as_str()).collect();

    let published = files.get("published.toml").map(|text| {
        let source = Source::new(path("published.toml"), text.as_str());
        let findings = Findings::default();
        let published = read_published(&source, &ids, &findings);
        keep(findings.finish(&source));
        published
    });

    let mut judged = Vec::new();
    for (file, text) in files.iter().filter(|(f, _)| is_toml_in(f, "judgements/")) {
        let source = Source::new(path(file), text.as_str());
        let findings = Findings::default();
        judged.push(judgements::read(file, &source, &ids, &findings));
        keep(findings.finish(&source));
    }

    let mut cases = Vec::new();
    for (file, text) in files.iter().filter(|(f, _)| is_toml_in(f, "cases/")) {
        let source = Source::new(path(file), text.as_str());
        let findings = Findings::default();
        cases.extend(super::case::read(file, stem(file), &source, &protocol.criteria, &findings));
        keep(findings.finish(&source));
    }

    if faulty.is_empty() {
        Ok(Review { name: name.to_owned(), protocol, published, judgements: judged, cases, warnings })
    } else {
        Err(LoadError { files: faulty })
    }
}

/// The files among a review's that make its protocol: `protocol.toml` and the vocabularies.
pub fn protocol_files(files: &Files) -> Files {
    let of_protocol = |f: &str| f == "protocol.toml" || is_toml_in(f, "vocabulary/");
    files.iter().filter(|(f, _)| of_protocol(f)).map(|(f, t)| (f.clone(), t.clone())).collect()
}

fn is_toml_in(file: &str, folder: &str) -> bool {
    file.strip_prefix(folder).is_some_and(|rest| rest.ends_with(".toml") && !rest.contains('/'))
}

fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// The tables of an array of tables; none when the key is missing.
pub(super) fn tables<'t, 'a>(table: &Table<'t, 'a>, key: &'static str) -> Vec<Table<'t, 'a>> {
    let Some(node) = table.optional(key) else { return Vec::new() };
    node.list().unwrap_or_default().iter().filter_map(Node::table).collect()
}

fn read_vocabulary(name: &str, source: &Source, findings: &Findings) -> Vocabulary {
    let document = parse(source, findings);
    let root = Table::root(&document, findings);
    root.optional("title").map(|n| n.text());
    root.optional("source").map(|n| n.text());
    let mut terms = Vec::new();
    for entry in tables(&root, "term") {
        let term = Term {
            name: entry.text("name"),
            words: entry.optional("words").map(|n| n.texts()).unwrap_or_default(),
            symbols: entry.optional("symbols").map(|n| n.texts()).unwrap_or_default(),
        };
        if term.words.is_empty() && term.symbols.is_empty() {
            findings.push(
                Diagnostic::error(
                    "P011",
                    entry.span(),
                    format!("the term `{}` has neither words nor symbols", term.name),
                )
                .help("add `words = [\"…\"]`, or `symbols = [\"…\"]` for names that keep their capitals"),
            );
        }
        entry.finish();
        terms.push(term);
    }
    let decoys = root.optional("decoys").map(|n| n.texts()).unwrap_or_default();
    let exact = root.optional("exact").and_then(|n| n.boolean()).unwrap_or(false);
    root.finish();
    Vocabulary { name: name.to_owned(), terms, decoys, exact }
}

fn read_protocol(
    source: &Source,
    vocabularies: BTreeMap<String, Vocabulary>,
    files: &Files,
    findings: &Findings,
) -> Protocol {
    let document = parse(source, findings);
    let root = Table::root(&document, findings);
    let title = root.text("title");
    let citation = root.optional("citation").and_then(|n| n.text());
    let search = root.required("search").and_then(|n| n.table()).map(read_search);
    let named = root.optional("rule").and_then(|n| n.table());
    let rules = named.map(|t| t.entries().into_iter().map(|(name, _, node)| (name, node)).collect());
    let known = rule::Known::new(&vocabularies, rules.unwrap_or_default());
    let mut criteria: Vec<Criterion> = Vec::new();
    for entry in tables(&root, "criterion") {
        let span = entry.span();
        let criterion = read_criterion(entry, &known);
        if criteria.iter().any(|c| c.id == criterion.id) {
            findings.push(
                Diagnostic::error("P012", span, format!("the criterion `{}` stands here twice", criterion.id))
                    .help("give one of them another id"),
            );
        }
        criteria.push(criterion);
    }
    let announced = root.optional("announced").and_then(|n| n.table()).map(|t| announced::read(t, &criteria));
    if criteria.is_empty() {
        findings
            .push(Diagnostic::error("P013", 0..0, "the protocol has no criterion").help("add a table [[criterion]]"));
    }
    criteria.extend(announced.unwrap_or_default());
    let case_count = root.optional("cases").and_then(|n| n.table()).and_then(|cases| {
        let count = cases.required("count").and_then(|n| rule::read(&n, "cases.count", &known));
        cases.finish();
        count
    });
    for (name, node) in &known.rules {
        if !known.done.borrow().contains_key(name) {
            findings.push(
                Diagnostic::warning("P106", node.span(), format!("protocol.toml: no criterion uses [rule.{name}]"))
                    .help("use it with `{ use = \"NAME\" }`, or take it out"),
            );
        }
    }
    root.finish();

    // Vocabularies are part of what is asked, so they are part of the hash.
    let mut hashed = String::new();
    let files = protocol_files(files);
    for (file, text) in &files {
        hashed.push_str(&format!("{file}\0{}\0{text}\0", text.len()));
    }
    Protocol {
        title,
        citation,
        search: search.unwrap_or_else(empty_search),
        criteria,
        case_count,
        vocabularies,
        hash: sha256(hashed.as_bytes()),
        text: source.text.clone(),
        files,
    }
}

fn empty_search() -> Search {
    Search {
        database: String::new(),
        printed: String::new(),
        sent: String::new(),
        repairs: Vec::new(),
        date_field: "pdat".into(),
        from: jiff::civil::date(1800, 1, 1),
        to: jiff::civil::date(3000, 1, 1),
        run_on: None,
        mesh: None,
    }
}

fn read_search(table: Table<'_, '_>) -> Search {
    let mut search = empty_search();
    search.database = table.text("database");
    search.sent = table.text("sent");
    search.printed = table.optional("printed").and_then(|n| n.text()).unwrap_or_else(|| search.sent.clone());
    if let Some(node) = table.optional("date_field") {
        let fields = [("pdat", "pdat"), ("edat", "edat"), ("mdat", "mdat"), ("crdt", "crdt")];
        search.date_field = node.choice(&fields).unwrap_or("pdat").to_owned();
    }
    if let Some(date) = table.required("from").and_then(|n| n.date()) {
        search.from = date;
    }
    if let Some(node) = table.required("to")
        && let Some(date) = node.date()
    {
        search.to = date;
        if search.to < search.from {
            node.problem("P014", format!("the window ends ({date}) before it begins ({})", search.from));
        }
    }
    search.mesh = table.optional("mesh").and_then(|n| n.text());
    search.run_on = table.optional("run_on").and_then(|n| n.date());
    for entry in tables(&table, "repair") {
        let repair = Repair { before: entry.text("before"), after: entry.text("after"), reason: entry.text("reason") };
        for (key, text, whole, which) in
            [("before", &repair.before, &search.printed, "printed"), ("after", &repair.after, &search.sent, "sent")]
        {
            if !whole.contains(text.as_str()) {
                let span = entry.optional(key).map_or(entry.span(), |n| n.span());
                entry.findings().push(
                    Diagnostic::error("P015", span, format!("`{text}` does not stand in the string as {which}"))
                        .help(format!("`{key}` must quote search.{which} letter by letter")),
                );
            }
        }
        entry.finish();
        search.repairs.push(repair);
    }
    if search.sent != search.printed && search.repairs.is_empty() {
        table.findings().push(
            Diagnostic::error(
                "P016",
                table.span(),
                "the string is sent otherwise than printed, and no repair says why",
            )
            .help("add a table [[search.repair]] with before, after and reason for each change"),
        );
    }
    if let Some(node) = table.optional("sent")
        && let Some(problem) = crate::query::first_error(&search.sent)
    {
        node.problem("P017", format!("PubMed cannot run this string: {problem}"));
    }
    table.finish();
    search
}

fn read_criterion(table: Table<'_, '_>, known: &rule::Known<'_, '_>) -> Criterion {
    let id = table.text("id");
    let policies = [("unclear", Policy::Unclear), ("keep", Policy::Keep), ("exclude", Policy::Exclude)];
    let rule_of = |key: &'static str| {
        let path = format!("{id}.{key}");
        table.required(key).and_then(|n| rule::read(&n, &path, known)).unwrap_or_else(rule::Rule::never)
    };
    let excludes_if = rule_of("excludes_if");
    let keeps_if = rule_of("keeps_if");
    let criterion = Criterion {
        label: table.text("label"),
        source: table.text("source"),
        needs: table.optional("needs").map(|n| n.texts()).unwrap_or_default(),
        absence: table.text("absence"),
        excludes_if,
        keeps_if,
        on_conflict: table.optional("on_conflict").and_then(|n| n.choice(&policies)).unwrap_or(Policy::Unclear),
        // No evidence means unclear, never excluded: the third policy is not offered for silence.
        if_silent: table.optional("if_silent").and_then(|n| n.choice(&policies[..2])).unwrap_or(Policy::Unclear),
        id,
    };
    table.finish();
    criterion
}

pub(super) fn whole(node: &Node<'_, '_>) -> u64 {
    match node.integer() {
        Some(n) if n >= 0 => n as u64,
        Some(_) => {
            node.problem("P018", format!("`{}` counts something and cannot be negative", node.path()));
            0
        }
        None => 0,
    }
}

/// A published figure of which only the text was kept; none when it cannot be read.
pub fn published(text: &str, criteria: &[String]) -> Option<Published> {
    let source = Source::new("published.toml", text);
    let findings = Findings::default();
    let ids: Vec<&str> = criteria.iter().map(String::as_str).collect();
    let published = read_published(&source, &ids, &findings);
    findings.finish(&source).ok().map(|_| published)
}

fn read_published(source: &Source, ids: &[&str], findings: &Findings) -> Published {
    let document = parse(source, findings);
    let root = Table::root(&document, findings);
    let mut published = Published { citation: root.text("citation"), ..Published::default() };
    if let Some(figure) = root.required("figure").and_then(|n| n.table()) {
        figure.optional("source").and_then(|n| n.text());
        published.identified = figure.required("identified").map_or(0, |n| whole(&n));
        published.studies = figure.required("studies").map_or(0, |n| whole(&n));
        published.cases = figure.optional("cases").map(|n| whole(&n));
        if let Some(node) = figure.required("excluded") {
            for entry in node.list().unwrap_or_default().iter().filter_map(Node::table) {
                let id = entry.required("criterion").and_then(|n| {
                    let id = n.text()?;
                    if !ids.contains(&id.as_str()) {
                        n.findings().push(judgements::unknown_criterion(&id, ids, n.span()));
                    }
                    Some(id)
                });
                let n = entry.required("n").map_or(0, |n| whole(&n));
                published.excluded.push((id.unwrap_or_default(), n));
                entry.finish();
            }
            let out: u64 = published.excluded.iter().map(|(_, n)| n).sum();
            if published.identified.checked_sub(out) != Some(published.studies) {
                node.problem(
                    "P019",
                    format!(
                        "the figure does not add up: {} identified - {out} excluded is not {} studies",
                        published.identified, published.studies
                    ),
                );
            }
        }
        figure.finish();
    }
    for entry in tables(&root, "number") {
        let optional = |key| entry.optional(key).and_then(|n: Node<'_, '_>| n.number());
        let number = PublishedNumber {
            key: entry.text("key"),
            value: optional("value"),
            of: optional("of"),
            low: optional("low"),
            high: optional("high"),
            p: optional("p"),
            p_below: optional("p_below"),
            reading: entry.optional("reading").and_then(|n| n.text()),
            source: entry.text("source"),
        };
        if [number.value, number.p, number.p_below].iter().all(Option::is_none) {
            findings.push(
                Diagnostic::error("P027", entry.span(), format!("`{}` prints no number", number.key))
                    .help("give `value`, `p` or `p_below`"),
            );
        }
        if let Some(node) = entry.optional("percent") {
            let printed = node.number().unwrap_or_default();
            let (value, of) = (number.value.unwrap_or(0.0), number.of.unwrap_or(0.0));
            if (value / of * 1000.0).round() / 10.0 != printed {
                node.problem("P020", format!("{printed} % is not {value} of {of}"));
            }
        }
        entry.finish();
        published.numbers.push(number);
    }
    for entry in tables(&root, "sum") {
        let parts = entry.required("parts").map(|n| n.texts()).unwrap_or_default();
        let total = entry.required("total");
        let value = |key: &str| match published.numbers.iter().find(|n| n.key == key) {
            Some(n) => n.value.unwrap_or(0.0),
            None => {
                findings.push(Diagnostic::error("P021", entry.span(), format!("no [[number]] has the key `{key}`")));
                0.0
            }
        };
        let sum: f64 = parts.iter().map(|p| value(p)).sum();
        if let Some(key) = total.as_ref().and_then(|n| n.text()) {
            let of = value(&key);
            if (sum - of).abs() > 1e-9
                && let Some(node) = &total
            {
                node.problem("P022", format!("the parts make {sum}, but `{key}` is {of}"));
            }
        }
        entry.finish();
    }
    for entry in tables(&root, "reading") {
        let id = entry.optional("id").and_then(|n| n.text()).unwrap_or_default();
        published.readings.push(Reading { id, problem: entry.text("problem"), taken: entry.text("taken") });
        entry.finish();
    }
    for number in &published.numbers {
        let Some(id) = &number.reading else { continue };
        if !published.readings.iter().any(|r| r.id == *id) {
            let text = format!("`{}` hangs on the reading `{id}`, which is not among [[reading]]", number.key);
            findings.push(Diagnostic::error("P028", 0..0, text));
        }
    }
    root.finish();
    published
}

#[cfg(test)]
mod tests;
