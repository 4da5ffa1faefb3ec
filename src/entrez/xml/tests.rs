#![allow(clippy::unwrap_used)]

use super::*;
use crate::record::RecordKind;

const FULL: &str = r#"<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated"><PMID Version="2">99000001</PMID>
<Article><Journal><JournalIssue><Volume>7</Volume><PubDate><MedlineDate>2019 Nov-Dec</MedlineDate></PubDate></JournalIssue><Title>Synthetic Twin</Title></Journal>
<ArticleTitle>[A <i>CLTC</i>-<i>ALK</i> tumor &amp; CO<sub>2</sub>&#x2013;x].</ArticleTitle>
<ELocationID EIdType="doi" ValidYN="N">10.0/bad</ELocationID>
<Abstract><AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">One
   two <b>three</b>.</AbstractText><AbstractText Label="EMPTY"/><CopyrightInformation>(c)</CopyrightInformation></Abstract>
<AuthorList CompleteYN="N"><Author ValidYN="Y"><LastName>Alpha</LastName><Initials>A</Initials></Author><Author ValidYN="N"><LastName>Old</LastName></Author><Author><CollectiveName>Synthetic Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><Language>fre</Language><VernacularTitle>Une tumeur</VernacularTitle>
<ArticleDate DateType="Electronic"><Year>2019</Year><Month>10</Month><Day>05</Day></ArticleDate></Article>
<MeshHeadingList><MeshHeading><DescriptorName UI="D012509" MajorTopicYN="N">Sarcoma</DescriptorName><QualifierName UI="Q1" MajorTopicYN="Y">genetics</QualifierName></MeshHeading></MeshHeadingList>
<OtherAbstract Type="Publisher" Language="fre"><AbstractText>Un.</AbstractText></OtherAbstract>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>Synthetic Twin. 2020</RefSource><PMID>99000009</PMID></CommentsCorrections></CommentsCorrectionsList>
</MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="entrez"><Year>2019</Year><Month>9</Month><Day>3</Day></PubMedPubDate></History><?pmcsd x?>
<ArticleIdList><ArticleId IdType="doi">10.0000/mine</ArticleId><ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.0000/theirs</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
<PubmedBookArticle><BookDocument><PMID Version="1">99000002</PMID><Book><BookTitle>A Book</BookTitle><PubDate><Year>2011</Year></PubDate></Book><ArticleTitle>Chapter</ArticleTitle></BookDocument></PubmedBookArticle>
<DeleteCitation><PMID Version="1">99000003</PMID></DeleteCitation>
</PubmedArticleSet>"#;

#[test]
fn every_part_of_an_article_lands_where_it_belongs() {
    let set = read_articles(FULL.as_bytes()).unwrap();
    let r = &set.articles[0].record;
    assert_eq!((r.pmid, r.version), (Pmid(99_000_001), 2));
    assert_eq!(r.title, "[A CLTC-ALK tumor & CO2\u{2013}x].", "markup goes, its text stays");
    assert_eq!(r.vernacular_title.as_deref(), Some("Une tumeur"));
    assert_eq!(r.abstract_sections.len(), 1, "an empty section is no section");
    assert_eq!(r.abstract_sections[0].text, "One two three.", "line breaks of the file are no part of the text");
    assert_eq!(r.abstract_sections[0].label.as_deref(), Some("BACKGROUND"));
    assert_eq!(r.authors.iter().map(|a| a.display()).collect::<Vec<_>>(), ["Alpha A", "Synthetic Group"]);
    assert!(!r.authors_complete);
    assert_eq!(r.languages, ["eng", "fre"]);
    assert_eq!(r.pub_date.unwrap().to_string(), "2019-11", "MedlineDate gives its first year and month");
    assert_eq!(r.electronic_date().unwrap().to_string(), "2019-10-05");
    assert_eq!(r.history_date("entrez").unwrap().to_string(), "2019-09-03");
    assert_eq!(r.doi.as_deref(), Some("10.0000/mine"), "never the doi of a reference");
    assert_eq!(r.pmc.as_deref(), Some("PMC1"));
    assert!(r.mesh[0].qualifiers[0].major && !r.mesh[0].major);
    assert!(r.is_retracted());
    assert_eq!(r.other_abstracts[0].language.as_deref(), Some("fre"));
    assert_eq!(set.articles[1].record.kind, RecordKind::Book);
    assert_eq!(set.articles[1].record.title, "Chapter");
    assert_eq!(set.deleted, [Pmid(99_000_003)]);
}

#[test]
fn the_stored_bytes_read_again_give_the_same_record() {
    for article in read_articles(FULL.as_bytes()).unwrap().articles {
        assert_eq!(read_record(&article.raw).unwrap(), article.record);
    }
}

#[test]
fn what_cannot_be_believed_is_named_with_its_place() {
    let cut = &FULL[..FULL.len() - 30];
    let cases: &[(&str, &str, &str)] = &[
        ("a cut answer names the last record read", cut, "was cut (after PMID 99000002)"),
        ("an empty body is no empty set", "", "the answer is empty"),
        ("a web page is no set", "<html><body>Sorry</body></html>", "expected <PubmedArticleSet>, found <html>"),
        (
            "an error inside a 200",
            "<?xml version=\"1.0\"?>\n<eFetchResult>\n<ERROR>Cannot retrieve history data</ERROR></eFetchResult>",
            "the service answered with an error: Cannot retrieve history data",
        ),
        (
            "crossed tags have a line and a column",
            "<PubmedArticleSet>\n<PubmedArticle><MedlineCitation><PMID>1</MedlineCitation></PubmedArticle></PubmedArticleSet>",
            "line 2, column",
        ),
        (
            "an article without a PMID",
            "<PubmedArticleSet><PubmedArticle></PubmedArticle></PubmedArticleSet>",
            "without a PMID",
        ),
    ];
    for (sentence, xml, expected) in cases {
        let shown = read_articles(xml.as_bytes()).map(|_| ()).unwrap_err().to_string();
        assert!(shown.contains(expected), "{sentence}: {shown}");
    }
    assert_eq!(read_articles(b"<PubmedArticleSet></PubmedArticleSet>").unwrap(), ArticleSet::default());
}

#[test]
fn a_gzipped_file_reads_like_a_plain_one() {
    use std::io::Write;
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(FULL.as_bytes()).unwrap();
    let mut pmids = Vec::new();
    for_each_article(std::io::Cursor::new(gz.finish().unwrap()), |f| {
        pmids.push(f.record.pmid.0);
        Ok(())
    })
    .unwrap();
    assert_eq!(pmids, [99_000_001, 99_000_002]);
}

#[test]
fn formulas_seasons_and_group_authors_are_read_as_they_are_written() {
    let xml = r#"<?xml version="1.0" ?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">99000001</PMID><Article><Journal><JournalIssue><PubDate><Year>2003</Year><Season>Fall</Season></PubDate></JournalIssue></Journal><ArticleTitle>Decay of <mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msup><mml:mi>B</mml:mi><mml:mn>0</mml:mn></mml:msup></mml:math> in <i>E.&#xa0;coli</i>.</ArticleTitle><AuthorList><Author><CollectiveName>Twin<sup>2</sup> Group</CollectiveName></Author></AuthorList></Article><GeneralNote Owner="KIE">a note</GeneralNote></MedlineCitation></PubmedArticle></PubmedArticleSet>"#;
    let set = read_articles(xml.as_bytes()).unwrap();
    let r = &set.articles[0].record;
    assert_eq!(r.title, "Decay of B0 in E.\u{a0}coli.");
    assert_eq!(r.pub_date.unwrap().to_string(), "2003-10", "fall begins in October");
    assert_eq!(r.authors[0].display(), "Twin2 Group");
    assert_eq!(r.notes, ["a note"]);
}

/// Gives a few bytes at a time, as a network does.
struct Dripping<'a>(&'a [u8], usize);

impl std::io::Read for Dripping<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(out.len()).min(self.0.len());
        out[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn pieces(reader: impl std::io::Read) -> Vec<(Kind, Vec<u8>, Place)> {
    let mut pieces = Pieces::new(reader);
    let mut list = Vec::new();
    while let Some(piece) = pieces.next_piece().unwrap() {
        list.push((piece.kind, piece.raw.to_vec(), piece.place));
    }
    list
}

#[test]
fn a_stream_is_cut_alike_however_it_arrives_and_places_point_into_it() {
    let whole = pieces(FULL.as_bytes());
    assert_eq!(whole.iter().map(|(k, ..)| *k).collect::<Vec<_>>(), [Kind::Article, Kind::Article, Kind::Deletion]);
    for (_, raw, place) in &whole {
        let at = place.offset as usize;
        assert_eq!(&FULL.as_bytes()[at..at + raw.len()], raw);
        assert_eq!(FULL[..at].matches('\n').count() as u64 + 1, place.line);
        assert_eq!(at - FULL[..at].rfind('\n').map_or(0, |i| i + 1) + 1, place.column as usize);
    }
    for step in [1, 2, 3, 7, 64] {
        assert_eq!(pieces(Dripping(FULL.as_bytes(), step)), whole, "{step} bytes at a time");
    }
}

#[test]
fn sets_that_follow_one_another_in_a_stream_are_all_read() {
    let twice = format!("{FULL}\n{FULL}\n<!-- the end -->\n<PubmedArticleSet/>\n");
    assert_eq!(read_articles(twice.as_bytes()).unwrap().articles.len(), 4);
    let junk = read_articles(format!("{FULL}\n<html>").as_bytes()).unwrap_err();
    assert_eq!((junk.message.as_str(), junk.number), ("expected <PubmedArticleSet>, found <html>", 2));
}

#[test]
fn a_piece_that_cannot_be_read_has_a_place_and_the_next_is_read_all_the_same() {
    let cases: &[(&str, &str, &str)] = &[
        ("crossed tags", "<b>x</i>", "expected `</b>`, but `</i>` was found"),
        ("an attribute twice", "<b a=\"1\" a=\"2\">x</b>", "stands twice"),
        ("an attribute twice where nothing is read", "<ReferenceList><b a=\"1\" a=\"2\"/></ReferenceList>", "twice"),
        ("a character that is none", "&#xFFFFFFFF;", "character"),
        ("a tag that does not end", "<b", ""),
    ];
    for (sentence, bad, message) in cases {
        let good = "<PubmedArticle><MedlineCitation><PMID>2</PMID></MedlineCitation></PubmedArticle>";
        let first = format!("<PubmedArticle><MedlineCitation><PMID>1</PMID>{bad}</MedlineCitation></PubmedArticle>");
        let text = format!("<PubmedArticleSet>\n{first}\n{good}\n</PubmedArticleSet>");
        let mut pieces = Pieces::new(text.as_bytes());
        let error = pieces.next_piece().unwrap().unwrap().record().unwrap_err();
        assert!(error.message.contains(message), "{sentence}: {error}");
        assert!(error.line == 2 && error.number == 1, "{sentence}: {error}");
        let from = text.find("<PubmedArticle>").unwrap() as u64;
        assert!((from..from + first.len() as u64).contains(&error.offset), "{sentence}: byte {}", error.offset);
        assert_eq!(pieces.next_piece().unwrap().unwrap().record().unwrap().pmid, Pmid(2), "{sentence}");
    }
}

#[test]
fn a_gzipped_file_that_was_cut_or_damaged_is_no_shorter_file() {
    use std::io::Write;
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(FULL.as_bytes()).unwrap();
    let whole = gz.finish().unwrap();
    let mut flipped = whole.clone();
    let at = flipped.len() - 6;
    flipped[at] ^= 1;
    let mut tailed = whole.clone();
    tailed.extend_from_slice(b"and more");
    for (sentence, bytes) in
        [("cut", whole[..whole.len() - 20].to_vec()), ("its checksum differs", flipped), ("junk behind", tailed)]
    {
        let error = for_each_article(std::io::Cursor::new(bytes), |_| Ok(())).unwrap_err();
        assert!(error.message.starts_with("the answer breaks off"), "{sentence}: {error}");
    }
    let mut twice = whole.clone();
    twice.extend_from_slice(&whole);
    let mut n = 0;
    for_each_article(std::io::Cursor::new(twice), |_| {
        n += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!(n, 4, "members that follow one another are one stream");
}
