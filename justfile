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
