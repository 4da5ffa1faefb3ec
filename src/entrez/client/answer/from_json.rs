//! ESearch and EInfo in JSON: not asked for, and read when a service answers so.

use serde_json::Value;

use super::{DbInfo, PubMedSays, SearchAnswer};

/// The words of NCBI's JSON lists with the names of the XML's elements.
const SAYS: &[(&str, &str, bool)] = &[
    ("phrasesnotfound", "PhraseNotFound", true),
    ("fieldsnotfound", "FieldNotFound", true),
    ("phrasesignored", "PhraseIgnored", false),
    ("quotedphrasesnotfound", "QuotedPhraseNotFound", false),
    ("outputmessages", "OutputMessage", false),
];

/// A number that NCBI writes as text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// The answer to a search; none when it is not one.
pub(super) fn esearch(value: &Value) -> Option<SearchAnswer> {
    let result = &value["esearchresult"];
    let text = |name: &str| result[name].as_str().map(str::to_owned);
    let mut answer = SearchAnswer {
        count: number(&result["count"])?,
        pmids: result["idlist"].as_array().into_iter().flatten().filter_map(number).collect(),
        web_env: text("webenv"),
        query_key: text("querykey"),
        translation: text("querytranslation").unwrap_or_default(),
        ..SearchAnswer::default()
    };
    for (name, kind, is_error) in SAYS {
        let list = if *is_error { "errorlist" } else { "warninglist" };
        for said in result[list][name].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let said = PubMedSays { kind: (*kind).to_owned(), text: said.to_owned() };
            if *is_error { answer.errors.push(said) } else { answer.warnings.push(said) }
        }
    }
    Some(answer)
}

/// The description of a database; none when it is not one.
pub(super) fn einfo(value: &Value) -> Option<DbInfo> {
    let info = &value["einforesult"]["dbinfo"];
    // NCBI puts the one description into a list.
    let info = info.get(0).unwrap_or(info);
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let fields = info["fieldlist"].as_array()?;
    Some(DbInfo {
        build: text(info, "dbbuild"),
        last_update: text(info, "lastupdate"),
        count: number(&info["count"]).unwrap_or(0),
        fields: fields.iter().map(|f| (text(f, "name"), text(f, "fullname"))).collect(),
    })
}
