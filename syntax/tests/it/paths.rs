//! The fast path for YAML against the full reader: whatever it accepts, it reads alike.

use std::path::Path;

use apiward_syntax::{Limits, paths};

#[test]
fn every_yaml_file_at_hand_is_read_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut n = (0, 0);
    let mut bad = 0;
    for folder in [root.join("testdata"), root.join("../shared/corpus"), "/tmp/yaml/rm".into()] {
        let mut waiting = vec![folder];
        while let Some(folder) = waiting.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { waiting.push(path); continue; }
                if !path.extension().is_some_and(|e| e == "yaml" || e == "yml") { continue; }
                let Ok(text) = std::fs::read_to_string(&path) else { continue };
                n.0 += 1;
                match paths::fast(text.as_str().into(), &Limits::default()) {
                    Ok(_) => n.1 += 1,
                    Err(at) => {
                        let full = paths::full(text.as_str().into(), &Limits::default()).error.is_some();
                        let from = text[..at.min(text.len())].rfind('\n').unwrap_or(0);
                        println!("{full} {path:?} {at} {:?}", text[from..].chars().take(60).collect::<String>());
                    }
                }
                if let Some(d) = paths::difference(&text, &Limits::default()) { bad += 1; println!("DIFF {path:?}: {d}"); }
            }
        }
    }
    println!("{n:?} {bad}");
}
