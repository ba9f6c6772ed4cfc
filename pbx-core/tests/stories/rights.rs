//! Nobody reaches another's data: every operation of the document, tried by everybody.

mod bodies;
mod foreign;
mod live;
mod places;
mod planted;
mod trials;

use std::collections::BTreeSet;

use pbx_api::Code;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::rights_users::{self, limited_login};
use crate::support::{Company, Person, TestServer, Tree, problem};
use bodies::{
    block, block_file, client, emergency, link, nothing, profile, simulation, without_id,
};
use foreign::foreign;
use places::{PLACES, filled};
use planted::{block_of, emergency_of, link_of, note};

/// How an operation is tried with what is not the caller's.
#[derive(Clone, Copy)]
pub enum Trial {
    /// Holds nobody's data, or takes its own proof.
    Open,
    /// Answers with what is in reach, and nothing else.
    Reach,
    /// Is given the id of a thing; the answer to a foreign one is that of a missing one.
    Call,
    Leg,
    /// Is given the id of a thing and this body; the answer to another's is that of a missing one.
    Thing(Body),
    /// Takes a body; the answer holds nothing of another's.
    Send(Body),
    /// Answers with the directory of a user's own client.
    Colleagues,
    /// Resellers only, into their own clients only.
    Import,
    /// Does not end; what it says before it waits holds nothing of another's, a user's colleagues
    /// apart.
    Live,
    /// Not for logins: an engine's secret opens it, and no token does.
    Engine,
}

/// A body, made of the thing that it is about.
pub type Body = fn(&Thing) -> Value;

/// Every operation. One that is missing here fails the test: think, and add it.
const TRIALS: &[(&str, &str, Trial)] = &[
    ("get", "/v1/server", Trial::Open),
    ("get", "/v1/health", Trial::Open),
    ("post", "/v1/auth/sign-in", Trial::Open),
    ("post", "/v1/auth/refresh", Trial::Open),
    ("post", "/v1/auth/sign-out", Trial::Open),
    ("get", "/v1/changes", Trial::Reach),
    ("get", "/v1/clients", Trial::Reach),
    ("post", "/v1/clients", Trial::Send(client)),
    ("get", "/v1/clients/archived", Trial::Thing(nothing)),
    ("get", "/v1/clients/{client}", Trial::Thing(nothing)),
    ("put", "/v1/clients/{client}", Trial::Thing(client)),
    (
        "get",
        "/v1/clients/{client}/contents",
        Trial::Thing(nothing),
    ),
    (
        "post",
        "/v1/clients/{client}/restore",
        Trial::Thing(nothing),
    ),
    ("delete", "/v1/clients/{client}", Trial::Thing(nothing)),
    ("get", "/v1/users", Trial::Reach),
    ("get", "/v1/profiles", Trial::Reach),
    ("post", "/v1/profiles", Trial::Send(profile)),
    ("get", "/v1/profiles/{profile}", Trial::Thing(nothing)),
    ("put", "/v1/profiles/{profile}", Trial::Thing(profile)),
    ("delete", "/v1/profiles/{profile}", Trial::Thing(nothing)),
    ("get", "/v1/routes", Trial::Reach),
    ("get", "/v1/audit", Trial::Reach),
    ("post", "/v1/audit/{entry}/undo", Trial::Thing(nothing)),
    ("get", "/v1/branding", Trial::Open),
    ("get", "/v1/branding/{image}", Trial::Open),
    ("put", "/v1/branding/{image}", Trial::Thing(nothing)),
    ("delete", "/v1/branding/{image}", Trial::Thing(nothing)),
    ("get", "/v1/links", Trial::Reach),
    ("post", "/v1/links", Trial::Send(link)),
    ("put", "/v1/links/order", Trial::Send(nothing)),
    ("put", "/v1/links/{link}", Trial::Thing(link)),
    ("delete", "/v1/links/{link}", Trial::Thing(nothing)),
    ("get", "/v1/numbers", Trial::Reach),
    ("get", "/v1/blocks", Trial::Reach),
    ("post", "/v1/blocks", Trial::Send(block)),
    ("put", "/v1/blocks/{block}", Trial::Thing(block)),
    ("delete", "/v1/blocks/{block}", Trial::Thing(block)),
    ("post", "/v1/blocks/import", Trial::Send(block_file)),
    ("get", "/v1/emergency", Trial::Reach),
    ("get", "/v1/emergency/missing", Trial::Reach),
    ("post", "/v1/emergency", Trial::Send(emergency)),
    ("put", "/v1/emergency/{emergency}", Trial::Thing(emergency)),
    (
        "delete",
        "/v1/emergency/{emergency}",
        Trial::Thing(emergency),
    ),
    ("post", "/v1/dial/simulate", Trial::Send(simulation)),
    ("get", "/v1/calls/{call}/legs", Trial::Call),
    ("get", "/v1/legs/{leg}/recording", Trial::Leg),
    ("delete", "/v1/legs/{leg}/recording", Trial::Leg),
];
const IMPORT: (&str, &str, Trial) = ("post", "/v1/cdrs/import", Trial::Import);

/// A company's leg, its call, and whether it is Ann's.
pub struct Thing {
    reseller: String,
    pub client: pbx_api::ClientId,
    user: Option<pbx_api::UserId>,
    leg: Uuid,
    call: Uuid,
    number: Uuid,
    profile: Uuid,
    entry: Uuid,
    link: Uuid,
    block: Uuid,
    emergency: Uuid,
    session: Uuid,
    e164: String,
    login: Uuid,
}

impl Thing {
    pub fn id(&self, place: &str) -> Uuid {
        match place {
            "{call}" => self.call,
            "{leg}" => self.leg,
            "{client}" => self.client.0,
            "{user}" => self.user.map_or(Uuid::from_u128(0xdead), |user| user.0),
            "{number}" => self.number,
            "{profile}" => self.profile,
            "{entry}" => self.entry,
            "{link}" => self.link,
            "{image}" => Uuid::nil(),
            "{block}" => self.block,
            "{emergency}" => self.emergency,
            "{session}" => self.session,
            "{login}" => self.login,
            other => panic!("{other} is not a place"),
        }
    }

    /// The ids that a path would get of it.
    fn places<'a>(&'a self, path: &'a str) -> impl Iterator<Item = Uuid> + 'a {
        PLACES
            .into_iter()
            .filter(|place| path.contains(place))
            .map(|place| self.id(place))
    }

    /// In reach of a person who sees what is the whole client's.
    fn in_the_client_of(&self, person: &Person) -> bool {
        let tenant = person.scope.unwrap();
        tenant.reseller.to_string() == self.reseller
            && tenant.client().is_none_or(|client| client == self.client)
            && tenant.user().is_none()
    }

    fn in_reach(&self, person: &Person) -> bool {
        let tenant = person.scope.unwrap();
        tenant.reseller.to_string() == self.reseller
            && tenant.client().is_none_or(|client| client == self.client)
            && tenant.user().is_none_or(|user| Some(user) == self.user)
    }
}

async fn plant(server: &TestServer, tree: &Tree, company: &Company) -> Vec<Thing> {
    let legs = server.add_legs(tree.tenant, company, 2).await;
    let e164 = server.e164(&tree.owner, company).await;
    let block = block_of(server, tree, company).await;
    let emergency = emergency_of(server, tree, company, &e164).await;
    let login = limited_login(server, tree, company).await;
    let mut tx = server.app.db.look(tree.tenant).await.unwrap();
    let mut things = Vec::new();
    for leg in legs {
        let leg = pbx_core::cdrs::store::show(&mut tx, leg, false)
            .await
            .unwrap();
        planted::live_of(server, tree, &leg).await;
        things.push(Thing {
            reseller: tree.tenant.reseller.to_string(),
            client: leg.client,
            user: leg.user,
            leg: leg.id.0,
            call: leg.call.0,
            number: company.number.0,
            profile: tree.profile.0,
            entry: note(server, &leg).await,
            link: link_of(server, tree).await,
            block,
            emergency,
            session: trials::session_of(server, company).await,
            e164: e164.clone(),
            login,
        });
    }
    things
}

stories! {
    async fn everybody_tries_everything(server) {
        let document = serde_json::to_value(pbx_core::http::document()).unwrap();
        let mut operations = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                operations.insert((method.clone(), path.clone()));
            }
        }
        let trials: Vec<_> = TRIALS
            .iter()
            .chain(rights_users::TRIALS)
            .chain(trials::TRIALS)
            .chain(live::TRIALS)
            .copied()
            .chain([IMPORT])
            .collect();
        let tried: BTreeSet<_> =
            trials.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
        assert_eq!(operations, tried, "every operation has a trial");

        let mut things = Vec::new();
        for tree in [&server.north, &server.south] {
            for company in [&tree.acme, &tree.beta] {
                things.extend(plant(&server, tree, company).await);
            }
        }
        let mut people: Vec<Person> =
            server.north.everybody().into_iter().chain(server.south.everybody()).cloned().collect();
        people.extend(trials::connected(&server).await);
        for (method, path, trial) in trials {
            let method: Method = method.to_uppercase().parse().unwrap();
            if !matches!(trial, Trial::Open) {
                let bare = filled(path, |_| Uuid::nil());
                problem(server.request(method.clone(), &bare).send().await.unwrap(), Code::Unauthenticated).await;
                let wrong = server.request(method.clone(), &bare).bearer_auth("nobody").send().await.unwrap();
                problem(wrong, Code::Unauthenticated).await;
            }
            for person in &people {
                try_one(&server, person, &method, path, trial, &things).await;
            }
        }
    }
}

async fn try_one(
    server: &TestServer,
    person: &Person,
    method: &Method,
    path: &str,
    trial: Trial,
    things: &[Thing],
) {
    let context = format!("{} of {}: {method} {path}", person.email, person.realm);
    match trial {
        Trial::Open => {}
        Trial::Reach => {
            let answer = server
                .by(person, method.clone(), path)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{context}");
            let text = answer.text().await.unwrap();
            for id in foreign(server, things, person) {
                assert!(!text.contains(&id.to_string()), "{context}: {id} in {text}");
            }
            if path == "/v1/changes" {
                for thing in things.iter().filter(|thing| thing.in_reach(person)) {
                    assert!(
                        text.contains(&thing.leg.to_string()),
                        "{context}: its own leg is missing"
                    );
                }
            }
        }
        Trial::Live => live::try_one(server, person, things, &context).await,
        Trial::Engine => {
            let request = server.by(person, method.clone(), path).json(&Value::Null);
            problem(request.send().await.unwrap(), Code::Unauthenticated).await;
        }
        Trial::Colleagues => {
            let answer = server
                .by(person, method.clone(), path)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{context}");
            let text = answer.text().await.unwrap();
            let user = person.scope.unwrap().user();
            for company in [&server.north, &server.south]
                .into_iter()
                .flat_map(|tree| [&tree.acme, &tree.beta])
            {
                let pair = [company.ann.0, company.bob.0];
                let own = user.is_some_and(|user| pair.contains(&user));
                for id in pair {
                    assert_eq!(text.contains(&id.to_string()), own, "{context}: {text}");
                }
            }
        }
        Trial::Send(body) => {
            for thing in things.iter().filter(|thing| !thing.in_reach(person)) {
                let request = server.by(person, method.clone(), path).json(&body(thing));
                let text = request.send().await.unwrap().text().await.unwrap();
                for id in foreign(server, things, person) {
                    assert!(!text.contains(&id.to_string()), "{context}: {id} in {text}");
                }
            }
        }
        Trial::Call | Trial::Leg | Trial::Thing(_) => {
            let missing = filled(path, |_| Uuid::from_u128(0xdead));
            let fill = |thing: &Thing| filled(path, |place| thing.id(place));
            let ask = |path: &str, thing: &Thing| {
                let request = server.by(person, method.clone(), path);
                match trial {
                    Trial::Thing(body) if method != Method::GET && method != Method::DELETE => {
                        request.json(&body(thing))
                    }
                    _ => request,
                }
                .send()
            };
            let none = things.first().expect("there are things");
            let answer = ask(&missing, none).await.unwrap();
            let (expected, words) = (answer.status(), without_id(&answer.text().await.unwrap()));
            for thing in things.iter().filter(|thing| !thing.in_reach(person)) {
                // A client's login reaches all of its users, and everybody their reseller's profile.
                if thing
                    .places(path)
                    .all(|id| !foreign(server, things, person).contains(&id))
                {
                    continue;
                }
                let answer = ask(&fill(thing), none).await.unwrap();
                assert_eq!(answer.status(), expected, "{context}");
                assert_eq!(
                    without_id(&answer.text().await.unwrap()),
                    words,
                    "{context}"
                );
            }
            if matches!(trial, Trial::Call) {
                for thing in things.iter().filter(|thing| thing.in_reach(person)) {
                    let answer = ask(&fill(thing), thing).await.unwrap();
                    assert_eq!(answer.status(), StatusCode::OK, "{context}");
                }
            }
        }
        Trial::Import => {
            let with = format!("{path}?time_zone=UTC&client=only-south");
            let answer = server
                .by(person, method.clone(), &with)
                .body("x")
                .send()
                .await
                .unwrap();
            let owner = person.scope.unwrap().client().is_none();
            match (owner, person.realm.as_str()) {
                (false, _) => drop(problem(answer, Code::Forbidden).await),
                (true, "south.example") => drop(problem(answer, Code::UnknownFormat).await),
                (true, _) => {
                    let told = problem(answer, Code::Invalid).await;
                    assert_eq!(told.errors[0].field, "client");
                    assert_eq!(
                        told.errors[0].message,
                        "there is no client with the realm only-south"
                    );
                }
            }
        }
    }
}
