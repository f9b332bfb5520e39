//! Makes a document that fails smaller, by halves, as long as it fails.

use std::path::Path;

/// Documents that are tried for one failure.
const TRIES: usize = 150;

/// Shrinks a file in its place; gives its size.
pub(super) fn shrunk(file: &Path, fails: &dyn Fn(&Path) -> Result<bool, String>) -> Result<usize, String> {
    let told = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut bytes = std::fs::read(file).map_err(told)?;
    let smaller = file.with_extension(format!("try.{}", file.extension().unwrap_or_default().display()));
    let mut failing = |bytes: &[u8]| {
        std::fs::write(&smaller, bytes).map_err(|error| format!("{}: {error}", smaller.display()))?;
        fails(&smaller)
    };
    bytes = halved(bytes, &mut failing)?;
    let _ = std::fs::remove_file(&smaller);
    std::fs::write(file, &bytes).map_err(told)?;
    Ok(bytes.len())
}

/// Leaves pieces out, first halves, then ever smaller ones.
fn halved(mut bytes: Vec<u8>, failing: &mut dyn FnMut(&[u8]) -> Result<bool, String>) -> Result<Vec<u8>, String> {
    let (mut piece, mut tries) = (bytes.len() / 2, 0);
    while piece > 0 {
        let mut at = 0;
        while at < bytes.len() {
            if tries == TRIES {
                return Ok(bytes);
            }
            tries += 1;
            let without = [&bytes[..at], &bytes[(at + piece).min(bytes.len())..]].concat();
            if failing(&without)? {
                bytes = without;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::halved;

    #[test]
    fn what_fails_stays_and_the_rest_goes() {
        let text = format!("{}xy{}", "a".repeat(300), "b".repeat(500));
        let small = halved(text.into_bytes(), &mut |bytes| Ok(bytes.windows(2).any(|two| two == b"xy")));
        assert_eq!(small, Ok(b"xy".to_vec()));
    }
}
