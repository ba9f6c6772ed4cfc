//! Chance that repeats: the sample is the same in every run.

/// SplitMix64 (Steele, Lea, Flood 2014): small, fast and even enough for made-up calls.
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % count.max(1) as u64).unwrap_or_default()
    }

    /// From 0 to below 1.
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits are what a float of 64 holds"
    )]
    pub fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn chance(&mut self, part: f64) -> bool {
        self.part() < part
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Around 0 with a spread of 1, near enough to the normal curve: the sum of twelve.
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.part()).sum::<f64>() - 6.0
    }

    /// Where in running sums of weights a throw lands.
    pub fn weighted(&mut self, sums: &[f64]) -> usize {
        let throw = self.part() * sums.last().copied().unwrap_or(1.0);
        sums.partition_point(|sum| *sum <= throw)
            .min(sums.len().saturating_sub(1))
    }
}

/// Running sums of weights, for [`Dice::weighted`].
pub fn sums(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    weights
        .into_iter()
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect()
}
