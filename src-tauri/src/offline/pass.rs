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

const BY_HAND: &str = "recordings kept by hand";
/// Between two events while files come in.
const TELL_EVERY: Duration = Duration::from_millis(500);

/// What all rules together want, the newest first.
struct Wanted {
    files: HashMap<LegId, RecordingInfo>,
    order: Vec<LegId>,
}

impl Offline {
    fn by_hand(&self) -> HashSet<LegId> {
        let text = self.cache.value(BY_HAND).ok().flatten();
        text.and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    /// The files of a rule that is being removed stay until a person purges them.
    pub(super) fn keep_by_hand(&self, rule: &str) -> Result<(), Problem> {
        let mut kept = self.by_hand();
        if let Some(progress) = lock(&self.progress).get(rule) {
            kept.extend(progress.wanted.iter().map(|(leg, _)| *leg));
        }
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
        for rule in self.rules() {
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
                    bytes += info.size_bytes;
                    if bytes <= rule.limit_bytes {
                        of_rule.wanted.push((stored.leg.id, info.size_bytes));
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

    /// Brings the folder to what the rules say. Files go only when the cache is complete: an empty
    /// cache that is being filled anew wants nothing yet.
    pub(super) async fn pass(self: Arc<Self>) -> Result<(), Problem> {
        let owner = Arc::clone(&self);
        let may_play = self.may_play.load(Ordering::Relaxed);
        let wanted = crate::blocking(move || owner.wanted()).await?;
        let active = self
            .desktop
            .upgrade()
            .and_then(|desktop| desktop.active_or_none());
        let Some(active) = active else { return Ok(()) };
        if !active.sync.state().first_sync {
            self.drop_unwanted(&wanted, may_play);
        }
        if !may_play {
            return Ok(());
        }
        let missing: Vec<LegId> = wanted
            .order
            .iter()
            .copied()
            .filter(|leg| !self.has(*leg))
            .collect();
        let (mut told, total) = (Instant::now(), missing.len());
        for leg in missing {
            let info = &wanted.files[&leg];
            if self.is_paused(leg) || self.has(leg) {
                continue;
            }
            let mut part = files::Part::open(&self.folder, &self.key, leg)?;
            match recordings::fetch(&active.session, leg, info, &mut part, |_| true).await {
                Ok(()) => {
                    let size = part.finish(info)?;
                    lock(&self.kept).insert(leg, size);
                }
                // The recording went away: the next sync says so.
                Err(problem)
                    if matches!(
                        problem.code,
                        Code::NotFound | Code::RecordingUnavailable | Code::Forbidden
                    ) =>
                {
                    drop(part);
                    files::remove(&self.folder, leg);
                }
                Err(problem) => {
                    part.pause()?;
                    self.note(&problem);
                    return Err(problem);
                }
            }
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                self.changed();
            }
        }
        if total > 0
            && let Some(desktop) = self.desktop.upgrade()
        {
            notify::kept(&desktop, JobKind::Offline, total);
        }
        Ok(())
    }

    fn is_paused(&self, leg: LegId) -> bool {
        let rules = self.rules();
        let progress = lock(&self.progress);
        !rules.iter().any(|rule| {
            !rule.paused
                && progress
                    .get(&rule.id)
                    .is_some_and(|p| p.wanted.iter().any(|(wanted, _)| *wanted == leg))
        })
    }

    fn note(&self, problem: &Problem) {
        for progress in lock(&self.progress).values_mut() {
            progress.problem = Some(problem.clone());
        }
    }

    fn drop_unwanted(&self, wanted: &Wanted, may_play: bool) {
        let by_hand = self.by_hand();
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
    }

    fn is_available(&self, leg: LegId) -> bool {
        let known = self.cache.leg(leg).ok().flatten();
        known.is_some_and(|stored| stored.leg.recording == RecordingState::Available)
    }
}
