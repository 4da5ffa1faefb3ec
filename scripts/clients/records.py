"""Writes so many synthetic records as PubMed XML: more than one search may give."""

import sys

count, path = int(sys.argv[1]), sys.argv[2]
with open(path, "w", encoding="utf-8") as out:
    out.write("<PubmedArticleSet>\n")
    for i in range(count):
        pmid = 98000001 + 3 * i
        year, month = 2010 + i % 12, 1 + i % 12
        out.write(
            f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
            f'<DateRevised><Year>{year}</Year><Month>{month:02}</Month><Day>01</Day></DateRevised>'
            f'<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>{year}</Year></PubDate>'
            f"</JournalIssue><Title>Synthetic Twin</Title></Journal><ArticleTitle>Manifold number {i} &amp; more.</ArticleTitle>"
            f'<Language>eng</Language><PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>'
            f"</PublicationTypeList></Article><MedlineJournalInfo><MedlineTA>Synth Twin</MedlineTA></MedlineJournalInfo>"
            f'</MedlineCitation><PubmedData><History><PubMedPubDate PubStatus="entrez"><Year>{year}</Year>'
            f"<Month>{month}</Month><Day>1</Day></PubMedPubDate></History><PublicationStatus>ppublish</PublicationStatus>"
            f'<ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>\n'
        )
    out.write("</PubmedArticleSet>\n")
