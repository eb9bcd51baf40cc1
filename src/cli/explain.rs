//! `heyroom explain`: why the assistant did what it did.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use anyhow::Context;
use clap::Args;
use jiff::{Timestamp, tz::TimeZone};

use super::{Status, output};
use crate::{
    assistant::decisions::{self, Decision, LIMIT},
    config,
};

/// How often the file is looked at with --follow.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A decision of which nothing new is heard for so long is shown although the room has not answered.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// Tell why the running assistant (or the one that ran last) did what it did: its last decisions.
///
/// One line each: when, what was heard and how clearly, the state before, what was decided, how long after the end of
/// speech, and what the room answered; below it the confidences that were wanted, other readings that were tried, and
/// sentences that were near. Of speech that was not meant for the assistant there are no words unless the setting
/// log.overheard is true, and there is never any sound.
///
/// The decisions are read from the file of the setting log.decisions_file, else from $STATE_DIRECTORY, else from
/// ~/.local/state/heyroom/decisions.jsonl (Windows: %LOCALAPPDATA%\heyroom\data\decisions.jsonl). The last 500 are kept,
/// those of `heyroom run` alone.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// How many decisions
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: usize,

    /// Print one JSON object per line
    #[arg(long)]
    json: bool,

    /// Go on showing decisions as they come. A line that changes, because the room answers late, is shown again
    #[arg(long)]
    follow: bool,

    /// Read the decisions from this file
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// The settings file; without it heyroom.toml here, then that of the user, then /etc/heyroom/heyroom.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub fn run(args: &ExplainArgs) -> anyhow::Result<Status> {
    let (file, switched_off) = match &args.file {
        Some(file) => (file.clone(), false),
        None => {
            let log = config::load(args.config.as_deref())?.config.log;
            let file = log.decisions_file.or_else(decisions::default_file);
            (
                file.context("this user has no folder for the state of programs: give the file with --file")?,
                !log.decisions,
            )
        }
    };
    let zone = TimeZone::system();
    let all = decisions::read(&file)?;
    if all.is_empty() && !args.follow {
        anyhow::bail!(
            "there are no decisions in {}: {}",
            file.display(),
            if switched_off {
                "the setting log.decisions is false"
            } else {
                "`heyroom run` writes them there when something is said; one that runs as another user or with other \
                 settings has its own file, which --file or --config names"
            }
        );
    }
    let first = all.len().saturating_sub(args.last.min(LIMIT));
    let shown = all.get(first..).unwrap_or_default();
    for decision in shown {
        print(decision, args.json, &zone)?;
    }
    if args.follow {
        follow(&file, &all, args.json, &zone)?;
    }
    Ok(Status::Done)
}

fn print(decision: &Decision, json: bool, zone: &TimeZone) -> anyhow::Result<()> {
    if json {
        return Ok(output::json(decision)?);
    }
    output::line(decision.line(&time(decision.at_ms, zone)))?;
    for detail in decision.details() {
        output::line(format!("          {detail}"))?;
    }
    Ok(())
}

/// The time of day, with the day in front of it if that was another one.
fn time(at_ms: u64, zone: &TimeZone) -> String {
    let Some(at) = i64::try_from(at_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()) else {
        return at_ms.to_string();
    };
    let at = at.to_zoned(zone.clone());
    let today = Timestamp::try_from(SystemTime::now()).map(|now| now.to_zoned(zone.clone()).date());
    let format = if today.is_ok_and(|today| today == at.date()) { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
    at.strftime(format).to_string()
}

/// What a decision looked like when it was seen last.
struct Seen {
    decision: Decision,
    since: Instant,
    shown: bool,
}

fn follow(file: &Path, known: &[Decision], json: bool, zone: &TimeZone) -> anyhow::Result<()> {
    let seen = |decision: &Decision, shown| Seen { decision: decision.clone(), since: Instant::now(), shown };
    let mut all: BTreeMap<u64, Seen> =
        known.iter().map(|decision| (decision.at_ms, seen(decision, true))).collect();
    let mut modified = None;
    loop {
        // The file is replaced as a whole, so its time tells whether there is something new.
        let now = std::fs::metadata(file).and_then(|metadata| metadata.modified()).ok();
        if now != modified {
            modified = now;
            for decision in decisions::read(file)? {
                if all.get(&decision.at_ms).is_none_or(|known| known.decision != decision) {
                    all.insert(decision.at_ms, seen(&decision, false));
                }
            }
            while all.len() > 2 * LIMIT {
                all.pop_first();
            }
        }
        for seen in all.values_mut().filter(|seen| !seen.shown) {
            if seen.decision.is_settled() || seen.since.elapsed() >= SETTLED_AFTER {
                print(&seen.decision, json, zone)?;
                seen.shown = true;
            }
        }
        std::thread::sleep(LOOK_EVERY);
    }
}
