//! What is shown where: layout, people on the screens, the own picture, a picture in place of the camera.

use serde_json::{Map, Value, json};

use super::{Done, Errand, Performer, Step, former::room, object};
use crate::grammar::Action;
use crate::room::methods::VideoMatrixAnswer;
use crate::room::{MatrixType, VideoSlot, Wire, same_user};

/// The slot of the own camera.
const SELF: &str = "#self:0";

impl Performer {
    /// Switches to the layout with this number.
    pub(super) async fn layout(&self, params: &Map<String, Value>, errand: &mut Errand<'_>) -> Step {
        let layout = self.whole(params, "layout")?;
        self.known()?;
        let former = self.matrix().await?.matrix_type;
        self.request("changeVideoMatrixType", object(json!({"matrixType": layout})), errand).await?;
        Ok(Done::changed(former.map(|former| vec![layout_of(former)])))
    }

    /// Shows somebody on the big picture, even if they were hidden.
    pub(super) async fn show_participant(
        &self,
        params: &Map<String, Value>,
        errand: &mut Errand<'_>,
    ) -> Step {
        let id = self.text(params, "participant")?;
        self.in_session()?;
        let mut matrix = self.matrix().await?;
        let mut back = Vec::new();
        if let Some(hidden) = hidden_slot(&matrix, &id) {
            self.request("showVideoSlot", object(json!({"callId": hidden})), errand).await?;
            back.push(room("hideVideoSlot", json!({"callId": hidden})));
            matrix = self.matrix().await?;
        }
        let Some(slot) = slot(&matrix, &id) else {
            // Somebody who fills a screen of their own is big already.
            return if extern_monitor(&matrix, &id).is_some() {
                Ok(changed(back))
            } else {
                Err(self.not_now())
            };
        };
        // Where all are of one size there is no big picture.
        if let Some(former @ MatrixType::Equal) = matrix.matrix_type
            && matrix.participants.as_ref().is_some_and(|slots| slots.len() > 1)
        {
            self.request("changeVideoMatrixType", object(json!({"matrixType": 4})), errand).await?;
            back.push(layout_of(former));
            matrix = self.matrix().await?;
        }
        if let Some(big) = biggest(&matrix).filter(|big| *big != slot) {
            let swap = json!({"callId1": big, "callId2": slot});
            self.request("swapVideoSlots", object(swap.clone()), errand).await?;
            back.push(room("swapVideoSlots", swap));
        }
        Ok(changed(back))
    }

    pub(super) async fn hide_participant(
        &self,
        params: &Map<String, Value>,
        errand: &mut Errand<'_>,
    ) -> Step {
        let id = self.text(params, "participant")?;
        self.in_session()?;
        self.set_shown(&id, false, errand).await
    }

    /// Shows or hides the own picture on the own screen; the others see it all the same.
    pub(super) async fn self_view(&self, params: &Map<String, Value>, errand: &mut Errand<'_>) -> Step {
        let show = self.flag(params, "show")?;
        self.known()?;
        self.set_shown(SELF, show, errand).await
    }

    async fn set_shown(&self, id: &str, show: bool, errand: &mut Errand<'_>) -> Step {
        let matrix = self.matrix().await?;
        let hidden = hidden_slot(&matrix, id);
        let slot = match (show, hidden, slot(&matrix, id)) {
            // It is so already.
            (false, Some(_), _) | (true, None, Some(_)) => return Ok(Done::default()),
            (true, Some(slot), _) | (false, None, Some(slot)) => slot,
            // The layout does not tell of it: the room may know better.
            (_, None, None) if id == SELF => id.to_owned(),
            (_, None, None) => return Err(self.not_now()),
        };
        let (method, opposite) =
            if show { ("showVideoSlot", "hideVideoSlot") } else { ("hideVideoSlot", "showVideoSlot") };
        let params = json!({"callId": slot});
        self.request(method, object(params.clone()), errand).await?;
        Ok(changed(vec![room(opposite, params)]))
    }

    /// Shows somebody full screen on another monitor.
    pub(super) async fn participant_to_monitor(
        &self,
        params: &Map<String, Value>,
        errand: &mut Errand<'_>,
    ) -> Step {
        let id = self.text(params, "participant")?;
        let monitor = self.monitor(params)?;
        self.in_session()?;
        let matrix = self.matrix().await?;
        let Some(slot) = slot(&matrix, &id).or_else(|| extern_slot(&matrix, &id)) else {
            return Err(self.not_now());
        };
        let move_to = |slot: &str, monitor: i64| json!({"callId": slot, "monitorIndex": monitor});
        let former = on_monitor(&matrix, monitor);
        self.request("moveVideoSlotToMonitor", object(move_to(&slot, monitor)), errand).await?;
        Ok(changed(vec![match former {
            Some(former) => room("moveVideoSlotToMonitor", move_to(&former, monitor)),
            None => room("removeVideoSlotFromMonitor", json!({"monitorIndex": monitor})),
        }]))
    }

    /// Takes what a monitor shows back into the layout.
    pub(super) async fn clear_monitor(&self, params: &Map<String, Value>, errand: &mut Errand<'_>) -> Step {
        let monitor = self.monitor(params)?;
        let matrix = self.matrix().await?;
        let former = on_monitor(&matrix, monitor);
        let clear = json!({"monitorIndex": monitor});
        self.request("removeVideoSlotFromMonitor", object(clear), errand).await?;
        let back = former.map(|slot| {
            vec![room("moveVideoSlotToMonitor", json!({"callId": slot, "monitorIndex": monitor}))]
        });
        Ok(Done::changed(back))
    }

    /// Sends the picture that was sent last in place of the camera.
    pub(super) async fn start_picture(&self, errand: &mut Errand<'_>) -> Step {
        let state = self.known()?;
        let told = self.asked(self.room.get_broadcast_picture()).await?.file_id.filter(|id| *id != 0);
        let Some(file) = told.or(state.picture.and_then(|picture| picture.file_id)) else {
            return Err(self.replies.get("no_picture", &[]));
        };
        self.request("startBroadcastPicture", object(json!({"fileId": file})), errand).await?;
        Ok(changed(vec![room("stopBroadcastPicture", Value::Null)]))
    }

    async fn matrix(&self) -> Result<VideoMatrixAnswer, String> {
        self.asked(self.room.get_video_matrix()).await
    }

    /// The number that the room gives to a monitor; people count from one.
    fn monitor(&self, params: &Map<String, Value>) -> Result<i64, String> {
        let spoken = self.whole(params, "monitor")?;
        let mut known: Vec<i64> = self
            .known()?
            .monitors
            .iter()
            .filter(|monitor| monitor.ignored != Some(true))
            .filter_map(|monitor| monitor.index)
            .collect();
        known.sort_unstable();
        let index = usize::try_from(spoken.saturating_sub(1)).ok();
        index.and_then(|index| known.get(index)).copied().ok_or_else(|| {
            tracing::warn!("there is no monitor {spoken}; the room has {}", known.len());
            self.not_now()
        })
    }
}

fn changed(back: Vec<Action>) -> Done {
    if back.is_empty() {
        return Done::default();
    }
    Done::changed(Some(back.into_iter().rev().collect()))
}

fn layout_of(layout: MatrixType) -> Action {
    let number = layout.encode();
    room("changeVideoMatrixType", json!({"matrixType": number}))
}

fn is(slot: &str, id: &str) -> bool {
    slot == id || (!slot.starts_with('#') && !id.starts_with('#') && same_user(slot, id))
}

fn slots(matrix: &VideoMatrixAnswer) -> impl Iterator<Item = &VideoSlot> {
    matrix.participants.iter().flatten()
}

/// The slot in the main window that shows this person.
fn slot(matrix: &VideoMatrixAnswer, id: &str) -> Option<String> {
    slots(matrix).filter_map(|slot| slot.peer_id.clone()).find(|slot| is(slot, id))
}

fn hidden_slot(matrix: &VideoMatrixAnswer, id: &str) -> Option<String> {
    matrix.hidden_video_slots.iter().flatten().find(|slot| is(slot, id)).cloned()
}

fn extern_slot(matrix: &VideoMatrixAnswer, id: &str) -> Option<String> {
    let mut slots = matrix.extern_video_slots.iter().flatten().filter_map(|slot| slot.call_id.clone());
    slots.find(|slot| is(slot, id))
}

fn extern_monitor(matrix: &VideoMatrixAnswer, id: &str) -> Option<i64> {
    let shows = |slot: &str| is(slot, id);
    let mut slots = matrix.extern_video_slots.iter().flatten();
    slots.find(|slot| slot.call_id.as_deref().is_some_and(shows)).and_then(|slot| slot.monitor_idx)
}

/// The slot that is shown on this monitor.
fn on_monitor(matrix: &VideoMatrixAnswer, monitor: i64) -> Option<String> {
    let mut slots = matrix.extern_video_slots.iter().flatten();
    slots.find(|slot| slot.monitor_idx == Some(monitor)).and_then(|slot| slot.call_id.clone())
}

/// The slot of the big picture; the first one where several are equally big.
fn biggest(matrix: &VideoMatrixAnswer) -> Option<String> {
    let area = |slot: &VideoSlot| slot.width.unwrap_or(0).saturating_mul(slot.height.unwrap_or(0));
    let mut best: Option<(&VideoSlot, i64)> = None;
    for slot in slots(matrix) {
        if best.is_none_or(|(_, size)| area(slot) > size) {
            best = Some((slot, area(slot)));
        }
    }
    best.and_then(|(slot, _)| slot.peer_id.clone())
}
