//! PubMed by the file: what is told of a file, and what of a faulty one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::Desk;

const GOOD: &str = "<PubmedArticle><MedlineCitation><PMID Version=\"1\">99900001</PMID><Article><ArticleTitle>One</ArticleTitle>\
    <Abstract><AbstractText>Text.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>";
const BAD: &str =
    "<PubmedArticle><MedlineCitation><PMID>99900002</PMID><Article></MedlineCitation></Article></PubmedArticle>";

fn set(parts: &[&str]) -> String {
    format!("<?xml version=\"1.0\"?>\n<PubmedArticleSet>\n{}\n</PubmedArticleSet>\n", parts.join("\n"))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    gz.finish().unwrap()
}

#[test]
fn check_counts_what_a_file_holds_and_stores_nothing() {
    let desk = Desk::new();
    let list = desk.json(&["corpus", "check", "--json", "queries/alk-crizotinib/twin/01.xml"]);
    let report = &list[0];
    let text = std::fs::read_to_string(desk.file("twin/01.xml")).unwrap();
    assert_eq!(report["records"], text.matches("<PubmedArticle>").count());
    assert_eq!(report["bytes"], text.len());
    assert_eq!(report["faults"], 0);
    assert!(!desk.folder.path().join("db").exists());
}

#[test]
fn a_fault_has_its_place_and_the_records_around_it_are_read() {
    let desk = Desk::new();
    let delete = "<DeleteCitation><PMID Version=\"1\">7</PMID><PMID>8</PMID></DeleteCitation>";
    let text = set(&[GOOD, BAD, &GOOD.replace("99900001", "99900003"), delete]);
    std::fs::write(desk.folder.path().join("update.xml.gz"), gzip(&text)).unwrap();
    let done = desk.tamis(&["corpus", "check", "--json", "update.xml.gz"]);
    assert_eq!(done.code, 1, "{}", done.err);
    let list: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((list[0]["records"].as_u64(), list[0]["deleted"].as_u64()), (Some(2), Some(2)));
    let fault = &list[0]["first_faults"][0];
    assert_eq!((fault["record"].as_u64(), fault["line"].as_u64()), (Some(2), Some(4)));
    assert_eq!(fault["after_pmid"], 99_900_001);
    assert_eq!(fault["byte"], text.find("</MedlineCitation></Article>").unwrap(), "counted after decompression");

    let shown = desk.tamis(&["corpus", "check", "update.xml.gz"]);
    assert!(shown.out.contains("update.xml.gz: record 2, byte "), "{}", shown.out);
    assert!(shown.err.contains("1 faults in 1 of 1 files"), "{}", shown.err);
}

#[test]
fn a_file_that_is_cut_missing_or_no_set_is_a_fault_of_that_file_only() {
    let desk = Desk::new();
    let whole = gzip(&set(&[GOOD]));
    let folder = desk.folder.path();
    std::fs::write(folder.join("whole.xml.gz"), &whole).unwrap();
    std::fs::write(folder.join("cut.xml.gz"), &whole[..whole.len() - 9]).unwrap();
    std::fs::write(folder.join("page.xml"), "<html>Sorry</html>").unwrap();
    let files = ["cut.xml.gz", "page.xml", "missing.xml", "whole.xml.gz"];
    let done = desk.tamis(&[&["corpus", "check", "--json"], &files[..]].concat());
    let list: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    for (i, message) in
        ["breaks off", "expected <PubmedArticleSet>, found <html>", "cannot be opened"].iter().enumerate()
    {
        let told = list[i]["first_faults"][0]["message"].as_str().unwrap();
        assert!(told.contains(message), "{}: {told}", files[i]);
    }
    assert_eq!((list[3]["records"].as_u64(), list[3]["faults"].as_u64()), (Some(1), Some(0)));
    assert!(done.err.contains("3 faults in 3 of 4 files"), "{}", done.err);
}

fn article(pmid: u64, version: u32, title: &str) -> String {
    format!(
        "<PubmedArticle><MedlineCitation><PMID Version=\"{version}\">{pmid}</PMID><Article><ArticleTitle>{title}</ArticleTitle>\
         </Article></MedlineCitation></PubmedArticle>"
    )
}

fn found(desk: &Desk, string: &str) -> Vec<u64> {
    let answer = desk.json(&["corpus", "search", string, "--json"]);
    answer["pmids"].as_array().unwrap().iter().map(|p| p.as_u64().unwrap()).collect()
}

fn put(desk: &Desk, name: &str, parts: &[String]) {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    std::fs::write(desk.folder.path().join(name), gzip(&set(&parts))).unwrap();
}

#[test]
fn updates_and_deletions_count_in_nlms_order_whatever_the_order_they_are_added_in() {
    let baseline =
        [article(1, 1, "alpha old"), article(2, 1, "alpha"), article(3, 1, "alpha"), article(4, 2, "alpha second")];
    let first = [
        article(1, 1, "alpha new"),
        article(4, 1, "alpha first"),
        "<DeleteCitation><PMID Version=\"1\">2</PMID><PMID Version=\"1\">3</PMID></DeleteCitation>".to_owned(),
    ];
    let second = [article(3, 1, "alpha back")];
    let names = ["pubmed25n1274.xml.gz", "pubmed25n1275.xml.gz", "pubmed25n1276.xml.gz"];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let desk = Desk::new();
        for (name, parts) in names.iter().zip([&baseline[..], &first, &second]) {
            put(&desk, name, parts);
        }
        for i in order {
            let done = desk.tamis(&["corpus", "add", "-q", names[i]]);
            assert_eq!(done.code, 0, "{}", done.err);
        }
        assert_eq!(found(&desk, "alpha[ti]"), [4, 3, 1], "order {order:?}");
        assert_eq!(found(&desk, "new[ti]"), [1], "a later file's wording counts");
        assert_eq!(found(&desk, "old[ti]"), [0; 0], "and the earlier one no more");
        assert_eq!(
            (found(&desk, "second[ti]"), found(&desk, "first[ti]")),
            (vec![4], vec![]),
            "a higher version stays"
        );
        let status = desk.json(&["corpus", "status", "--json"]);
        assert_eq!((status["pmids"].as_u64(), status["wordings"].as_u64()), (Some(4), Some(7)), "nothing was removed");
    }
}

#[test]
fn a_file_that_is_in_is_passed_over_and_a_broken_one_is_gone_on_with_where_it_broke() {
    let desk = Desk::new();
    let many: Vec<String> = (1..=5_000).map(|n| article(n, 1, &format!("word{n} common"))).collect();
    let parts: Vec<&str> = many.iter().map(String::as_str).collect();
    let whole = set(&parts);
    let path = desk.folder.path().join("pubmed25n0001.xml");
    // As long as the whole one, and broken in its last third.
    let at = whole.find("word4000 ").unwrap();
    let broken = whole.replacen("<PMID Version=\"1\">4000</PMID>", "<PMID Version=\"1\">4000</PMIX>", 1);
    assert!(broken.len() == whole.len() && broken[..at] != whole[..at]);
    std::fs::write(&path, &broken).unwrap();
    let done = desk.tamis(&["corpus", "add", "-q", "pubmed25n0001.xml"]);
    assert_eq!(done.code, 1);
    assert!(done.err.contains("while adding pubmed25n0001.xml") && done.err.contains("line 4002"), "{}", done.err);
    assert_eq!(found(&desk, "common[ti]").len(), 3_999, "what came before it is in");

    std::fs::write(&path, &whole).unwrap();
    let again = desk.json(&["corpus", "add", "-q", "--json", "pubmed25n0001.xml"]);
    assert_eq!((again[0]["records"].as_u64(), again[0]["before"].as_u64()), (Some(1_001), Some(3_999)));
    assert_eq!(found(&desk, "common[ti]").len(), 5_000);
    let third = desk.json(&["corpus", "add", "-q", "--json", "pubmed25n0001.xml"]);
    assert_eq!((third[0]["records"].as_u64(), third[0]["before"].as_u64()), (Some(0), Some(5_000)));

    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let other = desk.tamis(&["corpus", "add", "-q", "pubmed25n0001.xml"]);
    assert!(other.code == 1 && other.err.contains("NLM's files do not change"), "{}", other.err);
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_the_same_command_does_not_bring() {
    let desk = Desk::new();
    let many: Vec<String> = (1..=12_000).map(|n| article(n, 1, &format!("word{n} common"))).collect();
    put(&desk, "pubmed25n0001.xml.gz", &many);
    for wait in [30, 60, 120, 250, 400] {
        let mut child = desk.command(&["corpus", "add", "-q", "pubmed25n0001.xml.gz"]).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        let _ = child.kill();
        let _ = child.wait();
    }
    let done = desk.tamis(&["corpus", "add", "-q", "pubmed25n0001.xml.gz"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(found(&desk, "common[ti]").len(), 12_000);
    assert_eq!(found(&desk, "word11999[ti]"), [11_999]);
    let status = desk.json(&["corpus", "status", "--json"]);
    assert_eq!(status["wordings"].as_u64(), Some(12_000), "each record once");
}

#[test]
fn a_file_whose_md5_differs_is_refused_before_anything_of_it_is_stored() {
    let desk = Desk::new();
    put(&desk, "pubmed25n0001.xml.gz", &[article(1, 1, "one")]);
    let md5 = desk.folder.path().join("pubmed25n0001.xml.gz.md5");
    std::fs::write(&md5, "MD5(pubmed25n0001.xml.gz)= 00000000000000000000000000000000\n").unwrap();
    let done = desk.tamis(&["corpus", "add", "-q", "pubmed25n0001.xml.gz"]);
    assert!(done.code == 1 && done.err.contains("is damaged: its md5 is "), "{}", done.err);
    assert_eq!(desk.json(&["corpus", "status", "--json"])["files"].as_u64(), Some(0));

    let real = done.err.split("its md5 is ").nth(1).unwrap().split(',').next().unwrap().to_owned();
    std::fs::write(&md5, format!("MD5(pubmed25n0001.xml.gz)= {real}\n")).unwrap();
    let done = desk.tamis(&["corpus", "add", "pubmed25n0001.xml.gz"]);
    assert!(
        done.code == 0 && done.out.contains("1 records added, 0 before, 0 deletions, md5 agrees"),
        "{}{}",
        done.out,
        done.err
    );
}

#[test]
fn the_index_finds_what_a_look_at_every_record_finds() {
    let desk = Desk::new();
    let twin: Vec<String> = (1..=4).map(|n| format!("queries/alk-crizotinib/twin/0{n}.xml")).collect();
    let files: Vec<&str> = twin.iter().map(String::as_str).collect();
    assert_eq!(desk.tamis(&[&["corpus", "add", "-q"], &files[..]].concat()).code, 0);
    let protocol: toml::Table = std::fs::read_to_string(desk.file("protocol.toml")).unwrap().parse().unwrap();
    let papers = protocol["search"]["sent"].as_str().unwrap().to_owned();
    for string in [
        papers.as_str(),
        "crizotinib*[tiab]",
        "ALK[tiab] NOT lung[tiab]",
        "\"case report\"[pt] OR sarcoma[ti]",
        "sarcoma[mh] AND 2015:2018[dp]",
        "\"anaplastic lymphoma kinase\"[tiab:~3]",
        "(inflammator*[ti] OR nosuchword[ti]) AND eng[la]",
        "nosuchword[tiab]",
        "2016[dp]",
    ] {
        let all = desk.tamis(&[&["query", "match", string], &files[..]].concat());
        assert_eq!(all.code, 0, "{string}: {}", all.err);
        let mut all: Vec<u64> = all.out.lines().filter_map(|l| l.split_whitespace().next()?.parse().ok()).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(found(&desk, string), all, "{string}");
    }
    let bad = desk.tamis(&["corpus", "search", "(sarcoma[ti]"]);
    assert_eq!(bad.code, 1, "a string that PubMed refuses is refused here");
    let none = desk.tamis(&["corpus", "search", "x", "--corpus", "elsewhere.sqlite"]);
    assert!(none.err.contains("there is no corpus at elsewhere.sqlite"), "{}", none.err);
}

const TWIN: [&str; 4] = [
    "queries/alk-crizotinib/twin/01.xml",
    "queries/alk-crizotinib/twin/02.xml",
    "queries/alk-crizotinib/twin/03.xml",
    "queries/alk-crizotinib/twin/04.xml",
];

fn with_twin() -> Desk {
    let desk = Desk::new();
    let done = desk.tamis(&[&["corpus", "add", "-q"], &TWIN[..]].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    desk
}

#[test]
fn a_string_whose_nearness_the_index_cannot_tell_is_decided_by_the_records() {
    let desk = with_twin();
    for string in [
        "\"crizotinib sarcoma\"[tiab:~8]",
        "\"lung cancer\"[tiab:~2] AND crizotinib[tiab]",
        "crizotinib[tiab] NOT \"crizotinib sarcoma\"[tiab:~30]",
        "\"the the\"[tiab:~5]",
        "synth*[au]",
    ] {
        let all = desk.tamis(&[&["query", "match", string], &TWIN[..]].concat());
        let mut all: Vec<u64> = all.out.lines().filter_map(|l| l.split_whitespace().next()?.parse().ok()).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(found(&desk, string), all, "{string}");
    }
}

#[test]
fn a_review_of_a_corpus_comes_to_the_flow_of_its_files_and_so_does_its_update() {
    let (files, corpus) = (Desk::new(), with_twin());
    let flow = |desk: &Desk| {
        let mut flow = desk.json(&["flow", "--format", "json"]);
        // What differs is where the records came from, and when.
        for name in ["search", "source", "asked_at", "endpoint"] {
            flow.as_object_mut().unwrap().remove(name);
        }
        flow
    };
    assert_eq!(files.tamis(&["run", "-q"]).code, 0);
    let done = corpus.tamis(&["run", "-q", "--source", "corpus"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(flow(&corpus), flow(&files));
    let says = corpus.tamis(&["provenance"]);
    assert!(says.out.contains("a local corpus of NLM's files (db/corpus.sqlite)"), "{}", says.out);

    let later = "queries/alk-crizotinib/twin-later";
    // A file is known by its name: a later one of the same name needs another.
    let mut names: Vec<String> = std::fs::read_dir(corpus.file("twin-later"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "xml"))
        .map(|path| {
            let name = format!("later-{}", path.file_name().unwrap().to_str().unwrap());
            std::fs::copy(&path, corpus.folder.path().join(&name)).unwrap();
            name
        })
        .collect();
    names.sort();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(corpus.tamis(&[&["corpus", "add", "-q"], &names[..]].concat()).code, 0);
    let until = ["update", "-q", "--until", "2022-08-22", "--source"];
    let one = files.tamis(&[&until[..], &["queries/alk-crizotinib/twin", later]].concat());
    let other = corpus.tamis(&[&until[..], &["corpus"]].concat());
    assert_eq!((one.code, other.code), (4, 4), "{}{}", one.err, other.err);
    assert_eq!(flow(&corpus), flow(&files), "{}{}", one.out, other.out);
}

#[test]
fn without_a_corpus_the_source_says_how_to_make_one() {
    let done = Desk::new().tamis(&["run", "--source", "corpus:none.sqlite"]);
    assert!(done.code == 1 && done.err.contains("there is no corpus at none.sqlite"), "{}", done.err);
    assert!(done.err.contains("tamis corpus add FILE"), "{}", done.err);
}

/// A running `serve-entrez`; ends with the test.
struct Served(Child, String);

impl Served {
    fn new(desk: &Desk, what: &[&str]) -> Self {
        let mut child = desk.command(&[&["serve-entrez"], what].concat()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|a| a.split('/').next()).expect(&line).to_owned();
        Self(child, address)
    }

    fn get(&self, call: &str) -> String {
        let mut socket = TcpStream::connect(&self.1).unwrap();
        write!(socket, "GET /entrez/eutils/{call} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8(answer).unwrap();
        answer.split_once("\r\n\r\n").expect(&answer).1.to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_service_answers_the_same_from_a_corpus_as_from_the_files_in_memory() {
    let desk = with_twin();
    let merged = "<PubmedArticle><MedlineCitation><PMID Version=\"1\">99999001</PMID><Article><ArticleTitle>Kept</ArticleTitle>\
        </Article></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType=\"pubmed\">99999001</ArticleId>\
        <ArticleId IdType=\"pubmed\">99999002</ArticleId></ArticleIdList></PubmedData></PubmedArticle>";
    std::fs::write(desk.folder.path().join("merged.xml"), set(&[merged])).unwrap();
    assert_eq!(desk.tamis(&["corpus", "add", "-q", "merged.xml"]).code, 0);
    let memory = Served::new(&desk, &[&TWIN[..], &["merged.xml"]].concat());
    let corpus = Served::new(&desk, &["corpus:db/corpus.sqlite"]);
    let search = "esearch.fcgi?db=pubmed&usehistory=y&term=crizotinib%5Btiab%5D";
    for call in [
        search.to_owned(),
        format!("{search}&retmode=json&retmax=7&retstart=3&datetype=pdat&mindate=2012&maxdate=2019/06"),
        format!("{search}+NOT+lung%5Bti%5D&sort=relevance"),
        format!("{search}&sort=pub_date&field=ti"),
        format!("{search}&sort=journal"),
        format!("{search}&reldate=20000&rettype=count"),
        "esearch.fcgi?db=pubmed&term=%22crizotinib+sarcoma%22%5Btiab:~9%5D&retmax=100".to_owned(),
        "esearch.fcgi?db=pubmed&term=nothing%5Bpa%5D".to_owned(),
        "esearch.fcgi?db=pubmed&term=all%5Bsb%5D&rettype=count".to_owned(),
        "efetch.fcgi?db=pubmed&query_key=1&WebEnv=MCID_000000000000000000000001&retmax=5&retstart=2".to_owned(),
        "efetch.fcgi?db=pubmed&id=99000187,99000188,1&rettype=medline&retmode=text".to_owned(),
        "efetch.fcgi?db=pubmed&id=99000187&rettype=abstract&retmode=text".to_owned(),
        "efetch.fcgi?db=pubmed&id=99999002&retmode=xml".to_owned(),
        "efetch.fcgi?db=pubmed&id=99000187,12&rettype=uilist".to_owned(),
        "esummary.fcgi?db=pubmed&id=99000187,12&retmode=json".to_owned(),
        "esummary.fcgi?db=pubmed&id=99000187,12".to_owned(),
        "esummary.fcgi?db=pubmed&id=99000187,12&version=2.0".to_owned(),
        "epost.fcgi?db=pubmed&id=99000187,99000188".to_owned(),
    ] {
        assert_eq!(corpus.get(&call), memory.get(&call), "{call}");
    }
    let info = |of: &Served| {
        let text = of.get("einfo.fcgi?db=pubmed&retmode=json");
        let mut info: serde_json::Value = serde_json::from_str(&text).unwrap();
        let info = info["einforesult"]["dbinfo"][0].as_object_mut().unwrap().clone();
        (info["count"].clone(), info["lastupdate"].clone(), info["fieldlist"].clone())
    };
    assert_eq!(info(&corpus), info(&memory));
    assert!(corpus.get("efetch.fcgi?db=pubmed&id=99999002&retmode=xml").contains("<ArticleTitle>Kept<"), "merged");
}

#[test]
fn thousands_of_records_are_told_in_pages_and_bounded_lists_and_exported_whole() {
    let desk = Desk::new();
    let twin: String = TWIN.iter().map(|f| std::fs::read_to_string(desk.folder.path().join(f)).unwrap()).collect();
    let at = twin.find(">99000010</PMID>").unwrap();
    let one = &twin[twin[..at].rfind("<PubmedArticle>").unwrap()..];
    let one = &one[..one.find("</PubmedArticle>").unwrap() + "</PubmedArticle>".len()];
    let one = one.replace(
        "</MedlineJournalInfo>",
        "</MedlineJournalInfo><CommentsCorrectionsList><CommentsCorrections RefType=\"ErratumIn\">\
         <RefSource>Synthetic Twin</RefSource></CommentsCorrections></CommentsCorrectionsList>",
    );
    let many: Vec<String> = (0..2_001).map(|n| one.replace("99000010", &(99_100_000 + n).to_string())).collect();
    put(&desk, "many.xml.gz", &many);
    assert_eq!(desk.tamis(&["corpus", "add", "-q", "many.xml.gz"]).code, 0);
    for stage in ["search", "fetch"] {
        let done = desk.tamis(&[stage, "-q", "--source", "corpus"]);
        assert_eq!(done.code, 0, "{}", done.err);
    }
    let done = desk.tamis(&["audit", "-q"]);
    let names: Vec<&str> = done.out.lines().map(|l| l.rsplit(['/', '\\']).next().unwrap()).collect();
    assert_eq!(names, ["audit.csv", "audit.html", "audit-2.html"], "{}", done.err);
    let out = desk.folder.path().join("out/alk-crizotinib");
    let pages = ["audit.html", "audit-2.html"].map(|n| std::fs::read_to_string(out.join(n)).unwrap());
    assert_eq!(pages.each_ref().map(|p| p.matches("<article ").count()), [2_000, 1]);
    assert!(pages[0].contains("<a href=\"audit-2.html\">2</a>") && pages[1].contains("Page 2 of 2"), "pages lead on");
    let csv = std::fs::read_to_string(out.join("audit.csv")).unwrap();
    let wanted: Vec<String> = (0..2_001).map(|n| (99_100_000 + n).to_string()).collect();
    let sorted = |ids: Vec<&str>| {
        let mut ids: Vec<String> = ids.into_iter().map(|id| id.chars().take(8).collect()).collect();
        ids.sort();
        ids
    };
    let articles = pages.iter().flat_map(|p| p.split("<article id=\"p").skip(1));
    assert_eq!(sorted(articles.collect()), wanted, "each once on the pages");
    assert_eq!(sorted(csv.lines().skip(1).collect()), wanted, "each once in the table");
    let json = desk.json(&["audit", "--format", "json"]);
    assert_eq!(json["records"].as_array().unwrap().len(), 2_001);
    assert!(csv.contains(",corrected: Synthetic Twin,"), "the table says where");
    let exported = |to| desk.tamis(&["export", "--to", to]).out;
    assert_eq!(exported("jsonl").lines().count(), 2_001);
    assert_eq!(exported("bibtex").matches("\n@").count() + 1, 2_001);
    assert_eq!(exported("endnote-xml").matches("<rec-number>").count(), 2_001);
    let items: serde_json::Value = serde_json::from_str(&exported("csl-json")).unwrap();
    assert_eq!(items.as_array().unwrap().len(), 2_001);
    assert_eq!(csv::Reader::from_reader(exported("rayyan").as_bytes()).records().count(), 2_001);

    let report = desk.tamis(&["report", "--format", "markdown"]).out;
    let told = report.matches("These are 2000 of 2001; `tamis audit` writes every one to audit.csv.");
    assert_eq!(told.count(), 2, "what awaits a person, and what was corrected");
    assert_eq!(report.matches("| 99100").count() + report.matches("| 99101").count(), 4_000);
    for command in ["flow", "status"] {
        let told = desk.tamis(&[command, "-q"]).out;
        let lines: Vec<&str> = told.lines().filter(|l| l.starts_with("announced by PubMed: ")).collect();
        assert_eq!(lines.len(), 21, "{told}");
        assert!(lines[20].ends_with("and of 1981 more that await a person; the audit tells each"), "{}", lines[20]);
    }
}
