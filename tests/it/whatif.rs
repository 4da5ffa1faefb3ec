//! What would be, without anything being written; and what changed between versions of a protocol.

use crate::Desk;

fn moved<'a>(told: &'a serde_json::Value, key: &str) -> Vec<(u64, &'a str, &'a str)> {
    let of = |v: &'a serde_json::Value| v["criterion"].as_str().unwrap_or("included");
    told[key].as_array().unwrap().iter().map(|m| (m["pmid"].as_u64().unwrap(), of(&m["from"]), of(&m["to"]))).collect()
}

#[test]
fn a_criterion_left_out_frees_its_records_even_those_a_person_excluded_for_it() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let told = desk.json(&["flow", "--without", "no-fusion-partner", "--format", "json"]);
    let list = moved(&told, "moved");
    assert_eq!(list.len(), 22, "the 22 of that box");
    assert!(list.iter().all(|(_, from, to)| *from == "no-fusion-partner" && *to != *from), "{list:?}");
    assert!(told["moved"][0]["why"].as_str().unwrap().starts_with("`no-fusion-partner` is not asked"));
    let sum = |key: &str| told[key].as_u64().unwrap();
    let out: u64 = told["excluded"].as_array().unwrap().iter().map(|e| e["n"].as_u64().unwrap()).sum();
    assert_eq!(sum("screened"), out + sum("unresolved") + told["included"]["reports"].as_u64().unwrap());
    let shown = desk.tamis(&["flow", "--without", "no-fusion-partner"]);
    assert!(shown.out.contains("what if: 22 records change their fate"), "{shown:?}");
    assert!(desk.json(&["flow", "--format", "json"])["moved"].is_null(), "what is has no what if");
}

#[test]
fn another_order_changes_reasons_and_says_which_criterion_now_comes_first() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let told = desk.json(&["flow", "--order", "no-crizotinib,no-alk-fusion", "--format", "json"]);
    assert_eq!(told["included"]["studies"], 28);
    for (m, (_, from, to)) in told["moved"].as_array().unwrap().iter().zip(moved(&told, "moved")) {
        assert!(from != "included" && to != "included", "{m}");
        assert!(m["why"].as_str().unwrap().contains(&format!("`{to}` is told before `{from}`")), "{m}");
    }
}

#[test]
fn what_another_protocol_would_do_is_what_it_does_and_asking_writes_nothing() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    let word = ("\"crizotinib\", \"xalkori\"", "\"xalkori\"");
    // The other version: a word less, and the criteria of language and species change places.
    std::fs::create_dir_all(desk.folder.path().join("other")).unwrap();
    crate::copy(&desk.file(""), &desk.folder.path().join("other"));
    let vocabulary = desk.folder.path().join("other/vocabulary/crizotinib.toml");
    let text = std::fs::read_to_string(&vocabulary).unwrap();
    std::fs::write(&vocabulary, text.replace(word.0, word.1)).unwrap();
    for other in ["other/protocol.toml", "other"] {
        let told = desk.json(&["flow", "--protocol", other, "--format", "json"]);
        assert_eq!(told["assessed"], serde_json::json!(["no-crizotinib"]), "the others stand as stored");
        assert!(!moved(&told, "moved").is_empty());
        assert_eq!(desk.json(&["protocol", "list", "--format", "json"]).as_array().unwrap().len(), 1, "{other}");
    }
    let would = desk.json(&["flow", "--protocol", "other", "--format", "json"]);
    desk.edit("vocabulary/crizotinib.toml", word.0, word.1);
    let does = desk.json(&["flow", "--format", "json"]);
    for key in ["excluded", "awaiting", "included", "published"] {
        assert_eq!(would[key], does[key], "{key}");
    }
    // And the difference of the two versions, both stored now, touches the same records.
    let told = desk.json(&["protocol", "diff", "--format", "json"]);
    assert_eq!(told["touched"], would["moved"]);
    let sentence = told["changes"][0]["sentence"].as_str().unwrap();
    assert_eq!((told["changes"].as_array().unwrap().len(), sentence.contains("loses “crizotinib”")), (1, true));
    let hash = told["before"][1].as_str().unwrap();
    let named = desk.json(&["protocol", "diff", &hash[..8], "current", "--format", "json"]);
    assert_eq!(named["touched"], told["touched"], "a version by the first digits of its hash");
}

#[test]
fn a_changed_string_names_the_records_it_would_lose_and_a_version_that_is_not_there_is_said() {
    let desk = Desk::new();
    let none = desk.tamis(&["protocol", "diff"]);
    assert!(none.code == 1 && none.err.contains("no other version"), "{none:?}");
    desk.tamis(&["run", "-q"]);
    desk.edit("protocol.toml", "tumor\"[ti])'", "tumor\"[ti]) NOT child[tiab]'");
    desk.edit("protocol.toml", "to = 2021-08-22", "to = 2022-08-22");
    let told = desk.json(&["protocol", "diff", "--format", "json"]);
    assert!(!told["lost"].as_array().unwrap().is_empty() && moved(&told, "touched").is_empty(), "{told}");
    let shown = desk.tamis(&["protocol", "diff"]);
    for line in
        ["The search string is another.", "The window ends 2022-08-22 (was 2021-08-22).", "are not found any more"]
    {
        assert!(shown.out.contains(line), "{shown:?}");
    }
    assert!(shown.err.contains("tamis run asks anew"), "{shown:?}");
    let bad = desk.tamis(&["flow", "--protocol", "nowhere.toml"]);
    assert!(bad.code == 1 && bad.err.contains("no file, no folder and no stored protocol"), "{bad:?}");
}
