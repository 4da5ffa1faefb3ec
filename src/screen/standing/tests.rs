use super::*;

/// Every case marks its mention with asterisks.
fn marked(case: &str) -> (String, Range<usize>) {
    let (before, rest) = case.split_once('*').expect("a mark");
    let (mention, after) = rest.split_once('*').expect("a second mark");
    (format!("{before}{mention}{after}"), before.len()..before.len() + mention.len())
}

const AFFIRMED: &[&str] = &[
    "The patient received *crizotinib*.",
    "Not only *ALK fusion* but also a response was seen.",
    "There was no response to surgery, but *crizotinib* worked.",
    "No adverse events occurred on *crizotinib*.",
    "With no prior systemic therapy, he was treated with *crizotinib*.",
    "Without surgery, *crizotinib* was given for six months.",
    "She did not respond to chemotherapy and was started on *crizotinib*.",
    "The tumor harbored an *ALK fusion* and was negative for desmin.",
    "The tumor cells were negative for desmin and S100 and harbored an *ALK rearrangement*.",
    "There was no significant difference between *crizotinib* and ceritinib.",
    "No metastases were found; *crizotinib* was begun.",
    "The disease recurred after resection, which was not complete, and *crizotinib* was given.",
    "The tumor did not recur after *crizotinib*.",
    "*Crizotinib* was given without interruption.",
    "Because surgery was not possible, *crizotinib* was started.",
    "He tolerated *crizotinib* with no grade 3 toxicity.",
    "*ALK rearrangement* was found in a tumor without metastasis.",
];

const NEGATED: &[&str] = &[
    "*Crizotinib* was not given.",
    "She was treated without *crizotinib*.",
    "No *ALK rearrangement* was found.",
    "*ALK fusion* was absent.",
    "The patient declined *crizotinib*.",
    "There was no evidence of *ALK rearrangement*.",
    "Sequencing failed to detect an *ALK fusion*.",
    "The tumor lacked *ALK rearrangement*.",
    "FISH was negative for *ALK rearrangement*.",
    "*ALK rearrangement* was not detected by FISH.",
    "Neither *ALK rearrangement* nor ROS1 fusion was present.",
    "Neither ROS1 nor *ALK fusion* was present.",
    "In the absence of *ALK rearrangement*, steroids were given.",
    "He denied fever, chills, night sweats, weight loss or *cough*.",
    "*Metastasis* was ruled out.",
    "*Crizotinib* was declined by the family.",
    "None of the tumors carried an *ALK fusion*.",
    "*ALK rearrangement* could not be demonstrated.",
    "Surgery rather than *crizotinib* was chosen.",
    "Lungs were clear without *effusion* or infiltrate.",
];

const POSSIBLE: &[&str] = &[
    "He may respond to *crizotinib*.",
    "*Crizotinib* could be an option.",
    "Whether *crizotinib* helps is unknown.",
    "Patients with such tumors should be offered *crizotinib*.",
    "The lesion was a thyroid carcinoma mimicking a *sarcoma*.",
    "The differential diagnosis comprised lymphoma and *sarcoma*.",
    "*Crizotinib* is a promising option.",
    "The use of *crizotinib* should be considered.",
    "ALK fusion predicts sensitivity to *crizotinib*.",
    "The tumor board discussed *crizotinib*.",
];

#[test]
fn a_mention_is_affirmed_negated_or_possible() {
    let mut wrong = Vec::new();
    for (list, expected) in
        [(AFFIRMED, Standing::Affirmed), (NEGATED, Standing::Negated), (POSSIBLE, Standing::Possible)]
    {
        for case in list {
            let (sentence, at) = marked(case);
            let (found, cue) = alone(&sentence, at);
            if found != expected {
                wrong.push(format!("{case}: {found:?} by {:?}", cue.map(|c| sentence[c].to_owned())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_cue_that_denies_is_told() {
    let (sentence, at) = marked("There was no evidence of *ALK rearrangement*.");
    assert_eq!(alone(&sentence, at).1.map(|c| &sentence[c]), Some("no evidence of"));
}

#[test]
fn what_is_known_elsewhere_is_told_from_what_is_reported_here() {
    assert!(speaks_of_others("RANBP2-ALK is known in epithelioid tumors."));
    assert!(!speaks_of_others("We report a RANBP2-ALK tumor and review the literature."));
    assert!(!speaks_of_others("The tumor harbored RANBP2-ALK."));
}

/// NegEx's own annotated sentences (negex.python/Annotations-1-120.txt of its repository), where the variable
/// TAMIS_NEGEX names the file; they are clinical notes and no part of this project. `scripts/negex.sh` runs it.
#[test]
fn clinical_sentences_are_read_as_well_as_by_the_authors_program() {
    let Ok(path) = std::env::var("TAMIS_NEGEX") else { return };
    let text = String::from_utf8_lossy(&std::fs::read(&path).expect("TAMIS_NEGEX names a file")).into_owned();
    let mut table = csv::ReaderBuilder::new().delimiter(b'\t').flexible(true).from_reader(text.as_bytes());
    let (mut tp, mut fp, mut fn_, mut tn) = (0_u32, 0_u32, 0_u32, 0_u32);
    for row in table.records().map_while(Result::ok) {
        let (Some(concept), Some(sentence), Some(label)) = (row.get(1), row.get(2), row.get(3)) else { continue };
        let flat = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
        let (sentence, concept) = (flat(sentence), flat(concept));
        // The concept stands in capitals in its sentence.
        let place = sentence.find(&concept.to_uppercase());
        let place = place.or_else(|| sentence.to_lowercase().find(&concept.to_lowercase()));
        // A denial within the concept ("lungs show no opacities") is part of it.
        let negated = place.is_some_and(|at| {
            let end = (at + concept.len()).min(sentence.len());
            let whole = sentence.is_char_boundary(at) && sentence.is_char_boundary(end);
            whole
                && matches!(alone(&sentence, at..end), (Standing::Negated, Some(cue)) if cue.end <= at || cue.start >= end)
        });
        match (label.trim().eq_ignore_ascii_case("negated"), negated) {
            (true, true) => tp += 1,
            (false, true) => {
                fp += 1;
                println!("wrongly negated: {concept} | {sentence}");
            }
            (true, false) => {
                fn_ += 1;
                println!("missed: {concept} | {sentence}");
            }
            (false, false) => tn += 1,
        }
    }
    let (precision, recall) = (f64::from(tp) / f64::from(tp + fp), f64::from(tp) / f64::from(tp + fn_));
    println!("TP {tp} FP {fp} FN {fn_} TN {tn}: precision {precision:.3}, recall {recall:.3}");
    assert!(precision >= 0.951 && recall >= 0.912, "precision {precision:.3}, recall {recall:.3}");
}
