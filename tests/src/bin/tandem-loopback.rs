//! Serves the desktop's backend to a browser: `tandem-loopback FOLDER [PORT]`. For tests and for work on the pages.
#![expect(
    clippy::print_stdout,
    reason = "whoever starts it reads the address from standard output"
)]

use anyhow::{Context, Result};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("which folder?")?;
    let port = arguments
        .next()
        .map_or(Ok(0), |port| port.parse())
        .context("a port is a number")?;
    let root = tandem_stage::workspace::root()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    tandem_tests::loopback::serve(listener, &root, folder.into()).await
}
