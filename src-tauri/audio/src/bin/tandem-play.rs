//! Plays a recording on this computer's output, with the player of the desktop: for the test
//! of the sound itself and for finding out why somebody hears nothing.
//!
//! `tandem-play [--speed S] [--volume V] [--device ID] [--seek MS] [--control] FILE`,
//! `tandem-play --devices`
//!
//! With `--control` it prints each state as a line of JSON and takes commands as lines:
//! `play`, `pause`, `stop`, `seek MS`, `speed S`, `volume V`, `device ID`.

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
    let (mut seek_ms, mut control) = (0, false);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        let number = |text: String| text.parse::<f32>().map_err(|e| format!("{text}: {e}"));
        match arg.as_str() {
            "--devices" => return list(),
            "--control" => control = true,
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
    if control {
        let player = player.clone();
        std::thread::spawn(move || {
            for line in std::io::stdin().lines().map_while(Result::ok) {
                obey(&player, &line);
            }
        });
    }
    while let Ok(state) = told.recv() {
        if control {
            let line = serde_json::to_string(&state).map_err(|e| e.to_string())?;
            writeln!(std::io::stdout(), "{line}").map_err(|e| e.to_string())?;
        }
        if let Some(error) = state.error {
            return Err(error.to_string());
        }
        if state.ended {
            return Ok(());
        }
    }
    Err("the player ended by itself".to_owned())
}

/// One command; what can't be understood is passed over.
fn obey(player: &Player, line: &str) {
    let (verb, value) = line.split_once(' ').unwrap_or((line, ""));
    match (verb, value.parse::<f32>()) {
        ("play", _) => player.play(),
        ("pause", _) => player.pause(),
        ("stop", _) => player.stop(),
        ("seek", Ok(ms)) => player.seek(ms as u64),
        ("speed", Ok(speed)) => player.set_speed(speed),
        ("volume", Ok(volume)) => player.set_volume(volume),
        ("device", _) => player.set_device((!value.is_empty()).then(|| value.to_owned())),
        _ => {}
    }
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
