//! Monitors, and which picture is where on them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, Ask, Fields, Method, Refusal, Terminal, fields, plain};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("getMonitorsInfo", |terminal, ask| Ok(terminal.layout.monitors_fields(terminal.api_of(ask.client)))),
    ("changeCurrentMonitor", change_current_monitor),
    ("getVideoMatrix", |terminal, _| Ok(terminal.matrix_fields())),
    ("changeVideoMatrix", change_video_matrix),
    ("changeVideoMatrixType", change_video_matrix_type),
    ("hideVideoSlot", hide_video_slot),
    ("showVideoSlot", show_video_slot),
    ("swapVideoSlots", swap_video_slots),
    ("moveVideoSlotToMonitor", move_video_slot_to_monitor),
    ("removeVideoSlotFromMonitor", remove_video_slot_from_monitor),
];

/// The slot of the own camera.
const SELF: &str = "#self:0";
/// The slot of a slide show.
pub(super) const SLIDES: &str = "SlideShowSlot";
const MONITORS: usize = 2;
const WIDTH: i64 = 1920;
const HEIGHT: i64 = 1080;

#[derive(Debug, Default)]
pub(super) struct Layout {
    current_monitor: usize,
    /// The chosen type; the settings decide until one is chosen.
    kind: Option<i64>,
    /// Slots that were put into an order.
    order: Vec<String>,
    hidden: Vec<String>,
    /// Slots on other monitors, by monitor.
    moved: BTreeMap<usize, String>,
    told: Fields,
}

impl Layout {
    /// A participant is gone for good.
    pub fn forget(&mut self, id: &str) {
        self.order.retain(|one| one != id);
        self.hidden.retain(|one| one != id);
        self.moved.retain(|_, one| one != id);
    }

    /// The session is over.
    pub fn reset(&mut self) {
        self.kind = None;
        self.order.clear();
        self.hidden.clear();
        self.moved.clear();
    }

    fn monitors_fields(&self, api: u8) -> Fields {
        let monitors = (0..MONITORS).map(|index| {
            let x = WIDTH * i64::try_from(index).unwrap_or(0);
            let mut monitor = json!({
                "name": format!("Monitor {index}"), "primary": index == 0, "index": index, "ignored": false,
                "geomMonitor": {"x": x, "y": 0, "width": WIDTH, "height": HEIGHT},
                "geomWork": {"x": x, "y": 0, "width": WIDTH, "height": HEIGHT - 40},
            });
            if api >= 2 {
                monitor["id"] = format!("sim-monitor-{index}").into();
            }
            monitor
        });
        let monitors: Vec<Value> = monitors.collect();
        fields(json!({"monitors": monitors, "currentMonitor": self.current_monitor}))
    }
}

/// The rectangles of `count` slots, as left, top, width, height.
fn rectangles(kind: i64, count: usize) -> Vec<[i64; 4]> {
    let count_i = i64::try_from(count).unwrap_or(1).max(1);
    match (kind, count) {
        (_, 0) => Vec::new(),
        (0, _) => vec![[0, 0, WIDTH, HEIGHT]],
        (1, _) | (_, 1) => {
            let columns = (1..=count_i).find(|columns| columns * columns >= count_i).unwrap_or(1);
            let rows = (count_i + columns - 1) / columns;
            let (width, height) = (WIDTH / columns, HEIGHT / rows);
            (0..count_i).map(|at| [at % columns * width, at / columns * height, width, height]).collect()
        }
        // One big slot and a row or column of small ones beside it.
        (3 | 5, _) => {
            let width = WIDTH / (count_i - 1);
            let small = (0..count_i - 1).map(|at| [at * width, HEIGHT * 3 / 4, width, HEIGHT / 4]);
            std::iter::once([0, 0, WIDTH, HEIGHT * 3 / 4]).chain(small).collect()
        }
        _ => {
            let height = HEIGHT / (count_i - 1);
            let small = (0..count_i - 1).map(|at| [WIDTH * 3 / 4, at * height, WIDTH / 4, height]);
            std::iter::once([0, 0, WIDTH * 3 / 4, HEIGHT]).chain(small).collect()
        }
    }
}

impl Terminal {
    /// Every slot there is now, in the order of the layout.
    fn slots(&self) -> Vec<(String, String)> {
        let mut slots = vec![(SELF.to_owned(), self.account.name().to_owned())];
        if let Some(session) = self.session() {
            slots.extend(session.participants.iter().skip(1).map(|one| (one.id.clone(), one.name.clone())));
            if self.slides.is_running() {
                slots.push((SLIDES.to_owned(), self.account.name().to_owned()));
            }
        }
        let place = |id: &String| self.layout.order.iter().position(|one| one == id).unwrap_or(usize::MAX);
        slots.sort_by_key(|(id, _)| place(id));
        slots
    }

    fn matrix_type(&self) -> i64 {
        self.layout.kind.unwrap_or_else(|| {
            let group = self.session().is_some_and(super::session::Session::is_group);
            self.settings.number(if group { "defaultMultiConfMatrix" } else { "defaultP2PMatrix" })
        })
    }

    fn matrix_fields(&self) -> Fields {
        let kind = self.matrix_type();
        let slots = self.slots();
        let here: Vec<_> = slots
            .iter()
            .filter(|(id, _)| {
                !self.layout.hidden.contains(id) && !self.layout.moved.values().any(|one| one == id)
            })
            .collect();
        let participants: Vec<Value> = here
            .iter()
            .zip(rectangles(kind, here.len()))
            .map(|((id, name), [left, top, width, height])| {
                let mut slot = json!({"peerId": id, "peerDn": name, "left": left, "top": top, "width": width,
                                      "height": height, "type": if id == SLIDES { 2 } else { 0 }});
                if id == SLIDES {
                    slot["title"] = self.slides.title().into();
                }
                slot
            })
            .collect();
        let elsewhere: Vec<Value> = self
            .layout
            .moved
            .iter()
            .map(|(monitor, id)| {
                let name = slots.iter().find(|(known, _)| known == id).map_or("", |(_, name)| name);
                json!({"callId": id, "peerDn": name, "monitorDisplayName": format!("Monitor {monitor}"),
                       "monitorIdx": monitor, "monitorIsPrimary": *monitor == 0,
                       "type": if id == SLIDES { 2 } else { 0 }})
            })
            .collect();
        fields(json!({
            "matrixType": kind,
            "mainWindowWidth": WIDTH,
            "mainWindowHeight": HEIGHT,
            "selfViewMode": 2,
            "participants": participants,
            "externVideoSlots": elsewhere,
            "hiddenVideoSlots": self.layout.hidden,
        }))
    }

    /// Tells the clients the layout if it changed.
    pub(super) fn matrix_changed(&mut self) {
        let matrix = self.matrix_fields();
        if matrix != self.layout.told {
            self.layout.told = matrix.clone();
            self.event("videoMatrixChanged", Value::Object(matrix));
        }
    }

    /// The slot that `id` names.
    fn slot(&self, ask: &Ask<'_>, key: &str) -> Result<String, Refusal> {
        let id = ask.name(key)?;
        let slots = self.slots();
        let found = slots.iter().find(|(known, _)| known == id || known.split('/').next() == Some(id));
        found.map_or_else(
            || ask.refuse(format_args!("{key} {id} is not a slot of getVideoMatrix")),
            |(known, _)| Ok(known.clone()),
        )
    }

    /// A slot is no longer where it was moved to.
    fn take_back(&mut self, monitor: usize) -> bool {
        let Some(id) = self.layout.moved.remove(&monitor) else { return false };
        self.event(
            "videoSlotRemovedFromMonitor",
            json!({"callId": id, "monitorDisplayName": format!("Monitor {monitor}"), "monitorIdx": monitor,
                   "monitorIsPrimary": monitor == 0}),
        );
        true
    }
}

fn monitor(ask: &Ask<'_>) -> Result<usize, Refusal> {
    ask.index("monitorIndex", MONITORS)
}

fn change_current_monitor(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let monitor = monitor(ask)?;
    if std::mem::replace(&mut terminal.layout.current_monitor, monitor) != monitor {
        let monitors = terminal.layout.monitors_fields(1);
        terminal.event("monitorsInfoUpdated", Value::Object(monitors));
    }
    plain()
}

fn matrix_type(ask: &Ask<'_>) -> Result<i64, Refusal> {
    match ask.integer("matrixType")? {
        kind @ 0..=5 => Ok(kind),
        other => ask.refuse(format_args!("matrixType {other} is out of range: 0 to 5")),
    }
}

fn change_video_matrix(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let kind = matrix_type(ask)?;
    let wanted = ask.texts("participants")?;
    let slots = terminal.slots();
    let mut order = Vec::new();
    for id in wanted {
        match slots.iter().find(|(known, _)| known == id || known.split('/').next() == Some(id)) {
            Some((known, _)) => order.push(known.clone()),
            None => return ask.refuse(format_args!("{id} is not a slot of getVideoMatrix")),
        }
    }
    terminal.layout.kind = Some(kind);
    terminal.layout.order = order;
    terminal.matrix_changed();
    plain()
}

fn change_video_matrix_type(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    terminal.layout.kind = Some(matrix_type(ask)?);
    terminal.matrix_changed();
    plain()
}

fn hide_video_slot(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = terminal.slot(ask, "callId")?;
    if terminal.layout.hidden.contains(&id) {
        return ask.refuse(format_args!("{id} is hidden already"));
    }
    terminal.layout.hidden.push(id);
    terminal.matrix_changed();
    plain()
}

fn show_video_slot(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let id = terminal.slot(ask, "callId")?;
    if !terminal.layout.hidden.contains(&id) {
        return ask.refuse(format_args!("{id} is not hidden"));
    }
    terminal.layout.hidden.retain(|one| *one != id);
    terminal.matrix_changed();
    plain()
}

fn swap_video_slots(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let (one, two) = (terminal.slot(ask, "callId1")?, terminal.slot(ask, "callId2")?);
    let mut order: Vec<String> = terminal.slots().into_iter().map(|(id, _)| id).collect();
    let at = |id: &String| order.iter().position(|known| known == id);
    if let (Some(first), Some(second)) = (at(&one), at(&two)) {
        order.swap(first, second);
    }
    terminal.layout.order = order;
    terminal.matrix_changed();
    plain()
}

fn move_video_slot_to_monitor(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let monitor = monitor(ask)?;
    let id = terminal.slot(ask, "callId")?;
    if monitor == terminal.layout.current_monitor {
        return ask.refuse(format_args!("monitor {monitor} shows the main window"));
    }
    terminal.take_back(monitor);
    if let Some(old) = terminal.layout.moved.iter().find(|(_, one)| **one == id).map(|(monitor, _)| *monitor)
    {
        terminal.take_back(old);
    }
    let name =
        terminal.slots().into_iter().find(|(known, _)| *known == id).map_or(String::new(), |(_, name)| name);
    terminal.layout.moved.insert(monitor, id.clone());
    terminal.event(
        "videoSlotMovedToMonitor",
        json!({"callId": id, "peerDn": name, "monitorDisplayName": format!("Monitor {monitor}"),
               "monitorIdx": monitor, "monitorIsPrimary": monitor == 0}),
    );
    terminal.matrix_changed();
    plain()
}

fn remove_video_slot_from_monitor(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let monitor = monitor(ask)?;
    if !terminal.take_back(monitor) {
        return ask.refuse(format_args!("no slot was moved to monitor {monitor}"));
    }
    terminal.matrix_changed();
    plain()
}

#[cfg(test)]
mod tests {
    use super::rectangles;

    #[test]
    fn every_slot_lies_inside_the_window() {
        for kind in 0..=5 {
            for count in 1..30 {
                let slots = rectangles(kind, count);
                assert_eq!(slots.len(), if kind == 0 { 1 } else { count });
                for [left, top, width, height] in slots {
                    assert!(width > 0 && height > 0, "type {kind} with {count}");
                    assert!(left >= 0 && left + width <= 1920, "type {kind} with {count}");
                    assert!(top >= 0 && top + height <= 1080, "type {kind} with {count}");
                }
            }
        }
    }
}
