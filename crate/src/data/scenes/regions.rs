//! Cells of a grid that hang together.

/// The regions of the cells that are `inside`, row-major in rows of `width`: the cells of each, in no order.
///
/// Cells hang together by their sides, and by their corners if `corners`.
pub(super) fn regions(inside: &[bool], width: usize, corners: bool) -> Vec<Vec<usize>> {
    let height = inside.len() / width;
    let mut left = inside.to_vec();
    let mut regions = Vec::new();
    for start in 0..inside.len() {
        if !left[start] {
            continue;
        }
        left[start] = false;
        let mut region = vec![start];
        let mut next = 0;
        while let Some(&cell) = region.get(next) {
            let (x, y) = (cell % width, cell / width);
            for y2 in y.saturating_sub(1)..(y + 2).min(height) {
                for x2 in x.saturating_sub(1)..(x + 2).min(width) {
                    let other = y2 * width + x2;
                    if left[other] && (corners || x == x2 || y == y2) {
                        left[other] = false;
                        region.push(other);
                    }
                }
            }
            next += 1;
        }
        regions.push(region);
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hang_together_by_sides_or_corners() {
        let picture = "##..#\
                       .....\
                       ..##.\
                       #...#";
        let inside: Vec<bool> = picture.chars().map(|cell| cell == '#').collect();
        assert_eq!(regions(&inside, 5, false), [vec![0, 1], vec![4], vec![12, 13], vec![15], vec![19]]);
        assert_eq!(regions(&inside, 5, true), [vec![0, 1], vec![4], vec![12, 13, 19], vec![15]]);
        assert!(regions(&[false; 6], 3, true).is_empty());
    }
}
