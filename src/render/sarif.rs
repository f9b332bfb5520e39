//! `--format sarif`: the Static Analysis Results Interchange Format, version 2.1.0 (OASIS).

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::io::{self, Write};

use apiward_lints::framework::declare::FixKind;
use apiward_lints::framework::level::{Confidence, Level};
use apiward_lints::framework::taxonomy::{OWASP, cwe_name, cwe_url};
use serde_json::{Value, json};

use super::json::pretty;
use crate::catalogue::{Entry, catalogue_with};
use crate::check::Checked;
use crate::report::{Edit, Finding, OperationRef, Range, Related, Status, Suppressed, SuppressedBy, Tool};

pub(crate) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to: viewers replace it by the folder of the checkout.
const ROOT: &str = "%SRCROOT%";
const CWE: &str = "CWE";
const TOP_TEN: &str = "OWASP API Security Top 10";

pub(super) fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let report = &checked.report;
    let catalogue = catalogue_with(checked.custom.iter().copied());
    let rules: HashMap<&str, usize> = catalogue.iter().enumerate().map(|(at, entry)| (entry.id, at)).collect();
    let results: Vec<Value> = report.findings.iter().map(|finding| result(finding, &rules)).collect();
    let failed = report.files.iter().filter(|file| file.status == Status::Failed);
    let notes: Vec<Value> = failed
        .map(|file| {
            let reason = file.reason.as_deref().unwrap_or("it could not be checked");
            json!({
                "level": "error",
                "message": {"text": reason},
                "locations": [{"physicalLocation": {"artifactLocation": artifact(&file.path)}}],
            })
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver(&report.tool, &catalogue)},
            "taxonomies": [weaknesses(&catalogue), top_ten()],
            "columnKind": "unicodeCodePoints",
            "automationDetails": {"id": "apiward/"},
            "invocations": [{"executionSuccessful": notes.is_empty(), "toolExecutionNotifications": notes}],
            "results": results,
            "properties": {"profile": report.profile},
        }],
    });
    pretty(&log, out)?;
    writeln!(out)
}

pub(crate) fn driver(tool: &Tool, catalogue: &[Entry]) -> Value {
    let taxonomy = |name: &str, index: usize| json!({"name": name, "index": index});
    json!({
        "name": tool.name,
        "version": tool.version,
        "semanticVersion": tool.version,
        "rules": catalogue.iter().map(rule).collect::<Vec<_>>(),
        "supportedTaxonomies": [taxonomy(CWE, 0), taxonomy(TOP_TEN, 1)],
    })
}

fn rule(entry: &Entry) -> Value {
    let levels = [entry.levels.recommended, entry.levels.strict];
    let level = levels.into_iter().flatten().next().unwrap_or(Level::Info);
    let mut tags = vec!["security".to_owned(), entry.family.to_owned()];
    tags.extend(entry.owasp.iter().map(|id| format!("owasp/{id}")));
    tags.extend(entry.cwe.iter().map(|id| format!("external/cwe/{}", id.to_ascii_lowercase())));
    let belongs = |name: &str, index: usize, id: &str| json!({"target": {"id": id, "toolComponent": {"name": name, "index": index}}, "kinds": ["superset"]});
    let weaknesses = entry.cwe.iter().map(|id| belongs(CWE, 0, id));
    let items = entry.owasp.iter().map(|id| belongs(TOP_TEN, 1, id));
    let mut rule = json!({
        "id": entry.id,
        "name": name(entry.name()),
        "shortDescription": {"text": format!("{}.", entry.title)},
        "fullDescription": {"text": format!("{}.", entry.title)},
        "help": {"text": entry.docs.trim(), "markdown": entry.docs.trim()},
        "defaultConfiguration": {"enabled": entry.levels.recommended.is_some(), "level": sarif_level(level)},
        "relationships": weaknesses.chain(items).collect::<Vec<_>>(),
        "properties": {
            "tags": tags,
            "precision": precision(entry.confidence),
            "security-severity": severity(level),
            "fix": match entry.fix {
                FixKind::None => "none",
                FixKind::Safe => "safe",
                FixKind::Unsafe => "unsafe",
            },
        },
    });
    if let Some(url) = &entry.url {
        rule["helpUri"] = json!(url);
    }
    rule
}

/// `anonymous-write` as `AnonymousWrite`: the standard wants an identifier (3.49.7).
fn name(kebab: &str) -> String {
    let mut out = String::new();
    for word in kebab.split('-') {
        let mut characters = word.chars();
        out.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(characters.as_str());
    }
    out
}

pub(crate) const fn sarif_level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

const fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}

/// On the scale of CVSS, by which GitHub sorts: from 7.0 on high, from 4.0 on medium.
const fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "8.0",
        Level::Warning => "5.5",
        Level::Info => "2.0",
    }
}

pub(crate) fn weaknesses(catalogue: &[Entry]) -> Value {
    let ids: BTreeSet<&str> = catalogue.iter().flat_map(|entry| entry.cwe).copied().collect();
    let taxon = |id: &&str| {
        json!({"id": id, "name": cwe_name(id).unwrap_or(id), "helpUri": cwe_url(id),
               "shortDescription": {"text": cwe_name(id).unwrap_or(id)}})
    };
    json!({
        "name": CWE,
        "organization": "MITRE",
        "informationUri": "https://cwe.mitre.org/",
        "shortDescription": {"text": "Common Weakness Enumeration"},
        "taxa": ids.iter().map(taxon).collect::<Vec<_>>(),
    })
}

pub(crate) fn top_ten() -> Value {
    let taxa = OWASP.iter().map(|item| {
        json!({"id": item.id, "name": item.title, "helpUri": item.url, "shortDescription": {"text": item.title}})
    });
    json!({
        "name": TOP_TEN,
        "organization": "OWASP",
        "version": "2023",
        "informationUri": "https://owasp.org/API-Security/editions/2023/en/0x11-t10/",
        "shortDescription": {"text": "OWASP API Security Top 10 (2023)"},
        "taxa": taxa.collect::<Vec<_>>(),
    })
}

fn result(finding: &Finding, rules: &HashMap<&str, usize>) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{}.\n{help}.", finding.message),
        None => format!("{}.", finding.message),
    };
    let mut result = json!({
        "ruleId": finding.lint,
        "level": sarif_level(finding.level),
        "message": {"text": text},
        "locations": [location(&finding.file, finding.range, &finding.pointer)],
        "partialFingerprints": {"apiward/v1": finding.fingerprint},
        "properties": {"confidence": finding.confidence.as_str(), "document": finding.document},
    });
    if let Some(index) = rules.get(finding.lint) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.related.is_empty() {
        result["relatedLocations"] = finding.related.iter().enumerate().map(related).collect();
    }
    // An empty list would say that suppressions were looked at and none holds, for this result alone.
    if let Some(suppressed) = &finding.suppressed {
        result["suppressions"] = json!([suppression(suppressed)]);
    }
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([{"description": {"text": fix.title}, "artifactChanges": changes(&fix.edits)}]);
    }
    name_operations(&mut result, finding.operation.iter().chain(&finding.operations), finding.operations_total);
    result
}

/// Adds the operations that a result is about to its properties.
pub(crate) fn name_operations<'o>(
    result: &mut Value,
    operations: impl Iterator<Item = &'o OperationRef>,
    total: usize,
) {
    let names: Vec<String> = operations.map(|operation| format!("{} {}", operation.method, operation.path)).collect();
    if !names.is_empty() {
        result["properties"]["operations"] = json!(names);
        result["properties"]["operationsTotal"] = json!(total.max(names.len()));
    }
}

fn suppression(suppressed: &Suppressed) -> Value {
    let in_source = matches!(suppressed.by, SuppressedBy::Comment | SuppressedBy::Extension | SuppressedBy::Public);
    let mut value = json!({"kind": if in_source { "inSource" } else { "external" }, "status": "accepted"});
    if let Some(reason) = &suppressed.reason {
        value["justification"] = json!(reason);
    }
    value
}

fn related((at, related): (usize, &Related)) -> Value {
    let mut value = location(&related.file, related.range, &related.pointer);
    value["id"] = json!(at + 1);
    value["message"] = json!({"text": related.message});
    value
}

pub(crate) fn location(file: &str, range: Range, pointer: &str) -> Value {
    json!({
        "physicalLocation": {"artifactLocation": artifact(file), "region": region(range)},
        "logicalLocations": [{"fullyQualifiedName": format!("#{pointer}"), "kind": "object"}],
    })
}

pub(crate) fn region(range: Range) -> Value {
    json!({
        "startLine": range.start.line,
        "startColumn": range.start.column,
        "endLine": range.end.line,
        "endColumn": range.end.column,
        "byteOffset": range.start.offset,
        "byteLength": range.end.offset - range.start.offset,
    })
}

pub(crate) fn artifact(path: &str) -> Value {
    json!({"uri": uri(path), "uriBaseId": ROOT})
}

/// A path as a relative URI reference (RFC 3986): bytes that it does not allow are escaped, and a colon in the first
/// segment would make it a scheme.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The edits of a fix, by file.
fn changes(edits: &[Edit]) -> Vec<Value> {
    let mut files: Vec<(&str, Vec<Value>)> = Vec::new();
    for edit in edits {
        let change = json!({"deletedRegion": region(edit.range), "insertedContent": {"text": edit.text}});
        match files.iter_mut().find(|(file, _)| *file == edit.file) {
            Some((_, changes)) => changes.push(change),
            None => files.push((&edit.file, vec![change])),
        }
    }
    let change = |(file, changes)| json!({"artifactLocation": artifact(file), "replacements": changes});
    files.into_iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(uri("specs/a b#1%.yaml"), "specs/a%20b%231%25.yaml");
        assert_eq!(uri("c:/\u{e4}.yaml"), "c%3A/%C3%A4.yaml");
        assert_eq!(name("jwt-alg-none"), "JwtAlgNone");
    }
}
