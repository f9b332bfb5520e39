//! One adapter per format family: the only code that knows how versions differ.

mod asyncapi;
pub(crate) mod asyncapi2;
pub(crate) mod asyncapi3;
mod openapi;
pub(crate) mod openapi2;
pub(crate) mod openapi3;
pub(crate) mod scheme;
