//! The trunks as an engine is told them.

use std::net::SocketAddr;

use pbx_api::{EngineTrunk, EngineTrunks};
use sha2::{Digest as _, Sha256};

use crate::db::Root;
use crate::error::Result;
use crate::http::App;
use crate::trunks::{EMERGENCY, Routes, Trunk, store};

/// What makes the version, of so many hexadecimal digits.
const VERSION_DIGITS: usize = 16;

/// All that an engine keeps of trunks.
///
/// # Errors
/// When the database fails, or a password does not open.
pub async fn told(app: &App) -> Result<EngineTrunks> {
    let mut root = app.db.look_root().await?;
    let (trunks, routes) = enabled(&mut root).await?;
    drop(root);
    Ok(EngineTrunks {
        version: version_of(&trunks, &routes)?,
        emergency: routes.of(EMERGENCY).to_vec(),
        trunks: trunks
            .into_iter()
            .map(|trunk| opened(app, trunk))
            .collect::<Result<_>>()?,
    })
}

/// Which trunks an engine has to know by now.
///
/// # Errors
/// When the database fails.
pub async fn version(root: &mut Root) -> Result<String> {
    let (trunks, routes) = enabled(root).await?;
    version_of(&trunks, &routes)
}

async fn enabled(root: &mut Root) -> Result<(Vec<Trunk>, Routes)> {
    let mut trunks = store::list(root).await?;
    trunks.retain(|trunk| trunk.enabled);
    Ok((trunks, store::routes(root.conn()).await?))
}

/// A hash of everything. A password that is set again is sealed anew, which makes another version
/// even where it is the same: nothing has to be opened to know it.
fn version_of(trunks: &[Trunk], routes: &Routes) -> Result<String> {
    let facts: Vec<_> = trunks
        .iter()
        .map(|of| {
            (
                &of.name,
                of.transport,
                &of.addresses,
                &of.user,
                &of.password,
            )
        })
        .collect();
    let text = serde_json::to_vec(&(facts, routes.of(EMERGENCY)))?;
    let mut version = hex::encode(Sha256::digest(&text));
    version.truncate(VERSION_DIGITS);
    Ok(version)
}

fn opened(app: &App, trunk: Trunk) -> Result<EngineTrunk> {
    let password = if trunk.password.is_empty() {
        String::new()
    } else {
        let bytes = app.vault.open(&trunk.owner(), &trunk.password)?;
        String::from_utf8(bytes).map_err(anyhow::Error::new)?
    };
    Ok(EngineTrunk {
        addresses: trunk.addresses.iter().map(written).collect(),
        name: trunk.name,
        transport: trunk.transport,
        user: trunk.user,
        password,
    })
}

/// As Kamailio writes the source of a request: of IPv6 all eight groups.
fn written(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => address.to_string(),
        SocketAddr::V6(address) => {
            let groups = address.ip().segments().map(|group| format!("{group:x}"));
            format!("[{}]:{}", groups.join(":"), address.port())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_requests_from_it_say() {
        let told = |text: &str| written(&text.parse().unwrap());
        assert_eq!(told("192.0.2.1:5060"), "192.0.2.1:5060");
        assert_eq!(told("[2001:db8::10]:5080"), "[2001:db8:0:0:0:0:0:10]:5080");
    }
}
