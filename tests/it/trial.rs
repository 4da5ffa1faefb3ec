//! Trying a search string: match, why, counts and validate through the real binary.

use crate::Desk;

#[test]
fn a_file_is_searched_the_same_with_and_without_an_index() {
    let desk = Desk::new();
    let files: Vec<String> = (1..=4).map(|i| desk.file(&format!("twin/0{i}.xml")).display().to_string()).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    for string in [
        "sarcoma*[tiab] AND crizotinib[tiab]",
        "case reports[pt] NOT eng[la]",
        "2015:2016[dp] AND \"lung cancer\"[tiab:~2]",
    ] {
        let mut direct = vec!["query", "match", string, "--json"];
        direct.extend(&files);
        let mut indexed = direct.clone();
        indexed.extend(["--index", "kept.sqlite"]);
        let (direct, indexed) = (desk.json(&direct), desk.json(&indexed));
        let pmids = |v: &serde_json::Value| {
            let mut list: Vec<u64> = v["pmids"].as_array().unwrap().iter().map(|p| p.as_u64().unwrap()).collect();
            list.sort_unstable();
            list
        };
        assert!(!pmids(&direct).is_empty(), "{string}");
        assert_eq!(pmids(&direct), pmids(&indexed), "{string}");
        let again = desk.json(&["query", "match", string, "--json", "--index", "kept.sqlite"]);
        assert_eq!(pmids(&again), pmids(&direct), "the index alone answers");
    }
    let done = desk.tamis(&["query", "match", "\"x y\"[tiab:~99]", "--index", "kept.sqlite"]);
    assert!(done.code == 1 && done.err.contains("cannot answer"), "{}", done.err);
    let done = desk.tamis(&["query", "match", "a[tiab]"]);
    assert!(done.code == 1 && done.err.contains("nothing to look in"), "{}", done.err);
}

#[test]
fn headings_are_exploded_when_a_list_tells_how_and_warned_of_when_none_does() {
    let desk = Desk::new();
    let file = desk.file("twin/01.xml").display().to_string();
    let string = "\"Connective and Soft Tissue\"[mh]";
    let done = desk.tamis(&["query", "match", string, &file]);
    assert!(done.out.is_empty() && done.err.contains("--mesh"), "{}", done.err);
    let descriptor = |name: &str, tree: &str| {
        format!(
            "<DescriptorRecord><DescriptorName><String>{name}</String></DescriptorName><TreeNumberList><TreeNumber>{tree}</TreeNumber></TreeNumberList></DescriptorRecord>"
        )
    };
    let list = format!(
        "<DescriptorRecordSet>{}{}</DescriptorRecordSet>",
        descriptor("Connective and Soft Tissue", "C04.1"),
        descriptor("Humans", "C04.1.2")
    );
    std::fs::write(desk.file("desc.xml"), list).unwrap();
    let mesh = desk.file("desc.xml").display().to_string();
    let done = desk.tamis(&["query", "match", string, &file, "--mesh", &mesh]);
    assert!(done.out.lines().count() > 5 && !done.err.contains("warning"), "{}{}", done.out, done.err);
    let done = desk.tamis(&["query", "match", "nonesuch[mh]", &file, "--mesh", &mesh]);
    assert!(done.err.contains("Q030"), "{}", done.err);
    std::fs::write(desk.file("desc.xml"), "<DescriptorRecordSet><x").unwrap();
    let done = desk.tamis(&["query", "match", string, &file, "--mesh", &mesh]);
    assert!(done.code == 1 && done.err.contains("desc.xml"), "{}", done.err);
}

#[test]
fn every_part_of_the_string_is_counted() {
    let desk = Desk::new();
    let parts = desk.json(&["query", "counts", "--json"]);
    let part = |clause: &str| {
        let found = parts
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["depth"] != 0 && p["clause"].as_str().unwrap().starts_with(clause));
        found.unwrap_or_else(|| panic!("no part {clause}")).clone()
    };
    assert_eq!(parts[0]["alone"], 104);
    assert_eq!(part("ALK[tiab]")["depth"], 1);
    let words = part("sarcoma*");
    let phrase = part("\"inflammatory");
    // What one branch alone brings is what the group loses without it.
    assert!(words["only_here"].as_u64() < words["alone"].as_u64() && words["without_it"].as_i64() < Some(0), "{words}");
    assert!(phrase["only_here"].as_u64() > Some(0), "{phrase}");
    assert!(part("ALK[tiab]")["without_it"].as_i64() >= Some(0), "an AND left out finds no fewer");
    let service = desk.json(&["query", "counts", "a1[ti] OR b1[ti]", "--source", "twin", "--json"]);
    assert_eq!(service[0]["alone"], 0);
}

#[test]
fn known_articles_are_found_or_the_clause_that_loses_them_is_named() {
    let desk = Desk::new();
    let all = desk.json(&["search", "validate", "--json"]);
    assert_eq!((all["known"].as_u64(), all["found"].as_u64()), (Some(28), Some(28)));
    assert!(all["interval"]["low"].as_f64() > Some(0.87));
    // The string loses its title phrase: what only that phrase found is missed, and the change is told.
    let old = " OR \"inflammatory myofibroblastic tumor\"[ti])'";
    desk.edit("protocol.toml", old, ")'");
    desk.edit("protocol.toml", "after = '\"inflammatory myofibroblastic tumor\"[ti])'", "after = ')'");
    let fewer = desk.json(&["search", "validate", "--json"]);
    let missed = fewer["missed"].as_array().unwrap();
    assert!(!missed.is_empty() && missed.len() as u64 + fewer["found"].as_u64().unwrap() == 28);
    for m in missed {
        assert_eq!(m["lost_by"][0], "(sarcoma*[tiab] OR sarcomatoid[ti])", "{m}");
    }
    std::fs::write(desk.file("mine.txt"), "99000102 # in\n\n# a remark\nPMID 5\n").unwrap();
    let known = desk.file("mine.txt").display().to_string();
    let done = desk.tamis(&["search", "validate", "--known", &known]);
    assert!(done.code == 1 && done.err.contains("mine.txt:4:1") && done.err.contains("K001"), "{}", done.err);
    std::fs::write(desk.file("mine.txt"), "99000102\n1\n").unwrap();
    let done = desk.tamis(&["search", "validate", "--known", &known]);
    assert!(done.out.contains("1 of 2 known") && done.out.contains("no record of this PMID"), "{}", done.out);
}

#[test]
fn what_pubmed_said_of_a_run_is_shown_in_its_place() {
    let desk = Desk::new();
    assert_eq!(desk.tamis(&["search", "--quiet"]).code, 0);
    let done = desk.tamis(&["query", "heard"]);
    assert!(done.code == 0 && done.out.contains("complained of nothing"), "{}{}", done.out, done.err);
}

#[test]
fn a_string_is_checked_from_a_file_with_levels_and_as_sarif() {
    let desk = Desk::new();
    std::fs::write(desk.file("strategy.txt"), "#1 alk*[tiab]\n#2 sarcoma*[tiab]\n#3 #1 AND #2\n").unwrap();
    let file = desk.file("strategy.txt").display().to_string();
    assert_eq!(desk.tamis(&["query", "check", "--file", &file]).code, 0, "a warning is no error");
    let done = desk.tamis(&["query", "check", "--file", &file, "--deny", "warning"]);
    assert!(done.code == 1 && done.err.contains("denied"), "{}", done.err);
    assert_eq!(desk.tamis(&["query", "check", "--file", &file, "--deny", "Q004"]).code, 1);
    assert_eq!(desk.tamis(&["query", "check", "--file", &file, "--deny", "Q005"]).code, 0);
    assert_eq!(desk.tamis(&["query", "check", "--file", &file, "--deny", "Q999"]).code, 1);
    let sarif = desk.json(&["query", "check", "--file", &file, "--format", "sarif"]);
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        (sarif["version"].as_str(), result["ruleId"].as_str(), result["level"].as_str()),
        (Some("2.1.0"), Some("Q004"), Some("warning"))
    );
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        (region["startLine"].as_u64(), region["startColumn"].as_u64(), region["charOffset"].as_u64()),
        (Some(1), Some(4), Some(3))
    );
}
