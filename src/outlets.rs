//! Which formats are written, and where each goes.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;

use crate::render::Format;
use crate::usage::UsageError;

/// A format and its destination, as `--format` takes it: `sarif` or `sarif=report.sarif`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlet {
    /// The format.
    pub format: Format,
    /// The file to write; none and `-` are standard output.
    pub file: Option<PathBuf>,
}

impl Outlet {
    /// The file, unless standard output is meant.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref().filter(|path| *path != Path::new("-"))
    }
}

impl FromStr for Outlet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        if file == Some("") {
            return Err(format!("a file name is missing behind `{name}=`"));
        }
        let format = Format::from_str(name, false).map_err(|_| {
            let names: Vec<String> = Format::value_variants().iter().map(|format| format.name()).collect();
            format!("no format is named `{name}`; there are {}", names.join(", "))
        })?;
        Ok(Self { format, file: file.map(PathBuf::from) })
    }
}

/// Puts `--format` and `--output` together: each destination takes one format.
pub(crate) fn outlets(formats: &[Outlet], output: Option<&Path>) -> Result<Vec<Outlet>, UsageError> {
    let mut outlets = formats.to_vec();
    if outlets.is_empty() {
        outlets.push(Outlet { format: Format::Pretty, file: None });
    }
    if let Some(output) = output {
        let open = outlets.iter_mut().find(|outlet| outlet.file.is_none());
        let error = || {
            UsageError::new("--output names a file, but every --format has one of its own")
                .help("leave --output out, or the file of one format")
        };
        open.ok_or_else(error)?.file = Some(output.to_owned());
    }
    for (at, outlet) in outlets.iter().enumerate() {
        if outlets[..at].iter().any(|other| other.file() == outlet.file()) {
            let place = outlet.file().map_or("standard output".to_owned(), |path| format!("`{}`", path.display()));
            let help = "give each format but one a file: --format sarif=report.sarif --format pretty";
            return Err(UsageError::new(format!("two formats would go to {place}")).help(help));
        }
    }
    Ok(outlets)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn put(formats: &[&str], output: Option<&str>) -> Result<Vec<(Format, Option<String>)>, String> {
        let formats: Vec<Outlet> = formats.iter().map(|text| text.parse().unwrap()).collect();
        let outlets = outlets(&formats, output.map(Path::new)).map_err(|error| error.message)?;
        let shown = |outlet: &Outlet| (outlet.format, outlet.file().map(|path| path.display().to_string()));
        Ok(outlets.iter().map(shown).collect())
    }

    #[test]
    fn each_destination_takes_one_format() {
        assert_eq!(put(&[], None), Ok(vec![(Format::Pretty, None)]));
        assert_eq!(put(&["json"], Some("a.json")), Ok(vec![(Format::Json, Some("a.json".to_owned()))]));
        let both = Ok(vec![(Format::Sarif, Some("a=b".to_owned())), (Format::Pretty, None)]);
        assert_eq!(put(&["sarif=a=b", "pretty"], None), both);
        assert_eq!(put(&["sarif=a=b", "pretty"], Some("-")), both);
        assert!(put(&["json", "sarif"], None).unwrap_err().contains("standard output"));
        assert!(put(&["json=a", "sarif=a"], None).unwrap_err().contains("`a`"));
        assert!(put(&["json=a"], Some("b")).unwrap_err().contains("--output"));
    }

    #[test]
    fn what_is_no_format_is_told_with_those_that_are() {
        let error = "sariff".parse::<Outlet>().unwrap_err();
        assert!(error.contains("`sariff`") && error.contains("pretty, concise, json, sarif"), "{error}");
        assert!("json=".parse::<Outlet>().unwrap_err().contains("missing"));
    }
}
