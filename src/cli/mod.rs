//! What can be typed: types only, and the hand-over to the jobs.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use crate::jobs::fetch::{self, By};
use crate::jobs::picture::{Drawing, Layout};
use crate::jobs::source::{self, Net};
use crate::jobs::trial::validate;
use crate::jobs::{self, Outcome, Workplace, evaluate, figure, provenance, report, search, serve};

mod assess;
mod corpus;
mod export;
mod history;
mod import;
mod judge;
mod pool;
mod protocol;
mod query;
mod worksheet;

/// Screens PubMed records for a systematic review and keeps every reason.
#[derive(Debug, Parser)]
#[command(
    name = "tamis",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  tamis run                        screen the review that ships with tamis, without a network
  tamis run --source pubmed        the same review, asking NCBI's PubMed
  tamis flow --check               the PRISMA flow beside the published figure; exit code 3 if they differ
  tamis explain 99000187           why this article is in or out
  tamis init my-review             begin a review of your own

Exit codes: 0 done, 1 failed, 2 usage, 3 the flow differs from the published figure, 4 records await a person,\n130 interrupted."
)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Common {
    /// Database file [default: db/REVIEW.sqlite]
    #[arg(long, global = true, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Folder of results [default: out/REVIEW/]
    #[arg(long, global = true, value_name = "DIR")]
    out: Option<PathBuf>,
    /// No progress bars, no next steps
    #[arg(long, short, global = true)]
    quiet: bool,
}

/// Which review, run and form.
#[derive(Debug, Args)]
struct Which {
    /// A review's folder, or its name under queries/ [default: the one you stand in, else alk-crizotinib]
    review: Option<String>,
    /// A search run by its number [default: the newest]
    #[arg(long, value_name = "N")]
    run: Option<i64>,
    /// Print as
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// For scripts
    Json,
}

impl Form {
    fn json(self) -> bool {
        self == Self::Json
    }
}

#[derive(Debug, Args)]
struct Asking {
    /// Where records come from: twin, pubmed, corpus (or corpus:FILE), the URL of an E-utilities service, or files and
    /// folders of PubMed XML [default: the review's twin if it has one, else pubmed]
    #[arg(long, num_args = 1.., value_name = "SOURCE")]
    source: Vec<String>,
    /// Your e-mail address, which NCBI asks for; an API key is read from NCBI_API_KEY
    #[arg(long, env = "NCBI_EMAIL", value_name = "ADDRESS")]
    email: Option<String>,
    /// Another first day of the window
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Another last day of the window
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Go on in spite of complaints of this kind by PubMed, for example PhraseNotFound
    #[arg(long, value_name = "KIND")]
    allow_warnings: Vec<String>,
    /// Print the requests that would be sent, and send none
    #[arg(long)]
    dry_run: bool,
    /// Tries of one request
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=50))]
    tries: u32,
    /// Seconds for one request, from connecting to the last byte
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    timeout: u64,
    /// Requests under way at a time; their rate is NCBI's, whatever this says
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=10))]
    at_once: u8,
}

impl Asking {
    fn options(&self) -> search::Options {
        search::Options {
            net: Net {
                email: self.email.clone(),
                tries: self.tries,
                timeout: Duration::from_secs(self.timeout),
                at_once: usize::from(self.at_once),
            },
            from: self.from,
            to: self.to,
            allow: self.allow_warnings.clone(),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Do everything that is left: search, fetch, screen, flow, worksheet, audit
    Run {
        #[command(flatten)]
        asking: Asking,
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// Search anew even if this search was already run
        #[arg(long)]
        fresh: bool,
        /// Print as
        #[arg(long, value_enum, default_value_t = Form::Text)]
        format: Form,
    },
    /// Ask the whole string again for a later window, and tell what came, went and changed
    #[command(after_help = "\
Examples:
  tamis update --source pubmed                     up to today, compared with the newest version
  tamis update --until 2022-08-22 --since 1
  tamis update --until 2022-08-22 --source queries/alk-crizotinib/twin queries/alk-crizotinib/twin-later

Sets of PMIDs are compared, not dates, so late arrivals with old dates are found. Doing it twice changes nothing.")]
    Update {
        #[command(flatten)]
        asking: Asking,
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// The last day of the new window [default: today]
        #[arg(long, value_name = "DATE", conflicts_with = "to")]
        until: Option<Date>,
        /// The run of the previous version [default: the newest with a flow]
        #[arg(long, value_name = "N")]
        since: Option<i64>,
        /// Fetch again only what was revised since this day [default: the day before the previous search; of local
        /// files, everything]
        #[arg(long, value_name = "DATE")]
        revised_since: Option<Date>,
        /// Print as
        #[arg(long, value_enum, default_value_t = Form::Text)]
        format: Form,
    },
    /// Ask the database with the protocol's string; every asking is a new run
    #[command(args_conflicts_with_subcommands = true)]
    Search {
        #[command(subcommand)]
        validate: Option<SearchCommand>,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        which: Which,
    },
    /// Fetch the records of a run that are not here yet
    Fetch {
        /// How records are asked for
        #[arg(long, value_enum, default_value_t = By::Pmid)]
        by: By,
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        which: Which,
    },
    /// Apply the criteria to the records that have not been screened, and read the judgements
    Screen(Which),
    /// The PRISMA flow, beside the published figure
    #[command(after_help = "\
Examples:
  tamis flow --check                          exit code 3 if a box differs, 4 if records await a person
  tamis flow --format png -o figure1.png      or svg, html, mermaid, prisma2020-csv
  tamis flow --format svg --layout single-stage -o figure1.svg
  tamis flow --run 1                          the flow of run 1, exactly as it was last reported
  tamis flow --since 1                        PRISMA's updated review: previous version, what is new, the total
  tamis flow --versions                       every version of a living review, side by side
  tamis flow --without non-english            what if language did not matter? and for which records would it?
  tamis flow --protocol other.toml            what if the protocol were this one? Nothing is written")]
    Flow {
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// A search run by its number, exactly as its flow was last reported [default: the newest, as of now]
        #[arg(long, value_name = "N")]
        run: Option<i64>,
        /// With --run: under today's protocol and judgements
        #[arg(long, requires = "run")]
        now: bool,
        /// As an update of this earlier run
        #[arg(long, value_name = "N")]
        since: Option<i64>,
        /// Every version, side by side
        #[arg(long, conflicts_with_all = ["run", "since", "order", "without", "protocol", "check"])]
        versions: bool,
        /// Print as
        #[arg(long, value_enum, default_value_t = figure::Format::Text)]
        format: figure::Format,
        /// The stages a diagram shows
        #[arg(long, value_enum, default_value_t = Layout::Prisma2020)]
        layout: Layout,
        /// Write to this file
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Exit with 3 if the flow differs from the published figure
        #[arg(long)]
        check: bool,
        /// What if these criteria came first, in this order? Names the records whose fate changes
        #[arg(long, value_delimiter = ',', value_name = "IDS")]
        order: Vec<String>,
        /// What if this criterion were not there?
        #[arg(long, value_delimiter = ',', value_name = "IDS")]
        without: Vec<String>,
        /// What if the protocol were another: a protocol.toml, a review's folder, or a stored version by its hash?
        #[arg(long, value_name = "OTHER")]
        protocol: Option<String>,
    },
    /// Citations from other databases, registers, websites and reference lists into the review, matched with what is there
    #[command(after_help = "\
Examples:
  tamis import embase.ris --from Embase
  tamis import references.bib --from 'reference lists' --kind citation-searching --dry-run
  tamis import *.nbib --from 'PubMed, by hand' --partial

What is the same by PMID, DOI, or title and year is a duplicate, and says why. What has a PMID is fetched from PubMed; what has
none gets a number of its own, from 9000000001 on, and is screened like the others.")]
    Import(import::Options),
    /// Rule on an article: appended to the reviewer's file under judgements/
    #[command(after_help = "\
Examples:
  tamis judge 99000051 --exclude no-fusion-partner --stage full-text --by reviewer-1 \\
      --quote 'Rearrangement was documented by FISH; no RNA was left for sequencing.'
  tamis judge 99000057 --include --cases 1 --stage full-text --by reviewer-1 --quote 'RNA sequencing revealed NUMA1-ALK.'
  tamis judge 99000057 --undo --by reviewer-1 --note 'wrong article'
  tamis judge import rulings.csv --by reviewer-2

Nothing is taken out of a file: a change of mind and an undo are entries of their own.")]
    Judge(judge::Judge),
    /// Why an article is in or out, on one screen
    Explain {
        /// The PMID
        pmid: u64,
        #[command(flatten)]
        which: Which,
    },
    /// Why every article is in or out, who says so, when, on what evidence: audit.csv and audit.html
    Audit(history::Audit),
    /// Seal a state of the review in one small file; with --check, say what still holds of one and what first differs
    Receipt(history::Receipt),
    /// Run a published search, or an earlier one, again and grade it: the count, the PMIDs, the boxes; stores nothing
    #[command(after_help = history::VERIFY)]
    Verify {
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        which: Which,
    },
    /// The extraction worksheet, one row a case: worksheet.csv and worksheet.xlsx; taken back, compared
    #[command(after_help = "\
Examples:
  tamis worksheet                               write it; rows handed in before stay as they were filled
  tamis worksheet import filled.xlsx            take it back; every wrong cell is named, and then nothing is taken
  tamis worksheet compare first.xlsx second.csv
  tamis worksheet duplicates                    cases that may be one patient")]
    Worksheet(worksheet::Options),
    /// Records with their decisions, for other tools
    #[command(after_help = "\
Examples:
  tamis export --to ris --decision included -o included.ris
  tamis export --to asreview -o labelled.csv
  tamis export --to rayyan --decision unresolved -o to-judge.csv
  tamis export --to jsonl | jq 'select(.fate.decision == \"excluded\").pmid'")]
    Export(export::Options),
    /// The pooled analysis of the filled worksheet: proportions, cross tables, survival, beside the paper's own numbers
    #[command(after_help = "\
Examples:
  tamis pool                                    the review's own worksheet
  tamis pool --worksheet filled.csv --check     exit code 3 if a printed number differs without a reason
  tamis pool --without 99000178.2               what hangs on one case?
  tamis pool --format csv > numbers.csv")]
    Pool(pool::Options),
    /// One file that tells the whole screening, for a supplement: search, flow, exclusions with their reasons, included
    /// studies, worksheet, pooled analysis, PRISMA and PRISMA-S checklists
    #[command(after_help = "\
Examples:
  tamis report                                  report.html and report.md
  tamis report --format markdown | pandoc -o supplement.docx
  tamis report --run 1 --format html -o first-search.html")]
    Report {
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// A search run by its number, as its flow was last reported [default: the newest, as of now]
        #[arg(long, value_name = "N")]
        run: Option<i64>,
        /// Write in this form only [default: report.html and report.md in the folder of results]
        #[arg(long, value_enum)]
        format: Option<report::Format>,
        /// Write to this file instead of standard output
        #[arg(short, long, value_name = "FILE", requires = "format")]
        output: Option<PathBuf>,
    },
    /// Where a review stands
    Status(Which),
    /// Where the records of a run came from: for a methods section, as a search record, as a PRISMA-S checklist
    #[command(after_help = "\
Examples:
  tamis provenance > methods.txt
  tamis provenance --format json > search_history.json
  tamis provenance --format prisma-s --run 1")]
    Provenance {
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// A search run by its number [default: the newest]
        #[arg(long, value_name = "N")]
        run: Option<i64>,
        /// Print as
        #[arg(long, value_enum, default_value_t = provenance::Format::Text)]
        format: provenance::Format,
    },
    /// Begin a review of your own from a commented template
    Init {
        /// Its name, which becomes the folder queries/NAME
        name: String,
    },
    /// Compare the rules alone, without judgements, with labels given by people
    #[command(after_help = "\
Examples:
  tamis evaluate alk-crizotinib --labels labels.csv
  tamis evaluate alk-crizotinib --labels labels.csv --records exam.xml --format json

The labels are a CSV with the columns pmid, decision (include, exclude or unclear) and criterion.")]
    Evaluate(evaluate::Options),
    /// Try a review's rules on the cases beside them; what changed between versions of the protocol, and whom it touches
    #[command(
        subcommand,
        after_help = "Examples:
  tamis protocol test alk-crizotinib
  tamis protocol diff"
    )]
    Protocol(protocol::Command),
    /// Read, check, mend and try a search string
    #[command(subcommand)]
    Query(query::Command),
    /// Assess PubMed XML from standard input: one line of JSON a record, decided by the rules alone; no database
    #[command(after_help = "\
Examples:
  gunzip -c pubmed25n0001.xml.gz | tamis assess > assessed.jsonl
  parallel 'tamis assess -q --jobs 1 < {} > {/}.jsonl' ::: baseline/*.xml.gz
  jq -r 'select(.decision == \"included\").pmid' assessed.jsonl

Reads whole sets or bare <PubmedArticle> elements, plain or gzipped; lines come in the order of the records.")]
    Assess(assess::Options),
    /// A local PubMed: NLM's baseline and update files, checked, added, searched
    #[command(subcommand)]
    Corpus(corpus::Command),
    /// Serve local PubMed XML, or a corpus, as E-utilities, on loopback unless told otherwise
    #[command(
        name = "serve-entrez",
        after_help = "\
Examples:
  tamis serve-entrez records.xml.gz --port 8080
  tamis serve-entrez corpus                        what `tamis corpus add` made, records read as they are asked for
  tamis serve-entrez corpus:/data/pubmed.sqlite"
    )]
    ServeEntrez {
        /// PubMed XML, plain or gzipped; or corpus, corpus:FILE
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The port; 0 takes a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// The address to listen on; anything but loopback is open to other machines
        #[arg(long, default_value = "127.0.0.1")]
        bind: IpAddr,
        /// Answer 429 to more than so many requests a second, as NCBI does (3 without a key, 10 with one)
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
        rate: Option<u32>,
    },
    /// Completions for a shell, on standard output
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What can be done with a search beside running it.
#[derive(Debug, Subcommand)]
enum SearchCommand {
    /// How many articles known to be relevant the search finds, what loses each other, and what would find it
    #[command(after_help = "\
Examples:
  tamis search validate                                known.txt of the review against its twin
  tamis search validate --source pubmed                known-pubmed.txt against PubMed itself
  tamis search validate --known mine.txt --source records.xml.gz")]
    Validate {
        /// A review's folder, or its name under queries/
        review: Option<String>,
        /// PMIDs, one a line [default: known.txt of the review, known-pubmed.txt for PubMed]
        #[arg(long, value_name = "FILE")]
        known: Option<PathBuf>,
        /// Where to search: twin, pubmed, a URL, or files of PubMed XML
        #[arg(long, num_args = 1.., value_name = "SOURCE")]
        source: Vec<String>,
        /// Your e-mail address, which NCBI asks for
        #[arg(long, env = "NCBI_EMAIL", value_name = "ADDRESS")]
        email: Option<String>,
        /// NLM's list of MeSH descriptors [default: the protocol's]
        #[arg(long, value_name = "FILE")]
        mesh: Option<PathBuf>,
        /// Print as JSON
        #[arg(long)]
        json: bool,
    },
}

impl Cli {
    /// Does what was typed.
    ///
    /// # Errors
    /// Those of the job.
    pub fn run(self) -> Result<Outcome> {
        let Common { db, out, quiet } = self.common;
        let open = |review: Option<&str>| Workplace::open(review, db.clone(), out.clone(), quiet);
        let described = |place: &Workplace, asking: &Asking| {
            source::describe(source::parse(&asking.source, &place.located), &place.located)
        };
        match self.command {
            Command::Run { asking, review, fresh, format } => {
                let place = open(review.as_deref())?;
                let (described, options) = (described(&place, &asking)?, asking.options());
                if asking.dry_run {
                    return search::dry_run(&place, &described, &options);
                }
                jobs::run::command(&place, &described, &options, fresh, format.json())
            }
            Command::Update { asking, review, until, since, revised_since, format } => {
                let place = open(review.as_deref())?;
                let described = match asking.source.as_slice() {
                    [] => jobs::update::usual(&place, since)?,
                    _ => described(&place, &asking)?,
                };
                let mut search = asking.options();
                search.to = until.or(search.to);
                if asking.dry_run {
                    return search::dry_run(&place, &described, &search);
                }
                let options = jobs::update::Options { search, since, revised_since };
                jobs::update::command(&place, &described, &options, format.json())
            }
            Command::Search {
                validate: Some(SearchCommand::Validate { review, known, source, email, mesh, json }),
                ..
            } => {
                let place = open(review.as_deref())?;
                let options = validate::Options { known, mesh, net: Net { email, ..Net::default() } };
                validate::command(&place, &validate::described(&source, &place)?, &options, json)
            }
            Command::Search { validate: None, asking, which } => {
                let place = open(which.review.as_deref())?;
                let (described, options) = (described(&place, &asking)?, asking.options());
                if asking.dry_run {
                    return search::dry_run(&place, &described, &options);
                }
                search::command(&place, &described, &options, which.format.json())
            }
            Command::Fetch { by, asking, which } => {
                let place = open(which.review.as_deref())?;
                let described = described(&place, &asking)?;
                let options = fetch::Options { net: asking.options().net, by };
                if asking.dry_run {
                    return fetch::dry_run(&place, &described, which.run, &options);
                }
                fetch::command(&place, &described, which.run, &options, which.format.json())
            }
            Command::Screen(w) => jobs::screen::command(&open(w.review.as_deref())?, w.run, w.format.json()),
            Command::Flow { review, format, versions: true, layout, output, .. } => {
                let drawing = Drawing { layout, file: output.as_deref() };
                jobs::versions::command(&open(review.as_deref())?, format, drawing)
            }
            Command::Flow {
                review,
                run,
                now,
                since,
                versions: _,
                format,
                layout,
                output,
                check,
                order,
                without,
                protocol,
            } => {
                let options = figure::Options { run, now, since, order, without, protocol };
                let drawing = Drawing { layout, file: output.as_deref() };
                figure::command(&open(review.as_deref())?, &options, format, drawing, check)
            }
            Command::Import(options) => import::run(options, &open),
            Command::Judge(judge) => judge::run(judge, &open),
            Command::Explain { pmid, which: w } => {
                jobs::audit::explain(&open(w.review.as_deref())?, pmid, w.run, w.format.json())
            }
            Command::Audit(audit) => history::audit(audit, &open),
            Command::Receipt(receipt) => history::receipt(receipt, &open),
            Command::Verify { asking, which: w } => {
                let place = open(w.review.as_deref())?;
                let described = match asking.source.as_slice() {
                    [] => jobs::verify::usual(&place, w.run)?,
                    _ => described(&place, &asking)?,
                };
                jobs::verify::command(&place, &described, &asking.options(), w.run, w.format.json())
            }
            Command::Worksheet(options) => worksheet::run(options, &open),
            Command::Export(options) => export::run(options, &open),
            Command::Pool(options) => pool::run(options, &open),
            Command::Report { review, run, format, output } => {
                report::command(&open(review.as_deref())?, run, format, output.as_deref())
            }
            Command::Status(w) => jobs::status::command(&open(w.review.as_deref())?, w.format.json()),
            Command::Provenance { review, run, format } => provenance::command(&open(review.as_deref())?, run, format),
            Command::Init { name } => jobs::init::command(&name),
            Command::Evaluate(options) => evaluate::command(&open(options.review.as_deref())?, &options),
            Command::Protocol(command) => protocol::run(command, &open),
            Command::Query(command) => query::run(command, &open),
            Command::Assess(options) => assess::run(&options, &open),
            Command::Corpus(command) => corpus::run(command, quiet, &open),
            Command::ServeEntrez { files, port, bind, rate } => serve::command(&files, bind, port, rate),
            Command::Completions { shell } => {
                let mut text = Vec::new();
                clap_complete::generate(shell, &mut Self::command(), "tamis", &mut text);
                jobs::print(&String::from_utf8_lossy(&text))?;
                Ok(Outcome::Done)
            }
        }
    }
}
