//! The records of a site in the order of their numbers, found by number and by position.

use std::slice;

use super::counted;

/// The greatest number of records in a chunk: what an insertion or a removal may have to move.
const CHUNK: usize = 128;

type Numbered<R> = (u64, R);

/// Records in chunks, so that neither a page in the middle nor a removal depends on how many there are.
pub(super) struct Rows<R> {
    /// None of them is empty.
    chunks: Vec<Vec<Numbered<R>>>,
    count: usize,
}

impl<R> Rows<R> {
    pub(super) fn get(&self, number: u64) -> Option<&R> {
        counted::look_up();
        let chunk = self.chunks.get(self.chunk_of(number))?;
        let at = position(chunk, number).ok()?;
        chunk.get(at).map(|(_, record)| record)
    }

    /// Puts a record in its place; gives the one that had its number.
    pub(super) fn insert(&mut self, number: u64, record: R) -> Option<R> {
        let index = self.chunk_of(number);
        let Some(chunk) = self.chunks.get_mut(index) else {
            self.chunks.push(vec![(number, record)]);
            self.count += 1;
            return None;
        };
        let at = match position(chunk, number) {
            Ok(at) => {
                let (_, known) = chunk.get_mut(at)?;
                return Some(std::mem::replace(known, record));
            }
            Err(at) => at,
        };
        self.count += 1;
        if chunk.len() < CHUNK {
            chunk.insert(at, (number, record));
            return None;
        }
        if at == 0 {
            self.chunks.insert(index, vec![(number, record)]);
            return None;
        }
        // New records have the greatest numbers: full chunks stay full.
        let mut next = chunk.split_off(at);
        next.reserve_exact(CHUNK - next.len());
        next.insert(0, (number, record));
        self.chunks.insert(index + 1, next);
        None
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<R> {
        let index = self.chunk_of(number);
        let chunk = self.chunks.get_mut(index)?;
        let at = position(chunk, number).ok()?;
        let (_, record) = chunk.remove(at);
        self.count -= 1;
        if chunk.is_empty() {
            self.chunks.remove(index);
        }
        Some(record)
    }

    pub(super) fn iter(&self) -> Iter<'_, R> {
        Iter {
            chunks: self.chunks.iter(),
            front: slice::Iter::default(),
            back: slice::Iter::default(),
            left: self.count,
        }
    }

    /// Gives every record with its number.
    pub(super) fn each<'r>(&'r self, take: &mut dyn FnMut(u64, &'r R)) {
        for chunk in &self.chunks {
            for (number, record) in chunk {
                counted::look_up();
                take(*number, record);
            }
        }
    }

    /// The chunk that has the number, or that it belongs into.
    fn chunk_of(&self, number: u64) -> usize {
        let begins_before =
            |chunk: &Vec<Numbered<R>>| chunk.first().is_some_and(|(first, _)| *first <= number);
        self.chunks.partition_point(begins_before).saturating_sub(1)
    }
}

fn position<R>(chunk: &[Numbered<R>], number: u64) -> Result<usize, usize> {
    // The numbers of a chunk nearly always follow each other.
    let guess = chunk
        .first()
        .and_then(|(first, _)| usize::try_from(number.checked_sub(*first)?).ok());
    if let Some(guess) = guess.filter(|guess| chunk.get(*guess).is_some_and(|(known, _)| *known == number)) {
        return Ok(guess);
    }
    chunk.binary_search_by_key(&number, |(number, _)| *number)
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            count: 0,
        }
    }
}

/// The records of a site, from both ends; skipping does not look at what is skipped.
pub(crate) struct Iter<'r, R> {
    chunks: slice::Iter<'r, Vec<Numbered<R>>>,
    front: slice::Iter<'r, Numbered<R>>,
    back: slice::Iter<'r, Numbered<R>>,
    left: usize,
}

impl<R> Default for Iter<'_, R> {
    fn default() -> Self {
        Self {
            chunks: slice::Iter::default(),
            front: slice::Iter::default(),
            back: slice::Iter::default(),
            left: 0,
        }
    }
}

impl<'r, R> Iterator for Iter<'r, R> {
    type Item = &'r R;

    fn next(&mut self) -> Option<&'r R> {
        self.nth(0)
    }

    fn nth(&mut self, mut n: usize) -> Option<&'r R> {
        while n >= self.front.len() {
            n -= self.front.len();
            self.left -= self.front.len();
            match self.chunks.next() {
                Some(chunk) => self.front = chunk.iter(),
                // The last chunk is that of the other end.
                None => {
                    self.front = slice::Iter::default();
                    let before = self.back.len();
                    let found = self.back.nth(n);
                    self.left -= before - self.back.len();
                    counted::look_up();
                    return found.map(|(_, record)| record);
                }
            }
        }
        counted::look_up();
        self.left -= n + 1;
        self.front.nth(n).map(|(_, record)| record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<'r, R> DoubleEndedIterator for Iter<'r, R> {
    fn next_back(&mut self) -> Option<&'r R> {
        counted::look_up();
        loop {
            if let Some((_, record)) = self.back.next_back() {
                self.left -= 1;
                return Some(record);
            }
            match self.chunks.next_back() {
                Some(chunk) => self.back = chunk.iter(),
                None => {
                    let (_, record) = self.front.next_back()?;
                    self.left -= 1;
                    return Some(record);
                }
            }
        }
    }
}

impl<R> ExactSizeIterator for Iter<'_, R> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(numbers: impl Iterator<Item = u64>) -> Rows<u64> {
        let mut rows = Rows::default();
        for number in numbers {
            assert_eq!(rows.insert(number, number), None);
        }
        rows
    }

    #[test]
    fn records_are_in_the_order_of_their_numbers() {
        // 7 is a generator modulo 1009: every number once, in no order.
        let mut number = 1;
        let shuffled = std::iter::repeat_with(|| {
            number = number * 11 % 1009;
            number
        });
        let mut rows = filled(shuffled.take(1008));
        assert!(rows.iter().copied().eq(1..=1008));
        assert!(rows.iter().rev().copied().eq((1..=1008).rev()));
        assert_eq!(rows.iter().len(), 1008);
        for number in (1..=1008).filter(|number| number % 3 != 0) {
            assert_eq!(rows.remove(number), Some(number));
            assert_eq!(rows.remove(number), None);
        }
        assert!(rows.iter().copied().eq((1..=336).map(|number| number * 3)));
        assert_eq!(rows.insert(3, 4), Some(3));
        assert_eq!((rows.get(3), rows.get(4)), (Some(&4), None));
        for number in (1..=1008).filter(|number| number % 3 != 0) {
            assert_eq!(rows.insert(number, number), None);
        }
        assert_eq!(rows.iter().len(), 1008);
    }

    #[test]
    fn skipping_and_both_ends_give_the_same_records() {
        let rows = filled(0..1000);
        for start in [0, 1, 127, 128, 129, 500, 999, 1000, 2000] {
            let mut rest = rows.iter().skip(start);
            assert_eq!(rest.len(), 1000_usize.saturating_sub(start));
            assert_eq!(rest.next().copied(), (start < 1000).then_some(start as u64));
        }
        let mut both = rows.iter();
        for number in 0..500 {
            assert_eq!(both.next(), Some(&number));
            assert_eq!(both.next_back(), Some(&(999 - number)));
            assert_eq!(both.len() as u64, 998 - 2 * number);
        }
        assert_eq!((both.next(), both.next_back(), both.nth(3)), (None, None, None));
    }
}
