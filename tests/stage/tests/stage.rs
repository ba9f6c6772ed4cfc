//! The stage itself: what the stories stand on must stand.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use tandem_stage::display::Display;
use tandem_stage::process::{Running, need, output_of};
use tandem_stage::session::Session;
use tandem_stage::sound::{self, Sound};
use tandem_stage::wait;

#[test]
fn a_secret_stays_in_the_keychain_of_its_session() {
    let folder = tempfile::tempdir().expect("a folder");
    let display = Display::start(640, 480).expect("a display");
    let session = Session::start(folder.path(), &display).expect("a session");
    need(&["secret-tool"]).expect("secret-tool");

    let mut store = Command::new("secret-tool");
    store
        .args(["store", "--label=test", "of", "stage"])
        .stdin(Stdio::piped());
    session.use_for(&mut store);
    let mut store = Running::start("secret-tool", &mut store).expect("starts");
    store.tell("a token").expect("reads");
    let stored = wait::until("stored", Duration::from_secs(20), || store.ended()).expect("ends");
    assert!(stored.success());

    let mut look = Command::new("secret-tool");
    look.args(["lookup", "of", "stage"]);
    session.use_for(&mut look);
    assert_eq!(
        output_of("secret-tool", &mut look).expect("finds it"),
        "a token"
    );
    assert!(
        folder.path().join("data/keyrings").is_dir(),
        "the keychain's files are the session's own"
    );
}

#[test]
fn what_is_played_is_heard() {
    let folder = tempfile::tempdir().expect("a folder");
    let sound = Sound::start(folder.path()).expect("a sound server");
    let heard = folder.path().join("heard.wav");
    let capture = sound.capture(&heard).expect("listens");

    // Two seconds of a square wave, of which one must arrive: a null sink drops the beginning and
    // the tail of what starts and ends abruptly.
    let tone = (0..96_000_u32).flat_map(|at| if at / 50 % 2 == 0 { [0, 32] } else { [0, 224] });
    let wave: Vec<u8> = tone.collect();
    let mut play = Command::new("pacat");
    play.args([
        "--playback",
        "--rate=48000",
        "--channels=1",
        "--format=s16le",
        "--raw",
    ])
    .stdin(Stdio::piped());
    sound.use_for(&mut play);
    let mut play = play.spawn().expect("pacat starts");
    play.stdin
        .take()
        .expect("a pipe")
        .write_all(&wave)
        .expect("reads");
    assert!(play.wait().expect("ends").success());

    wait::until("the wave is heard", Duration::from_secs(20), || {
        let loud = sound::samples(&heard)?
            .iter()
            .filter(|sample| sample.unsigned_abs() > 4000)
            .count();
        Ok((loud > 96_000).then_some(()))
    })
    .expect("heard");
    capture.stop();
}
