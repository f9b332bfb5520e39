//! Threats to those who read the description or build on it.

mod content;
mod html;
#[cfg(test)]
mod html_oracle;
mod target;

family! {
    active_content_in_text,
}
