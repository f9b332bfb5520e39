//! Typed reading of a part of a tree through `serde`, with errors that name the node at fault.
//!
//! Aliases and merge keys are followed, of equal keys the last counts.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use crate::limits::Limits;
use crate::tree::{Kind, Node, NodeId, Span, Tree};

/// Reads the value of a node as a `T`.
///
/// # Errors
/// When the value has not the form of a `T`, or aliases make it larger or deeper than the default [`Limits`].
pub fn from_node<T: DeserializeOwned>(node: Node<'_>) -> Result<T, DeError> {
    let Limits { depth, alias_visits, .. } = Limits::default();
    let budget = Cell::new(alias_visits);
    let reader = Reader { node, budget: &budget, depth, through_alias: node.is_alias() };
    T::deserialize(reader).map_err(|fault| {
        let (at, at_key) = fault.place.unwrap_or((node.id(), false));
        DeError { message: fault.message, node: at, at_key }
    })
}

/// Why a node is not what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeError {
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// The innermost node that the fault is known to lie in.
    pub node: NodeId,
    /// True when the fault is the node's key (such as an unknown field), not its value.
    pub at_key: bool,
}

impl DeError {
    /// The bytes at fault in the tree that was read: the node's key or its value.
    pub fn span(&self, tree: &Tree) -> Span {
        let node = tree.node(self.node);
        node.key_span().filter(|_| self.at_key).unwrap_or_else(|| node.span())
    }
}

impl fmt::Display for DeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DeError {}

/// An error on its way out: the first node it passes is its place.
#[derive(Debug)]
struct Fault {
    message: String,
    /// The node, and whether its key is meant.
    place: Option<(NodeId, bool)>,
}

impl Fault {
    fn at(mut self, node: Node<'_>, key: bool) -> Self {
        self.place.get_or_insert((node.id(), key));
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), place: None }
    }
}

#[derive(Clone, Copy)]
struct Reader<'t, 'b> {
    node: Node<'t>,
    /// Nodes that may still be seen through aliases.
    budget: &'b Cell<u64>,
    /// Collections that may still be entered.
    depth: u32,
    through_alias: bool,
}

impl<'t> Reader<'t, '_> {
    /// The reader of a child; it counts when it is seen through an alias.
    fn child(self, node: Node<'t>) -> Result<Self, Fault> {
        let through_alias = self.through_alias || node.is_foreign_to(self.node.resolved());
        let left = self.budget.get().checked_sub(u64::from(through_alias));
        let Some(left) = left else {
            return Err(<Fault as de::Error>::custom("aliases make the value too large").at(node, false));
        };
        self.budget.set(left);
        Ok(Self { node, through_alias, ..self })
    }

    fn enter(self) -> Result<Self, Fault> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..self }),
            None => Err(<Fault as de::Error>::custom("the value is nested too deep").at(self.node, false)),
        }
    }

    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match number(self.node.text()) {
            Number::Unsigned(value) => visitor.visit_u64(value),
            Number::Signed(value) => visitor.visit_i64(value),
            Number::Float(value) => visitor.visit_f64(value),
        }
    }

    fn sequence<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let mut items = Items { reader: self.enter()?, left: self.node.items(), read: 0 };
        let value = visitor.visit_seq(&mut items)?;
        if items.left.next().is_some() {
            let expected = format!("{} items", items.read);
            return Err(de::Error::invalid_length(self.node.count(), &expected.as_str()));
        }
        Ok(value)
    }

    fn mapping<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let reader = self.enter()?;
        visitor.visit_map(Members { reader, left: self.node.entries(), value: None })
    }
}

impl<'de> de::Deserializer<'de> for Reader<'_, '_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let read = match self.node.kind() {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool => visitor.visit_bool(self.node.as_bool().unwrap_or_default()),
            Kind::Number => self.number(visitor),
            Kind::Sequence => self.sequence(visitor),
            Kind::Mapping => self.mapping(visitor),
            // A node's kind is that of its target, never an alias.
            Kind::String | Kind::Alias => visitor.visit_str(self.node.text()),
        };
        read.map_err(|fault: Fault| fault.at(self.node, false))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self).map_err(|fault| fault.at(self.node, false))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let mut members = self.node.entries();
        let read = match (self.node.kind(), members.next(), members.next()) {
            (Kind::String, ..) => visitor.visit_enum(self.node.text().into_deserializer()),
            (Kind::Mapping, Some((_, member)), None) => visitor.visit_enum(Variant { reader: self.enter()?, member }),
            (Kind::Mapping, ..) => {
                Err(de::Error::invalid_value(Unexpected::Map, &"a string or a mapping with a single key"))
            }
            _ => self.deserialize_any(visitor),
        };
        read.map_err(|fault| fault.at(self.node, false))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

struct Items<'t, 'b> {
    reader: Reader<'t, 'b>,
    left: crate::tree::Children<'t>,
    read: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(item) = self.left.next() else { return Ok(None) };
        self.read += 1;
        let value = seed.deserialize(self.reader.child(item)?).map_err(|fault| fault.at(item, false))?;
        Ok(Some(value))
    }
}

struct Members<'t, 'b> {
    reader: Reader<'t, 'b>,
    left: crate::tree::Entries<'t>,
    /// The member whose key was read last.
    value: Option<Node<'t>>,
}

impl<'de> de::MapAccess<'de> for Members<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, member)) = self.left.next() else { return Ok(None) };
        self.value = Some(member);
        seed.deserialize(KeyReader(key)).map(Some).map_err(|fault| fault.at(member, true))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let Some(member) = self.value.take() else {
            return Err(de::Error::custom("a value was asked for before its key"));
        };
        seed.deserialize(self.reader.child(member)?).map_err(|fault| fault.at(member, false))
    }
}

/// A key: a string, or what its text spells where a number or a boolean is asked for.
struct KeyReader<'t>(&'t str);

macro_rules! spelled_key {
    ($($method:ident $visit:ident $as:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            match self.0.parse::<$as>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => visitor.visit_str(self.0),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for KeyReader<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(self.0)
    }

    spelled_key! {
        deserialize_bool visit_bool bool, deserialize_i8 visit_i64 i64, deserialize_i16 visit_i64 i64,
        deserialize_i32 visit_i64 i64, deserialize_i64 visit_i64 i64, deserialize_u8 visit_u64 u64,
        deserialize_u16 visit_u64 u64, deserialize_u32 visit_u64 u64, deserialize_u64 visit_u64 u64
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

/// A mapping with a single member: the key names the variant, the value is its content.
struct Variant<'t, 'b> {
    reader: Reader<'t, 'b>,
    member: Node<'t>,
}

impl<'de, 't, 'b> de::EnumAccess<'de> for Variant<'t, 'b> {
    type Error = Fault;
    type Variant = Reader<'t, 'b>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Reader<'t, 'b>), Fault> {
        let name = self.member.key().unwrap_or_default();
        let variant = seed.deserialize(KeyReader(name)).map_err(|fault| fault.at(self.member, true))?;
        Ok((variant, self.reader.child(self.member)?))
    }
}

impl<'de> de::VariantAccess<'de> for Reader<'_, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        de::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        de::Deserializer::deserialize_seq(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        de::Deserializer::deserialize_map(self, visitor)
    }
}

enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// The value of a number of the core schema.
fn number(text: &str) -> Number {
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0o") => (&text[2..], 8),
        _ => (text.strip_prefix('+').unwrap_or(text), 10),
    };
    if let Ok(value) = u64::from_str_radix(digits, radix) {
        return Number::Unsigned(value);
    }
    if let Ok(value) = i64::from_str_radix(digits, radix) {
        return Number::Signed(value);
    }
    Number::Float(match digits {
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ if radix == 10 => digits.parse().unwrap_or(f64::NAN),
        _ => digits
            .chars()
            .fold(0.0, |value, digit| value * f64::from(radix) + f64::from(digit.to_digit(radix).unwrap_or_default())),
    })
}
