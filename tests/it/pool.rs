//! The pooled analysis of the review that ships: from its filled worksheet to the paper's numbers.

use crate::Desk;

fn row<'v>(pooled: &'v serde_json::Value, key: &str) -> &'v serde_json::Value {
    let shares = pooled["results"]["shares"].as_array().unwrap();
    let mut rows = shares.iter().flat_map(|s| s["rows"].as_array().unwrap());
    rows.find(|r| r["key"] == key).unwrap_or_else(|| panic!("no {key}"))
}

#[test]
fn the_papers_numbers_come_out_of_the_worksheet_and_nothing_is_unexplained() {
    let desk = Desk::new();
    let done = desk.tamis(&["pool", "--check"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("SYNTHETIC") && done.out.contains("immortal time"), "{}", done.out);
    for picture in ["os.svg", "swimmer.svg", "partners.svg"] {
        let svg = std::fs::read_to_string(desk.folder.path().join("out/alk-crizotinib").join(picture)).unwrap();
        assert!(svg.contains("<title") && svg.contains("<desc"), "{picture}");
    }
    let pooled = desk.json(&["pool", "--format", "json"]);
    let expected = [
        ("response.or", 26, 30),
        ("response.dc", 29, 30),
        ("response.or[histology=EIMS]", 9, 9),
        ("response.cr[treatment=surgery and crizotinib]", 8, 10),
        ("response.cr[treatment=crizotinib alone]", 1, 19),
        ("stage.iv", 23, 30),
        ("partner.eims-ranbp2", 10, 11),
        ("later.or", 7, 9),
    ];
    for (key, k, n) in expected {
        let row = row(&pooled, key);
        assert_eq!((row["k"].as_u64(), row["n"].as_u64()), (Some(k), Some(n)), "{key}");
    }
    let published = pooled["published"].as_array().unwrap();
    let note = |key: &str| published.iter().find(|a| a["key"] == key).unwrap()["note"].as_str().unwrap().to_owned();
    assert!(note("response.p-age").contains("linear-by-linear"), "{}", note("response.p-age"));
    assert!(note("survival.mos-alone").contains("order statistics"), "{}", note("survival.mos-alone"));
    let verdicts: Vec<&str> = published.iter().map(|a| a["verdict"].as_str().unwrap()).collect();
    assert!(!verdicts.iter().any(|v| *v == "differs" || *v == "not-planned"), "{verdicts:?}");
    assert_eq!(verdicts.iter().filter(|v| **v == "paper-contradicts-itself").count(), 3);
}

#[test]
fn who_is_not_in_a_denominator_is_named_with_the_reason() {
    let desk = Desk::new();
    let pooled = desk.json(&["pool", "--format", "json"]);
    let shares = pooled["results"]["shares"].as_array().unwrap();
    let rate = shares.iter().find(|s| s["id"] == "response.or").unwrap();
    let left: Vec<(&str, &str)> = rate["left"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (l["case"].as_str().unwrap(), l["why"].as_str().unwrap()))
        .collect();
    let why = "response is NE";
    assert_eq!(left, [("99000010.1", why), ("99000010.2", why), ("99000010.3", why)]);
}

#[test]
fn a_changed_cell_changes_the_verdict_and_the_order_of_rows_changes_nothing() {
    let desk = Desk::new();
    let path = desk.file("twin/worksheet.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, rows) = text.split_once('\n').unwrap();
    let mut turned: Vec<&str> = rows.lines().collect();
    turned.reverse();
    std::fs::write(desk.file("turned.csv"), format!("{head}\n{}\n", turned.join("\n"))).unwrap();
    let (one, other) = (desk.json(&["pool", "--format", "json"]), {
        let file = desk.file("turned.csv").display().to_string();
        desk.json(&["pool", "--format", "json", "--worksheet", &file])
    });
    for what in ["shares", "tables", "survival", "numbers", "tallies"] {
        let strip = |v: &serde_json::Value| {
            // Who is left out is told in the order of the worksheet; everything else is not.
            let mut v = v["results"][what].clone();
            v.as_array_mut().unwrap().iter_mut().for_each(|r| drop(r.as_object_mut().unwrap().remove("left")));
            v
        };
        assert_eq!(strip(&one), strip(&other), "{what}");
    }
    desk.edit("twin/worksheet.csv", ",CR,", ",PD,");
    let done = desk.tamis(&["pool", "--check"]);
    assert_eq!(done.code, 3, "{}", done.out);
    assert!(done.out.contains("✗"), "{}", done.out);
}

#[test]
fn faults_of_plan_and_worksheet_are_named_with_their_place() {
    let desk = Desk::new();
    let done = desk.tamis(&["pool", "--without", "1.1"]);
    assert!(done.code == 1 && done.err.contains("no case 1.1"), "{}", done.err);
    desk.edit("analysis.toml", "column = \"site\"", "column = \"sitte\"");
    let done = desk.tamis(&["pool"]);
    assert!(
        done.code == 1 && done.err.contains("analysis.toml:") && done.err.contains("did you mean `site`"),
        "{}",
        done.err
    );

    let desk = Desk::new();
    desk.edit("twin/worksheet.csv", "99000010.2,", "99000010.1,");
    let done = desk.tamis(&["pool"]);
    assert!(done.code == 1 && done.err.contains("worksheet.csv:3") && done.err.contains("99000010.1"), "{}", done.err);
    desk.edit("twin/worksheet.csv", ",survival_months,", ",months,");
    let done = desk.tamis(&["pool"]);
    assert!(done.code == 1 && done.err.contains("survival_months"), "{}", done.err);

    std::fs::remove_file(desk.file("analysis.toml")).unwrap();
    let done = desk.tamis(&["pool"]);
    assert!(done.code == 1 && done.err.contains("no analysis.toml"), "{}", done.err);
}

#[test]
fn what_was_taken_back_is_pooled_and_cases_that_may_be_one_patient_are_tried_without() {
    let desk = Desk::new();
    desk.tamis(&["run", "-q"]);
    // Case 24 of the list becomes a copy of another report's patient.
    let text = std::fs::read_to_string(desk.file("twin/worksheet.csv")).unwrap();
    let twin: Vec<&str> = text.lines().find(|l| l.starts_with("99000161.1,")).unwrap().split(',').collect();
    let changed = text.replace(",DCTN1,MS,15,female,trunk,", ",CLTC,MS,8,female,thoracic,");
    assert!(changed != text, "{twin:?}");
    std::fs::write(desk.file("filled.csv"), changed).unwrap();
    let file = desk.file("filled.csv").display().to_string();
    let done = desk.tamis(&["worksheet", "import", &file]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let pooled = desk.json(&["pool", "--format", "json"]);
    assert!(pooled["worksheet"].as_str().unwrap().contains("taken back"), "{}", pooled["worksheet"]);
    assert_eq!(row(&pooled, "response.or")["n"], 30);
    let flagged = &pooled["possible_duplicates"];
    assert_eq!(flagged["without"], serde_json::json!(["99000161.1"]), "{flagged}");
    assert_eq!(flagged["results"]["cases"], 32);
    let done = desk.tamis(&["pool"]);
    assert!(done.out.contains("may be one patient") && done.out.contains("26/30 becomes 25/29"), "{}", done.out);
}
