//! Any bytes, as `apiward.yaml`: a configuration, or errors that each name their place.

use std::cell::OnceCell;

use apiward::check::Settings;
use apiward::discover::{Request, discover};
use apiward_lints::framework::level::Profile;
use tempfile::TempDir;

/// What the configuration is for.
const DESCRIPTION: &str = "\
openapi: 3.1.0
info: {title: Parcels, version: '1'}
servers: [{url: 'http://api.parcels.io'}]
components: {securitySchemes: {key: {type: apiKey, in: query, name: key}}}
paths:
  /parcels/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {operationId: read, security: [{key: []}], responses: {'200': {description: A parcel}}}
    delete: {operationId: remove, responses: {'204': {description: Gone}}}
";

thread_local! {
    /// One folder for a thread: to make one for each text would cost more than the rest.
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

/// Reads the bytes as a configuration, and checks a description by it.
pub(crate) fn run(bytes: &[u8]) {
    hold(bytes, DESCRIPTION);
}

/// Puts the configuration beside a description, and checks that.
pub(crate) fn hold(configuration: &[u8], description: &str) {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"))).path();
        let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes);
        put("apiward.yaml", configuration)
            .and_then(|()| put("api.yaml", description.as_bytes()))
            .unwrap_or_else(|error| panic!("{error}"));
        let request = Request { paths: vec![folder.join("api.yaml")], file_bytes: 1 << 20, ..Request::default() };
        match discover(&request) {
            Ok(found) => drop(crate::memory::checked(&found, &Settings::new(Profile::Recommended))),
            Err(error) => error.before.iter().chain([&error]).for_each(hold_error),
        }
    });
}

/// An error names the file, and the place in it unless the file as a whole is at fault.
fn hold_error(error: &apiward::usage::UsageError) {
    let message = &error.message;
    assert!(!message.ends_with('.') && message.len() < 6_000, "{message}");
    let behind =
        message.split_once("apiward.yaml").or_else(|| message.split_once("apiward:")).map(|(_, behind)| behind);
    let behind = behind.unwrap_or_else(|| panic!("no file is named: {message}"));
    let mut place = behind.trim_start_matches(|c: char| c != ':').split(':').skip(1);
    let line = place.next().and_then(|line| line.parse::<u32>().ok());
    let column = place.next().and_then(|column| column.trim().parse::<u32>().ok());
    assert!(line.is_some_and(|line| line > 0) && column.is_some_and(|column| column > 0), "no place: {message}");
}
