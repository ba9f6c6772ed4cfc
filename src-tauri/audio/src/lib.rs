//! Call recordings: decoded from what real switches write, drawn, and played at another
//! speed without another pitch.
//!
//! - [`decode()`] turns the bytes of a file into [`Decoded`], or into a [`DecodeError`]
//!   that has a sentence for a person. No input makes it panic, hang or allocate without limit.
//! - [`waveform()`] gives the peaks of each side for drawing.
//! - [`Stretch`] plays faster or slower at the same pitch; [`stretched`] does it for a whole
//!   recording.
//! - [`Player`] plays a [`Decoded`] on a device and tells what it is doing.
//!
//! A stereo recording has the caller on the left and the callee on the right.

mod decode;
mod decoded;
mod error;
mod player;
mod resample;
mod stretch;
mod waveform;

pub use decode::{Limits, decode, decode_file, decode_within};
pub use decoded::{Decoded, Ending};
pub use error::{DecodeError, DeviceError};
pub use player::{Device, Player, PlayerState, output_devices};
pub use stretch::{SPEED_MAX, SPEED_MIN, Stretch, stretched};
pub use waveform::{Waveform, waveform};
