//! Parts that many items of a list have alike.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codec::{DecodeError, Read, Reader};

/// A part that many items of a list have alike: the project of workbooks, their owner, their location.
///
/// Items that are read from one document, and whose parts are written alike, have one part together: a list of 100,000 workbooks of a few hundred owners keeps a few
/// hundred of them. It is a `T` in every other respect: a change copies it first, and changes no other item.
///
/// ```
/// use tableau_wire::{Shared, rest::Project};
///
/// let one = Shared::new(Project::default());
/// let mut other = one.clone();
/// other.name = "Finance".to_owned();
/// assert_eq!(one.name, "");
/// ```
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// A part of one item so far.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// Whether these two are one in memory.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: Clone> Shared<T> {
    /// The part itself; a copy where other items have it too.
    #[must_use]
    pub fn into_inner(self) -> T {
        Arc::unwrap_or_clone(self.0)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: Eq> Eq for Shared<T> {}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: Read + Send + Sync + 'static> Read for Shared<T> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        let Some(written) = reader.written() else {
            return T::read(reader).map(Self::new);
        };
        if let Some(known) = Known::find(written) {
            return Ok(Self(known));
        }
        let value = Arc::new(T::read(reader)?);
        Known::keep(written, &value);
        Ok(Self(value))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(feature = "arbitrary")]
impl<'a, T: arbitrary::Arbitrary<'a>> arbitrary::Arbitrary<'a> for Shared<T> {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        T::arbitrary(u).map(Self::new)
    }
}

/// The parts of the document that this thread reads, by how they are written.
///
/// It belongs to the thread, since what reads a type is not told of the document.
#[derive(Default)]
struct Known(HashMap<u64, Part>);

struct Part {
    written: Box<str>,
    value: Arc<dyn Any + Send + Sync>,
}

/// How many different parts are looked for in one document.
const MOST: usize = 4096;

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

impl Known {
    fn find<T: Send + Sync + 'static>(written: &str) -> Option<Arc<T>> {
        KNOWN.with_borrow(|known| {
            let part = known.0.get(&key(written))?;
            (*part.written == *written)
                .then(|| Arc::clone(&part.value).downcast().ok())
                .flatten()
        })
    }

    fn keep<T: Send + Sync + 'static>(written: &str, value: &Arc<T>) {
        KNOWN.with_borrow_mut(|known| {
            if known.0.len() < MOST {
                let value: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(value);
                let part = Part {
                    written: written.into(),
                    value,
                };
                known.0.insert(key(written), part);
            }
        });
    }
}

/// A number for a text. Where two texts have the same, the later takes the place of the earlier, and nothing worse happens: a server gains nothing by
/// looking for such texts, and the number need not be secret.
fn key(written: &str) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = written.as_bytes().as_chunks::<8>();
    let mix = |key: u64, word: u64| (key.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    let key = words.iter().fold(written.len() as u64, |key, word| {
        mix(key, u64::from_le_bytes(*word))
    });
    let rest = rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    mix(key, rest)
}

/// Ends the sharing of parts when the document has been read.
pub(crate) struct OneDocument;

impl Drop for OneDocument {
    fn drop(&mut self) {
        KNOWN.with_borrow_mut(|known| known.0.clear());
    }
}
