//! Ovid's way of writing fields and headings: `heart attack.ti,ab.`, `exp Heart Failure/`.

/// A word that ends in Ovid's fields: where they begin, PubMed's tag, and why. Ovid's `mp` has no counterpart and is
/// asked about elsewhere.
pub(super) fn fields(word: &str) -> Option<(usize, &'static str, &'static str)> {
    let inner = word.strip_suffix('.')?;
    let cut = inner.rfind('.')?;
    let codes: Vec<&str> = inner[cut + 1..].split(',').map(str::trim).collect();
    let known = |c: &&str| matches!(*c, "ti" | "ab" | "tw" | "kw" | "kf" | "ot" | "pt" | "au" | "jn");
    if codes.is_empty() || !codes.iter().all(|c| known(&c.to_lowercase().as_str())) {
        return None;
    }
    let lower: Vec<String> = codes.iter().map(|c| c.to_lowercase()).collect();
    let only = |c: &str| lower.iter().all(|l| l == c);
    Some(match () {
        () if only("ti") => (cut, "[ti]", "Ovid writes the title as .ti."),
        () if only("pt") => (cut, "[pt]", "Ovid writes the publication type as .pt."),
        () if only("au") => (cut, "[au]", "Ovid writes the author as .au."),
        () if only("jn") => (cut, "[ta]", "Ovid writes the journal as .jn."),
        () if lower.iter().all(|l| l == "kw" || l == "kf" || l == "ot") => {
            (cut, "[ot]", "Ovid writes author keywords as .kw. and .kf.")
        }
        () => {
            (cut, "[tiab]", "Ovid writes title, abstract and keywords as .ti,ab. or .tw.; PubMed's [tiab] is all three")
        }
    })
}

/// `exp Heart Failure/`, `Heart Failure/`, `*Heart Failure/` as PubMed writes them, and why.
pub(super) fn heading(term: &str) -> Option<(String, String)> {
    let name = term.strip_suffix('/')?;
    let (exploded, name) = match name.strip_prefix("exp ").or(name.strip_prefix("EXP ")).or(name.strip_prefix("Exp ")) {
        Some(name) => (true, name.trim()),
        None => (false, name.trim()),
    };
    let (major, name) = match name.strip_prefix('*') {
        Some(name) => (true, name.trim()),
        None => (false, name),
    };
    if name.is_empty() || !name.starts_with(|c: char| c.is_alphanumeric()) || name.contains('/') {
        return None;
    }
    let field = if major { "majr" } else { "mh" };
    let noexp = if exploded { "" } else { ":noexp" };
    let why = if exploded {
        "exp … / is Ovid's exploded heading"
    } else {
        "… / is Ovid's heading without those below it"
    };
    Some((format!("\"{name}\"[{field}{noexp}]"), why.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ovids_fields_and_headings_become_pubmeds() {
        for (word, expected) in [
            ("attack.ti,ab.", Some((6, "[tiab]"))),
            ("attack.ti.", Some((6, "[ti]"))),
            ("attack.tw,kf.", Some((6, "[tiab]"))),
            ("attack.mp.", None),
            ("i.e.", None),
            ("end.", None),
        ] {
            assert_eq!(fields(word).map(|f| (f.0, f.1)), expected, "{word}");
        }
        for (term, expected) in [
            ("exp Heart Failure/", Some("\"Heart Failure\"[mh]")),
            ("Heart Failure/", Some("\"Heart Failure\"[mh:noexp]")),
            ("*Sarcoma/", Some("\"Sarcoma\"[majr:noexp]")),
            ("/", None),
        ] {
            assert_eq!(heading(term).map(|h| h.0).as_deref(), expected, "{term}");
        }
    }
}
