//! The system packages, by what they are for. Names as in Debian 12.

use clap::ValueEnum;

/// What a machine is set up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Purpose {
    /// Compiling the workspace
    Build,
    /// `cargo xtask demo`
    Demo,
    /// The demo's real calls
    Calls,
    /// `cargo xtask test` and `cargo xtask bench`
    Test,
}

/// Headers of the web view, the toolkit, sound and the message bus; a C compiler for SQLite and zstd.
const BUILD: &[&str] = &[
    "build-essential",
    "libasound2-dev",
    "libdbus-1-dev",
    "libgtk-3-dev",
    "librsvg2-dev",
    "libwebkit2gtk-4.1-dev",
    "pkg-config",
];

/// A display where there is none, its screenshot, the driver that waits for the rows, and a sound server.
const DEMO: &[&str] = &[
    "dbus",
    "fonts-dejavu-core",
    "imagemagick",
    "pulseaudio",
    "webkit2gtk-driver",
    "xauth",
    "xvfb",
];

/// The SIP engine.
const CALLS: &[&str] = &[
    "kamailio",
    "kamailio-extra-modules",
    "kamailio-sqlite-modules",
    "kamailio-tls-modules",
    "kamailio-utils-modules",
    "rtpengine-daemon",
];

/// Of these, what Debian starts as a service of the machine. We start our own, and nobody asked for one that
/// listens to the network.
pub const SERVICES: &[&str] = &["kamailio", "rtpengine-daemon"];

/// The other browser, the real dialog's keyboard, sound to compare with, a keychain, notifications, the other database,
/// phones of other people's making, and a clock that can be set.
const TEST: &[&str] = &[
    "baresip-core",
    "chromium",
    "dbus-x11",
    "dunst",
    "espeak-ng",
    "faketime",
    "ffmpeg",
    "gnome-keyring",
    "libsecret-tools",
    "openssl",
    "postgresql",
    "pulseaudio-utils",
    "sip-tester",
    "sox",
    "sqlite3",
    "xdotool",
    "zstd",
];

/// Every package that `purpose` needs.
pub fn for_purpose(purpose: Purpose) -> Vec<&'static str> {
    let mut names = BUILD.to_vec();
    if purpose >= Purpose::Demo {
        names.extend(DEMO);
    }
    if purpose >= Purpose::Calls {
        names.extend(CALLS);
    }
    if purpose >= Purpose::Test {
        names.extend(TEST);
    }
    names
}

/// What to install where we don't do it ourselves.
pub fn advice(purpose: Purpose) -> String {
    if cfg!(target_os = "macos") {
        let tools = match purpose {
            Purpose::Build | Purpose::Demo | Purpose::Calls => "",
            Purpose::Test => "\n  brew install postgresql@15 sqlite zstd sox ffmpeg",
        };
        format!(
            "On macOS, install once:\n  xcode-select --install{tools}\nThe web view is part of the system."
        )
    } else if cfg!(windows) {
        let tools = match purpose {
            Purpose::Build | Purpose::Demo | Purpose::Calls => "",
            Purpose::Test => "\n  winget install PostgreSQL.PostgreSQL.15 SQLite.SQLite",
        };
        format!(
            "On Windows, install once:\n  winget install Microsoft.VisualStudio.2022.BuildTools \
             --override \"--add Microsoft.VisualStudio.Workload.VCTools --passive\"\n  \
             winget install Microsoft.EdgeWebView2Runtime{tools}"
        )
    } else {
        format!(
            "This system has no apt-get. Install what these Debian packages hold:\n  {}",
            for_purpose(purpose).join(" ")
        )
    }
}
