//! Kill -9 in the middle: nothing is missing afterwards, and nothing is there twice.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Feed, core, lines};

const LIMIT: Duration = Duration::from_secs(60);
const ROWS: usize = 30_000;

/// Ends a process the hard way, also when a test fails.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn import(server: &crate::support::TestServer, file: &Path) -> Command {
    let mut command = core(server);
    command
        .args([
            "import",
            "--json",
            "--reseller",
            "north.example",
            "--client",
            "acme",
            "--time-zone",
            "UTC",
        ])
        .arg(file);
    command
}

/// Starts the real server; gives it and its address.
fn serve(server: &crate::support::TestServer) -> (Killed, String) {
    let mut child = core(server)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .trim()
        .strip_prefix("listening on ")
        .expect("the line with the address")
        .to_owned();
    (Killed(child), address)
}

fn big_file(folder: &Path) -> std::path::PathBuf {
    let mut text = String::new();
    for row in 0..ROWS {
        let epoch = 1_795_000_000 + row;
        let time = jiff::Timestamp::from_second(epoch as i64)
            .unwrap()
            .strftime("%Y-%m-%d %H:%M:%S");
        text += &format!(
            "\"\",\"2025550100\",\"1001\",\"from-trunk\",\"\"\"N\"\" <2025550100>\",\"PJSIP/t-{row}\",\"PJSIP/1001-{row}\",\"Dial\",\"x\",\"{time}\",\"{time}\",\"{time}\",0,0,\"ANSWERED\",\"DOCUMENTATION\",\"{epoch}.{row}\",\"\"\n"
        );
    }
    let file = folder.join("Big.csv");
    std::fs::write(&file, text).unwrap();
    file
}

async fn token(address: &str) -> String {
    let body = serde_json::json!({ "realm": "north.example", "email": "owner@example.com", "password": "correct horse" });
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .post(format!("{address}/v1/auth/sign-in"))
        .json(&body)
        .send()
        .await
        .unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    answer["signed_in"]["access_token"]
        .as_str()
        .expect("signed in")
        .to_owned()
}

/// Reads on from the last cursor, as far as the answer comes.
async fn read(address: &str, token: &str, feed: &mut Feed) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let query: Vec<_> = feed
        .cursor
        .iter()
        .map(|cursor| ("after", cursor.clone()))
        .collect();
    let Ok(mut answer) = http
        .get(format!("{address}/v1/changes"))
        .query(&query)
        .bearer_auth(token)
        .send()
        .await
    else {
        return;
    };
    let mut text = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        text.extend_from_slice(&chunk);
    }
    // The last line may be a part of one.
    let whole = text
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |end| end + 1);
    feed.apply(&lines(std::str::from_utf8(&text[..whole]).unwrap()));
}

stories! {
    async fn an_import_and_a_server_that_are_killed(server) {
        let folder = tempfile::tempdir().unwrap();
        let file = big_file(folder.path());
        let (serving, address) = serve(&server);
        let first_token = token(&address).await;
        let mut feed = Feed::default();
        let importing = Killed(import(&server, &file).stdout(Stdio::null()).spawn().unwrap());
        let begun = Instant::now();
        while feed.legs().len() < ROWS / 10 {
            assert!(begun.elapsed() < LIMIT, "the import does not get on");
            read(&address, &first_token, &mut feed).await;
        }
        drop(importing);
        read(&address, &first_token, &mut feed).await;
        let after_kill = feed.legs().len();
        assert!((ROWS / 10..ROWS).contains(&after_kill), "{after_kill} were there when it was killed");

        // The server too, with a reader in the middle of a first sync.
        let mut late = Feed::default();
        let reading = {
            let (address, token) = (address.clone(), first_token.clone());
            tokio::spawn(async move {
                read(&address, &token, &mut late).await;
                late
            })
        };
        tokio::time::sleep(Duration::from_millis(15)).await;
        drop(serving);
        let mut late = reading.await.unwrap();

        let (_serving, address) = serve(&server);
        let output = import(&server, &file).output().unwrap();
        let sums: pbx_api::ImportSummary = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((sums.read, sums.added + sums.already_there), (ROWS as u64, ROWS as u64));
        assert_eq!(sums.already_there, after_kill as u64, "what was acknowledged was there");
        let second_token = token(&address).await;
        for feed in [&mut feed, &mut late] {
            read(&address, &second_token, feed).await;
            assert!(feed.ended);
        }
        assert_eq!(feed.things, late.things);
        let mut ids: Vec<String> = feed.legs().into_iter().map(|leg| leg.source_id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((ids.len(), feed.legs().len()), (ROWS, ROWS));
    }
}
