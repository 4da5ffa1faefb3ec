//! A record as numbered text for reading (`rettype=abstract`).

use super::medline::{abstract_text, source};
use crate::record::{Record, RecordKind};

/// One record, with its number in the list, from 1.
pub(super) fn plain(number: usize, r: &Record) -> String {
    let mut parts = vec![format!("{number}. {}", source(r)), r.title.clone()];
    let mut places: Vec<&str> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for author in &r.authors {
        let mut marks = Vec::new();
        for place in &author.affiliations {
            let at = places.iter().position(|p| p == place).unwrap_or_else(|| {
                places.push(place);
                places.len() - 1
            });
            marks.push(format!("({})", at + 1));
        }
        names.push(format!("{}{}", author.display(), marks.concat()));
    }
    if !names.is_empty() {
        parts.push(format!("{}.", names.join(", ")));
    }
    if !places.is_empty() {
        let lines: Vec<String> = places.iter().enumerate().map(|(i, p)| format!("({}){p}", i + 1)).collect();
        parts.push(format!("Author information:\n{}", lines.join("\n")));
    }
    if r.has_abstract() {
        match r.abstract_sections.iter().any(|s| s.label.is_some()) {
            true => parts.push(
                r.abstract_sections
                    .iter()
                    .map(|s| abstract_text(std::slice::from_ref(s)))
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
            false => parts.push(abstract_text(&r.abstract_sections)),
        }
    }
    if let Some(text) = &r.copyright {
        parts.push(text.clone());
    }
    let mut end = Vec::new();
    if let Some(doi) = &r.doi {
        end.push(format!("DOI: {doi}"));
    }
    if let Some(pmc) = &r.pmc {
        end.push(format!("PMCID: {pmc}"));
    }
    let status = match (r.kind, r.status.as_deref()) {
        (RecordKind::Book, _) => " [Book]",
        (_, Some("MEDLINE")) => " [Indexed for MEDLINE]",
        _ => "",
    };
    end.push(format!("PMID: {}{status}", r.pmid));
    parts.push(end.join("\n"));
    parts.retain(|p| !p.is_empty());
    parts.iter().map(|p| wrap(p)).collect::<Vec<_>>().join("\n\n") + "\n"
}

/// Lines of at most 80 columns; a longer word has a line of its own.
fn wrap(text: &str) -> String {
    let mut out = String::new();
    for (i, line) in text.lines().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        let mut column = 0;
        for word in line.split(' ') {
            let n = word.chars().count();
            if column > 0 && column + 1 + n > 80 {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += n;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{AbstractSection, Author, Pmid};

    #[test]
    fn a_record_reads_as_a_citation_its_people_its_text_and_its_numbers() {
        let person = |name: &str| Author {
            last_name: Some(name.into()),
            affiliations: vec!["Institute of Twins".into()],
            ..Author::default()
        };
        let mut r = Record::new(Pmid(7));
        r.title = "A title.".into();
        r.journal.title = "Synthetic Twin".into();
        r.medline_date = Some("2019 Spring".into());
        r.authors = vec![person("Alpha"), person("Beta")];
        r.abstract_sections = vec![AbstractSection { text: "word ".repeat(30).trim().into(), ..Default::default() }];
        r.status = Some("MEDLINE".into());
        let text = plain(3, &r);
        assert!(text.starts_with("3. Synthetic Twin. 2019 Spring.\n\nA title.\n\nAlpha(1), Beta(1).\n\n"), "{text}");
        assert!(text.contains("Author information:\n(1)Institute of Twins\n\nword word"), "{text}");
        assert!(text.ends_with("\n\nPMID: 7 [Indexed for MEDLINE]\n"), "{text}");
        assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
    }
}
