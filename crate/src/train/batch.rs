//! A batch on a device: images, what their outputs are to be, and the truth that scores are taken by.

use std::sync::{Arc, OnceLock};

use burn::tensor::{Device, Tensor, TensorData};

use super::detection::Lesson;
use super::head::Head;
use super::{Distillation, Loss};
use crate::data::{IGNORE, Object, Targets};
use crate::network::rows;

/// A batch on the device, shared by all arms of a race.
#[derive(Clone)]
pub struct Batch {
    /// `[N, C, Y, X]`, normalised.
    pub images: Tensor<4>,
    /// Of the first images: of fewer than there are where the batch was padded.
    pub truth: Targets,
    pub head: Arc<Head>,
    /// Uploaded when it is first learned from: most batches are for tests only. Shared by the batch's clones.
    goal: Arc<OnceLock<Goal>>,
}

/// What is learned from a batch, on the device.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "few are held at a time, and the large variant is the usual one")]
pub enum Goal {
    /// A class of each row of the outputs: of images, or of their pixels.
    Classes {
        /// `[M, classes]`, 1 at the row's class; zeros where none counts.
        targets: Tensor<2>,
        /// What the teacher says, softened: `[M, classes]`.
        soft: Option<Tensor<2>>,
        /// M over the rows that count.
        scale: f64,
    },
    /// Boxes around objects.
    Objects {
        lesson: Box<Lesson>,
        /// What the teacher says.
        soft: Option<Box<Lesson>>,
    },
}

impl Goal {
    fn of(truth: &Targets, head: &Head, device: &Device) -> Goal {
        match truth {
            Targets::Classes(classes) => Goal::classes(classes, head, device),
            Targets::Masks(classes) => Goal::classes(classes, head, device),
            Targets::Objects(objects) => {
                let lesson = Lesson::of_objects(&head.grid, objects, device);
                let lesson = Box::new(lesson.expect("classes were checked with the data set"));
                Goal::Objects { lesson, soft: None }
            }
        }
    }

    fn classes(classes: &[u8], head: &Head, device: &Device) -> Goal {
        let (targets, scale) = one_hot(classes, head.classes, device);
        Goal::Classes { targets, soft: None, scale }
    }
}

impl Batch {
    /// Uploads normalised images `[N, C, Y, X]` with a label each.
    pub fn new(images: Vec<f32>, labels: Vec<u8>, shape: [usize; 3], classes: usize, device: &Device) -> Batch {
        let head = Arc::new(Head::classes(classes));
        Batch::with(images, Targets::Classes(labels), shape, &head, device)
    }

    /// Uploads normalised images `[N, C, Y, X]` with their targets.
    pub fn with(images: Vec<f32>, truth: Targets, shape: [usize; 3], head: &Arc<Head>, device: &Device) -> Batch {
        let [c, y, x] = shape;
        let n = images.len() / (c * y * x);
        Batch {
            images: Tensor::from_data(TensorData::new(images, [n, c, y, x]), device),
            truth,
            head: head.clone(),
            goal: Arc::default(),
        }
    }

    /// Images of which a device has made the targets `[N, classes]`, too.
    pub fn made(images: Tensor<4>, targets: Tensor<2>, truth: Targets, head: &Arc<Head>) -> Batch {
        let goal = Goal::Classes { targets, soft: None, scale: 1.0 };
        Batch { images, truth, head: head.clone(), goal: Arc::new(OnceLock::from(goal)) }
    }

    /// What is learned from the batch; it has a truth for every image.
    pub fn goal(&self) -> &Goal {
        self.goal.get_or_init(|| Goal::of(&self.truth, &self.head, &self.images.device()))
    }

    /// Images with a truth.
    pub fn len(&self) -> usize {
        match &self.truth {
            Targets::Classes(labels) => labels.len(),
            Targets::Masks(masks) => masks.len() / self.images.dims()[2..].iter().product::<usize>(),
            Targets::Objects(objects) => objects.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The batch with what a teacher says of it, outputs `[N, C, Y, X]`; of rows that do not count it says nothing.
    pub fn taught(self, output: Tensor<4>, how: &Distillation) -> Batch {
        let mut goal = self.goal().clone();
        match &mut goal {
            Goal::Classes { targets, soft, scale } => {
                let all = how.soften(rows(output));
                *soft = Some(if *scale == 1.0 { all } else { all.mul(targets.clone().sum_dim(1)) });
            }
            Goal::Objects { soft, .. } => {
                *soft = Some(Box::new(Lesson::of_teacher(&self.head.grid, output, how.temperature)));
            }
        }
        Batch { goal: Arc::new(OnceLock::from(goal)), ..self }
    }

    /// The loss of outputs `[N, C, Y, X]` in shares that add up to it, `[M]`, within autodiff.
    pub fn loss(&self, loss: &Loss, output: Tensor<4>) -> Tensor<1> {
        match self.goal() {
            Goal::Classes { targets, soft, scale } => {
                let shares = loss.rows(rows(output), targets.clone().autodiff(), soft.clone().map(Tensor::autodiff));
                if *scale == 1.0 { shares } else { shares.mul_scalar(*scale) }
            }
            Goal::Objects { lesson, soft } => match (loss.distillation, soft) {
                (Some(Distillation { share, .. }), Some(soft)) => {
                    let (true_ones, said) = (lesson.loss(output.clone()), soft.loss(output));
                    true_ones.mul_scalar(1.0 - share).add(said.mul_scalar(share))
                }
                _ => lesson.loss(output),
            },
        }
    }
}

/// Rows of targets with 1 at their class: `[M, classes]`, and M over the rows that count.
fn one_hot(labels: &[u8], classes: usize, device: &Device) -> (Tensor<2>, f64) {
    let mut targets = vec![0f32; labels.len() * classes];
    let mut count = 0;
    for (row, &label) in labels.iter().enumerate().filter(|(_, label)| **label != IGNORE) {
        targets[row * classes + usize::from(label)] = 1.0;
        count += 1;
    }
    let targets = Tensor::from_data(TensorData::new(targets, [labels.len(), classes]), device);
    (targets, labels.len() as f64 / f64::from(count.max(1)))
}

/// The targets of images by their indices; mirrored where `flipped` says so.
pub fn targets_of(targets: &Targets, indices: &[u32], flipped: &[bool], [height, width]: [usize; 2]) -> Targets {
    let each = || indices.iter().map(|&index| index as usize).zip(flipped.iter().copied());
    match targets {
        Targets::Classes(labels) => Targets::Classes(indices.iter().map(|&index| labels[index as usize]).collect()),
        Targets::Masks(masks) => {
            let mut some = Vec::with_capacity(indices.len() * height * width);
            for (index, flip) in each() {
                let mask = &masks[index * height * width..][..height * width];
                for row in mask.chunks_exact(width) {
                    if flip { some.extend(row.iter().rev()) } else { some.extend_from_slice(row) }
                }
            }
            Targets::Masks(some.into())
        }
        Targets::Objects(objects) => {
            let width = width as f32;
            let mirrored = |object: Object| Object { left: width - object.right, right: width - object.left, ..object };
            let some = each().map(|(index, flip)| {
                let objects = objects[index].iter().copied();
                if flip { objects.map(mirrored).collect() } else { objects.collect() }
            });
            Targets::Objects(Arc::new(some.collect()))
        }
    }
}
