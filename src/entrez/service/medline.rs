//! A record as MEDLINE text (`rettype=medline`, the .nbib format): four-character tags, six blanks before what is
//! continued, a blank line between records (NLM, "MEDLINE/PubMed Data Element (Field) Descriptions").

use crate::record::{Author, PartialDate, Record, RecordKind};

/// Columns of a line.
const WIDTH: usize = 88;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date as a citation prints it: `2019 Nov 5`.
pub(super) fn cited(date: PartialDate) -> String {
    let mut out = date.year.to_string();
    if let Some(month) = date.month {
        out.push_str(&format!(" {}", MONTHS[usize::from(month.clamp(1, 12)) - 1]));
        if let Some(day) = date.day {
            out.push_str(&format!(" {day}"));
        }
    }
    out
}

/// The publication date as a citation prints it.
pub(super) fn published(r: &Record) -> String {
    r.medline_date.clone().or_else(|| r.pub_date.map(cited)).unwrap_or_default()
}

fn digits(date: PartialDate) -> String {
    let (year, month, day) = date.first_day();
    format!("{year:04}{month:02}{day:02}")
}

fn stamp(date: PartialDate) -> String {
    let (year, month, day) = date.first_day();
    format!("{year:04}/{month:02}/{day:02} 00:00")
}

/// A full author name: `Alpha, Ann`.
fn full_name(a: &Author) -> Option<String> {
    let last = a.last_name.as_ref()?;
    let first = a.fore_name.as_ref().or(a.initials.as_ref());
    Some(
        [Some(last), first, a.suffix.as_ref()].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", "),
    )
}

/// The citation of the SO line: `J Foo. 2019 Nov;7(2):1-5. doi: 10.0/x.`
pub(super) fn source(r: &Record) -> String {
    let j = &r.journal;
    let title = j.medline_ta.as_deref().or(j.iso_abbreviation.as_deref()).unwrap_or(&j.title);
    let mut out = format!("{}. {}", title.trim_end_matches('.'), published(r));
    if j.volume.is_some() || j.issue.is_some() || j.pages.is_some() {
        out.push(';');
        out.push_str(j.volume.as_deref().unwrap_or(""));
        if let Some(issue) = &j.issue {
            out.push_str(&format!("({issue})"));
        }
        if let Some(pages) = &j.pages {
            out.push_str(&format!(":{pages}"));
        }
    }
    out.push('.');
    if let Some(doi) = &r.doi {
        out.push_str(&format!(" doi: {doi}."));
    }
    if let Some(date) = r.electronic_date() {
        out.push_str(&format!(" Epub {}.", cited(date)));
    }
    out
}

/// Lines of a record under construction.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// One field, folded; an empty one is no line.
    fn add(&mut self, tag: &str, text: &str) {
        let mut line = format!("{tag:<4}-");
        let mut any = false;
        for word in text.split_whitespace() {
            if any && line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.0.push_str(&line);
                self.0.push('\n');
                line = " ".repeat(5);
            }
            line.push(' ');
            line.push_str(word);
            any = true;
        }
        if any {
            self.0.push_str(&line);
            self.0.push('\n');
        }
    }

    fn option(&mut self, tag: &str, text: &Option<String>) {
        self.add(tag, text.as_deref().unwrap_or(""));
    }
}

/// The abstract as one text: labels before their sections.
pub(super) fn abstract_text(sections: &[crate::record::AbstractSection]) -> String {
    let piece = |s: &crate::record::AbstractSection| match &s.label {
        Some(label) => format!("{label}: {}", s.text),
        None => s.text.clone(),
    };
    sections.iter().map(piece).collect::<Vec<_>>().join(" ")
}

/// Two-letter tag of a correction's `RefType`.
fn correction_tag(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "CommentIn" => "CIN",
        "CommentOn" => "CON",
        "ErratumIn" => "EIN",
        "ErratumFor" => "EFR",
        "RetractionIn" => "RIN",
        "RetractionOf" => "ROF",
        "UpdateIn" => "UIN",
        "UpdateOf" => "UOF",
        "ExpressionOfConcernIn" => "ECI",
        "ExpressionOfConcernFor" => "ECF",
        "CorrectedandRepublishedIn" => "CRI",
        "CorrectedandRepublishedFrom" => "CRF",
        "RetractedandRepublishedIn" => "RRI",
        "RetractedandRepublishedFrom" => "RRF",
        "RepublishedIn" => "RPI",
        "RepublishedFrom" => "RPF",
        "OriginalReportIn" => "ORI",
        "SummaryForPatientsIn" => "SPIN",
        _ => return None,
    })
}

/// One record as MEDLINE text.
pub fn medline(r: &Record) -> String {
    let mut l = Lines::default();
    l.add("PMID", &r.pmid.to_string());
    l.option("STAT", &r.status);
    l.add("DCOM", &r.date_completed.map(digits).unwrap_or_default());
    l.add("LR", &r.date_revised.map(digits).unwrap_or_default());
    l.option("IS", &r.journal.issn);
    l.option("VI", &r.journal.volume);
    l.option("IP", &r.journal.issue);
    l.add("DP", &published(r));
    l.add("TI", &r.title);
    l.option("PG", &r.journal.pages);
    if let Some(doi) = &r.doi {
        l.add("LID", &format!("{doi} [doi]"));
    }
    l.add("AB", &abstract_text(&r.abstract_sections));
    l.option("CI", &r.copyright);
    for other in &r.other_abstracts {
        let language = other.language.as_deref().unwrap_or("");
        l.add("OAB", &abstract_text(&other.sections));
        l.add("OABL", language);
    }
    for author in &r.authors {
        if let Some(name) = full_name(author) {
            l.add("FAU", &name);
            l.add("AU", &author.display());
        }
        if let Some(orcid) = &author.orcid {
            l.add("AUID", &format!("ORCID: {orcid}"));
        }
        author.affiliations.iter().for_each(|a| l.add("AD", a));
    }
    r.authors.iter().for_each(|a| l.option("CN", &a.collective));
    r.languages.iter().for_each(|x| l.add("LA", x));
    r.data_banks.iter().for_each(|x| l.add("SI", x));
    r.grants.iter().for_each(|x| l.add("GR", &x.replace(", ", "/")));
    r.publication_types.iter().for_each(|t| l.add("PT", &t.name));
    l.add("DEP", &r.electronic_date().map(digits).unwrap_or_default());
    l.option("PL", &r.journal.country);
    l.option("TT", &r.vernacular_title);
    l.option("TA", &r.journal.medline_ta.clone().or_else(|| r.journal.iso_abbreviation.clone()));
    l.add(if r.kind == RecordKind::Book { "BTI" } else { "JT" }, &r.journal.title);
    l.option("JID", &r.journal.nlm_id);
    for c in &r.chemicals {
        let number = c.registry_number.as_deref().unwrap_or("0");
        l.add("RN", &format!("{number} ({})", c.name));
    }
    r.citation_subsets.iter().for_each(|x| l.add("SB", x));
    for m in &r.mesh {
        let star = |major: bool| if major { "*" } else { "" };
        let mut text = format!("{}{}", star(m.major), m.descriptor);
        m.qualifiers.iter().for_each(|q| text.push_str(&format!("/{}{}", star(q.major), q.name)));
        l.add("MH", &text);
    }
    r.supplementary_mesh.iter().for_each(|s| l.add("NM", &s.name));
    l.add("PMC", r.pmc.as_deref().unwrap_or(""));
    if let Some(owner) = r.keywords.iter().find_map(|k| k.owner.as_ref()) {
        l.add("OTO", owner);
    }
    r.keywords.iter().for_each(|k| l.add("OT", &format!("{}{}", if k.major { "*" } else { "" }, k.text)));
    l.option("COIS", &r.conflict_of_interest);
    r.notes.iter().for_each(|n| l.add("GN", n));
    for c in &r.corrections {
        if let Some(tag) = correction_tag(&c.kind) {
            let pmid = c.pmid.map(|p| format!(" PMID: {p}")).unwrap_or_default();
            l.add(tag, &format!("{}.{pmid}", c.source.trim_end_matches('.')));
        }
    }
    for (tag, name) in [("EDAT", "pubmed"), ("MHDA", "medline"), ("CRDT", "entrez")] {
        if let Some(date) = r.history_date(name) {
            l.add(tag, &stamp(date));
        }
    }
    r.history.iter().for_each(|h| l.add("PHST", &format!("{} [{}]", stamp(h.date), h.name)));
    r.other_ids.iter().for_each(|(kind, id)| l.add("AID", &format!("{id} [{kind}]")));
    if let Some(doi) = &r.doi {
        l.add("AID", &format!("{doi} [doi]"));
    }
    l.option("PST", &r.publication_status);
    l.add("SO", &source(r));
    l.0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const XML: &str = r#"<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">99000001</PMID>
<Article><Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>7</Volume><Issue>2</Issue><PubDate><Year>2019</Year><Month>Nov</Month></PubDate></JournalIssue><Title>Synthetic Twin</Title><ISOAbbreviation>Synth. Twin</ISOAbbreviation></Journal>
<ArticleTitle>A tumor &amp; its name.</ArticleTitle><Pagination><MedlinePgn>1-5</MedlinePgn></Pagination>
<Abstract><AbstractText Label="AIM">One.</AbstractText><AbstractText Label="END">word word word word word word word word word word word word word word word word word word word word word.</AbstractText></Abstract>
<AuthorList><Author><LastName>Alpha</LastName><ForeName>Ann</ForeName><Initials>A</Initials></Author><Author><CollectiveName>Synthetic Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType UI="D002363">Case Reports</PublicationType></PublicationTypeList></Article>
<MeshHeadingList><MeshHeading><DescriptorName UI="D1" MajorTopicYN="Y">Sarcoma</DescriptorName><QualifierName UI="Q1" MajorTopicYN="N">genetics</QualifierName></MeshHeading></MeshHeadingList>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>Synth Twin. 2020;8:1.</RefSource><PMID>99000009</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation>
<PubmedData><History><PubMedPubDate PubStatus="entrez"><Year>2019</Year><Month>9</Month><Day>3</Day></PubMedPubDate></History><ArticleIdList><ArticleId IdType="doi">10.0/x</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>"#;

    #[test]
    fn a_record_is_written_field_by_field_as_pubmed_writes_nbib() {
        let set = crate::entrez::xml::read_articles(XML.as_bytes()).unwrap();
        let text = medline(&set.articles[0].record);
        for line in [
            "PMID- 99000001\n",
            "STAT- MEDLINE\n",
            "IS  - 1234-5678\n",
            "DP  - 2019 Nov\n",
            "TI  - A tumor & its name.\n",
            "LID - 10.0/x [doi]\n",
            "FAU - Alpha, Ann\nAU  - Alpha A\n",
            "CN  - Synthetic Group\n",
            "PT  - Case Reports\n",
            "MH  - *Sarcoma/genetics\n",
            "RIN - Synth Twin. 2020;8:1. PMID: 99000009\n",
            "CRDT- 2019/09/03 00:00\n",
            "SO  - Synth. Twin. 2019 Nov;7(2):1-5. doi: 10.0/x.\n",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        assert!(text.contains("AB  - AIM: One. END: word") && text.contains("\n      word"), "{text}");
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH && l.is_char_boundary(6)), "{text}");
    }
}
