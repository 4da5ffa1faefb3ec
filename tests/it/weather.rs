//! The client and the service over real sockets, in fair and foul weather.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tamis::entrez::client::{Client, ClientError, SearchRequest, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that answers each connection with the next of these bytes, then with the last for ever.
async fn server(answers: Vec<Vec<u8>>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}/entrez/eutils/", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let n = count.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
            let mut buffer = [0; 4096];
            let _ = socket.read(&mut buffer).await;
            let _ = socket.write_all(&answers[n]).await;
            let _ = socket.shutdown().await;
        }
    });
    (base, asked)
}

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
        .into_bytes()
}

fn client(base: String) -> Client {
    Client::new(Settings {
        base,
        max_tries: 3,
        backoff: Duration::from_millis(5),
        timeout: Duration::from_secs(5),
        ..Settings::default()
    })
    .unwrap()
}

const GOOD: &str = "<?xml version=\"1.0\" ?><PubmedArticleSet></PubmedArticleSet>";

#[tokio::test]
async fn what_may_pass_is_tried_again_and_what_will_not_ends_clearly() {
    let ok = || http("200 OK", "", GOOD);
    let cut = http("200 OK", "", "<PubmedArticleSet><PubmedArticle>");
    let reset = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<Pub".to_vec();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("429", http("429 Too Many Requests", "", "{\"error\":\"API rate limit exceeded\"}")),
        ("429 with Retry-After", http("429 Too Many Requests", "Retry-After: 0\r\n", "{}")),
        ("500", http("500 Internal Server Error", "", "")),
        ("502 with a page", http("502 Bad Gateway", "", "<html>x</html>")),
        ("a page with 200", http("200 OK", "", "<html>Sorry</html>")),
        ("a rate limit with 200", http("200 OK", "", "{\"error\":\"API rate limit exceeded\",\"count\":\"11\"}")),
        ("an empty body", http("200 OK", "", "")),
        ("a cut body", cut),
        ("a broken connection", reset),
        ("a connection closed at once", Vec::new()),
    ];
    for (name, answer) in cases {
        let (base, asked) = server(vec![answer.clone(), ok()]).await;
        let body = client(base).efetch_ids(&[1]).await;
        assert!(body.is_ok(), "{name}, then good: {body:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 2, "{name}: one more try");
        let (base, asked) = server(vec![answer]).await;
        let error = client(base).efetch_ids(&[1]).await;
        assert!(matches!(error, Err(ClientError::GaveUp { tries: 3, .. })), "{name} for ever: {error:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 3, "{name}: no more than three tries");
    }
    let finals = [
        ("404", http("404 Not Found", "", "no")),
        (
            "a bad search",
            http("200 OK", "", "<eFetchResult><ERROR>Invalid db name specified: x</ERROR></eFetchResult>"),
        ),
        ("a redirect", http("302 Found", "Location: http://127.0.0.1:1/\r\n", "")),
    ];
    for (name, answer) in finals {
        let (base, asked) = server(vec![answer]).await;
        let error = client(base).efetch_ids(&[1]).await;
        assert!(matches!(error, Err(ClientError::Refused { .. })), "{name}: {error:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{name}: asked once");
    }
    let (base, asked) = server(vec![http("400 Bad Request", "", "{\"error\":\"API key invalid\"}")]).await;
    let error = client(base).efetch_ids(&[1]).await;
    assert!(matches!(error, Err(ClientError::Key { .. })), "a bad key: {error:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "a bad key: asked once");
    let gone = http("200 OK", "", "<eSearchResult><ERROR>Unable to obtain query #1</ERROR></eSearchResult>");
    let (base, _) = server(vec![gone]).await;
    let error = client(base).esearch(&SearchRequest { term: "a".into(), ..SearchRequest::default() }).await;
    assert!(matches!(error, Err(ClientError::Expired { .. })), "{error:?}");
}

/// The service over articles of this many PMIDs.
async fn service(n: u64) -> String {
    let mut xml = String::from("<PubmedArticleSet>");
    for pmid in 1..=n {
        xml.push_str(&format!("<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>word{} alpha</ArticleTitle></Article></MedlineCitation></PubmedArticle>", pmid % 2));
    }
    xml.push_str("</PubmedArticleSet>");
    let library = tamis::entrez::service::Library::from_bytes(vec![("x".into(), xml.into_bytes())]).unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}/entrez/eutils/", listener.local_addr().unwrap());
    tokio::spawn(tamis::entrez::service::serve(Arc::new(library), listener, std::future::pending()));
    base
}

#[tokio::test]
async fn a_search_past_the_window_is_split_and_every_record_comes_once() {
    let client = client(service(12_345).await);
    let request = SearchRequest { term: "alpha[ti]".into(), retmax: 20, ..SearchRequest::default() };
    let first = client.esearch(&request).await.unwrap();
    assert_eq!((first.count, first.pmids.len()), (12_345, 20));
    let far = client.esearch(&SearchRequest { retstart: 9_999, ..request.clone() }).await;
    assert!(matches!(far, Err(ClientError::Refused { .. })), "{far:?}");
    let whole = client.search_all(&request, &|_, _| {}).await.unwrap();
    assert_eq!(whole.parts.iter().map(|p| p.count).sum::<u64>(), 12_345, "the parts make the whole");
    let mut all = whole.pmids;
    all.sort_unstable();
    assert_eq!(all, (1..=12_345).collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_string_the_service_cannot_run_is_refused_never_ignored() {
    let client = client(service(3).await);
    for term in ["(alpha[ti]", "alpha[xx]", "alpha[ti] AND systematic[sb]"] {
        let answer = client.esearch(&SearchRequest { term: term.into(), ..SearchRequest::default() }).await;
        assert!(matches!(answer, Err(ClientError::Refused { .. })), "{term}: {answer:?}");
    }
}

#[tokio::test]
async fn what_the_service_serves_is_what_the_reader_reads() {
    let client = client(service(5).await);
    let answer = client
        .esearch(&SearchRequest { term: "word1[ti]".into(), retmax: 9, ..SearchRequest::default() })
        .await
        .unwrap();
    assert_eq!(answer.pmids, [5, 3, 1], "newest first");
    assert_eq!(answer.translation, "\"word1\"[Title]");
    let body = client.efetch_ids(&[5, 4, 99]).await.unwrap();
    let set = tamis::entrez::xml::read_articles(&body).unwrap();
    let pmids: Vec<u64> = set.articles.iter().map(|a| a.record.pmid.0).collect();
    assert_eq!(pmids, [5, 4], "a PMID without a record is simply not there");
    let kept = client.epost(&[4, 2, 99]).await.unwrap();
    let body = client.efetch_kept(&kept, 0, 200).await.unwrap();
    let set = tamis::entrez::xml::read_articles(&body).unwrap();
    assert_eq!(set.articles.iter().map(|a| a.record.pmid.0).collect::<Vec<_>>(), [4, 2], "a kept set, paged");
    let gone = client.efetch_kept(&tamis::entrez::client::Kept { web_env: "x".into(), ..kept }, 0, 9).await;
    assert!(matches!(gone, Err(ClientError::Expired { .. })), "{gone:?}");
    let summaries = client.esummary(&[5, 99]).await.unwrap();
    assert_eq!((summaries[0].title.as_str(), &summaries[0].error), ("word1 alpha", &None));
    assert!(summaries[1].error.is_some(), "a record there is not has no summary");
    let info = client.einfo().await.unwrap();
    assert_eq!(info.count, 5);
    assert!(info.fields.iter().any(|f| f.0 == "TIAB"), "{:?}", info.fields);
}
