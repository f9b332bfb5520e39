//! Texts that once broke a promise, most of them found by fuzzing.

use crate::{invariants, read};

const TEXTS: &[&str] = &[
    // A sequence inside a sequence began where its parent did.
    "- - b\n  - c\n",
    // A block text that is a document without `---` lost its header.
    "|    \r\n# end\r\n",
    // The colon that begins the next key was taken for that of an empty value.
    "? a\n:b: c\n? d\n:,e: f\n",
    // An empty value before its colon.
    "a:\n- ? b\n  :\n",
];

#[test]
fn stay_mended() {
    for text in TEXTS {
        for name in ["a.json", "a.yaml", "a"] {
            invariants::check(&read(text, name));
        }
    }
}
