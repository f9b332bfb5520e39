//! `input/upload-unrestricted-type`

use std::borrow::Cow;

use apiward_model::predicate::essence;
use apiward_model::{Body, BodyId, Format, MediaType, Merged, Node, Parameter};
use foldhash::{HashSet, HashSetExt};

use crate::framework::budget::Budget;
use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels, Profile};
use crate::framework::lint::{Check, Cx};
use crate::framework::text::quoted;
use crate::input::bodies::{is_file, users};

declare_lint! {
    id: "input/upload-unrestricted-type",
    title: "File upload does not restrict the content type",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API8:2023"],
    cwe: ["CWE-434"],
    practices: [InputValidation, Threats],
    references: [
        "OWASP File Upload Cheat Sheet" => "https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html",
        "OWASP API8:2023 Security Misconfiguration" => "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("upload_unrestricted_type.md"),
    check: UploadUnrestrictedType,
}

#[derive(Default)]
struct UploadUnrestrictedType;

/// Types that a browser runs scripts of.
const ACTIVE: [&str; 3] = ["image/svg+xml", "text/html", "application/xhtml+xml"];
/// Types that say nothing.
const ANYTHING: [&str; 3] = ["*/*", "application/*", "application/octet-stream"];

/// Names of file types that descriptions list.
const FILE_TYPES: [&str; 9] = ["png", "jpg", "jpeg", "gif", "pdf", "csv", "mp4", "docx", "xlsx"];
/// Top-level media types that descriptions name.
const TOP_LEVEL_TYPES: [&str; 7] = ["application", "audio", "font", "image", "model", "text", "video"];

impl<'a> Check<'a> for UploadUnrestrictedType {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let mut budget = Budget::of(cx.api);
        let mut found: Vec<(BodyId, Finding<'a>)> = Vec::new();
        for (at, body) in cx.api.bodies.iter().enumerate() {
            let id = BodyId::at(at);
            if cx.api.spec.format == Format::OpenApi2 {
                let files = body.fields.iter().map(|id| cx.api.parameter(*id));
                found.extend(files.filter_map(|field| Some((id, judge_field(cx, field)?))));
            } else {
                found.extend(judge_body(cx, body, &mut budget).into_iter().map(|finding| (id, finding)));
            }
        }
        let users = users(cx.api, &found.iter().map(|(id, _)| *id).collect());
        for (id, finding) in found {
            match users.get(&id).map(Vec::as_slice) {
                // The body of a webhook or a callback is what the consumer gets.
                None | Some([]) => {}
                Some([one]) => cx.report(finding.operation(*one)),
                Some(several) => cx.report(finding.operations(several.to_vec())),
            }
        }
    }
    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

const HELP: &str = "list the types that are allowed in `encoding.<part>.contentType` or `contentMediaType`, and have the \
                    server check the content against them";

/// A file of an OpenAPI 2 form, for which only words can name types.
fn judge_field<'a>(cx: &Cx<'_, 'a>, field: &Parameter<'a>) -> Option<Finding<'a>> {
    let is_file = field.node.get_str("type") == Some("file");
    if !is_file || cx.profile != Profile::Strict || field.node.get_str("description").is_some_and(names_types) {
        return None;
    }
    let message = format!("file {} may be of any type", quoted(&unnumbered(field.name)));
    Some(cx.finding(field.node, message).help(
        "name the types that are allowed in its description, and have the server \
                                               check the content against them",
    ))
}

fn judge_body<'a>(cx: &Cx<'_, 'a>, body: &Body<'a>, budget: &mut Budget) -> Vec<Finding<'a>> {
    let multipart =
        |media: &&MediaType<'a>| media.name.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/"));
    let mut found = Vec::new();
    for media in body.media.iter().filter(multipart) {
        let Some(schema) = media.schema else { continue };
        let merged = Merged::of(cx.api, schema);
        if !budget.spend(merged.all("properties").map(|map| map.count()).sum()) {
            break;
        }
        let parts = merged.properties();
        found.extend(parts.into_iter().filter_map(|(name, part)| judge_part(cx, media, name, part)));
    }
    found
}

fn judge_part<'a>(cx: &Cx<'_, 'a>, media: &MediaType<'a>, name: &str, part: Node<'a>) -> Option<Finding<'a>> {
    let may_be_file = |(key, _): (&str, Node<'_>)| {
        matches!(key, "$ref" | "allOf" | "items" | "format" | "contentEncoding" | "contentMediaType")
    };
    if !part.entries().any(may_be_file) {
        return None;
    }
    let own = Merged::of(cx.api, part);
    let items = own.get("items").filter(|_| own.is_array()).map(|items| Merged::of(cx.api, items));
    let file = items.as_ref().unwrap_or(&own);
    if !is_file(file) || own.is_read_only() {
        return None;
    }
    let encoding = media.node.get("encoding").and_then(|encoding| encoding.get(name)?.target_or_none());
    let declared =
        encoding.and_then(|encoding| encoding.get_str("contentType")).into_iter().flat_map(|list| list.split(','));
    let declared: Vec<Cow<'_, str>> = declared
        .chain(file.all("contentMediaType").filter_map(text))
        .map(essence)
        .filter(|name| !name.is_empty())
        .collect();
    if let Some(active) = declared.iter().find(|name| ACTIVE.contains(&name.as_ref())) {
        let message = format!("file part {} may be {active}, which can hold scripts", quoted(name));
        let help = "do not accept it, or clean what is stored and serve it from another origin, as a download: whoever \
                    opens the file runs the scripts of whoever sent it";
        return Some(cx.finding(part, message).help(help).raised_to(Level::Warning));
    }
    let restricted = declared.iter().any(|name| !ANYTHING.contains(&name.as_ref()));
    let mut texts = own.all("description").filter_map(text).chain(file.all("description").filter_map(text));
    if restricted || texts.any(names_types) {
        return None;
    }
    Some(cx.finding(part, format!("file part {} may be of any type", quoted(&unnumbered(name)))).help(HELP))
}

/// `files[3]` as `files[n]`: the fields of one list are alike.
fn unnumbered(name: &str) -> Cow<'_, str> {
    let list = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    match list.filter(|(_, index)| !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())) {
        Some((list, _)) => format!("{list}[n]").into(),
        None => name.into(),
    }
}

fn text(node: Node<'_>) -> Option<&str> {
    node.raw().as_str()
}

/// A text that names a media type, or two types of files.
fn names_types(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut named = HashSet::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '+' | '*' | '.' | '-')) {
        let media_type = word.trim_matches('.');
        let top = media_type.split_once('/').filter(|(_, sub)| !sub.is_empty()).map(|(top, _)| top);
        if top.is_some_and(|top| TOP_LEVEL_TYPES.contains(&top)) && !ANYTHING.contains(&media_type) {
            return true;
        }
        named.extend(word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| FILE_TYPES.contains(word)));
    }
    named.len() > 1
}

#[cfg(test)]
mod tests {
    use super::names_types;

    #[test]
    fn texts_name_media_types_or_two_kinds_of_files() {
        for text in ["A PNG or JPEG.", "Accepts `image/png`.", "*.jpg/*.pdf", "image/* only", "Type: text/csv."] {
            assert!(names_types(text), "{text}");
        }
        for text in ["A PNG", "png, png", "and/or", "any (*/*)", "application/octet-stream.", "text/", ""] {
            assert!(!names_types(text), "{text}");
        }
    }
}
