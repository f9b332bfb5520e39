//! Rate limits: whether calls, pages and uploads are bounded.

pub(crate) mod body_size;
pub(crate) mod throttling;

family! {
    headers_missing,
    list_without_pagination,
    missing_429,
    retry_after_missing,
    sensitive_operation_without_429,
    unbounded_page_size,
    upload_without_size_limit,
}
