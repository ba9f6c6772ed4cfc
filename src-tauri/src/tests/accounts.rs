//! Sessions that end, servers that go, caches that begin anew.

use pbx_api::Code;
use serde_json::json;

use super::stage::{Stage, leg};

#[tokio::test]
async fn after_signing_out_what_stays_opens_only_by_signing_in() {
    let stage = Stage::with(vec![leg(1)]).await;
    let key = stage.desktop.accounts.all()[0].key.clone();
    stage
        .call("session.sign_out", json!({"wipe": false}))
        .await
        .expect("signs out");
    stage.change(|says| says.is_out = true);
    let switched = stage.call("session.switch", json!({"key": key})).await;
    assert_eq!(switched.expect_err("closed").code, Code::Unauthenticated);
    assert_eq!(stage.phase(), "expired");
    stage.change(|says| says.is_out = false);
    stage.sign_in().await;
    assert_eq!(stage.calls(), 1, "what was synced is still there");
}

#[tokio::test]
async fn without_a_keychain_the_password_opens_what_was_here() {
    let mut stage = Stage::with(vec![leg(1)]).await;
    let filter = json!({"id": null, "name": "Mine", "filter": {}});
    stage.call("filters.save", filter).await.expect("saved");
    stage.start_again().await;
    assert_eq!(stage.phase(), "expired", "nothing opens by itself");
    stage.sign_in().await;
    let filters = stage.call("filters.list", json!({})).await.expect("listed");
    assert_eq!(filters[0]["name"], "Mine");
    assert_eq!(stage.calls(), 1, "nothing had to be synced anew");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_looks_into_the_folder_of_an_account() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::with(vec![leg(1)]).await;
    let key = stage.desktop.accounts.all()[0].key.clone();
    let folder = stage.desktop.account_folder(&key);
    for folder in [folder.parent().expect("it has one"), &folder] {
        let mode = std::fs::metadata(folder)
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
    }
}

#[tokio::test]
async fn a_refused_session_closes_the_cache_and_keeps_it_closed_offline() {
    let stage = Stage::with(vec![leg(1)]).await;
    let key = stage.desktop.accounts.all()[0].key.clone();
    stage.change(|says| says.refuses_tokens = true);
    stage
        .until("closed", |stage| stage.phase() == "expired")
        .await;
    let page = json!({"filter": {}});
    let asked = stage.call("calls.totals", page).await;
    assert_eq!(asked.expect_err("closed").code, Code::Unauthenticated);
    let switched = stage.call("session.switch", json!({"key": key})).await;
    assert_eq!(switched.expect_err("closed").code, Code::Unauthenticated);
}

#[tokio::test]
async fn an_open_cache_closes_when_the_server_was_silent_for_too_long() {
    let stage = Stage::with(vec![leg(1)]).await;
    let key = stage.desktop.accounts.all()[0].key.clone();
    stage.change(|says| says.is_out = true);
    stage
        .until("offline", |stage| stage.phase() == "offline")
        .await;
    assert_eq!(stage.calls(), 1, "offline is no reason to close");
    let long_ago = stage
        .desktop
        .accounts
        .update(&key, |known| known.last_contact_ms = 0);
    long_ago.expect("written");
    stage
        .until("closed", |stage| stage.phase() == "expired")
        .await;
}

#[tokio::test]
async fn wiping_leaves_nothing_of_the_account() {
    let stage = Stage::with(vec![leg(1)]).await;
    let folder = stage.desktop.active().expect("open").folder();
    stage
        .call("session.sign_out", json!({"wipe": true}))
        .await
        .expect("signs out");
    assert!(!folder.exists());
    assert!(stage.desktop.accounts.all().is_empty());
}

#[tokio::test]
async fn two_that_sign_in_at_once_leave_one_account_open() {
    let stage = Stage::new().await;
    tokio::join!(stage.sign_in(), stage.sign_in());
    stage
        .until("synced", |stage| stage.phase() == "synced")
        .await;
    stage
        .call("session.sign_out", json!({"wipe": false}))
        .await
        .expect("signs out");
    // A forgotten first one would still own the cache.
    stage.sign_in().await;
}

#[tokio::test]
async fn another_generation_is_synced_anew_and_so_is_a_cache_that_is_rebuilt() {
    let stage = Stage::with((0..50).map(leg).collect()).await;
    stage.change(|says| {
        says.generation = 2;
        says.legs = (100..107).map(leg).collect();
    });
    stage.until("new", |stage| stage.calls() == 7).await;
    for _ in 0..3 {
        stage
            .call("cache.rebuild", json!({}))
            .await
            .expect("empties");
        stage
            .until("whole", |stage| {
                stage.calls() == 7 && stage.phase() == "synced"
            })
            .await;
    }
}

#[tokio::test]
async fn filters_that_are_saved_at_once_are_all_kept() {
    let stage = Stage::with(Vec::new()).await;
    let saved = (0..8).map(|n| {
        let filter = json!({"id": null, "name": format!("f{n}"), "filter": {}});
        stage.call("filters.save", filter)
    });
    for saved in futures::future::join_all(saved).await {
        saved.expect("saved");
    }
    let all = stage.call("filters.list", json!({})).await.expect("lists");
    assert_eq!(all.as_array().map(Vec::len), Some(8));
}
