//! What the client says of itself: every PMID accounted for, the key in nobody's sight, an end to every wait.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::Desk;
use crate::storm::tamis;

type Form = BTreeMap<String, String>;

/// A service that answers as a function says; its base address, and every form that came.
async fn scripted(
    answer: impl Fn(&str, &Form, usize) -> (u16, String) + Send + Sync + 'static,
) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}/entrez/eutils/", listener.local_addr().unwrap());
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let (answer, told) = (Arc::new(answer), seen.clone());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (answer, told) = (answer.clone(), told.clone());
            tokio::spawn(async move {
                let mut bytes = Vec::new();
                let mut buffer = [0; 16 << 10];
                let (line, form) = loop {
                    let Ok(n) = socket.read(&mut buffer).await else { return };
                    bytes.extend_from_slice(&buffer[..n]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    if let Some((head, body)) = text.split_once("\r\n\r\n") {
                        let length = head
                            .lines()
                            .find_map(|l| l.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
                        if body.len() >= length.unwrap_or(0) {
                            break (head.lines().next().unwrap_or_default().to_owned(), body.to_owned());
                        }
                    }
                    if n == 0 {
                        return;
                    }
                };
                let utility =
                    line.split('/').next_back().map(|_| line.split(".fcgi").next().unwrap_or("")).unwrap_or("");
                let utility = utility.rsplit('/').next().unwrap_or("").to_owned();
                let pairs: Form = form
                    .split('&')
                    .filter_map(|p| p.split_once('='))
                    .map(|(k, v)| (k.to_owned(), v.replace("%2C", ",").replace('+', " ")))
                    .collect();
                let n = {
                    let mut told = told.lock().unwrap();
                    told.push(format!("{utility}?{form}"));
                    told.len()
                };
                let (status, body) = answer(&utility, &pairs, n);
                if status == 0 {
                    // Never answers.
                    tokio::time::sleep(Duration::from_secs(600)).await;
                }
                let head =
                    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                let _ = socket.write_all(format!("{head}{body}").as_bytes()).await;
                let _ = socket.shutdown().await;
            });
        }
    });
    (base, seen)
}

const INFO: &str = "<eInfoResult><DbInfo><DbName>pubmed</DbName><DbBuild>Build-2025.06.25.07.12</DbBuild><Count>38997024</Count><LastUpdate>2025/06/25 07:12</LastUpdate><FieldList><Field><Name>TIAB</Name><FullName>Title/Abstract</FullName></Field></FieldList></DbInfo></eInfoResult>";

fn found(pmids: &[u64]) -> String {
    let ids: String = pmids.iter().map(|p| format!("<Id>{p}</Id>")).collect();
    format!(
        "<eSearchResult><Count>{}</Count><QueryKey>1</QueryKey><WebEnv>MCID_1</WebEnv><IdList>{ids}</IdList><QueryTranslation>x</QueryTranslation></eSearchResult>",
        pmids.len()
    )
}

fn article(pmid: u64) -> String {
    format!(
        "<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>T</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )
}

fn set(of: &str) -> (u16, String) {
    (200, format!("<PubmedArticleSet>{of}</PubmedArticleSet>"))
}

fn ids(form: &Form) -> Vec<u64> {
    form.get("id").map(|i| i.split(',').filter_map(|p| p.parse().ok()).collect()).unwrap_or_default()
}

async fn desk() -> Arc<Desk> {
    let desk = Arc::new(Desk::new());
    assert_eq!(tamis(&desk, &["init", "mine"]).await.code, 0);
    desk
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_pmid_is_stored_or_refused_with_its_reason_and_the_rest_is_a_failure_with_a_list() {
    // 1 to 3 are articles, 4 is a book; 5 is deleted, 6 merged into 2, 7 described as a book, 8 only counted, 9 held back.
    let healed = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let well = healed.clone();
    let (base, _) = scripted(move |utility, form, _| match utility {
        "einfo" => (200, INFO.into()),
        "esearch" if form["term"].contains("uid") => (200, found(&[7, 8, 9])),
        "esearch" => (200, found(&[9, 8, 7, 6, 5, 4, 3, 2, 1])),
        "esummary" => {
            let one = |p: &u64| match p {
                7 => "\"7\":{\"uid\":\"7\",\"title\":\"B\",\"doctype\":\"book\"}".to_owned(),
                9 => "\"9\":{\"uid\":\"9\",\"title\":\"T\",\"doctype\":\"citation\"}".to_owned(),
                p => format!("\"{p}\":{{\"uid\":\"{p}\",\"error\":\"cannot get document summary\"}}"),
            };
            let ids = ids(form);
            let uids: Vec<String> = ids.iter().map(|p| format!("\"{p}\"")).collect();
            let each: Vec<String> = ids.iter().map(one).collect();
            (200, format!("{{\"result\":{{\"uids\":[{}],{}}}}}", uids.join(","), each.join(",")))
        }
        _ => {
            let ids = ids(form);
            let one = |p: &u64| match p {
                1..=3 => article(*p),
                4 => "<PubmedBookArticle><BookDocument><PMID>4</PMID><Book><BookTitle>B</BookTitle></Book></BookDocument></PubmedBookArticle>".to_owned(),
                9 if well.load(std::sync::atomic::Ordering::SeqCst) => article(9),
                6 if ids.len() == 1 => article(2),
                _ => String::new(),
            };
            set(&ids.iter().map(one).collect::<String>())
        }
    })
    .await;
    let desk = desk().await;
    let search = tamis(&desk, &["search", "mine", "--source", &base]).await;
    assert_eq!(search.code, 0, "{search:?}");
    let fetch = tamis(&desk, &["fetch", "mine", "--source", &base]).await;
    assert_eq!(fetch.code, 1, "{fetch:?}");
    for line in [
        "run 1: 9 PMIDs = 4 stored + 4 refused + 1 missing",
        "of those stored, 1 are books",
        "refused: 1 book, 1 deleted, 1 merged, 1 not found",
        "5: deleted: the search found it, and PubMed no longer does",
        "6: merged: PubMed answers with PMID 2",
        "7: book: PubMed describes it as a book and gives no record",
        "8: not found: PubMed counts it and gives neither record nor summary",
        "missing: 9",
    ] {
        assert!(fetch.out.contains(line), "no `{line}` in {}", fetch.out);
    }
    assert!(fetch.err.contains("1 of 9 records are still missing") && fetch.err.contains("run the command again"));
    healed.store(true, std::sync::atomic::Ordering::SeqCst);
    let again = tamis(&desk, &["fetch", "mine", "--source", &base]).await;
    assert!(again.code == 0 && again.out.contains("5 stored + 4 refused + 0 missing"), "{again:?}");
    let told = tamis(&desk, &["provenance", "mine", "--format", "json"]).await;
    let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["tamis"]["build"], "Build-2025.06.25.07.12", "the database's build is kept with the run");
    assert_eq!(told["tamis"]["fields"], serde_json::json!(["TIAB"]), "and its fields");
    assert_eq!(told["tamis"]["refused"]["merged"], 1);
    let third = tamis(&desk, &["fetch", "mine", "--source", "http://127.0.0.1:1/"]).await;
    assert_eq!(third.code, 0, "nothing is left, so nobody is asked: {third:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_the_server_forgets_is_made_again_compared_and_gone_on_with() {
    let (base, seen) = scripted(|utility, form, n| match utility {
        "einfo" => (200, INFO.into()),
        // The second search finds one record more, and not the first any longer.
        "esearch" if n <= 2 => (200, found(&(1..=450).rev().collect::<Vec<_>>())),
        "esearch" => (200, found(&(2..=451).rev().collect::<Vec<_>>()).replace("MCID_1", "MCID_2")),
        "efetch" if form.contains_key("WebEnv") => {
            let start: u64 = form["retstart"].parse().unwrap();
            let last = if form["WebEnv"] == "MCID_1" { 450 } else { 451 };
            if form["WebEnv"] == "MCID_2" && start == 200 && n < 8 {
                return (400, "<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>".into());
            }
            set(&(0..200)
                .filter_map(|i| u64::checked_sub(last, start + i))
                .filter(|p| *p > 0)
                .map(article)
                .collect::<String>())
        }
        _ => set(&ids(form).into_iter().map(article).collect::<String>()),
    })
    .await;
    let desk = desk().await;
    assert_eq!(tamis(&desk, &["search", "mine", "--source", &base]).await.code, 0);
    let fetch = tamis(&desk, &["fetch", "mine", "--source", &base, "--by", "history"]).await;
    assert!(fetch.code == 0 && fetch.out.contains("450 PMIDs = 450 stored + 0 refused"), "{fetch:?}");
    assert!(fetch.err.contains("the server forgot the search (Unable to obtain query #1)"), "{}", fetch.err);
    assert!(fetch.err.contains("1 came and 1 went since run 1; the run's own 450 are fetched"), "{}", fetch.err);
    let by_id = seen.lock().unwrap().iter().filter(|r| r.starts_with("efetch") && !r.contains("WebEnv")).count();
    assert_eq!(by_id, 1, "only the one that went is asked for by its PMID");
}

const KEY: &str = "5ecre7c0ffee5ecre7c0ffee5ecre7c0ffee";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_is_sent_and_is_never_printed_stored_or_put_in_an_error() {
    let pad = "x".repeat(180);
    let echoes: Vec<(u16, String)> = vec![
        (400, format!("{{\"error\":\"API key invalid\",\"api-key\":\"{KEY}\"}}")),
        (400, format!("{{\"error\":\"{KEY} API key not wellformed\"}}")),
        (429, format!("{{\"error\":\"API rate limit exceeded\",\"api-key\":\"{KEY}\",\"count\":\"11\"}}")),
        (500, format!("{pad}{KEY}")),
        (404, format!("<html>{pad} {KEY}</html>")),
        (200, format!("<html>api_key={}</html>", KEY.to_uppercase())),
        (200, format!("<eInfoResult><ERROR>no such key {KEY}</ERROR></eInfoResult>")),
        (200, INFO.replace("Title/Abstract", KEY)),
    ];
    for (status, body) in echoes {
        let shown = body.clone();
        let (base, seen) = scripted(move |utility, _, _| match utility {
            "esearch" if status == 200 => (200, found(&[1]).replace(">x<", &format!(">{KEY}<"))),
            _ => (status, body.clone()),
        })
        .await;
        let desk = desk().await;
        for arguments in [
            vec!["search", "mine", "--source", &base, "--tries", "2", "--email", "someone@example.org"],
            vec!["search", "mine", "--source", &base, "--dry-run"],
        ] {
            let mut command = desk.command(&arguments);
            let output =
                tokio::task::spawn_blocking(move || command.env("NCBI_API_KEY", KEY).output()).await.unwrap().unwrap();
            let all = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&all).to_lowercase();
            assert!(!text.contains(&KEY[..12]), "{shown}: {text}");
        }
        let sent = seen.lock().unwrap().join("\n");
        assert!(sent.contains(&format!("api_key={KEY}")) && sent.contains("email=someone%40example.org"), "{sent}");
        for file in std::fs::read_dir(desk.folder.path().join("db")).into_iter().flatten().flatten() {
            let bytes = std::fs::read(file.path()).unwrap();
            assert!(!bytes.windows(12).any(|w| w == &KEY.as_bytes()[..12]), "{shown}: in {}", file.path().display());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_prints_the_requests_and_sends_none() {
    let (base, seen) = scripted(|_, _, _| (500, String::new())).await;
    let desk = desk().await;
    let search = tamis(&desk, &["search", "mine", "--source", &base, "--dry-run", "--email", "a@example.org"]).await;
    for line in [
        "esearch.fcgi\n",
        "    term = example*[tiab] AND treatment[tiab]\n",
        "    mindate = 2010/01/01\n",
        "    tool = tamis\n",
        "    email = a@example.org\n",
    ] {
        assert!(search.code == 0 && search.out.contains(line), "no `{line}` in {search:?}");
    }
    assert_eq!(tamis(&desk, &["search", "mine"]).await.code, 0, "from the twin");
    let fetch = tamis(&desk, &["fetch", "mine", "--source", &base, "--dry-run"]).await;
    assert!(fetch.code == 0 && fetch.out.contains("efetch.fcgi") && fetch.out.contains("    id = 99"), "{fetch:?}");
    assert!(seen.lock().unwrap().is_empty());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_ends_cleanly_and_the_same_command_goes_on() {
    let asleep = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let sleeping = asleep.clone();
    let (base, seen) = scripted(move |utility, form, _| match utility {
        "einfo" => (200, INFO.into()),
        "esearch" => (200, found(&(1..=450).rev().collect::<Vec<_>>())),
        _ if ids(form).contains(&1) && sleeping.load(std::sync::atomic::Ordering::SeqCst) => (0, String::new()),
        _ => set(&ids(form).into_iter().map(article).collect::<String>()),
    })
    .await;
    let desk = desk().await;
    assert_eq!(tamis(&desk, &["search", "mine", "--source", &base]).await.code, 0);
    let mut command = desk.command(&["fetch", "mine", "--source", &base, "--at-once", "1"]);
    let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    while !seen.lock().unwrap().iter().any(|r| r.contains("%2C1&")) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let status = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    let ended = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    let err = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(130), "{err}");
    assert!(err.contains("interrupted") && err.contains("50 of 450 records are still missing"), "{err}");
    asleep.store(false, std::sync::atomic::Ordering::SeqCst);
    let before = seen.lock().unwrap().len();
    let again = tamis(&desk, &["fetch", "mine", "--source", &base]).await;
    assert!(again.code == 0 && again.out.contains("450 stored"), "{again:?}");
    assert_eq!(seen.lock().unwrap().len() - before, 1, "only what was missing is asked for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wait_ends_and_the_error_says_what_could_not_be_reached() {
    let (silent, _) = scripted(|_, _, _| (0, String::new())).await;
    let desk = desk().await;
    let begun = Instant::now();
    for (sentence, source, word) in [
        ("nobody listens", "http://127.0.0.1:1/entrez/eutils/", "error sending request"),
        ("a name there is not", "http://no-such-host.invalid/entrez/eutils/", "dns error"),
        ("a service that never answers", silent.as_str(), "timed out"),
    ] {
        let done = tamis(&desk, &["search", "mine", "--source", source, "--tries", "2", "--timeout", "1"]).await;
        assert!(done.code == 1 && done.err.contains("(2 tries)"), "{sentence}: {done:?}");
        assert!(done.err.contains(word) || done.err.contains("timed out"), "{sentence}: {done:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(120), "a bound a hundred times over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_counts_to_three_a_second_is_served_at_its_pace() {
    let mut xml = String::from("<PubmedArticleSet>");
    (1..=900).for_each(|p| xml.push_str(&article(p).replace(">T<", ">Example treatment<")));
    let library = tamis::entrez::service::Library::from_bytes(vec![("x".into(), (xml + "</PubmedArticleSet>").into())]);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}/entrez/eutils/", listener.local_addr().unwrap());
    let limits = tamis::entrez::service::Limits { rate: Some(3), ..Default::default() };
    let library = Arc::new(library.unwrap());
    tokio::spawn(tamis::entrez::service::serve_within(library, listener, limits, std::future::pending()));
    let client = tamis::entrez::client::Client::new(tamis::entrez::client::Settings {
        base,
        max_tries: 8,
        backoff: Duration::from_millis(200),
        ..Default::default()
    });
    let client = Arc::new(client.unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for batch in 0..9_u64 {
        let client = client.clone();
        tasks.spawn(async move { client.efetch_ids(&(1 + batch * 100..=100 + batch * 100).collect::<Vec<_>>()).await });
    }
    let mut came = 0;
    while let Some(body) = tasks.join_next().await {
        came += tamis::entrez::xml::read_articles(&body.unwrap().unwrap()).unwrap().articles.len();
    }
    assert_eq!(came, 900);
    assert!(client.requests_made() < 9 * 4, "{} requests for nine answers", client.requests_made());
}
