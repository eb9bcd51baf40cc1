//! The report as a table of text.

use super::{Live, Report, Stopped, Verdict, milliseconds, percent};
use crate::evaluation::score::{Figures, Latency};

/// How many recordings that went wrong are listed.
const LISTED: usize = 20;

pub fn table(report: &Report) -> String {
    let mut out = vec![format!(
        "{}: language {}, model {}, heyroom {}",
        report.folder, report.language, report.model, report.version
    )];
    out.extend(report.stopped.map(Stopped::told));
    out.push(String::new());
    let header = [
        "condition",
        "commands",
        "right",
        "wrong",
        "missed",
        "asleep",
        "taken back",
        "word errors",
        "p50 ms",
        "p95 ms",
        "closed p50",
        "hours",
        "false accepts",
        "false wakes",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(report.conditions.iter().map(row));
    out.extend(aligned(&rows));
    out.push(String::new());
    out.push(
        "right: the right command and slots; asleep: missed because the wake phrase was not heard; taken \
         back: done at once and undone, because the whole utterance was something else; ms from the true end \
         of speech to the action, virtual time with the recognition time added; hours of sound without commands"
            .to_owned(),
    );
    if let Some(live) = &report.real_time {
        out.push(String::new());
        out.push(at_speech_pace(live));
    }
    if let Some(window) = &report.fixed_window {
        out.push(format!(
            "fixed window of {} s after the wake phrase: {} of {} right, {}",
            window.seconds,
            window.right,
            window.commands,
            latency(window.latency_ms.as_ref())
        ));
    }
    let cost = &report.cost;
    out.push(String::new());
    let memory = cost.memory().map_or_else(String::new, |memory| format!(", {memory}"));
    let cpu = cost.cpu_s.map_or_else(String::new, |seconds| format!(", {seconds:.1} s of processor time"));
    out.push(format!(
        "{:.1} s of sound recognised in {:.1} s ({:.3} of real time){cpu}{memory}",
        cost.audio_s, cost.recognition_s, cost.real_time_factor
    ));
    let bad: Vec<_> =
        report.items.iter().filter(|item| !matches!(item.verdict, Verdict::Right | Verdict::Quiet)).collect();
    if !bad.is_empty() {
        out.push(String::new());
        out.push(format!("{} of {} went wrong:", bad.len(), report.items.len()));
    }
    for item in bad.iter().take(LISTED) {
        let said = item.said.as_deref().map_or_else(String::new, |said| format!(" \"{said}\""));
        out.push(format!(
            "  {} [{}]{said}: heard \"{}\"; expected {}, got {}",
            item.file,
            item.condition,
            item.heard,
            item.expectation(),
            item.outcome()
        ));
    }
    if bad.len() > LISTED {
        out.push(format!("  ... and {} more; --json FILE or --html FILE hold them all", bad.len() - LISTED));
    }
    out.join("\n")
}

fn row(figures: &Figures) -> Vec<String> {
    let per_hour = figures.false_accepts_per_hour().map_or_else(
        || "-".to_owned(),
        |rate| match (figures.false_accepts, figures.false_accepts_taken_back) {
            (all, 0) => format!("{rate:.2}/h ({all})"),
            (all, taken_back) => format!("{rate:.2}/h ({all}, {taken_back} taken back)"),
        },
    );
    vec![
        figures.condition.clone(),
        figures.commands.to_string(),
        percent(figures.acceptance()),
        figures.wrong.to_string(),
        figures.missed.to_string(),
        figures.wake_misses.to_string(),
        figures.taken_back.to_string(),
        percent(figures.word_error_rate),
        milliseconds(figures.latency_ms.as_ref(), |latency| latency.p50),
        milliseconds(figures.latency_ms.as_ref(), |latency| latency.p95),
        milliseconds(figures.closed_latency_ms.as_ref(), |latency| latency.p50),
        format!("{:.2}", figures.other_hours),
        per_hour,
        figures.false_wakes.to_string(),
    ]
}

fn at_speech_pace(live: &Live) -> String {
    let left_out = match live.left_out {
        0 => String::new(),
        left_out => {
            format!("; {left_out} left out, for the simulated room cannot be brought into their state")
        }
    };
    format!(
        "at the pace of speech, up to the room's WebSocket: {} of {} right, {}; without slots: {}{left_out}",
        live.right,
        live.commands,
        latency(live.latency_ms.as_ref()),
        latency(live.closed_latency_ms.as_ref())
    )
}

fn latency(latency: Option<&Latency>) -> String {
    match latency {
        None => "no latency to report".to_owned(),
        Some(latency) => format!(
            "p50 {} ms, p95 {} ms, at most {} ms ({} commands)",
            latency.p50, latency.p95, latency.max, latency.count
        ),
    }
}

/// Columns as wide as their widest cell; the first to the left, the others to the right.
fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    rows.iter().map(line).collect()
}
