//! A piece of clothing cut out of its picture, and scaled with whole numbers.

use super::regions::regions;

/// Pixels darker than this or as dark are not the item.
const DARK: u8 = 12;
/// Enclosed dark spots of at most so many pixels belong to the item; larger ones are openings, as below a handle.
const HOLE: usize = 10;
/// Parts smaller than this share of the largest, in hundredths, are specks.
const SPECK: usize = 3;

/// The pixels of an item in the smallest box around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub width: usize,
    pub height: usize,
    /// `[height, width]`, row-major: its grey where the item is.
    pub pixels: Vec<Option<u8>>,
}

impl Item {
    /// Cuts the item out of a grey picture in rows of `width`; none if all of it is dark.
    pub fn cut(picture: &[u8], width: usize) -> Option<Item> {
        let height = picture.len() / width;
        let mut inside: Vec<bool> = picture.iter().map(|&pixel| pixel > DARK).collect();
        let outside: Vec<bool> = inside.iter().map(|inside| !inside).collect();
        let border = |&cell: &usize| {
            let (x, y) = (cell % width, cell / width);
            x == 0 || y == 0 || x + 1 == width || y + 1 == height
        };
        for region in regions(&outside, width, false) {
            if region.len() <= HOLE && !region.iter().any(border) {
                region.iter().for_each(|&cell| inside[cell] = true);
            }
        }
        let pixels = picture.iter().zip(&inside).map(|(&pixel, inside)| inside.then_some(pixel)).collect();
        Item { width, height, pixels }.trimmed()
    }

    /// The item with its longer side scaled to `long` pixels, each the mean of what it covers of the old ones; it is
    /// left out where it covers less than half of one, so that a thin edge may be lost. None if nothing is left.
    pub fn scaled(&self, long: usize) -> Option<Item> {
        let longest = self.width.max(self.height);
        let scale = |side: usize| ((side * long + longest / 2) / longest).max(1);
        let (width, height) = (scale(self.width), scale(self.height));
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (mut covered, mut sum) = (0, 0);
                for (old_y, down) in overlaps(self.height, height, y) {
                    for (old_x, across) in overlaps(self.width, width, x) {
                        if let Some(grey) = self.pixels[old_y * self.width + old_x] {
                            covered += down * across;
                            sum += down * across * usize::from(grey);
                        }
                    }
                }
                let half = 2 * covered >= self.width * self.height;
                pixels.push(half.then(|| ((sum + covered / 2) / covered) as u8));
            }
        }
        Item { width, height, pixels }.trimmed()
    }

    /// The item as in a mirror.
    pub fn flipped(mut self) -> Item {
        self.pixels.chunks_exact_mut(self.width).for_each(<[_]>::reverse);
        self
    }

    /// The item without specks, in the smallest box around the rest; none if there is nothing.
    fn trimmed(mut self) -> Option<Item> {
        let inside: Vec<bool> = self.pixels.iter().map(Option::is_some).collect();
        let parts = regions(&inside, self.width, true);
        let largest = parts.iter().map(Vec::len).max()?;
        for speck in parts.iter().filter(|part| 100 * part.len() < SPECK * largest) {
            speck.iter().for_each(|&cell| self.pixels[cell] = None);
        }
        let kept = || (0..self.pixels.len()).filter(|&cell| self.pixels[cell].is_some());
        let (left, right) = (kept().map(|cell| cell % self.width).min()?, kept().map(|cell| cell % self.width).max()?);
        let (top, bottom) = (kept().next()? / self.width, kept().next_back()? / self.width);
        let rows = self.pixels.chunks_exact(self.width).take(bottom + 1).skip(top);
        let pixels = rows.flat_map(|row| &row[left..=right]).copied().collect();
        Some(Item { width: right + 1 - left, height: bottom + 1 - top, pixels })
    }
}

/// The old of `from` cells that the `new`th of `to` lies on, and on how much of each, in 1/`to` of an old cell: exact.
fn overlaps(from: usize, to: usize, new: usize) -> impl Iterator<Item = (usize, usize)> {
    let (start, end) = (new * from, (new + 1) * from);
    (start / to..end.div_ceil(to)).map(move |old| (old, end.min((old + 1) * to) - start.max(old * to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(rows: &[&str]) -> (Vec<u8>, usize) {
        (rows.concat().bytes().map(|cell| if cell == b'#' { 200 } else { DARK }).collect(), rows[0].len())
    }

    fn shown(item: &Item) -> Vec<String> {
        let rows = item.pixels.chunks_exact(item.width);
        rows.map(|row| row.iter().map(|pixel| if pixel.is_some() { '#' } else { '.' }).collect()).collect()
    }

    #[test]
    fn cutting_fills_small_holes_keeps_openings_and_drops_specks() {
        let opening = [
            ".............#",
            ".########.....",
            ".#......#.....",
            ".#......#.....",
            ".##########...",
            ".#####.####...",
            ".##########...",
            ".#####.####...",
        ];
        let (pixels, width) = picture(&opening);
        let item = Item::cut(&pixels, width).unwrap();
        // The speck is one pixel of 46; the gap in the last row is no hole, it is open.
        assert_eq!(shown(&item)[..3], ["########..", "#......#..", "#......#.."]);
        assert_eq!(shown(&item)[3..], ["##########", "##########", "##########", "#####.####"]);
        assert_eq!(item.pixels[4 * 10 + 5], Some(DARK));
        assert_eq!(Item::cut(&[DARK; 9], 3), None);
    }

    #[test]
    fn scaling_takes_means_and_keeps_what_is_half_covered() {
        let item = Item { width: 4, height: 2, pixels: [10, 20, 30, 41, 10, 20, 30, 41].map(Some).to_vec() };
        assert_eq!(item.scaled(2).unwrap().pixels, [Some(15), Some(36)]);
        // Twice as large: each pixel four times.
        let large = item.scaled(8).unwrap();
        assert_eq!((large.width, large.height), (8, 4));
        assert_eq!(large.pixels[..8], [10, 10, 20, 20, 30, 30, 41, 41].map(Some));
        // 3 to 2: a pixel of the new covers one of the old and half of the next.
        let item = Item { width: 3, height: 1, pixels: vec![Some(30), None, Some(60)] };
        assert_eq!(item.scaled(2).unwrap().pixels, [Some(30), Some(60)]);
        assert_eq!(item.scaled(1).unwrap().pixels, [Some(45)]);
        assert_eq!(item.flipped().pixels, [Some(60), None, Some(30)]);
    }

    #[test]
    fn every_part_of_the_old_is_covered_once() {
        for (from, to) in [(28, 18), (28, 30), (7, 5), (5, 7), (1, 3), (3, 1)] {
            let mut covered = vec![0; from];
            (0..to).flat_map(|new| overlaps(from, to, new)).for_each(|(old, share)| covered[old] += share);
            assert_eq!(covered, vec![to; from], "{from} to {to}");
        }
    }
}
