//! ESearch and EPost: sets of PMIDs.

use serde_json::json;

use super::{Answer, Parameters, Service, WINDOW, answer};
use crate::diagnostic::Severity;
use crate::query::{Query, parse};
use crate::record::Pmid;

/// NCBI's words for an offset past the window.
pub(super) const TOO_FAR: &str = "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only retrieve the first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that contains additional logic to batch PubMed search results automatically so that an arbitrary number can be retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/";

/// The date parameters as a clause of the search: `2010/01/01:2021/08/22[dp]`.
fn window(p: &Parameters) -> Result<Option<String>, String> {
    let (min, max) = (p.get("mindate"), p.get("maxdate"));
    let field = match p.get("datetype").unwrap_or("pdat") {
        "pdat" => "dp",
        "edat" => "edat",
        "mdat" => "lr",
        "crdt" => "crdt",
        other => return Err(format!("Invalid datetype: {other}")),
    };
    if p.get("reldate").is_some() {
        return Err("reldate is not supported by this service; use mindate and maxdate".to_owned());
    }
    match (min, max) {
        (None, None) => Ok(None),
        (Some(min), Some(max)) => Ok(Some(format!("{min}:{max}[{field}]"))),
        _ => Err("mindate and maxdate must be given together".to_owned()),
    }
}

struct Found {
    pmids: Vec<Pmid>,
    translation: String,
    warnings: Vec<String>,
}

impl Service {
    fn find(&self, p: &Parameters) -> Result<Found, String> {
        let within = match (p.get("webenv"), p.number("query_key", 0)) {
            (Some(web_env), key) if key > 0 => {
                Some(self.recall(web_env, key).ok_or_else(|| format!("Unable to obtain query #{key}"))?)
            }
            _ => None,
        };
        let term = match (p.get("term"), &within) {
            (Some(term), _) => term,
            (None, Some(set)) => {
                return Ok(Found { pmids: set.clone(), translation: String::new(), warnings: Vec::new() });
            }
            (None, None) => return Err("Empty term and query_key - nothing todo".to_owned()),
        };
        let read = |text: &str| -> Result<(Query, Vec<String>), String> {
            let parsed = parse(text);
            let say = |d: &crate::diagnostic::Diagnostic| format!("{} {}", d.code, d.message);
            let warnings = parsed.diagnostics.iter().filter(|d| d.severity == Severity::Warning).map(say).collect();
            let query = parsed.query.ok_or_else(|| {
                let errors: Vec<String> =
                    parsed.diagnostics.iter().filter(|d| d.severity == Severity::Error).take(5).map(say).collect();
                format!("Search Backend failed: {}", errors.join("; "))
            })?;
            match query.unsupported().first() {
                Some(d) => Err(format!("Search Backend failed: {}", say(d))),
                None => Ok((query, warnings)),
            }
        };
        let (query, warnings) = read(term)?;
        let mut translation = query.translation();
        let dates = match window(p)? {
            Some(text) => {
                let (query, _) = read(&text)?;
                translation = format!("({translation}) AND {}", query.translation());
                Some(query)
            }
            None => None,
        };
        let pmids = self
            .library
            .articles
            .iter()
            .map(|a| &a.record)
            .filter(|r| within.as_ref().is_none_or(|set| set.contains(&r.pmid)))
            .filter(|r| dates.as_ref().is_none_or(|d| d.matches(r)) && query.matches(r))
            .map(|r| r.pmid)
            .collect();
        Ok(Found { pmids, translation, warnings })
    }

    pub(super) fn esearch(&self, p: &Parameters) -> Answer {
        let start = p.number("retstart", 0);
        if start >= WINDOW {
            return answer::refusal("esearch", p, TOO_FAR);
        }
        let found = match self.find(p) {
            Ok(found) => found,
            Err(message) => return answer::refusal("esearch", p, &message),
        };
        let count = found.pmids.len();
        let max = p.number("retmax", 20).min(WINDOW - start);
        let page: Vec<Pmid> = found.pmids.iter().skip(start).take(max).copied().collect();
        let kept = p.is("usehistory", "y").then(|| self.keep(p.get("webenv"), found.pmids.clone()));
        if p.is("retmode", "json") {
            let ids: Vec<String> = page.iter().map(ToString::to_string).collect();
            let mut result = json!({
                "count": count.to_string(), "retmax": page.len().to_string(), "retstart": start.to_string(),
                "idlist": ids, "translationset": [], "querytranslation": found.translation
            });
            if let Some((web_env, key)) = kept {
                result["querykey"] = key.to_string().into();
                result["webenv"] = web_env.into();
            }
            if !found.warnings.is_empty() {
                result["warninglist"] =
                    json!({ "phrasesignored": [], "quotedphrasesnotfound": [], "outputmessages": found.warnings });
            }
            return Answer::json(
                &json!({ "header": { "type": "esearch", "version": "0.3" }, "esearchresult": result }),
            );
        }
        let mut out = answer::prolog("eSearchResult", "esearch 20060628", "20060628/esearch.dtd");
        out += &format!("<eSearchResult><Count>{count}</Count>");
        if !p.is("rettype", "count") {
            out += &format!("<RetMax>{}</RetMax><RetStart>{start}</RetStart>", page.len());
            if let Some((web_env, key)) = kept {
                out += &format!("<QueryKey>{key}</QueryKey><WebEnv>{web_env}</WebEnv>");
            }
            out += "<IdList>\n";
            for pmid in page {
                out += &format!("<Id>{pmid}</Id>\n");
            }
            out += "</IdList><TranslationSet/>";
            out += &format!("<QueryTranslation>{}</QueryTranslation>", answer::escape(&found.translation));
            if !found.warnings.is_empty() {
                out += "<WarningList>";
                for w in &found.warnings {
                    out += &format!("<OutputMessage>{}</OutputMessage>", answer::escape(w));
                }
                out += "</WarningList>";
            }
        }
        Answer::xml(out + "</eSearchResult>\n")
    }

    pub(super) fn epost(&self, p: &Parameters) -> Answer {
        let ids = p.ids();
        if ids.is_empty() {
            return answer::refusal("epost", p, "Empty ID list; Nothing to store");
        }
        if ids.len() > 10_000 {
            return answer::refusal("epost", p, "Too many UIDs in request. Maximum number of UIDs is 10000.");
        }
        let (web_env, key) = self.keep(p.get("webenv"), ids);
        let head = answer::prolog("ePostResult", "epost 20090526", "20090526/epost.dtd");
        Answer::xml(format!(
            "{head}<ePostResult>\n<QueryKey>{key}</QueryKey>\n<WebEnv>{web_env}</WebEnv>\n</ePostResult>\n"
        ))
    }
}
