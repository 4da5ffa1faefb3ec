//! What is wrong with a search string as SARIF 2.1.0 (OASIS Standard, 2020), which editors and CI services show in place.

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Severity, Source};
use crate::query::CODES;

/// A log with one run. Columns count code points, as `columnKind` says.
pub fn sarif(source: &Source, diagnostics: &[Diagnostic], version: &str) -> Value {
    let rules: Vec<Value> = CODES
        .iter()
        .map(|c| {
            json!({ "id": c.code, "name": c.title, "shortDescription": { "text": c.title },
                    "fullDescription": { "text": c.text } })
        })
        .collect();
    let results: Vec<Value> = diagnostics.iter().map(|d| result(source, d)).collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "tamis", "version": version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(source: &Source, d: &Diagnostic) -> Value {
    let level = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let text = [Some(&d.message), Some(&d.label).filter(|l| !l.is_empty()), d.help.as_ref()];
    let text = text.into_iter().flatten().cloned().collect::<Vec<_>>().join(". ");
    let ((line, column), (end_line, end_column)) = (source.line_column(d.span.start), source.line_column(d.span.end));
    let characters = |bytes: usize| source.text.get(..bytes).map_or(0, |t| t.chars().count());
    let (from, to) = (characters(d.span.start), characters(d.span.end));
    json!({
        "ruleId": d.code,
        "ruleIndex": CODES.iter().position(|c| c.code == d.code),
        "level": level,
        "message": { "text": text },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": source.name },
                "region": {
                    "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
                    "charOffset": from, "charLength": to.saturating_sub(from),
                },
            },
        }],
    })
}
