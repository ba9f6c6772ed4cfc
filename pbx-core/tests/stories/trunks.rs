//! The operator says who carries calls: what the command line takes and refuses, what an engine is
//! told, and what a call is decided to.

use pbx_api::{
    CallResult, EngineAccepted, EngineDecision, EngineTarget, EngineTrunk, EngineTrunks, Leg,
    TrunkTransport,
};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{CARRIER, Feed, TestServer, comes_in, core, dials};

const ACME: &str = "acme.north.example";
const SECRET: &str = "p\"a'ss\\w$rd";

/// Runs a command of the operator: what it says, or what it complains of.
fn admin(server: &TestServer, password: &str, arguments: &str) -> Result<String, String> {
    let mut command = core(server);
    command.arg("admin").args(arguments.split_whitespace());
    if !password.is_empty() {
        command.env("PBX_CORE_PASSWORD", password);
    }
    let output = command
        .stderr(std::process::Stdio::piped())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    match output.status.success() {
        true => Ok(text(output.stdout)),
        false => Err(text(output.stderr)),
    }
}

fn done(server: &TestServer, arguments: &str) -> String {
    admin(server, "", arguments).unwrap()
}

fn refused(server: &TestServer, arguments: &str, why: &str) {
    let said = admin(server, "", arguments).expect_err(arguments);
    assert!(said.contains(why), "{arguments}: {said}");
}

async fn told(server: &TestServer) -> EngineTrunks {
    let answer = server.engine("trunks", &json!({ "engine": "lab" })).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

/// Which version an engine hears of, twice a second.
async fn version(server: &TestServer) -> String {
    let nothing = json!({ "engine": "lab", "boot": "one", "events": [] });
    let answer = server.engine("event", &nothing).await;
    answer.json::<EngineAccepted>().await.unwrap().trunks
}

/// The trunks that a dialled number leaves by.
async fn ways(server: &TestServer, name: &str, number: &str) -> Vec<String> {
    match server.asks(&dials(name, "1001", ACME, number)).await {
        EngineDecision::Ring { mut stages, .. } => match stages.remove(0).targets.remove(0) {
            EngineTarget::Trunk { trunks, .. } => trunks,
            phone @ EngineTarget::Phone { .. } => panic!("{phone:?}"),
        },
        refused @ EngineDecision::Reject { .. } => panic!("{refused:?}"),
    }
}

async fn legs(server: &TestServer) -> Vec<Leg> {
    let mut feed = Feed::default();
    feed.apply(&server.feed(&server.north.owner, None).await);
    feed.legs()
}

stories! {
    async fn the_operator_makes_and_gives_trunks(server) {
        let listed = |name: &str| {
            let all = done(&server, "trunk list");
            all.lines().find(|line| line.starts_with(&format!("{name}\t"))).map(str::to_owned)
        };
        assert_eq!(listed(CARRIER).unwrap(), "carrier\tenabled\tudp\t192.0.2.10:5060\t\tdefault");
        done(&server, "trunk add east-1 --address 192.0.2.20 --address [2001:db8::20]:5080 --transport tls --disabled");
        assert_eq!(listed("east-1").unwrap(), "east-1\tdisabled\ttls\t192.0.2.20:5061, [2001:db8::20]:5080\t\t");
        for (arguments, why) in [
            ("trunk add east-1 --address 192.0.2.21", "there is a trunk east-1"),
            ("trunk add West --address 192.0.2.21", "is no trunk's name"),
            ("trunk add west --address sip.carrier.example", "is no IP address"),
            ("trunk add west --address 0.0.0.0", "is nobody's address"),
            ("trunk add west --address 192.0.2.21 --address 192.0.2.21:5060", "there twice"),
            ("trunk add west", "--address"),
            ("trunk add west --address 192.0.2.21 --transport sctp", "udp, tcp or tls"),
            ("trunk add west --address 192.0.2.21 --user acme", "needs a password"),
            ("trunk change west --enabled true", "there is no trunk west"),
            ("trunk remove west", "there is no trunk west"),
            ("route use us west", "there is no trunk west"),
            ("route use moon carrier", "there is no route moon"),
            ("route use us carrier carrier", "there twice"),
            ("route add --key emergency --name Help", "is on every platform"),
        ] {
            refused(&server, arguments, why);
        }
        assert_eq!(listed("west"), None);
        done(&server, "route add --key premium --name Premium");
        for route in ["us", "premium", "emergency"] {
            done(&server, &format!("route use {route} east-1 carrier"));
        }
        let routes = done(&server, "route list");
        for line in ["us\t\teast-1, carrier", "canada\t\t", "premium\tPremium\teast-1, carrier", "default\t\tcarrier"] {
            assert!(routes.lines().any(|other| other == line), "{line:?} in {routes}");
        }
        // In use it stays, and who uses it is said.
        refused(&server, "trunk remove east-1", "east-1 carries emergency, premium, us");
        for route in ["us", "premium", "emergency"] {
            done(&server, &format!("route use {route}"));
        }
        done(&server, "trunk remove east-1");
        assert_eq!(listed("east-1"), None);
    }

    async fn an_engine_is_told_trunks_and_passwords_and_of_every_change(server) {
        let first = told(&server).await;
        let carrier = EngineTrunk {
            name: CARRIER.into(),
            addresses: vec!["192.0.2.10:5060".into()],
            transport: TrunkTransport::Udp,
            user: String::new(),
            password: String::new(),
        };
        assert_eq!((&first.trunks, &first.emergency), (&vec![carrier.clone()], &vec![CARRIER.to_owned()]));
        assert_eq!(version(&server).await, first.version);
        assert_eq!(told(&server).await, first, "nothing changed");

        let mut before = first.version;
        let mut another = async |what: &str| {
            let now = version(&server).await;
            assert_ne!(now, before, "{what} is not told");
            before.clone_from(&now);
            let all = told(&server).await;
            assert_eq!(all.version, now);
            all
        };
        admin(&server, SECRET, "trunk change carrier --user acme --transport tcp").unwrap();
        let with_user = EngineTrunk { user: "acme".into(), password: SECRET.into(), transport: TrunkTransport::Tcp, ..carrier };
        assert_eq!(another("a user").await.trunks, [with_user]);
        admin(&server, "another", "trunk change carrier --user acme").unwrap();
        assert_eq!(another("a password").await.trunks[0].password, "another");
        for said in [done(&server, "trunk list"), format!("{:?}", told(&server).await)] {
            assert!(said.contains("acme") && !said.contains("another"), "{said}");
        }
        done(&server, "trunk add second --address 2001:db8::20");
        assert_eq!(another("a trunk").await.trunks[1].addresses, ["[2001:db8:0:0:0:0:0:20]:5060"]);
        done(&server, "route use emergency second carrier");
        assert_eq!(another("what carries calls for help").await.emergency, ["second", CARRIER]);
        done(&server, "trunk change second --enabled false");
        let left = another("that one is disabled").await;
        assert_eq!((left.trunks.len(), left.emergency), (1, vec![CARRIER.to_owned()]));
        done(&server, "trunk change carrier --no-user --address 192.0.2.11");
        let plain = another("no user").await.trunks.remove(0);
        assert_eq!((plain.user, plain.password, plain.addresses), (String::new(), String::new(), vec!["192.0.2.11:5060".to_owned()]));
    }

    async fn a_call_leaves_by_the_trunks_of_its_route(server) {
        done(&server, "trunk add east --address 192.0.2.20");
        done(&server, "trunk add west --address 192.0.2.21");
        assert_eq!(ways(&server, "a", "3035550142").await, [CARRIER], "what has no trunk of its own");
        done(&server, "route use us west east");
        done(&server, "route use emergency east carrier");
        assert_eq!(ways(&server, "b", "3035550142").await, ["west", "east"]);
        assert_eq!(ways(&server, "c", "18005550123").await, [CARRIER]);
        assert_eq!(ways(&server, "d", "911").await, ["east", CARRIER]);
        done(&server, "trunk change west --enabled false");
        assert_eq!(ways(&server, "e", "3035550142").await, ["east"]);
        done(&server, "trunk change east --enabled false");
        assert_eq!(ways(&server, "f", "3035550142").await, [CARRIER], "none of its own is left");

        // The record says it where nothing carries a call.
        done(&server, "trunk change carrier --enabled false");
        for (name, number) in [("g", "3035550142"), ("h", "911")] {
            assert_eq!(server.refused(&dials(name, "1001", ACME, number)).await, 503);
            let leg = legs(&server).await.into_iter().find(|leg| leg.source_id == name).unwrap();
            assert_eq!((leg.result, leg.sip_code, leg.cause), (CallResult::Failed, Some(503), Some(3)));
        }
    }

    async fn a_call_comes_in_by_a_trunk_that_is_known(server) {
        let number = server.e164(&server.north.owner, &server.north.acme).await;
        let mut asked = comes_in("a", "+13035550142", &number);
        let known = server.refused(&asked).await;
        assert_ne!(known, 403, "the number leads nowhere yet");
        let count = legs(&server).await.len();
        let pbx_api::EngineCaller::Trunk { name } = &mut asked.caller else { panic!("a trunk") };
        *name = "stranger".into();
        asked.sip_call_id = "b".into();
        assert_eq!(server.refused(&asked).await, 403);
        done(&server, "trunk change carrier --enabled false");
        assert_eq!(server.refused(&comes_in("c", "+13035550142", &number)).await, 403);
        assert_eq!(legs(&server).await.len(), count, "it is nobody's call");
    }
}
