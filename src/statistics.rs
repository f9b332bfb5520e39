//! `--statistics`: what each lint found and what it cost.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use apiward_lints::framework::engine::Times;
use apiward_lints::framework::level::Level;
use schemars::JsonSchema;
use serde::Serialize;

use crate::report::Finding;

/// Where the time of a run went, summed over all files and cores.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spent {
    pub(crate) parse: Duration,
    pub(crate) model: Duration,
    pub(crate) shared: Duration,
    pub(crate) lints: BTreeMap<&'static str, Duration>,
}

impl Spent {
    pub(crate) fn add(&mut self, other: &Self) {
        self.parse += other.parse;
        self.model += other.model;
        self.shared += other.shared;
        for (lint, time) in &other.lints {
            *self.lints.entry(lint).or_default() += *time;
        }
    }

    pub(crate) fn add_lints(&mut self, times: &Times) {
        self.shared += times.shared;
        for (lint, time) in &times.lints {
            *self.lints.entry(lint.id).or_default() += *time;
        }
    }

    fn total(&self) -> Duration {
        self.parse + self.model + self.shared + self.lints.values().sum::<Duration>()
    }
}

/// What each lint found and what it cost. Times are summed over all files; the lints run one after the other for it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Statistics {
    /// Reading and parsing, in milliseconds.
    pub parse_ms: f64,
    /// Resolving references and building the model, in milliseconds.
    pub model_ms: f64,
    /// Facts that several lints use, in milliseconds.
    pub shared_ms: f64,
    /// The above and the lints, in milliseconds.
    pub total_ms: f64,
    /// Each lint that ran, those with the most findings first, then the slowest.
    pub lints: Vec<LintStatistics>,
}

/// What one lint found and what it cost.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LintStatistics {
    /// Id of the lint, `family/name`.
    pub lint: String,
    /// Findings of level error.
    pub error: usize,
    /// Findings of level warning.
    pub warning: usize,
    /// Findings of level info.
    pub info: usize,
    /// Findings that are suppressed.
    pub suppressed: usize,
    /// Its time in milliseconds.
    pub time_ms: f64,
    /// Its part of the whole time, from 0 to 1.
    pub share: f64,
}

impl Statistics {
    /// `findings` are all of the run, suppressed ones included.
    pub(crate) fn new(findings: &[Finding], spent: &Spent) -> Self {
        let total = spent.total();
        let mut lints: BTreeMap<&str, LintStatistics> = BTreeMap::new();
        for (lint, time) in &spent.lints {
            let own = lints.entry(lint).or_insert_with(|| LintStatistics::new(lint));
            own.time_ms = milliseconds(*time);
            own.share = time.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
        }
        for finding in findings {
            lints.entry(finding.lint).or_insert_with(|| LintStatistics::new(finding.lint)).count(finding);
        }
        let mut lints: Vec<LintStatistics> = lints.into_values().collect();
        lints.sort_by(|a, b| b.findings().cmp(&a.findings()).then(b.time_ms.total_cmp(&a.time_ms)));
        Self {
            parse_ms: milliseconds(spent.parse),
            model_ms: milliseconds(spent.model),
            shared_ms: milliseconds(spent.shared),
            total_ms: milliseconds(total),
            lints,
        }
    }
}

impl LintStatistics {
    fn new(lint: &str) -> Self {
        Self { lint: lint.to_owned(), error: 0, warning: 0, info: 0, suppressed: 0, time_ms: 0.0, share: 0.0 }
    }

    fn count(&mut self, finding: &Finding) {
        let counter = match (&finding.suppressed, finding.level) {
            (Some(_), _) => &mut self.suppressed,
            (None, Level::Error) => &mut self.error,
            (None, Level::Warning) => &mut self.warning,
            (None, Level::Info) => &mut self.info,
        };
        *counter += 1;
    }

    const fn findings(&self) -> usize {
        self.error + self.warning + self.info
    }
}

/// To the microsecond: what lies below is noise.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// The statistics as a table for people.
pub(crate) fn write(statistics: &Statistics, out: &mut dyn Write) -> io::Result<()> {
    let width = statistics.lints.iter().map(|lint| lint.lint.len()).max().unwrap_or_default().max(24);
    writeln!(out, "{:width$}  error  warning   info     time ms  share", "lint")?;
    for lint in &statistics.lints {
        let LintStatistics { lint, error, warning, info, time_ms, share, .. } = lint;
        let share = share * 100.0;
        writeln!(out, "{lint:width$}  {error:5}  {warning:7}  {info:5}  {time_ms:10.3}  {share:5.1}%")?;
    }
    let total = statistics.total_ms;
    let phases = [
        ("reading and parsing", statistics.parse_ms),
        ("building the model", statistics.model_ms),
        ("what lints share", statistics.shared_ms),
        ("total", total),
    ];
    for (phase, time) in phases {
        let share = 100.0 * time / total.max(f64::MIN_POSITIVE);
        writeln!(out, "{phase:width$}  {:5}  {:7}  {:5}  {time:10.3}  {share:5.1}%", "", "", "")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::convert::fault;
    use crate::report::{Range, Suppressed, SuppressedBy};

    #[test]
    fn findings_are_counted_and_the_noisiest_lint_comes_first() {
        let finding = |level| Finding { level, ..fault("auth/loud", "a.yaml", Range::START, String::new()) };
        let hidden = Suppressed { by: SuppressedBy::Public, reason: None, expires: None };
        let hidden = Finding { suppressed: Some(hidden), ..finding(Level::Error) };
        let findings = [finding(Level::Error), finding(Level::Info), finding(Level::Info), hidden];
        let time = Duration::from_millis;
        let lints = BTreeMap::from([("auth/fast", time(1)), ("auth/loud", time(2)), ("auth/slow", time(3))]);
        let spent = Spent { parse: time(10), model: time(3), shared: time(1), lints };
        let statistics = Statistics::new(&findings, &spent);
        let names: Vec<&str> = statistics.lints.iter().map(|lint| lint.lint.as_str()).collect();
        assert_eq!(names, ["auth/loud", "auth/slow", "auth/fast"]);
        let loud = &statistics.lints[0];
        assert_eq!((loud.error, loud.warning, loud.info, loud.suppressed), (1, 0, 2, 1));
        assert!((statistics.total_ms - 20.0).abs() < 1e-9 && (loud.share - 0.1).abs() < 1e-9);
        let mut table = Vec::new();
        write(&statistics, &mut table).unwrap();
        let table = String::from_utf8(table).unwrap();
        assert!(table.contains("auth/loud                     1        0      2       2.000   10.0%"), "{table}");
        assert!(table.contains("total                                                20.000  100.0%"), "{table}");
    }
}
