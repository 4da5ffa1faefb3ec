# Every habit has a name.

# The gate.
check:
    .ci/run

test:
    cargo test

# The review that ships with tamis, without a network.
demo:
    cargo run --release -- run

# The flow must equal the published figure.
flow:
    cargo run --release -- flow --check

fmt:
    cargo fmt

# Biopython, EDirect and rentrez against the service.
conformance:
    scripts/conformance.sh

# The programs that tamis writes files for read them; `TAMIS_PEERS=all just peers` fetches ASReview too.
peers:
    scripts/peers.sh

# The audit page in a real browser; its pictures are kept under target/.
audit-page:
    scripts/audit-page.sh

# Answers of NCBI recorded by other projects: `just recorded FOLDER…`.
recorded *folders:
    scripts/recorded.sh {{folders}}

# Many seeds of bad weather: `just soak 500`.
soak seeds="200":
    TAMIS_SEED=1000 TAMIS_SEEDS={{seeds}} cargo test --test it storm:: -- --nocapture

# Survival estimates against R's.
reference:
    scripts/reference.sh

# Random search strings through the parser, the repair and the printer: `just fuzz 1000000`.
fuzz cases="200000":
    PROPTEST_CASES={{cases}} cargo test --release --lib query::tests -- --nocapture

# The marks of speed beside other readers: `RUNS=5 just bench`.
bench:
    scripts/bench.sh
    cargo bench --bench query

# The inner loops alone, screening among them.
bench-inner:
    cargo bench

# Every field of every record of a real file beside Biopython and pubmed_parser.
readers:
    scripts/readers.sh

# How fast records are screened; real ones where ../shared/data or TAMIS_PUBMED has them.
bench-screen *filter:
    cargo bench --bench screen -- {{filter}}

# NegEx's annotated sentences under our negation: `just negex Annotations-1-120.txt`.
negex file:
    scripts/negex.sh {{file}}

# Search strings reckoned by a few lines of Python over the same records: `just reckon FILE.xml.gz…`.
reckon *files:
    cargo build --release
    python3 scripts/reckon.py target/release/tamis {{files}}

# How a corpus grows: `just scale 1 4 16 48` copies of the real file; 48 are a million records.
scale *sizes:
    scripts/scale.sh {{sizes}}

# Published search strings, as lines of JSON, over the corpus that `just scale` leaves.
strings file every="1":
    python3 scripts/strings.py target/bench-data/scale/scale.sqlite {{file}} {{every}}

# A search result of 200,000 records through every stage: `just large 10` copies of the real file.
large copies="10":
    scripts/large.sh {{copies}}

# Spark, DuckDB and SQLite count the same flow of a real file.
spark:
    scripts/spark.sh
