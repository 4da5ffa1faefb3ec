//! The forms in which a word may stand: plurals, British and American spelling; and the words for numbers.

pub(super) const NUMBERS: &[&str] = &[
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];
pub(super) const TENS: &[(&str, u32)] =
    &[("thirty", 30), ("forty", 40), ("fifty", 50), ("sixty", 60), ("seventy", 70), ("eighty", 80), ("ninety", 90)];

/// British and American spellings of the same stem.
const SPELLINGS: &[(&str, &str)] = &[
    ("tumour", "tumor"),
    ("aemia", "emia"),
    ("haem", "hem"),
    ("oesophag", "esophag"),
    ("oestr", "estr"),
    ("paediatr", "pediatr"),
    ("gynaec", "gynec"),
    ("anaesth", "anesth"),
    ("behaviour", "behavior"),
    ("favour", "favor"),
    ("harbour", "harbor"),
    ("centre", "center"),
    ("fibre", "fiber"),
    ("labelled", "labeled"),
    ("programme", "program"),
    ("goitre", "goiter"),
    ("diarrhoea", "diarrhea"),
    ("dyspnoea", "dyspnea"),
    ("ise", "ize"),
    ("isation", "ization"),
    ("ysed", "yzed"),
];

pub(super) fn spellings(word: &str) -> Vec<String> {
    let mut all = vec![word.to_owned()];
    for (british, american) in SPELLINGS {
        for (from, to) in [(british, american), (american, british)] {
            // `ise` and its like stand at the end of a stem only.
            let there = if from.len() <= 4 { word.ends_with(from) } else { word.contains(from) };
            if there && !(from.len() > 4 && word.contains(to) && to.contains(from)) {
                all.push(word.replacen(from, to, 1));
            }
        }
    }
    all
}

pub(super) fn plural(word: &str) -> Option<String> {
    let irregular = [("man", "men"), ("woman", "women"), ("child", "children"), ("mouse", "mice"), ("nevus", "nevi")];
    if let Some((_, many)) = irregular.iter().find(|(one, _)| *one == word) {
        return Some((*many).to_owned());
    }
    if word.len() < 4 && word != "boy" || !word.ends_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let vowel = |c: Option<char>| c.is_some_and(|c| "aeiou".contains(c));
    if let Some(stem) = word.strip_suffix("sis") {
        return Some(format!("{stem}ses"));
    }
    if let Some(stem) = word.strip_suffix('y').filter(|s| !vowel(s.chars().last())) {
        return Some(format!("{stem}ies"));
    }
    match word.ends_with('s') || word.ends_with("ch") || word.ends_with("sh") || word.ends_with('x') {
        true if word.ends_with("ss") || !word.ends_with('s') => Some(format!("{word}es")),
        true => None,
        false => Some(format!("{word}s")),
    }
}
