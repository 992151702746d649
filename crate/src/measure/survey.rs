//! The landscape around every arm's contracted network, and how sharp its minimum is: in portions that a page can show
//! as they come, and can stop asking for.

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::landscape::{Direction, Point, Surface};
use super::sharpness::{PowerIteration, Sharpness};
use crate::error::Fault;
use crate::experiment::Arm;
use crate::model::Model;
use crate::train::Batch;

/// Hessian-vector products after which a search for the top eigenvalue is given up.
const MOST_ITERATIONS: u32 = 100;

/// What is to be surveyed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SurveyRequest {
    /// Points a side, odd, 3 to 51: the middle one is the network itself.
    pub size: u32,
    /// How far to go along each direction, above 0 and at most 2; at 1 a filter has moved by its own length.
    pub radius: f64,
}

/// A portion of a survey.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Surveyed {
    /// A row of the landscape: one `beta`, every `alpha`.
    Row {
        arm: Arm,
        /// From 0, of `of` rows.
        row: u32,
        of: u32,
        points: Vec<Point>,
    },
    /// The top Hessian eigenvalue of the arm's contracted network, as far as it is known: the last one counts.
    Sharpness { arm: Arm, sharpness: Sharpness },
}

impl Surveyed {
    pub fn arm(&self) -> Arm {
        match self {
            Surveyed::Row { arm, .. } | Surveyed::Sharpness { arm, .. } => *arm,
        }
    }
}

impl SurveyRequest {
    /// # Errors
    /// A [`Fault`] at `size` or `radius` with what is allowed.
    pub fn check(&self) -> Result<(), Fault> {
        if self.size.is_multiple_of(2) || !(3..=51).contains(&self.size) {
            let message = format!("{} points a side are not allowed; use an odd number from 3 to 51", self.size);
            return Err(Fault::new("bad_value", message).at("size"));
        }
        if !(self.radius > 0.0 && self.radius <= 2.0) {
            let message = format!("a radius of {} is not allowed; use a number above 0 and at most 2", self.radius);
            return Err(Fault::new("bad_value", message).at("radius"));
        }
        Ok(())
    }

    /// The places along a direction, from −radius to radius.
    fn places(&self) -> Vec<f64> {
        let half = f64::from(self.size / 2);
        (0..self.size).map(|index| self.radius * (f64::from(index) - half) / half).collect()
    }
}

/// A survey under way.
pub struct Survey {
    places: Vec<f64>,
    arms: Vec<(Arm, Surface, PowerIteration)>,
    /// The arm and the row that come next; after the last row comes the sharpness, an iteration at a time.
    at: (usize, usize),
}

impl Survey {
    /// A survey of compact models on the same probe, along the same directions, each scaled to the model's own filters.
    ///
    /// # Errors
    /// As [`SurveyRequest::check`], [`Surface::new`] and [`PowerIteration::new`].
    pub fn new(
        request: SurveyRequest,
        models: Vec<(Arm, Model)>,
        probe: &[Batch],
        device: &Device,
        seed: u32,
    ) -> Result<Survey, Fault> {
        request.check()?;
        let mut arms = Vec::new();
        for (arm, model) in models {
            let search = PowerIteration::new(&model, probe.to_vec(), device, seed)?;
            let directions = [Direction::random(&model, seed, 0)?, Direction::random(&model, seed, 1)?];
            arms.push((arm, Surface::new(model, directions, probe.to_vec(), device)?, search));
        }
        Ok(Survey { places: request.places(), arms, at: (0, 0) })
    }

    /// The next portion; none when all is done. The slices through every arm's network come before all other rows.
    ///
    /// # Errors
    /// When the device fails, or an arm's gradients are not finite.
    pub async fn next(&mut self) -> Result<Option<Surveyed>, Fault> {
        let rows = self.places.len();
        let (index, turn) = self.at;
        let count = self.arms.len();
        let Some((arm, surface, search)) = self.arms.get_mut(index) else { return Ok(None) };
        let arm = *arm;
        if turn > rows {
            return Ok(None);
        }
        let result = if turn < rows {
            // The middle first: it is the one-dimensional slice.
            let row = middle_first(turn, rows);
            let points = surface.row(self.places[row], &self.places).await?;
            Surveyed::Row { arm, row: row as u32, of: rows as u32, points }
        } else {
            let sharpness = search.iterate().await?;
            if !sharpness.converged && sharpness.iterations < MOST_ITERATIONS {
                return Ok(Some(Surveyed::Sharpness { arm, sharpness }));
            }
            Surveyed::Sharpness { arm, sharpness }
        };
        self.at = if index + 1 < count { (index + 1, turn) } else { (0, turn + 1) };
        Ok(Some(result))
    }
}

/// The rows in the order middle, then outwards on both sides.
fn middle_first(turn: usize, rows: usize) -> usize {
    let out = turn.div_ceil(2);
    if turn % 2 == 1 { rows / 2 + out } else { rows / 2 - out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_comes_once_and_the_middle_first() {
        let rows: Vec<usize> = (0..5).map(|turn| middle_first(turn, 5)).collect();
        assert_eq!(rows, [2, 3, 1, 4, 0]);
        assert_eq!(SurveyRequest { size: 5, radius: 0.5 }.places(), [-0.5, -0.25, 0.0, 0.25, 0.5]);
    }

    #[test]
    fn what_cannot_be_surveyed_is_refused() {
        let field = |size, radius| SurveyRequest { size, radius }.check().err().and_then(|fault| fault.field);
        assert_eq!(field(11, 1.0), None);
        for size in [0, 1, 4, 53] {
            assert_eq!(field(size, 1.0).as_deref(), Some("size"));
        }
        for radius in [0.0, -1.0, 2.5, f64::NAN, f64::INFINITY] {
            assert_eq!(field(11, radius).as_deref(), Some("radius"));
        }
    }
}
