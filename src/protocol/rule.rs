//! The rule language of a protocol: what a criterion looks for in a record.
//!
//! A rule is a table with exactly one of the keys `all`, `any`, `not`, `mesh`, `publication_type`,
//! `language`, `words`, `pattern`, `sentence`, `fusion`, `has_abstract`, beside keys that say where
//! and how. `queries/README.md` tells each key with an example.

use std::collections::BTreeMap;

use super::Vocabulary;
use super::table::{Node, Table, nearest};
use crate::diagnostic::Diagnostic;
use crate::record::Field;

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its place in the protocol, `no-alk-fusion.excludes_if.any[2]`: evidence cites it.
    pub path: String,
    /// What it looks for.
    pub kind: RuleKind,
}

/// What a rule looks for.
#[derive(Debug, Clone)]
pub enum RuleKind {
    /// Every one of these.
    All(Vec<Rule>),
    /// One of these at least.
    Any(Vec<Rule>),
    /// None of this. It gives no evidence of its own.
    Not(Box<Rule>),
    /// One of these MeSH descriptors.
    Mesh(Vec<String>),
    /// One of these publication types.
    PublicationType(Vec<String>),
    /// One of these language codes.
    Language(Vec<String>),
    /// A word or phrase.
    Text(TextRule),
    /// All of these within one sentence.
    Sentence(Vec<TextRule>),
    /// A gene fusion of this gene: with a named partner.
    Fusion {
        /// The gene's symbol.
        gene: String,
        /// The vocabulary of partners.
        partners: String,
        /// Where.
        place: Place,
    },
    /// Whether there is an abstract.
    HasAbstract(bool),
}

/// Words, or a pattern, at a place.
#[derive(Debug, Clone)]
pub struct TextRule {
    /// What to find.
    pub what: Wanted,
    /// Where.
    pub place: Place,
    /// Whether a negated or merely possible mention counts: `affirmed` by default.
    pub polarity: Polarity,
}

/// What a text rule finds.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// Any word of a vocabulary.
    Vocabulary(String),
    /// Words and phrases; a final `*` stands for any ending.
    Words(Vec<String>),
    /// A regular expression, case-insensitive.
    Pattern(String),
}

/// Which mentions count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// Neither negated nor hypothetical.
    Affirmed,
    /// Negated only.
    Negated,
    /// All.
    Any,
}

/// Where a rule looks.
#[derive(Debug, Clone)]
pub struct Place {
    /// Fields.
    pub fields: Vec<Field>,
    /// Whether sections of background and outlook are left out.
    pub findings_only: bool,
}

impl Rule {
    /// A rule that is never found.
    pub fn never() -> Self {
        Self { path: String::new(), kind: RuleKind::Any(Vec::new()) }
    }
}

const KINDS: &[&str] = &[
    "all",
    "any",
    "not",
    "mesh",
    "publication_type",
    "language",
    "words",
    "vocabulary",
    "pattern",
    "sentence",
    "fusion",
    "has_abstract",
];

/// Reads a rule. `path` is its place in the protocol, cited by evidence.
pub fn read(node: &Node<'_, '_>, path: &str, vocabularies: &BTreeMap<String, Vocabulary>) -> Option<Rule> {
    let table = node.table()?;
    let keys: Vec<String> = table.entries().into_iter().map(|(k, ..)| k).collect();
    let kinds: Vec<&str> = KINDS.iter().copied().filter(|k| keys.iter().any(|key| key == k)).collect();
    let [kind] = kinds.as_slice() else {
        let mut problem = Diagnostic::error(
            "P101",
            node.span(),
            if kinds.is_empty() {
                "this rule looks for nothing".to_owned()
            } else {
                format!("this rule looks for several things: {}", kinds.join(", "))
            },
        );
        let near = keys.iter().find_map(|k| nearest(k, KINDS.iter().copied()));
        problem = problem.help(match (kinds.is_empty(), near) {
            (true, Some(near)) => format!("did you mean `{near}`?"),
            (true, None) => format!("give one of: {}", KINDS.join(", ")),
            (false, _) => "join rules with `all` or `any`".to_owned(),
        });
        node.findings().push(problem);
        return None;
    };
    let list = |key: &'static str| -> Vec<Rule> {
        let items = table.optional(key).and_then(|n| n.list()).unwrap_or_default();
        items
            .iter()
            .enumerate()
            .filter_map(|(i, n)| read(n, &format!("{path}.{key}[{}]", i + 1), vocabularies))
            .collect()
    };
    let texts = |key: &'static str| table.optional(key).map(|n| n.texts()).unwrap_or_default();
    let kind = match *kind {
        "all" => RuleKind::All(list("all")),
        "any" => RuleKind::Any(list("any")),
        "not" => {
            let inner = table.optional("not")?;
            RuleKind::Not(Box::new(read(&inner, &format!("{path}.not"), vocabularies)?))
        }
        "mesh" => RuleKind::Mesh(texts("mesh")),
        "publication_type" => RuleKind::PublicationType(texts("publication_type")),
        "language" => RuleKind::Language(texts("language")),
        "has_abstract" => RuleKind::HasAbstract(table.optional("has_abstract")?.boolean()?),
        "fusion" => {
            let gene = table.text("fusion");
            let partners = vocabulary_name(&table, "partners", vocabularies);
            RuleKind::Fusion { gene, partners, place: place(&table) }
        }
        "sentence" => {
            let items = table.optional("sentence").and_then(|n| n.list()).unwrap_or_default();
            let place = place(&table);
            let parts = items.iter().filter_map(Node::table).filter_map(|t| {
                let rule = text_rule(&t, vocabularies, Some(&place));
                t.finish();
                rule
            });
            RuleKind::Sentence(parts.collect())
        }
        _ => RuleKind::Text(text_rule(&table, vocabularies, None)?),
    };
    table.finish();
    Some(Rule { path: path.to_owned(), kind })
}

fn vocabulary_name(table: &Table<'_, '_>, key: &'static str, known: &BTreeMap<String, Vocabulary>) -> String {
    let Some(node) = table.required(key) else { return String::new() };
    let name = node.text().unwrap_or_default();
    if !known.contains_key(&name) {
        let near = nearest(&name, known.keys().map(String::as_str));
        let problem = Diagnostic::error("P102", node.span(), format!("there is no vocabulary/{name}.toml"));
        node.findings().push(match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("write the file, or give the words here with `words = [\"…\"]`"),
        });
    }
    name
}

fn place(table: &Table<'_, '_>) -> Place {
    const FIELDS: &[(&str, Field)] = &[
        ("title", Field::Title),
        ("abstract", Field::Abstract),
        ("keyword", Field::Keyword),
        ("mesh", Field::Mesh),
        ("chemical", Field::Chemical),
        ("vernacular-title", Field::VernacularTitle),
        ("other-abstract", Field::OtherAbstract),
    ];
    let fields = match table.optional("in") {
        Some(node) if node.is_text() => node.choice(FIELDS).into_iter().collect(),
        Some(node) => node.list().unwrap_or_default().iter().filter_map(|n| n.choice(FIELDS)).collect(),
        None => vec![Field::Title, Field::Abstract],
    };
    let findings_only = table.optional("findings_only").and_then(|n| n.boolean()).unwrap_or(false);
    Place { fields, findings_only }
}

fn text_rule(
    table: &Table<'_, '_>,
    vocabularies: &BTreeMap<String, Vocabulary>,
    outer: Option<&Place>,
) -> Option<TextRule> {
    let what = if let Some(node) = table.optional("words") {
        Wanted::Words(node.texts())
    } else if let Some(node) = table.optional("pattern") {
        let pattern = node.text()?;
        if let Err(e) = regex::Regex::new(&pattern) {
            node.problem("P103", format!("not a regular expression: {e}"));
            return None;
        }
        Wanted::Pattern(pattern)
    } else {
        Wanted::Vocabulary(vocabulary_name(table, "vocabulary", vocabularies))
    };
    let polarities = [("affirmed", Polarity::Affirmed), ("negated", Polarity::Negated), ("any", Polarity::Any)];
    let polarity = table.optional("mention").and_then(|n| n.choice(&polarities)).unwrap_or(Polarity::Affirmed);
    let place = outer.cloned().unwrap_or_else(|| place(table));
    Some(TextRule { what, place, polarity })
}
