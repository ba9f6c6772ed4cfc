//! GSM 06.10 full rate (ETSI EN 300 961, "RPE-LTP"), the decoder side.
//!
//! A frame is 76 parameters in 260 bits and gives 160 samples at 8 kHz. The arithmetic is
//! the standard's 16-bit saturating fixed point, so the output is the same bit for bit as
//! that of every conforming decoder. Names in comments are the standard's.

use crate::DecodeError;
use crate::decoded::{Collector, Decoded, Ending};

use super::Limits;
use super::bits::BitsLsb;

pub(crate) const FRAME_SAMPLES: usize = 160;
/// A frame as `.gsm` files have it: four bits of signature, then 260 bits, high bit first.
pub(crate) const FRAME_BYTES: usize = 33;
/// Two frames as WAV format 49 has them: 520 bits, low bit first.
pub(crate) const WAV49_BLOCK_BYTES: usize = 65;
/// Every `.gsm` frame begins with this in its high four bits.
const SIGNATURE: u8 = 0xD;

/// Bits of the parameters of a frame: eight LARs, then four times (Nc, bc, Mc, xmaxc, 13 xMc).
const LAR_BITS: [usize; 8] = [6, 6, 5, 5, 4, 4, 3, 3];

#[derive(Default)]
struct Subframe {
    lag: i16,
    gain: usize,
    grid: usize,
    max: i16,
    pulses: [i16; 13],
}

#[derive(Default)]
struct Frame {
    lar: [i16; 8],
    sub: [Subframe; 4],
}

impl Frame {
    fn read(mut bits: impl FnMut(usize) -> Option<u32>) -> Option<Self> {
        let mut frame = Self::default();
        for (lar, count) in frame.lar.iter_mut().zip(LAR_BITS) {
            *lar = bits(count)? as i16;
        }
        for sub in &mut frame.sub {
            sub.lag = bits(7)? as i16;
            sub.gain = bits(2)? as usize;
            sub.grid = bits(2)? as usize;
            sub.max = bits(6)? as i16;
            for pulse in &mut sub.pulses {
                *pulse = bits(3)? as i16;
            }
        }
        Some(frame)
    }
}

fn mult_r(a: i16, b: i16) -> i16 {
    let product = (i32::from(a) * i32::from(b) + 16384) >> 15;
    product.min(i32::from(i16::MAX)) as i16
}

/// State that lives from frame to frame.
pub(crate) struct Decoder {
    /// drp: the last 120 samples of the reconstructed residual, then the 40 in the making.
    residual: [i16; 160],
    /// nrp: the last valid lag, used where a frame has an impossible one.
    lag: usize,
    /// LARpp of the frame before.
    lar_before: [i16; 8],
    /// v: memory of the lattice filter.
    lattice: [i16; 9],
    /// msr: memory of the de-emphasis.
    emphasis: i16,
}

impl Decoder {
    pub(crate) fn new() -> Self {
        Self {
            residual: [0; 160],
            lag: 40,
            lar_before: [0; 8],
            lattice: [0; 9],
            emphasis: 0,
        }
    }

    fn frame(&mut self, frame: &Frame, out: &mut Vec<i16>) {
        let mut excitation = [0_i16; FRAME_SAMPLES];
        for (sub, part) in frame.sub.iter().zip(excitation.chunks_exact_mut(40)) {
            self.long_term(sub, &rpe(sub), part);
        }
        let lar = lar_decoded(&frame.lar);
        // 5.3.2: the coefficients glide from the last frame's into this one's.
        let before = self.lar_before;
        let glide = |mix: fn(i16, i16) -> i16| std::array::from_fn(|i| mix(before[i], lar[i]));
        let steps: [([i16; 8], usize); 4] = [
            (
                glide(|a, b| (a >> 2).saturating_add(b >> 2).saturating_add(a >> 1)),
                13,
            ),
            (glide(|a, b| (a >> 1).saturating_add(b >> 1)), 14),
            (
                glide(|a, b| (a >> 2).saturating_add(b >> 2).saturating_add(b >> 1)),
                13,
            ),
            (lar, 120),
        ];
        let mut rest = excitation.as_slice();
        for (lar, count) in steps {
            let (now, later) = rest.split_at(count);
            self.short_term(&lar.map(reflection), now, out);
            rest = later;
        }
        self.lar_before = lar;
    }

    /// 5.3.2 long term synthesis: adds what was said one pitch period ago.
    fn long_term(&mut self, sub: &Subframe, pulses: &[i16; 40], out: &mut [i16]) {
        const QLB: [i16; 4] = [3277, 11469, 21299, 32767];
        if (40..=120).contains(&sub.lag) {
            self.lag = sub.lag as usize;
        }
        for (now, pulse) in (120..).zip(pulses) {
            let ago = mult_r(QLB[sub.gain], self.residual[now - self.lag]);
            self.residual[now] = pulse.saturating_add(ago);
        }
        out.copy_from_slice(&self.residual[120..]);
        self.residual.copy_within(40.., 0);
    }

    /// 5.3.4 short term synthesis (a lattice filter) and 5.3.5 de-emphasis.
    fn short_term(&mut self, reflection: &[i16; 8], input: &[i16], out: &mut Vec<i16>) {
        for &sample in input {
            let mut s = sample;
            for i in (0..8).rev() {
                s = s.saturating_sub(mult_r(reflection[i], self.lattice[i]));
                self.lattice[i + 1] = self.lattice[i].saturating_add(mult_r(reflection[i], s));
            }
            self.lattice[0] = s;
            self.emphasis = s.saturating_add(mult_r(self.emphasis, 28180));
            out.push(self.emphasis.saturating_add(self.emphasis) & !7);
        }
    }
}

/// 5.3.1: the 13 pulses of a subframe, scaled and put on their grid of 40 samples.
fn rpe(sub: &Subframe) -> [i16; 40] {
    const FAC: [i16; 8] = [18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767];
    let mut exponent = if sub.max > 15 { (sub.max >> 3) - 1 } else { 0 };
    let mut mantissa = sub.max - (exponent << 3);
    if mantissa == 0 {
        (exponent, mantissa) = (-4, 7);
    } else {
        while mantissa <= 7 {
            mantissa = mantissa << 1 | 1;
            exponent -= 1;
        }
        mantissa -= 8;
    }
    let shift = 6 - exponent;
    let half = if shift > 0 { 1_i16 << (shift - 1) } else { 0 };
    let mut grid = [0; 40];
    for (i, &pulse) in sub.pulses.iter().enumerate() {
        let scaled = mult_r(FAC[mantissa as usize], ((pulse << 1) - 7) << 12);
        grid[sub.grid + 3 * i] = scaled.saturating_add(half) >> shift;
    }
    grid
}

/// 5.3.1 of the LPC part: coded log-area ratios to log-area ratios.
fn lar_decoded(coded: &[i16; 8]) -> [i16; 8] {
    const MIC: [i16; 8] = [-32, -32, -16, -16, -8, -8, -4, -4];
    const B: [i16; 8] = [0, 0, 2048, -2560, 94, -1792, -341, -1144];
    const INVA: [i16; 8] = [13107, 13107, 13107, 13107, 19223, 17476, 31454, 29708];
    std::array::from_fn(|i| {
        let spread = (coded[i] + MIC[i]) << 10;
        let lar = mult_r(INVA[i], spread.saturating_sub(B[i] << 1));
        lar.saturating_add(lar)
    })
}

/// 5.3.3: a log-area ratio to a reflection coefficient.
fn reflection(lar: i16) -> i16 {
    let size = lar.saturating_abs();
    let coefficient = match size {
        ..11059 => size << 1,
        11059..20070 => size + 11059,
        _ => (size >> 2).saturating_add(26112),
    };
    if lar < 0 { -coefficient } else { coefficient }
}

/// Decodes a headerless `.gsm` file.
pub(crate) fn decode_raw(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    let mut pcm = limits.collector(8000, 1)?;
    let mut decoder = Decoder::new();
    let mut block = Vec::with_capacity(FRAME_SAMPLES);
    let frames = bytes.chunks_exact(FRAME_BYTES);
    let ending = if frames.remainder().is_empty() {
        Ending::Complete
    } else {
        Ending::Truncated
    };
    for coded in frames {
        if coded[0] >> 4 != SIGNATURE {
            return Err(DecodeError::damaged(
                "it is named like GSM 6.10 but its frames are not",
            ));
        }
        let mut bit = 4;
        let frame = Frame::read(|count| {
            let value = (bit..bit + count).fold(0, |value, at| {
                value << 1 | u32::from(coded[at / 8] >> (7 - at % 8) & 1)
            });
            bit += count;
            Some(value)
        });
        block.clear();
        decoder.frame(&frame.unwrap_or_default(), &mut block);
        pcm.push(&block, 1)?;
    }
    pcm.finish("GSM 6.10", ending)
}

/// Decodes the blocks of a WAV of format 49 into `pcm`; a half block gives its first frame.
pub(crate) fn decode_wav49(bytes: &[u8], pcm: &mut Collector) -> Result<(), DecodeError> {
    let mut decoder = Decoder::new();
    let mut block = Vec::with_capacity(2 * FRAME_SAMPLES);
    for coded in bytes.chunks(WAV49_BLOCK_BYTES) {
        let mut bits = BitsLsb::new(coded);
        block.clear();
        for _ in 0..2 {
            let Some(frame) = Frame::read(|count| bits.take(count)) else {
                break;
            };
            decoder.frame(&frame, &mut block);
        }
        pcm.push(&block, 1)?;
    }
    Ok(())
}
