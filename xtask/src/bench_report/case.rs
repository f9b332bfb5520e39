//! What is measured: generated descriptions of several sizes, very many operations, very many files, and what the
//! command line names.

use std::path::{Path, PathBuf};
use std::time::Duration;

use apiward::render::grouped;

use apiward_syntax::{Limits, Notation, parse_bytes};

use super::inputs::generate;

/// Bytes of the generated descriptions.
const SIZES: [usize; 6] = [20_000, 300_000, 1_000_000, 13_000_000, 40_000_000, 73_000_000];
const QUICK_SIZES: [usize; 2] = [20_000, 60_000];
/// From so many bytes on the budgets hold.
const LARGE: usize = 1_000_000;
/// Operations of the descriptions that have hardly anything else.
const OPERATIONS: [usize; 2] = [10_000, 100_000];
const QUICK_OPERATIONS: [usize; 2] = [20, 200];
/// Files of a folder of small descriptions.
const FILES: usize = 10_000;
const QUICK_FILES: usize = 20;

/// Writes a description of so many bytes, or of a number.
type Write = fn(usize) -> String;

/// One thing to measure.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) notation: Notation,
    pub(super) what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The smallest description: what a run costs whatever it reads.
    Tiny,
    /// A generated description of so many bytes.
    Sized(usize),
    /// A generated description of so many short operations.
    Operations(usize),
    /// A folder of so many small descriptions.
    Folder(usize),
    /// A file of somebody else.
    File(PathBuf),
}

impl Case {
    pub(super) fn all(quick: bool, files: &[PathBuf]) -> Vec<Self> {
        let sizes: &[usize] = if quick { &QUICK_SIZES } else { &SIZES };
        let operations = if quick { QUICK_OPERATIONS } else { OPERATIONS };
        let folder = What::Folder(if quick { QUICK_FILES } else { FILES });
        let mut all = vec![Self { notation: Notation::Yaml, what: What::Tiny }];
        for notation in [Notation::Json, Notation::Yaml] {
            all.extend(sizes.iter().map(|size| Self { notation, what: What::Sized(*size) }));
        }
        all.extend(operations.map(|number| Self { notation: Notation::Yaml, what: What::Operations(number) }));
        all.extend([Notation::Json, Notation::Yaml].map(|notation| Self { notation, what: folder.clone() }));
        for file in files {
            let notation =
                if file.extension().is_some_and(|name| name == "json") { Notation::Json } else { Notation::Yaml };
            all.push(Self { notation, what: What::File(file.clone()) });
        }
        all
    }

    pub(super) const fn notation_name(&self) -> &'static str {
        match self.notation {
            Notation::Json => "JSON",
            Notation::Yaml => "YAML",
        }
    }

    /// What it is called in tables that say the notation elsewhere.
    pub(super) fn name(&self) -> String {
        match &self.what {
            What::Tiny => "start-up".to_owned(),
            What::Sized(bytes) if *bytes < LARGE => format!("{} KB", bytes / 1_000),
            What::Sized(bytes) => format!("{} MB", bytes / 1_000_000),
            What::Operations(number) => format!("{} operations", grouped(*number)),
            What::Folder(number) => format!("{} files", grouped(*number)),
            What::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    pub(super) fn title(&self) -> String {
        format!("{} {}", self.name(), self.notation_name())
    }

    pub(super) const fn is_folder(&self) -> bool {
        matches!(self.what, What::Folder(_))
    }

    /// Writes the text, where it is a generated one, and says where it is.
    pub(super) fn write(&self, scratch: &Scratch) -> Result<Input, String> {
        let (extension, of_size, small): (_, Write, Write) = match self.notation {
            Notation::Json => ("json", generate::json, generate::small_json),
            Notation::Yaml => ("yaml", generate::yaml, generate::small),
        };
        let name = self.title().replace([' ', ','], "-").to_lowercase();
        let content = match &self.what {
            What::Tiny => generate::operations(1),
            What::Sized(bytes) => of_size(*bytes),
            What::Operations(number) => generate::operations(*number),
            What::Folder(number) => return scratch.folder(&name, *number, extension, small),
            What::File(path) => {
                let bytes = std::fs::read(path).map_err(|error| cannot("read", path, &error))?;
                let size = bytes.len() as u64;
                // The parsers that it would be compared with have nothing to say about a part of a file.
                if let Some(error) = parse_bytes(bytes, Some(path), &Limits::default()).error {
                    return Err(format!("{} does not parse: {error}", path.display()));
                }
                return Ok(Input { path: path.clone(), bytes: size, is_ours: false });
            }
        };
        scratch.file(&format!("{name}.{extension}"), &content)
    }

    /// Least and most rounds, and the time after which no round begins.
    pub(super) const fn rounds(bytes: u64) -> (usize, usize, Duration) {
        match bytes {
            0..5_000_000 => (5, 15, Duration::from_secs(3)),
            5_000_000..30_000_000 => (5, 7, Duration::from_secs(10)),
            _ => (3, 3, Duration::from_secs(30)),
        }
    }
}

/// A file or folder that is measured; what we wrote is removed at the end.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    is_ours: bool,
}

impl Drop for Input {
    fn drop(&mut self) {
        if !self.is_ours {
            return;
        }
        // What is left goes with the folder around it.
        let _ = if self.path.is_dir() { std::fs::remove_dir_all(&self.path) } else { std::fs::remove_file(&self.path) };
    }
}

/// A folder for the time of the run.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("apiward-bench-report-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| cannot("write to", &path, &error))?;
        Ok(Self(path))
    }

    fn file(&self, name: &str, content: &str) -> Result<Input, String> {
        let path = self.0.join(name);
        std::fs::write(&path, content).map_err(|error| cannot("write to", &path, &error))?;
        Ok(Input { path, bytes: content.len() as u64, is_ours: true })
    }

    fn folder(&self, name: &str, number: usize, extension: &str, content: Write) -> Result<Input, String> {
        let path = self.0.join(name);
        let mut input = Input { path: path.clone(), bytes: 0, is_ours: true };
        for at in 0..number {
            let inner = path.join((at / 100).to_string());
            std::fs::create_dir_all(&inner).map_err(|error| cannot("write to", &inner, &error))?;
            let (file, content) = (inner.join(format!("{at}.{extension}")), content(at));
            std::fs::write(&file, &content).map_err(|error| cannot("write to", &file, &error))?;
            input.bytes += content.len() as u64;
        }
        Ok(input)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn cannot(do_what: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {do_what} {}: {error}", path.display())
}
