//! Begins a lint: its code, its documentation, its line in the family's list, and a first fixture.

use std::fs;
use std::path::Path;

const CODE: &str = include_str!("../templates/lint.rs.txt");
const DOCS: &str = include_str!("../templates/lint.md.txt");
const FIXTURE: &str = include_str!("../templates/fixture.yaml.txt");
const FAMILY: &str = "//! What lints of this family have in common.\n\nfamily! {\n}\n";

/// A lint's id and the names that are derived from it.
struct Names<'i> {
    id: &'i str,
    family: &'i str,
    name: &'i str,
    /// Of its module and files.
    module: String,
    /// Of its type.
    check: String,
}

impl<'i> Names<'i> {
    fn new(id: &'i str) -> Result<Self, String> {
        let words = |part: &str| part.split('-').map(str::to_owned).collect::<Vec<_>>();
        let plain = |word: &String| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        let (family, name) = id.split_once('/').ok_or("an id is `family/kebab-case`")?;
        if family.contains('-') || !words(family).iter().chain(&words(name)).all(plain) {
            return Err(format!("`{id}` is no `family/kebab-case` of small letters and digits"));
        }
        let capital = |word: &String| format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..]);
        let check = words(name).iter().map(capital).collect();
        Ok(Self { id, family, name, module: name.replace('-', "_"), check })
    }

    fn fill(&self, template: &str) -> String {
        template.replace("{id}", self.id).replace("{module}", &self.module).replace("{check}", &self.check)
    }
}

/// Writes what a new lint needs.
pub(crate) fn scaffold(root: &Path, id: &str) -> Result<String, String> {
    let names = Names::new(id)?;
    let folder = root.join("lints").join(names.family);
    let code = folder.join(format!("{}.rs", names.module));
    if code.exists() {
        return Err(format!("`{id}` exists already"));
    }
    let list = folder.join("mod.rs");
    if !list.exists() {
        write(&list, FAMILY)?;
        let catalogue = root.join("lints/lib.rs");
        write(&catalogue, &with_line(&read(&catalogue)?, "families", names.family)?)?;
    }
    write(&list, &with_line(&read(&list)?, "family", &names.module)?)?;
    write(&code, &names.fill(CODE))?;
    write(&folder.join(format!("{}.md", names.module)), &names.fill(DOCS))?;
    let fixtures = root.join("testdata/lints").join(names.family).join(names.name);
    write(&fixtures.join("openapi30.yaml"), &names.fill(FIXTURE))?;
    Ok(format!(
        "began `{id}` in lints/{0}/{1}.rs and .md, with a fixture in testdata/lints/{0}/{2}; next: `cargo test -p \
         apiward-lints` and `cargo xtask generate`",
        names.family, names.module, names.name
    ))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    let done = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    done.map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// A list that a macro declares with one more name, in alphabetical order.
fn with_line(list: &str, declared_by: &str, name: &str) -> Result<String, String> {
    let start = format!("{declared_by}! {{\n");
    let (before, rest) = list.split_once(&start).ok_or(format!("the list holds no `{declared_by}! {{`"))?;
    let (lines, after) = rest.split_once('}').ok_or(format!("the list of `{declared_by}!` is not closed"))?;
    let mut names: Vec<&str> = lines.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    names.push(name);
    names.sort_unstable();
    Ok(format!("{before}{start}    {},\n}}{after}", names.join(",\n    ")))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn only_plain_ids_are_taken() {
        for wrong in ["http-basic", "auth/", "/x", "auth/Http", "auth/a--b", "auth/../x", "auth/1a", "a/b/c"] {
            assert!(Names::new(wrong).is_err(), "{wrong}");
        }
        let names = Names::new("auth/http-basic2").unwrap();
        assert_eq!((names.module.as_str(), names.check.as_str()), ("http_basic2", "HttpBasic2"));
    }

    #[test]
    fn lists_stay_sorted() {
        assert_eq!(
            with_line("//! x\n\nfamily! {\n    a,\n    c,\n}\n", "family", "b").unwrap(),
            "//! x\n\nfamily! {\n    a,\n    b,\n    c,\n}\n"
        );
        assert_eq!(with_line(FAMILY, "family", "b").unwrap().lines().last(), Some("}"));
        assert!(with_line(FAMILY, "families", "b").is_err());
    }

    /// The real lists must stay such that a lint can be added to them.
    #[test]
    fn a_lint_of_a_new_family_can_be_begun() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let folder = std::env::temp_dir().join(format!("apiward-new-lint-{}", std::process::id()));
        write(&folder.join("lints/lib.rs"), &read(&here.join("lints/lib.rs")).unwrap()).unwrap();
        scaffold(&folder, "zebra/striped-horse").unwrap();
        scaffold(&folder, "zebra/black-horse").unwrap();
        assert!(scaffold(&folder, "zebra/striped-horse").is_err());
        let list = read(&folder.join("lints/zebra/mod.rs")).unwrap();
        assert!(list.ends_with("family! {\n    black_horse,\n    striped_horse,\n}\n"), "{list}");
        let catalogue = read(&folder.join("lints/lib.rs")).unwrap();
        assert!(catalogue.contains("\n    versioning,\n    zebra,\n}\n"), "{catalogue}");
        assert!(read(&folder.join("lints/zebra/black_horse.rs")).unwrap().contains("struct BlackHorse;"));
        assert!(folder.join("testdata/lints/zebra/black-horse/openapi30.yaml").is_file());
        fs::remove_dir_all(&folder).unwrap();
    }
}
