//! The declaration of a lint: everything that the rest of the program says about it comes from here.

use apiward_model::{Api, Format};
use serde::Serialize;

use crate::framework::level::{Confidence, Levels};
use crate::framework::lint::{Check, Target};
use crate::framework::options::{OptionValues, OptionsMeta};
use crate::framework::practice::Practice;

/// Whether a fix exists, and whether it keeps the meaning of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FixKind {
    /// Nothing that a program can do.
    None,
    /// Keeps the meaning of the contract.
    Safe,
    /// Changes the contract; only when asked for.
    Unsafe,
}

/// A source that a lint rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// What it is.
    pub text: &'static str,
    /// Where it is.
    pub url: &'static str,
}

/// What a finding silences of another lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silences {
    /// Everything in the document.
    Document(&'static str),
    /// What points at the same node, its ancestors or descendants.
    Place(&'static str),
    /// What points at one of its related places, their ancestors or descendants.
    Related(&'static str),
    /// What `Place` says, and what concerns the operations that the finding lists.
    Operations(&'static str),
}

impl Silences {
    /// The lint that is silenced.
    pub const fn lint(self) -> &'static str {
        match self {
            Self::Document(lint) | Self::Place(lint) | Self::Related(lint) | Self::Operations(lint) => lint,
        }
    }
}

/// A lint as declared.
#[derive(Debug)]
pub struct LintMeta {
    /// `family/kebab-case`, naming the bad pattern.
    pub id: &'static str,
    /// One line on what it finds.
    pub title: &'static str,
    /// Base level per profile.
    pub levels: Levels,
    /// How sure it is.
    pub confidence: Confidence,
    /// The formats it reads.
    pub formats: &'static [Format],
    /// OWASP API Security Top 10 (2023) items: `API2:2023`.
    pub owasp: &'static [&'static str],
    /// Weaknesses: `CWE-306`.
    pub cwe: &'static [&'static str],
    /// The practices that it serves.
    pub practices: &'static [Practice],
    /// Sources.
    pub references: &'static [Reference],
    /// Whether it can be fixed by the program.
    pub fix: FixKind,
    /// The version that brought it.
    pub since: &'static str,
    /// The lints that its findings silence.
    pub silences: &'static [Silences],
    /// What it looks at.
    pub targets: &'static [Target],
    /// Its documentation, in Markdown.
    pub docs: &'static str,
    /// Its options; none when it has none.
    pub options: Option<OptionsMeta>,
    /// Starts a run over one API.
    pub start: for<'a> fn(&Api<'a>, &OptionValues) -> Box<dyn Check<'a> + 'a>,
}

impl LintMeta {
    /// The part of the id before the slash.
    pub fn family(&self) -> &'static str {
        self.id.split('/').next().unwrap_or_default()
    }

    /// True when it reads that format.
    pub fn reads(&self, format: Format) -> bool {
        self.formats.contains(&format)
    }
}

impl PartialEq for LintMeta {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for LintMeta {}

/// Every format.
pub const ALL_FORMATS: &[Format] =
    &[Format::OpenApi2, Format::OpenApi30, Format::OpenApi31, Format::OpenApi32, Format::AsyncApi2, Format::AsyncApi3];

/// The OpenAPI formats.
pub const OPENAPI: &[Format] = &[Format::OpenApi2, Format::OpenApi30, Format::OpenApi31, Format::OpenApi32];

/// Declares a lint as `pub(crate) static LINT: LintMeta`.
///
/// `check` is a type that implements [`Check`]; it is made by its `Default`, or, with `options: Type`, by
/// `From<Type>`. A lint that has no options of its own but heeds those of another one says
/// `options_of: "family/lint" => Type`; one that has both is made by `From<(Own, Type)>`.
macro_rules! declare_lint {
    (
        id: $id:literal,
        title: $title:literal,
        levels: $levels:expr,
        confidence: $confidence:ident,
        formats: $formats:expr,
        owasp: [$($owasp:literal),* $(,)?],
        cwe: [$($cwe:literal),* $(,)?],
        $(practices: [$($practice:ident),* $(,)?],)?
        references: [$($text:literal => $url:literal),* $(,)?],
        fix: $fix:ident,
        since: $since:literal,
        silences: [$($silences:expr),* $(,)?],
        targets: [$($target:ident),+ $(,)?],
        docs: $docs:expr,
        check: $check:ident $(<$life:lifetime>)?
        $(, options: $options:ty)?
        $(, options_of: $lender:literal => $lent:ty)? $(,)?
    ) => {
        #[doc = concat!("`", $id, "`")]
        pub(crate) static LINT: $crate::framework::declare::LintMeta = $crate::framework::declare::LintMeta {
            id: $id,
            title: $title,
            levels: $levels,
            confidence: $crate::framework::level::Confidence::$confidence,
            formats: $formats,
            owasp: &[$($owasp),*],
            cwe: &[$($cwe),*],
            practices: &[$($($crate::framework::practice::Practice::$practice),*)?],
            references: &[$($crate::framework::declare::Reference { text: $text, url: $url }),*],
            fix: $crate::framework::declare::FixKind::$fix,
            since: $since,
            silences: &[$($silences),*],
            targets: &[$($crate::framework::lint::Target::$target),+],
            docs: $docs,
            options: declare_lint!(@schema $($options)?),
            start: |_api, _values| Box::new(declare_lint!(@make $check, _values $(, $id, $options)? $(, $lender, $lent)?)),
        };
    };
    (@schema) => { None };
    (@schema $options:ty) => { Some($crate::framework::options::OptionsMeta::of::<$options>()) };
    (@make $check:ident, $values:ident) => { $check::default() };
    (@make $check:ident, $values:ident, $id:literal, $options:ty, $lender:literal, $lent:ty) => {
        $check::from(($values.get::<$options>($id), $values.get::<$lent>($lender)))
    };
    (@make $check:ident, $values:ident, $id:literal, $options:ty) => {
        $check::from($values.get::<$options>($id))
    };
}

pub(crate) use declare_lint;
