//! An article's element into a [`Record`]: which element goes where.

use super::tree::Element;
use crate::record::{
    AbstractSection, Author, Correction, Journal, Keyword, MeshHeading, NamedDate, OtherAbstract, PartialDate, Pmid,
    PublicationType, Qualifier, Record, RecordKind, Substance,
};

/// Reads a `PubmedArticle` or a `PubmedBookArticle`; none when it has no PMID.
pub(super) fn record(element: Element<'_>) -> Option<Record> {
    if element.name() == "PubmedBookArticle" { book(element) } else { article(element) }
}

/// A `PMID` with its version, which is 1 where none is said.
pub(super) fn pmid(element: Element<'_>) -> Option<(Pmid, u32)> {
    let version = element.attribute("Version").and_then(|v| v.parse().ok()).unwrap_or(1);
    Some((Pmid(element.text().parse().ok()?), version))
}

fn article(element: Element<'_>) -> Option<Record> {
    let citation = element.at("MedlineCitation")?;
    let (id, version) = citation.at("PMID").and_then(pmid)?;
    let mut record = Record { version, ..Record::new(id) };
    record.status = citation.attribute("Status").map(str::to_owned);
    record.indexing_method = citation.attribute("IndexingMethod").map(str::to_owned);
    record.date_completed = citation.at("DateCompleted").and_then(date);
    record.date_revised = citation.at("DateRevised").and_then(date);
    if let Some(article) = citation.at("Article") {
        body(article, &mut record);
    }
    record.journal.medline_ta = citation.string_at("MedlineJournalInfo/MedlineTA");
    record.journal.country = citation.string_at("MedlineJournalInfo/Country");
    record.journal.nlm_id = citation.string_at("MedlineJournalInfo/NlmUniqueID");
    indexing(citation, &mut record);
    record.investigators = citation.all("InvestigatorList").flat_map(|l| l.all("Investigator")).map(author).collect();
    record.subjects =
        citation.all("PersonalNameSubjectList").flat_map(|l| l.all("PersonalNameSubject")).map(author).collect();
    record.conflict_of_interest = citation.string_at("CoiStatement");
    record.notes = citation.all("GeneralNote").map(Element::string).collect();
    record.citation_subsets = citation.all("CitationSubset").map(Element::string).collect();
    record.other_abstracts = citation
        .all("OtherAbstract")
        .map(|o| OtherAbstract {
            kind: o.attribute("Type").map(str::to_owned),
            language: o.attribute("Language").map(str::to_owned),
            sections: sections(o),
        })
        .collect();
    if let Some(data) = element.at("PubmedData") {
        pubmed_data(data, &mut record);
    }
    Some(record)
}

fn body(article: Element<'_>, record: &mut Record) {
    record.title = article.string_at("ArticleTitle").unwrap_or_default();
    record.vernacular_title = article.string_at("VernacularTitle");
    if let Some(element) = article.at("Abstract") {
        record.abstract_sections = sections(element);
        record.copyright = element.string_at("CopyrightInformation");
    }
    if let Some(list) = article.at("AuthorList") {
        record.authors_complete = list.attribute("CompleteYN") != Some("N");
        record.authors = authors(list);
    }
    record.languages = article.all("Language").map(Element::string).collect();
    record.publication_types = types(article);
    record.article_dates = article.all("ArticleDate").filter_map(|d| named(d, "DateType")).collect();
    record.grants = article
        .all("GrantList")
        .flat_map(|l| l.all("Grant"))
        .map(|g| [g.string_at("GrantID"), g.string_at("Agency")].into_iter().flatten().collect::<Vec<_>>().join(", "))
        .collect();
    for bank in article.all("DataBankList").flat_map(|l| l.all("DataBank")) {
        let name = bank.string_at("DataBankName").unwrap_or_default();
        for number in bank.all("AccessionNumberList").flat_map(|l| l.all("AccessionNumber")) {
            record.data_banks.push(format!("{name}/{}", number.string()));
        }
    }
    for location in article.all("ELocationID").filter(|l| l.attribute("ValidYN") != Some("N")) {
        match location.attribute("EIdType") {
            Some("doi") => record.doi = Some(location.string()),
            Some(kind) => record.other_ids.push((kind.to_owned(), location.string())),
            None => {}
        }
    }
    if let Some(journal) = article.at("Journal") {
        record.journal = Journal {
            title: journal.string_at("Title").unwrap_or_default(),
            iso_abbreviation: journal.string_at("ISOAbbreviation"),
            issn: journal.string_at("ISSN"),
            volume: journal.string_at("JournalIssue/Volume"),
            issue: journal.string_at("JournalIssue/Issue"),
            ..Journal::default()
        };
        if let Some(pub_date) = journal.at("JournalIssue/PubDate") {
            record.medline_date = pub_date.string_at("MedlineDate");
            record.pub_date = date(pub_date);
        }
    }
    let pages = |a: &str| article.string_at(&format!("Pagination/{a}"));
    record.journal.pages = pages("MedlinePgn").or_else(|| match (pages("StartPage"), pages("EndPage")) {
        (Some(start), Some(end)) => Some(format!("{start}-{end}")),
        (start, _) => start,
    });
}

fn indexing(citation: Element<'_>, record: &mut Record) {
    let yes = |e: Element<'_>, a: &str| e.attribute(a) == Some("Y");
    let ui = |e: Element<'_>| e.attribute("UI").map(str::to_owned);
    for heading in citation.all("MeshHeadingList").flat_map(|l| l.all("MeshHeading")) {
        let Some(descriptor) = heading.at("DescriptorName") else { continue };
        record.mesh.push(MeshHeading {
            ui: ui(descriptor),
            descriptor: descriptor.string(),
            major: yes(descriptor, "MajorTopicYN"),
            qualifiers: heading
                .all("QualifierName")
                .map(|q| Qualifier { ui: ui(q), name: q.string(), major: yes(q, "MajorTopicYN") })
                .collect(),
        });
    }
    record.supplementary_mesh = citation
        .all("SupplMeshList")
        .flat_map(|l| l.all("SupplMeshName"))
        .map(|s| Substance { ui: ui(s), registry_number: None, name: s.string() })
        .collect();
    record.chemicals = citation
        .all("ChemicalList")
        .flat_map(|l| l.all("Chemical"))
        .filter_map(|c| {
            let name = c.at("NameOfSubstance")?;
            Some(Substance { ui: ui(name), registry_number: c.string_at("RegistryNumber"), name: name.string() })
        })
        .collect();
    for list in citation.all("KeywordList") {
        let owner = list.attribute("Owner").map(str::to_owned);
        record.keywords.extend(list.all("Keyword").map(|k| Keyword {
            owner: owner.clone(),
            text: k.string(),
            major: yes(k, "MajorTopicYN"),
        }));
    }
    record.corrections = citation
        .all("CommentsCorrectionsList")
        .flat_map(|l| l.all("CommentsCorrections"))
        .map(|c| Correction {
            kind: c.attribute("RefType").unwrap_or_default().to_owned(),
            source: c.string_at("RefSource").unwrap_or_default(),
            pmid: c.text_at("PMID").and_then(|p| p.parse().ok()).map(Pmid),
            note: c.string_at("Note"),
        })
        .collect();
}

fn pubmed_data(data: Element<'_>, record: &mut Record) {
    record.history =
        data.all("History").flat_map(|h| h.all("PubMedPubDate")).filter_map(|d| named(d, "PubStatus")).collect();
    record.publication_status = data.string_at("PublicationStatus");
    // Only the list that is PubmedData's own child: every reference has an ArticleIdList too.
    for id in data.all("ArticleIdList").flat_map(|l| l.all("ArticleId")) {
        identifier(id, record);
    }
}

fn identifier(id: Element<'_>, record: &mut Record) {
    let text = id.string();
    match id.attribute("IdType") {
        Some("doi") => record.doi = Some(text),
        Some("pmc") => record.pmc = Some(text),
        None => {}
        Some("pubmed") if text == record.pmid.to_string() => {}
        Some(kind) if record.other_ids.iter().any(|(k, v)| k == kind && *v == text) => {}
        Some(kind) => record.other_ids.push((kind.to_owned(), text)),
    }
}

fn book(element: Element<'_>) -> Option<Record> {
    let document = element.at("BookDocument")?;
    let (id, version) = document.at("PMID").and_then(pmid)?;
    let mut record = Record { version, kind: RecordKind::Book, ..Record::new(id) };
    record.title =
        document.string_at("ArticleTitle").or_else(|| document.string_at("Book/BookTitle")).unwrap_or_default();
    record.journal.title = document.string_at("Book/BookTitle").unwrap_or_default();
    record.pub_date = document.at("Book/PubDate").and_then(date);
    record.medline_date = document.string_at("Book/PubDate/MedlineDate");
    record.languages = document.all("Language").map(Element::string).collect();
    record.authors = document.all("AuthorList").flat_map(authors).collect();
    record.publication_types = document
        .all("PublicationType")
        .map(|t| PublicationType { ui: t.attribute("UI").map(str::to_owned), name: t.string() })
        .collect();
    if let Some(text) = document.at("Abstract") {
        record.abstract_sections = sections(text);
    }
    record.date_revised = document.at("DateRevised").and_then(date);
    for list in document.all("KeywordList") {
        let owner = list.attribute("Owner").map(str::to_owned);
        record.keywords.extend(list.all("Keyword").map(|k| Keyword {
            owner: owner.clone(),
            text: k.string(),
            major: false,
        }));
    }
    for id in document.all("ArticleIdList").flat_map(|l| l.all("ArticleId")) {
        identifier(id, &mut record);
    }
    if let Some(data) = element.at("PubmedBookData") {
        pubmed_data(data, &mut record);
    }
    Some(record)
}

fn sections(of: Element<'_>) -> Vec<AbstractSection> {
    of.all("AbstractText")
        .map(|t| AbstractSection {
            label: t.attribute("Label").map(str::to_owned).filter(|l| !l.is_empty()),
            category: t.attribute("NlmCategory").map(str::to_owned),
            text: t.string(),
        })
        .filter(|s| !s.text.is_empty())
        .collect()
}

fn types(article: Element<'_>) -> Vec<PublicationType> {
    article
        .all("PublicationTypeList")
        .flat_map(|l| l.all("PublicationType"))
        .map(|t| PublicationType { ui: t.attribute("UI").map(str::to_owned), name: t.string() })
        .collect()
}

fn authors(list: Element<'_>) -> Vec<Author> {
    list.all("Author").filter(|a| a.attribute("ValidYN") != Some("N")).map(author).collect()
}

fn author(a: Element<'_>) -> Author {
    Author {
        last_name: a.string_at("LastName"),
        fore_name: a.string_at("ForeName"),
        initials: a.string_at("Initials"),
        suffix: a.string_at("Suffix"),
        collective: a.string_at("CollectiveName"),
        orcid: a.all("Identifier").find(|i| i.attribute("Source") == Some("ORCID")).map(Element::string),
        affiliations: a.all("AffiliationInfo").filter_map(|i| i.string_at("Affiliation")).collect(),
    }
}

fn named(element: Element<'_>, attribute: &str) -> Option<NamedDate> {
    Some(NamedDate { name: element.attribute(attribute)?.to_owned(), date: date(element)? })
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month(text: &str) -> Option<u8> {
    if let Ok(number) = text.parse::<u8>() {
        return (1..=12).contains(&number).then_some(number);
    }
    let head: String = text.chars().take(3).collect::<String>().to_lowercase();
    if let Some(i) = MONTHS.iter().position(|m| *m == head) {
        return Some(i as u8 + 1);
    }
    // A season is its first month (PubMed User Guide).
    match text.to_lowercase().as_str() {
        "winter" => Some(1),
        "spring" => Some(4),
        "summer" => Some(7),
        "fall" | "autumn" => Some(10),
        _ => None,
    }
}

/// `Year`, `Month` or `Season`, `Day`; else what `MedlineDate` begins with: its first year, and the
/// month that follows it.
fn date(of: Element<'_>) -> Option<PartialDate> {
    if let Some(year) = of.text_at("Year").and_then(|y| y.parse().ok()) {
        let month = of.text_at("Month").or_else(|| of.text_at("Season")).and_then(|m| month(&m));
        let day = of.text_at("Day").and_then(|d| d.parse().ok()).filter(|_| month.is_some());
        return Some(PartialDate { year, month, day });
    }
    let text = of.text_at("MedlineDate")?;
    let mut words =
        text.split(|c: char| !c.is_alphanumeric()).skip_while(|w| w.len() != 4 || w.parse::<i16>().is_err());
    let year = words.next()?.parse().ok()?;
    let month = words.next().filter(|w| w.parse::<u32>().is_err()).and_then(month);
    Some(PartialDate { year, month, day: None })
}
