//! The command line: what can be asked of the program, and the help that says so.

use std::path::PathBuf;

use apiward_lints::framework::level::Profile;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::config::OperationPattern;
use crate::discover::Request;
use crate::outlets::Outlet;
use crate::report::FailOn;
use apiward_model::Date;

/// The security linter for OpenAPI and AsyncAPI descriptions.
///
/// Reads OpenAPI 2.0, 3.0, 3.1 and 3.2 and AsyncAPI 2.0 to 2.6, 3.0 and 3.1, in YAML or JSON, and reports faults in
/// their security design. It never calls the API and never opens a network connection.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colour [the variables `NO_COLOR` and `CLICOLOR_FORCE` are respected]
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

const EXAMPLES: &str = "\
Examples:
  apiward check                          check every API description below the current folder
  apiward check openapi.yaml             check one description
  apiward inventory openapi.yaml         list its operations with who may call them
  apiward diff --base main               say what got weaker since the branch
  apiward explain auth/anonymous-write   say what a lint finds, why it matters and how to mend it
  apiward lints                          list all lints";

const TEST_RULES_HELP: &str = "\
Exit status:
  0  all examples are as expected; lints without any are named
  1  some are not
  2  wrong use, or a configuration that is wrong";

/// What can be asked of the program.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check API descriptions
    Check(Box<CheckArgs>),
    /// List the operations of API descriptions with who may call them
    Inventory(Box<InventoryArgs>),
    /// Compare two versions of API descriptions: what changed in their security
    Diff(Box<DiffArgs>),
    /// Show the documentation of a lint, or the lints of a family
    #[command(after_help = "Examples:\n  apiward explain document/duplicate-key\n  apiward explain auth")]
    Explain {
        /// Id of the lint, as findings show it, or the part before or after the slash
        lint: String,
    },
    /// List all lints with their levels in each profile
    Lints {
        /// How to write the list
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Check the examples of the custom lints that the configuration has
    #[command(after_help = TEST_RULES_HELP)]
    TestRules {
        /// The configuration [default: the nearest apiward.yaml from the current folder upwards]
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Write a configuration to begin with
    Init {
        /// The folder that it is for
        #[arg(value_name = "FOLDER", default_value = ".")]
        folder: PathBuf,
    },
    /// Print the JSON Schema of a format
    Schema {
        /// Which one
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Print a script that lets a shell complete commands
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Look into the program's own view of a file
    #[command(hide = true)]
    Debug {
        /// What to look at.
        #[command(subcommand)]
        command: DebugCommand,
    },
}

/// Views for tests and for those who work on the program.
#[derive(Debug, Subcommand)]
pub enum DebugCommand {
    /// Print the value of each document of a file as one line of JSON
    Tree {
        /// The file; `-` is standard input
        file: PathBuf,
        /// Print nodes with their offsets instead
        #[arg(long)]
        spans: bool,
    },
}

const COMPLETIONS_HELP: &str = "\
Examples:
  apiward completions bash > ~/.local/share/bash-completion/completions/apiward
  apiward completions zsh > ~/.zfunc/_apiward
  apiward completions fish > ~/.config/fish/completions/apiward.fish
  apiward completions powershell >> $PROFILE";

const CHECK_HELP: &str = "\
Exit status:
  0  no finding at or above the --fail-on level
  1  findings at or above it
  2  wrong use, a file that could not be read, or no API description found

Examples:
  apiward check
  apiward check specs/ --fail-on warning
  apiward check openapi.yaml --format json --output report.json
  apiward check --select auth --ignore 'auth/oauth-*'
  apiward check --diff-base origin/main
  apiward check --format html=review.html --format pretty --score
  apiward check openapi.yaml --fix --dry-run
  git diff --name-only -z --relative --diff-filter=d main | apiward check --files-from - --ignore-unrecognized
  render-openapi | apiward check - --stdin-filename specs/openapi.yaml";

/// What is read, and what is passed over.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Files and folders to read; `-` is standard input
    ///
    /// Folders are searched for .yaml, .yml and .json files that are API descriptions by their content. What .gitignore
    /// excludes, hidden files and `node_modules` are passed over.
    ///
    /// [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Take further paths from a file, one per line; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "What is read")]
    pub files_from: Option<PathBuf>,

    /// The name that standard input is read under
    #[arg(long, value_name = "FILE", help_heading = "What is read")]
    pub stdin_filename: Option<PathBuf>,

    /// Pass over named files that are no API descriptions, and read those that refer to them
    ///
    /// For hooks and editors, which name any file. The descriptions are looked for in the whole repository, else below
    /// the root or, where nothing marks one, beside the file.
    #[arg(long, help_heading = "What is read")]
    pub ignore_unrecognized: bool,

    /// What holds around the files.
    #[command(flatten)]
    pub around: Around,
}

/// What holds around the files that are read: their root, what is left out, and the configuration.
#[derive(Debug, Args)]
pub struct Around {
    /// The folder that paths are shown relative to and that references must not leave
    ///
    /// [default: the folder of the nearest apiward.yaml, else the nearest with .git, else the file's own]
    #[arg(long, value_name = "FOLDER", help_heading = "What is read")]
    pub root: Option<PathBuf>,

    /// Pass over files that match these globs, relative to the root; `!GLOB` takes files back
    #[arg(long, value_name = "GLOB", help_heading = "What is read")]
    pub exclude: Vec<String>,

    /// Read this configuration instead of the nearest apiward.yaml
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "What is read")]
    pub config: Option<PathBuf>,

    /// Read no configuration file
    #[arg(long, help_heading = "What is read")]
    pub no_config: bool,
}

impl Around {
    /// What is read of these paths.
    pub(crate) fn request(&self, paths: Vec<PathBuf>) -> Request {
        Request {
            paths,
            root: self.root.clone(),
            no_config: self.no_config,
            config: self.config.clone(),
            exclude: self.exclude.clone(),
            ..Request::default()
        }
    }
}

/// What `check` takes.
#[derive(Debug, Args)]
#[command(after_help = CHECK_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are independent of each other")]
pub struct CheckArgs {
    /// What is checked.
    #[command(flatten)]
    pub inputs: Inputs,

    /// How much to hear [default: what the configuration says, else recommended]
    #[arg(long, value_parser = profile_parser(), help_heading = "Lints")]
    pub profile: Option<Profile>,

    /// Run only these lints: ids, families, or ids with `*`
    ///
    /// Errors of reading (`document`) are told all the same: what was not read was not checked. `--ignore` leaves them out
    /// by name, but for those that end the check.
    #[arg(long, value_name = "LINTS", value_delimiter = ',', help_heading = "Lints")]
    pub select: Vec<String>,

    /// Do not run these lints: ids, families, or ids with `*`
    #[arg(long, value_name = "LINTS", value_delimiter = ',', help_heading = "Lints")]
    pub ignore: Vec<String>,

    /// The level from which on findings make the exit status 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL", help_heading = "Lints")]
    pub fail_on: FailOn,

    /// The day on which suppressions and announced ends are judged to have passed, YYYY-MM-DD [default: the day in UTC]
    #[arg(long, value_name = "DAY", help_heading = "Lints")]
    pub today: Option<Date>,

    /// Let the findings of this file not count: only new ones do
    #[arg(long, value_name = "FILE", conflicts_with_all = ["write_baseline", "diff_base"], help_heading = "Old findings")]
    pub baseline: Option<PathBuf>,

    /// Write the findings to a file for --baseline, and let none of them count now
    ///
    /// What was not read (a reference that leads nowhere, for instance) is told instead, and counts.
    #[arg(long, value_name = "FILE", conflicts_with = "diff_base", help_heading = "Old findings")]
    pub write_baseline: Option<PathBuf>,

    /// Let findings not count that a git revision has already: the branch that a change goes to
    ///
    /// It is compared where the two went apart (the merge base), or where both of `A...B` did.
    #[arg(long, value_name = "REV", help_heading = "Old findings")]
    pub diff_base: Option<String>,

    /// Mend what can be mended without a change of what the description means, and show what is left
    #[arg(long, conflicts_with_all = ["write_baseline", "show_settings", "statistics"], help_heading = "Fixes")]
    pub fix: bool,

    /// Also mend what changes the description's meaning: look at the result
    #[arg(long, requires = "fix", help_heading = "Fixes")]
    pub unsafe_fixes: bool,

    /// Show the changes as a diff, with credentials that would be taken out, and write nothing
    #[arg(long, requires = "fix", help_heading = "Fixes")]
    pub dry_run: bool,

    /// Also show findings that do not count, and why they do not
    #[arg(long, help_heading = "Output")]
    pub show_suppressed: bool,

    /// Show what applies to each file, and where that is said, instead of checking
    #[arg(long, conflicts_with_all = ["format", "output"], help_heading = "Output")]
    pub show_settings: bool,

    /// Show what each lint found and what it cost, instead of the findings
    #[arg(long, help_heading = "Output")]
    pub statistics: bool,

    /// Give each description a score from 0 to 100, in all and by item of the OWASP API Security Top 10
    #[arg(long, help_heading = "Output")]
    pub score: bool,

    /// Fail where the score of a description is lower
    #[arg(long, value_name = "SCORE", value_parser = clap::value_parser!(u8).range(0..=100), help_heading = "Output")]
    pub min_score: Option<u8>,

    /// How to write the findings, and into which file; may be given several times [default: pretty]
    ///
    /// pretty (the marked text, with advice), concise (one line each), json, sarif, github (annotations of workflows),
    /// gitlab (Code Quality), junit, checkstyle, rdjson (reviewdog), markdown (job summaries) or html (a page for reviews,
    /// with who may call what)
    #[arg(long, value_name = "FORMAT[=FILE]", help_heading = "Output")]
    pub format: Vec<Outlet>,

    /// Write the findings to a file instead of standard output, which is `-`
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,

    /// Say nothing but findings and errors
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,

    /// Also name the files that were passed over, and why
    #[arg(long, short, help_heading = "Output")]
    pub verbose: bool,
}

const INVENTORY_HELP: &str = "\
Exit status:
  0  the operations are listed, even when there is none
  1  the same, but something of the descriptions was not read, such as what a reference that leads nowhere should bring
  2  wrong use, a file that could not be read, or no API description found

Examples:
  apiward inventory
  apiward inventory openapi.yaml --anonymous --writes
  apiward inventory --weaker-than 3 --path '/admin/**'
  apiward inventory openapi.yaml --by scope
  apiward inventory specs/ --by scheme
  apiward inventory specs/ --format csv --output operations.csv
  apiward inventory specs/ --format json --output operations.json
  apiward inventory specs/ --format html --output operations.html

Whatever --color says, the inventory has no colours.";

/// What `inventory` takes.
#[derive(Debug, Args)]
#[command(after_help = INVENTORY_HELP)]
pub struct InventoryArgs {
    /// What is read.
    #[command(flatten)]
    pub inputs: Inputs,

    /// Only operations that callers without a credential may call
    #[arg(long, help_heading = "Which operations")]
    pub anonymous: bool,

    /// Only operations that change state
    #[arg(long, help_heading = "Which operations")]
    pub writes: bool,

    /// Only operations of which an alternative asks for one of these schemes
    #[arg(long, value_name = "NAME", help_heading = "Which operations")]
    pub scheme: Vec<String>,

    /// Only operations of which an alternative asks for one of these scopes or roles
    #[arg(long, value_name = "NAME", help_heading = "Which operations")]
    pub scope: Vec<String>,

    /// Only operations that are guarded less than this, or as nobody knows: 1 key in the URL, 2 key or password, 3 token, 4
    /// token with scopes, 5 certificate
    #[arg(long, value_name = "STRENGTH", value_parser = clap::value_parser!(u8).range(1..=5), help_heading = "Which operations")]
    pub weaker_than: Option<u8>,

    /// Only operations whose path, or method and path, are so: `/admin/**`, `DELETE /users/*`
    #[arg(long, value_name = "PATTERN", value_parser = OperationPattern::new, help_heading = "Which operations")]
    pub path: Option<OperationPattern>,

    /// Only operations that take or return sensitive data
    #[arg(long, help_heading = "Which operations")]
    pub sensitive: bool,

    /// What to list, of the operations that are asked for
    #[arg(long, value_enum, default_value_t = InventoryBy::Operation, value_name = "WHAT", help_heading = "Output")]
    pub by: InventoryBy,

    /// How to write the operations
    #[arg(long, value_enum, default_value_t = InventoryFormat::Text, value_name = "FORMAT", help_heading = "Output")]
    pub format: InventoryFormat,

    /// Write the operations to a file instead of standard output, which is `-`
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
}

/// What the inventory lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InventoryBy {
    /// The operations with who may call them
    Operation,
    /// The scopes with the operations that they open
    Scope,
    /// The schemes with the documents that use them, and paths that documents guard differently
    Scheme,
}

/// How the inventory is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InventoryFormat {
    /// A table for people
    Text,
    /// One JSON object: `apiward schema inventory`
    Json,
    /// A row for each operation, for spreadsheets
    Csv,
    /// Tables for job summaries, wikis and comments
    Markdown,
    /// One page with filters, for reviews
    Html,
}

const DIFF_HELP: &str = "\
Exit status:
  0  no change at or above the --fail-on level by which the API is guarded less, or that a reviewer should judge
  1  such changes
  2  wrong use, a file that could not be read, or no API description found

Examples:
  apiward diff old.yaml new.yaml
  apiward diff --base origin/main
  apiward diff --base v1.4.0 openapi.yaml --format markdown
  apiward diff v1.4.0:openapi.yaml v1.5.0:openapi.yaml
  apiward diff released/ specs/ --fail-on warning --format sarif --output changes.sarif";

/// What `diff` takes.
#[derive(Debug, Args)]
#[command(after_help = DIFF_HELP)]
pub struct DiffArgs {
    /// The old and the new version: two files or two folders, or what a git revision has of one, as `REV:path`; with
    /// --base, what is compared with the revision [default: the current folder]
    ///
    /// The versions may be written in different formats: OpenAPI 2.0 and 3.1, JSON and YAML, one file and several.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Compare with a git revision: the branch that a change goes to, or the last release
    #[arg(long, value_name = "REV", help_heading = "What is read")]
    pub base: Option<String>,

    /// What holds around the files.
    #[command(flatten)]
    pub around: Around,

    /// The level from which on changes make the exit status 1; those by which the API is guarded better never do
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL", help_heading = "Output")]
    pub fail_on: FailOn,

    /// How to write the changes
    #[arg(long, value_enum, default_value_t = DiffFormat::Pretty, value_name = "FORMAT", help_heading = "Output")]
    pub format: DiffFormat,

    /// Write the changes to a file instead of standard output, which is `-`
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,

    /// Say nothing but changes and errors
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
}

/// How changes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// The text around each change, before and now
    Pretty,
    /// One line for each change
    Concise,
    /// One JSON object: `apiward schema diff`
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub workflows
    Github,
    /// Markdown, for comments on changes
    Markdown,
    /// One page for reviews, with the operations as they are now
    Html,
}

/// Reads a profile; the type belongs to the lints, which know nothing of command lines.
fn profile_parser() -> impl TypedValueParser<Value = Profile> {
    let about = |profile: Profile| match profile {
        Profile::Minimal => "Only errors that are sure",
        Profile::Recommended => "What a careful reviewer would say",
        Profile::Strict => "Everything",
    };
    let values = Profile::ALL.map(|profile| PossibleValue::new(profile.as_str()).help(about(profile)));
    PossibleValuesParser::new(values).map(|name| name.parse().unwrap_or_default())
}

/// Formats that have a JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The configuration, `apiward.yaml`
    Config,
    /// The output of `check --format json`
    Output,
    /// The output of `inventory --format json`
    Inventory,
    /// The output of `diff --format json`
    Diff,
}

/// How the list of lints is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table for people
    Text,
    /// One JSON array
    Json,
    /// A Markdown table
    Markdown,
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
