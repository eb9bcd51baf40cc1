//! Pan, tilt and zoom of the own camera. A movement goes on until `ptzStop` or the end of the range.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Answer, Ask, Method, Refusal, Terminal, fields, plain, timers::Timer};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("ptzUp", |terminal, ask| start(terminal, ask, TILT, 1)),
    ("ptzDown", |terminal, ask| start(terminal, ask, TILT, -1)),
    ("ptzLeft", |terminal, ask| start(terminal, ask, PAN, -1)),
    ("ptzRight", |terminal, ask| start(terminal, ask, PAN, 1)),
    ("ptzZoomInc", |terminal, ask| start(terminal, ask, ZOOM, 1)),
    ("ptzZoomDec", |terminal, ask| start(terminal, ask, ZOOM, -1)),
    ("ptzStop", |terminal, ask| {
        steerable(terminal, ask)?;
        if terminal.ptz.stop() {
            terminal.ptz_changed();
        }
        plain()
    }),
    ("getPtzControls", |terminal, _| Ok(fields(terminal.ptz_fields()))),
    ("setPanPos", |terminal, ask| set(terminal, ask, PAN)),
    ("setTiltPos", |terminal, ask| set(terminal, ask, TILT)),
    ("setZoomPos", |terminal, ask| set(terminal, ask, ZOOM)),
    ("setPtzDefaults", |terminal, ask| {
        steerable(terminal, ask)?;
        terminal.ptz.stop();
        for axis in &mut terminal.ptz.axes {
            axis.current = axis.default;
        }
        terminal.ptz_changed();
        plain()
    }),
];

const PAN: usize = 0;
const TILT: usize = 1;
const ZOOM: usize = 2;
const NAMES: [&str; 3] = ["pan", "tilt", "zoom"];
/// A moving camera takes one step in this time.
const STEP_TIME: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Copy)]
struct Axis {
    min: i64,
    max: i64,
    default: i64,
    step: i64,
    current: i64,
}

impl Axis {
    const fn new(min: i64, max: i64, default: i64, step: i64) -> Self {
        Self { min, max, default, step, current: default }
    }
}

#[derive(Debug)]
pub(super) struct Ptz {
    axes: [Axis; 3],
    /// Axis and direction of the running movement, and its number.
    moving: Option<(usize, i64, u64)>,
    movements: u64,
}

impl Default for Ptz {
    fn default() -> Self {
        Self {
            axes: [Axis::new(-100, 100, 0, 5), Axis::new(-30, 30, 0, 2), Axis::new(1, 20, 1, 1)],
            moving: None,
            movements: 0,
        }
    }
}

impl Ptz {
    /// Ends the running movement, if there is one.
    pub fn stop(&mut self) -> bool {
        self.moving.take().is_some()
    }
}

impl Terminal {
    fn ptz_fields(&self) -> Value {
        let (name, description) = self.devices.camera();
        let mut shown = json!({"videoCapturerName": name, "videoCapturerDescription": description});
        for (axis, key) in self.ptz.axes.iter().zip(NAMES) {
            shown[key] = if self.devices.camera_is_steerable() {
                json!({"support": true, "isContinuousType": true, "minValue": axis.min, "maxValue": axis.max,
                       "currentValue": axis.current, "defValue": axis.default, "step": axis.step,
                       "inverted": false})
            } else {
                json!({"support": false})
            };
        }
        shown
    }

    pub(super) fn ptz_changed(&mut self) {
        let shown = self.ptz_fields();
        self.event("ptzControlsChanged", shown);
    }

    /// The moving camera reaches its next position.
    pub(super) fn ptz_step(&mut self, movement: u64) {
        let Some((axis, direction, running)) = self.ptz.moving else { return };
        if running != movement {
            return;
        }
        let axis = &mut self.ptz.axes[axis];
        axis.current = (axis.current + direction * axis.step).clamp(axis.min, axis.max);
        let at_end = axis.current == if direction > 0 { axis.max } else { axis.min };
        if at_end {
            self.ptz.stop();
            self.ptz_changed();
        } else {
            self.after(STEP_TIME, Timer::PtzStep { movement });
        }
    }
}

fn steerable(terminal: &Terminal, ask: &Ask<'_>) -> Result<(), Refusal> {
    if terminal.devices.camera_is_steerable() {
        return Ok(());
    }
    ask.refuse(format_args!("the camera \"{}\" cannot be steered", terminal.devices.camera().0))
}

fn start(terminal: &mut Terminal, ask: &Ask<'_>, axis: usize, direction: i64) -> Answer {
    steerable(terminal, ask)?;
    if terminal.ptz.stop() {
        terminal.ptz_changed();
    }
    terminal.ptz.movements += 1;
    let movement = terminal.ptz.movements;
    terminal.ptz.moving = Some((axis, direction, movement));
    terminal.after(STEP_TIME, Timer::PtzStep { movement });
    plain()
}

fn set(terminal: &mut Terminal, ask: &Ask<'_>, axis: usize) -> Answer {
    let pos = ask.integer("pos")?;
    steerable(terminal, ask)?;
    let (min, max) = (terminal.ptz.axes[axis].min, terminal.ptz.axes[axis].max);
    if !(min..=max).contains(&pos) {
        return ask.refuse(format_args!("{} {pos} is out of range: {min} to {max}", NAMES[axis]));
    }
    terminal.ptz.stop();
    terminal.ptz.axes[axis].current = pos;
    terminal.ptz_changed();
    plain()
}
