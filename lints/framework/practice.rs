//! The practices of API security that lints serve, and what of each a description can show.

use serde::Serialize;

/// A practice of API security.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Practice {
    /// Strong authentication.
    Authentication,
    /// Encryption in transit.
    Encryption,
    /// Rate limiting and throttling.
    RateLimiting,
    /// Logging, monitoring and auditing.
    Logging,
    /// Minimal data exposure.
    MinimalExposure,
    /// Role-based access control.
    Roles,
    /// Input validation.
    InputValidation,
    /// Error handling without leaks.
    ErrorHandling,
    /// Versioning and deprecation.
    Versioning,
    /// Consistent protocols across endpoints.
    Consistency,
    /// Segregation of duties.
    SegregationOfDuties,
    /// Gateways and threat defence.
    Threats,
    /// Ongoing maintenance.
    Maintenance,
    /// Documentation of security.
    Documentation,
}

impl Practice {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::Authentication,
        Self::Encryption,
        Self::RateLimiting,
        Self::Logging,
        Self::MinimalExposure,
        Self::Roles,
        Self::InputValidation,
        Self::ErrorHandling,
        Self::Versioning,
        Self::Consistency,
        Self::SegregationOfDuties,
        Self::Threats,
        Self::Maintenance,
        Self::Documentation,
    ];

    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Authentication => "Strong authentication",
            Self::Encryption => "Encryption in transit",
            Self::RateLimiting => "Rate limiting and throttling",
            Self::Logging => "Logging, monitoring and auditing",
            Self::MinimalExposure => "Minimal data exposure",
            Self::Roles => "Role-based access control",
            Self::InputValidation => "Input validation",
            Self::ErrorHandling => "Error handling without leaks",
            Self::Versioning => "Versioning and deprecation",
            Self::Consistency => "Consistent protocols across endpoints",
            Self::SegregationOfDuties => "Segregation of duties",
            Self::Threats => "Gateways and threat defence",
            Self::Maintenance => "Ongoing maintenance",
            Self::Documentation => "Documentation of security",
        }
    }

    /// What of it a description shows.
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Authentication => {
                "Which schemes guard which operation, whether an operation is open, which OAuth 2 flows are offered, \
                 where keys and tokens travel, and credentials that stand in the description itself."
            }
            Self::Encryption => {
                "The protocol of every server that an operation is reached at, of brokers, and of the endpoints of \
                 OAuth 2 and OpenID Connect."
            }
            Self::RateLimiting => {
                "Whether 429 and `Retry-After` are part of the contract, whether pages and uploads have a largest \
                 size, and whether operations that invite guessing can be throttled."
            }
            Self::Logging => {
                "Whether calls and messages carry an identifier by which they can be followed, and whether health \
                 endpoints tell strangers too much."
            }
            Self::MinimalExposure => {
                "Secrets, personal data and internal fields in answers and addresses, and answers without a described \
                 shape."
            }
            Self::Roles => {
                "The scopes and roles that each operation asks for, administrative operations that ask for nothing \
                 more, and objects with guessable ids."
            }
            Self::InputValidation => {
                "Whether parameters and bodies have schemas, bounds and patterns, and whether a pattern constrains \
                 anything or can take exponential time."
            }
            Self::ErrorHandling => {
                "Whether errors are described, in one shape, and whether that shape or an example has a place for \
                 stack traces and queries."
            }
            Self::Versioning => {
                "Whether versions can be told apart, whether what is old is marked and has an end date, and whether \
                 it is guarded as well as what is new."
            }
            Self::Consistency => {
                "Schemes that differ within one resource, weak alternatives beside strong ones, and single operations \
                 that deviate from the rest."
            }
            Self::SegregationOfDuties => {
                "Whether reading and changing need different scopes, and whether a right to read is enough to change."
            }
            Self::Threats => {
                "Addresses that the service may be made to fetch, redirects, callbacks and webhooks, cross-origin \
                 rules, forgeable headers, and extensions of gateways that switch protection off."
            }
            Self::Maintenance => {
                "Hosts and operations that are not meant for the public, remarks on unfinished security, and parts \
                 that are pulled in from elsewhere."
            }
            Self::Documentation => {
                "Whether schemes and scopes are explained, whether there is somebody to tell of a weakness, and \
                 whether text and contract agree."
            }
        }
    }

    /// What of it no description can show.
    pub const fn hidden(self) -> &'static str {
        match self {
            Self::Authentication => {
                "Whether the service enforces what it declares; how passwords are stored; how tokens are signed, \
                 checked and revoked; how keys are rotated; whether people use a second factor."
            }
            Self::Encryption => {
                "Which TLS versions and ciphers a server accepts, whether its certificate is valid, and whether data \
                 is encrypted at rest."
            }
            Self::RateLimiting => "Which limits are in force, for whom, and how the service holds under load.",
            Self::Logging => "What is logged, for how long, who reads it, and whether an attack raises an alarm.",
            Self::MinimalExposure => {
                "What the service really answers, and whether it leaves out what a caller may not see."
            }
            Self::Roles => {
                "Whether a caller may see the object that the call names: object-level authorisation cannot be proved \
                 from a description."
            }
            Self::InputValidation => {
                "Whether the service validates against its description, and what it does with the values afterwards."
            }
            Self::ErrorHandling => "What the service answers when it really fails.",
            Self::Versioning => "Which old versions still run that no description speaks of.",
            Self::Consistency => "Whether gateways and services agree in what they enforce.",
            Self::SegregationOfDuties => "Who is given which scopes, and whether one person can both ask and approve.",
            Self::Threats => {
                "Firewalls, intrusion detection, and the configuration of gateways outside the description."
            }
            Self::Maintenance => {
                "Patches, dependencies, penetration tests, and whether the description is kept in step with the \
                 service."
            }
            Self::Documentation => "Whether the explanations are true.",
        }
    }
}
