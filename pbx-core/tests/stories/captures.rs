//! What an engine records becomes recordings: of the right calls, once, whatever lies in its folder
//! and whenever the server starts.

use std::path::PathBuf;

use pbx_api::{CallId, EngineEnd, EngineEvent, EngineRung, Leg, RecordingFault, RecordingState};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Feed, NOW_MS, TestServer, answered, dials, end};

const ACME: &str = "acme.north.example";
/// A µ-law byte that is as loud as can be.
const LOUD: u8 = 0x80;

impl TestServer {
    fn captures(&self, folder: &str) -> PathBuf {
        let root = self.config.engine.recordings_dir.clone().unwrap();
        let folder = root.join(folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Writes what rtpengine leaves of a call in which the caller says a moment's noise.
    fn capture(&self, name: &str, call: &str, pcap: &[u8]) {
        std::fs::write(self.captures("pcaps").join(format!("{name}.pcap")), pcap).unwrap();
        let text = format!(
            "/spool/pcaps/{name}.pcap\n\n\nLabel: caller\nSDP mode: offer\n\nm=audio 30000 RTP/AVP 0\r\n\n\
             Label: callee\nSDP mode: answer\n\nm=audio 30010 RTP/AVP 0\r\n\n\ncall:{call}\n"
        );
        // As rtpengine does it, in one step: somebody may be looking.
        let name = format!("rtpengine-meta-{name}");
        let open = self.captures("tmp").join(format!("{name}.tmp"));
        std::fs::write(&open, text).unwrap();
        std::fs::rename(open, self.captures("metadata").join(format!("{name}.txt"))).unwrap();
    }

    fn left(&self) -> Vec<String> {
        let mut names = Vec::new();
        for folder in ["pcaps", "metadata", "made", "unreadable"] {
            for entry in std::fs::read_dir(self.captures(folder)).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                names.push(format!("{folder}/{name}"));
            }
        }
        names.sort();
        names
    }

    async fn fetch(&self) {
        pbx_core::engine::captures::fetch(&self.app).await.unwrap();
    }

    async fn leg_of(&self, call: CallId) -> Leg {
        self.legs_of(call).await.into_iter().next().unwrap()
    }

    async fn legs_of(&self, call: CallId) -> Vec<Leg> {
        let mut feed = Feed::default();
        feed.apply(&self.feed(&self.north.owner, None).await);
        let legs = feed.legs().into_iter();
        legs.filter(|leg| leg.call == call).collect()
    }

    /// Ann and Bob have phones, and their profile records.
    async fn records(&self) {
        self.phones_of(&self.north.acme, ACME, 100).await;
        let mut features = serde_json::to_value(pbx_api::Features::default()).unwrap();
        features["call_recording"] = json!(true);
        let path = format!("/v1/profiles/{}", self.north.profile);
        let body =
            json!({ "name": "Default User Profile", "features": features, "routes": ["us"] });
        let answer = self
            .by(&self.north.owner, Method::PUT, &path)
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }

    /// Ann's call to Bob, of which an engine says everything at once.
    async fn call(&self, name: &str, first: u64, answered_at_ms: Option<i64>) -> CallId {
        let call = self.rings(&dials(name, "1001", ACME, "1002")).await;
        let mut events = Vec::new();
        if let Some(at_ms) = answered_at_ms {
            events.push(answered(call, "1002", at_ms));
        }
        events.push(end(call, "1002", answered_at_ms));
        self.tell(first, events).await;
        call
    }
}

/// A capture of one packet, sent to the port where the caller is heard.
fn pcap() -> Vec<u8> {
    let mut rtp = vec![0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
    rtp.extend([LOUD; 160]);
    let udp = [
        &[0x0f, 0xa0][..],
        &30_010_u16.to_be_bytes(),
        &180_u16.to_be_bytes(),
        &[0, 0],
        &rtp,
    ]
    .concat();
    let mut frame = vec![0; 12];
    frame.extend([8, 0, 0x45, 0]);
    frame.extend(200_u16.to_be_bytes());
    frame.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
    frame.extend(udp);
    let length = u32::try_from(frame.len()).unwrap();
    let numbers = [
        0xa1b2_c3d4,
        0x0004_0002,
        0,
        0,
        65_535,
        1,
        1_795_000_000,
        0,
        length,
        length,
    ];
    let mut file: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
    file.extend(frame);
    file
}

stories! {
    async fn a_capture_becomes_the_recording_of_its_call(server) {
        let mut server = server;
        server.records().await;
        let call = server.call("one", 1, Some(NOW_MS)).await;
        let leg = server.leg_of(call).await;
        assert_eq!(leg.recording, RecordingState::Pending);
        server.stop().await;
        server.capture("one-1", &call.to_string(), &pcap());
        server.start_again().await;
        server.fetch().await;
        let leg = server.leg_of(call).await;
        assert_eq!(leg.recording, RecordingState::Available);
        let info = leg.recording_info.unwrap();
        assert_eq!(info.file_name, "2026-11-23T044039Z_1001_1002.wav");
        let path = format!("/v1/legs/{}/recording", leg.id);
        let wav = server.get(&server.north.owner, &path).await.bytes().await.unwrap();
        assert_eq!(wav.len(), 44 + 160 * 4);
        assert_eq!(wav[44..48], [0x7c, 0x7d, 0, 0], "the caller is left");
        assert_eq!(server.left(), [""; 0]);

        // What is deleted does not come again.
        let gone = server.by(&server.north.owner, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        server.capture("one-2", &call.to_string(), &pcap());
        server.fetch().await;
        assert_eq!(server.leg_of(call).await.recording, RecordingState::Deleted);
        assert_eq!(server.left(), [""; 0]);
    }

    async fn who_talked_has_the_recording_and_one_deletion_takes_it_from_all(server) {
        server.records().await;
        let (owner, acme) = (&server.north.owner, &server.north.acme);
        let call = server.rings(&dials("one", "1001", ACME, "1002")).await;
        let rung = EngineRung { stage: 0, target: 0, started_at_ms: NOW_MS, ended_at_ms: None, sip_code: Some(200) };
        let end = EngineEnd { call, answered_at_ms: Some(NOW_MS), user: "1002".into(), sip_code: 200, cause: None, rung: vec![rung] };
        server.tell(1, vec![EngineEvent::End(end)]).await;
        let states = async || {
            let legs = server.legs_of(call).await.into_iter();
            let mut states: Vec<_> = legs.map(|leg| (leg.user, leg.recording)).collect();
            states.sort_by_key(|(user, _)| *user != Some(acme.ann.0));
            states
        };
        let both = |state| [(Some(acme.ann.0), state), (Some(acme.bob.0), state)];
        assert_eq!(states().await, both(RecordingState::Pending));
        server.capture("one", &call.to_string(), &pcap());
        server.fetch().await;
        assert_eq!(states().await, both(RecordingState::Available));
        let legs = server.legs_of(call).await;
        for person in [&acme.ann, &acme.bob] {
            let own = legs.iter().find(|leg| leg.user == Some(person.0)).unwrap();
            let path = format!("/v1/legs/{}/recording", own.id);
            let heard = server.get(&person.1, &path).await;
            assert_eq!(heard.status(), StatusCode::OK);
            assert_eq!(heard.bytes().await.unwrap().len(), 44 + 160 * 4);
        }
        let path = format!("/v1/legs/{}/recording", legs[0].id);
        let gone = server.by(owner, Method::DELETE, &path).send().await.unwrap();
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        assert_eq!(states().await, both(RecordingState::Deleted));
        let audit = server.json(owner, "/v1/audit").await.to_string();
        assert_eq!(audit.matches("recording.delete").count(), 2, "{audit}");
        for leg in legs {
            let heard = server.get(owner, &format!("/v1/legs/{}/recording", leg.id)).await;
            assert_eq!(heard.status(), StatusCode::CONFLICT);
        }
    }

    async fn what_nobody_asked_for_is_not_kept(server) {
        server.phones_of(&server.north.acme, ACME, 90).await;
        let call = server.call("off", 1, Some(NOW_MS)).await;
        assert_eq!(server.leg_of(call).await.recording, RecordingState::None);
        server.records().await;
        let unanswered = server.call("unanswered", 5, None).await;
        assert_eq!(server.leg_of(unanswered).await.recording, RecordingState::None);
        let goes_on = server.rings(&dials("goes on", "1001", ACME, "1002")).await;
        for (name, call) in [("a", call), ("b", unanswered), ("c", goes_on)] {
            server.capture(name, &call.to_string(), &pcap());
        }
        server.fetch().await;
        assert_eq!(server.left(), ["metadata/rtpengine-meta-c.txt", "pcaps/c.pcap"]);
        for call in [call, unanswered] {
            assert_eq!(server.leg_of(call).await.recording, RecordingState::None);
        }
    }

    async fn what_never_comes_is_given_up_and_taken_when_it_does(server) {
        server.records().await;
        let call = server.call("late", 1, Some(NOW_MS)).await;
        server.world.advance_ms(9 * 60_000);
        server.fetch().await;
        assert_eq!(server.leg_of(call).await.recording, RecordingState::Pending);
        server.world.advance_ms(2 * 60_000);
        server.fetch().await;
        let leg = server.leg_of(call).await;
        assert_eq!(leg.recording, RecordingState::None);
        assert_eq!(leg.recording_fault, Some(RecordingFault::NeverCame));
        server.capture("late", &call.to_string(), &pcap());
        server.fetch().await;
        let leg = server.leg_of(call).await;
        assert_eq!(leg.recording, RecordingState::Available);
        assert_eq!(leg.recording_fault, None, "it is no fault any more");
        assert_eq!(server.left(), [""; 0]);
    }

    async fn what_cannot_be_read_is_set_aside_and_said(server) {
        server.records().await;
        let broken = server.call("broken", 1, Some(NOW_MS)).await;
        let silent = server.call("silent", 5, Some(NOW_MS)).await;
        let fine = server.call("fine", 9, Some(NOW_MS)).await;
        server.capture("1-broken", &broken.to_string(), b"no capture at all, but long enough for one");
        server.capture("2-silent", &silent.to_string(), &pcap()[..24]);
        server.capture("3-nobody's", "../../etc", &pcap());
        server.capture("4-fine", &fine.to_string(), &pcap());
        server.fetch().await;
        for (call, state, fault) in [
            (broken, RecordingState::None, Some(RecordingFault::Unreadable)),
            (silent, RecordingState::None, Some(RecordingFault::NoSound)),
            (fine, RecordingState::Available, None),
        ] {
            let leg = server.leg_of(call).await;
            assert_eq!((leg.recording, leg.recording_fault), (state, fault));
        }
        assert_eq!(server.left(), [
            "unreadable/1-broken.pcap",
            "unreadable/3-nobody's.pcap",
            "unreadable/rtpengine-meta-1-broken.txt",
            "unreadable/rtpengine-meta-3-nobody's.txt",
        ]);
    }
}
