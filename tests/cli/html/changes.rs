//! `diff --format html`: the page of a comparison, as a browser has it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::browser::Browser;
use super::{ATTACKS, choose, hostile, many, page_of, stays_itself, type_into, wait_for_status};
use crate::run;

/// Two versions: what [`many`] has, and before that with more protection.
pub(super) fn versions() -> TempDir {
    let folder = many();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    std::fs::create_dir_all(&old).unwrap();
    std::fs::create_dir_all(&new).unwrap();
    for name in ["parcels.yaml", "hooks.yaml", "parts.yaml", "stream.yaml", "good.yaml"] {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        let before = text
            .replace("[{key: []}, {client: []}]", "[{client: []}]")
            .replace("delete: {security: [], responses", "delete: {responses")
            .replace("ssn: {type: string}, ", "")
            .replace("url: http://localhost:8080", "url: 'https://hooks.parcels.io'")
            .replace("deprecated: true", "deprecated: false")
            .replace("schema: {type: integer}", "schema: {}")
            .replace("http://api.parcels.io", "https://api.parcels.io")
            .replace("[parcels.write] }, {}]", "[parcels.write] }]")
            .replace(
                "account: [parcels.read] }]\n      responses: { \"201\"",
                "account: [parcels.read, parcels.write] }]\n      responses: { \"201\"",
            )
            .replace("implicit:", "authorizationCode:\n          tokenUrl: https://login.parcels.io/token");
        std::fs::write(old.join(name), before).unwrap();
        std::fs::write(new.join(name), text).unwrap();
    }
    folder
}

pub(super) const DIFF: [&str; 4] = ["diff", "old", "new", "--no-config"];

/// The page of a comparison, and the same as JSON.
fn compared(folder: &Path) -> (PathBuf, Value) {
    let file = page_of(folder, &DIFF);
    (file, run(folder, &[&DIFF[..], &["--format", "json"]].concat()).json())
}

#[test]
fn the_page_is_sound_and_has_every_change() {
    let folder = versions();
    let (file, diff) = compared(folder.path());
    let changes = diff["changes"].as_array().unwrap();
    assert!(changes.len() > 4 && diff["summary"]["stronger"].as_u64() > Some(0), "{diff:#}");
    let Some(mut browser) = Browser::get() else { return };
    let mut page = browser.page();
    page.open(&file);
    let told = page.texts("[...document.querySelectorAll('#changes .finding .lint')].map((link) => link.textContent)");
    assert_eq!(told, changes.iter().map(|change| change["id"].as_str().unwrap()).collect::<Vec<_>>());
    let frames = page.value("document.querySelectorAll('#changes .frame').length");
    let places = changes.iter().flat_map(|one| [&one["old"], &one["new"]]).filter(|place| !place.is_null()).count();
    assert_eq!(frames, places);
    let sound = "(() => { const ids = [...document.querySelectorAll('[id]')].map((node) => node.id); \
        return [ids.length === new Set(ids).size, [...document.querySelectorAll('a[href^=\"#\"]')].every((link) => \
        ids.includes(link.hash.slice(1))), document.querySelectorAll('#operations [data-item]').length]; })()";
    assert_eq!(page.value(sound), json!([true, true, 11]));
    // The operations that a change concerns lead back to it.
    let back = page.value(
        "[...document.querySelectorAll('.affects a')].map((link) => { \
         const number = '#' + link.closest('article').id.slice(1); \
         return [...document.getElementById(link.hash.slice(1)).querySelectorAll('.found a')] \
         .some((one) => one.textContent === number); })",
    );
    let back = back.as_array().unwrap();
    assert!(!back.is_empty() && back.iter().all(|found| *found == true), "{back:?}");
    page.no_complaints();
}

#[test]
fn changes_are_filtered_and_counted() {
    let Some(mut browser) = Browser::get() else { return };
    let folder = versions();
    let (file, diff) = compared(folder.path());
    let changes = diff["changes"].as_array().unwrap();
    let mut page = browser.page();
    page.open(&file);
    let all = format!("{} changes", changes.len());
    for (filter, key) in [("effect", "effect"), ("level", "level"), ("kind", "id")] {
        let value = changes[0][key].as_str().unwrap();
        let some = changes.iter().filter(|one| one[key] == value).count();
        assert!(some < changes.len(), "{filter} is no filter here");
        choose(&mut page, "changes", filter, value);
        wait_for_status(&mut page, "changes", &format!("{some} of {all} shown"));
        choose(&mut page, "changes", filter, "");
        wait_for_status(&mut page, "changes", &all);
    }
    type_into(&mut page, "changes", "now returns SSN");
    wait_for_status(&mut page, "changes", &format!("0 of {all} shown"));
    let links = page.value(
        "[...document.querySelectorAll('.counts a[data-set], .tiles a[data-set]')].map((link) => \
         { link.click(); const list = document.getElementById(link.hash.slice(1)); return [parseInt(link.textContent, 10), \
         [...list.querySelectorAll('[data-item]')].filter((item) => !item.hidden && !item.matches('.stronger')).length, \
         link.getAttribute('data-set')]; })",
    );
    let links = links.as_array().unwrap();
    assert!(links.len() > 8, "{links:?}");
    for link in links.iter().filter(|link| link[2] != "effect:stronger") {
        assert_eq!(link[0], link[1], "{link}");
    }
    page.no_complaints();
}

/// A page about hostile descriptions, which differ in all that is compared.
#[test]
fn no_text_of_either_version_runs_in_a_page() {
    let folder = tempfile::tempdir().unwrap();
    for (at, attack) in ATTACKS.iter().enumerate() {
        let mut new = hostile(attack);
        new["security"] = json!([]);
        new["servers"][0]["url"] = json!(format!("http://other.example/{attack}"));
        new["paths"][format!("/a/{attack}")]["post"]["deprecated"] = json!(false);
        new["paths"][format!("/a/{attack}")]["post"]["parameters"][0]["schema"]["enum"] =
            json!([attack, "b", attack.len()]);
        new["paths"][format!("/b/{attack}")] = json!({"put": {"operationId": format!("b{attack}"), "responses": {}}});
        let name = format!("{at} {}.json", attack.replace('/', "\u{2215}"));
        for (side, text) in [("old", hostile(attack)), ("new", new)] {
            std::fs::create_dir_all(folder.path().join(side)).unwrap();
            std::fs::write(folder.path().join(side).join(&name), serde_json::to_string_pretty(&text).unwrap()).unwrap();
        }
    }
    let (file, diff) = compared(folder.path());
    assert!(diff["changes"].as_array().unwrap().len() > 3 * ATTACKS.len(), "{:#}", diff["summary"]);
    let Some(mut browser) = Browser::get() else { return };
    for without_policy in [false, true] {
        let mut page = browser.page();
        page.call("Page.setBypassCSP", &json!({"enabled": without_policy}));
        page.open(&file);
        stays_itself(&mut page);
    }
}
