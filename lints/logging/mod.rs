//! Logging: whether calls can be followed, and what monitoring tells strangers.

mod levels;

family! {
    async_message_without_correlation_id,
    health_response_too_detailed,
    no_correlation_id,
}
