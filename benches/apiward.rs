//! How long reading, modelling and checking take in memory, each beside a reference that reads the same text in the
//! same run. See `benches/README.md`; ratios count, not seconds.
//!
//! GitHub's description is measured where the environment variable `APIWARD_BENCH_DATA` names a folder that holds
//! `api.github.com.json`: `npm pack @octokit/openapi`, unpack it, and name its folder `package/generated`.

#![expect(clippy::print_stderr, clippy::unwrap_used, missing_docs, reason = "a benchmark")]

mod inputs;

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use apiward::check::{Settings, check};
use apiward::discover::{Found, Input};
use apiward::render::{Format, Style, render};
use apiward_lints::framework::level::Profile;
use apiward_model::{Api, File, Files, Loader};
use apiward_syntax::{Limits, Notation, Source, parse, paths};
use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

use crate::inputs::Text;

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .without_plots();
    targets = all
}
criterion_main!(benches);

fn all(criterion: &mut Criterion) {
    let mut texts = vec![
        Text::generated(Notation::Json, 1),
        Text::generated(Notation::Json, 10),
        Text::generated(Notation::Yaml, 1),
        Text::generated(Notation::Yaml, 10),
    ];
    texts.extend(Text::from_data_folder("api.github.com.json", Notation::Json));
    in_group(criterion, "tree", &texts, |group, text| {
        let source: Source = text.content.as_str().into();
        group.bench_function(BenchmarkId::new("apiward", &text.name), |bencher| {
            bencher.iter_with_large_drop(|| parse(source.clone(), None, &Limits::default()));
        });
    });
    let mut block_style: Vec<Text> = [20, 300, 1_000, 13_000].map(Text::block_style).into();
    block_style.extend(Text::from_data_folder("api.github.com.yaml", Notation::Yaml));
    in_group(criterion, "yaml", &block_style, readers_of_yaml);
    in_group(criterion, "model", &texts, model);
    in_group(criterion, "check", &texts, |group, text| {
        for profile in [Profile::Minimal, Profile::Strict] {
            let found = found(text);
            let settings = Settings::new(profile);
            group.bench_function(BenchmarkId::new(profile.as_str(), &text.name), |bencher| {
                bencher.iter(|| report(&found, &settings));
            });
        }
    });
}

/// Measures something with each text, and the reference beside it.
fn in_group(
    criterion: &mut Criterion,
    name: &str,
    texts: &[Text],
    measure: impl Fn(&mut BenchmarkGroup<'_, WallTime>, &Text),
) {
    let mut group = criterion.benchmark_group(name);
    for text in texts {
        group.throughput(Throughput::Bytes(text.content.len() as u64));
        group.bench_function(BenchmarkId::new(text.reference(), &text.name), |bencher| {
            bencher.iter_with_large_drop(|| text.read_by_reference());
        });
        measure(&mut group, text);
    }
    group.finish();
}

/// The full reader of YAML and the fast path.
fn readers_of_yaml(group: &mut BenchmarkGroup<'_, WallTime>, text: &Text) {
    let source: Source = text.content.as_str().into();
    group.bench_function(BenchmarkId::new("full", &text.name), |bencher| {
        bencher.iter_with_large_drop(|| paths::full(source.clone(), &Limits::default()));
    });
    group.bench_function(BenchmarkId::new("fast", &text.name), |bencher| {
        bencher.iter_with_large_drop(|| paths::fast(source.clone(), &Limits::default()).unwrap());
    });
}

/// From the tree to the model, references included.
fn model(group: &mut BenchmarkGroup<'_, WallTime>, text: &Text) {
    let source: Source = text.content.as_str().into();
    let loader = Loader::memory([], Limits::default());
    // A file remembers what was worked out about it: each measurement needs a new one.
    let file = || {
        let parsed = parse(source.clone(), None, &Limits::default());
        Arc::new(File::new(text.name.clone(), PathBuf::from(&text.name), parsed.tree, parsed.error))
    };
    group.bench_function(BenchmarkId::new("apiward", &text.name), |bencher| {
        let read = |file: Arc<File>| {
            let files = Files::load(Arc::clone(&file), &loader);
            black_box(Api::read(&files, 0).unwrap().operations.len());
            // The tree is not destroyed while the clock runs.
            file
        };
        bencher.iter_batched(file, read, BatchSize::PerIteration);
    });
}

/// What a run of the program would be given for a text that comes from standard input.
fn found(text: &Text) -> Found {
    let input = Input {
        location: PathBuf::from("/bench").join(&text.name),
        path: text.name.clone(),
        root: PathBuf::from("/bench"),
        named: true,
        content: Some(text.content.clone().into_bytes()),
        config: None,
    };
    Found { inputs: vec![input], ..Found::default() }
}

/// The whole check, up to the JSON output.
fn report(found: &Found, settings: &Settings) -> usize {
    let checked = check(found, settings, || {});
    let style = Style { color: false, unicode: true, width: 80, summary: true };
    let mut out = Vec::new();
    render(Format::Json, &checked, style, &mut out).unwrap();
    assert_eq!(checked.report.files.len(), 1);
    out.len()
}
