//! Table calculations: calculations over the rows of an answer.

use super::{Function, SortDirection};
use crate::part;
use crate::value::open_enum;

/// A calculation over the rows of an answer. Which members it has depends on its type.
#[part(new)]
pub struct TableCalculation {
    /// What is calculated.
    pub table_calc_type: TableCalculationType,
    /// The dimensions along which it is calculated; the others part the rows.
    pub dimensions: Vec<TableCalculationField>,
    /// The calculated field that a `NESTED` is about.
    pub field_caption: Option<String>,
    /// The dimension at which rows are taken together.
    pub level_address: Option<TableCalculationField>,
    /// The dimension with whose values it begins anew.
    pub restart_every: Option<TableCalculationField>,
    /// The order of the rows, where it is not that of the dimensions.
    pub custom_sort: Option<TableCalculationSort>,
    /// Which row a difference is to; the one before if not given.
    pub relative_to: Option<RelativeTo>,
    /// How a `RANK` counts rows that are alike.
    pub rank_type: Option<RankType>,
    /// Whether a `RANK` or a `PERCENTILE` begins with the least or the greatest.
    pub direction: Option<SortDirection>,
    /// How a `RUNNING_TOTAL` or a `MOVING_CALCULATION` takes values together; their sum if not given.
    pub aggregation: Option<RunningAggregation>,
    /// How many rows before a `MOVING_CALCULATION` takes; 2 if not given.
    pub previous: Option<i64>,
    /// How many rows after; none if not given.
    pub next: Option<i64>,
    /// Whether it takes the row itself, as it does if not given.
    pub include_current: Option<bool>,
    /// Whether there is no value where there are not that many rows.
    pub fill_in_null: Option<bool>,
    /// What is calculated over the result of a `RUNNING_TOTAL` or a `MOVING_CALCULATION`.
    pub secondary_table_calculation: Option<Box<TableCalculation>>,
}

open_enum! {
    /// What a table calculation calculates.
    TableCalculationType {
        /// What the formula of the field says.
        Custom = "CUSTOM",
        /// What the formula of a field inside the field says.
        Nested = "NESTED",
        /// The difference from another row.
        DifferenceFrom = "DIFFERENCE_FROM",
        /// That difference as a part of the other row.
        PercentDifferenceFrom = "PERCENT_DIFFERENCE_FROM",
        /// The value as a part of another row.
        PercentFrom = "PERCENT_FROM",
        /// The value as a part of all rows.
        PercentOfTotal = "PERCENT_OF_TOTAL",
        /// The place in the order of the values.
        Rank = "RANK",
        /// That place as a part of all.
        Percentile = "PERCENTILE",
        /// The values so far, taken together.
        RunningTotal = "RUNNING_TOTAL",
        /// The values around each row, taken together.
        MovingCalculation = "MOVING_CALCULATION",
    }
}

/// A dimension of a table calculation.
#[part(new)]
pub struct TableCalculationField {
    /// The caption of a field of the query.
    pub field_caption: String,
    /// What is done with its values there.
    pub function: Option<Function>,
}

/// The order of the rows of a table calculation.
#[part(new)]
pub struct TableCalculationSort {
    /// The caption of a field.
    pub field_caption: String,
    /// What is done with its values.
    pub function: Function,
    /// Whether the least or the greatest comes first.
    pub direction: SortDirection,
}

open_enum! {
    /// Which row a difference is to.
    RelativeTo {
        /// The one before.
        Previous = "PREVIOUS",
        /// The one after.
        Next = "NEXT",
        /// The first.
        First = "FIRST",
        /// The last.
        Last = "LAST",
    }
}

open_enum! {
    /// How a rank counts rows that are alike.
    RankType {
        /// All have the least of their places: 1, 2, 2, 4.
        Competition = "COMPETITION",
        /// All have the greatest of their places: 1, 3, 3, 4.
        ModifiedCompetition = "MODIFIED COMPETITION",
        /// They count as one: 1, 2, 2, 3.
        Dense = "DENSE",
        /// Each has a place of its own: 1, 2, 3, 4.
        Unique = "UNIQUE",
    }
}

open_enum! {
    /// How the values of several rows are taken together.
    RunningAggregation {
        /// Their sum.
        Sum = "SUM",
        /// Their mean.
        Avg = "AVG",
        /// The least.
        Min = "MIN",
        /// The greatest.
        Max = "MAX",
    }
}
