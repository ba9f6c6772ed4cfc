//! Who there is in a story: two resellers with the same names under them.

use pbx_api::{
    AccountId, Client, ClientId, NumberId, PhoneNumber, Profile, ProfileId, Reseller, ResellerId,
    Role, User, UserId,
};
use pbx_core::auth::store::{NewAccount, add_account};
use pbx_core::db::{Scope, Tenant};
use pbx_core::http::App;
use pbx_core::{clients, numbers, profiles, resellers, users};
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse";

/// A login.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub realm: String,
    pub email: String,
    pub token: String,
    pub scope: Option<Tenant>,
}

#[derive(Debug, Clone)]
pub struct Company {
    pub id: ClientId,
    pub office: Person,
    /// Extension 1001 and 1002.
    pub ann: (UserId, Person),
    pub bob: (UserId, Person),
    pub number: NumberId,
}

/// A reseller with everything under it.
#[derive(Debug, Clone)]
pub struct Tree {
    pub tenant: Tenant,
    pub owner: Person,
    pub acme: Company,
    pub beta: Company,
    pub profile: ProfileId,
}

impl Default for Tree {
    fn default() -> Self {
        let company = Company {
            id: ClientId(Uuid::nil()),
            office: Person::default(),
            ann: (UserId(Uuid::nil()), Person::default()),
            bob: (UserId(Uuid::nil()), Person::default()),
            number: NumberId(Uuid::nil()),
        };
        Self {
            tenant: Tenant::reseller(ResellerId(Uuid::nil())),
            owner: Person::default(),
            acme: company.clone(),
            beta: company,
            profile: ProfileId(Uuid::nil()),
        }
    }
}

impl Tree {
    pub async fn plant(app: &App, realm: &str) -> Self {
        let world = &app.world;
        let reseller = Reseller {
            id: ResellerId(world.id()),
            name: format!("Reseller of {realm}"),
            realm: realm.into(),
            offline_days: 30,
            support_email: String::new(),
        };
        let profile = Profile {
            is_default: true,
            ..Profile::new(ProfileId(world.id()), "Default User Profile")
        };
        let tenant = Tenant::reseller(reseller.id);
        let mut root = app.db.begin_root().await.unwrap();
        resellers::store::add(&mut root, &reseller, false, world.now_ms())
            .await
            .unwrap();
        let mut tx = root.of(tenant);
        profiles::store::add(&mut tx, &profile, world.now_ms())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let owner = account(app, realm, tenant, Role::Reseller, "owner@example.com").await;
        let area = if realm.starts_with('n') { "202" } else { "303" };
        let acme = company(app, realm, tenant, "acme", area, profile.id).await;
        let own = if realm.starts_with('n') {
            "beta"
        } else {
            "only-south"
        };
        let beta = company(
            app,
            realm,
            tenant,
            own,
            &area.replace('0', "1").replace("313", "312"),
            profile.id,
        )
        .await;
        Self {
            tenant,
            owner,
            acme,
            beta,
            profile: profile.id,
        }
    }

    pub fn everybody(&self) -> Vec<&Person> {
        let mut people = vec![&self.owner];
        for company in [&self.acme, &self.beta] {
            people.extend([&company.office, &company.ann.1, &company.bob.1]);
        }
        people
    }

    pub fn everybody_mut(&mut self) -> Vec<&mut Person> {
        let mut people = vec![&mut self.owner];
        for company in [&mut self.acme, &mut self.beta] {
            people.extend([&mut company.office, &mut company.ann.1, &mut company.bob.1]);
        }
        people
    }
}

async fn company(
    app: &App,
    realm_of_reseller: &str,
    tenant: Tenant,
    realm: &str,
    area: &str,
    profile: ProfileId,
) -> Company {
    let world = &app.world;
    let name = format!("{realm} of {realm_of_reseller}");
    let id = ClientId(world.id());
    let client = Client {
        profiles: vec![profile],
        default_profile: Some(profile),
        ..Client::new(id, &name, realm, "America/New_York", "US")
    };
    let id = NumberId(world.id());
    let number = PhoneNumber {
        emergency_validated: true,
        ..PhoneNumber::new(id, client.id, &format!("+1{area}5550100"))
    };
    let mut tx = app.db.begin(tenant).await.unwrap();
    clients::store::add(&mut tx, &client, world.now_ms())
        .await
        .unwrap();
    numbers::store::add(&mut tx, &number, world.now_ms())
        .await
        .unwrap();
    let mut made = Vec::new();
    for (first_name, extension) in [("Ann", "1001"), ("Bob", "1002")] {
        let id = UserId(world.id());
        let user = User {
            profile: Some(profile),
            ..User::new(id, client.id, first_name, realm, extension)
        };
        users::store::add(&mut tx, &user, world.now_ms())
            .await
            .unwrap();
        made.push(user.id);
    }
    tx.commit().await.unwrap();
    let scoped = |scope| Tenant { scope, ..tenant };
    let office = account(
        app,
        realm_of_reseller,
        scoped(Scope::Client(client.id)),
        Role::Client,
        &format!("office@{realm}.example"),
    )
    .await;
    let mut people = Vec::new();
    for (id, name) in made.into_iter().zip(["ann", "bob"]) {
        let email = format!("{name}@{realm}.example");
        let scope = scoped(Scope::User(client.id, id));
        people.push((
            id,
            account(app, realm_of_reseller, scope, Role::User, &email).await,
        ));
    }
    let bob = people.pop().unwrap();
    let ann = people.pop().unwrap();
    Company {
        id: client.id,
        office,
        ann,
        bob,
        number: number.id,
    }
}

pub async fn account(app: &App, realm: &str, tenant: Tenant, role: Role, email: &str) -> Person {
    let hash = app.passwords.hash(PASSWORD).await.unwrap();
    let mut root = app.db.begin_root().await.unwrap();
    let new = NewAccount {
        id: AccountId(app.world.id()),
        tenant,
        role,
        email,
        first_name: "F",
        last_name: "L",
        password_hash: &hash,
        may_delete_recordings: role == Role::Reseller,
    };
    add_account(&mut root, new, app.world.now_ms())
        .await
        .unwrap();
    root.commit().await.unwrap();
    Person {
        realm: realm.into(),
        email: email.into(),
        token: String::new(),
        scope: Some(tenant),
    }
}
