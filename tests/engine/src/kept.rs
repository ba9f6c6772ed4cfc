//! What the server and the engine have on their disks.

use anyhow::{Context as _, Result, ensure};
use pbx_api::CallId;
use serde::Deserialize;
use serde_json::Value;
use tandem_stage::wait;

use crate::PATIENCE;
use crate::lab::{Lab, SECRET};

/// The engine's tables in which each call has something.
const OF_CALLS: [&str; 13] = [
    "dialogs", "shows", "who", "rings", "uris", "ways", "proved", "rang", "passed", "rung",
    "places", "codes", "ringing",
];

#[derive(Debug, Deserialize)]
struct Table {
    name: String,
    /// How many entries it has.
    all: u64,
}

impl Lab {
    /// A database of the engine's: `engine`, `emergency` or `events`.
    pub fn kept(&self, name: &str) -> Result<rusqlite::Connection> {
        let path = self.site.database(name);
        Ok(rusqlite::Connection::open(path)?)
    }

    /// The number of the last event of the engine.
    pub fn numbered(&self) -> Result<u32> {
        let last = "select coalesce(max(seq), 0) from sqlite_sequence";
        Ok(self.kept("events")?.query_row(last, [], |row| row.get(0))?)
    }

    /// Waits until the server has everything up to an event, and nothing is left to be done.
    pub fn is_settled(&self, number: u32) -> Result<()> {
        let (server, events) = (self.server_database()?, self.kept("events")?);
        let count = |of: &rusqlite::Connection, counted: &str| {
            of.query_row(counted, [], |row| row.get::<_, u32>(0))
        };
        wait::until("nothing is to be told or done", PATIENCE, || {
            let left = count(&server, "select count(*) from engine_removal")?
                + count(&events, "select count(*) from event")?;
            Ok((left == 0 && self.numbered()? >= number).then_some(()))
        })
    }

    /// The server's own database.
    pub fn server_database(&self) -> Result<rusqlite::Connection> {
        let path = self.data().join("pbx-core.sqlite");
        Ok(rusqlite::Connection::open(path)?)
    }

    /// Waits until a count that is asked of a database of the engine's is as it should be.
    pub fn counts(&self, what: &str, name: &str, counted: &str, count: u32) -> Result<()> {
        let kept = self.kept(name)?;
        wait::until(what, PATIENCE, || {
            let found: u32 = kept.query_row(counted, [], |row| row.get(0))?;
            Ok((found == count).then_some(()))
        })
    }

    /// Waits until the engine has so many contacts of a user on its disk.
    pub fn contacts(&self, extension: &str, count: u32) -> Result<()> {
        let user = self.office.line(extension)?.user;
        let counted = format!("select count(*) from location where username = '{user}'");
        self.counts(
            &format!("{count} contacts of {extension}"),
            "engine",
            &counted,
            count,
        )
    }

    /// Waits until the engine has a call that talks on its disk.
    pub fn keeps(&self, sip_call_id: &str) -> Result<()> {
        let kept = self.kept("engine")?;
        let counted = "select count(*) from dialog d join dialog_vars v
             on v.hash_entry = d.hash_entry and v.hash_id = d.hash_id
             where v.dialog_key = 'answered' and d.state = 4 and d.callid = ?1";
        wait::until("the engine keeps the call", PATIENCE, || {
            let found: u32 = kept.query_row(counted, [sip_call_id], |row| row.get(0))?;
            Ok((found > 0).then_some(()))
        })
    }

    /// How many captures of calls there are.
    pub fn captures(&self) -> Result<usize> {
        let folder = self.site.captures();
        let mut count = 0;
        for kind in ["pcaps", "metadata", "made", "unreadable"] {
            match std::fs::read_dir(folder.join(kind)) {
                Ok(files) => count += files.count(),
                Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(count)
    }

    /// Waits until no capture is left.
    pub fn is_tidy(&self) -> Result<()> {
        wait::until("every capture is taken care of", PATIENCE, || {
            Ok((self.captures()? == 0).then_some(()))
        })
    }

    /// The engine does not know of a call any more, and tells nobody.
    pub fn forgets_call(&self, call: CallId) -> Result<()> {
        self.order("htable.delete", &["dialogs", &call.to_string()])?;
        Ok(())
    }

    /// The engine takes a call for one that talks, and there is nothing that could end it.
    pub fn loses_call(&self, call: CallId) -> Result<()> {
        let dialog = r#"{"answered_at_ms":1,"sip_call_id":"of nobody"}"#;
        self.order("htable.sets", &["dialogs", &call.to_string(), dialog])?;
        Ok(())
    }

    /// Waits until the engine has nothing in its memory that belongs to a call.
    pub fn keeps_no_call(&self) -> Result<()> {
        let mut left = Vec::new();
        let empty = wait::until("the engine's memory of calls is empty", PATIENCE, || {
            let said = self.order("htable.stats", &[])?;
            let tables: Vec<Table> = serde_json::from_value(said["result"].clone())?;
            let of_calls = tables
                .into_iter()
                .filter(|table| OF_CALLS.contains(&table.name.as_str()));
            left = of_calls.collect();
            ensure!(left.len() == OF_CALLS.len(), "a table is gone: {said}");
            left.retain(|table| table.all > 0);
            Ok(left.is_empty().then_some(()))
        });
        empty.with_context(|| format!("{left:?}"))
    }

    fn order(&self, method: &str, arguments: &[&str]) -> Result<Value> {
        let mut answer = self.rpc(Some(SECRET), method, arguments)?;
        let text = answer.body_mut().read_to_string()?;
        ensure!(answer.status().is_success(), "{method}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Another program holds the server's database until this is dropped.
    pub fn lock_database(&self) -> Result<rusqlite::Connection> {
        let holder = self.server_database()?;
        holder.busy_timeout(PATIENCE)?;
        holder.execute_batch("begin immediate")?;
        Ok(holder)
    }
}
