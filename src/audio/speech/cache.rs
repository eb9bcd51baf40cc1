//! Memory of replies that were spoken already.

use std::collections::HashMap;

use crate::audio::Pcm;

/// Language and text.
pub(super) type Key = (String, String);

/// Keeps the sounds that were used last, up to a number of bytes.
#[derive(Debug)]
pub(super) struct Cache {
    limit: usize,
    bytes: usize,
    clock: u64,
    sounds: HashMap<Key, (u64, Pcm)>,
}

impl Cache {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, bytes: 0, clock: 0, sounds: HashMap::new() }
    }

    pub(super) fn get(&mut self, key: &Key) -> Option<Pcm> {
        self.clock += 1;
        let (used, pcm) = self.sounds.get_mut(key)?;
        *used = self.clock;
        Some(pcm.clone())
    }

    pub(super) fn insert(&mut self, key: Key, pcm: Pcm) {
        let size = bytes_of(&pcm);
        if size > self.limit {
            return;
        }
        self.clock += 1;
        self.bytes += size;
        if let Some((_, old)) = self.sounds.insert(key, (self.clock, pcm)) {
            self.bytes -= bytes_of(&old);
        }
        while self.bytes > self.limit {
            let oldest = self.sounds.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            let Some((_, old)) = oldest.and_then(|key| self.sounds.remove(&key)) else { break };
            self.bytes -= bytes_of(&old);
        }
    }
}

fn bytes_of(pcm: &Pcm) -> usize {
    std::mem::size_of_val(pcm.samples())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let key = |text: &str| ("en".to_owned(), text.to_owned());
        let pcm = |count| Pcm::new(16_000, vec![0; count]).unwrap();
        let mut cache = Cache::new(1_000);
        cache.insert(key("a"), pcm(200));
        cache.insert(key("b"), pcm(200));
        assert!(cache.get(&key("a")).is_some());
        cache.insert(key("c"), pcm(200));
        assert!(cache.get(&key("b")).is_none(), "used longest ago");
        assert!(cache.get(&key("a")).is_some() && cache.get(&key("c")).is_some());
        cache.insert(key("huge"), pcm(501));
        assert!(cache.get(&key("huge")).is_none() && cache.get(&key("a")).is_some());
        cache.insert(key("a"), pcm(10));
        assert_eq!(cache.bytes, 420);
    }
}
