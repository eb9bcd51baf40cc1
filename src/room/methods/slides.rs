//! Slide show: the methods. See [`super`] for how to read the table.

use super::prelude::*;

methods! {
    "slides"

    /// Append an uploaded image to the slide list.
    AddSlide "addSlide" add_slide(
        file_id "fileId": i64 = "id of a file on the built-in HTTP server",
    ) -> Accepted, Library;

    /// Remove one slide.
    RemoveSlide "removeSlide" remove_slide(
        idx "idx": i64 = "slide index, from 0",
        remove_from_server "removeFromServer": bool = "also delete the file(s) from the built-in HTTP server",
    ) -> Accepted, Library;

    /// Remove all slides.
    RemoveAllSlides "removeAllSlides" remove_all_slides(
        remove_from_server "removeFromServer": bool = "also delete the file(s) from the built-in HTTP server",
    ) -> Accepted, Library;

    /// Move a slide to another position.
    SetSlidePosition "setSlidePosition" set_slide_position(
        from_idx "fromIdx": i64 = "index of the slide to move",
        to_idx "toIdx": i64 = "target index",
    ) -> Accepted, Library;

    /// Sort the slide list by file name.
    SortSlides "sortSlides" sort_slides() -> Accepted, Library;

    /// Start showing slides.
    StartSlideShow "startSlideShow" start_slide_show() optional (
        title "title": String = "title",
        starting_idx "startingIdx": i64 = "index of the first slide to show",
    ) -> Accepted, Library;

    /// Stop showing slides.
    StopSlideShow "stopSlideShow" stop_slide_show() -> Accepted, Library;

    /// Show the first slide.
    ShowFirstSlide "showFirstSlide" show_first_slide() -> Accepted, Library;

    /// Show the last slide.
    ShowLastSlide "showLastSlide" show_last_slide() -> Accepted, Library;

    /// Show the next slide.
    ShowNextSlide "showNextSlide" show_next_slide() -> Accepted, Library;

    /// Show the previous slide.
    ShowPrevSlide "showPrevSlide" show_prev_slide() -> Accepted, Library;

    /// Show the slide with a given index.
    ShowSlide "showSlide" show_slide(
        idx "idx": i64 = "slide index, from 0",
    ) -> Accepted, Library;

    /// Read the own slide show: availability, slide list and current index.
    GetSlideShowInfo "getSlideShowInfo" get_slide_show_info() -> SlideShowInfoAnswer {
        available "available": bool = "a show can be started",
        started "started": bool = "a show is running",
        slides "slides": Vec<Slide> = "items {idx: integer, name: string, fileId: integer, url: string only while the show runs}",
        current_slide_idx "currentSlideIdx": i64 = "index of the slide on screen; meant to be present only while a show runs, although the documented sample shows it with started=false",
        title "title": String = "only while a show runs",
    }, Documented;

    /// Read the state of slide caching.
    GetSlideShowCache "getSlideShowCache" get_slide_show_cache() -> SlideShowCacheAnswer {
        images_queue_for_caching "imagesQueueForCaching": Vec<NamedFile> = "items {name, fileId}",
        cached_slides "cachedSlides": Vec<NamedFile> = "items {name, fileId}",
        is_images_caching_running "isImagesCachingRunning": bool = "caching is running",
        currently_caching_image "currentlyCachingImage": NamedFile = "{name, fileId}",
    }, Documented;

    /// Stop caching slides.
    StopCachingAllImages "stopCachingAllImages" stop_caching_all_images() -> Accepted, Library;

    /// Drop one image from the caching queue.
    RemoveImageFromCachingQueue "removeImageFromCachingQueue" remove_image_from_caching_queue(
        file_id "fileId": i64 = "id of a file on the built-in HTTP server",
    ) -> Accepted, Library;
}
