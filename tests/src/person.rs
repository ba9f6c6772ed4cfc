//! A person at the window: finds things by what they are called, and waits for what they see.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;
use tandem_stage::driver::Window;
use tandem_stage::{app, wait};

/// A debug build on a machine that has more to do may take this long for what takes a blink elsewhere.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Enter, as WebDriver names it.
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";

pub struct Person<'a> {
    pub window: &'a Window,
    pictures: PathBuf,
    taken: Cell<u32>,
}

impl<'a> Person<'a> {
    /// `pictures` is where [`Self::picture`] puts what the person sees.
    pub fn at(window: &'a Window, pictures: PathBuf) -> Self {
        Self {
            window,
            pictures,
            taken: Cell::new(0),
        }
    }

    /// Takes a numbered picture of the page.
    pub fn picture(&self, name: &str) -> Result<()> {
        self.taken.set(self.taken.get() + 1);
        self.window.screenshot(
            &self
                .pictures
                .join(format!("{:02}-{name}.png", self.taken.get())),
        )
    }

    /// Presses a button that can be pressed, by its words or its name.
    pub fn press(&self, name: &str) -> Result<()> {
        self.click(&format!(
            "//button[normalize-space()='{name}' or @aria-label='{name}'][not(@disabled)]"
        ))
    }

    /// Follows an entry of the navigation.
    pub fn go_to(&self, page: &str) -> Result<()> {
        self.click(&format!("//nav//a[normalize-space()='{page}']"))
    }

    /// Picks an entry of an open menu.
    pub fn pick(&self, entry: &str) -> Result<()> {
        self.click(&format!(
            "//*[@role='menuitem'][starts-with(normalize-space(),'{entry}')]"
        ))
    }

    /// Ticks or unticks a box.
    pub fn tick(&self, name: &str) -> Result<()> {
        self.click(&format!(
            "//label[.//input[@type='checkbox']][contains(normalize-space(),'{name}')]"
        ))
    }

    /// Fills a field, in place of what is in it.
    pub fn fill(&self, label: &str, text: &str) -> Result<()> {
        let field = format!(
            "//input[@id=//label[normalize-space()='{label}']/@for or @aria-label='{label}']"
        );
        let field = self.window.wait_for(&field, PATIENCE)?;
        self.window.clear(&field)?;
        self.window.type_into(&field, text)
    }

    pub fn enter(&self) -> Result<()> {
        self.window.press(&[ENTER])
    }

    pub fn escape(&self) -> Result<()> {
        self.window.press(&[ESCAPE])
    }

    /// Waits until the page shows a text, wherever it is.
    pub fn sees(&self, text: &str) -> Result<()> {
        app::wait_for_text(self.window, text, PATIENCE)
    }

    /// Waits until the totals are counted and are these, in calls and legs.
    pub fn sees_totals(&self, calls: usize, legs: usize) -> Result<()> {
        let (calls, legs) = (counted(calls, "call"), counted(legs, "leg"));
        let line = "//*[@role='toolbar']//p[@role='status'][@aria-busy='false']";
        let mut seen = String::new();
        let waited = wait::until("totals", PATIENCE, || {
            if let Some(line) = self.window.find(line)? {
                seen = self.window.text(&line).unwrap_or_default();
            }
            let parts: Vec<&str> = seen.split(['·', '\n']).map(str::trim).collect();
            Ok((parts.contains(&calls.as_str()) && parts.contains(&legs.as_str())).then_some(()))
        });
        if waited.is_err() {
            bail!("the totals should be {calls} and {legs}; they are {seen:?}");
        }
        Ok(())
    }

    /// How far the player is, in ms, once it plays.
    pub fn plays_until(&self, position_ms: u64) -> Result<()> {
        let time = "//*[@aria-label='Player']//*[contains(concat(' ',@class,' '),' time ')]";
        wait::until("the player goes on", PATIENCE, || {
            let Some(time) = self.window.find(time)? else {
                return Ok(None);
            };
            let text = self.window.text(&time).unwrap_or_default();
            Ok(clock_ms(&text)
                .is_some_and(|at| at >= position_ms)
                .then_some(()))
        })
    }

    fn click(&self, xpath: &str) -> Result<()> {
        let mut last = None;
        wait::until(xpath, PATIENCE, || {
            let Some(element) = self.window.find(xpath)? else {
                return Ok(None);
            };
            // What moves or is covered for a moment can be clicked the next.
            match self.window.click(&element) {
                Ok(()) => Ok(Some(())),
                Err(error) => {
                    last = Some(error);
                    Ok(None)
                }
            }
        })
        .map_err(|error| last.map_or(error, |why| why.context(xpath.to_owned())))
    }

    /// What a script of the page returns, for what has no words.
    pub fn asks(&self, script: &str) -> Result<serde_json::Value> {
        self.window.run(script, json!([]))
    }
}

/// "1 call", "2,000 calls": as the English page says it.
fn counted(count: usize, of: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {of}{}", if count == 1 { "" } else { "s" })
}

/// The first of two times in "0:48 / 3:12", in ms.
fn clock_ms(text: &str) -> Option<u64> {
    let at = text.split('/').next()?.trim();
    at.split(':')
        .try_fold(0, |sum, part| Some(sum * 60 + part.parse::<u64>().ok()?))
        .map(|seconds| seconds * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_said_as_the_page_says_them() {
        assert_eq!(counted(1, "call"), "1 call");
        assert_eq!(counted(0, "leg"), "0 legs");
        assert_eq!(counted(12_408, "call"), "12,408 calls");
        assert_eq!(counted(1_000_000, "leg"), "1,000,000 legs");
    }

    #[test]
    fn the_players_time_is_read() {
        assert_eq!(clock_ms("0:48 / 3:12"), Some(48_000));
        assert_eq!(clock_ms("1:00:02 / 2:00:00"), Some(3_602_000));
        assert_eq!(clock_ms("Opening…"), None);
    }
}
