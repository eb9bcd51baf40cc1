//! Slide show: the events. See [`super`] for how to read the table.

use super::prelude::*;

event_types! {
    "slides"

    /// A slide was added.
    SlideAdded "slideAdded" {
        name "name": String = "name (inferred from the name)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
        idx "idx": i64 = "index from 0 (inferred from the name)",
    }, Library;

    /// A slide was removed.
    SlideRemoved "slideRemoved" {
        idx "idx": i64 = "index from 0 (inferred from the name)",
        removed_from_server "removedFromServer": bool = "file deleted too (inferred from the name)",
    }, Library;

    /// All slides were removed.
    AllSlidesRemoved "allSlidesRemoved" {
        removed_from_server "removedFromServer": bool = "files deleted too (inferred from the name)",
    }, Library;

    /// A slide was moved.
    SlidePositionChanged "slidePositionChanged" {
        prev_idx "prevIdx": i64 = "old index (inferred from the name)",
        new_idx "newIdx": i64 = "new index (inferred from the name)",
        name "name": String = "name (inferred from the name)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
    }, Library;

    /// The slide list was sorted.
    SlidesSorted "slidesSorted" {
        slides "slides": Vec<Slide> = "slides in the new order; items likely as in getSlideShowInfo (inferred from the name)",
    }, Library;

    /// A slide was uploaded to the conference.
    SlideUploaded "slideUploaded" {
        idx "idx": i64 = "index from 0 (inferred from the name)",
        url "url": String = "address (inferred from the name)",
    }, Library;

    /// The slide list was emptied.
    SlideShowCleared "slideShowCleared" {}, Library;

    /// Another slide is shown.
    CurrentSlideIndexChanged "currentSlideIndexChanged" {
        current_idx "currentIdx": i64 = "index of the slide on screen (inferred from the name)",
    }, Library;

    /// The own slide show started.
    MySlideShowStarted "mySlideShowStarted" {
        title "title": String = "title (inferred from the name)",
        current_slide_index "currentSlideIndex": i64 = "index of the slide on screen (inferred from the name)",
    }, Library;

    /// The own slide show stopped.
    MySlideShowStopped "mySlideShowStopped" {}, Library;

    /// The title of the own slide show changed.
    MySlideShowTitleChanged "mySlideShowTitleChanged" {
        new_title "newTitle": String = "new title (inferred from the name)",
    }, Library;

    /// Starting a slide show became possible or impossible.
    SlideShowAvailabilityChanged "slideShowAvailabilityChanged" {
        available "available": bool = "true when available (inferred from the name)",
    }, Library;

    /// Caching of a slide started.
    SlideCachingStarted "slideCachingStarted" {
        name "name": String = "name (inferred from the name)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
    }, Library;

    /// A slide was cached.
    SlideCached "slideCached" {
        name "name": String = "name (inferred from the name)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
    }, Library;

    /// Caching of slides was stopped.
    AllSlidesCachingStopped "allSlidesCachingStopped" {}, Library;

    /// An image entered the caching queue.
    ImageAddedToCachingQueue "imageAddedToCachingQueue" {
        name "name": String = "name (inferred from the name)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
    }, Library;

    /// An image left the caching queue.
    ImageRemovedFromCachingQueue "imageRemovedFromCachingQueue" {
        name "name": String = "name (inferred from the name)",
        file_id "fileId": i64 = "id of a file on the built-in HTTP server (by analogy)",
    }, Library;

    /// A part of the slides was put in order.
    ///
    /// What it carries is not established.
    SlidesChunkSorted "slidesChunkSorted" {}, Documented;
}
