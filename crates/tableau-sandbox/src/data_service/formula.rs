//! Formulas of calculations: numbers, texts, fields in brackets, the four operations, and aggregations.

use std::cell::Cell;

use jiff::civil::Date;
use jiff::{Span, civil::Weekday};
use tableau_wire::rest::vizql_data_service::Function;

use super::Unanswered;
use super::field::{Field, Fields};
use super::value::Value;

/// How deep a formula may be.
const DEPTH: usize = 32;
/// How many parts the formulas of a query may have together, with those of the calculations that they name.
const PARTS: usize = 2_000;

/// What a column of the answer, or a filter, is computed by.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Formula {
    Constant(Value),
    /// The value at a place of a row.
    Column(usize),
    /// An aggregation of what a formula gives for rows.
    Aggregate(Function, Box<Formula>),
    /// A part of a date, or its period's first day.
    Date(Function, Box<Formula>),
    /// The least number of the range of this size.
    Bin(f64, Box<Formula>),
    Operation(char, Box<Formula>, Box<Formula>),
}

/// What formulas may name, and how many parts may still be read.
pub(super) struct Terms<'d> {
    fields: &'d Fields,
    /// Whether fields are named by their names in the data source, and not by what users see.
    by_name: bool,
    left: Cell<usize>,
}

impl<'d> Terms<'d> {
    pub(super) fn of(fields: &'d Fields) -> Self {
        Self {
            fields,
            by_name: false,
            left: Cell::new(PARTS),
        }
    }

    /// The same, where fields are named by their names in the data source.
    pub(super) fn by_name(mut self, by_name: bool) -> Self {
        self.by_name = by_name;
        self
    }

    fn find(&self, name: &str) -> Option<(usize, &'d Field)> {
        if self.by_name {
            self.fields.find_by_name(name)
        } else {
            self.fields.find(name)
        }
    }

    /// A field that users see, with what is done with its values.
    pub(super) fn field(&self, caption: &str, function: Option<&Function>) -> Result<Formula, Unanswered> {
        match self.find(caption) {
            Some((_, field)) if field.is_hidden => Err(unknown(caption)),
            _ => self.nested(caption, function, 0),
        }
    }

    /// Reads a formula.
    pub(super) fn parse(&self, text: &str) -> Result<Formula, Unanswered> {
        self.parse_nested(text, 0)
    }

    fn nested(
        &self,
        caption: &str,
        function: Option<&Function>,
        depth: usize,
    ) -> Result<Formula, Unanswered> {
        let (place, field) = self.find(caption).ok_or_else(|| unknown(caption))?;
        let whole = match &field.formula {
            Some(formula) if field.is_computed => self.parse_nested(formula, depth + 1)?,
            _ => Formula::Column(place),
        };
        let default = field.aggregation();
        let function = function.or(field.is_measure().then_some(default));
        match function {
            None | Some(Function::None | Function::Unspecified | Function::Agg) => Ok(whole),
            Some(function) => whole.with(function, Some(field), caption),
        }
    }

    fn parse_nested(&self, text: &str, depth: usize) -> Result<Formula, Unanswered> {
        let mut parser = Parser {
            terms: self,
            text,
            rest: text,
            depth,
        };
        let formula = parser.sum()?;
        match parser.rest.trim_start() {
            "" => Ok(formula),
            rest => Err(parser.unfit(format_args!("'{rest}' is not understood"))),
        }
    }
}

fn unknown(caption: &str) -> Unanswered {
    Unanswered::invalid(format_args!("Unknown Field: {caption}."))
}

impl Formula {
    /// The same with a function.
    fn with(self, function: &Function, field: Option<&Field>, caption: &str) -> Result<Self, Unanswered> {
        let unfit = || {
            let name = function.as_str();
            Unanswered::invalid(format_args!(
                "The function {name} cannot be applied to {caption}."
            ))
        };
        if self.is_aggregate() {
            return Err(unfit());
        }
        let is_date = field.is_some_and(Field::is_date);
        match function {
            Function::Year
            | Function::Quarter
            | Function::Month
            | Function::Week
            | Function::Day
            | Function::TruncYear
            | Function::TruncQuarter
            | Function::TruncMonth
            | Function::TruncWeek
            | Function::TruncDay
                if is_date =>
            {
                Ok(Self::Date(function.clone(), Box::new(self)))
            }
            Function::Sum | Function::Avg | Function::Median | Function::Stdev | Function::Var
                if field.is_none_or(|field| field.is_measure() || field.is_number()) =>
            {
                Ok(Self::Aggregate(function.clone(), Box::new(self)))
            }
            Function::Count | Function::CountD | Function::Min | Function::Max => {
                Ok(Self::Aggregate(function.clone(), Box::new(self)))
            }
            _ => Err(unfit()),
        }
    }

    pub(super) fn is_aggregate(&self) -> bool {
        match self {
            Self::Aggregate(..) => true,
            Self::Date(_, inner) | Self::Bin(_, inner) => inner.is_aggregate(),
            Self::Operation(_, left, right) => left.is_aggregate() || right.is_aggregate(),
            Self::Constant(_) | Self::Column(_) => false,
        }
    }

    /// Its value for the rows of one group. An expression without an aggregation has the value of the first row.
    pub(super) fn value(&self, rows: &[&Vec<Value>]) -> Value {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Column(place) => {
                let value = rows.first().and_then(|row| row.get(*place));
                value.cloned().unwrap_or(Value::Null)
            }
            Self::Aggregate(function, inner) => {
                let values = rows.iter().map(|row| inner.value(std::slice::from_ref(row)));
                aggregate(function, values.filter(|value| *value != Value::Null).collect())
            }
            Self::Date(function, inner) => {
                let date = inner.value(rows).date();
                date.map_or(Value::Null, |date| of_date(function, date))
            }
            Self::Bin(size, inner) => {
                let number = inner.value(rows).number();
                number.map_or(Value::Null, |number| {
                    Value::Number((number / size).floor() * size)
                })
            }
            Self::Operation(operator, left, right) => {
                let numbers = left.value(rows).number().zip(right.value(rows).number());
                let value = numbers.and_then(|(left, right)| match operator {
                    '+' => Some(left + right),
                    '-' => Some(left - right),
                    '*' => Some(left * right),
                    _ => (right != 0.0).then(|| left / right),
                });
                value.map_or(Value::Null, Value::Number)
            }
        }
    }
}

fn aggregate(function: &Function, mut values: Vec<Value>) -> Value {
    if *function == Function::Count {
        return Value::Number(values.len() as f64);
    }
    values.sort();
    match function {
        Function::CountD => {
            values.dedup();
            return Value::Number(values.len() as f64);
        }
        Function::Min => return values.into_iter().next().unwrap_or(Value::Null),
        Function::Max => return values.pop().unwrap_or(Value::Null),
        _ => {}
    }
    let numbers: Vec<f64> = values.iter().filter_map(Value::number).collect();
    let count = numbers.len() as f64;
    let sum: f64 = numbers.iter().sum();
    let middle = |place: usize| numbers.get(place).copied().unwrap_or_default();
    let variance = || {
        let mean = sum / count;
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        squares / (count - 1.0)
    };
    let value = match (function, numbers.len()) {
        (_, 0) => return Value::Null,
        (Function::Sum, _) => sum,
        (Function::Avg, _) => sum / count,
        (Function::Median, length) if length % 2 == 1 => middle(length / 2),
        (Function::Median, length) => f64::midpoint(middle(length / 2 - 1), middle(length / 2)),
        (Function::Var | Function::Stdev, 1) => return Value::Null,
        (Function::Var, _) => variance(),
        _ => variance().sqrt(),
    };
    Value::Number(value)
}

/// A part of a date, or the first day of the period that it is in. Weeks begin on Sunday.
fn of_date(function: &Function, date: Date) -> Value {
    let quarter = (date.month() - 1) / 3;
    let first = |month: i8| Date::new(date.year(), month, 1).unwrap_or(date);
    let sunday = || {
        let back = Span::new().days(i64::from(date.weekday().since(Weekday::Sunday)));
        date.saturating_sub(back)
    };
    let week = || {
        let first = first(1);
        let offset = first.weekday().since(Weekday::Sunday);
        (date.day_of_year() - 1 + i16::from(offset)) / 7 + 1
    };
    match function {
        Function::Year => Value::Number(f64::from(date.year())),
        Function::Quarter => Value::Number(f64::from(quarter + 1)),
        Function::Month => Value::Number(f64::from(date.month())),
        Function::Week => Value::Number(f64::from(week())),
        Function::Day => Value::Number(f64::from(date.day())),
        Function::TruncYear => Value::Date(first(1)),
        Function::TruncQuarter => Value::Date(first(quarter * 3 + 1)),
        Function::TruncMonth => Value::Date(first(date.month())),
        Function::TruncWeek => Value::Date(sunday()),
        _ => Value::Date(date),
    }
}

/// Reads a formula from left to right.
struct Parser<'t> {
    terms: &'t Terms<'t>,
    text: &'t str,
    rest: &'t str,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn unfit(&self, reason: impl std::fmt::Display) -> Unanswered {
        Unanswered {
            code: "400800",
            message: format!("The calculation '{}' contains an error: {reason}.", self.text),
        }
    }

    /// Takes one of these characters, if it is next.
    fn takes(&mut self, wanted: &[char]) -> Option<char> {
        let rest = self.rest.trim_start();
        let found = rest.chars().next().filter(|found| wanted.contains(found))?;
        self.rest = rest.get(found.len_utf8()..).unwrap_or_default();
        Some(found)
    }

    /// Takes what is before a character, and the character.
    fn until(&mut self, end: char) -> Result<&'t str, Unanswered> {
        let (before, after) = self
            .rest
            .split_once(end)
            .ok_or_else(|| self.unfit(format_args!("'{end}' is missing")))?;
        self.rest = after;
        Ok(before)
    }

    fn sum(&mut self) -> Result<Formula, Unanswered> {
        let mut left = self.product()?;
        while let Some(operator) = self.takes(&['+', '-']) {
            left = Formula::Operation(operator, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Formula, Unanswered> {
        let mut left = self.factor()?;
        while let Some(operator) = self.takes(&['*', '/']) {
            left = Formula::Operation(operator, Box::new(left), Box::new(self.factor()?));
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Formula, Unanswered> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.unfit("it is nested too deeply"));
        }
        match self.terms.left.get().checked_sub(1) {
            Some(left) => self.terms.left.set(left),
            None => return Err(self.unfit("it has too many parts")),
        }
        let formula = match self.takes(&['-', '(', '[', '"', '\'']) {
            Some('-') => {
                let zero = Formula::Constant(Value::Number(0.0));
                Formula::Operation('-', Box::new(zero), Box::new(self.factor()?))
            }
            Some('(') => self.inside()?,
            Some('[') => {
                let caption = self.until(']')?;
                self.terms.nested(caption, Some(&Function::None), self.depth)?
            }
            Some(quote) => Formula::Constant(Value::Text(self.until(quote)?.to_owned())),
            None => self.word()?,
        };
        self.depth -= 1;
        Ok(formula)
    }

    fn inside(&mut self) -> Result<Formula, Unanswered> {
        let inner = self.sum()?;
        match self.takes(&[')']) {
            Some(_) => Ok(inner),
            None => Err(self.unfit("')' is missing")),
        }
    }

    /// A number, or a function with its argument.
    fn word(&mut self) -> Result<Formula, Unanswered> {
        let rest = self.rest.trim_start();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or_default();
        self.rest = after;
        if let Ok(number) = word.parse::<f64>()
            && number.is_finite()
        {
            return Ok(Formula::Constant(Value::Number(number)));
        }
        let function = Function::from(word.to_ascii_uppercase().as_str());
        let is_known = !word.is_empty() && !matches!(function, Function::Other(_));
        if !is_known || self.takes(&['(']).is_none() {
            return Err(self.unfit(format_args!("'{word}' is no number and no function")));
        }
        let inner = self.inside()?;
        let field = match &inner {
            Formula::Column(place) => self.terms.fields.all.get(*place),
            _ => None,
        };
        inner.with(&function, field, word)
    }
}
