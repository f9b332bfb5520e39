//! `ratelimit/upload-without-size-limit`

use std::collections::BTreeMap;

use apiward_model::predicate::essence;
use apiward_model::words::ARCHIVE_MEDIA_TYPES;
use apiward_model::{Api, Body, BodyId, Format, MediaType, Merged, Node, OperationId};

use crate::framework::crowd::gathered;
use crate::framework::declare::{OPENAPI, declare_lint};
use crate::framework::finding::Finding;
use crate::framework::level::{Level, Levels};
use crate::framework::lint::{Check, Cx};
use crate::ratelimit::body_size::{Options, SizeBounds};

declare_lint! {
    id: "ratelimit/upload-without-size-limit",
    title: "Upload accepts a body of unlimited size",
    levels: Levels::raised(Level::Info, Level::Warning),
    confidence: Medium,
    formats: OPENAPI,
    owasp: ["API4:2023"],
    cwe: ["CWE-770", "CWE-409"],
    practices: [RateLimiting, InputValidation],
    references: [
        "OWASP API4:2023 Unrestricted Resource Consumption" => "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
        "RFC 9110 section 15.5.14" => "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14",
    ],
    fix: None,
    since: "0.1.0",
    silences: [],
    targets: [Document],
    docs: include_str!("upload_without_size_limit.md"),
    check: UploadWithoutSizeLimit,
    options: Options,
}

struct UploadWithoutSizeLimit {
    bounds: SizeBounds,
}

impl From<Options> for UploadWithoutSizeLimit {
    fn from(options: Options) -> Self {
        Self { bounds: options.into() }
    }
}

/// A part of a body that holds a file: where it is described, and its schema.
struct Upload<'a> {
    node: Node<'a>,
    schema: Option<Node<'a>>,
    archive: bool,
}

impl<'a> Check<'a> for UploadWithoutSizeLimit {
    fn document(&mut self, cx: &mut Cx<'_, 'a>) {
        let api = cx.api;
        let mut unbounded: BTreeMap<usize, Vec<OperationId>> = BTreeMap::new();
        let uploads: Vec<Vec<Upload<'a>>> = api.bodies.iter().map(|body| uploads(api, body)).collect();
        let open: Vec<bool> = uploads
            .iter()
            .zip(&api.bodies)
            .map(|(files, body)| files.iter().any(|upload| !self.is_bounded(api, body, upload)))
            .collect();
        for operation in &api.operations {
            let Some(body) = operation.body else { continue };
            if open[body.index()] && !self.bounds.hold(api, operation) {
                unbounded.entry(body.index()).or_default().push(operation.id);
            }
        }
        for (at, operations) in unbounded {
            let files = &uploads[at];
            let archive = files.iter().any(|upload| upload.archive);
            let body = api.body(BodyId::at(at));
            let node = match (api.spec.format, files.first()) {
                (Format::OpenApi2, Some(file)) => file.node,
                _ => body.node,
            };
            let message =
                if archive { "an upload of archives has no largest size" } else { "an upload has no largest size" };
            let help = "say the largest size (`maxLength`, a 413 response, or the text) and enforce it before the body is read";
            let finding = cx.finding(node, message).at_key(node).help(help).operations(operations);
            cx.report(if archive { finding.raised_to(Level::Warning) } else { finding });
        }
    }

    fn group(&self, cx: &mut Cx<'_, 'a>, findings: Vec<Finding<'a>>) -> Vec<Finding<'a>> {
        gathered(cx, findings)
    }
}

/// The files that a body takes.
fn uploads<'a>(api: &Api<'a>, body: &Body<'a>) -> Vec<Upload<'a>> {
    let fields = body.fields.iter().map(|id| api.parameter(*id));
    let files = fields.filter(|field| field.node.get_str("type") == Some("file"));
    let mut found: Vec<Upload<'a>> =
        files.map(|field| Upload { node: field.node, schema: field.schema, archive: false }).collect();
    for media in &body.media {
        let name = essence(media.name);
        let archive = ARCHIVE_MEDIA_TYPES.matches_value(&name);
        // An object is no file, whatever the operation says that it takes.
        let object = || media.schema.is_some_and(|schema| Merged::of(api, schema).is_object());
        if (archive || is_file_type(&name)) && !object() {
            found.push(Upload { node: media.node, schema: media.schema, archive });
        } else if name.starts_with("multipart/") && api.spec.format != Format::OpenApi2 {
            found.extend(parts(api, media));
        }
    }
    found
}

fn is_file_type(name: &str) -> bool {
    let start = ["image/", "audio/", "video/"].iter().any(|start| name.starts_with(start));
    start || matches!(name, "application/octet-stream" | "application/pdf")
}

/// The parts of a multipart body that hold files, or lists of files.
fn parts<'a>(api: &Api<'a>, media: &MediaType<'a>) -> Vec<Upload<'a>> {
    let Some(schema) = media.schema else { return Vec::new() };
    let encoding = media.node.get("encoding");
    let told = |name: &str| {
        let kind = encoding.and_then(|map| map.get(name)).and_then(|part| part.get_str("contentType"));
        kind.map(essence).is_some_and(|kind| !kind.starts_with("text/") && !apiward_model::predicate::is_json(&kind))
    };
    let modern = matches!(api.spec.format, Format::OpenApi31 | Format::OpenApi32);
    let properties = Merged::of(api, schema).properties().into_iter();
    let files = properties.filter_map(|(name, node)| {
        let own = Merged::of(api, node);
        let inner = if own.is_array() { own.get("items").map(|items| Merged::of(api, items)) } else { None };
        let file = inner.as_ref().unwrap_or(&own);
        (is_file(file) || modern && told(name)).then(|| Upload {
            node,
            schema: Some(file.parts().first().copied().unwrap_or(node)),
            archive: false,
        })
    });
    files.collect()
}

fn is_file(schema: &Merged<'_>) -> bool {
    let binary = schema.all("format").any(|format| matches!(format.as_str(), Some("binary" | "byte")));
    let encoded = schema.get("contentEncoding").or_else(|| schema.get("contentMediaType")).is_some();
    binary && schema.is_type("string") || encoded
}

impl UploadWithoutSizeLimit {
    /// Whether the body or the part bounds the size.
    fn is_bounded(&self, api: &Api<'_>, body: &Body<'_>, upload: &Upload<'_>) -> bool {
        let merged = upload.schema.map(|schema| Merged::of(api, schema));
        let by_schema = merged.as_ref().is_some_and(|merged| {
            merged.get("maxLength").is_some() || merged.parts().iter().any(|part| self.bounds.are_told_by(*part))
        });
        let whole = body.media.iter().filter_map(|media| media.schema).any(|schema| {
            let merged = Merged::of(api, schema);
            merged.get("maxLength").is_some() || merged.parts().iter().any(|part| self.bounds.are_told_by(*part))
        });
        by_schema
            || whole
            || self.bounds.are_told_by(upload.node)
            || self.bounds.are_told_by(body.node)
            || body.media.iter().any(|media| self.bounds.are_told_by(media.node))
    }
}
