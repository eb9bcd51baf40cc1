//! Ways through a graph of words that together take every pair of neighbouring steps.

use std::collections::VecDeque;

use crate::grammar::index::HashedSet;
use crate::grammar::wordgraph::{Token, WordGraph};

/// Ways longer than this are ended as soon as possible; names with more words are left out.
pub(super) const MAX_PATH: usize = 64;

/// Paths from beginning to end that together contain every pair of neighbouring steps.
pub(super) fn paths(graph: &WordGraph) -> Vec<Vec<Token>> {
    if graph.steps.is_empty() {
        return Vec::new();
    }
    let to_place = shortest_ways(graph);
    let to_end = ways_to_end(graph);
    let usable = |place: usize| to_end.get(place).is_some_and(Option::is_some);
    let mut done: HashedSet<(u32, u32)> = HashedSet::default();
    let mut paths = Vec::new();
    // Steps are numbered by place and position.
    let mut first_step = Vec::with_capacity(graph.steps.len());
    let mut count = 0_u32;
    for steps in &graph.steps {
        first_step.push(count);
        count += u32::try_from(steps.len()).unwrap_or(0);
    }
    let id = |place: usize, step: usize| first_step[place] + u32::try_from(step).unwrap_or(0);
    for place in 0..graph.steps.len() {
        for (step, (_, next)) in graph.steps[place].iter().enumerate() {
            if !usable(*next) {
                continue;
            }
            let Some(begin) = to_place.get(place).and_then(Option::as_ref) else { continue };
            let onward: Vec<Option<usize>> = if graph.ends[*next] { vec![None] } else { Vec::new() };
            let onward = onward.into_iter().chain((0..graph.steps[*next].len()).map(Some));
            for follow in onward {
                let pair = (id(place, step) + 1, follow.map_or(0, |follow| id(*next, follow) + 1));
                if done.contains(&pair) {
                    continue;
                }
                if follow.is_some_and(|follow| !usable(graph.steps[*next][follow].1)) {
                    continue;
                }
                // From the beginning to this pair, then on over pairs that are new, then to the end.
                let mut way: Vec<(usize, usize)> = begin.clone();
                way.push((place, step));
                if let Some(follow) = follow {
                    way.push((*next, follow));
                    extend(graph, &mut way, &done, &id, &usable);
                    let last = way.last().map_or(*next, |(place, step)| graph.steps[*place][*step].1);
                    if let Some(Some(rest)) = to_end.get(last) {
                        way.extend(rest);
                    }
                }
                for window in way.windows(2) {
                    done.insert((id(window[0].0, window[0].1) + 1, id(window[1].0, window[1].1) + 1));
                }
                if let Some((place, step)) = way.last() {
                    done.insert((id(*place, *step) + 1, 0));
                }
                paths.push(way.iter().map(|(place, step)| graph.steps[*place][*step].0.clone()).collect());
            }
        }
    }
    paths
}

/// Sentences with more words than this have no rival worth looking for, and of a template so many are enough.
const SHORT: usize = 6;
const SHORT_SENTENCES: usize = 100;

/// The shortest sentences without lists, each as its words.
pub(super) fn sentences(graph: &WordGraph) -> Vec<Vec<&str>> {
    let mut all = Vec::new();
    if graph.steps.is_empty() {
        return all;
    }
    let mut queue = VecDeque::from([(0, Vec::new())]);
    // Beginnings that lead nowhere are bounded too.
    let mut tried = 0;
    while let Some((place, words)) = queue.pop_front() {
        tried += 1;
        if all.len() >= SHORT_SENTENCES || tried > 20 * SHORT_SENTENCES {
            break;
        }
        if graph.ends[place] && !words.is_empty() {
            all.push(words.clone());
        }
        for (token, next) in &graph.steps[place] {
            match token {
                Token::Word(word) if word.is_empty() => queue.push_back((*next, words.clone())),
                Token::Word(word) if words.len() < SHORT => {
                    let mut longer = words.clone();
                    longer.push(word.as_str());
                    queue.push_back((*next, longer));
                }
                Token::Word(_) | Token::List(_) => {}
            }
        }
    }
    all
}

/// Goes on as long as there is a step that makes a new pair.
fn extend(
    graph: &WordGraph,
    way: &mut Vec<(usize, usize)>,
    done: &HashedSet<(u32, u32)>,
    id: &dyn Fn(usize, usize) -> u32,
    usable: &dyn Fn(usize) -> bool,
) {
    while way.len() < MAX_PATH {
        let Some(&(place, step)) = way.last() else { return };
        let here = graph.steps[place][step].1;
        let new = graph.steps[here].iter().enumerate().find(|(follow, (_, next))| {
            usable(*next) && !done.contains(&(id(place, step) + 1, id(here, *follow) + 1))
        });
        match new {
            Some((follow, _)) => way.push((here, follow)),
            None => return,
        }
    }
}

/// For each place a shortest way from the beginning.
fn shortest_ways(graph: &WordGraph) -> Vec<Option<Vec<(usize, usize)>>> {
    let mut ways = vec![None; graph.steps.len()];
    ways[0] = Some(Vec::new());
    let mut queue = VecDeque::from([0]);
    while let Some(place) = queue.pop_front() {
        for (step, (_, next)) in graph.steps[place].iter().enumerate() {
            if ways[*next].is_none() {
                let mut way: Vec<(usize, usize)> = ways[place].clone().unwrap_or_default();
                way.push((place, step));
                ways[*next] = Some(way);
                queue.push_back(*next);
            }
        }
    }
    ways
}

/// For each place a shortest way to an end of the sentence; none where there is no way.
fn ways_to_end(graph: &WordGraph) -> Vec<Option<Vec<(usize, usize)>>> {
    let mut ways: Vec<Option<Vec<(usize, usize)>>> =
        graph.ends.iter().map(|end| end.then(Vec::new)).collect();
    loop {
        let mut changed = false;
        for place in 0..graph.steps.len() {
            for (step, (_, next)) in graph.steps[place].iter().enumerate() {
                let Some(rest) = ways.get(*next).and_then(Option::as_ref) else { continue };
                let shorter = ways[place].as_ref().is_none_or(|way| way.len() > rest.len() + 1);
                if shorter {
                    let mut way = vec![(place, step)];
                    way.extend(rest);
                    ways[place] = Some(way);
                    changed = true;
                }
            }
        }
        if !changed {
            return ways;
        }
    }
}
