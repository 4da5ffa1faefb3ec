//! EInfo, EFetch and refusals, as NCBI words them.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Parameters, Service, Shelf, medline, plain};
use crate::entrez::xml::Fetched;
use crate::query::SearchField;
use crate::record::Pmid;

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
        let value = match name {
            "esearch" => json!({
                "header": { "type": "esearch", "version": "0.3" }, "esearchresult": { "ERROR": message }
            }),
            _ => json!({ "error": message }),
        };
        // NCBI leaves a line break inside the string as it is, which makes the JSON invalid; so do we.
        let body = value.to_string().replace("\\n", "\n");
        return Answer { body: body.into_bytes(), ..Answer::json(&Value::Null) };
    }
    let head = match name {
        "esearch" => prolog("eSearchResult", "esearch 20060628", "20060628/esearch.dtd"),
        "epost" => prolog("ePostResult", "epost 20090526", "20090526/epost.dtd"),
        "esummary" => prolog("eSummaryResult", "esummary v1 20041029", "20041029/esummary-v1.dtd"),
        "einfo" => prolog("eInfoResult", "einfo 20190110", "20190110/einfo.dtd"),
        _ => prolog("eFetchResult", "efetch 20131226", "20131226/efetch.dtd"),
    };
    let root = head.split("<!DOCTYPE ").nth(1).and_then(|h| h.split(' ').next()).unwrap_or("eFetchResult");
    let body = format!("{head}<{root}>\n\t<ERROR>{}</ERROR>\n</{root}>\n", escape(message));
    let status = if name == "efetch" { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Answer { status, ..Answer::xml(body) }
}

/// EInfo without a database: the list of databases.
pub(super) fn databases(p: &Parameters) -> Answer {
    if p.is("retmode", "json") {
        return Answer::json(
            &json!({ "header": { "type": "einfo", "version": "0.3" }, "einforesult": { "dblist": ["pubmed"] } }),
        );
    }
    let head = prolog("eInfoResult", "einfo 20190110", "20190110/einfo.dtd");
    Answer::xml(format!("{head}<eInfoResult><DbList><DbName>pubmed</DbName></DbList></eInfoResult>\n"))
}

/// EInfo of the records: build, count, last revision and the fields that can be searched.
pub(super) fn einfo(shelf: &dyn Shelf, p: &Parameters) -> Answer {
    let update = shelf.last_revised().map(|d| format!("{} 00:00", d.to_string().replace('-', "/"))).unwrap_or_default();
    let (n, build) = (shelf.count(), shelf.build());
    let second = p.is("version", "2.0");
    let yes = |is: bool| if is { "Y" } else { "N" };
    let fields = || {
        SearchField::every().map(|(tag, full)| {
            let field = SearchField::from_tag(tag);
            let (date, number) = (field.is_some_and(SearchField::is_date), field == Some(SearchField::Pmid));
            (tag.to_uppercase(), full, yes(date), yes(number), yes(!date && !number))
        })
    };
    if p.is("retmode", "json") {
        let fields: Vec<Value> = fields()
            .map(|(name, full, date, number, truncatable)| {
                let mut field = json!({ "name": name, "fullname": full, "description": full, "termcount": "", "isdate": date, "isnumerical": number, "singletoken": "N", "hierarchy": "N", "ishidden": "N" });
                if second {
                    field["istruncatable"] = truncatable.into();
                    field["israngable"] = yes(date == "Y" || number == "Y").into();
                }
                field
            })
            .collect();
        let info = json!({ "dbname": "pubmed", "menuname": "PubMed", "description": "local PubMed XML", "dbbuild": build, "count": n.to_string(), "lastupdate": update, "fieldlist": fields, "linklist": [] });
        return Answer::json(
            &json!({ "header": { "type": "einfo", "version": "0.3" }, "einforesult": { "dbinfo": [info] } }),
        );
    }
    let mut out = prolog("eInfoResult", "einfo 20190110", "20190110/einfo.dtd");
    out += &format!(
        "<eInfoResult><DbInfo><DbName>pubmed</DbName><MenuName>PubMed</MenuName><Description>local PubMed XML</Description><DbBuild>{build}</DbBuild><Count>{n}</Count><LastUpdate>{update}</LastUpdate><FieldList>\n"
    );
    for (name, full, date, number, truncatable) in fields() {
        let full = escape(full);
        out += &format!(
            "<Field><Name>{name}</Name><FullName>{full}</FullName><Description>{full}</Description><TermCount></TermCount><IsDate>{date}</IsDate><IsNumerical>{number}</IsNumerical><SingleToken>N</SingleToken><Hierarchy>N</Hierarchy><IsHidden>N</IsHidden>"
        );
        if second {
            let range = yes(date == "Y" || number == "Y");
            out += &format!("<IsRangable>{range}</IsRangable><IsTruncatable>{truncatable}</IsTruncatable>");
        }
        out += "</Field>\n";
    }
    Answer::xml(out + "</FieldList></DbInfo></eInfoResult>\n")
}

pub(super) fn efetch(service: &Service, p: &Parameters) -> Answer {
    let ids = match service.about(p) {
        Ok(ids) => ids,
        Err(message) => return refusal("efetch", p, &message),
    };
    let mut failed = None;
    let given = |id: &Pmid| service.shelf.given(*id).map_err(|why| failed = Some(why)).ok();
    let records = ids.iter().map_while(given).flatten();
    let kind = p.get("rettype").unwrap_or("").to_lowercase();
    let mode = p.get("retmode").unwrap_or("").to_lowercase();
    let answer = match (kind.as_str(), mode.as_str()) {
        (_, "json") => {
            Answer::error(StatusCode::BAD_REQUEST, "efetch has no JSON form for pubmed; ask for xml or text")
        }
        ("uilist", "xml") => {
            let list: String = records.map(|f| format!("<Id>{}</Id>\n", f.record.pmid)).collect();
            Answer::xml(format!("<?xml version=\"1.0\" ?>\n<IdList>\n{list}</IdList>\n"))
        }
        ("uilist", _) => Answer::text(records.map(|f| format!("{}\n", f.record.pmid)).collect()),
        ("medline", "" | "text") => {
            Answer::text(records.map(|f| format!("\n{}", medline::medline(&f.record))).collect())
        }
        ("abstract", "" | "text") => {
            let texts = records.enumerate().map(|(i, f)| plain::plain(i + 1, &f.record));
            Answer::text(texts.collect::<Vec<_>>().join("\n\n"))
        }
        ("" | "xml" | "full" | "null" | "native" | "medline" | "abstract", "" | "xml" | "text" | "null") => {
            set_of(records)
        }
        (kind, mode) => {
            let shown: String = format!("rettype={kind} retmode={mode}").chars().take(60).collect();
            refusal("efetch", p, &format!("{shown} is not served; ask for xml, medline, abstract or uilist"))
        }
    };
    match failed {
        Some(why) => refusal("efetch", p, &format!("Error: {why}")),
        None => answer,
    }
}

fn set_of(records: impl Iterator<Item = Arc<Fetched>>) -> Answer {
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
