//! A record as PubMed's XML, for records that PubMed does not have.

use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};

use crate::record::{PartialDate, Record};

type Out = Writer<Vec<u8>>;
type Written = std::io::Result<()>;

fn element(w: &mut Out, name: &str, text: Option<&str>) -> Written {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(()) };
    // XML 1.0 has no place for control characters.
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    w.create_element(name).write_text_content(BytesText::new(&clean))?;
    Ok(())
}

fn date(w: &mut Out, name: &str, date: PartialDate) -> Written {
    w.create_element(name).write_inner_content(|w| {
        element(w, "Year", Some(&format!("{:04}", date.year)))?;
        element(w, "Month", date.month.map(|m| format!("{m:02}")).as_deref())?;
        element(w, "Day", date.day.map(|d| format!("{d:02}")).as_deref())
    })?;
    Ok(())
}

/// The record as a `PubmedArticle` (PubMed DTD, 1 January 2025), with what a file of citations can tell.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn xml(r: &Record) -> std::io::Result<Vec<u8>> {
    let mut w = Writer::new(Vec::new());
    w.create_element("PubmedArticle").write_inner_content(|w| {
        w.create_element("MedlineCitation").write_inner_content(|w| citation(w, r))?;
        w.create_element("PubmedData").write_inner_content(|w| {
            w.create_element("ArticleIdList").write_inner_content(|w| {
                for (kind, id) in [("doi", &r.doi), ("pmc", &r.pmc)] {
                    if let Some(id) = id {
                        w.create_element("ArticleId")
                            .with_attribute(("IdType", kind))
                            .write_text_content(BytesText::new(id))?;
                    }
                }
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    })?;
    w.write_event(Event::Eof)?;
    Ok(w.into_inner())
}

fn citation(w: &mut Out, r: &Record) -> Written {
    w.create_element("PMID")
        .with_attribute(("Version", "1"))
        .write_text_content(BytesText::new(&r.pmid.to_string()))?;
    w.create_element("Article").write_inner_content(|w| article(w, r))?;
    if !r.mesh.is_empty() {
        w.create_element("MeshHeadingList").write_inner_content(|w| {
            for m in &r.mesh {
                w.create_element("MeshHeading")
                    .write_inner_content(|w| element(w, "DescriptorName", Some(&m.descriptor)))?;
            }
            Ok(())
        })?;
    }
    if !r.keywords.is_empty() {
        w.create_element("KeywordList").with_attribute(("Owner", "NOTNLM")).write_inner_content(|w| {
            for k in &r.keywords {
                element(w, "Keyword", Some(&k.text))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn article(w: &mut Out, r: &Record) -> Written {
    let j = &r.journal;
    w.create_element("Journal").write_inner_content(|w| {
        element(w, "ISSN", j.issn.as_deref())?;
        w.create_element("JournalIssue").write_inner_content(|w| {
            element(w, "Volume", j.volume.as_deref())?;
            element(w, "Issue", j.issue.as_deref())?;
            r.pub_date.map_or(Ok(()), |d| date(w, "PubDate", d))
        })?;
        element(w, "Title", Some(&j.title))?;
        element(w, "ISOAbbreviation", j.iso_abbreviation.as_deref())
    })?;
    element(w, "ArticleTitle", Some(&r.title))?;
    if let Some(pages) = &j.pages {
        w.create_element("Pagination").write_inner_content(|w| element(w, "MedlinePgn", Some(pages)))?;
    }
    if !r.abstract_sections.is_empty() {
        w.create_element("Abstract").write_inner_content(|w| {
            r.abstract_sections.iter().try_for_each(|s| element(w, "AbstractText", Some(&s.text)))
        })?;
    }
    if !r.authors.is_empty() {
        w.create_element("AuthorList").with_attribute(("CompleteYN", "Y")).write_inner_content(|w| {
            for a in &r.authors {
                w.create_element("Author").with_attribute(("ValidYN", "Y")).write_inner_content(|w| {
                    element(w, "CollectiveName", a.collective.as_deref())?;
                    element(w, "LastName", a.last_name.as_deref())?;
                    element(w, "ForeName", a.fore_name.as_deref())?;
                    element(w, "Initials", a.initials.as_deref())
                })?;
            }
            Ok(())
        })?;
    }
    r.languages.iter().try_for_each(|l| element(w, "Language", Some(l)))?;
    if !r.publication_types.is_empty() {
        w.create_element("PublicationTypeList").write_inner_content(|w| {
            r.publication_types.iter().try_for_each(|t| element(w, "PublicationType", Some(&t.name)))
        })?;
    }
    Ok(())
}
