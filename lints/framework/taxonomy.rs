//! The classes that findings are sorted into by others: the OWASP API Security Top 10 and the Common Weakness
//! Enumeration.

/// An item of the OWASP API Security Top 10 (2023).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwaspItem {
    /// `API1:2023`.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its page.
    pub url: &'static str,
}

/// The items in order.
pub const OWASP: [OwaspItem; 10] = [
    OwaspItem {
        id: "API1:2023",
        title: "Broken Object Level Authorization",
        url: "https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/",
    },
    OwaspItem {
        id: "API2:2023",
        title: "Broken Authentication",
        url: "https://owasp.org/API-Security/editions/2023/en/0xa2-broken-authentication/",
    },
    OwaspItem {
        id: "API3:2023",
        title: "Broken Object Property Level Authorization",
        url: "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
    },
    OwaspItem {
        id: "API4:2023",
        title: "Unrestricted Resource Consumption",
        url: "https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/",
    },
    OwaspItem {
        id: "API5:2023",
        title: "Broken Function Level Authorization",
        url: "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/",
    },
    OwaspItem {
        id: "API6:2023",
        title: "Unrestricted Access to Sensitive Business Flows",
        url: "https://owasp.org/API-Security/editions/2023/en/0xa6-unrestricted-access-to-sensitive-business-flows/",
    },
    OwaspItem {
        id: "API7:2023",
        title: "Server Side Request Forgery",
        url: "https://owasp.org/API-Security/editions/2023/en/0xa7-server-side-request-forgery/",
    },
    OwaspItem {
        id: "API8:2023",
        title: "Security Misconfiguration",
        url: "https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/",
    },
    OwaspItem {
        id: "API9:2023",
        title: "Improper Inventory Management",
        url: "https://owasp.org/API-Security/editions/2023/en/0xa9-improper-inventory-management/",
    },
    OwaspItem {
        id: "API10:2023",
        title: "Unsafe Consumption of APIs",
        url: "https://owasp.org/API-Security/editions/2023/en/0xaa-unsafe-consumption-of-apis/",
    },
];

/// The item of an id.
pub fn owasp(id: &str) -> Option<&'static OwaspItem> {
    OWASP.iter().find(|item| item.id == id)
}

/// The name of a weakness by its id, `CWE-306`.
pub fn cwe_name(id: &str) -> Option<&'static str> {
    CWE.iter().find(|(own, _)| *own == id).map(|(_, name)| *name)
}

/// The page of a weakness by its id.
pub fn cwe_url(id: &str) -> String {
    format!("https://cwe.mitre.org/data/definitions/{}.html", id.trim_start_matches("CWE-"))
}

/// The weaknesses that lints speak of.
const CWE: &[(&str, &str)] = &[
    ("CWE-20", "Improper Input Validation"),
    ("CWE-22", "Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')"),
    ("CWE-78", "Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')"),
    ("CWE-79", "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')"),
    ("CWE-89", "Improper Neutralization of Special Elements used in an SQL Command ('SQL Injection')"),
    ("CWE-94", "Improper Control of Generation of Code ('Code Injection')"),
    ("CWE-200", "Exposure of Sensitive Information to an Unauthorized Actor"),
    ("CWE-204", "Observable Response Discrepancy"),
    ("CWE-209", "Generation of Error Message Containing Sensitive Information"),
    ("CWE-213", "Exposure of Sensitive Information Due to Incompatible Policies"),
    ("CWE-250", "Execution with Unnecessary Privileges"),
    ("CWE-285", "Improper Authorization"),
    ("CWE-287", "Improper Authentication"),
    ("CWE-290", "Authentication Bypass by Spoofing"),
    ("CWE-306", "Missing Authentication for Critical Function"),
    ("CWE-307", "Improper Restriction of Excessive Authentication Attempts"),
    ("CWE-319", "Cleartext Transmission of Sensitive Information"),
    ("CWE-327", "Use of a Broken or Risky Cryptographic Algorithm"),
    ("CWE-340", "Generation of Predictable Numbers or Identifiers"),
    ("CWE-345", "Insufficient Verification of Data Authenticity"),
    ("CWE-347", "Improper Verification of Cryptographic Signature"),
    ("CWE-348", "Use of Less Trusted Source"),
    ("CWE-352", "Cross-Site Request Forgery (CSRF)"),
    ("CWE-359", "Exposure of Private Personal Information to an Unauthorized Actor"),
    ("CWE-409", "Improper Handling of Highly Compressed Data (Data Amplification)"),
    ("CWE-434", "Unrestricted Upload of File with Dangerous Type"),
    ("CWE-436", "Interpretation Conflict"),
    ("CWE-444", "Inconsistent Interpretation of HTTP Requests ('HTTP Request/Response Smuggling')"),
    ("CWE-477", "Use of Obsolete Function"),
    ("CWE-489", "Active Debug Code"),
    ("CWE-497", "Exposure of Sensitive System Information to an Unauthorized Control Sphere"),
    ("CWE-522", "Insufficiently Protected Credentials"),
    ("CWE-523", "Unprotected Transport of Credentials"),
    ("CWE-540", "Inclusion of Sensitive Information in Source Code"),
    ("CWE-549", "Missing Password Field Masking"),
    ("CWE-550", "Server-generated Error Message Containing Sensitive Information"),
    ("CWE-551", "Incorrect Behavior Order: Authorization Before Parsing and Canonicalization"),
    ("CWE-598", "Use of HTTP Request With Sensitive Query String"),
    ("CWE-601", "URL Redirection to Untrusted Site ('Open Redirect')"),
    ("CWE-610", "Externally Controlled Reference to a Resource in Another Sphere"),
    ("CWE-611", "Improper Restriction of XML External Entity Reference"),
    ("CWE-620", "Unverified Password Change"),
    ("CWE-625", "Permissive Regular Expression"),
    ("CWE-639", "Authorization Bypass Through User-Controlled Key"),
    ("CWE-650", "Trusting HTTP Permission Methods on the Server Side"),
    ("CWE-657", "Violation of Secure Design Principles"),
    ("CWE-706", "Use of Incorrectly-Resolved Name or Reference"),
    ("CWE-710", "Improper Adherence to Coding Standards"),
    ("CWE-749", "Exposed Dangerous Method or Function"),
    ("CWE-757", "Selection of Less-Secure Algorithm During Negotiation ('Algorithm Downgrade')"),
    ("CWE-770", "Allocation of Resources Without Limits or Throttling"),
    ("CWE-776", "Improper Restriction of Recursive Entity References in DTDs ('XML Entity Expansion')"),
    ("CWE-777", "Regular Expression without Anchors"),
    ("CWE-778", "Insufficient Logging"),
    ("CWE-798", "Use of Hard-coded Credentials"),
    ("CWE-799", "Improper Control of Interaction Frequency"),
    ("CWE-829", "Inclusion of Functionality from Untrusted Control Sphere"),
    ("CWE-839", "Numeric Range Comparison Without Minimum Check"),
    ("CWE-862", "Missing Authorization"),
    ("CWE-863", "Incorrect Authorization"),
    ("CWE-915", "Improperly Controlled Modification of Dynamically-Determined Object Attributes"),
    ("CWE-918", "Server-Side Request Forgery (SSRF)"),
    ("CWE-941", "Incorrectly Specified Destination in a Communication Channel"),
    ("CWE-942", "Permissive Cross-domain Security Policy with Untrusted Domains"),
    ("CWE-1059", "Insufficient Technical Documentation"),
    ("CWE-1111", "Incomplete I/O Documentation"),
    ("CWE-1188", "Initialization of a Resource with an Insecure Default"),
    ("CWE-1220", "Insufficient Granularity of Access Control"),
    ("CWE-1284", "Improper Validation of Specified Quantity in Input"),
    ("CWE-1333", "Inefficient Regular Expression Complexity"),
    ("CWE-1390", "Weak Authentication"),
    ("CWE-1392", "Use of Default Credentials"),
];

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

    use std::path::Path;

    use super::*;

    #[test]
    fn what_lints_name_is_known() {
        for lint in crate::catalogue() {
            assert!(lint.owasp.iter().all(|id| owasp(id).is_some()), "{}", lint.id);
            assert!(lint.cwe.iter().all(|id| cwe_name(id).is_some()), "{}", lint.id);
        }
    }

    #[test]
    fn weaknesses_have_the_names_of_the_catalogue() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/cwe.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {} is not there", path.display());
            return;
        };
        let names: serde_json::Value = serde_json::from_str(&text).unwrap();
        for (id, name) in CWE {
            assert_eq!(names[id], *name);
        }
    }
}
