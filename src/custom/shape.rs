//! What expressions are given: the fields of each view, their types, and what they hold. The page on custom lints shows
//! these tables.

/// The type of a value, as far as it is known before an expression runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of one value.
    One(Of),
    /// A list.
    List(Of),
    /// A map from texts.
    Map(Of),
}

/// The type of one value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    /// Known only when the expression runs.
    Any,
    Bool,
    Int,
    Double,
    Text,
    View(&'static View),
}

impl PartialEq for Of {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::View(one), Self::View(other)) => std::ptr::eq(*one, *other),
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Eq for Of {}

impl Kind {
    pub(super) const ANY: Self = Self::One(Of::Any);
    pub(super) const BOOL: Self = Self::One(Of::Bool);
    pub(super) const INT: Self = Self::One(Of::Int);
    pub(super) const TEXT: Self = Self::One(Of::Text);

    /// The type as messages and the page name it.
    pub(super) fn title(self) -> String {
        match self {
            Self::One(of) => of.title().to_owned(),
            Self::List(of) => format!("list of {}", of.title()),
            Self::Map(of) => format!("map of {}", of.title()),
        }
    }
}

impl Kind {
    /// [`Kind::title`] with its article.
    pub(super) fn one(self) -> String {
        let title = self.title();
        let article = if title.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
        format!("{article} {title}")
    }
}

impl Of {
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Double => "double",
            Self::Text => "string",
            Self::View(view) => view.name,
        }
    }
}

/// What an element of a description looks like to expressions.
#[derive(Debug)]
pub(super) struct View {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
}

/// One field of a view.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Left out where the description says nothing: `has()` asks for it.
    pub(super) optional: bool,
    pub(super) about: &'static str,
}

impl View {
    pub(super) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

macro_rules! kind {
    (any) => {
        Kind::One(Of::Any)
    };
    (bool) => {
        Kind::One(Of::Bool)
    };
    (int) => {
        Kind::One(Of::Int)
    };
    (double) => {
        Kind::One(Of::Double)
    };
    (string) => {
        Kind::One(Of::Text)
    };
    ([any]) => {
        Kind::List(Of::Any)
    };
    ([string]) => {
        Kind::List(Of::Text)
    };
    ({any}) => {
        Kind::Map(Of::Any)
    };
    ((int)) => {
        Kind::One(Of::Int)
    };
    ((double)) => {
        Kind::One(Of::Double)
    };
    ((any)) => {
        Kind::One(Of::Any)
    };
    (($view:ident)) => {
        Kind::One(Of::View(&$view))
    };
    ([$view:ident]) => {
        Kind::List(Of::View(&$view))
    };
    ({$view:ident}) => {
        Kind::Map(Of::View(&$view))
    };
    ($view:ident) => {
        Kind::One(Of::View(&$view))
    };
}

/// Fields that may be missing have their type in parentheses.
macro_rules! optional {
    (($kind:ident)) => {
        true
    };
    ($kind:tt) => {
        false
    };
}

macro_rules! view {
    ($static:ident $name:literal { $($field:literal $kind:tt = $about:literal;)* }) => {
        pub(super) static $static: View = View {
            name: $name,
            fields: &[$(Field {
                name: $field,
                kind: kind!($kind),
                optional: optional!($kind),
                about: $about,
            }),*],
        };
    };
}

view! { API "api" {
    "format" string = "`openapi` or `asyncapi`";
    "specification" string = "the version of the specification, as `3.0.3`";
    "title" string = "`info.title`";
    "version" string = "`info.version`";
    "info" {any} = "all of `info`";
    "extensions" {any} = "the `x-` members of the root";
} }

view! { OPERATION "operation" {
    "method" string = "the HTTP method in upper case; AsyncAPI: `publish`, `subscribe`, `send` or `receive`";
    "path" string = "the path template; AsyncAPI: the address of the channel";
    "id" string = "`operationId`; AsyncAPI 3: the key of the operation";
    "summary" string = "`summary`";
    "description" string = "`description`";
    "tags" [string] = "the names of its tags";
    "deprecated" bool = "marked as deprecated, by the flag or by `x-deprecated`";
    "writes" bool = "it changes state, as its method and names say";
    "public" bool = "anyone may call it by design: a login, a health check, what `x-public` or the configuration declares";
    "administrative" bool = "its path, tags or operationId say that it administers";
    "security" SECURITY = "what callers must present, inherited requirements included";
    "schemes" [string] = "the names of all schemes in its requirements";
    "scopes" [string] = "all scopes in its requirements";
    "servers" [SERVER] = "the servers at which it is reached, inherited ones included";
    "parameters" [PARAMETER] = "its parameters, those of the path item included";
    "body" (BODY) = "the request body";
    "responses" [RESPONSE] = "its responses";
    "messages" [MESSAGE] = "AsyncAPI: the messages that it moves";
    "extensions" {any} = "its `x-` members";
} }

view! { SECURITY "security" {
    "declared" string = "`own`, `inherited`, `combined` (AsyncAPI: with that of the servers) or `absent`";
    "anonymous" bool = "callers need no credential";
    "alternatives" [ALTERNATIVE] = "the alternatives, any of which is enough";
} }

view! { ALTERNATIVE "alternative" {
    "anonymous" bool = "it asks for nothing";
    "schemes" [REQUIREMENT] = "the schemes that it asks for, all of them together";
} }

view! { REQUIREMENT "requirement" {
    "name" string = "the name of the scheme";
    "scopes" [string] = "the scopes or roles that are asked for";
    "scheme" (SCHEME) = "the scheme, where it is defined";
} }

view! { SCHEME "scheme" {
    "name" string = "its name among the security schemes";
    "type" string = "as it is written: `apiKey`, `http`, `oauth2`, `openIdConnect`, `mutualTLS`, `basic` ...";
    "location" string = "where a key travels: `query`, `header`, `cookie`, `user` or `password`";
    "key" string = "the name of the header, parameter or cookie of an API key";
    "scheme" string = "the HTTP authentication scheme in lower case; `basic` for that of OpenAPI 2";
    "bearerFormat" string = "`bearerFormat`";
    "description" string = "`description`";
    "flows" [FLOW] = "the flows of OAuth 2";
    "scopes" [string] = "the scopes that its flows declare";
    "openIdConnectUrl" string = "`openIdConnectUrl`";
    "used" bool = "a requirement of an operation or server names it";
    "deprecated" bool = "marked as deprecated";
    "extensions" {any} = "its `x-` members";
} }

view! { FLOW "flow" {
    "kind" string = "`implicit`, `password`, `clientCredentials`, `authorizationCode` or `deviceAuthorization`";
    "authorizationUrl" string = "`authorizationUrl`";
    "tokenUrl" string = "`tokenUrl`";
    "refreshUrl" string = "`refreshUrl`";
    "scopes" [string] = "the scopes that it declares";
} }

view! { SERVER "server" {
    "name" string = "its key (AsyncAPI) or `name` (OpenAPI 3.2)";
    "url" string = "the URL as it is written; OpenAPI 2 and AsyncAPI 3: put together";
    "urls" [string] = "the URL with every combination of its variables' values, 64 at most";
    "protocol" string = "`protocol` (AsyncAPI)";
    "description" string = "`description`";
    "at" string = "whose list it stands in: `root`, `path` or `operation`";
    "used" bool = "an operation is reached there";
    "plaintext" bool = "it talks without TLS and is used";
    "local" bool = "it leads to this machine or into a private network only";
    "extensions" {any} = "its `x-` members";
} }

view! { PARAMETER "parameter" {
    "name" string = "its name";
    "location" string = "`path`, `query`, `header`, `cookie`, `form`, `querystring` or `channel`";
    "required" bool = "a call needs it";
    "deprecated" bool = "marked as deprecated";
    "description" string = "`description`";
    "schema" (SCHEMA) = "its schema; in OpenAPI 2 the parameter itself";
    "extensions" {any} = "its `x-` members";
} }

view! { BODY "body" {
    "required" bool = "`required`";
    "description" string = "`description`";
    "content" [CONTENT] = "its media types";
    "fields" [PARAMETER] = "OpenAPI 2: the fields of a form";
} }

view! { RESPONSE "response" {
    "code" string = "the status code as it is written: `200`, `4XX`, `default`";
    "success" bool = "it is a 2xx or the default response";
    "description" string = "`description`";
    "headers" [HEADER] = "its headers";
    "content" [CONTENT] = "its media types";
    "extensions" {any} = "its `x-` members";
} }

view! { HEADER "header" {
    "name" string = "its name";
    "required" bool = "`required`";
    "description" string = "`description`";
    "schema" (SCHEMA) = "its schema; in OpenAPI 2 the header itself";
} }

view! { CONTENT "content" {
    "type" string = "the media type, as `application/json`";
    "schema" (SCHEMA) = "its schema";
} }

view! { MESSAGE "message" {
    "name" string = "its name, else its key";
    "payload" (SCHEMA) = "the schema of the payload";
    "headers" (SCHEMA) = "the schema of the headers";
} }

/// The views of schemas differ in what they hold of further schemas: three levels are handed in.
macro_rules! schema {
    ($static:ident { $($nested:tt)* }) => {
        view! { $static "schema" {
            "name" string = "the name of the property or definition; empty elsewhere";
            "role" string = "`property`, `definition` or `part`";
            "ref" string = "its `$ref`; what that leads to is part of the view";
            "types" [string] = "the types that `type` names";
            "format" string = "`format`";
            "title" string = "`title`";
            "description" string = "`description`";
            "pattern" string = "`pattern`";
            "minLength" (int) = "`minLength`";
            "maxLength" (int) = "`maxLength`";
            "minItems" (int) = "`minItems`";
            "maxItems" (int) = "`maxItems`";
            "minimum" (double) = "`minimum`, or an `exclusiveMinimum` that is a number";
            "maximum" (double) = "`maximum`, or an `exclusiveMaximum` that is a number";
            "enum" [any] = "the values of `enum`, or that of `const`";
            "default" (any) = "`default`";
            "required" [string] = "the names of required properties";
            "closed" bool = "no further properties are allowed";
            "nullable" bool = "null is allowed";
            "readOnly" bool = "`readOnly`";
            "writeOnly" bool = "`writeOnly`";
            "deprecated" bool = "`deprecated`";
            "inRequest" bool = "requests hold it";
            "inResponse" bool = "responses hold it, those with errors included";
            "extensions" {any} = "its `x-` members";
            $($nested)*
        } }
    };
}

schema! { SCHEMA {
    "properties" {MIDDLE_SCHEMA} = "its properties by name, those of `allOf` included";
    "items" (MIDDLE_SCHEMA) = "the schema of its items";
    "anyOf" [MIDDLE_SCHEMA] = "`anyOf`";
    "oneOf" [MIDDLE_SCHEMA] = "`oneOf`";
} }
schema! { MIDDLE_SCHEMA {
    "properties" {INNER_SCHEMA} = "its properties";
    "items" (INNER_SCHEMA) = "the schema of its items";
    "anyOf" [INNER_SCHEMA] = "`anyOf`";
    "oneOf" [INNER_SCHEMA] = "`oneOf`";
} }
schema! { INNER_SCHEMA {} }

/// The views in the order of the page.
pub(super) static VIEWS: [&View; 15] = [
    &OPERATION,
    &SECURITY,
    &ALTERNATIVE,
    &REQUIREMENT,
    &SCHEME,
    &FLOW,
    &SERVER,
    &PARAMETER,
    &BODY,
    &RESPONSE,
    &HEADER,
    &CONTENT,
    &MESSAGE,
    &SCHEMA,
    &API,
];
