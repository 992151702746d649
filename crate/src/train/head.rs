//! What a network's outputs mean: the classes of images, the classes of their pixels, or the objects in them.

use super::argmax;
use crate::data::{Entry, Task};
use crate::error::Fault;
use crate::measure::segmentation::class_map;
use crate::report::Answer;

/// How outputs `[N, C, Y, X]` are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub task: Task,
    pub classes: usize,
    /// Y and X of the images.
    pub size: [usize; 2],
}

impl Head {
    /// Images that have a class each.
    pub fn classes(classes: usize) -> Head {
        Head { task: Task::Classify, classes, size: [1, 1] }
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
                    "has a class for each of {height}×{width} pixels; bring it to that size and end with \
                                      conv {classes} k1"
                );
                refuse("wrong_task", format!("{channels}×{y}×{x}"), remedy)
            }
            Task::Segment if channels != classes => {
                let remedy = format!("has {classes} classes; end with conv {classes} k1");
                refuse("classes", format!("{channels} channels"), remedy)
            }
            task => Ok(Head { task, classes, size: [height, width] }),
        }
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
            Task::Detect => unreachable!(),
        }
    }

    /// The classes that outputs `[N, C, Y, X]` name: one an image, or one a pixel.
    pub fn classes_of(&self, output: &[f32]) -> Vec<u8> {
        match self.task {
            Task::Classify => output.chunks_exact(self.classes).map(|row| argmax(row) as u8).collect(),
            Task::Segment => {
                let [height, width] = self.size;
                let images = output.len() / (self.classes * height * width);
                class_map(output, [images, self.classes, height, width])
            }
            Task::Detect => unreachable!(),
        }
    }
}
