//! What was promised, and whether it is kept.

#![expect(clippy::cast_precision_loss, reason = "a few digits are shown")]

use apiward_syntax::Notation;

use super::Report;
use super::case::What;
use super::rounds::{Measured, Spread, VERY_LARGE};

/// Bytes from which on the budgets hold.
const LARGE: u64 = 900_000;

/// One promise.
#[derive(Debug)]
pub(super) struct Budget<'m> {
    pub(super) what: &'static str,
    pub(super) limit: Limit,
    pub(super) why: Why,
    /// The case that is worst, with what it took; none where nothing of the kind was measured.
    pub(super) worst: Option<(&'m Measured, Spread)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Limit {
    AtMost(f64),
    AtLeast(f64),
    /// Nothing is promised.
    Told,
}

/// What explains, beside the phases, that a budget is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Nothing.
    Phases,
    /// What every run takes.
    StartUp,
    /// How the reference grows.
    Growth,
    /// What takes memory.
    Memory,
    /// What the cores share.
    Cores,
}

impl Budget<'_> {
    /// None where nothing was promised, or nothing measured.
    pub(super) fn is_kept(&self) -> Option<bool> {
        let median = self.worst?.1.median;
        match self.limit {
            Limit::AtMost(most) => Some(median <= most),
            Limit::AtLeast(least) => Some(median >= least),
            Limit::Told => None,
        }
    }

    fn new<'m>(
        (what, why): (&'static str, Why),
        limit: Limit,
        cases: impl Iterator<Item = &'m Measured>,
        of: impl Fn(&Measured) -> Option<Spread>,
    ) -> Budget<'m> {
        let measured = cases.filter_map(|case| Some((case, of(case)?)));
        let by_median = |a: &(&Measured, Spread), b: &(&Measured, Spread)| a.1.median.total_cmp(&b.1.median);
        let worst = match limit {
            Limit::AtLeast(_) => measured.min_by(by_median),
            Limit::AtMost(_) | Limit::Told => measured.max_by(by_median),
        };
        Budget { what, limit, why, worst }
    }
}

/// All promises.
pub(super) fn all(report: &Report) -> Vec<Budget<'_>> {
    let all = || report.measured.iter();
    let single = |from: u64| all().filter(move |case| case.bytes >= from && !case.case.is_folder());
    let of = |notation| single(LARGE).filter(move |case| case.case.notation == notation);
    let folders = || all().filter(|case| case.case.is_folder());
    vec![
        Budget::new(
            ("JSON from 1 MB: times `serde_json`, both in new processes", Why::StartUp),
            Limit::AtMost(3.0),
            of(Notation::Json),
            Measured::to_reference,
        ),
        Budget::new(
            ("the same, to `serde_json` in memory that is warm", Why::StartUp),
            Limit::Told,
            of(Notation::Json),
            Measured::to_warm,
        ),
        Budget::new(
            ("YAML from 1 MB: times the bare events", Why::StartUp),
            Limit::AtMost(1.6),
            of(Notation::Yaml),
            Measured::to_reference,
        ),
        Budget::new(
            ("ten times the operations: times as long", Why::Phases),
            Limit::AtMost(11.0),
            report.measured.iter(),
            |many| ten_times(report, many),
        ),
        Budget::new(
            ("from 13 to 73 MB: times as long for ten times the bytes", Why::Growth),
            Limit::AtMost(11.0),
            report.measured.iter(),
            |many| per_ten_times(report, many, Measured::wall),
        ),
        Budget::new(
            ("peak memory, as part of 16 MB and six times the file", Why::Memory),
            Limit::AtMost(1.0),
            single(LARGE),
            of_memory,
        ),
        Budget::new(
            ("two cores, one description from 13 MB: times as fast as one", Why::Cores),
            Limit::AtLeast(1.6),
            single(VERY_LARGE),
            Measured::gain,
        ),
        Budget::new(
            ("two cores, a folder of small files: times as fast as one", Why::Cores),
            Limit::AtLeast(1.6),
            folders(),
            Measured::gain,
        ),
    ]
}

/// How many times as long as a tenth of its operations takes a description of very many.
fn ten_times(report: &Report, many: &Measured) -> Option<Spread> {
    let What::Operations(number) = many.case.what else { return None };
    let tenth = report.measured.iter().find(|case| case.case.what == What::Operations(number / 10))?;
    Some(compared(many.wall()?, tenth.wall()?, 1.0))
}

/// How many times as long as a description of 13 MB takes one of 73, for each ten times of bytes.
pub(super) fn per_ten_times(report: &Report, many: &Measured, time: fn(&Measured) -> Option<Spread>) -> Option<Spread> {
    let (What::Sized(73_000_000), notation) = (&many.case.what, many.case.notation) else { return None };
    let few = report
        .measured
        .iter()
        .find(|case| case.case.notation == notation && case.case.what == What::Sized(13_000_000))?;
    Some(compared(time(many)?, time(few)?, many.bytes as f64 / few.bytes as f64 / 10.0))
}

/// The ratios of rounds, and of the medians.
fn compared(many: Spread, few: Spread, divisor: f64) -> Spread {
    Spread {
        median: many.median / few.median / divisor,
        least: many.least / few.most / divisor,
        most: many.most / few.least / divisor,
    }
}

/// Peak memory as part of what is allowed.
pub(super) fn of_memory(case: &Measured) -> Option<Spread> {
    let allowed = f64::from(16 << 20) + 6.0 * case.bytes as f64;
    case.of_rounds(|round| Some(round.all_cores.memory? as f64 / allowed))
}

#[cfg(test)]
mod tests {
    use super::super::case::Case;
    use super::super::parts::{Phases, Whole};
    use super::super::rounds::Round;
    use super::*;

    /// A description of so many MB that takes so long on two cores and on one, beside a reference of 100 ms.
    fn measured(what: What, bytes: u64, all_cores: f64, one_core: f64) -> Measured {
        let run = |wall_ms| Whole { wall_ms, cpu_ms: None, memory: Some(7 * bytes) };
        let round = Round {
            all_cores: run(all_cores),
            one_core: run(one_core),
            reference: 100.0,
            yaml_serde: None,
            beside: None,
        };
        let case = Case { notation: Notation::Json, what };
        Measured { case, bytes, rounds: vec![round], phases: Phases::default() }
    }

    #[test]
    fn each_budget_is_judged_by_the_worst_case_that_it_is_about() {
        let measured = vec![
            measured(What::Sized(20_000), 20_000, 5_000.0, 5_000.0),
            measured(What::Sized(13_000_000), 13_000_000, 250.0, 500.0),
            measured(What::Sized(73_000_000), 73_000_000, 310.0, 465.0),
            measured(What::Operations(10), 1_000, 10.0, 10.0),
            measured(What::Operations(100), 10_000, 120.0, 120.0),
        ];
        let report = Report { quick: false, only: None, cores: 2, load: None, measured };
        let told = all(&report);
        let told: Vec<String> = told
            .iter()
            .map(|budget| {
                let worst = budget.worst.map_or_else(String::new, |(_, spread)| format!("{:.2}", spread.median));
                format!("{worst} {:?}", budget.is_kept())
            })
            .collect();
        // 310 of 100 ms; nothing warm, no YAML; 120 of 10 ms; 1.24 times for 5.6 times the bytes; seven times the file;
        // 465 of 310 ms; no folder.
        let (kept, over, unknown) = ("Some(true)", "Some(false)", "None");
        let expected = [
            format!("3.10 {over}"),
            format!(" {unknown}"),
            format!(" {unknown}"),
            format!("12.00 {over}"),
            format!("2.21 {kept}"),
            format!("1.12 {over}"),
            format!("1.50 {over}"),
            format!(" {unknown}"),
        ];
        assert_eq!(told, expected);
    }
}
