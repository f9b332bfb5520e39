//! Named files that are no API descriptions but parts of some: the descriptions that refer to them are checked.
//!
//! Hooks and editors name the files that changed. A fault that arises in a shared schema shows only in the descriptions
//! that use it, so `--ignore-unrecognized` means them too.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use apiward_model::{Detected, File, Files, Loader, detect};
use apiward_syntax::Limits;
use memchr::{memchr, memmem};
use rayon::prelude::*;

use crate::classify;
use crate::discover::{Found, Input, Request, discover, has_extension};
use crate::examine::{bytes_of, parse};
use crate::roots::repository_of;
use crate::usage::UsageError;

/// Adds the descriptions that refer to named files which are none, to what was found and to the request.
pub(crate) fn add_descriptions(request: &mut Request, found: &mut Found, limits: &Limits) -> Result<(), UsageError> {
    let parts: Vec<&Input> = found.inputs.iter().filter(|input| is_part(input, limits)).collect();
    if parts.is_empty() {
        return Ok(());
    }
    let paths: BTreeSet<PathBuf> = parts.iter().flat_map(|part| places_to_search(part, request)).collect();
    let search = Request { paths: paths.into_iter().collect(), stdin_filename: None, ..request.clone() };
    let candidates = discover(&search)?.inputs;
    let known: HashSet<&Path> = found.inputs.iter().map(|input| input.location.as_path()).collect();
    let wanted: HashSet<PathBuf> = parts.iter().map(|part| real(&part.location)).collect();
    let loaders = loaders(found.inputs.iter().chain(&candidates), limits);
    let reaching = |input: &Input| {
        let loader = loaders.get(input.root.as_path());
        !known.contains(input.location.as_path())
            && loader.is_some_and(|loader| reaches(input, &wanted, loader, limits))
    };
    let reaching: Vec<Input> = candidates.par_iter().filter(|input| reaching(input)).cloned().collect();
    request.paths.extend(reaching.iter().map(|input| input.location.clone()));
    found.inputs.extend(reaching);
    found.sort();
    Ok(())
}

/// A loader for each root folder. What comes from standard input stands for the file of that name, also where others
/// refer to it.
pub(crate) fn loaders<'i>(inputs: impl IntoIterator<Item = &'i Input>, limits: &Limits) -> HashMap<&'i Path, Loader> {
    let mut loaders: HashMap<&Path, Loader> = HashMap::new();
    for input in inputs {
        let limits = input.limits(limits);
        let loader = loaders.entry(&input.root).or_insert_with(|| Loader::disk(input.root.clone(), limits));
        if let Some(bytes) = &input.content {
            let _ = loader.file(&input.location, || parse(input, bytes.as_slice(), &limits));
        }
    }
    loaders
}

/// True for a named file in which there is no description, not even one of an unsupported version.
fn is_part(input: &Input, limits: &Limits) -> bool {
    let limits = input.limits(limits);
    let Some(bytes) = bytes_of(input, limits.file_bytes).ok().filter(|_| input.named) else { return false };
    !classify::may_be_description(&bytes) || !holds_description(&parse(input, bytes, &limits))
}

fn holds_description(file: &File) -> bool {
    file.tree.documents().any(|root| !matches!(detect(root), Detected::Other))
}

/// Where files may refer to a part: below its root or, where that lies in a repository with several, in the whole
/// repository. Where nothing marks a root, beside it: what lies below may be all that somebody has.
fn places_to_search(part: &Input, request: &Request) -> Vec<PathBuf> {
    if let Some(repository) = repository_of(&part.root).filter(|_| request.root.is_none()) {
        return vec![repository.to_owned()];
    }
    if request.root.is_some() || part.config.is_some() {
        return vec![part.root.clone()];
    }
    let beside = std::fs::read_dir(&part.root).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    beside.filter(|path| has_extension(path)).collect()
}

fn reaches(input: &Input, wanted: &HashSet<PathBuf>, loader: &Loader, limits: &Limits) -> bool {
    let limits = input.limits(limits);
    let Ok(bytes) = bytes_of(input, limits.file_bytes) else { return false };
    if !classify::may_be_description(&bytes) || !may_refer_to_others(&bytes) {
        return false;
    }
    let Ok(file) = loader.file(&input.location, || parse(input, bytes, &limits)) else { return false };
    if !file.tree.documents().any(|root| matches!(detect(root), Detected::Api(_))) {
        return false;
    }
    let files = Files::load(file, loader);
    let unreadable = files.unreadable().iter().map(AsRef::as_ref);
    files.iter().map(|(_, file)| file).chain(unreadable).any(|file| wanted.contains(&file.location))
}

/// False for most descriptions of one file: each `$ref` in the text is followed by a quoted `#`. What is written in
/// another way may lead anywhere, and from version 3.2 on security requirements name files, too.
fn may_refer_to_others(bytes: &[u8]) -> bool {
    const KEY: &[u8] = b"$ref";
    let is_local = |at: usize| {
        let rest = &bytes[at + KEY.len()..];
        let between = rest.iter().take_while(|byte| b"\"': \t\r\n".contains(byte)).count();
        rest.get(between) == Some(&b'#') && matches!(rest[..between].last(), Some(b'"' | b'\''))
    };
    // UTF-16.
    memchr(0, bytes).is_some()
        || memmem::find(bytes, b"3.2").is_some()
        || memmem::find_iter(bytes, KEY).any(|at| !is_local(at))
}

/// References lead to files by their real names.
fn real(location: &Path) -> PathBuf {
    location.canonicalize().unwrap_or_else(|_| location.to_owned())
}

#[cfg(test)]
mod tests {
    use super::may_refer_to_others;

    #[test]
    fn descriptions_of_one_file_need_no_parse() {
        for text in ["{\"$ref\": \"#/a\"}", "$ref: '#/a'", "\"$ref\" :\n  \"#\"", "openapi: 3.0.0", "$ref : \"#a\""] {
            assert!(!may_refer_to_others(text.as_bytes()), "{text}");
        }
        let others =
            ["$ref: a.yaml", "$ref: '#/a'\nb: {$ref: \"a#/b\"}", "$ref: # comment\n  a.yaml", "$ref: &a '#/a'", "$ref"];
        for text in others.into_iter().chain(["openapi: 3.2.0\n$ref: '#/a'", "$\0r\0e\0f\0"]) {
            assert!(may_refer_to_others(text.as_bytes()), "{text}");
        }
    }
}
