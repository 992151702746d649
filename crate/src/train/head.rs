//! What a network's outputs mean: the classes of images, the classes of their pixels, or the objects in them.

use super::argmax;
use crate::data::anchors::anchors;
use crate::data::{Entry, Targets, Task};
use crate::error::Fault;
use crate::measure::detection::{Detection, Grid};
use crate::measure::segmentation::class_map;
use crate::report::{Answer, Found};

/// How outputs `[N, C, Y, X]` are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub task: Task,
    pub classes: usize,
    /// Y and X of the images.
    pub size: [usize; 2],
    /// Of a detector: its boxes, without anchors until they are fitted.
    pub grid: Grid,
}

/// Detections less sure than this are not ranked …
const LEAST: f32 = 0.01;
/// … and than this not shown.
const SHOWN: f32 = 0.05;
/// Of detections of a class that overlap by more (IoU), the surest stays.
const OVERLAP: f64 = 0.45;

impl Head {
    /// Images that have a class each.
    pub fn classes(classes: usize) -> Head {
        let grid = Grid { anchors: Vec::new(), classes, image: [1, 1], cells: [1, 1] };
        Head { task: Task::Classify, classes, size: [1, 1], grid }
    }

    /// Pixels of images of Y×X that have a class each.
    pub fn pixels(classes: usize, size: [usize; 2]) -> Head {
        Head { task: Task::Segment, size, ..Head::classes(classes) }
    }

    /// The head of a network with outputs of `[C, Y, X]` for images of a set.
    ///
    /// # Errors
    /// A [`Fault`] at `network` when such outputs cannot be read as answers to the set's task.
    pub fn of(entry: &Entry, output: [usize; 3]) -> Result<Head, Fault> {
        let [_, height, width] = entry.shape;
        let classes = entry.classes.len();
        let [channels, y, x] = output;
        let refuse = |code: &str, ends: String, remedy: String| {
            let message = format!("the network ends in {ends}, {} {remedy}", entry.label);
            Err(Fault::new(code, message).at("network"))
        };
        match entry.task {
            Task::Classify if [y, x] != [1, 1] => {
                let remedy = format!("has one class an image; end with flatten; dense {classes}");
                refuse("wrong_task", format!("{channels}×{y}×{x}"), remedy)
            }
            Task::Classify if channels != classes => {
                let remedy = format!("has {classes} classes; end with dense {classes}");
                refuse("classes", format!("{channels} units"), remedy)
            }
            Task::Segment if [y, x] != [height, width] => {
                let remedy = format!(
                    "has a class for each of {height}×{width} pixels; bring it to that size and end with conv {classes} k1, \
                     as unet does"
                );
                refuse("wrong_task", format!("{channels}×{y}×{x}"), remedy)
            }
            Task::Segment if channels != classes => {
                let remedy = format!("has {classes} classes; end with conv {classes} k1");
                refuse("classes", format!("{channels} channels"), remedy)
            }
            Task::Detect if channels % (5 + classes) != 0 || y > height || x > width => {
                let boxes = 5 + classes;
                let remedy = format!(
                    "has {classes} classes, and a box takes 5 + {classes} channels of a cell; end with conv {} k1 for 3 boxes \
                     a cell, on a grid smaller than the {height}×{width} pixels, as yolo-lite does",
                    3 * boxes
                );
                refuse("wrong_task", format!("{channels}×{y}×{x}"), remedy)
            }
            task => {
                let size = [height, width];
                let anchors = vec![[1.0; 2]; if task == Task::Detect { channels / (5 + classes) } else { 0 }];
                Ok(Head { task, classes, size, grid: Grid { anchors, classes, image: size, cells: [y, x] } })
            }
        }
    }

    /// The head with anchors, in case, that fit the boxes of the training images.
    ///
    /// # Errors
    /// When there are fewer boxes of different sizes than anchors.
    pub fn fitted(mut self, train: &Targets) -> Result<Head, Fault> {
        if let Targets::Objects(objects) = train {
            let count = self.grid.anchors.len();
            // The same anchors whatever an experiment's seed: its arms and repeats differ in nothing they need not.
            self.grid.anchors = anchors(objects.iter().flatten(), count, 0).map_err(|fault| fault.at("network"))?;
        }
        Ok(self)
    }

    /// What a detector finds in each image, surest first, by outputs `[N, C, Y, X]`.
    pub fn found(&self, output: &[f32]) -> Vec<Vec<Detection>> {
        self.grid.decode(output, LEAST, OVERLAP)
    }

    /// What outputs `[N, C, Y, X]` say of each image.
    pub fn answers(&self, output: &[f32]) -> Vec<Answer> {
        let [height, width] = self.size;
        match self.task {
            Task::Classify => self.classes_of(output).into_iter().map(|class| Answer::Class { class }).collect(),
            Task::Segment => {
                let masks = self.classes_of(output);
                masks.chunks_exact(height * width).map(|mask| Answer::Mask { classes: mask.to_vec() }).collect()
            }
            Task::Detect => {
                let shown = |found: Vec<Detection>| {
                    let sure = found.into_iter().filter(|detection| detection.score >= SHOWN);
                    let objects = sure.map(|Detection { object, score }| Found::new(object, Some(score)));
                    Answer::Objects { objects: objects.collect() }
                };
                self.found(output).into_iter().map(shown).collect()
            }
        }
    }

    /// The classes that outputs `[N, C, Y, X]` name: one an image, one a pixel, or one a box.
    pub fn classes_of(&self, output: &[f32]) -> Vec<u8> {
        match self.task {
            Task::Classify => output.chunks_exact(self.classes).map(|row| argmax(row) as u8).collect(),
            Task::Segment => {
                let [height, width] = self.size;
                let images = output.len() / (self.classes * height * width);
                class_map(output, [images, self.classes, height, width])
            }
            Task::Detect => {
                let area = self.grid.area();
                let boxes = output.chunks_exact((5 + self.classes) * area);
                boxes.flat_map(|channels| class_map(&channels[5 * area..], [1, self.classes, 1, area])).collect()
            }
        }
    }
}
