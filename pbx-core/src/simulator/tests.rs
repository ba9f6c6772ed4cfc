//! The simulator on a sample, with a clock that the test moves.

use pbx_api::{CallId, Registration};

use super::Simulator;
use crate::clock::World;
use crate::config::{Config, Engine, Limits, Passwords, Phones};
use crate::db::Tenant;
use crate::http::App;
use crate::live::{phone, store};
use crate::{resellers, run, sample};

async fn sample(folder: &std::path::Path) -> App {
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        data_dir: folder.to_owned(),
        database: format!("sqlite:{}", folder.join("test.sqlite").display()),
        recordings: folder.join("recordings").display().to_string(),
        limits: Limits::default(),
        passwords: Passwords {
            memory_kib: 8,
            passes: 1,
        },
        phones: Phones::default(),
        engine: Engine::default(),
        smtp: None,
    };
    let world = World::fixed(1_795_408_839_000, 7);
    let app = App::open(&config, world).await.unwrap();
    let wanted = sample::Wanted {
        calls: 50,
        recordings: 0,
        audio: None,
        password: "correct horse".into(),
    };
    sample::fill(&app, &wanted).await.unwrap();
    app
}

#[tokio::test]
async fn it_fills_the_pages_and_leaves_records() {
    let folder = tempfile::tempdir().unwrap();
    let app = sample(folder.path()).await;
    let mut root = app.db.look_root().await.unwrap();
    let reseller = resellers::store::by_realm(&mut root, sample::REALM)
        .await
        .unwrap()
        .unwrap();
    drop(root);
    let tenant = Tenant::reseller(reseller.id);
    let mut simulator = Simulator::open(&app).await.unwrap();
    let mut most = 0;
    let mut asked: Option<CallId> = None;
    for _ in 0..120 {
        simulator.step(&app).await.unwrap();
        app.world.advance_ms(1_000);
        let mut tx = app.db.begin(tenant).await.unwrap();
        let calls = store::ongoing(&mut tx).await.unwrap();
        most = most.max(calls.len());
        assert!(calls.iter().all(|call| call.call.simulated));
        if let (None, Some(first)) = (asked, calls.first()) {
            asked = Some(first.call.id);
            let mut kept = store::show(&mut tx, first.call.id).await.unwrap();
            kept.hang_up_at_ms = Some(app.world.now_ms());
            store::write(&mut tx, &kept).await.unwrap();
            tx.commit().await.unwrap();
            simulator.step(&app).await.unwrap();
            let mut tx = app.db.look(tenant).await.unwrap();
            let kept = store::show(&mut tx, first.call.id).await.unwrap();
            assert!(kept.ended_at_ms.is_some(), "somebody hung it up");
        }
    }
    assert!(most > 2 && asked.is_some());
    let mut tx = app.db.look(tenant).await.unwrap();
    let phones: Vec<Registration> = phone::store::since(&mut tx, 0)
        .await
        .unwrap()
        .iter()
        .filter_map(|phone| phone.shown(app.world.now_ms()))
        .collect();
    assert!(phones.iter().all(|phone| phone.simulated));
    let gone = phones
        .iter()
        .filter(|phone| phone.offline_since_ms.is_some())
        .count();
    assert!(
        phones.len() > 200 && gone > 10 && gone < phones.len() / 5,
        "{gone}"
    );
    assert!(crate::live::duplicated(phones).len() > 2);
    let records: i64 = run!(tx, c => sqlx::query_scalar("select count(*) from leg where call_id in (select id from live_call)")
        .fetch_one(c)
        .await)
    .unwrap();
    assert!(records > 2, "{records}");
}
