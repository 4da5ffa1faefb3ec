#![allow(clippy::unwrap_used)]

use super::*;

/// How an answer is taken: P may pass, F too fast, K key, E expired, R refused.
fn taken<T>(result: Result<T, Failure>) -> (char, String) {
    match result {
        Ok(_) => ('-', String::new()),
        Err(Failure::Passing(why, _)) => ('P', why),
        Err(Failure::TooFast(why, _)) => ('F', why),
        Err(Failure::Final(ClientError::Key { why, .. })) => ('K', why),
        Err(Failure::Final(ClientError::Expired { why, .. })) => ('E', why),
        Err(Failure::Final(ClientError::Refused { why, .. })) => ('R', why),
        Err(Failure::Final(other)) => ('?', other.to_string()),
    }
}

#[test]
fn an_answer_that_is_none_is_sorted_by_what_can_be_done() {
    let cases: &[(&str, &str, char, &str)] = &[
        ("nothing", "", 'P', "empty"),
        ("white space", " \n", 'P', "empty"),
        ("a page", "<!DOCTYPE html><html><body>busy</body></html>", 'P', "busy"),
        ("cut within a record", "<PubmedArticleSet><PubmedArticle>", 'P', "was cut"),
        ("cut within the last tag", "<PubmedArticleSet></PubmedArticleSet", 'P', "was cut"),
        (
            "the rate, by JSON",
            "{\"error\":\"API rate limit exceeded\",\"api-key\":\"192.0.2.1\",\"count\":\"26\",\"limit\":\"3\"}",
            'F',
            "rate limit",
        ),
        (
            "the rate, in the manual's short form",
            "{\"error\":\"API rate limit exceeded\",\"count\":\"11\"}",
            'F',
            "rate limit",
        ),
        ("a key there is not", "{\"error\":\"API key invalid\",\"api-key\":\"x\"}", 'K', "API key invalid"),
        ("a key that is none", "{\"error\":\"API key not wellformed\",\"api-key\":\"x\"}", 'K', "not wellformed"),
        (
            "a history that is gone",
            "<eFetchResult>\n\t<ERROR>Unable to obtain query #1</ERROR></eFetchResult>",
            'E',
            "#1",
        ),
        (
            "two errors in one answer, as EPost gives them",
            "<ePostResult>\n\t<ERROR>Empty ID list; Nothing to store</ERROR>\n\t<ERROR>Some IDs have invalid value and were omitted.</ERROR></ePostResult>",
            'R',
            "Empty ID list",
        ),
        (
            "the window's end, in JSON with a raw line break",
            "{\"header\":{\"type\":\"esearch\"},\"esearchresult\":{\"ERROR\":\"Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed\"}}",
            'R',
            "larger than 9998",
        ),
        (
            "too many asterisks",
            "<x><ERROR>Search Backend failed: number of wildcards exceeds 256</ERROR></x>",
            'R',
            "256",
        ),
        ("an outage", "<x><ERROR>Search Backend failed: the address table is empty</ERROR></x>", 'P', "address table"),
        ("another database", "<x><ERROR>Invalid db name specified: nothing</ERROR></x>", 'R', "Invalid db"),
        ("JSON that is cut", "{\"esearchresult\":{\"count\":\"1", 'P', "JSON"),
        ("JSON where XML was asked for", "{\"esearchresult\":{\"count\":\"1\"}}", 'P', "got JSON"),
    ];
    for (sentence, body, expected, word) in cases {
        let (got, why) = taken(efetch(body.as_bytes()));
        assert_eq!((got, why.contains(word)), (*expected, true), "{sentence}: {why}");
    }
    for body in [
        "<PubmedArticleSet></PubmedArticleSet>",
        "<PubmedArticleSet/>",
        "\n<?xml version=\"1.0\" ?>\n<PubmedArticleSet>\n</PubmedArticleSet>\n",
    ] {
        assert_eq!(taken(efetch(body.as_bytes())).0, '-', "a set without records is an answer: {body}");
    }
}

#[test]
fn a_search_says_what_was_found_what_was_run_and_what_was_not() {
    let body = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!DOCTYPE eSearchResult PUBLIC \"-//NLM//DTD esearch 20060628//EN\" \"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd\">\n<eSearchResult><Count>5</Count><RetMax>2</RetMax><RetStart>0</RetStart><QueryKey>1</QueryKey><WebEnv>MCID_a</WebEnv><IdList>\n<Id>12</Id>\n<Id>11</Id>\n</IdList><TranslationSet><Translation>     <From>x</From>     <To>\"x\"[MeSH Terms]</To>    </Translation></TranslationSet><QueryTranslation>\"x\"[MeSH Terms] AND 2010/01/01:2011/12/31[Date - Publication] &amp; y</QueryTranslation><ErrorList><PhraseNotFound>abcXYZ</PhraseNotFound></ErrorList><WarningList><PhraseIgnored>the</PhraseIgnored><QuotedPhraseNotFound>\"no such phrase\"</QuotedPhraseNotFound><OutputMessage>No items found.</OutputMessage></WarningList></eSearchResult>";
    let answer = esearch(body.as_bytes()).unwrap_or_else(|_| panic!("it is an answer"));
    assert_eq!((answer.count, answer.pmids.as_slice()), (5, [12, 11].as_slice()));
    assert_eq!(answer.kept(), Some(Kept { web_env: "MCID_a".into(), query_key: "1".into() }));
    assert!(answer.translation.ends_with("[Date - Publication] & y"), "{}", answer.translation);
    assert_eq!(answer.errors[0], PubMedSays { kind: "PhraseNotFound".into(), text: "abcXYZ".into() });
    let kinds: Vec<&str> = answer.warnings.iter().map(|w| w.kind.as_str()).collect();
    assert_eq!(kinds, ["PhraseIgnored", "QuotedPhraseNotFound", "OutputMessage"]);
    let none = esearch(b"<eSearchResult><IdList/></eSearchResult>");
    assert_eq!(taken(none).0, 'P', "an answer without a count is no empty answer");
    let zero =
        esearch(b"<eSearchResult><Count>0</Count><RetMax>0</RetMax><RetStart>0</RetStart><IdList/></eSearchResult>");
    assert_eq!(zero.map(|a| a.count).unwrap_or(9), 0, "a legitimate nothing");
}

#[test]
fn summaries_name_their_records_and_those_that_have_none() {
    let body = br#"{"header":{"type":"esummary"},"result":{"uids":["1","2","3"],"1":{"uid":"1","title":"T","doctype":"citation"},"2":{"uid":"2","error":"cannot get document summary"}}}"#;
    let list = esummary(body).unwrap_or_else(|_| panic!("it is an answer"));
    assert_eq!((list[0].title.as_str(), list[0].kind.as_str(), &list[0].error), ("T", "citation", &None));
    assert_eq!(list[1].error.as_deref(), Some("cannot get document summary"), "an error of one record is not of all");
    assert_eq!(list[2].error.as_deref(), Some("no summary"), "listed and not described");
    let many = br#"{"error":"Too many UIDs in request. Maximum number of UIDs is 500 for JSON format output."}"#;
    assert_eq!(taken(esummary(many)).0, 'R');
    assert_eq!(taken(esummary(b"<html></html>")).0, 'P');
}

#[test]
fn json_that_was_not_asked_for_is_read_like_xml() {
    let body = br#"{"header":{"type":"esearch","version":"0.3"},"esearchresult":{"count":"5","retmax":"2","retstart":"0","querykey":"1","webenv":"MCID_a","idlist":["12","11"],"translationset":[],"querytranslation":"x","errorlist":{"phrasesnotfound":["abcXYZ"],"fieldsnotfound":[]},"warninglist":{"phrasesignored":["the"],"quotedphrasesnotfound":[],"outputmessages":["No items found."]}}}"#;
    let answer = esearch(body).unwrap_or_else(|_| panic!("it is an answer"));
    assert_eq!((answer.count, answer.pmids.as_slice(), answer.translation.as_str()), (5, [12, 11].as_slice(), "x"));
    assert_eq!(answer.kept(), Some(Kept { web_env: "MCID_a".into(), query_key: "1".into() }));
    assert_eq!((answer.errors.len(), answer.warnings.len()), (1, 2));
    let info = br#"{"einforesult":{"dbinfo":[{"dbname":"pubmed","dbbuild":"Build-1","count":"7","lastupdate":"d","fieldlist":[{"name":"TIAB","fullname":"Title/Abstract"}]}]}}"#;
    let info = einfo(info).unwrap_or_else(|_| panic!("it is an answer"));
    assert_eq!((info.build.as_str(), info.count, info.fields.len()), ("Build-1", 7, 1));
    assert_eq!(taken(esearch(br#"{"esearchresult":{}}"#)).0, 'P', "no count, no answer");
    assert_eq!(taken(esearch(br#"{"esearchresult":{"ERROR":"Unable to obtain query #1"}}"#)).0, 'E');
}
