# The commands of this project. Each line of `make check` can be run by itself.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

TARGET := $(or $(CARGO_TARGET_DIR),target)
NOTEBOOK := notebooks/zendesk/users-job-statuses.md

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: release ## Build the program and run the example notebook on a mock server for its API
	@tools/cache-chai $(TARGET)/release/apinb
	$(TARGET)/release/apinb run --mock $(NOTEBOOK)

.PHONY: test
test: v8 node-modules python-modules chromium ## Build and run all tests
	cargo test --workspace --locked

.PHONY: test-fast
test-fast: v8 ## Run the tests that need no npm, pip or Chromium
	cargo test --workspace --locked -- --skip external_

.PHONY: killed-workers
killed-workers: v8 ## Kill worker processes of a run at 200 moments
	cargo test --locked --test specs -- --ignored two_hundred_killed_workers

.PHONY: check
check: fmt clippy doc tools test ## Run everything that CI runs

.PHONY: fmt
fmt: ## Check the formatting
	cargo fmt --all --check

.PHONY: clippy
clippy: v8 ## Run the lints; warnings are errors
	cargo clippy --workspace --all-targets --locked -- -D warnings

.PHONY: doc
doc: v8 ## Build the documentation of the libraries; warnings are errors
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked

.PHONY: tools
tools: ## Test the scripts in tools/ and the list of dependencies
	tools/v8/test-provide
	tools/check-dependencies

.PHONY: fuzz
fuzz: ## Fuzz the parsers with nightly Rust, FUZZ_SECONDS each (600)
	tests/fuzz/run

.PHONY: bench
bench: release node-modules ## Measure apinb and similar programs side by side: bench/RESULTS.md
	@tools/node-modules bench
	cargo bench --bench criterion --locked
	bench/run

.PHONY: release
release: v8 ## Build the program: target/release/apinb
	cargo build --release --locked

.PHONY: v8
v8: ## Put the V8 library where cargo finds it
	@tools/v8/provide

.PHONY: node-modules
node-modules: ## Install the scripts that notebooks under test load
	@tools/node-modules

.PHONY: chromium
chromium: ## Install the browser that tests sign in with
	@tools/chromium >/dev/null

.PHONY: python-modules
python-modules: ## Install the Python packages that tests read reports with
	@tools/python-modules
