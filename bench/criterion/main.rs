//! Costs inside one process: parsing, creating clients, calls. `bench/run` measures whole programs.
//!
//! `APINB_DEFINITIONS` names a folder of published definitions (`<API>/<name>.raml`) to measure in addition to that of
//! the example notebook.

#![allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing better to do than to stop")]

mod calls;
mod completion;
mod definitions;
mod notebook;
mod redaction;
mod session;

use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};

criterion_group!(
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = notebook::parse, definitions::load, definitions::sizes, definitions::client, calls::thousand,
        completion::tab, redaction::redact
);
criterion_main!(benches);
