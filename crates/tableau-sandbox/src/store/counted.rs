//! Counts look-ups of records in tests, which say how the work grows without measuring time.

#[cfg(test)]
thread_local! {
    static LOOK_UPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts the look-up of one record.
pub(crate) fn look_up() {
    #[cfg(test)]
    LOOK_UPS.with(|count| count.set(count.get() + 1));
}

/// How many records of this thread were looked up while something was done.
#[cfg(test)]
pub(crate) fn look_ups<T>(done: impl FnOnce() -> T) -> (usize, T) {
    let before = LOOK_UPS.with(std::cell::Cell::get);
    let value = done();
    (LOOK_UPS.with(std::cell::Cell::get) - before, value)
}
