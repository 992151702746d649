//! Means, deviations and intervals against SciPy's numbers.

use super::*;

fn thirty() -> Vec<f64> {
    (0..30).map(|index| f64::from(7 * index % 30) / 10.0 - 1.0).collect()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} against {expected}");
}

/// SciPy 1.17.1:
///
/// ```python
/// import numpy as np
/// from scipy import stats
/// for x in ([1.2, -.7], [.9, 1.4, .3], [2.1, 1.7, 2.6, 1.9, 2.4], [7 * i % 30 / 10 - 1 for i in range(30)]):
///     x = np.array(x)
///     print(x.mean(), *stats.t.interval(.95, len(x) - 1, loc=x.mean(), scale=stats.sem(x)), x.std())
/// ```
#[test]
fn intervals_are_scipys() {
    let thirty = thirty();
    let cases: [(&[f64], [f64; 4]); 4] = [
        (&[1.2, -0.7], [0.25, -11.820_894_499_365_96, 12.320_894_499_365_96, 0.95]),
        (
            &[0.9, 1.4, 0.3],
            [0.866_666_666_666_666_6, -0.501_489_702_997_214_6, 2.234_823_036_330_548, 0.449_691_252_107_734_7],
        ),
        (
            &[2.1, 1.7, 2.6, 1.9, 2.4],
            [2.14, 1.687_175_507_034_013_8, 2.592_824_492_965_986_5, 0.326_190_128_606_001_83],
        ),
        (&thirty, [0.45, 0.121_275_326_754_026_91, 0.778_724_673_245_973_2, 0.865_544_144_839_918_9]),
    ];
    for (values, [mean, low, high, std]) in cases {
        let (interval, stat) = (Interval::of(values).unwrap(), Stat::of(values).unwrap());
        close(interval.mean, mean);
        close(interval.low, low);
        close(interval.high, high);
        close(stat.mean, mean);
        close(stat.std, std);
        assert_eq!((interval.n as usize, stat.n as usize), (values.len(), values.len()));
    }
}

/// The quantile is found by iteration: for every number of seeds that anyone will run, its cumulative probability is 0.975.
#[test]
fn quantiles_are_found_for_any_number_of_pairs() {
    for freedom in (1..200).chain([1_000, 10_000]) {
        let student = StudentsT::new(0.0, 1.0, f64::from(freedom)).unwrap();
        let covered = student.cdf(student.inverse_cdf(0.5 + CONFIDENCE / 2.0));
        assert!((covered - 0.975).abs() < 1e-9, "{freedom} degrees of freedom: {covered}");
    }
}

#[test]
fn equal_differences_leave_no_doubt_and_one_leaves_all() {
    assert_eq!(Interval::of(&[0.5, 0.5, 0.5]), Some(Interval { mean: 0.5, low: 0.5, high: 0.5, n: 3 }));
    assert_eq!(Interval::of(&[0.5]), None);
    assert_eq!(Stat::of(&[0.5]), Some(Stat { mean: 0.5, std: 0.0, n: 1 }));
    assert_eq!((Interval::of(&[]), Stat::of(&[])), (None, None));
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!((Interval::of(&[1.0, bad, 2.0]), Stat::of(&[1.0, bad])), (None, None));
    }
}
