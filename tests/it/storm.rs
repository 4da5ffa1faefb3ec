//! A whole search and fetch by the real binary through a proxy that breaks what passes through it.
//!
//! What happens to a request depends on the seed, on the request and on how often it was made, and on nothing else:
//! a seed gives the same weather whatever the order in which requests arrive. `TAMIS_SEED` is the first seed,
//! `TAMIS_SEEDS` how many are tried (`just soak`).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::{Desk, Done};

/// What can happen to an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    ClosedAtOnce,
    ResetInMidBody,
    SlowDrip,
    TooMany,
    TooManyWithRetryAfter,
    RateLimitUnder200,
    InternalError,
    BadGateway,
    Unavailable,
    PageUnder200,
    ErrorInXml,
    ErrorInJson,
    TruncatedGzip,
    CutXml,
    BrokenInside,
    EmptyBody,
    Duplicates,
    Missing,
    Reordered,
    WrongContentType,
    Redirect,
    HistoryForgotten,
}

const FAULTS: &[Fault] = &[
    Fault::ClosedAtOnce,
    Fault::ResetInMidBody,
    Fault::SlowDrip,
    Fault::TooMany,
    Fault::TooManyWithRetryAfter,
    Fault::RateLimitUnder200,
    Fault::InternalError,
    Fault::BadGateway,
    Fault::Unavailable,
    Fault::PageUnder200,
    Fault::ErrorInXml,
    Fault::ErrorInJson,
    Fault::TruncatedGzip,
    Fault::CutXml,
    Fault::BrokenInside,
    Fault::EmptyBody,
    Fault::Duplicates,
    Fault::Missing,
    Fault::Reordered,
    Fault::WrongContentType,
    Fault::Redirect,
    Fault::HistoryForgotten,
];

/// A number from a seed, a text and a count (FNV-1a, then SplitMix64's finish).
fn chance(seed: u64, text: &str, count: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in text.bytes().chain(count.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

type Seen = Arc<Mutex<BTreeMap<Option<Fault>, u64>>>;

/// Reads a request: its first line and its form.
async fn request(socket: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 << 10];
    loop {
        let n = socket.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some((head.lines().next()?.to_owned(), body.to_owned()));
            }
        }
    }
}

/// Asks the service behind; the body of its answer, and its Content-Type.
async fn upstream(address: &str, line: &str, form: &str) -> (Vec<u8>, String) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let text = format!(
        "{line}\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    socket.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    let at = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..at]).to_lowercase();
    let kind = head.lines().find_map(|l| l.strip_prefix("content-type: ").map(str::to_owned)).unwrap_or_default();
    (answer[at + 4..].to_vec(), kind)
}

fn http(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    out.push_str("");
    [out.into_bytes(), body.to_vec()].concat()
}

/// The records or identifiers of an answer, changed.
fn shuffled(body: &str, change: impl Fn(Vec<&str>) -> Vec<String>) -> String {
    for (open, close) in [("<PubmedArticle>", "</PubmedArticle>"), ("<Id>", "</Id>")] {
        if let (Some(from), Some(to)) = (body.find(open), body.rfind(close)) {
            let items: Vec<&str> = body[from..to + close.len()].split_inclusive(close).map(str::trim).collect();
            return format!("{}{}{}", &body[..from], change(items).join("\n"), &body[to + close.len()..]);
        }
    }
    body.to_owned()
}

/// What goes over the wire in this weather; pauses are written as empty pieces.
fn broken(fault: Option<Fault>, luck: u64, body: &[u8], kind: &str) -> Vec<Vec<u8>> {
    let ok = |body: &[u8]| http("200 OK", &format!("Content-Type: {kind}\r\n"), body);
    let text = String::from_utf8_lossy(body).into_owned();
    let owned = |items: Vec<&str>| items.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let page = b"<html><body><h1>Sorry</h1></body></html>";
    let limit = b"{\"error\":\"API rate limit exceeded\",\"count\":\"11\"}";
    let Some(fault) = fault else { return vec![ok(body)] };
    vec![match fault {
        Fault::ClosedAtOnce => Vec::new(),
        Fault::ResetInMidBody => {
            let whole = ok(body);
            whole[..whole.len() - 1 - luck as usize % (body.len() / 2).max(1)].to_vec()
        }
        Fault::SlowDrip => {
            let mut pieces = vec![ok(body)[..40].to_vec()];
            pieces.extend((0..40).flat_map(|_| [Vec::new(), b"x".to_vec()]));
            return pieces;
        }
        Fault::TooMany => http("429 Too Many Requests", "", limit),
        Fault::TooManyWithRetryAfter => http("429 Too Many Requests", "Retry-After: 0\r\n", limit),
        Fault::RateLimitUnder200 => ok(limit),
        Fault::InternalError => http("500 Internal Server Error", "", b""),
        Fault::BadGateway => http("502 Bad Gateway", "Content-Type: text/html\r\n", page),
        Fault::Unavailable => http("503 Service Unavailable", "Retry-After: 0\r\n", page),
        Fault::PageUnder200 => ok(page),
        Fault::ErrorInXml => ok(b"<?xml version=\"1.0\"?><eFetchResult><ERROR>Search Backend failed: temporarily unavailable</ERROR></eFetchResult>"),
        Fault::ErrorInJson => ok(b"{\"esearchresult\":{\"ERROR\":\"Search Backend failed: server\n is temporarily unavailable\"}}"),
        Fault::TruncatedGzip => {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gz.write_all(body).unwrap();
            let packed = gz.finish().unwrap();
            http("200 OK", "Content-Encoding: gzip\r\n", &packed[..packed.len() * 2 / 3])
        }
        Fault::CutXml => ok(&body[..body.len() - body.len().min(20 + luck as usize % 500)]),
        Fault::BrokenInside => {
            let middle = text.len() / 2;
            ok(format!("{}<{}", &text[..middle], &text[middle..]).as_bytes())
        }
        Fault::EmptyBody => ok(b""),
        Fault::Duplicates => ok(shuffled(&text, |items| owned([items.clone(), items].concat())).as_bytes()),
        Fault::Missing => ok(shuffled(&text, |items| {
            let left = items.iter().enumerate().filter(|(i, _)| (luck >> (i % 60)) & 1 == 0);
            left.map(|(_, item)| (*item).to_owned()).collect()
        })
        .as_bytes()),
        Fault::Reordered => ok(shuffled(&text, |mut items| {
            items.reverse();
            owned(items)
        })
        .as_bytes()),
        Fault::WrongContentType => http("200 OK", "Content-Type: image/gif\r\n", body),
        Fault::HistoryForgotten => http(
            "400 Bad Request",
            "",
            b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>",
        ),
        Fault::Redirect => http("302 Found", "Location: http://127.0.0.1:1/\r\n", b""),
    }]
}

/// A proxy before a service; its base address, and what it did how often.
async fn proxy(service: String, seed: u64) -> (String, Seen) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}/entrez/eutils/", listener.local_addr().unwrap());
    let seen: Seen = Arc::default();
    let asked: Arc<Mutex<BTreeMap<String, u64>>> = Arc::default();
    let told = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (service, seen, asked) = (service.clone(), told.clone(), asked.clone());
            tokio::spawn(async move {
                let Some((line, form)) = request(&mut socket).await else { return };
                let count = {
                    let mut asked = asked.lock().unwrap();
                    let count = asked.entry(format!("{line}{form}")).or_default();
                    *count += 1;
                    *count
                };
                let luck = chance(seed, &format!("{line}{form}"), count);
                // Two requests of five meet weather; slow ones and redirects are rarer, for they cost a run its time.
                let fault = (luck % 5 < 2).then(|| FAULTS[(luck / 5) as usize % FAULTS.len()]);
                let rare = matches!(fault, Some(Fault::SlowDrip | Fault::Redirect)) && !(luck >> 40).is_multiple_of(4);
                let kept = form.contains("WebEnv=");
                let fault = fault.filter(|f| !rare && (kept || *f != Fault::HistoryForgotten));
                *seen.lock().unwrap().entry(fault).or_default() += 1;
                let (body, kind) = upstream(&service, &line, &form).await;
                for piece in broken(fault, luck >> 8, &body, &kind) {
                    if piece.is_empty() {
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    } else if socket.write_all(&piece).await.is_err() {
                        return;
                    }
                }
                let _ = socket.shutdown().await;
            });
        }
    });
    (base, seen)
}

/// A service over so many records of the template's subject; host and port.
async fn service(n: u64) -> String {
    let mut xml = String::from("<PubmedArticleSet>");
    for pmid in 1..=n {
        xml.push_str(&format!(
            "<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Journal><JournalIssue><PubDate><Year>2015</Year></PubDate></JournalIssue></Journal><ArticleTitle>Example treatment {pmid}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
        ));
    }
    xml.push_str("</PubmedArticleSet>");
    let library = tamis::entrez::service::Library::from_bytes(vec![("x".into(), xml.into_bytes())]).unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(tamis::entrez::service::serve(Arc::new(library), listener, std::future::pending()));
    address
}

/// Runs the binary while the servers of the test go on.
pub(crate) async fn tamis(desk: &Arc<Desk>, arguments: &[&str]) -> Done {
    let desk = desk.clone();
    let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
    tokio::task::spawn_blocking(move || desk.tamis(&arguments.iter().map(String::as_str).collect::<Vec<_>>()))
        .await
        .unwrap()
}

fn numbers(list: &serde_json::Value) -> BTreeSet<u64> {
    list.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_records_come_through_any_weather_or_are_truly_accounted_for() {
    const RECORDS: u64 = 5_000;
    let variable = |name: &str, usual: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual);
    let (first, seeds) = (variable("TAMIS_SEED", 1), variable("TAMIS_SEEDS", 2));
    let address = service(RECORDS).await;
    let mut weather: BTreeMap<Option<Fault>, u64> = BTreeMap::new();
    for seed in first..first + seeds {
        let desk = Arc::new(Desk::new());
        assert_eq!(tamis(&desk, &["init", "storm"]).await.code, 0);
        let (base, seen) = proxy(address.clone(), seed).await;
        let begun = Instant::now();
        let network = ["--source", &base, "--timeout", "1", "--quiet"];
        let mut searches = 0;
        while tamis(&desk, &[&["search", "storm"], network.as_slice()].concat()).await.code != 0 {
            searches += 1;
            assert!(searches < 20, "seed {seed}: the search never succeeds");
        }
        let mut before = RECORDS;
        let mut fetches = 0;
        loop {
            // Every other seed asks by pages of a kept search, which the server forgets now and then.
            let by = if seed.is_multiple_of(2) { "history" } else { "pmid" };
            let fetch =
                tamis(&desk, &[&["fetch", "storm", "--format", "json", "--by", by], network.as_slice()].concat()).await;
            fetches += 1;
            let account: serde_json::Value =
                serde_json::from_str(&fetch.out).unwrap_or_else(|e| panic!("seed {seed}: {e}: {fetch:?}"));
            let missing = numbers(&account["missing"]);
            assert_eq!(account["asked"], RECORDS, "seed {seed}");
            assert_eq!(account["refused"].as_array().unwrap().len(), 0, "seed {seed}: PubMed has them all: {account}");
            assert_eq!(
                account["stored"].as_u64().unwrap() + missing.len() as u64,
                RECORDS,
                "seed {seed}: each PMID is stored or missing"
            );
            assert_eq!(
                fetch.code,
                i32::from(!missing.is_empty()),
                "seed {seed}: something missing is a failure: {}",
                fetch.err
            );
            assert!(missing.len() as u64 <= before, "seed {seed}: what came is kept");
            before = missing.len() as u64;
            if missing.is_empty() {
                break;
            }
            assert!(fetches < 20, "seed {seed}: the fetch never ends");
        }
        let status = tamis(&desk, &["status", "storm", "--format", "json"]).await;
        let status: serde_json::Value = serde_json::from_str(&status.out).unwrap();
        let run = status["runs"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&run["reported"], &run["stored"]), (&RECORDS.into(), &RECORDS.into()), "seed {seed}");
        assert_eq!(run["to_screen"], RECORDS, "seed {seed}: one revision a record");
        for (fault, n) in seen.lock().unwrap().iter() {
            *weather.entry(*fault).or_default() += n;
        }
        eprintln!("seed {seed}: {} searches, {fetches} fetches, {:.1} s", searches + 1, begun.elapsed().as_secs_f64());
    }
    eprintln!("weather: {weather:?}");
    assert!(weather.len() > 10, "a storm has many faults: {weather:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_past_the_window_comes_whole_through_bad_weather() {
    const RECORDS: u64 = 12_345;
    let (base, _) = proxy(service(RECORDS).await, 7).await;
    let desk = Arc::new(Desk::new());
    assert_eq!(tamis(&desk, &["init", "storm"]).await.code, 0);
    let mut searches = 1;
    while tamis(&desk, &["search", "storm", "--source", &base, "--timeout", "10", "--quiet"]).await.code != 0 {
        searches += 1;
        assert!(searches < 20, "the search never succeeds");
    }
    let told = tamis(&desk, &["provenance", "storm", "--format", "json"]).await;
    let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let told = &told["tamis"];
    let parts: u64 = told["parts"].as_array().unwrap().iter().map(|p| p[2].as_u64().unwrap()).sum();
    assert_eq!((&told["reported"], &told["distinct"]), (&RECORDS.into(), &RECORDS.into()));
    assert_eq!(parts, RECORDS, "the ranges are kept with the run, and add up");
    let text: String = (1..=RECORDS).map(|p| format!("{p}\n")).collect();
    let hash: String =
        <sha2::Sha256 as sha2::Digest>::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(told["pmids_sha256"], hash.as_str(), "every PMID, once");
}
