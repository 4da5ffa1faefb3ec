use super::*;
use crate::record::Pmid;

/// A file of a format, the line, and what the first entry says: PMID, title, DOI, year, first author, languages.
type Case<'a> = (&'a str, &'a str, Format, usize, u64, &'a str, Option<&'a str>, Option<i16>, &'a str, &'a [&'a str]);

#[test]
fn every_format_is_told_by_what_it_holds_and_read() {
    let cases: &[Case<'_>] = &[
        (
            "RIS of a reference manager",
            "TY  - JOUR\r\nAU  - Alpha, Ann B.\r\nTI  - One fusion\r\nPY  - 2019\r\nDO  - https://doi.org/10.0/AbC\r\nLA  - English\r\nER  - \r\n",
            Format::Ris,
            1,
            0,
            "One fusion",
            Some("10.0/abc"),
            Some(2019),
            "Alpha AB",
            &["eng"],
        ),
        (
            "RIS after Cochrane's own line",
            "Record #1 of 1\nTY  - JOUR\nTI  - One fusion\nY1  - 2019\nER  - \n",
            Format::Ris,
            2,
            0,
            "One fusion",
            None,
            Some(2019),
            "",
            &[],
        ),
        (
            "RIS with a PMID as PubMed's accession number",
            "TY  - JOUR\nTI  - One fusion\nDB  - PubMed\nAN  - 31452104\nER  - \n",
            Format::Ris,
            1,
            31_452_104,
            "One fusion",
            None,
            None,
            "",
            &[],
        ),
        (
            "an accession number of another database is no PMID",
            "TY  - JOUR\nTI  - One fusion\nDB  - Embase\nAN  - 31452104\nER  - \n",
            Format::Ris,
            1,
            0,
            "One fusion",
            None,
            None,
            "",
            &[],
        ),
        (
            "PubMed's text",
            "\nPMID- 31452104\nTI  - One fusion\n      and its partner.\nDP  - 2019 Nov\nAU  - Alpha AB\nFAU - Alpha, Ann B\nLA  - fre\nLID - 10.0/x [doi]\n",
            Format::Nbib,
            2,
            31_452_104,
            "One fusion and its partner.",
            Some("10.0/x"),
            Some(2019),
            "Alpha AB",
            &["fre"],
        ),
        (
            "EndNote XML",
            "<?xml version=\"1.0\"?><xml><records>\n<record><ref-type name=\"Journal Article\">17</ref-type><contributors><authors><author>Alpha, Ann</author></authors></contributors><titles><title>One &amp; two</title></titles><dates><year>2019</year></dates><language>German</language></record></records></xml>",
            Format::EndnoteXml,
            2,
            0,
            "One & two",
            None,
            Some(2019),
            "Alpha A",
            &["ger"],
        ),
        (
            "BibTeX after a remark",
            "% made by hand\n@article{alpha,\n  title = {One {ALK} fusion},\n  author = {Alpha, Ann and Beta, Bob},\n  year = {2019},\n  doi = {10.0/x}\n}\n",
            Format::Bibtex,
            2,
            0,
            "One ALK fusion",
            Some("10.0/x"),
            Some(2019),
            "Alpha A",
            &[],
        ),
        (
            "PubMed's CSV",
            "\u{feff}PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,DOI\n31452104,\"One, two\",\"Alpha AB, Beta C.\",x,Alpha AB,J,2019,10.0/x\n",
            Format::Csv,
            2,
            31_452_104,
            "One, two",
            Some("10.0/x"),
            Some(2019),
            "Alpha AB",
            &[],
        ),
        (
            "a table with semicolons, its cell kept from being a formula",
            "title;year;language\n'=1+1 fusions;2019;zh-CN\n",
            Format::Csv,
            2,
            0,
            "=1+1 fusions",
            None,
            Some(2019),
            "",
            &["chi"],
        ),
    ];
    for (name, text, format, line, pmid, title, doi, year, author, languages) in cases {
        assert_eq!(super::format(text), Some(*format), "{name}");
        let contents = read(text, *format);
        assert_eq!(contents.bad, [], "{name}");
        let [one] = contents.citations.as_slice() else { panic!("{name}: {contents:?}") };
        let r = &one.record;
        assert_eq!((one.line, r.pmid, r.title.as_str()), (*line, Pmid(*pmid), *title), "{name}");
        assert_eq!((r.doi.as_deref(), r.year()), (*doi, *year), "{name}");
        assert_eq!(r.authors.first().map(|a| a.display()).unwrap_or_default(), *author, "{name}");
        assert_eq!(r.languages, *languages, "{name}");
    }
    for nothing in ["", "Dear all,\nplease find the list below.\n", "<html></html>", "{\"a\": 1}"] {
        assert_eq!(super::format(nothing), None, "{nothing}");
    }
}

#[test]
fn a_bad_entry_is_named_with_its_line_and_hides_no_other() {
    let cases = [
        (
            Format::Csv,
            "title,pmid,year\nOne,12a,2019\nTwo,2,2019\nThree,3\nFour,4,soon\n,5,2019\n",
            vec![2, 4, 5, 6],
            1,
        ),
        (
            Format::Ris,
            "TY  - JOUR\nTI  - One\nER  - \n\nTY  - JOUR\nAU  - Alpha, A\nER  - \nTY  - JOUR\nTI  - Two\nER  - \n",
            vec![5],
            2,
        ),
        (
            Format::Bibtex,
            "@article{a, title = {One}}\n@article{b, title = {Two\n@article{c, title = {Three}}\n",
            vec![2],
            2,
        ),
    ];
    for (format, text, bad, good) in cases {
        let contents = read(text, format);
        let lines: Vec<usize> = contents.bad.iter().map(|b| b.line).collect();
        assert_eq!((lines, contents.citations.len()), (bad, good), "{}: {:?}", format.name(), contents.bad);
    }
}

#[test]
fn a_files_encoding_is_that_of_its_mark_or_what_its_bytes_can_be() {
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("é".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (bytes, text, encoding) in [
        ("é".as_bytes().to_vec(), "é", "UTF-8"),
        (b"\xef\xbb\xbf\xc3\xa9".to_vec(), "é", "UTF-8"),
        (vec![0xe9], "é", "windows-1252"),
        (utf16, "é", "UTF-16LE"),
    ] {
        assert_eq!(decode(&bytes), (text.to_owned(), encoding, false));
    }
}
