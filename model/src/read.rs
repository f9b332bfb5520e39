//! Reads files, large ones on two cores.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use apiward_syntax::is_read_on_two_cores;

/// Reads a file that must be a regular one (a FIFO or device could block or never end), one byte past the limit at
/// most: the parser then names the limit.
///
/// # Errors
/// What the system says, or that it is no regular file.
pub fn read_regular_file(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "it is a folder" } else { "it is no regular file" };
        return Err(std::io::Error::other(what));
    }
    let length = usize::try_from(metadata.len().min(limit)).unwrap_or(0);
    let mut file = File::open(path)?;
    let mut bytes = if is_read_on_two_cores(length) { in_halves(&file, length) } else { Vec::new() };
    bytes.reserve_exact(length.saturating_sub(bytes.len()) + 1);
    if !bytes.is_empty() {
        file.seek(SeekFrom::Start(bytes.len() as u64))?;
    }
    // What is left, and what it has grown by.
    file.take(limit.saturating_add(1).saturating_sub(bytes.len() as u64)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The first bytes of a file; none where that fails, and where the system cannot read at a place.
fn in_halves(file: &File, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let (front, back) = bytes.split_at_mut(length / 2);
    let start = front.len() as u64;
    let read = rayon::join(|| read_at(file, front, 0), || read_at(file, back, start));
    if read == (true, true) { bytes } else { Vec::new() }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> bool {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start).is_ok()
}

#[cfg(not(unix))]
fn read_at(_: &File, _: &mut [u8], _: u64) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_files_are_read_as_they_are_up_to_a_limit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large");
        let text: Vec<u8> = (0..5_000_001_u32).flat_map(u32::to_le_bytes).take(5_000_001).collect();
        std::fs::write(&path, &text).expect("room for 5 MB");
        for limit in [u64::MAX, 5_000_001, 5_000_000, 4_000_000, 4_000_001, 3_999_999, 10, 0] {
            let read = read_regular_file(&path, limit).expect("a file");
            let expected = usize::try_from(limit.saturating_add(1)).map_or(text.len(), |most| most.min(text.len()));
            assert!(read == text[..expected], "{} bytes with a limit of {limit}", read.len());
        }
    }

    /// The length was that of a moment ago.
    #[test]
    fn what_has_become_shorter_is_read_from_the_beginning() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("short");
        std::fs::write(&path, "short").expect("room for a file");
        let file = File::open(&path).expect("a file");
        assert_eq!(in_halves(&file, 6), b"");
        assert_eq!(in_halves(&file, 5), if cfg!(unix) { b"short".as_slice() } else { b"" });
    }
}
