//! MeSH descriptors: which headings stand below one, and which heading an entry term belongs to.

use std::collections::{BTreeMap, HashMap};

use super::{Kind, Node, Query, SearchField};
use crate::diagnostic::Diagnostic;

/// A descriptor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Descriptor {
    /// Its name: the heading.
    pub name: String,
    /// Its places in the tree, `C04.557.450.795`; several, or none.
    pub trees: Vec<String>,
    /// Its entry terms.
    pub entries: Vec<String>,
}

/// A list of descriptors.
#[derive(Debug, Clone, Default)]
pub struct Thesaurus {
    list: Vec<Descriptor>,
    /// Names and entry terms in lower case to places in the list. Names go before entry terms.
    names: HashMap<String, usize>,
    trees: BTreeMap<String, usize>,
}

impl Thesaurus {
    /// From descriptors.
    pub fn new(list: Vec<Descriptor>) -> Self {
        let (mut names, mut trees) = (HashMap::new(), BTreeMap::new());
        for (i, d) in list.iter().enumerate() {
            for entry in &d.entries {
                names.entry(entry.to_lowercase()).or_insert(i);
            }
            trees.extend(d.trees.iter().map(|t| (t.clone(), i)));
        }
        // Afterwards, so that a heading is never hidden by another's entry term.
        names.extend(list.iter().enumerate().map(|(i, d)| (d.name.to_lowercase(), i)));
        Self { list, names, trees }
    }

    /// How many descriptors.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The heading of a name or entry term, whatever its case.
    pub fn heading(&self, name: &str) -> Option<&Descriptor> {
        self.names.get(&name.trim().to_lowercase()).map(|i| &self.list[*i])
    }

    /// The headings below a descriptor in any of its places, itself left out, each once.
    pub fn below(&self, descriptor: &Descriptor) -> Vec<&str> {
        let mut out: Vec<usize> = Vec::new();
        for tree in &descriptor.trees {
            let (from, to) = (format!("{tree}."), format!("{tree}/"));
            out.extend(self.trees.range(from..to).map(|(_, i)| *i));
        }
        out.sort_unstable();
        out.dedup();
        out.into_iter().map(|i| self.list[i].name.as_str()).filter(|n| *n != descriptor.name).collect()
    }
}

impl Query {
    /// The same search with its MeSH terms exploded: each stands for its heading and, without `:noexp`, for those below.
    /// Also what is no heading (`Q030`) and what is an entry term.
    #[must_use]
    pub fn exploded(&self, thesaurus: &Thesaurus) -> (Self, Vec<Diagnostic>) {
        let mut query = self.clone();
        let mut problems = Vec::new();
        explode(&mut query.root, thesaurus, &mut problems);
        (query, problems)
    }

    /// Whether a list of descriptors would tell what it finds.
    pub fn wants_thesaurus(&self) -> bool {
        fn visit(node: &Node) -> bool {
            match &node.kind {
                Kind::Group(_, parts) => parts.iter().any(visit),
                Kind::Term(t) => matches!(t.field, SearchField::Mesh | SearchField::MeshMajor) && !t.text.contains('*'),
                Kind::Range { .. } => false,
            }
        }
        visit(&self.root)
    }
}

fn explode(node: &mut Node, thesaurus: &Thesaurus, problems: &mut Vec<Diagnostic>) {
    let span = node.span.clone();
    let term = match &mut node.kind {
        Kind::Group(_, parts) => return parts.iter_mut().for_each(|p| explode(p, thesaurus, problems)),
        Kind::Range { .. } => return,
        Kind::Term(term) => term,
    };
    // Publication types have a tree too, where the list holds them.
    let mesh = matches!(term.field, SearchField::Mesh | SearchField::MeshMajor);
    if !mesh && term.field != SearchField::PublicationType || term.text.contains('*') {
        return;
    }
    let name = term.text.split('/').next().unwrap_or("").trim().to_owned();
    let Some(descriptor) = thesaurus.heading(&name) else {
        if mesh {
            problems.push(
                Diagnostic::warning("Q030", span, format!("`{name}` is no MeSH heading of the list given"))
                    .help("look it up in the MeSH browser; a supplementary concept is tagged [nm]"),
            );
        }
        return;
    };
    if mesh && !descriptor.name.eq_ignore_ascii_case(&name) {
        problems.push(Diagnostic::note(
            "Q030",
            span,
            format!("`{name}` is an entry term of the heading `{}`", descriptor.name),
        ));
    }
    term.headings = vec![descriptor.name.clone()];
    if !term.no_explosion {
        term.headings.extend(thesaurus.below(descriptor).into_iter().map(str::to_owned));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::query::parse;
    use crate::record::{MeshHeading, Pmid, PublicationType, Record};

    fn thesaurus() -> Thesaurus {
        let d = |name: &str, trees: &[&str], entries: &[&str]| Descriptor {
            name: name.into(),
            trees: trees.iter().map(|t| (*t).into()).collect(),
            entries: entries.iter().map(|e| (*e).into()).collect(),
        };
        Thesaurus::new(vec![
            d("Neoplasms", &["C04"], &["Cancer", "Tumors"]),
            d("Sarcoma", &["C04.557.450"], &["Soft Tissue Sarcoma"]),
            d("Sarcoma, Kaposi", &["C04.557.450.795", "C01.925"], &[]),
            d("Virus Diseases", &["C01"], &["Sarcoma"]),
            d("C04 Lookalike", &["C041.1"], &[]),
        ])
    }

    #[test]
    fn what_stands_below_a_heading_is_found_in_every_place_of_the_tree() {
        let t = thesaurus();
        let below = |name: &str| t.below(t.heading(name).unwrap());
        assert_eq!(below("neoplasms"), ["Sarcoma", "Sarcoma, Kaposi"]);
        assert_eq!(below("Virus Diseases"), ["Sarcoma, Kaposi"]);
        assert_eq!(t.heading("sarcoma").unwrap().name, "Sarcoma", "a heading goes before another's entry term");
        assert_eq!(t.heading("soft tissue sarcoma").unwrap().name, "Sarcoma");
    }

    #[test]
    fn a_mesh_term_finds_what_stands_below_it_unless_it_says_noexp() {
        let mut record = Record::new(Pmid(1));
        record.mesh = vec![MeshHeading { descriptor: "Sarcoma, Kaposi".into(), ..Default::default() }];
        // The tree of this test is used for types too, as NLM's list holds both.
        record.publication_types = vec![PublicationType { name: "Sarcoma, Kaposi".into(), ..Default::default() }];
        let cases = [
            ("neoplasms[mh]", true),
            ("neoplasms[mh:noexp]", false),
            ("cancer[mh]", true),
            ("soft tissue sarcoma[mh]", true),
            ("virus diseases[mh]", true),
            ("neoplasms[majr]", false),
            ("nothing[mh]", false),
            ("cancer[pt]", true),
            ("cancer[pt:noexp]", false),
        ];
        for (text, expected) in cases {
            let query = parse(text).query.unwrap();
            assert_eq!(query.exploded(&thesaurus()).0.matches(&record), expected, "{text}");
        }
        let told: Vec<String> = parse("nothing[mh] OR cancer[mh]")
            .query
            .unwrap()
            .exploded(&thesaurus())
            .1
            .into_iter()
            .map(|d| d.message)
            .collect();
        assert!(
            told[0].contains("no MeSH heading") && told[1].contains("entry term of the heading `Neoplasms`"),
            "{told:?}"
        );
    }
}
