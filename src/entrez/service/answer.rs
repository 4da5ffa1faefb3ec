//! EInfo, ESummary, EFetch and refusals, as NCBI words them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Answer, Library, Parameters, Service};
use crate::query::SearchField;
use crate::record::Record;

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

pub(super) fn prolog(root: &str, public: &str, dtd: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!DOCTYPE {root} PUBLIC \"-//NLM//DTD {public}//EN\" \"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{dtd}\">\n"
    )
}

/// An error as each utility words it; most come with HTTP 200.
pub(super) fn refusal(name: &str, p: &Parameters, message: &str) -> Answer {
    if p.is("retmode", "json") {
        return match name {
            "esearch" => Answer::json(&json!({
                "header": { "type": "esearch", "version": "0.3" }, "esearchresult": { "ERROR": message }
            })),
            _ => Answer::json(&json!({ "error": message })),
        };
    }
    let root = match name {
        "esearch" => "eSearchResult",
        "epost" => "ePostResult",
        "esummary" => "eSummaryResult",
        "einfo" => "eInfoResult",
        _ => "eFetchResult",
    };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<{root}>\n\t<ERROR>{}</ERROR>\n</{root}>\n",
        escape(message)
    );
    let status = if name == "efetch" { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Answer { status, ..Answer::xml(body) }
}

pub(super) fn einfo(library: &Library, p: &Parameters) -> Answer {
    let update = library.articles.iter().filter_map(|a| a.record.date_revised).max();
    let update = update.map(|d| d.to_string().replace('-', "/")).unwrap_or_default();
    let n = library.len();
    if p.is("retmode", "json") {
        let fields: Vec<Value> = SearchField::every()
            .map(|(tag, full)| json!({ "name": tag.to_uppercase(), "fullname": full, "description": "", "termcount": "", "isdate": "N", "isnumerical": "N", "singletoken": "N", "hierarchy": "N", "ishidden": "N" }))
            .collect();
        let info = json!({ "dbname": "pubmed", "menuname": "PubMed", "description": "local PubMed XML", "dbbuild": "local", "count": n.to_string(), "lastupdate": update, "fieldlist": fields, "linklist": [] });
        return Answer::json(
            &json!({ "header": { "type": "einfo", "version": "0.3" }, "einforesult": { "dbinfo": [info] } }),
        );
    }
    let mut out = prolog("eInfoResult", "einfo 20190110", "20190110/einfo.dtd");
    out += &format!(
        "<eInfoResult><DbInfo><DbName>pubmed</DbName><MenuName>PubMed</MenuName><Description>local PubMed XML</Description><DbBuild>local</DbBuild><Count>{n}</Count><LastUpdate>{update}</LastUpdate><FieldList>\n"
    );
    for (tag, full) in SearchField::every() {
        out += &format!(
            "<Field><Name>{}</Name><FullName>{}</FullName><Description></Description><TermCount></TermCount><IsDate>N</IsDate><IsNumerical>N</IsNumerical><SingleToken>N</SingleToken><Hierarchy>N</Hierarchy><IsHidden>N</IsHidden></Field>\n",
            tag.to_uppercase(),
            escape(full)
        );
    }
    Answer::xml(out + "</FieldList></DbInfo></eInfoResult>\n")
}

pub(super) fn efetch(service: &Service, p: &Parameters) -> Answer {
    let ids = match service.about(p) {
        Ok(ids) => ids,
        Err(message) => return refusal("efetch", p, &message),
    };
    let records = ids.iter().filter_map(|id| service.library.get(*id));
    match (p.get("rettype"), p.get("retmode")) {
        (Some("uilist"), Some("xml")) => {
            let list: String = records.map(|f| format!("<Id>{}</Id>\n", f.record.pmid)).collect();
            Answer::xml(format!("<?xml version=\"1.0\" ?>\n<IdList>\n{list}</IdList>\n"))
        }
        (Some("uilist"), _) => Answer::text(records.map(|f| format!("{}\n", f.record.pmid)).collect()),
        (None | Some("xml" | "full" | "null"), _) => {
            let mut out = String::from(
                "<?xml version=\"1.0\" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC \"-//NLM//DTD PubMedArticle, 1st January 2025//EN\" \"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd\">\n<PubmedArticleSet>\n",
            )
            .into_bytes();
            for fetched in records {
                out.extend_from_slice(&fetched.raw);
                out.push(b'\n');
            }
            out.extend_from_slice(b"</PubmedArticleSet>");
            Answer { body: out, ..Answer::xml(String::new()) }
        }
        (Some(other), _) => refusal("efetch", p, &format!("rettype {other} is not served here; ask for xml or uilist")),
    }
}

fn summary(record: &Record) -> Vec<(&'static str, Value)> {
    let text = |o: Option<String>| Value::from(o.unwrap_or_default());
    let pub_date = record.medline_date.clone().or_else(|| record.pub_date.map(|d| d.to_string().replace('-', "/")));
    vec![
        ("pubdate", text(pub_date)),
        ("epubdate", text(record.electronic_date().map(|d| d.to_string().replace('-', "/")))),
        ("source", text(record.journal.iso_abbreviation.clone())),
        (
            "authors",
            record
                .authors
                .iter()
                .map(|a| json!({ "name": a.display(), "authtype": "Author", "clusterid": "" }))
                .collect(),
        ),
        ("lastauthor", text(record.authors.last().map(|a| a.display()))),
        ("title", record.title.clone().into()),
        ("volume", text(record.journal.volume.clone())),
        ("issue", text(record.journal.issue.clone())),
        ("pages", text(record.journal.pages.clone())),
        ("lang", record.languages.clone().into()),
        ("pubtype", record.publication_types.iter().map(|t| t.name.clone()).collect()),
        ("fulljournalname", record.journal.title.clone().into()),
        ("elocationid", text(record.doi.as_ref().map(|d| format!("doi: {d}")))),
    ]
}

pub(super) fn esummary(service: &Service, p: &Parameters) -> Answer {
    let ids = match service.about(p) {
        Ok(ids) => ids,
        Err(message) => return refusal("esummary", p, &message),
    };
    if p.is("retmode", "json") {
        if ids.len() > 500 {
            return Answer::json(
                &json!({ "error": "Too many UIDs in request. Maximum number of UIDs is 500 for JSON format output." }),
            );
        }
        let mut result = Map::new();
        result.insert("uids".into(), ids.iter().map(ToString::to_string).collect());
        for id in ids {
            let mut one = Map::new();
            one.insert("uid".into(), id.to_string().into());
            match service.library.get(id) {
                Some(found) => one.extend(summary(&found.record).into_iter().map(|(k, v)| (k.to_owned(), v))),
                None => {
                    one.insert("error".into(), "cannot get document summary".into());
                }
            }
            result.insert(id.to_string(), one.into());
        }
        return Answer::json(&json!({ "header": { "type": "esummary", "version": "0.3" }, "result": result }));
    }
    let mut out = prolog("eSummaryResult", "esummary v1 20041029", "20041029/esummary-v1.dtd") + "<eSummaryResult>\n";
    for id in ids {
        let Some(found) = service.library.get(id) else {
            out += &format!("<ERROR>UID={id}: cannot get document summary</ERROR>\n");
            continue;
        };
        let r = &found.record;
        let item = |name: &str, text: &str| format!("<Item Name=\"{name}\" Type=\"String\">{}</Item>", escape(text));
        let list = |name: &str, of: &str, all: Vec<String>| {
            let inner: String = all.iter().map(|a| item(of, a)).collect();
            format!("<Item Name=\"{name}\" Type=\"List\">{inner}</Item>")
        };
        let pub_date = r.medline_date.clone().or_else(|| r.pub_date.map(|d| d.to_string().replace('-', " ")));
        out += &format!("<DocSum><Id>{id}</Id>");
        out += &item("PubDate", pub_date.as_deref().unwrap_or(""));
        out += &item("Source", r.journal.iso_abbreviation.as_deref().unwrap_or(""));
        out += &list("AuthorList", "Author", r.authors.iter().map(|a| a.display()).collect());
        out += &item("Title", &r.title);
        out += &item("Volume", r.journal.volume.as_deref().unwrap_or(""));
        out += &item("Pages", r.journal.pages.as_deref().unwrap_or(""));
        out += &list("LangList", "Lang", r.languages.clone());
        out += &list("PubTypeList", "PubType", r.publication_types.iter().map(|t| t.name.clone()).collect());
        out += &item("DOI", r.doi.as_deref().unwrap_or(""));
        out += &item("FullJournalName", &r.journal.title);
        out += "</DocSum>\n";
    }
    Answer::xml(out + "</eSummaryResult>\n")
}
