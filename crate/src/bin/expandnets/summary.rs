//! `expandnets summary`: what a recording amounts to, as Markdown tables.

use std::path::Path;

use expandnets::event::{Event, SummaryRow};
use expandnets::experiment::Arm;
use expandnets::measure::statistics::{Interval, Stat};
use expandnets::measure::survey::Surveyed;
use expandnets::replay::Replay;

use super::{Failure, print, read};

pub fn summary(path: &Path) -> Result<(), Failure> {
    let replay = Replay::read(&String::from_utf8_lossy(&read(path)?))?;
    let rows = replay.events.iter().rev().find_map(|event| match event {
        Event::Summary { rows, .. } => Some(rows.as_slice()),
        _ => None,
    });
    let tables = [accuracies(rows.unwrap_or_default()), confusions(&replay), sharpness(&replay)].concat();
    Ok(print(tables.trim_end())?)
}

/// In percent; the difference in percentage points.
fn accuracies(rows: &[SummaryRow]) -> String {
    let mut text =
        "| arm | rate | kernel | n | test accuracy, % | best epoch, % | train accuracy, % | gap, points | minus \
                    compact, points (95 %) |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
            .to_string();
    for row in rows {
        let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        let cells = [
            row.arm.name().to_string(),
            number(row.rate),
            number(row.kernel.map(f64::from)),
            row.test_accuracy.map_or("0".into(), |stat| stat.n.to_string()),
            stat(row.test_accuracy),
            stat(row.best_accuracy),
            stat(row.fit_accuracy),
            stat(row.gap),
            interval(row.difference),
        ];
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}

fn stat(stat: Option<Stat>) -> String {
    stat.map_or("–".into(), |stat| format!("{:.2} ± {:.2}", 100.0 * stat.mean, 100.0 * stat.std))
}

fn interval(interval: Option<Interval>) -> String {
    interval.map_or(String::new(), |Interval { mean, low, high, .. }| {
        format!("{:+.2} ({:+.2} to {:+.2})", 100.0 * mean, 100.0 * low, 100.0 * high)
    })
}

/// The smallest cosine after the last epoch, and the mean over all epochs, each over the seeds.
fn confusions(replay: &Replay) -> String {
    let mut text = String::new();
    for &arm in &replay.experiment.arms {
        let found = |event: &Event| match event {
            Event::Confusion { arm: other, epoch, own_minimum, contracted_minimum, .. } if *other == arm => {
                Some((*epoch, f64::from(*own_minimum), contracted_minimum.map(f64::from)))
            }
            _ => None,
        };
        let all: Vec<_> = replay.events.iter().filter_map(found).collect();
        let Some(last) = all.iter().map(|(epoch, ..)| *epoch).max() else { continue };
        let ended = || all.iter().filter(|(epoch, ..)| *epoch == last);
        let own: Vec<f64> = ended().map(|(_, own, _)| *own).collect();
        let shared: Vec<f64> = ended().filter_map(|(.., shared)| *shared).collect();
        let ever: Vec<f64> = all.iter().map(|(_, own, _)| *own).collect();
        if text.is_empty() {
            text =
                "\n| arm | n | smallest cosine, own parameters | by the contracted kernels | own, mean of all epochs \
                    |\n| --- | --- | --- | --- | --- |\n"
                    .into();
        }
        let cells = [cosine(&own), cosine(&shared), cosine(&ever)].join(" | ");
        text += &format!("| {} | {} | {cells} |\n", arm.name(), own.len());
    }
    text
}

fn cosine(values: &[f64]) -> String {
    Stat::of(values).map_or("–".into(), |stat| format!("{:.3} ± {:.3}", stat.mean, stat.std))
}

fn sharpness(replay: &Replay) -> String {
    let found = |event: &Event| match event {
        Event::Survey { portion: Surveyed::Sharpness { arm, sharpness }, .. } => Some((*arm, *sharpness)),
        _ => None,
    };
    let all: Vec<(Arm, _)> = replay.events.iter().filter_map(found).collect();
    if all.is_empty() {
        return String::new();
    }
    let line = |(arm, found): &(Arm, expandnets::measure::sharpness::Sharpness)| {
        let note = if found.converged { "" } else { ", not converged" };
        format!("| {} | {:.2}{note} |\n", arm.name(), found.eigenvalue)
    };
    let lines: String = all.iter().map(line).collect();
    format!("\n| arm | top Hessian eigenvalue, first seed |\n| --- | --- |\n{lines}")
}
