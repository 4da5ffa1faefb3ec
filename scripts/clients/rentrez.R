# rentrez against a service: only the address in make_entrez_query is another.
# Usage: rentrez.R BASE TERM OUT.tsv
arguments <- commandArgs(trailingOnly = TRUE)
base <- arguments[1]
term <- arguments[2]
library(rentrez)
source_of <- deparse(rentrez:::make_entrez_query)
moved <- gsub("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", base, source_of, fixed = TRUE)
stopifnot(!identical(source_of, moved))
replacement <- eval(parse(text = moved), envir = asNamespace("rentrez"))
environment(replacement) <- asNamespace("rentrez")
assignInNamespace("make_entrez_query", replacement, ns = "rentrez")

found <- entrez_search(db = "pubmed", term = term, retmax = 5, use_history = TRUE)
stopifnot(length(found$ids) == min(5, found$count))
lines <- character()
for (start in seq(0, found$count - 1, 50)) {
  page <- entrez_fetch(db = "pubmed", web_history = found$web_history, rettype = "xml", retstart = start, retmax = 50)
  records <- parse_pubmed_xml(page)
  if (inherits(records, "pubmed_record")) records <- list(records)
  for (r in records) lines <- c(lines, paste(r$pmid, gsub("[[:space:]]+", " ", r$title), sep = "\t"))
}
summaries <- entrez_summary(db = "pubmed", id = found$ids)
stopifnot(identical(unname(extract_from_esummary(summaries, "uid")), found$ids))
text <- entrez_fetch(db = "pubmed", id = found$ids, rettype = "medline", retmode = "text")
stopifnot(all(vapply(found$ids, function(i) grepl(paste0("PMID- ", i), text, fixed = TRUE), TRUE)))
stopifnot("TIAB" %in% names(entrez_db_searchable("pubmed")))
writeLines(enc2utf8(lines[order(as.numeric(sub("\t.*", "", lines)))]), arguments[3], useBytes = TRUE)
