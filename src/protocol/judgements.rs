//! One reviewer's file of judgements.

use super::load::{sha256, tables, whole};
use super::table::{Findings, Table, parse};
use super::{Judgement, JudgementFile, Stage, Undo, Verdict};
use crate::diagnostic::{Diagnostic, Source};
use crate::record::Pmid;

/// What may stand under `verdict`.
#[derive(Clone, Copy)]
enum Word {
    Verdict(Verdict),
    Undo,
}

/// A criterion that the protocol does not have, with the nearest it has.
pub(super) fn unknown_criterion(id: &str, ids: &[&str], span: std::ops::Range<usize>) -> Diagnostic {
    let problem = Diagnostic::error("P023", span, format!("the protocol has no criterion `{id}`")).label("not known");
    match super::table::nearest(id, ids.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("the criteria are: {}", ids.join(", "))),
    }
}

/// Reads a file, reporting to `findings`; `ids` are the protocol's criteria.
pub(crate) fn read(path: &str, source: &Source, ids: &[&str], findings: &Findings) -> JudgementFile {
    let document = parse(source, findings);
    let root = Table::root(&document, findings);
    let reviewer = root.text("reviewer");
    root.optional("about").and_then(|n| n.text());
    let mut judgements: Vec<Judgement> = Vec::new();
    let mut undone: Vec<Undo> = Vec::new();
    for entry in tables(&root, "judgement") {
        let stages =
            [("title-abstract", Stage::TitleAbstract), ("full-text", Stage::FullText), ("consensus", Stage::Consensus)];
        let words = [
            ("include", Word::Verdict(Verdict::Include)),
            ("exclude", Word::Verdict(Verdict::Exclude)),
            ("keep", Word::Verdict(Verdict::Keep)),
            ("undo", Word::Undo),
        ];
        let pmid = entry.required("pmid").map_or(0, |n| whole(&n));
        let line = source.line_column(entry.span().start).0;
        let verdict = match entry.required("verdict").and_then(|n| n.choice(&words)) {
            Some(Word::Undo) => {
                let when = entry.required("when").and_then(|n| n.date());
                let note = entry.optional("note").and_then(|n| n.text());
                // What a person takes back is the last word that still stands.
                let last = judgements
                    .iter()
                    .rev()
                    .find(|j: &&Judgement| j.pmid.0 == pmid && !undone.iter().any(|u| u.undoes == j.line));
                match (last, when) {
                    (Some(last), Some(when)) => undone.push(Undo { undoes: last.line, note, when, line }),
                    (None, _) => findings.push(
                        Diagnostic::error("P027", entry.span(), format!("there is no judgement on {pmid} to undo"))
                            .help("an undo takes back the last judgement above it on the same PMID that still stands"),
                    ),
                    _ => {}
                }
                entry.finish();
                continue;
            }
            Some(Word::Verdict(verdict)) => Some(verdict),
            None => None,
        };
        let stage = entry.required("stage").and_then(|n| n.choice(&stages));
        let criterion = entry.optional("criterion");
        let id = criterion.as_ref().and_then(|n| {
            let id = n.text()?;
            if !ids.contains(&id.as_str()) {
                findings.push(unknown_criterion(&id, ids, n.span()));
            }
            Some(id)
        });
        match (verdict, &criterion) {
            (Some(Verdict::Exclude | Verdict::Keep), None) => findings.push(
                Diagnostic::error("P024", entry.span(), "this judgement names no criterion")
                    .help("add `criterion = \"…\"`: the reason excluded for, or the one it does not meet"),
            ),
            (Some(Verdict::Include), Some(n)) => {
                n.problem("P025", "an `include` clears every criterion and names none; use `keep` to clear one")
            }
            _ => {}
        }
        let when = entry.required("when").and_then(|n| n.date());
        let cases = entry.optional("cases").map(|n| whole(&n) as u32);
        let quote = entry.text("quote");
        if quote.trim().is_empty()
            && let Some(n) = entry.optional("quote")
        {
            n.problem("P026", "a judgement needs the sentence it rests on");
        }
        let note = entry.optional("note").and_then(|n| n.text());
        entry.finish();
        if let (Some(stage), Some(verdict), Some(when)) = (stage, verdict, when) {
            judgements.push(Judgement {
                pmid: Pmid(pmid),
                stage,
                verdict,
                criterion: id,
                quote,
                note,
                when,
                cases,
                line,
            });
        }
    }
    root.finish();
    JudgementFile { path: path.to_owned(), hash: sha256(source.text.as_bytes()), reviewer, judgements, undone }
}
