use super::*;
use crate::protocol::Term;

fn finder() -> Finder {
    let term = |name: &str, words: &[&str], symbols: &[&str]| Term {
        name: name.into(),
        words: words.iter().map(|w| (*w).into()).collect(),
        symbols: symbols.iter().map(|w| (*w).into()).collect(),
    };
    let terms = vec![
        term("RANBP2", &["Ran-binding protein 2"], &["RANB2", "RANPB2"]),
        term("CLTC", &["clathrin heavy chain"], &["CTLC"]),
        term("TRAF3", &[], &[]),
        term("TPM3", &["tropomyosin 3"], &[]),
        term("TFG", &[], &[]),
        term("FN1", &["fibronectin 1"], &[]),
        term("EML4", &["echinoderm microtubule-associated protein-like 4"], &[]),
        term("NPM1", &["nucleophosmin"], &["NPM"]),
        term("SEC31A", &[], &["SEC31L1"]),
        term("STRN", &["striatin"], &[]),
        term("DCTN1", &["dynactin 1"], &[]),
        term("NUMA1", &[], &[]),
    ];
    let vocabulary = Vocabulary { name: "fusion-partners".into(), terms, ..Vocabulary::default() };
    Finder::new("ALK", Some(&vocabulary))
}

#[test]
fn every_way_of_writing_a_fusion_names_its_partners() {
    let cases: &[(&str, &[&str])] = &[
        ("a RANBP2-ALK fusion", &["RANBP2"]),
        ("RANBP2::ALK", &["RANBP2"]),
        ("RANBP2/ALK", &["RANBP2"]),
        ("EML4\u{2013}ALK", &["EML4"]),
        ("EML4 - ALK was seen", &["EML4"]),
        ("EML4:ALK", &["EML4"]),
        ("RANB2-ALK", &["RANBP2"]),
        ("RANBP2ALK", &["RANBP2"]),
        ("an ALK-PTPN3 fusion", &["PTPN3"]),
        ("ALK::DCTN1", &["DCTN1"]),
        ("fusion of TRAF3 with ALK", &["TRAF3"]),
        ("fusion of ALK with the clathrin heavy chain (CLTC) gene", &["CLTC"]),
        ("Fusion of the ALK gene to the clathrin heavy chain gene, CLTC", &["CLTC"]),
        ("ALK fused to clathrin heavy chain (CLTC)", &["CLTC"]),
        ("Ran-binding protein 2 (RANBP2)-ALK", &["RANBP2"]),
        ("Ran-binding protein 2 (RANPB2)-ALK", &["RANBP2"]),
        ("striatin (STRN)-ALK", &["STRN"]),
        ("fusion partners of ALK, including CLTC, TPM3 and EML4", &["CLTC", "TPM3", "EML4"]),
        ("TPM3-ALK, CLTC-ALK and EML4-ALK in one each", &["TPM3", "CLTC", "EML4"]),
        ("fusion between NUMA1 exon 14 and ALK exon 20", &["NUMA1"]),
        ("exon 18 of RANBP2 was joined to exon 20 of ALK", &["RANBP2"]),
        ("the first seven exons of tropomyosin 3 joined in frame to exon 20 of ALK", &["TPM3"]),
        ("EML4-ALK variant 3a/b (E6;A20)", &["EML4"]),
        ("The partner was CLTC.", &["CLTC"]),
        ("KIAA1217-ALK was found by sequencing", &["KIAA1217"]),
        ("a C2orf44-ALK fusion", &["C2orf44"]),
        ("a novel fusion of ALK with PLEKHA7", &["PLEKHA7"]),
        ("SEC31L1-ALK", &["SEC31A"]),
        ("nucleophosmin-ALK", &["NPM1"]),
    ];
    let finder = finder();
    let mut wrong = Vec::new();
    for (text, expected) in cases {
        let found = finder.find(text);
        let names: Vec<&str> = found.iter().filter_map(|m| m.partner.as_deref()).collect();
        if names != *expected {
            wrong.push(format!("{text}: {names:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fusion_without_a_named_partner_is_told_from_no_fusion() {
    let finder = finder();
    let unnamed = [
        "ALK-rearranged",
        "an ALK fusion was found",
        "rearrangement of the ALK gene",
        "ALK gene translocation",
        "ALK break-apart FISH was positive",
    ];
    let none = [
        "ALK-positive tumor",
        "an ALK-TKI",
        "ALK-IHC and ALK/FISH",
        "ROS1/ALK inhibitor",
        "ALK inhibitor",
        "BCR-ABL inhibitor",
        "the RAS::MAPK pathway",
        "ALK-negative",
        "EGFR/ALK/ROS1 testing",
        "ALK, ROS1 and RET were tested",
        "ALK (D5F3) staining",
    ];
    for text in unnamed {
        let found = finder.all(text);
        assert!(found.len() == 1 && found[0].partner.is_none(), "{text}: {found:?}");
    }
    for text in none {
        assert_eq!(finder.all(text), [], "{text}");
    }
    let other = finder.find("ALK was intact and a TFG-ROS1 fusion was found");
    assert_eq!(other, [], "a fusion of another gene");
    let other = finder.find("no ALK rearrangement but an FN1::FGFR1 fusion");
    assert_eq!(other, [], "a fusion of another gene");
}

#[test]
fn a_symbol_the_vocabulary_lacks_is_marked_as_unknown() {
    let finder = finder();
    assert!(finder.find("a RANBP2-ALK fusion")[0].known);
    assert!(!finder.find("a PPP1CB::ALK fusion")[0].known);
}
