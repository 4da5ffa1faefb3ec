//! ESummary: one short description a record, as JSON, as XML of version 1, and as XML of version 2.0.

use serde_json::{Map, Value, json};

use super::answer::{escape, prolog, refusal};
use super::{Answer, Parameters, Service, medline};
use crate::record::{Pmid, Record, RecordKind};

/// UIDs in one JSON answer at most; NCBI documents it nowhere and refuses more.
const MOST_IN_JSON: usize = 500;
const NO_SUMMARY: &str = "cannot get document summary";

struct Summary {
    /// Names as in JSON, with the name of version 1 and of version 2.0.
    texts: Vec<(&'static str, &'static str, &'static str, String)>,
    authors: Vec<String>,
    languages: Vec<String>,
    types: Vec<String>,
    ids: Vec<(String, String)>,
}

fn summary(r: &Record) -> Summary {
    let text = |o: &Option<String>| o.clone().unwrap_or_default();
    let j = &r.journal;
    let title = |o: &Option<String>| o.clone().unwrap_or_else(|| j.title.clone());
    let authors: Vec<String> = r.authors.iter().map(|a| a.display()).collect();
    let doi = r.doi.as_ref().map(|d| format!("doi: {d}")).unwrap_or_default();
    let entered = r.history_date("entrez").map(|d| {
        let (y, m, d) = d.first_day();
        format!("{y:04}/{m:02}/{d:02} 00:00")
    });
    let kind = if r.kind == RecordKind::Book { "book" } else { "citation" };
    let mut ids = vec![("pubmed".to_owned(), r.pmid.to_string())];
    ids.extend(r.doi.iter().map(|d| ("doi".to_owned(), d.clone())));
    ids.extend(r.pmc.iter().map(|d| ("pmc".to_owned(), d.clone())));
    Summary {
        texts: vec![
            ("pubdate", "PubDate", "PubDate", medline::published(r)),
            ("epubdate", "EPubDate", "EPubDate", r.electronic_date().map(medline::cited).unwrap_or_default()),
            ("source", "Source", "Source", title(&j.medline_ta.clone().or_else(|| j.iso_abbreviation.clone()))),
            ("lastauthor", "LastAuthor", "LastAuthor", authors.last().cloned().unwrap_or_default()),
            ("title", "Title", "Title", r.title.clone()),
            ("volume", "Volume", "Volume", text(&j.volume)),
            ("issue", "Issue", "Issue", text(&j.issue)),
            ("pages", "Pages", "Pages", text(&j.pages)),
            ("nlmuniqueid", "NlmUniqueID", "NlmUniqueID", text(&j.nlm_id)),
            ("issn", "ISSN", "ISSN", text(&j.issn)),
            ("pubstatus", "RecordStatus", "RecordStatus", text(&r.publication_status)),
            ("fulljournalname", "FullJournalName", "FullJournalName", j.title.clone()),
            ("elocationid", "ELocationID", "ELocationID", doi),
            ("doctype", "DocType", "DocType", kind.to_owned()),
            ("sortpubdate", "SortPubDate", "SortPubDate", entered.unwrap_or_default()),
        ],
        authors,
        languages: r.languages.clone(),
        types: r.publication_types.iter().map(|t| t.name.clone()).collect(),
        ids,
    }
}

pub(super) fn esummary(service: &Service, p: &Parameters) -> Answer {
    let ids = match service.about(p) {
        Ok(ids) => ids,
        Err(message) => return refusal("esummary", p, &message),
    };
    let json = p.is("retmode", "json");
    if json && ids.len() > MOST_IN_JSON {
        return Answer::json(
            &json!({ "error": format!("Too many UIDs in request. Maximum number of UIDs is {MOST_IN_JSON} for JSON format output.") }),
        );
    }
    let one = |id: &Pmid| Ok((*id, service.shelf.get(*id)?.map(|found| summary(&found.record))));
    let list: Result<Vec<(Pmid, Option<Summary>)>, String> = ids.iter().map(one).collect();
    match list {
        Err(why) => refusal("esummary", p, &why),
        Ok(list) if json => as_json(list),
        Ok(list) if p.is("version", "2.0") => second(list),
        Ok(list) => first(list),
    }
}

fn as_json(list: Vec<(Pmid, Option<Summary>)>) -> Answer {
    let mut result = Map::new();
    result.insert("uids".into(), list.iter().map(|(id, _)| id.to_string()).collect());
    for (id, found) in list {
        let mut one = Map::new();
        one.insert("uid".into(), id.to_string().into());
        match found {
            None => {
                one.insert("error".into(), NO_SUMMARY.into());
            }
            Some(s) => {
                let authors: Vec<Value> =
                    s.authors.iter().map(|a| json!({ "name": a, "authtype": "Author", "clusterid": "" })).collect();
                let ids: Vec<Value> =
                    s.ids.iter().map(|(kind, id)| json!({ "idtype": kind, "idtypen": 1, "value": id })).collect();
                one.extend(s.texts.into_iter().map(|(name, _, _, text)| (name.to_owned(), text.into())));
                one.insert("authors".into(), authors.into());
                one.insert("lang".into(), s.languages.into());
                one.insert("pubtype".into(), s.types.into());
                one.insert("articleids".into(), ids.into());
            }
        }
        result.insert(id.to_string(), one.into());
    }
    Answer::json(&json!({ "header": { "type": "esummary", "version": "0.3" }, "result": result }))
}

fn first(list: Vec<(Pmid, Option<Summary>)>) -> Answer {
    let mut out = prolog("eSummaryResult", "esummary v1 20041029", "20041029/esummary-v1.dtd") + "<eSummaryResult>\n";
    for (id, found) in list {
        let Some(s) = found else {
            out += &format!("<ERROR>UID={id}: {NO_SUMMARY}</ERROR>\n");
            continue;
        };
        let item =
            |name: &str, text: &str| format!("\t<Item Name=\"{name}\" Type=\"String\">{}</Item>\n", escape(text));
        let list = |name: &str, of: &str, all: &[String]| {
            let inner: String = all.iter().map(|a| item(of, a)).collect();
            format!("\t<Item Name=\"{name}\" Type=\"List\">{inner}</Item>\n")
        };
        out += &format!("<DocSum>\n\t<Id>{id}</Id>\n");
        s.texts.iter().for_each(|(_, name, _, text)| out += &item(name, text));
        out += &list("AuthorList", "Author", &s.authors);
        out += &list("LangList", "Lang", &s.languages);
        out += &list("PubTypeList", "PubType", &s.types);
        let ids: String = s.ids.iter().map(|(kind, id)| item(kind, id)).collect();
        out += &format!("\t<Item Name=\"ArticleIds\" Type=\"List\">{ids}</Item>\n");
        out += &item("DOI", s.ids.iter().find(|(kind, _)| kind == "doi").map_or("", |(_, doi)| doi));
        out += "</DocSum>\n";
    }
    Answer::xml(out + "</eSummaryResult>\n")
}

fn second(list: Vec<(Pmid, Option<Summary>)>) -> Answer {
    let mut out = prolog("eSummaryResult", "esummary pubmed 20200124", "20200124/esummary_pubmed.dtd")
        + "<eSummaryResult>\n<DocumentSummarySet status=\"OK\">\n";
    for (id, found) in list {
        let Some(s) = found else {
            out += &format!("<DocumentSummary uid=\"{id}\">\n\t<error>{NO_SUMMARY}</error>\n</DocumentSummary>\n");
            continue;
        };
        let list = |name: &str, of: &str, all: &[String]| {
            let inner: String = all.iter().map(|a| format!("<{of}>{}</{of}>", escape(a))).collect();
            format!("\t<{name}>{inner}</{name}>\n")
        };
        out += &format!("<DocumentSummary uid=\"{id}\">\n");
        s.texts.iter().for_each(|(_, _, name, text)| out += &format!("\t<{name}>{}</{name}>\n", escape(text)));
        let authors: String = s
            .authors
            .iter()
            .map(|a| {
                format!("<Author><Name>{}</Name><AuthType>Author</AuthType><ClusterID></ClusterID></Author>", escape(a))
            })
            .collect();
        out += &format!("\t<Authors>{authors}</Authors>\n");
        out += &list("Lang", "string", &s.languages);
        out += &list("PubType", "flag", &s.types);
        let ids: String = s
            .ids
            .iter()
            .map(|(kind, id)| {
                format!(
                    "<ArticleId><IdType>{kind}</IdType><IdTypeN>1</IdTypeN><Value>{}</Value></ArticleId>",
                    escape(id)
                )
            })
            .collect();
        out += &format!("\t<ArticleIds>{ids}</ArticleIds>\n</DocumentSummary>\n");
    }
    Answer::xml(out + "</DocumentSummarySet>\n</eSummaryResult>\n")
}
