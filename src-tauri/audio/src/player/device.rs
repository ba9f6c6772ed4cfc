//! Sound outputs: which there are, and how one is opened.

use std::str::FromStr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait};
use rodio::{DeviceSinkBuilder, MixerDeviceSink};

use crate::DeviceError;

/// How long a list of devices may take; a sound server that hangs is not waited for.
const LIST_TIMEOUT: Duration = Duration::from_secs(4);

/// Half of what the system buffers. A call is not a game: it may lag a little behind the
/// controls, and must not stutter when the computer is busy.
pub(super) const BUFFER_MS: u32 = 120;

/// An output that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Device {
    /// Stays the same from run to run.
    pub id: String,
    /// As the system calls it.
    pub name: String,
    pub is_default: bool,
}

/// The outputs of this computer, the default one first. Returns within a few seconds.
pub fn output_devices() -> Result<Vec<Device>, DeviceError> {
    let (tell, told) = mpsc::channel();
    thread::Builder::new()
        .name("audio-devices".to_owned())
        .spawn(move || tell.send(list()))
        .map_err(|e| DeviceError::Failed {
            what: e.to_string(),
        })?;
    told.recv_timeout(LIST_TIMEOUT)
        .unwrap_or(Err(DeviceError::Timeout))
}

fn list() -> Result<Vec<Device>, DeviceError> {
    let host = cpal::default_host();
    let default = host
        .default_output_device()
        .and_then(|device| device.id().ok());
    let devices = host.output_devices().map_err(|e| failed(&e, false))?;
    let mut found: Vec<Device> = devices
        .filter_map(|device| {
            let id = device.id().ok()?;
            let name = device
                .description()
                .map_or_else(|_| id.id().to_owned(), |d| d.name().to_owned());
            Some(Device {
                is_default: Some(&id) == default.as_ref(),
                id: id.to_string(),
                name,
            })
        })
        .collect();
    found.sort_by_key(|device| !device.is_default);
    if found.is_empty() {
        Err(DeviceError::NoDevice)
    } else {
        Ok(found)
    }
}

/// Opens an output, the default one if none is named. `lost` is called when it goes away.
pub(super) fn open(
    id: Option<&str>,
    lost: impl Fn(DeviceError) + Clone + Send + 'static,
) -> Result<MixerDeviceSink, DeviceError> {
    let host = cpal::default_host();
    let device = match id {
        None => host.default_output_device().ok_or(DeviceError::NoDevice)?,
        Some(id) => {
            let id = cpal::DeviceId::from_str(id).map_err(|_| DeviceError::NotFound)?;
            host.device_by_id(&id).ok_or(DeviceError::NotFound)?
        }
    };
    let chosen = id.is_some();
    let on_error = move |e: cpal::Error| {
        if is_fatal(e.kind()) {
            lost(DeviceError::Gone);
        }
    };
    // Without a known rate the buffer is that of the usual one.
    let rate_hz = device
        .default_output_config()
        .map_or(48_000, |config| config.sample_rate());
    let buffer = cpal::BufferSize::Fixed((rate_hz / 1000 * BUFFER_MS).max(1));
    let opened = DeviceSinkBuilder::from_device(device)
        .map(|builder| {
            builder
                .with_buffer_size(buffer)
                .with_error_callback(on_error)
        })
        .and_then(|builder| builder.open_sink_or_fallback());
    let mut sink = opened.map_err(|e| {
        use rodio::DeviceSinkError as E;
        match e {
            E::PlayError(e)
            | E::DefaultSinkConfigError(e)
            | E::BuildError(e)
            | E::SupportedConfigsError(e) => failed(&e, chosen),
            E::NoDevice => DeviceError::NoDevice,
            other => DeviceError::Failed {
                what: other.to_string(),
            },
        }
    })?;
    sink.log_on_drop(false);
    Ok(sink)
}

fn is_fatal(kind: cpal::ErrorKind) -> bool {
    use cpal::ErrorKind as K;
    matches!(
        kind,
        K::DeviceNotAvailable
            | K::HostUnavailable
            | K::StreamInvalidated
            | K::PermissionDenied
            | K::DeviceBusy
    )
}

fn failed(e: &cpal::Error, chosen: bool) -> DeviceError {
    use cpal::ErrorKind as K;
    match e.kind() {
        K::DeviceNotAvailable if chosen => DeviceError::NotFound,
        K::DeviceNotAvailable | K::HostUnavailable => DeviceError::NoDevice,
        _ => DeviceError::Failed {
            what: e.to_string(),
        },
    }
}
