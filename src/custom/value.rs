//! The values that expressions read. They are shared, so that a parameter of a thousand operations is put together once,
//! and each knows how large it is, so that the cost of an expression is known before it runs.

use std::any::Any;
use std::sync::Arc;

use cel::ExecutionError;
use cel::common::traits::{Adder, Container, Indexer, Iterable, Iterator as Items, Sizer};
use cel::common::types::{CelInt, CelList, CelString, LIST_TYPE, MAP_TYPE, Type};
use cel::common::value::{BuiltinRef, CowVal, StaticVal, Val};

/// Most items of one list or map that an expression is given.
pub(super) const MOST_ITEMS: usize = 1_000;
/// Most bytes of one text.
pub(super) const MOST_BYTES: usize = 64 << 10;

/// A value of any kind.
pub(super) type Boxed = Box<dyn Val + 'static>;

/// How large a value is, with all that it holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Extent {
    /// Items of its longest list or map.
    pub(super) items: usize,
    /// Bytes of its longest text.
    pub(super) bytes: usize,
    /// What of it is too large to be looked at.
    pub(super) too_large: Option<Arc<str>>,
}

impl Extent {
    fn hold(&mut self, other: &Self) {
        self.items = self.items.max(other.items);
        self.bytes = self.bytes.max(other.bytes);
        if self.too_large.is_none() {
            self.too_large.clone_from(&other.too_large);
        }
    }
}

/// A value and how large it is.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) value: Boxed,
    pub(super) extent: Extent,
}

impl Item {
    /// A value of a fixed size.
    pub(super) fn plain(value: impl Val + 'static) -> Self {
        Self { value: Box::new(value), extent: Extent::default() }
    }

    /// A text; `what` names it where it is too long.
    pub(super) fn text(text: &str, what: &str) -> Self {
        if text.len() > MOST_BYTES {
            return Self::too_large(format!("`{what}` is longer than {MOST_BYTES} bytes"));
        }
        let extent = Extent { bytes: text.len(), ..Extent::default() };
        Self { value: Box::new(CelString::from(text.to_owned())), extent }
    }

    /// A list; `what` names it where it is too long. What follows the last item that an expression is given is not made.
    pub(super) fn list(items: impl IntoIterator<Item = Self>, what: &str) -> Self {
        let mut extent = Extent::default();
        let mut values: Vec<Boxed> = Vec::new();
        for item in items {
            if values.len() == MOST_ITEMS {
                return Self::too_large(format!("`{what}` has more than {MOST_ITEMS} items"));
            }
            extent.hold(&item.extent);
            values.push(item.value);
        }
        extent.items = extent.items.max(values.len());
        Self { value: Box::new(List(Arc::new(CelList::from(values)))), extent }
    }

    /// Stands for what is too large to be looked at.
    pub(super) fn too_large(what: String) -> Self {
        let too_large = Some(Arc::from(what));
        Self { value: Box::new(List(Arc::new(CelList::default()))), extent: Extent { too_large, ..Extent::default() } }
    }
}

/// A list that costs nothing to copy.
#[derive(Clone, Debug)]
struct List(Arc<CelList<'static>>);

impl Val for List {
    fn get_type(&self) -> &Type {
        &LIST_TYPE
    }

    fn cel_type() -> &'static Type {
        &LIST_TYPE
    }

    fn as_adder<'b, 'v>(&'b self) -> Option<&'b (dyn Adder + 'v)>
    where
        Self: 'v,
    {
        self.0.as_adder()
    }

    fn as_container(&self) -> Option<&dyn Container> {
        self.0.as_container()
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        self.0.as_indexer()
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        self.0.as_iterable()
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        self.0.as_sizer()
    }

    fn equals(&self, other: &dyn Val) -> bool {
        self.0.equals(other)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(self.clone())
    }

    // Lists of expressions look for lists of their own kind on the other side of `==`.
    fn as_builtin<'b, 'v>(&'b self) -> BuiltinRef<'b, 'v>
    where
        Self: 'v,
    {
        self.0.as_builtin()
    }
}

/// What has fields, or, when it is open, keys that expressions can go through.
#[derive(Clone, Debug)]
pub(super) struct Record(Arc<Fields>);

#[derive(Debug)]
struct Fields {
    /// In the order of the description.
    keys: Vec<CelString<'static>>,
    values: Vec<Boxed>,
    /// Positions sorted by key.
    sorted: Vec<usize>,
    open: bool,
}

impl Record {
    /// A view, whose fields are named in expressions.
    pub(super) fn view(fields: Vec<(&str, Item)>) -> Item {
        let mut extent = Extent::default();
        for (_, field) in &fields {
            extent.hold(&field.extent);
        }
        Self::of(fields, extent, false)
    }

    /// A map; `what` names it where it is too large.
    pub(super) fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Item)>, what: &str) -> Item {
        let mut extent = Extent::default();
        let mut taken = Vec::new();
        for (key, value) in entries {
            if taken.len() == MOST_ITEMS {
                return Item::too_large(format!("`{what}` has more than {MOST_ITEMS} entries"));
            }
            if key.len() > MOST_BYTES {
                return Item::too_large(format!("a key of `{what}` is longer than {MOST_BYTES} bytes"));
            }
            extent.hold(&value.extent);
            extent.bytes = extent.bytes.max(key.len());
            taken.push((key, value));
        }
        extent.items = extent.items.max(taken.len());
        Self::of(taken, extent, true)
    }

    fn of(entries: Vec<(&str, Item)>, extent: Extent, open: bool) -> Item {
        let mut sorted: Vec<usize> = (0..entries.len()).collect();
        sorted.sort_by_key(|at| entries[*at].0);
        let (keys, values) =
            entries.into_iter().map(|(key, value)| (CelString::from(key.to_owned()), value.value)).unzip();
        Item { value: Box::new(Self(Arc::new(Fields { keys, values, sorted, open }))), extent }
    }

    fn find(&self, key: &str) -> Option<&Boxed> {
        let fields = &self.0;
        let at = fields.sorted.binary_search_by_key(&key, |at| fields.keys[*at].inner()).ok()?;
        fields.values.get(fields.sorted[at])
    }
}

impl Val for Record {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        self.0.open.then_some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        self.0.open.then_some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        self.0.open.then_some(self)
    }

    fn equals(&self, other: &dyn Val) -> bool {
        // Views are equal to themselves alone, so that to compare them costs nothing.
        let same = |other: &Self| {
            self.0.keys.iter().zip(&self.0.values).all(|(key, value)| {
                other.find(key.inner()).is_some_and(|counterpart| value.equals(counterpart.as_ref()))
            })
        };
        other.downcast_ref::<Self>().is_some_and(|other| {
            let maps = self.0.open && other.0.open && self.0.keys.len() == other.0.keys.len();
            Arc::ptr_eq(&self.0, &other.0) || maps && same(other)
        })
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Record {}

impl Indexer for Record {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let Some(key) = key.downcast_ref::<CelString<'_>>() else {
            let got = key.get_type().name().to_owned();
            return Err(ExecutionError::UnexpectedType { got, want: "string".to_owned() });
        };
        let found = self.find(key.inner()).ok_or_else(|| ExecutionError::no_such_key(key.inner()))?;
        Ok(CowVal::Borrowed(found.as_ref()))
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(key).map(CowVal::into_owned)
    }
}

impl Container for Record {
    fn contains(&self, key: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(key.downcast_ref::<CelString<'_>>().is_some_and(|key| self.find(key.inner()).is_some()))
    }
}

impl Iterable for Record {
    fn iter<'b, 'v>(&'b self) -> Box<dyn Items<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        Box::new(Keys(self.0.keys.iter()))
    }
}

/// The keys of a map, in order.
struct Keys<'b>(std::slice::Iter<'b, CelString<'static>>);

impl<'b, 'v> Items<'b, 'v> for Keys<'b> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|key| -> &'b (dyn Val + 'v) { key })
    }
}

impl Sizer for Record {
    fn size(&self) -> CelInt {
        CelInt::from(i64::try_from(self.0.keys.len()).unwrap_or(i64::MAX))
    }
}
