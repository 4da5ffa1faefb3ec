//! The service as its clients meet it: raw requests, every format, every bound.

use std::sync::Arc;
use std::time::Duration;

use tamis::entrez::service::{Library, Limits, serve_within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn library(n: u64) -> Arc<Library> {
    let mut xml = String::from("<PubmedArticleSet>");
    for pmid in 1..=n {
        let (year, letter) = (2000 + pmid % 20, char::from(b'A' + (pmid % 26) as u8));
        xml.push_str(&format!(
            "<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Journal><JournalIssue><PubDate><Year>{year}</Year></PubDate></JournalIssue><Title>{letter} Journal</Title></Journal><ArticleTitle>alpha &amp; word{} of {pmid}</ArticleTitle><AuthorList><Author><LastName>{letter}author</LastName></Author></AuthorList></Article></MedlineCitation></PubmedArticle>",
            pmid % 2
        ));
    }
    xml.push_str("<PubmedBookArticle><BookDocument><PMID>999999</PMID><Book><BookTitle>alpha of books</BookTitle></Book></BookDocument></PubmedBookArticle></PubmedArticleSet>");
    Arc::new(Library::from_bytes(vec![("x".into(), xml.into_bytes())]).unwrap())
}

/// A running service; its address.
async fn running(n: u64, limits: Limits) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(serve_within(library(n), listener, limits, std::future::pending()));
    address
}

/// Sends bytes, reads to the end (ten seconds at most).
async fn raw(address: &str, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    // A server that refuses may close before all is sent.
    let _ = socket.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(10), socket.read_to_end(&mut answer)).await.expect("it answers");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn get(address: &str, call: &str) -> String {
    let request = format!("GET /entrez/eutils/{call} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    raw(address, request.as_bytes()).await
}

async fn post(address: &str, utility: &str, form: &str) -> String {
    let head = format!(
        "POST /entrez/eutils/{utility}.fcgi HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        form.len()
    );
    raw(address, format!("{head}{form}").as_bytes()).await
}

#[tokio::test]
async fn every_call_answers_in_the_words_of_the_clients() {
    let a = running(40, Limits::default()).await;
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        (
            "a search in XML, twenty PMIDs unless asked otherwise",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D",
            &["<Count>41</Count><RetMax>20</RetMax>", "<Id>999999</Id>", "&quot;alpha&quot;[Title]"],
            &["<WebEnv>"],
        ),
        (
            "a search in JSON has its count as a text",
            "esearch.fcgi?db=pubmed&term=word1%5Bti%5D&retmode=json&retmax=2&usehistory=y",
            &["\"count\":\"20\"", "\"idlist\":[\"39\",\"37\"]", "\"querykey\":\"1\"", "\"webenv\":\"MCID_"],
            &["warninglist"],
        ),
        (
            "the count alone",
            "esearch.fcgi?db=pubmed&term=word1%5Bti%5D&rettype=count",
            &["<Count>20</Count></eSearchResult>"],
            &["IdList"],
        ),
        (
            "more than the window gives is cut and told",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D&retmax=100000&retstart=9990",
            &["start and count adjusted to 9990, 9"],
            &["<Id>"],
        ),
        (
            "an offset past the window is an error under 200, with a raw line break in the JSON",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D&retstart=9999&retmode=json",
            &["HTTP/1.1 200", "\"ERROR\":\"Search Backend failed: Exception:\n'retstart' cannot be larger than 9998."],
            &[],
        ),
        (
            "newest publication first",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D&sort=pub_date&retmax=3",
            &["<Id>39</Id>\n<Id>19</Id>\n<Id>38</Id>"],
            &[],
        ),
        (
            "by first author",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D&sort=Author&retmax=2",
            &["<Id>26</Id>\n<Id>27</Id>"],
            &[],
        ),
        (
            "by journal, the books' title among them",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D&sort=JournalName&retmax=2",
            &["<Id>26</Id>\n<Id>999999</Id>"],
            &[],
        ),
        (
            "a sort there is not is told",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D&sort=beauty",
            &["Unknown sort schema ignored"],
            &[],
        ),
        (
            "within years",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D&datetype=pdat&mindate=2001&maxdate=2002",
            &["<Count>4</Count>", "2001:2002[Date - Publication]"],
            &[],
        ),
        (
            "all within a very long time back",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D&reldate=100000",
            &["<Count>40</Count>"],
            &[],
        ),
        (
            "one date alone is an error",
            "esearch.fcgi?db=pubmed&term=alpha%5Bti%5D&mindate=2001",
            &["<ERROR>mindate and maxdate must be given together"],
            &[],
        ),
        (
            "a field for the whole term",
            "esearch.fcgi?db=pubmed&term=alpha&field=titl",
            &["<Count>41</Count>", "&quot;alpha&quot;[Title]"],
            &[],
        ),
        ("nothing found is told", "esearch.fcgi?db=pubmed&term=zeta%5Bti%5D", &["No items found."], &["<Id>"]),
        ("another database", "esearch.fcgi?db=protein&term=a", &["Invalid db name specified: protein"], &[]),
        ("einfo without a database", "einfo.fcgi", &["<DbName>pubmed</DbName></DbList>"], &[]),
        (
            "einfo names build and fields, and their kinds",
            "einfo.fcgi?db=pubmed&version=2.0",
            &["<DbBuild>Build-local.", "<Name>CRDT</Name>", "<IsDate>Y</IsDate>", "<IsRangable>Y</IsRangable>"],
            &[],
        ),
        (
            "einfo in JSON",
            "einfo.fcgi?db=pubmed&retmode=json",
            &["\"dbbuild\":\"Build-local.", "\"name\":\"UID\""],
            &[],
        ),
        (
            "records as XML by default, in the order asked, without those there are not",
            "efetch.fcgi?db=pubmed&id=3&id=1,77",
            &["text/xml", "<!DOCTYPE PubmedArticleSet", "<PMID>3</PMID>", "<PMID>1</PMID>"],
            &["77"],
        ),
        (
            "as MEDLINE text",
            "efetch.fcgi?db=pubmed&id=3&rettype=medline&retmode=text",
            &["text/plain", "\nPMID- 3\n", "TI  - alpha & word1 of 3\n", "AU  - Dauthor\n"],
            &["<"],
        ),
        (
            "as text for reading",
            "efetch.fcgi?db=pubmed&id=3,4&rettype=abstract&retmode=text",
            &["1. D Journal. 2003.\n\nalpha & word1 of 3\n\nDauthor.\n\nPMID: 3\n\n\n2. E Journal. 2004."],
            &[],
        ),
        ("as a list", "efetch.fcgi?db=pubmed&id=3,4&rettype=uilist&retmode=text", &["\r\n\r\n3\n4\n"], &[]),
        ("a list in XML", "efetch.fcgi?db=pubmed&id=3&rettype=uilist&retmode=xml", &["<IdList>\n<Id>3</Id>"], &[]),
        ("a form not served", "efetch.fcgi?db=pubmed&id=3&rettype=gb", &["HTTP/1.1 400", "is not served"], &[]),
        ("identifiers that are none", "efetch.fcgi?db=pubmed&id=abc", &["HTTP/1.1 400", "ID list is empty!"], &[]),
        ("a history that is gone", "efetch.fcgi?db=pubmed&WebEnv=x&query_key=1", &["Unable to obtain query #1"], &[]),
        (
            "a summary of each, and an error for one that is not there",
            "esummary.fcgi?db=pubmed&id=3,77&retmode=json",
            &["\"title\":\"alpha & word1 of 3\"", "\"77\":{\"uid\":\"77\",\"error\":\"cannot get document summary\"}"],
            &[],
        ),
        (
            "summaries of version 1",
            "esummary.fcgi?db=pubmed&id=3",
            &["<DocSum>", "<Item Name=\"Title\" Type=\"String\">alpha &amp; word1 of 3</Item>"],
            &[],
        ),
        (
            "summaries of version 2",
            "esummary.fcgi?db=pubmed&id=999999&version=2.0",
            &["<DocumentSummary uid=\"999999\">", "<DocType>book</DocType>"],
            &[],
        ),
        ("epost has no JSON", "epost.fcgi?db=pubmed&id=1&retmode=json", &["HTTP/1.1 500"], &[]),
        ("what is not there", "egquery.fcgi?term=a", &["HTTP/1.1 404"], &[]),
    ];
    for (sentence, call, has, has_not) in cases {
        let answer = get(&a, call).await;
        for text in *has {
            assert!(answer.contains(text), "{sentence}: no `{text}` in {}", &answer[..answer.len().min(1500)]);
        }
        for text in *has_not {
            assert!(!answer.split("\r\n\r\n").nth(1).unwrap().contains(text), "{sentence}: `{text}` in {answer}");
        }
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split(from).nth(1).and_then(|t| t.split(to).next()).unwrap_or_else(|| panic!("no {from} in {text}"))
}

#[tokio::test]
async fn a_history_is_kept_paged_and_built_upon() {
    let a = running(40, Limits::default()).await;
    let first = post(&a, "esearch", "db=pubmed&term=word1[ti]&usehistory=y&retmax=0").await;
    let env = between(&first, "<WebEnv>", "</WebEnv>").to_owned();
    let posted = post(&a, "epost", &format!("db=pubmed&id=1,2,3,4,5&webenv={env}")).await;
    assert_eq!(between(&posted, "<QueryKey>", "</QueryKey>"), "2");
    assert_eq!(between(&posted, "<WebEnv>", "</WebEnv>"), env);
    let both = post(&a, "esearch", &format!("db=pubmed&term=%231+AND+%232&usehistory=y&WebEnv={env}")).await;
    assert_eq!(between(&both, "<Count>", "</Count>"), "3", "#1 AND #2: {both}");
    let within = post(&a, "esearch", &format!("db=pubmed&term=word1[ti]&query_key=2&WebEnv={env}")).await;
    assert_eq!(between(&within, "<Count>", "</Count>"), "3", "a term within a kept set");
    let page =
        get(&a, &format!("efetch.fcgi?db=pubmed&WebEnv={env}&query_key=1&retstart=2&retmax=2&rettype=uilist")).await;
    assert!(page.ends_with("\r\n\r\n35\n33\n"), "{page}");
    let all = get(&a, &format!("efetch.fcgi?db=pubmed&WebEnv={env}&query_key=2&rettype=uilist")).await;
    assert!(all.ends_with("\r\n\r\n1\n2\n3\n4\n5\n"), "without retmax the whole set: {all}");
}

#[tokio::test]
async fn hostile_input_is_refused_and_the_next_client_is_served() {
    let a =
        running(5, Limits { head: Duration::from_millis(300), body: Duration::from_millis(300), ..Limits::default() })
            .await;
    let ten_megabytes = format!("db=pubmed&term={}", "a".repeat(10 << 20));
    let parentheses = format!("db=pubmed&term={}", "(".repeat(1_000_000));
    let pairs = format!("db=pubmed&term={}", "()".repeat(30_000));
    let brackets = format!("db=pubmed&term={}", "[a]".repeat(20_000));
    for (sentence, form, expected) in [
        ("a term of 10 MB", ten_megabytes.as_str(), "413"),
        ("a million parentheses", &parentheses, "exceeds"),
        ("sixty thousand parentheses", &pairs, "Search Backend failed"),
        ("twenty thousand tags", &brackets, "Search Backend failed"),
        ("more PMIDs than an EPost takes", &format!("db=pubmed&term=a&id={}", "1,".repeat(10_001)), "<Count>"),
    ] {
        let answer = post(&a, "esearch", form).await;
        // A server that closes in the midst of 10 MB may reset the connection before its answer is read.
        let closed = answer.is_empty() && form.len() > 2 << 20;
        assert!(closed || answer.contains(expected), "{sentence}: {}", &answer[..answer.len().min(300)]);
    }
    let many = post(&a, "epost", &format!("db=pubmed&id={}", "1,".repeat(10_001))).await;
    assert!(many.contains("Too many UIDs"), "{many}");
    let slow =
        raw(&a, b"POST /entrez/eutils/esearch.fcgi HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\ndb=pub").await;
    assert!(slow.starts_with("HTTP/1.1 408"), "a body that does not come: {slow}");
    let head = raw(&a, b"POST /entrez/eutils/esea").await;
    assert!(!head.contains("200 OK"), "a head that does not come is closed: {head}");
    let long =
        raw(&a, format!("GET /entrez/eutils/esearch.fcgi?term={} HTTP/1.1\r\n\r\n", "a".repeat(100_000)).as_bytes())
            .await;
    assert!(long.starts_with("HTTP/1.1 4"), "an address of 100 kB: {long}");
    assert!(get(&a, "esearch.fcgi?db=pubmed&term=alpha[ti]").await.contains("<Count>6</Count>"), "and it still serves");
}

#[tokio::test]
async fn of_a_thousand_connections_those_past_the_bound_are_told_and_closed() {
    let a = running(5, Limits { connections: 20, head: Duration::from_millis(500), ..Limits::default() }).await;
    let mut open = Vec::new();
    let mut refused = 0;
    for _ in 0..1_000 {
        let mut socket = TcpStream::connect(&a).await.unwrap();
        if open.len() < 20 {
            open.push(socket);
            continue;
        }
        let mut text = String::new();
        let _ = socket.read_to_string(&mut text).await;
        refused += usize::from(text.is_empty() || text.starts_with("HTTP/1.1 503"));
    }
    assert_eq!(refused, 980);
    // The idle ones are closed after their time, and make place.
    for mut socket in open {
        let _ =
            tokio::time::timeout(Duration::from_secs(10), socket.read_to_end(&mut Vec::new())).await.expect("closed");
    }
    assert!(get(&a, "einfo.fcgi").await.contains("pubmed"));
}

#[tokio::test]
async fn with_a_rate_the_service_refuses_what_is_too_fast_as_ncbi_does() {
    let a = running(5, Limits { rate: Some(3), ..Limits::default() }).await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(get(&a, "einfo.fcgi").await);
    }
    assert!(answers[2].contains("x-ratelimit-limit: 3\r\nx-ratelimit-remaining: 0"), "{}", answers[2]);
    assert!(answers[3].starts_with("HTTP/1.1 429"), "{}", answers[3]);
    assert!(
        answers[3].contains("\"error\":\"API rate limit exceeded\",\"count\":\"4\",\"limit\":\"3\""),
        "{}",
        answers[3]
    );
}
