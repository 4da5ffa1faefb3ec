//! NLM's list of MeSH descriptors (`desc2026.xml`), plain or gzipped.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Place, XmlError, unpack};
use crate::query::thesaurus::{Descriptor, Thesaurus};

/// Reads a list of descriptors.
///
/// # Errors
/// When it is not XML, or holds no descriptor.
pub fn read_descriptors(input: impl Read + Send + 'static) -> Result<Thesaurus, XmlError> {
    let input = unpack(input).map_err(|e| fault(0, format!("the file cannot be read: {e}")))?;
    let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 18, input));
    let mut path: Vec<String> = Vec::new();
    let (mut buffer, mut text) = (Vec::new(), String::new());
    let (mut list, mut current): (Vec<Descriptor>, Option<Descriptor>) = (Vec::new(), None);
    loop {
        let event = reader.read_event_into(&mut buffer);
        match event.map_err(|e| fault(reader.error_position(), format!("not well-formed: {e}")))? {
            Event::Start(e) => {
                let name = e.local_name().as_ref().to_owned();
                if name == "DescriptorRecord" {
                    current = Some(Descriptor::default());
                }
                path.push(name);
                text.clear();
            }
            Event::Text(e) => text.push_str(e.as_ref()),
            Event::GeneralRef(e) => text.push_str(match e.as_ref() {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "apos" => "'",
                "quot" => "\"",
                _ => "",
            }),
            Event::End(_) => {
                let here: Vec<&str> = path.iter().rev().take(3).map(String::as_str).collect();
                if let Some(d) = &mut current {
                    match here.as_slice() {
                        ["String", "DescriptorName", "DescriptorRecord"] => text.trim().clone_into(&mut d.name),
                        ["TreeNumber", ..] => d.trees.push(text.trim().to_owned()),
                        ["String", "Term", "TermList"] => d.entries.push(text.trim().to_owned()),
                        ["DescriptorRecord", ..] => list.extend(current.take().filter(|d| !d.name.is_empty())),
                        _ => {}
                    }
                }
                path.pop();
                text.clear();
            }
            Event::Eof if path.is_empty() => break,
            Event::Eof => {
                return Err(fault(reader.buffer_position(), format!("the file ends within <{}>", path.join("/"))));
            }
            _ => {}
        }
        buffer.clear();
    }
    if list.is_empty() {
        return Err(fault(0, "expected <DescriptorRecord> elements, as in NLM's desc….xml; there are none".to_owned()));
    }
    Ok(Thesaurus::new(list))
}

fn fault(offset: u64, message: String) -> XmlError {
    // Lines are not counted: the file is NLM's own, and its errors are cuts.
    XmlError::at(Place { offset, line: 1, column: offset + 1, number: 0 }, message, None)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_read_with_their_trees_and_entry_terms() {
        let xml = r#"<?xml version="1.0"?><!DOCTYPE DescriptorRecordSet SYSTEM "desc.dtd">
<DescriptorRecordSet LanguageCode="eng">
 <DescriptorRecord DescriptorClass="1"><DescriptorUI>D012509</DescriptorUI>
  <DescriptorName><String>Sarcoma</String></DescriptorName>
  <AllowableQualifiersList><AllowableQualifier><QualifierReferredTo><QualifierName><String>drug therapy</String></QualifierName></QualifierReferredTo></AllowableQualifier></AllowableQualifiersList>
  <TreeNumberList><TreeNumber>C04.557.450.795</TreeNumber></TreeNumberList>
  <ConceptList><Concept><ConceptName><String>Sarcoma</String></ConceptName>
   <TermList><Term><TermUI>T1</TermUI><String>Sarcoma</String></Term><Term><String>Sarcoma, Soft Tissue &amp; Bone</String></Term></TermList>
  </Concept></ConceptList>
 </DescriptorRecord></DescriptorRecordSet>"#;
        let thesaurus = read_descriptors(xml.as_bytes()).unwrap();
        let sarcoma = thesaurus.heading("sarcoma, soft tissue & bone").unwrap();
        assert_eq!((sarcoma.name.as_str(), sarcoma.trees.as_slice()), ("Sarcoma", &["C04.557.450.795".to_owned()][..]));
        assert!(read_descriptors("<PubmedArticleSet/>".as_bytes()).is_err());
        assert!(read_descriptors("<DescriptorRecordSet><x".as_bytes()).is_err());
    }
}
