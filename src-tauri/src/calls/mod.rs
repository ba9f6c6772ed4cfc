//! Call Details: the list, its totals, a call's legs, and filters that a person saved.

use std::sync::{Arc, PoisonError};

use pbx_api::{
    CallId, CallResult, ClientId, Code, Direction, InstantMs, LegId, NumberId, Problem, ProfileId,
    RecordingFault, RecordingState, Rule, UserId,
};
use serde::{Deserialize, Serialize};
use tandem_cache::{CacheError, CallFilter, CallPage, CallTotals, Sort, StoredLeg};
use ts_rs::TS;

use crate::active::Active;
use crate::clock::local_id;
use crate::events::Tag;
use crate::{Desktop, Nothing};

/// Saved filters are a list that a person reads.
const SAVED_MAX: usize = 200;
const SAVED_NAME_MAX: usize = 80;
const PERIOD_MAX: usize = 40;
const SAVED: &str = "saved filters";

/// What a failing cache means to a person.
#[must_use]
pub fn problem(error: CacheError) -> Problem {
    let happened = match error {
        CacheError::Filter { field, rule } => return Problem::broken(field, rule),
        CacheError::Disk(why) => {
            return Problem::new(Code::Disk).because(Rule::CopyUnwritten { why });
        }
        CacheError::InUse => Rule::OtherWindow,
        CacheError::WrongKey => Rule::CopyKey,
        CacheError::Damaged(why) => Rule::CopyDamaged { why },
        CacheError::Sqlite(error) => Rule::CopyUnread {
            why: error.to_string(),
        },
        CacheError::Io(error) => Rule::CopyUnread {
            why: error.to_string(),
        },
        CacheError::Rebuilt => Rule::CopyRebuilt,
    };
    Problem::new(Code::Cache).because(happened)
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PageOf {
    pub filter: CallFilter,
    pub sort: Sort,
    pub offset: u64,
    /// At most 500.
    pub limit: u32,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Filtered {
    pub filter: CallFilter,
}

#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OneCall {
    pub call: CallId,
}

/// A leg with everything that is known of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LegDetail {
    pub id: LegId,
    pub started_at_ms: InstantMs,
    pub answered_at_ms: Option<InstantMs>,
    pub ended_at_ms: InstantMs,
    /// Nobody told when it ended: the end is when it was known to be over.
    pub end_estimated: bool,
    pub direction: Direction,
    pub result: CallResult,
    pub client_name: String,
    pub user_name: String,
    pub from_number: String,
    pub from_e164: Option<String>,
    pub from_name: String,
    pub to_number: String,
    pub to_e164: Option<String>,
    pub ring_seconds: u32,
    pub talk_seconds: u32,
    pub cause: Option<u16>,
    pub sip_code: Option<u16>,
    pub recording: RecordingState,
    pub recording_bytes: Option<u64>,
    pub recording_fault: Option<RecordingFault>,
    pub kept_offline: bool,
    pub source_id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SavedFilter {
    pub id: String,
    pub name: String,
    pub filter: CallFilter,
    /// The named period that the dates came from, such as the last seven days: whoever shows the
    /// filter works the dates out anew.
    #[serde(default)]
    pub period: Option<String>,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SaveFilter {
    /// A new one gets an id.
    pub id: Option<String>,
    pub name: String,
    pub filter: CallFilter,
    #[serde(default)]
    #[ts(optional = nullable)]
    pub period: Option<String>,
}

#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DirectoryClient {
    pub id: ClientId,
    pub name: String,
    pub realm: String,
    pub time_zone: String,
    pub country: String,
    pub suspended: bool,
    pub production: bool,
    /// The profiles that its users may have.
    pub profiles: Vec<ProfileId>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DirectoryUser {
    pub id: UserId,
    pub client: ClientId,
    pub name: String,
    pub extension: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DirectoryProfile {
    pub id: ProfileId,
    pub name: String,
    pub is_default: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DirectoryNumber {
    pub id: NumberId,
    pub client: ClientId,
    pub e164: String,
    pub emergency_validated: bool,
}

/// Whom one can filter by and pick from.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Directory {
    pub clients: Vec<DirectoryClient>,
    pub users: Vec<DirectoryUser>,
    pub profiles: Vec<DirectoryProfile>,
    pub numbers: Vec<DirectoryNumber>,
}

pub async fn page(desktop: Arc<Desktop>, input: PageOf) -> Result<CallPage, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        let PageOf {
            filter,
            sort,
            offset,
            limit,
        } = input;
        let mut page = active
            .cache
            .page(&filter, sort, offset, limit as usize)
            .map_err(problem)?;
        for row in &mut page.rows {
            row.kept_offline = row.recording_leg.is_some_and(|leg| active.offline.has(leg));
        }
        Ok(page)
    })
    .await
}

pub async fn totals(desktop: Arc<Desktop>, input: Filtered) -> Result<CallTotals, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        let mut totals = active.cache.totals(&input.filter).map_err(problem)?;
        let sync = active.sync.state();
        totals.still_to_sync = sync
            .first_sync
            .then(|| sync.total.saturating_sub(sync.done));
        Ok(totals)
    })
    .await
}

pub async fn legs(desktop: Arc<Desktop>, input: OneCall) -> Result<Vec<LegDetail>, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        let legs = active.cache.legs(input.call).map_err(problem)?;
        Ok(legs.into_iter().map(|leg| detail(&active, leg)).collect())
    })
    .await
}

fn detail(active: &Active, stored: StoredLeg) -> LegDetail {
    let StoredLeg {
        leg,
        client_name,
        user_name,
    } = stored;
    LegDetail {
        id: leg.id,
        started_at_ms: leg.started_at_ms,
        answered_at_ms: leg.answered_at_ms,
        ended_at_ms: leg.ended_at_ms,
        end_estimated: leg.end_estimated,
        direction: leg.direction,
        result: leg.result,
        client_name,
        user_name,
        from_number: leg.from_number,
        from_e164: leg.from_e164,
        from_name: leg.from_name,
        to_number: leg.to_number,
        to_e164: leg.to_e164,
        ring_seconds: leg.ring_seconds,
        talk_seconds: leg.talk_seconds,
        cause: leg.cause,
        sip_code: leg.sip_code,
        recording: leg.recording,
        recording_bytes: leg.recording_info.map(|info| info.size_bytes),
        recording_fault: leg.recording_fault,
        kept_offline: active.offline.has(leg.id),
        source_id: leg.source_id,
    }
}

pub async fn directory(desktop: Arc<Desktop>, _: Nothing) -> Result<Directory, Problem> {
    let active = desktop.active()?;
    let cache = Arc::clone(&active.cache);
    let ((clients, users), profiles, numbers) =
        crate::blocking(move || Ok((cache.directory(), cache.profiles(), cache.numbers()))).await?;
    Ok(Directory {
        clients: clients
            .into_iter()
            .map(|client| DirectoryClient {
                id: client.id,
                name: client.name,
                realm: client.realm,
                time_zone: client.time_zone,
                country: client.country,
                suspended: client.suspended,
                production: client.production,
                profiles: client.profiles,
            })
            .collect(),
        users: users
            .into_iter()
            .map(|user| DirectoryUser {
                id: user.id,
                client: user.client,
                name: format!("{} {}", user.first_name, user.last_name)
                    .trim()
                    .to_owned(),
                extension: user.extension,
            })
            .collect(),
        profiles: profiles
            .into_iter()
            .map(|profile| DirectoryProfile {
                id: profile.id,
                name: profile.name,
                is_default: profile.is_default,
            })
            .collect(),
        numbers: numbers
            .into_iter()
            .map(|number| DirectoryNumber {
                id: number.id,
                client: number.client,
                e164: number.e164,
                emergency_validated: number.emergency_validated,
            })
            .collect(),
    })
}

fn saved(active: &Active) -> Result<Vec<SavedFilter>, Problem> {
    let text = active.cache.value(SAVED).map_err(problem)?;
    // A list that an older or newer version can't read is no reason to show nothing else.
    Ok(text
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default())
}

fn keep_saved(desktop: &Desktop, active: &Active, filters: &[SavedFilter]) -> Result<(), Problem> {
    let text = serde_json::to_vec(filters).expect("filters are plain data");
    active.cache.set_value(SAVED, &text).map_err(problem)?;
    desktop.events.changed(&[Tag::Filters]);
    Ok(())
}

pub async fn saved_filters(desktop: Arc<Desktop>, _: Nothing) -> Result<Vec<SavedFilter>, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || saved(&active)).await
}

pub async fn save_filter(desktop: Arc<Desktop>, input: SaveFilter) -> Result<SavedFilter, Problem> {
    let active = desktop.active()?;
    let name = input.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > SAVED_NAME_MAX {
        return Err(Problem::broken(
            "name",
            Rule::Characters { least: 1, most: 80 },
        ));
    }
    if input
        .period
        .as_ref()
        .is_some_and(|period| period.len() > PERIOD_MAX)
    {
        return Err(Problem::broken("period", Rule::TooLong));
    }
    crate::blocking(move || {
        let _saving = active.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let mut filters = saved(&active)?;
        if filters
            .iter()
            .any(|f| f.name == name && Some(&f.id) != input.id.as_ref())
        {
            return Err(Problem::new(Code::Taken).breaks("name", Rule::InUse));
        }
        let entry = SavedFilter {
            id: input.id.unwrap_or_else(local_id),
            name,
            filter: input.filter,
            period: input.period,
        };
        filters.retain(|known| known.id != entry.id);
        if filters.len() >= SAVED_MAX {
            return Err(Problem::broken("name", Rule::OneTooMany { most: 200 }));
        }
        filters.push(entry.clone());
        filters.sort_by_cached_key(|f| f.name.to_lowercase());
        keep_saved(&desktop, &active, &filters)?;
        Ok(entry)
    })
    .await
}

pub async fn remove_filter(desktop: Arc<Desktop>, input: Named) -> Result<Nothing, Problem> {
    let active = desktop.active()?;
    crate::blocking(move || {
        let _saving = active.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let mut filters = saved(&active)?;
        filters.retain(|filter| filter.id != input.id);
        keep_saved(&desktop, &active, &filters)?;
        Ok(Nothing {})
    })
    .await
}
