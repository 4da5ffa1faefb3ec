//! A rule out of its TOML table, with every fault at its place.

use super::{
    FusionRule, Indexing, Known, Mesh, Partner, Place, Polarity, Rule, RuleKind, Section, Species, TextRule, Told,
    Wanted,
};
use crate::diagnostic::Diagnostic;
use crate::protocol::table::{Node, Table, nearest};
use crate::record::{Field, NoticeKind};

/// The keys of which a rule has exactly one.
pub const KINDS: &[&str] = &[
    "all",
    "any",
    "not",
    "use",
    "mesh",
    "species",
    "indexed",
    "publication_type",
    "language",
    "words",
    "vocabulary",
    "pattern",
    "count",
    "age",
    "sentence",
    "near",
    "fusion",
    "has_abstract",
    "announced",
];

/// What `announced` may name.
pub(crate) const ANNOUNCED: &[(&str, NoticeKind)] = &[
    ("retracted", NoticeKind::Retracted),
    ("concern", NoticeKind::Concern),
    ("corrected", NoticeKind::Corrected),
    ("retraction-notice", NoticeKind::RetractionNotice),
];

/// Reads a rule. `path` is its place in the protocol, cited by evidence.
pub fn read(node: &Node<'_, '_>, path: &str, known: &Known<'_, '_>) -> Option<Rule> {
    let table = node.table()?;
    let keys: Vec<String> = table.entries().into_iter().map(|(k, ..)| k).collect();
    let kinds: Vec<&str> = KINDS.iter().copied().filter(|k| keys.iter().any(|key| key == k)).collect();
    let [kind] = kinds.as_slice() else {
        node.findings().push(no_single_kind(node, &keys, &kinds));
        return None;
    };
    let list = |key: &'static str| -> Vec<Rule> {
        let items = table.optional(key).and_then(|n| n.list()).unwrap_or_default();
        items.iter().enumerate().filter_map(|(i, n)| read(n, &format!("{path}.{key}[{}]", i + 1), known)).collect()
    };
    let texts = |key: &'static str| table.optional(key).map(|n| n.texts()).unwrap_or_default();
    let kind = match *kind {
        "all" => RuleKind::All(list("all")),
        "any" => RuleKind::Any(list("any")),
        "not" => {
            let inner = table.optional("not")?;
            RuleKind::Not(Box::new(read(&inner, &format!("{path}.not"), known)?))
        }
        "use" => {
            let node = table.optional("use")?;
            let name = node.text()?;
            let rule = named(&node, &name, known);
            table.finish();
            return rule;
        }
        "mesh" => RuleKind::Mesh(Mesh {
            descriptors: texts("mesh"),
            qualifiers: texts("qualifier"),
            major: table.optional("major").and_then(|n| n.boolean()).unwrap_or(false),
        }),
        "species" => {
            let words = [("human", Species::Human), ("animal", Species::Animal), ("animal-only", Species::AnimalOnly)];
            RuleKind::Species(table.optional("species")?.choice(&words)?)
        }
        "indexed" => {
            let words = [
                ("people", Indexing::People),
                ("curated", Indexing::Curated),
                ("automated", Indexing::Automated),
                ("nobody", Indexing::Nobody),
            ];
            RuleKind::Indexed(table.optional("indexed")?.choices(&words))
        }
        "publication_type" => RuleKind::PublicationType(texts("publication_type")),
        "language" => RuleKind::Language(texts("language")),
        "announced" => RuleKind::Announced(table.optional("announced")?.choices(ANNOUNCED)),
        "has_abstract" => RuleKind::HasAbstract(table.optional("has_abstract")?.boolean()?),
        "fusion" => RuleKind::Fusion(fusion(&table, known)),
        "sentence" | "near" => {
            let key = if keys.iter().any(|k| k == "near") { "near" } else { "sentence" };
            let items = table.optional(key).and_then(|n| n.list()).unwrap_or_default();
            let place = place(&table, known);
            let parts = items.iter().filter_map(Node::table).filter_map(|t| {
                let rule = text_rule(&t, known, Some(&place));
                t.finish();
                rule
            });
            RuleKind::Near {
                parts: parts.collect(),
                within: table.optional("within").and_then(|n| n.integer()).and_then(|n| usize::try_from(n).ok()),
                ordered: table.optional("ordered").and_then(|n| n.boolean()).unwrap_or(false),
                place,
            }
        }
        _ => RuleKind::Text(text_rule(&table, known, None)?),
    };
    table.finish();
    Some(Rule { path: path.to_owned(), kind })
}

fn no_single_kind(node: &Node<'_, '_>, keys: &[String], kinds: &[&str]) -> Diagnostic {
    let message = if kinds.is_empty() {
        "this rule looks for nothing".to_owned()
    } else {
        format!("this rule looks for several things: {}", kinds.join(", "))
    };
    let near = keys.iter().find_map(|k| nearest(k, KINDS.iter().copied()));
    Diagnostic::error("P101", node.span(), message).help(match (kinds.is_empty(), near) {
        (true, Some(near)) => format!("did you mean `{near}`?"),
        (true, None) => format!("give one of: {}", KINDS.join(", ")),
        (false, _) => "join rules with `all` or `any`".to_owned(),
    })
}

/// A rule of `[rule.NAME]`, read when it is first used.
fn named(node: &Node<'_, '_>, name: &str, known: &Known<'_, '_>) -> Option<Rule> {
    if let Some(rule) = known.done.borrow().get(name) {
        return rule.clone();
    }
    let Some(definition) = known.rules.get(name) else {
        let near = nearest(name, known.rules.keys().map(String::as_str));
        let problem = Diagnostic::error("P104", node.span(), format!("there is no [rule.{name}]"));
        node.findings().push(problem.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write the table [rule.{name}] with the rule it stands for"),
        }));
        return None;
    };
    if known.under_way.borrow().iter().any(|n| n == name) {
        let way = known.under_way.borrow().join("`, `");
        node.problem("P105", format!("the rule `{name}` uses itself, by way of `{way}`"));
        return None;
    }
    known.under_way.borrow_mut().push(name.to_owned());
    let path = format!("rule.{name}");
    let rule = read(definition, &path, known)
        .map(|inner| Rule { path, kind: RuleKind::Named(name.to_owned(), Box::new(inner)) });
    known.under_way.borrow_mut().pop();
    known.done.borrow_mut().insert(name.to_owned(), rule.clone());
    rule
}

fn fusion(table: &Table<'_, '_>, known: &Known<'_, '_>) -> FusionRule {
    let kinds =
        [("named", Partner::Named), ("known", Partner::Known), ("unnamed", Partner::Unnamed), ("any", Partner::Any)];
    FusionRule {
        gene: table.text("fusion"),
        also: table.optional("also_called").map(|n| n.texts()).unwrap_or_default(),
        partners: vocabulary_name(table, "partners", known),
        partner: table.optional("partner").and_then(|n| n.choice(&kinds)).unwrap_or(Partner::Named),
        place: place(table, known),
    }
}

fn vocabulary_name(table: &Table<'_, '_>, key: &'static str, known: &Known<'_, '_>) -> String {
    let Some(node) = table.required(key) else { return String::new() };
    let name = node.text().unwrap_or_default();
    if !known.vocabularies.contains_key(&name) {
        let near = nearest(&name, known.vocabularies.keys().map(String::as_str));
        let problem = Diagnostic::error("P102", node.span(), format!("there is no vocabulary/{name}.toml"));
        node.findings().push(match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("write the file, or give the words here with `words = [\"…\"]`"),
        });
    }
    name
}

fn place(table: &Table<'_, '_>, known: &Known<'_, '_>) -> Place {
    const FIELDS: &[(&str, Field)] = &[
        ("title", Field::Title),
        ("abstract", Field::Abstract),
        ("keyword", Field::Keyword),
        ("mesh", Field::Mesh),
        ("chemical", Field::Chemical),
        ("vernacular-title", Field::VernacularTitle),
        ("other-abstract", Field::OtherAbstract),
    ];
    const SECTIONS: &[(&str, Section)] = &[
        ("background", Section::Background),
        ("objective", Section::Objective),
        ("methods", Section::Methods),
        ("results", Section::Results),
        ("case", Section::Case),
        ("conclusions", Section::Conclusions),
        ("unlabelled", Section::Unlabelled),
    ];
    let findings_only = table.optional("findings_only").and_then(|n| n.boolean()).unwrap_or(false);
    let background_only = table.optional("background_only");
    if let Some(node) = background_only.as_ref().filter(|_| findings_only) {
        node.problem("P107", "`findings_only` and `background_only` leave nothing to look at");
    }
    let background_only = background_only.and_then(|n| n.boolean()).unwrap_or(false);
    let unless = table.optional("unless").and_then(|node| {
        if node.is_table() {
            let inner = node.table()?;
            let name = vocabulary_name(&inner, "vocabulary", known);
            inner.finish();
            Some(Wanted::Vocabulary(name))
        } else {
            Some(Wanted::Words(node.texts()))
        }
    });
    Place {
        fields: table.optional("in").map_or_else(|| vec![Field::Title, Field::Abstract], |n| n.choices(FIELDS)),
        told: match (findings_only, background_only) {
            (true, _) => Told::Findings,
            (false, true) => Told::Background,
            _ => Told::Anywhere,
        },
        sections: table.optional("sections").map(|n| n.choices(SECTIONS)).unwrap_or_default(),
        except_sections: table.optional("except_sections").map(|n| n.choices(SECTIONS)).unwrap_or_default(),
        unless,
    }
}

fn text_rule(table: &Table<'_, '_>, known: &Known<'_, '_>, outer: Option<&Place>) -> Option<TextRule> {
    let what = if let Some(node) = table.optional("words") {
        Wanted::Words(node.texts())
    } else if let Some(node) = table.optional("pattern") {
        let pattern = node.text()?;
        if let Err(e) = regex::Regex::new(&pattern) {
            node.problem("P103", format!("not a regular expression: {e}"));
            return None;
        }
        Wanted::Pattern(pattern)
    } else if let Some(node) = table.optional("count") {
        Wanted::Count(node.texts())
    } else if let Some(node) = table.optional("age") {
        node.boolean()?;
        Wanted::Age
    } else {
        Wanted::Vocabulary(vocabulary_name(table, "vocabulary", known))
    };
    let bound = |key: &'static str| {
        let node = table.optional(key)?;
        let number = node.integer()?;
        u32::try_from(number).ok().or_else(|| {
            node.problem("P108", format!("`{key}` counts something and cannot be {number}"));
            None
        })
    };
    let range = match what {
        Wanted::Count(_) | Wanted::Age => (bound("at_least"), bound("at_most")),
        _ => (None, None),
    };
    let polarities = [
        ("affirmed", Polarity::Affirmed),
        ("negated", Polarity::Negated),
        ("possible", Polarity::Possible),
        ("any", Polarity::Any),
    ];
    let polarity = table.optional("mention").and_then(|n| n.choice(&polarities)).unwrap_or(Polarity::Affirmed);
    let place = outer.cloned().unwrap_or_else(|| place(table, known));
    Some(TextRule { what, place, polarity, range })
}
