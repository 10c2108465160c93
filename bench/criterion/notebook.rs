//! Parsing a notebook into cells.

use std::hint::black_box;

use apinb_notebook::model::Notebook;
use criterion::{Criterion, Throughput};

const SEED: &str = include_str!("../../notebooks/zendesk/users-job-statuses.md");

pub fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("notebook");
    group.throughput(Throughput::Bytes(SEED.len() as u64));
    group.bench_function("parse", |bencher| bencher.iter(|| Notebook::parse("seed.md", black_box(SEED))));
    group.finish();
}
