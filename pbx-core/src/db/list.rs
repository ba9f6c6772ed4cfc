//! Lists in a query.

use sqlx::{Database, Encode, QueryBuilder, Type};

/// Adds `(…)` with each of the values as text, for an `in`. There is at least one.
pub fn push_list<D: Database>(ask: &mut QueryBuilder<D>, values: &[impl ToString])
where
    for<'a> String: Encode<'a, D> + Type<D>,
{
    ask.push("(");
    let mut list = ask.separated(", ");
    for value in values {
        list.push_bind(value.to_string());
    }
    ask.push(")");
}
