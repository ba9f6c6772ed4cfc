//! Several logins to a reseller and to a client, and who may change them.

use pbx_api::{Access, Code, InvitedLogin, Login};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, TestServer, codes, problem};

impl TestServer {
    /// A login that was invited, claimed and signed in.
    pub async fn login(
        &self,
        by: &Person,
        client: Option<Value>,
        email: &str,
        access: Access,
    ) -> (Login, Person) {
        let made = self.invite(by, client, email, access).await;
        assert_eq!(made.status(), StatusCode::CREATED, "{email}");
        let made: InvitedLogin = made.json().await.unwrap();
        assert!(made.mailed);
        let mail = self.mails.next().await;
        assert!(mail.contains(&format!("To: {email}")), "{mail}");
        let code = codes(&mail).pop().unwrap();
        assert_eq!(
            self.claim(&code, "a good horse").await.status(),
            StatusCode::OK
        );
        let token = self.sign_in(&by.realm, email, "a good horse").await.0;
        let person = Person {
            email: email.into(),
            token,
            ..by.clone()
        };
        (made.login, person)
    }

    async fn invite(
        &self,
        by: &Person,
        client: Option<Value>,
        email: &str,
        access: Access,
    ) -> Response {
        let body = json!({ "client": client, "email": email, "first_name": "Sam", "last_name": "Poe", "access": access });
        self.by(by, Method::POST, "/v1/logins")
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    async fn edit(&self, by: &Person, login: &Login, access: Access) -> Response {
        let body = json!({ "first_name": "S", "last_name": "P", "language": "de", "access": access, "may_delete_recordings": true });
        self.by(by, Method::PUT, &format!("/v1/logins/{}", login.id))
            .json(&body)
            .send()
            .await
            .unwrap()
    }

    async fn drop(&self, by: &Person, login: &Login) -> Response {
        self.by(by, Method::DELETE, &format!("/v1/logins/{}", login.id))
            .send()
            .await
            .unwrap()
    }

    async fn logins(&self, by: &Person, of: &str) -> Vec<Login> {
        serde_json::from_value(self.json(by, &format!("/v1/logins{of}")).await["logins"].take())
            .unwrap()
    }
}

stories! {
    async fn an_owner_makes_changes_and_removes_logins(server) {
        let owner = &server.north.owner;
        let (login, sam) = server.login(owner, None, "sam@north.example", Access::Support).await;
        assert_eq!((login.access, login.client, login.last_seen_at_ms), (Access::Support, None, None));
        assert_eq!(server.json(&sam, "/v1/me").await["access"], "support");
        assert_eq!(server.logins(owner, "").await.len(), 2);

        let taken = server.invite(owner, None, "Sam@North.example", Access::Owner).await;
        assert_eq!(problem(taken, Code::Taken).await.errors[0].field, "email");
        // Support sees the logins and changes none.
        assert_eq!(server.logins(&sam, "").await.len(), 2);
        problem(server.invite(&sam, None, "x@north.example", Access::Owner).await, Code::Forbidden).await;
        problem(server.edit(&sam, &login, Access::Owner).await, Code::Forbidden).await;
        problem(server.drop(&sam, &login).await, Code::Forbidden).await;

        // A right that is taken is gone at once.
        assert_eq!(server.edit(owner, &login, Access::ReadOnly).await.status(), StatusCode::OK);
        assert_eq!(server.json(&sam, "/v1/me").await["access"], "read_only");
        assert_eq!(server.drop(owner, &login).await.status(), StatusCode::NO_CONTENT);
        problem(server.get(&sam, "/v1/me").await, Code::Unauthenticated).await;
        problem(server.drop(owner, &login).await, Code::NotFound).await;
        // Its email is free again, and the audit log still knows whose it was.
        server.login(owner, None, "sam@north.example", Access::Owner).await;
        let written = crate::account::audited(&server).await;
        let actions: Vec<_> = written.iter().map(|(_, action, _)| action.as_str()).collect();
        assert_eq!(actions, ["login.create", "password.claim", "login.change", "login.remove", "login.create", "password.claim"]);
        assert_eq!(written[1].0, "sam@north.example");
    }

    async fn the_last_owner_stays(server) {
        let owner = &server.north.owner;
        let me = server.logins(owner, "").await.pop().unwrap();
        let told = problem(server.edit(owner, &me, Access::Support).await, Code::Invalid).await;
        assert_eq!(told.errors[0].field, "access");
        problem(server.drop(owner, &me).await, Code::Invalid).await;
        let (second, other) = server.login(owner, None, "two@north.example", Access::Owner).await;
        // Two owners who demote each other at the same moment: one of them stays.
        let (first, last) = tokio::join!(
            server.edit(owner, &second, Access::Support),
            server.edit(&other, &me, Access::Support),
        );
        let done = [first.status(), last.status()].iter().filter(|status| status.is_success()).count();
        assert_eq!(done, 1, "{first:?} {last:?}");
        let owners = server.logins(owner, "").await;
        assert_eq!(owners.iter().filter(|login| login.access == Access::Owner).count(), 1);
    }

    async fn a_clients_logins_are_its_own_and_its_resellers(server) {
        let (north, acme) = (&server.north, &server.north.acme);
        let client = json!(acme.id);
        let (login, sue) = server.login(&north.owner, Some(client.clone()), "sue@acme.example", Access::Support).await;
        assert_eq!(login.client, Some(acme.id));
        assert_eq!(server.json(&sue, "/v1/me").await["client"], client);
        assert_eq!(server.logins(&acme.office, "").await.len(), 2);
        assert_eq!(server.logins(&north.owner, &format!("?client={}", acme.id)).await.len(), 2);
        assert_eq!(server.logins(&north.owner, "").await.len(), 1, "the reseller's own alone");
        assert_eq!(server.logins(&acme.ann.1, "").await.len(), 0);

        // Nobody else's owner reaches it.
        for by in [&north.beta.office, &server.south.owner, &server.south.acme.office] {
            problem(server.edit(by, &login, Access::Owner).await, Code::NotFound).await;
            problem(server.drop(by, &login).await, Code::NotFound).await;
            problem(server.invite(by, Some(client.clone()), "y@x.example", Access::Owner).await, Code::NotFound).await;
        }
        let of = format!("/v1/logins?client={}", acme.id);
        problem(server.get(&server.south.owner, &of).await, Code::NotFound).await;
        problem(server.get(&north.beta.office, &of).await, Code::NotFound).await;
        // A client's owner is no owner of the reseller.
        let mine = server.logins(&north.owner, "").await.pop().unwrap();
        problem(server.drop(&acme.office, &mine).await, Code::NotFound).await;
        assert_eq!(server.edit(&acme.office, &login, Access::Owner).await.status(), StatusCode::OK);
        // A user changes nobody's.
        problem(server.drop(&acme.ann.1, &login).await, Code::Forbidden).await;
    }

    async fn an_invitation_goes_out_again(server) {
        let owner = &server.north.owner;
        let made: InvitedLogin = server.invite(owner, None, "sam@north.example", Access::Support).await.json().await.unwrap();
        let first = codes(&server.mails.next().await).pop().unwrap();
        let path = format!("/v1/logins/{}/invitation", made.login.id);
        let again = server.by(owner, Method::POST, &path).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::OK);
        let second = codes(&server.mails.next().await).pop().unwrap();
        problem(server.claim(&first, "a good horse").await, Code::Invalid).await;
        assert_eq!(server.claim(&second, "a good horse").await.status(), StatusCode::OK);
    }
}
