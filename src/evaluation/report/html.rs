//! The report as a page: no scripts, no files beside it.

use std::fmt::Write as _;

use super::{Report, Verdict, milliseconds, percent};
use crate::evaluation::score::Latency;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1c2330;\
background:#fff}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}table{border-collapse:collapse;font-size:.9rem;\
display:block;overflow-x:auto}th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #dde2ea}\
th:first-child,td:first-child,td.l,th.l{text-align:left}svg{max-width:100%;height:auto}.note{color:#5a6577;font-size:.9rem}\
@media(prefers-color-scheme:dark){body{background:#14181f;color:#e3e8f0}th,td{border-color:#333c4a}.note{color:#9aa6b8}}";

/// One line of a plot: its name, its colour, its points.
struct Line {
    name: String,
    colour: &'static str,
    points: Vec<(f64, f64)>,
}

const COLOURS: [&str; 4] = ["#2f6fde", "#d9822b", "#2e9e6b", "#a44fc4"];

pub fn page(report: &Report) -> String {
    let mut body = String::new();
    let title = format!("heyroom evaluation of {}", report.folder);
    let _ = write!(
        body,
        "<h1>{}</h1><p>Language {}, model {}, heyroom {}.</p>",
        escaped(&title),
        escaped(&report.language),
        escaped(&report.model),
        report.version
    );
    if let Some(stopped) = report.stopped {
        let _ = write!(body, "<p><strong>{}</strong></p>", stopped.told());
    }
    body.push_str("<h2>Figures</h2><table><tr>");
    for head in [
        "condition",
        "commands",
        "right",
        "wrong",
        "missed",
        "not woken",
        "taken back",
        "word errors",
        "p50 ms",
        "p95 ms",
        "closed p50 ms",
        "hours of other sound",
        "false accepts",
        "of them taken back",
        "per hour",
        "false wakes",
    ] {
        let _ = write!(body, "<th>{head}</th>");
    }
    body.push_str("</tr>");
    for figures in &report.conditions {
        let cells = [
            escaped(&figures.condition),
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
            figures.false_accepts.to_string(),
            figures.false_accepts_taken_back.to_string(),
            figures.false_accepts_per_hour().map_or_else(|| "-".to_owned(), |rate| format!("{rate:.2}")),
            figures.false_wakes.to_string(),
        ];
        let _ = write!(body, "<tr><td>{}</td></tr>", cells.join("</td><td>"));
    }
    body.push_str("</table>");
    acceptance(report, &mut body);
    latencies(report, &mut body);
    let cost = &report.cost;
    let _ = write!(
        body,
        "<h2>Cost</h2><p>{:.1} s of sound recognised in {:.1} s: {:.3} of real time.",
        cost.audio_s, cost.recognition_s, cost.real_time_factor
    );
    if let Some(cpu) = cost.cpu_s {
        let _ = write!(body, " {cpu:.1} s of processor time.");
    }
    if let Some(memory) = cost.memory() {
        let _ = write!(body, " {memory}.");
    }
    body.push_str("</p>");
    failures(report, &mut body);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{}</title><style>{STYLE}</style></head><body>{body}</body></html>\n",
        escaped(&title)
    )
}

/// Commands understood at each signal-to-noise ratio.
fn acceptance(report: &Report, body: &mut String) {
    let mut points: Vec<(f64, f64)> = report
        .conditions
        .iter()
        .filter_map(|figures| Some((f64::from(figures.snr_db?), figures.acceptance()? * 100.0)))
        .collect();
    if points.len() < 2 {
        return;
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let line = Line { name: "right commands".to_owned(), colour: COLOURS[0], points };
    body.push_str("<h2>Commands understood in noise</h2>");
    body.push_str(&plot(&[line], "speech above noise, dB", "%", Some(100.0)));
}

/// How many commands had an effect after how long.
fn latencies(report: &Report, body: &mut String) {
    let curve = |name: String, colour, latency: Option<&Latency>| {
        let all = &latency?.all;
        let share = |index: usize| (index + 1) as f64 / all.len() as f64 * 100.0;
        let points = all.iter().enumerate().map(|(index, ms)| (*ms as f64, share(index))).collect();
        Some(Line { name, colour, points })
    };
    let lines: Vec<Line> = [
        curve(
            "heyroom".to_owned(),
            COLOURS[0],
            report.conditions.first().and_then(|figures| figures.latency_ms.as_ref()),
        ),
        report.real_time.as_ref().and_then(|live| {
            curve("at the pace of speech, to the wire".to_owned(), COLOURS[2], live.latency_ms.as_ref())
        }),
        report.fixed_window.as_ref().and_then(|window| {
            curve(format!("fixed window of {} s", window.seconds), COLOURS[1], window.latency_ms.as_ref())
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if lines.is_empty() {
        return;
    }
    body.push_str("<h2>From the end of speech to the action</h2>");
    body.push_str(&plot(&lines, "ms", "% of the commands", Some(100.0)));
}

fn failures(report: &Report, body: &mut String) {
    let bad: Vec<_> =
        report.items.iter().filter(|item| !matches!(item.verdict, Verdict::Right | Verdict::Quiet)).collect();
    let _ = write!(body, "<h2>What went wrong: {} of {}</h2>", bad.len(), report.items.len());
    if bad.is_empty() {
        return;
    }
    body.push_str(
        "<table><tr><th>file</th><th class=l>condition</th><th class=l>said</th><th class=l>heard</th>\
         <th class=l>expected</th><th class=l>got</th></tr>",
    );
    for item in bad {
        let _ = write!(
            body,
            "<tr><td>{}</td><td class=l>{}</td><td class=l>{}</td><td class=l>{}</td><td class=l>{}</td><td class=l>{}</td></tr>",
            escaped(&item.file),
            escaped(&item.condition),
            escaped(item.said.as_deref().unwrap_or_default()),
            escaped(&item.heard),
            escaped(&item.expectation()),
            escaped(&item.outcome())
        );
    }
    body.push_str("</table>");
}

/// A plot of lines as SVG. The axes begin at 0 or at the least value below.
fn plot(lines: &[Line], x_name: &str, y_name: &str, y_most: Option<f64>) -> String {
    const WIDTH: f64 = 720.0;
    const HEIGHT: f64 = 320.0;
    const LEFT: f64 = 56.0;
    const RIGHT: f64 = 16.0;
    const TOP: f64 = 12.0;
    const BOTTOM: f64 = 44.0;
    let all = || lines.iter().flat_map(|line| &line.points);
    let least = all().map(|point| point.0).fold(0.0, f64::min);
    let most = all().map(|point| point.0).fold(least + 1.0, f64::max);
    let top = y_most.unwrap_or_else(|| all().map(|point| point.1).fold(1.0, f64::max));
    let x = |value: f64| LEFT + (value - least) / (most - least) * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" font-size=\"13\" fill=\"currentColor\" stroke-width=\"2\">"
    );
    for step in 0..=4 {
        let (value, across) = (top * f64::from(step) / 4.0, least + (most - least) * f64::from(step) / 4.0);
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{1:.1}\" y2=\"{1:.1}\" stroke=\"currentColor\" stroke-opacity=\".15\" stroke-width=\"1\"/>\
             <text x=\"{2}\" y=\"{3:.1}\" text-anchor=\"end\">{value:.0}</text>\
             <text x=\"{4:.1}\" y=\"{5}\" text-anchor=\"middle\">{across:.0}</text>",
            WIDTH - RIGHT,
            y(value),
            LEFT - 8.0,
            y(value) + 4.0,
            x(across),
            HEIGHT - BOTTOM + 18.0,
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><text x=\"4\" y=\"{}\">{}</text>",
        WIDTH - RIGHT,
        HEIGHT - 6.0,
        escaped(x_name),
        HEIGHT - 6.0,
        escaped(y_name)
    );
    for (index, line) in lines.iter().enumerate() {
        let points: Vec<String> =
            line.points.iter().map(|point| format!("{:.1},{:.1}", x(point.0), y(point.1))).collect();
        let row = TOP + 16.0 + 20.0 * index as f64;
        let _ = write!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{2}\"/><line x1=\"{LEFT}\" x2=\"{3}\" y1=\"{4}\" y2=\"{4}\" \
             transform=\"translate(12 -4)\" stroke=\"{2}\"/><text x=\"{5}\" y=\"{4}\">{1}</text>",
            points.join(" "),
            escaped(&line.name),
            line.colour,
            LEFT + 20.0,
            row,
            LEFT + 40.0
        );
    }
    svg.push_str("</svg>");
    svg
}

fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
