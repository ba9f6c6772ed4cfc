//! Many users at once: the bulk edit, and the import from CSV.

use pbx_api::{Code, UserImport};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{Person, TestServer, problem};
use crate::users::{audited, refused, send};

async fn import(server: &TestServer, by: &Person, query: &str, file: String) -> reqwest::Response {
    server
        .by(by, Method::POST, &format!("/v1/users/import?{query}"))
        .header("content-type", "text/csv")
        .body(file)
        .send()
        .await
        .unwrap()
}

stories! {
    async fn a_bulk_edit_is_for_all_or_none(server) {
        let (acme, beta) = (&server.north.acme, &server.north.beta);
        let body = json!({ "users": [acme.ann.0, acme.bob.0], "set": { "department": "Sales", "dial_seconds": 45 } });
        let answer = send(&server, &acme.office, Method::POST, "/v1/users/bulk", &body).await;
        assert_eq!(answer.json::<serde_json::Value>().await.unwrap(), json!({ "changed": 2 }));
        let user = server.json(&acme.office, &format!("/v1/users/{}", acme.bob.0)).await;
        assert_eq!((&user["department"], &user["dial_seconds"]), (&json!("Sales"), &json!(45)));
        assert_eq!(audited(&server).await.len(), 2);

        let foreign = json!({ "users": [acme.ann.0, beta.ann.0], "set": { "department": "X" } });
        let answer = send(&server, &acme.office, Method::POST, "/v1/users/bulk", &foreign).await;
        assert_eq!(refused(answer).await, [("users.1".to_owned(), "is not found".to_owned())]);
        let wrong = json!({ "users": [acme.ann.0], "set": { "dial_seconds": 1, "language": "xx", "profile": server.south.profile } });
        let told = refused(send(&server, &acme.office, Method::POST, "/v1/users/bulk", &wrong).await).await;
        let mut fields: Vec<_> = told.iter().map(|(field, _)| field.clone()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["dial_seconds", "language", "profile"].map(|field| format!("{}.{field}", acme.ann.0)));
        for body in [
            json!({ "users": [], "set": { "department": "X" } }),
            json!({ "users": [acme.ann.0], "set": {} }),
            json!({ "users": [acme.ann.0], "set": { "extension": "1" } }),
        ] {
            let answer = send(&server, &acme.office, Method::POST, "/v1/users/bulk", &body).await;
            problem(answer, Code::Invalid).await;
        }
        let user = server.json(&acme.office, &format!("/v1/users/{}", acme.ann.0)).await;
        assert_eq!((&user["department"], &user["language"]), (&json!("Sales"), &json!("en")));
    }

    async fn an_import_says_what_is_wrong_by_line_and_column(server) {
        let acme = &server.north.acme;
        let file = "\u{feff}Extension;First Name;email;when-busy;Profile;MAC;dial_seconds\r\n\
            2001;Cy;cy@acme.example;2002;default user profile;00:15:65:00:00:01;30\r\n\
            2002;\"Di; \"\"D\"\"\";;1001;;;\r\n\
            \r\n\
            2001;Ed;cy@acme.example;voicemail;Gold;0015 6500 0001;soon\r\n\
            1001;;ed;+1;;;\r\n";
        let query = format!("client={}&dry_run=true", acme.id);
        let answer = import(&server, &acme.office, &query, file.to_owned()).await;
        let told: UserImport = answer.json().await.unwrap();
        let errors: Vec<_> = told
            .errors
            .iter()
            .map(|error| (error.line, error.column.as_str(), error.message.as_str()))
            .collect();
        assert_eq!(errors, [
            (5, "Profile", "is not the name of a profile of the client"),
            (5, "dial_seconds", "is not a number"),
            (5, "Extension", "is in line 2 already"),
            (5, "email", "is in line 2 already"),
            (5, "when-busy", "is voicemail, which needs a media server"),
            (5, "MAC", "has 001565000001, which is in use"),
            (6, "First Name", "is needed"),
            (6, "Extension", "is in use"),
            (6, "email", "is not an email address"),
            (6, "when-busy", "is not a phone number"),
        ]);
        assert_eq!((told.rows, told.errors_total, told.made.len()), (4, 10, 0));
        // The same file in earnest writes nothing.
        let answer = import(&server, &acme.office, &format!("client={}", acme.id), file.to_owned()).await;
        assert_eq!(refused(answer).await[0].0, "line 5 Profile");
        assert_eq!(server.json(&acme.office, "/v1/users").await["users"].as_array().unwrap().len(), 2);

        let good: String = file.lines().take(3).map(|line| format!("{line}\n")).collect();
        let answer = import(&server, &acme.office, &query, good.clone()).await;
        let dry: UserImport = answer.json().await.unwrap();
        assert!(dry.errors.is_empty() && dry.made.is_empty());
        let answer = import(&server, &acme.office, &format!("client={}", acme.id), good).await;
        let done: UserImport = answer.json().await.unwrap();
        assert_eq!(done.made.len(), 2);
        assert_eq!((done.made[1].name.as_str(), done.made[1].sip_secret.len()), ("Di; \"D\"", 20));
        let cy = server.json(&acme.office, &format!("/v1/users/{}", done.made[0].id)).await;
        assert_eq!(cy["when_busy"], json!({ "user": done.made[1].id }), "a user of the file itself");
        assert!(audited(&server).await.iter().all(|(_, states)| !states.contains(&done.made[0].sip_secret)));
    }

    async fn files_that_are_no_tables_are_refused_with_their_line(server) {
        let acme = &server.north.acme;
        let query = format!("client={}&dry_run=true", acme.id);
        for (file, column, message) in [
            ("", "", "has no header"),
            ("first_name,extension\n", "", "has nothing below it"),
            ("first_name,age\nCy,7\n", "age", "is not a column that this list has"),
            ("first_name,extension,First Name\n", "First Name", "is there twice"),
            ("first_name,extension\n\"Cy,1003\n", "", "has a quote that is not closed, or one that is not doubled"),
        ] {
            let answer = import(&server, &acme.office, &query, file.to_owned()).await;
            assert_eq!(answer.status(), StatusCode::OK, "{file}");
            let told: UserImport = answer.json().await.unwrap();
            assert_eq!((told.errors[0].column.as_str(), told.errors[0].message.as_str()), (column, message));
        }
        let beta = format!("client={}", server.north.beta.id);
        let foreign = import(&server, &acme.office, &beta, "x".to_owned()).await;
        problem(foreign, Code::NotFound).await;
        let user = import(&server, &acme.ann.1, &query, "x".to_owned()).await;
        problem(user, Code::Forbidden).await;
        let large = import(&server, &acme.office, &query, "x".repeat(9 << 20)).await;
        problem(large, Code::TooLarge).await;
    }

    async fn ten_thousand_rows_come_in_at_once(server) {
        let acme = &server.north.acme;
        let mut file = "first_name,last_name,extension,email,mac,model,department\n".to_owned();
        for place in 0..10_000 {
            file += &format!("Cy,{place},{},u{place}@acme.example,{place:012x},T46,Sales\n", 20_000 + place);
        }
        let answer = import(&server, &acme.office, &format!("client={}", acme.id), file.clone()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let done: UserImport = answer.json().await.unwrap();
        assert_eq!(done.made.len(), 10_000);
        let ids: Vec<_> = done.made.iter().map(|made| made.id).collect();
        let body = json!({ "users": ids, "set": { "department": "Support" } });
        let answer = send(&server, &acme.office, Method::POST, "/v1/users/bulk", &body).await;
        assert_eq!(answer.json::<serde_json::Value>().await.unwrap(), json!({ "changed": 10_000 }));
        // One row more is said before anything is done.
        file += "Cy,x,9000,,,,\n";
        let query = format!("client={}&dry_run=true", acme.id);
        let told: UserImport = import(&server, &acme.office, &query, file).await.json().await.unwrap();
        assert_eq!(told.errors[0].line, 10_002);
    }
}
