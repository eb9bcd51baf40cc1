//! The own slide show.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Answer, Ask, Method, Refusal, Terminal, fields, plain, timers::Timer};

pub(super) const METHODS: &[(&str, Method)] = &[
    ("addSlide", add_slide),
    ("removeSlide", remove_slide),
    ("removeAllSlides", remove_all_slides),
    ("setSlidePosition", set_slide_position),
    ("sortSlides", sort_slides),
    ("startSlideShow", start_slide_show),
    ("stopSlideShow", |terminal, ask| {
        if terminal.stop_slide_show() { plain() } else { ask.refuse("no slide show is running") }
    }),
    ("showFirstSlide", |terminal, ask| show(terminal, ask, |_, _| 0)),
    ("showLastSlide", |terminal, ask| show(terminal, ask, |_, count| count - 1)),
    ("showNextSlide", |terminal, ask| show(terminal, ask, |at, _| at + 1)),
    ("showPrevSlide", |terminal, ask| show(terminal, ask, |at, _| at - 1)),
    ("showSlide", |terminal, ask| {
        let idx = ask.integer("idx")?;
        show(terminal, ask, |_, _| idx)
    }),
    ("getSlideShowInfo", get_slide_show_info),
    ("getSlideShowCache", get_slide_show_cache),
    ("stopCachingAllImages", |terminal, _| {
        terminal.slides.queue.clear();
        terminal.event("allSlidesCachingStopped", json!({}));
        plain()
    }),
    ("removeImageFromCachingQueue", remove_image_from_caching_queue),
];

/// Caching one slide takes this long.
const CACHING: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Slide {
    name: String,
    file_id: i64,
}

impl Slide {
    fn shown(&self) -> Value {
        json!({"name": self.name, "fileId": self.file_id})
    }
}

#[derive(Debug, Default)]
pub(super) struct Slides {
    list: Vec<Slide>,
    /// Title and index while a show runs.
    running: Option<(String, usize)>,
    cached: Vec<Slide>,
    queue: Vec<Slide>,
    told_available: bool,
}

impl Slides {
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub fn title(&self) -> &str {
        self.running.as_ref().map_or("", |(title, _)| title)
    }
}

impl Terminal {
    /// The slides that the terminal has when it starts.
    pub(super) fn load_first_slides(&mut self) {
        for name in self.setup.slides.clone() {
            let file_id = self.files.store(&name, name.len());
            let slide = Slide { name, file_id };
            self.slides.cached.push(slide.clone());
            self.slides.list.push(slide);
        }
        self.slides.told_available = self.slides_available();
    }

    fn slides_available(&self) -> bool {
        !self.slides.list.is_empty() && self.session().is_some()
    }

    pub(super) fn slide_availability_changed(&mut self) {
        let available = self.slides_available();
        if std::mem::replace(&mut self.slides.told_available, available) != available {
            self.event("slideShowAvailabilityChanged", json!({"available": available}));
        }
    }

    pub(super) fn stop_slide_show(&mut self) -> bool {
        if self.slides.running.take().is_none() {
            return false;
        }
        self.layout.forget(super::layout::SLIDES);
        self.show_own_slides(false);
        self.event("mySlideShowStopped", json!({}));
        self.matrix_changed();
        true
    }

    fn show_own_slides(&mut self, on: bool) {
        if let Some(own) = self.session_mut().and_then(|session| session.participants.first_mut()) {
            own.slide_show = on;
        }
    }

    /// Adds a slide; its index.
    pub(super) fn append_slide(&mut self, name: String, file_id: i64) -> usize {
        let slide = Slide { name, file_id };
        self.slides.list.push(slide.clone());
        let idx = self.slides.list.len() - 1;
        self.event("slideAdded", json!({"name": slide.name, "fileId": slide.file_id, "idx": idx}));
        self.event("imageAddedToCachingQueue", slide.shown());
        if self.slides.queue.is_empty() {
            self.event("slideCachingStarted", slide.shown());
            self.after(CACHING, Timer::SlideCached);
        }
        self.slides.queue.push(slide);
        self.slide_availability_changed();
        idx
    }

    /// The first slide of the queue is cached.
    pub(super) fn slide_cached(&mut self) {
        if self.slides.queue.is_empty() {
            return;
        }
        let slide = self.slides.queue.remove(0);
        self.event("imageRemovedFromCachingQueue", slide.shown());
        self.event("slideCached", slide.shown());
        self.slides.cached.push(slide);
        if let Some(next) = self.slides.queue.first().map(Slide::shown) {
            self.event("slideCachingStarted", next);
            self.after(CACHING, Timer::SlideCached);
        }
    }

    fn forget_slide_files(&mut self, slides: &[Slide], from_server: bool) {
        for slide in slides {
            self.slides.cached.retain(|one| one != slide);
            self.slides.queue.retain(|one| one != slide);
            if from_server {
                self.files.forget(slide.file_id);
            }
        }
    }

    fn slide_index_changed(&mut self, idx: usize) {
        if let Some((_, current)) = &mut self.slides.running {
            *current = idx;
        }
        self.event("currentSlideIndexChanged", json!({"currentIdx": idx}));
    }
}

fn add_slide(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let file_id = ask.integer("fileId")?;
    let name = terminal.need_file(ask, file_id)?;
    terminal.append_slide(name, file_id);
    plain()
}

fn remove_slide(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let idx = ask.index("idx", terminal.slides.list.len())?;
    let from_server = ask.flag_opt("removeFromServer")?.unwrap_or(false);
    let slide = terminal.slides.list.remove(idx);
    terminal.forget_slide_files(&[slide], from_server);
    terminal.event("slideRemoved", json!({"idx": idx, "removedFromServer": from_server}));
    let left = terminal.slides.list.len();
    match terminal.slides.running.as_ref().map(|(_, current)| *current) {
        Some(_) if left == 0 => {
            terminal.stop_slide_show();
        }
        Some(current) if current > idx || current >= left => terminal.slide_index_changed(current.max(1) - 1),
        _ => {}
    }
    terminal.slide_availability_changed();
    plain()
}

fn remove_all_slides(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let from_server = ask.flag_opt("removeFromServer")?.unwrap_or(false);
    let slides = std::mem::take(&mut terminal.slides.list);
    terminal.forget_slide_files(&slides, from_server);
    terminal.stop_slide_show();
    terminal.event("allSlidesRemoved", json!({"removedFromServer": from_server}));
    terminal.event("slideShowCleared", json!({}));
    terminal.slide_availability_changed();
    plain()
}

fn set_slide_position(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let count = terminal.slides.list.len();
    let (from, to) = (ask.index("fromIdx", count)?, ask.index("toIdx", count)?);
    let slide = terminal.slides.list.remove(from);
    terminal.event(
        "slidePositionChanged",
        json!({"prevIdx": from, "newIdx": to, "name": slide.name, "fileId": slide.file_id}),
    );
    terminal.slides.list.insert(to, slide);
    plain()
}

fn sort_slides(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    terminal.slides.list.sort_by(|one, two| one.name.cmp(&two.name));
    let slides = list(terminal);
    terminal.event("slidesSorted", json!({"slides": slides}));
    plain()
}

fn list(terminal: &Terminal) -> Vec<Value> {
    let running = terminal.slides.is_running();
    let shown = terminal.slides.list.iter().enumerate().map(|(idx, slide)| {
        let mut shown = json!({"idx": idx, "name": slide.name, "fileId": slide.file_id});
        if running {
            let port = terminal.setup.http_port;
            shown["url"] = format!("http://127.0.0.1:{port}/files/{}", slide.file_id).into();
        }
        shown
    });
    shown.collect()
}

fn start_slide_show(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let title = ask.text_opt("title")?.unwrap_or_default().to_owned();
    let count = terminal.slides.list.len();
    if count == 0 {
        return ask.refuse("there are no slides; send addSlide first");
    }
    let start = match ask.integer_opt("startingIdx")? {
        None => 0,
        Some(_) => ask.index("startingIdx", count)?,
    };
    if terminal.session().is_none() {
        return ask.refuse(format_args!("no slide show is possible in {}", terminal.state().describe()));
    }
    if terminal.slides.is_running() {
        return ask.refuse("a slide show is running");
    }
    terminal.slides.running = Some((title.clone(), start));
    terminal.show_own_slides(true);
    terminal.event("mySlideShowStarted", json!({"title": title, "currentSlideIndex": start}));
    terminal.event("currentSlideIndexChanged", json!({"currentIdx": start}));
    for slide in list(terminal) {
        terminal.event("slideUploaded", json!({"idx": slide["idx"], "url": slide["url"]}));
    }
    terminal.matrix_changed();
    plain()
}

/// Shows the slide that `choose` picks from the current index and the number of slides.
fn show(terminal: &mut Terminal, ask: &Ask<'_>, choose: impl Fn(i64, i64) -> i64) -> Answer {
    let count = terminal.slides.list.len();
    let Some((_, current)) = terminal.slides.running.as_ref() else {
        return ask.refuse("no slide show is running; send startSlideShow first");
    };
    let current = i64::try_from(*current).unwrap_or(0);
    let wanted = choose(current, i64::try_from(count).unwrap_or(0));
    let Some(idx) = usize::try_from(wanted).ok().filter(|idx| *idx < count) else {
        return out_of_range(ask, wanted, count);
    };
    terminal.slide_index_changed(idx);
    plain()
}

fn out_of_range(ask: &Ask<'_>, wanted: i64, count: usize) -> Result<super::Fields, Refusal> {
    ask.refuse(format_args!("there is no slide {wanted}: the slides are 0 to {}", count.max(1) - 1))
}

fn get_slide_show_info(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let mut info = fields(json!({
        "available": terminal.slides_available(),
        "started": terminal.slides.is_running(),
        "slides": list(terminal),
        "currentSlideIdx": terminal.slides.running.as_ref().map_or(0, |(_, current)| *current),
    }));
    if terminal.slides.is_running() {
        info.insert("title".into(), terminal.slides.title().into());
    }
    Ok(info)
}

fn get_slide_show_cache(terminal: &mut Terminal, _: &Ask<'_>) -> Answer {
    let slides = &terminal.slides;
    let shown = |list: &[Slide]| list.iter().map(Slide::shown).collect::<Vec<Value>>();
    Ok(fields(json!({
        "imagesQueueForCaching": shown(slides.queue.get(1..).unwrap_or_default()),
        "cachedSlides": shown(&slides.cached),
        "isImagesCachingRunning": !slides.queue.is_empty(),
        "currentlyCachingImage": slides.queue.first().map(Slide::shown),
    })))
}

fn remove_image_from_caching_queue(terminal: &mut Terminal, ask: &Ask<'_>) -> Answer {
    let file_id = ask.integer("fileId")?;
    let Some(at) = terminal.slides.queue.iter().position(|slide| slide.file_id == file_id) else {
        return ask.refuse(format_args!("fileId {file_id} is not in the caching queue"));
    };
    let slide = terminal.slides.queue.remove(at);
    terminal.event("imageRemovedFromCachingQueue", slide.shown());
    plain()
}
