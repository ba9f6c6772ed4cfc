//! Loopback addresses that nobody else uses now.

use std::net::{IpAddr, Ipv4Addr, TcpListener};

use anyhow::{Result, bail};

/// Taken on an address for as long as it is used: the other laboratories' way of seeing it.
const MARK_PORT: u16 = 5999;

/// Addresses: one of the engine and its phones, and those of others.
#[derive(Debug)]
pub struct Place {
    pub engine: IpAddr,
    pub trunk: IpAddr,
    /// Of whoever is neither.
    pub elsewhere: IpAddr,
    /// Another carrier's.
    pub second: IpAddr,
    /// Nobody answers there, unless a story has somebody move in.
    pub empty: IpAddr,
    _mark: TcpListener,
}

impl Place {
    /// Looks for addresses from one on that depends on this process.
    pub fn take() -> Result<Self> {
        let first = std::process::id();
        for step in 0..1000 {
            let place = first.wrapping_add(step);
            let [_, _, b, c] = place.to_be_bytes();
            // 127.0.0.1 and its neighbours are everybody's.
            let at = |first: u8| IpAddr::V4(Ipv4Addr::new(127, first + (b % 32), c, 1 + b / 32));
            let engine = at(64);
            if let Ok(mark) = TcpListener::bind((engine, MARK_PORT)) {
                return Ok(Self {
                    engine,
                    trunk: at(128),
                    elsewhere: at(160),
                    second: at(192),
                    empty: at(224),
                    _mark: mark,
                });
            }
        }
        bail!("no free loopback address: is 127.0.0.0/8 on this system's loopback?")
    }
}
