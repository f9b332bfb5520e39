//! Rounds of measurements of one case, and what is told of them: the median, the least and the most.

#![expect(clippy::cast_precision_loss, reason = "few runs are made at once")]

use std::ffi::{OsStr, OsString};
use std::time::Instant;

use apiward_syntax::Notation;

use super::case::{Case, Scratch};
use super::parts::{Beside, Part, Phases, Whole, in_process};

/// Bytes from which on the phases, which all go through the text several times, are timed only twice.
const LONG: u64 = 30_000_000;

/// Bytes from which on it is told what separate runs at the same time cost each other.
pub(super) const VERY_LARGE: u64 = 10_000_000;

/// What one case brought.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) case: Case,
    pub(super) bytes: u64,
    pub(super) rounds: Vec<Round>,
    pub(super) phases: Phases,
}

/// What was measured one after the other, each in a new process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    pub(super) all_cores: Whole,
    pub(super) one_core: Whole,
    /// Milliseconds of the reference: `serde_json` for JSON, the bare events for YAML.
    pub(super) reference: f64,
    /// Milliseconds of `yaml_serde`, for YAML.
    pub(super) yaml_serde: Option<f64>,
    /// Separate runs at the same time, of what is very large.
    pub(super) beside: Option<Beside>,
}

/// Measures a case.
pub(super) fn measure(case: &Case, scratch: &Scratch, quick: bool) -> Result<Measured, String> {
    let input = case.write(scratch)?;
    let path = input.path.as_os_str();
    let (least, most, enough) = Case::rounds(input.bytes);
    let (least, most) = if quick { (1, 1) } else { (least, most) };
    let begin = Instant::now();
    let mut rounds = Vec::new();
    while rounds.len() < least || (rounds.len() < most && begin.elapsed() < enough) {
        rounds.push(round(case, path, input.bytes)?);
    }
    let number = if input.bytes < LONG { rounds.len() } else { rounds.len().min(2) };
    let number = OsString::from(number.to_string());
    let phases = in_process(Part::Phases, &[path, &number])?;
    Ok(Measured { case: case.clone(), bytes: input.bytes, rounds, phases })
}

fn round(case: &Case, path: &OsStr, bytes: u64) -> Result<Round, String> {
    let reference = match case.notation {
        Notation::Json => Part::SerdeJson,
        Notation::Yaml => Part::Events,
    };
    let yaml_serde = match case.notation {
        Notation::Json => None,
        Notation::Yaml => Some(in_process(Part::YamlSerde, &[path])?),
    };
    let beside = if bytes < VERY_LARGE { None } else { Some(in_process(Part::Beside, &[path])?) };
    Ok(Round {
        yaml_serde,
        beside,
        reference: in_process(reference, &[path])?,
        all_cores: in_process(Part::AllCores, &[path])?,
        one_core: in_process(Part::OneCore, &[path])?,
    })
}

/// Several measurements of one thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Spread {
    /// None of no values.
    pub(super) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median =
            if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
        Some(Self { median, least, most })
    }
}

impl Measured {
    pub(super) fn of_rounds(&self, of: impl Fn(&Round) -> Option<f64>) -> Option<Spread> {
        Spread::of(self.rounds.iter().filter_map(of))
    }

    pub(super) fn wall(&self) -> Option<Spread> {
        self.of_rounds(|round| Some(round.all_cores.wall_ms))
    }

    /// The reference in a new process.
    pub(super) fn reference(&self) -> Option<Spread> {
        self.of_rounds(|round| Some(round.reference))
    }

    /// The program to the reference in a new process.
    pub(super) fn to_reference(&self) -> Option<Spread> {
        self.of_rounds(|round| Some(round.all_cores.wall_ms / round.reference))
    }

    /// The program to the reference in memory that is warm.
    pub(super) fn to_warm(&self) -> Option<Spread> {
        let warm = Spread::of(self.phases.rounds.iter().map(|round| round.reference))?.median;
        self.of_rounds(|round| Some(round.all_cores.wall_ms / warm))
    }

    pub(super) fn to_yaml_serde(&self) -> Option<Spread> {
        self.of_rounds(|round| Some(round.all_cores.wall_ms / round.yaml_serde?))
    }

    /// How many cores were busy.
    pub(super) fn cores(&self) -> Option<Spread> {
        self.of_rounds(|round| Some(round.all_cores.cpu_ms? / round.all_cores.wall_ms))
    }

    /// How many times as fast it is on all cores as on one.
    pub(super) fn gain(&self) -> Option<Spread> {
        self.of_rounds(|round| Some(round.one_core.wall_ms / round.all_cores.wall_ms))
    }

    /// How many times as fast separate runs are at the same time as one after the other: what no division of the work
    /// can surpass on this machine.
    pub(super) fn ceiling(&self) -> Option<Spread> {
        self.of_rounds(|round| {
            let beside = round.beside?;
            Some(beside.runs as f64 * round.one_core.wall_ms / beside.wall_ms)
        })
    }

    /// The most memory of all runs, in bytes.
    pub(super) fn memory(&self) -> Option<u64> {
        self.rounds.iter().filter_map(|round| round.all_cores.memory).max()
    }
}

#[cfg(test)]
mod tests {
    use super::super::case::What;
    use super::*;

    #[test]
    fn the_median_is_the_middle_of_the_sorted_values() {
        let spread = |median, least, most| Some(Spread { median, least, most });
        assert_eq!(Spread::of([3.0, 1.0, 9.0]), spread(3.0, 1.0, 9.0));
        assert_eq!(Spread::of([4.0, 1.0, 9.0, 2.0]), spread(3.0, 1.0, 9.0));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn the_ceiling_is_what_runs_at_the_same_time_reach() {
        let one_core = Whole { wall_ms: 100.0, ..Whole::default() };
        let beside = Some(Beside { runs: 2, wall_ms: 125.0 });
        let round = Round { all_cores: Whole::default(), one_core, reference: 1.0, yaml_serde: None, beside };
        let case = Case { notation: Notation::Json, what: What::Sized(1) };
        let measured = Measured { case, bytes: 1, rounds: vec![round], phases: Phases::default() };
        assert_eq!(measured.ceiling().map(|spread| spread.median), Some(1.6));
    }
}
