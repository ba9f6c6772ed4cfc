//! The shapes of calls: rows that Asterisk wrote, grouped by call.

use anyhow::Context as _;
use jiff::tz::TimeZone;
use pbx_import::{Options, Record};

use super::dice::{Dice, sums};

/// Written in an isolated lab by Asterisk 22; tests/data/cdr/README.md says more.
const FILES: [(&str, f64); 2] = [
    (
        include_str!("../../../tests/data/cdr/asterisk22-newyork/Master.csv"),
        1.0,
    ),
    // Calls between two halves of the switch itself: real, but rare in an office.
    (
        include_str!("../../../tests/data/cdr/asterisk22-recordings/Master.csv"),
        0.01,
    ),
];

/// No shape has more.
pub const MOST_LEGS: usize = 8;

/// A call's rows as they were written, the first begun first.
pub struct Shape {
    pub rows: Vec<Record>,
    weight: f64,
}

pub struct Shapes {
    shapes: Vec<Shape>,
    sums: Vec<f64>,
}

/// Reads the carried files.
pub fn load() -> anyhow::Result<Shapes> {
    let mut shapes: Vec<Shape> = Vec::new();
    for (text, weight) in FILES {
        let zone = TimeZone::get("America/New_York").context("the lab's zone")?;
        let options = Options {
            format: None,
            time_zone: zone,
        };
        let begin = shapes.len();
        for row in pbx_import::open(text.as_bytes(), "Master.csv", &options)? {
            let row = row.map_err(|rejected| anyhow::anyhow!(rejected.reason))?;
            match shapes[begin..]
                .iter_mut()
                .find(|shape| shape.rows[0].call_key == row.call_key)
            {
                Some(shape) => shape.rows.push(row),
                None => shapes.push(Shape {
                    rows: vec![row],
                    weight,
                }),
            }
        }
    }
    shapes.retain(|shape| shape.rows.len() <= MOST_LEGS);
    for shape in &mut shapes {
        shape
            .rows
            .sort_by_key(|row| (row.started_at_ms, row.sequence));
        shape.weight *= how_often(&shape.rows[0]);
    }
    let sums = sums(shapes.iter().map(|shape| shape.weight));
    Ok(Shapes { shapes, sums })
}

/// The lab tried each thing once or twice; an office mostly calls out, is called, and rings a
/// colleague.
fn how_often(first: &Record) -> f64 {
    let outside = first.dst_channel.contains("trunk");
    let to_a_phone = first.dst_channel.contains("/100");
    match (first.context.as_str(), first.from_number.as_str()) {
        ("internal", _) if outside && first.answered => 8.0,
        ("internal", _) if outside => 2.0,
        ("internal", _) if to_a_phone => 1.2,
        (_, "NULL" | "" | "sales.dept") => 0.1,
        ("from-trunk", _) => 1.6,
        _ => 0.25,
    }
}

impl Shapes {
    pub fn pick(&self, dice: &mut Dice) -> &Shape {
        &self.shapes[dice.weighted(&self.sums)]
    }
}
