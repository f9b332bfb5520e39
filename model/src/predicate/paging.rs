//! Whether a parameter divides a list into pages.

use crate::lexicon::Tokens;
use crate::words::{PAGE_SIZE_NAMES, PAGE_SIZE_NAMES_NARROW, PAGING_NAMES};

/// Names that are said of dates, amounts and positions as often: as members of an object they speak of pages only where
/// its name does. `created[after]` is a filter.
const OF_ANYTHING: [&str; 15] = [
    "after", "before", "start", "end", "position", "first", "last", "next", "size", "count", "top", "max", "n", "num",
    "rows",
];

/// Words in the name of an object whose members divide a list.
const ABOUT_PAGES: [&str; 6] = ["page", "paging", "pagination", "pager", "cursor", "list"];

/// Whether a parameter of an operation that answers with a list says which part of it is wanted.
pub fn divides_a_list(name: &str) -> bool {
    let lists = [&PAGING_NAMES, &PAGE_SIZE_NAMES, &PAGE_SIZE_NAMES_NARROW];
    let whole = Tokens::new(name);
    let member = || page_member(name);
    lists.iter().any(|list| list.matches_name(&whole))
        || member().is_some_and(|member| lists.iter().any(|list| list.matches_name(&member)))
}

/// The member of an object that a parameter is and that may speak of pages: `limit` of `listOptions.limit`, `size` of
/// `page[size]`.
pub fn page_member(name: &str) -> Option<Tokens<'_>> {
    let (holder, member) = name.trim_end_matches(']').rsplit_once(['.', '['])?;
    let member = Tokens::new(member);
    let of_pages = || Tokens::new(holder).iter().any(|word| ABOUT_PAGES.contains(&word));
    (!OF_ANYTHING.contains(&member.glued()) || of_pages()).then_some(member)
}

#[cfg(test)]
mod tests {
    use super::divides_a_list;

    #[test]
    fn members_of_objects_divide_lists_too() {
        for name in [
            "limit",
            "max",
            "maxresults",
            "listOptions.limit",
            "listOptions.continue",
            "metadata.continue",
            "page.size",
            "page[number]",
            "page[after]",
            "pagination.start",
            "q[page][cursor]",
        ] {
            assert!(divides_a_list(name), "{name}");
        }
        for name in ["created[after]", "completed_on.before", "price.max", "ids[]", "page.name", "[", ".", ""] {
            assert!(!divides_a_list(name), "{name}");
        }
    }
}
