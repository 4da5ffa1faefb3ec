//! Answers of NCBI recorded by other projects, read by the real client over a real socket.
//!
//! `TAMIS_RECORDED` names folders, separated by `:`; without it nothing is read, and the test says so
//! (`scripts/recorded.sh` gathers what it can).

use std::path::{Path, PathBuf};
use std::time::Duration;

use tamis::entrez::client::{Client, ClientError, SearchRequest, Settings};
use tamis::entrez::xml::read_articles;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A client of a service that gives this answer to everything.
async fn canned(status: u16, body: Vec<u8>) -> Client {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = socket.read(&mut [0; 8192]).await;
            let _ = socket.write_all(&[head.as_bytes(), &body].concat()).await;
            let _ = socket.shutdown().await;
        }
    });
    let settings = Settings { base, max_tries: 1, timeout: Duration::from_secs(20), ..Settings::default() };
    Client::new(settings).unwrap()
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())).flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
    out.sort();
}

/// Reads one XML answer; what was learnt, or none when it is no answer of PubMed's.
async fn read(text: &str) -> Option<String> {
    let error = text.contains("<ERROR>");
    let count = |tag: &str| text.matches(tag).count();
    let client = canned(200, text.as_bytes().to_vec()).await;
    let search = SearchRequest { term: "x".into(), ..SearchRequest::default() };
    if text.contains("<PubmedArticleSet") {
        let body = client.efetch_ids(&[1]).await.map_err(|e| e.to_string());
        let set = read_articles(&body.unwrap()).unwrap_or_else(|e| panic!("{e}"));
        let written = count("<PubmedArticle>") + count("<PubmedBookArticle>");
        assert_eq!(set.articles.len(), written, "every record is read");
        assert!(set.articles.iter().all(|a| a.record.pmid.0 > 0));
        for article in &set.articles {
            assert_eq!(tamis::entrez::xml::read_record(&article.raw).unwrap(), article.record);
        }
        return Some(format!("{written} records"));
    }
    if text.contains("<eSearchResult") {
        return Some(match client.esearch(&search).await {
            Ok(answer) => {
                assert!(!error && answer.pmids.len() <= count("<Id>"), "{answer:?}");
                let said: Vec<_> = answer.errors.iter().chain(&answer.warnings).map(|s| s.kind.clone()).collect();
                format!("a search: {} found, {} listed, {}", answer.count, answer.pmids.len(), said.join(" "))
            }
            Err(e) => {
                assert!(error, "{e}");
                format!("a refused search: {e}")
            }
        });
    }
    if text.contains("<eInfoResult") && text.contains("<DbInfo>") {
        let info = client.einfo().await.unwrap();
        assert_eq!(info.fields.len(), count("<Field>"));
        return Some(format!("{} fields, {}", info.fields.len(), info.build));
    }
    if text.contains("<ePostResult") {
        return Some(match client.epost(&[1]).await {
            Ok(kept) => format!("a kept set: {}", kept.web_env),
            Err(e) => {
                assert!(error, "{e}");
                format!("a refused set: {e}")
            }
        });
    }
    None
}

/// Reads one answer in JSON; what was learnt, or none when it is no answer of PubMed's.
async fn read_json(value: &serde_json::Value) -> Option<String> {
    let client = canned(200, value.to_string().into_bytes()).await;
    let search = SearchRequest { term: "x".into(), ..SearchRequest::default() };
    let result = &value["esearchresult"];
    if let Some(count) = result["count"].as_str() {
        let answer = client.esearch(&search).await.unwrap();
        assert_eq!(answer.count.to_string(), count);
        assert_eq!(answer.pmids.len(), result["idlist"].as_array().map_or(0, Vec::len));
        let lists = ["errorlist", "warninglist"].map(|l| result[l].as_object().cloned().unwrap_or_default());
        let said: usize = lists.iter().flat_map(|l| l.values()).filter_map(|v| v.as_array()).map(Vec::len).sum();
        assert_eq!(answer.errors.len() + answer.warnings.len(), said, "whatever PubMed remarks is heard");
        return Some(format!("a search: {count} found, {said} remarks"));
    }
    let info = &value["einforesult"]["dbinfo"];
    if let Some(fields) = info.get(0).unwrap_or(info)["fieldlist"].as_array() {
        let info = client.einfo().await.unwrap();
        assert_eq!(info.fields.len(), fields.len());
        return Some(format!("{} fields, {}", info.fields.len(), info.build));
    }
    if let Some(uids) = value["result"]["uids"].as_array() {
        let summaries = client.esummary(&[1]).await.unwrap();
        assert_eq!(summaries.len(), uids.len());
        assert!(summaries.iter().all(|s| s.error.is_some() || !s.title.is_empty()), "{summaries:?}");
        return Some(format!("{} summaries", summaries.len()));
    }
    None
}

#[tokio::test]
async fn recorded_answers_are_read_whole_or_refused_with_their_reason() {
    let Ok(folders) = std::env::var("TAMIS_RECORDED") else {
        eprintln!("skipped: TAMIS_RECORDED names no folders of recorded answers");
        return;
    };
    let mut list = Vec::new();
    folders.split(':').filter(|f| !f.is_empty()).for_each(|f| files(Path::new(f), &mut list));
    let (mut understood, mut others) = (0, 0);
    for path in list {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Ok(text) = String::from_utf8(std::fs::read(&path).unwrap()) else {
            others += 1;
            continue;
        };
        let learnt = if name == "error_bodies.jsonl" {
            let mut n = 0;
            for line in text.lines() {
                let case: serde_json::Value = serde_json::from_str(line).unwrap();
                let body = case["body"].as_str().unwrap_or_default();
                let status = case["status"].as_u64().unwrap_or(200) as u16;
                let client = canned(status, body.as_bytes().to_vec()).await;
                n += 1;
                if body == "<PubmedArticleSet></PubmedArticleSet>" {
                    assert!(client.efetch_ids(&[1]).await.is_ok(), "an empty set is an answer");
                    continue;
                }
                let error = client.efetch_ids(&[1]).await.err().unwrap_or_else(|| panic!("believed: {line}"));
                if body.contains("API key") {
                    assert!(matches!(error, ClientError::Key { .. }), "{line}: {error:?}");
                } else if body.contains("rate limit") {
                    assert!(matches!(error, ClientError::GaveUp { .. }), "may pass: {line}: {error:?}");
                }
            }
            Some(format!("{n} refusals"))
        } else if name.ends_with(".raw.txt") {
            let client = canned(200, text.clone().into_bytes()).await;
            let search = SearchRequest { term: "x".into(), retstart: 9_999, ..SearchRequest::default() };
            let error = client.esearch(&search).await.expect_err("never an empty result");
            assert!(error.to_string().contains("cannot be larger than 9998"), "{error}");
            Some("the window's end, in invalid JSON".to_owned())
        } else if name.ends_with(".xml") {
            read(&text).await
        } else if name.ends_with(".json") {
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            match read_json(&value).await {
                Some(learnt) => Some(learnt),
                None => {
                    // A collection of answers by name.
                    let mut n = 0;
                    for case in value.as_object().into_iter().flat_map(|o| o.values()) {
                        n += usize::from(read_json(case).await.is_some());
                    }
                    (n > 0).then(|| format!("{n} answers"))
                }
            }
        } else {
            None
        };
        match learnt {
            Some(learnt) => {
                understood += 1;
                eprintln!("{}: {learnt}", path.display());
            }
            None => others += 1,
        }
    }
    eprintln!("{understood} recorded answers read, {others} of other databases or forms left");
    assert!(understood > 0, "there is nothing of PubMed's in {folders}");
}
