//! Plays a recording on this computer's output, with the player of the desktop: for the test
//! of the sound itself and for finding out why somebody hears nothing.
//!
//! `tandem-play [--speed S] [--volume V] [--device ID] [--seek MS] FILE`, `tandem-play --devices`

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc;

use tandem_audio::{Player, decode_file, output_devices};

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            let _ = writeln!(std::io::stderr(), "{what}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: impl Iterator<Item = String>) -> Result<(), String> {
    let (tell, told) = mpsc::channel();
    let player = Player::new(move |state| {
        let _ = tell.send(state);
    })
    .map_err(|e| e.to_string())?;
    let mut file = None;
    let mut seek_ms = 0;
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        let number = |text: String| text.parse::<f32>().map_err(|e| format!("{text}: {e}"));
        match arg.as_str() {
            "--devices" => return list(),
            "--speed" => player.set_speed(number(value()?)?),
            "--volume" => player.set_volume(number(value()?)?),
            "--device" => player.set_device(Some(value()?)),
            "--seek" => seek_ms = value()?.parse().map_err(|e| format!("--seek: {e}"))?,
            _ => file = Some(arg),
        }
    }
    let file = file.ok_or("which file?")?;
    player.load(decode_file(Path::new(&file)).map_err(|e| e.to_string())?);
    player.seek(seek_ms);
    player.play();
    while let Ok(state) = told.recv() {
        if let Some(error) = state.error {
            return Err(error.to_string());
        }
        if state.ended {
            return Ok(());
        }
    }
    Err("the player ended by itself".to_owned())
}

fn list() -> Result<(), String> {
    let devices = output_devices().map_err(|e| e.to_string())?;
    let mut out = std::io::stdout();
    for device in devices {
        let mark = if device.is_default { '*' } else { ' ' };
        writeln!(out, "{mark} {}\t{}", device.id, device.name).map_err(|e| e.to_string())?;
    }
    Ok(())
}
