//! Rules that the client applies by itself, each switched on by [`Automations`](super::Automations).

use serde_json::Value;

use super::events::Event;
use super::link::Link;
use super::session::Shared;
use super::value::Object;

/// The slot id of a slide show.
const SLIDE_SLOT: &str = "SlideShowSlot";

/// The slide-show slot that `event` reports in the main window, if it does.
pub(super) fn slide_slot(event: &Event) -> Option<String> {
    match event {
        Event::VideoMatrixChanged(e) => e
            .participants
            .iter()
            .flatten()
            .filter_map(|slot| slot.peer_id.as_deref())
            .find(|id| *id == SLIDE_SLOT)
            .map(str::to_owned),
        _ => None,
    }
}

/// Moves `slot` to the first monitor that does not show the main window.
pub(super) async fn move_to_second_monitor(shared: &Shared, link: &Link, slot: &str) {
    let target = {
        let state = shared.state.borrow();
        let main = state.current_monitor;
        state
            .monitors
            .iter()
            .filter(|monitor| monitor.ignored != Some(true))
            .filter_map(|monitor| monitor.index)
            .find(|index| Some(*index) != main)
    };
    let Some(index) = target else {
        tracing::debug!("a slide show began, but there is no second monitor");
        return;
    };
    let params = Object::from_iter([
        ("callId".to_owned(), Value::from(slot)),
        ("monitorIndex".to_owned(), Value::from(index)),
    ]);
    match link.request("moveVideoSlotToMonitor", params, shared.options.request_timeout).await {
        Ok(_) => tracing::info!("moved the slide show to monitor {index}"),
        Err(error) => tracing::warn!("the slide show stays on the main monitor: {error}"),
    }
}
