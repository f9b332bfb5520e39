//! `cargo xtask bench-report --quick` measures everything that the page is about.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::path::Path;
use std::process::Command;

/// The page of a quick run, or none where the program is not built.
fn page() -> Option<String> {
    let tool = Path::new(env!("CARGO_BIN_EXE_xtask"));
    let program = tool.with_file_name(format!("apiward{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        eprintln!("skipped: there is no {}, which `cargo test --workspace` builds", program.display());
        return None;
    }
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/demo/parcels.yaml");
    let file = std::env::temp_dir().join(format!("apiward-performance-{}.md", std::process::id()));
    let mut command = Command::new(tool);
    command.args(["bench-report", "--quick", "--output"]).arg(&file).args(["--file", demo]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    Some(page)
}

/// The cells of each row of a section's tables, up to the next section.
fn rows<'p>(page: &'p str, section: &str) -> Vec<Vec<&'p str>> {
    let (_, rest) = page.split_once(&format!("\n## {section}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let lines = section.lines().filter(|line| line.starts_with('|') && !line.starts_with("|---"));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

fn names<'p>(rows: &[Vec<&'p str>]) -> Vec<&'p str> {
    rows.iter().map(|row| row[0]).filter(|name| !name.is_empty()).collect()
}

#[test]
fn everything_is_measured_and_the_page_tells_all_of_it() {
    let Some(page) = page() else { return };

    let whole = rows(&page, "One file, whole runs");
    let yaml = ["start-up", "20 KB", "60 KB", "20 operations", "200 operations", "parcels.yaml"];
    assert_eq!(names(&whole), [&["20 KB", "60 KB"], yaml.as_slice()].concat(), "{page}");
    let folders = rows(&page, "Many small files");
    assert_eq!(names(&folders), ["20 files", "20 files"], "{page}");
    for row in whole.iter().chain(&folders).filter(|row| !row[0].is_empty()) {
        // The least, the median and the most of one round are the same, and no ratio is nothing.
        let ratio = row[5].split(['(', ' ']).next().unwrap();
        assert!(ratio.parse::<f64>().unwrap() > 0.0, "{row:?}");
        assert!(row[5].contains(&format!("({ratio} to {ratio})")), "{row:?}");
        assert!(row[4].parse::<f64>().unwrap() > 0.0, "{row:?}");
    }
    let operations: Vec<&str> = whole.iter().filter(|row| row[0].ends_with("operations")).map(|row| row[2]).collect();
    assert_eq!(operations, ["20", "200"], "each description has the operations of its name");

    let phases = rows(&page, "Where the time goes, by phase");
    assert_eq!(names(&phases).len(), 10, "{page}");
    for row in phases.iter().skip(1) {
        let share = |cell: &str| cell.split(['(', ' ']).nth(2).unwrap().parse::<f64>().unwrap();
        let all: f64 = row[1..6].iter().map(|cell| share(cell)).sum();
        assert!(all > 90.0, "the phases are the whole: {row:?}");
    }

    let lints = rows(&page, "Where the time goes, by lint");
    // The larger text in two notations, the folder, and the file that is named: ten, what they share, and the others.
    assert_eq!(names(&lints).len(), 4 * 12, "{page}");
    assert_eq!(rows(&page, "Budgets").len(), 1 + 8, "{page}");
    assert!(rows(&page, "Budgets")[4][3].starts_with("at most 11"), "{page}");
    assert!(page.contains("quick run"), "{page}");
}

#[test]
fn a_text_that_is_no_description_is_an_error_that_names_it() {
    let tool = env!("CARGO_BIN_EXE_xtask");
    let missing = std::env::temp_dir().join("apiward-no-such-description.json");
    let mut command = Command::new(tool);
    command.args(["bench-report", "--quick", "--only", "no-such", "--file"]).arg(&missing);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("apiward-no-such-description.json"), "{said}");
}
