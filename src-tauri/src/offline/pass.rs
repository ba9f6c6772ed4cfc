//! One pass over the rules: what they want, what goes, what is fetched.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use pbx_api::{Code, LegId, Problem, RecordingInfo, RecordingState};
use tandem_cache::CallFilter;

use super::{Offline, Progress, files, lock};
use crate::jobs::JobKind;
use crate::notify;
use crate::recordings;
use crate::server::Session;

const BY_HAND: &str = "recordings kept by hand";
/// Between two events while files come in.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// What all rules together want, the newest first.
struct Wanted {
    files: HashMap<LegId, RecordingInfo>,
    order: Vec<LegId>,
}

/// Does it stop the other recordings as well.
fn stops_all(problem: &Problem) -> bool {
    matches!(
        problem.code,
        Code::Offline
            | Code::Disk
            | Code::Unauthenticated
            | Code::WrongCredentials
            | Code::TooManyRequests
    )
}

impl Offline {
    fn by_hand(&self) -> Result<HashSet<LegId>, Problem> {
        let text = self.cache.value(BY_HAND).map_err(crate::calls::problem)?;
        Ok(text
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default())
    }

    /// The files of a rule that is being removed stay until a person purges them.
    pub(super) fn keep_by_hand(&self, rule: &str) -> Result<(), Problem> {
        let mut kept = self.by_hand()?;
        if let Some(progress) = lock(&self.progress).get(rule) {
            kept.extend(progress.wanted.keys());
        }
        kept.retain(|leg| self.has(*leg));
        let text = serde_json::to_vec(&kept).expect("ids are plain data");
        self.cache
            .set_value(BY_HAND, &text)
            .map_err(crate::calls::problem)
    }

    /// Works out what each rule wants: the newest recordings of its filter up to its limit.
    fn wanted(&self) -> Result<Wanted, Problem> {
        let mut wanted = Wanted {
            files: HashMap::new(),
            order: Vec::new(),
        };
        let mut progress = HashMap::new();
        for rule in self.rules()? {
            let mut of_rule = Progress::default();
            let filter = CallFilter {
                recorded: true,
                ..rule.filter.clone()
            };
            let mut bytes = 0;
            self.cache
                .each_leg(&filter, |stored| {
                    let Some(info) = stored.leg.recording_info else {
                        return true;
                    };
                    if stored.leg.recording != RecordingState::Available {
                        return true;
                    }
                    of_rule.matching += 1;
                    // One that is larger than the limit alone keeps no other one out.
                    if info.size_bytes > rule.limit_bytes {
                        return true;
                    }
                    bytes += info.size_bytes;
                    // A paused rule fetches nothing, so nothing that it has goes for new ones.
                    let stays = rule.paused && self.has(stored.leg.id);
                    if bytes <= rule.limit_bytes || stays {
                        of_rule.wanted.insert(stored.leg.id, info.size_bytes);
                        if !rule.paused {
                            wanted.order.push(stored.leg.id);
                        }
                        wanted.files.insert(stored.leg.id, info);
                    }
                    true
                })
                .map_err(crate::calls::problem)?;
            progress.insert(rule.id, of_rule);
        }
        *lock(&self.progress) = progress;
        Ok(wanted)
    }

    /// Brings the folder to what the rules say. Files go only when the cache was complete all the
    /// while: one that is being filled anew wants nothing yet. A withdrawn right does not wait.
    pub(super) async fn pass(self: Arc<Self>) -> Result<(), Problem> {
        let desktop = self.desktop.upgrade();
        let active = desktop
            .as_ref()
            .and_then(|desktop| desktop.active_or_none());
        let (Some(desktop), Some(active)) = (desktop, active) else {
            return Ok(());
        };
        let may_play = self.may_play.load(Ordering::Relaxed);
        let (owner, sync) = (Arc::clone(&self), Arc::clone(&active.sync));
        let wanted = crate::blocking(move || {
            if !may_play {
                let nothing = Wanted {
                    files: HashMap::new(),
                    order: Vec::new(),
                };
                owner.drop_unwanted(&nothing, false)?;
                return Ok(nothing);
            }
            let (epoch, complete) = (owner.cache.epoch(), !sync.state().first_sync);
            let wanted = owner.wanted()?;
            if complete && !sync.state().first_sync && owner.cache.epoch() == epoch {
                owner.drop_unwanted(&wanted, true)?;
            }
            Ok(wanted)
        })
        .await?;
        let missing: Vec<LegId> = wanted
            .order
            .iter()
            .copied()
            .filter(|leg| !self.has(*leg))
            .collect();
        let (mut told, mut fetched, mut left) = (Instant::now(), 0, None);
        for leg in missing {
            match self.bring(&active.session, leg, &wanted.files[&leg]).await {
                Ok(brought) => fetched += usize::from(brought),
                // Without a line, a session or a disk the others would fail as well.
                Err(problem) if stops_all(&problem) => {
                    self.note(&problem);
                    return Err(problem);
                }
                // One damaged recording keeps no other one away.
                Err(problem) => left = Some(problem),
            }
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                self.changed();
            }
        }
        if fetched > 0 {
            notify::kept(&desktop, JobKind::Offline, fetched);
        }
        match left {
            Some(problem) => {
                self.note(&problem);
                Err(problem)
            }
            None => Ok(()),
        }
    }

    /// Fetches one recording, unless nobody waits for it any more. Says whether it came.
    async fn bring(
        self: &Arc<Self>,
        session: &Session,
        leg: LegId,
        info: &RecordingInfo,
    ) -> Result<bool, Problem> {
        let owner = Arc::clone(self);
        let part = crate::blocking(move || {
            if !owner.is_waited_for(leg)? || owner.has(leg) {
                return Ok(None);
            }
            files::Part::open(&owner.folder, &owner.key, leg).map(Some)
        });
        let Some(mut part) = part.await? else {
            return Ok(false);
        };
        let fetched = recordings::fetch(session, leg, info, &mut part, |_| true).await;
        let (owner, info) = (Arc::clone(self), info.clone());
        crate::blocking(move || match fetched {
            Ok(()) => {
                let size = part.finish(&info)?;
                lock(&owner.kept).insert(leg, size);
                Ok(true)
            }
            Err(problem) if stops_all(&problem) => {
                part.pause()?;
                Err(problem)
            }
            Err(problem) => {
                drop(part);
                files::remove(&owner.folder, leg);
                match problem.code {
                    // The recording went away: the next sync says so.
                    Code::NotFound | Code::RecordingUnavailable | Code::Forbidden => Ok(false),
                    _ => Err(problem),
                }
            }
        })
        .await
    }

    fn is_waited_for(&self, leg: LegId) -> Result<bool, Problem> {
        let rules = self.rules()?;
        let progress = lock(&self.progress);
        Ok(rules.iter().any(|rule| {
            let of_rule = progress.get(&rule.id);
            !rule.paused && of_rule.is_some_and(|p| p.wanted.contains_key(&leg))
        }))
    }

    fn note(&self, problem: &Problem) {
        for progress in lock(&self.progress).values_mut() {
            progress.problem = Some(problem.clone());
        }
    }

    fn drop_unwanted(&self, wanted: &Wanted, may_play: bool) -> Result<(), Problem> {
        let by_hand = self.by_hand()?;
        let stays = |leg: &LegId| {
            may_play
                && (wanted.files.contains_key(leg)
                    || by_hand.contains(leg) && self.is_available(*leg))
        };
        let here: Vec<LegId> = lock(&self.kept).keys().copied().collect();
        here.into_iter()
            .filter(|leg| !stays(leg))
            .for_each(|leg| self.drop_file(leg));
        let waiting = wanted.files.keys().copied().collect();
        files::remove_parts(&self.folder, &waiting);
        Ok(())
    }

    /// What can't be looked up stays: only a known deletion removes a file.
    fn is_available(&self, leg: LegId) -> bool {
        let is_available =
            |stored: tandem_cache::StoredLeg| stored.leg.recording == RecordingState::Available;
        self.cache
            .leg(leg)
            .map_or(true, |known| known.is_some_and(is_available))
    }
}
