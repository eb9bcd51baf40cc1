//! A template as a graph of whole words, as a recogniser hears them: pieces of words joined, lists as single steps.

use super::index::{HashedMap, HashedSet};
use super::lists::ListData;
use super::program::{Node, NodeId, Program};
use crate::text;

/// What is said in one step.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Token {
    /// A word, in comparison form.
    Word(String),
    /// A value of a list.
    List(u32),
}

/// The words of a template: from place 0, along steps, to places that end a sentence.
#[derive(Debug, Default)]
pub(super) struct WordGraph {
    /// For each place the steps that lead on.
    pub steps: Vec<Vec<(Token, usize)>>,
    /// Whether the sentence may end at a place.
    pub ends: Vec<bool>,
}

/// Templates with more pieces than this are not turned into words; nobody could say them all.
const MAX_EDGES: usize = 20_000;
/// Templates in which so many words can follow so many others are left out of the cover.
const MAX_STEPS: usize = 20_000;
/// List values in list values are followed so far.
const MAX_INSIDE: usize = 2;

enum Label {
    Nothing,
    Space,
    Piece(String),
    List(u32),
}

struct Builder<'a> {
    program: &'a Program,
    edges: Vec<Vec<(Label, usize)>>,
    count: usize,
    /// How many list values it is within.
    inside: usize,
}

impl Builder<'_> {
    fn state(&mut self) -> usize {
        self.edges.push(Vec::new());
        self.edges.len() - 1
    }

    fn edge(&mut self, from: usize, label: Label, to: usize) {
        self.count += 1;
        self.edges[from].push((label, to));
    }

    /// Adds a node from `from` on; the state at its end comes back.
    fn add(&mut self, node: NodeId, from: usize) -> Option<usize> {
        if self.count > MAX_EDGES {
            return None;
        }
        match self.program.nodes.get(node as usize)? {
            Node::Empty => Some(from),
            Node::Never => None,
            Node::Text { text, .. } => {
                let mut at = from;
                for (index, word) in text.split(' ').enumerate() {
                    if index > 0 {
                        let next = self.state();
                        self.edge(at, Label::Space, next);
                        at = next;
                    }
                    if !word.is_empty() {
                        let next = self.state();
                        self.edge(at, Label::Piece(word.to_owned()), next);
                        at = next;
                    }
                }
                Some(at)
            }
            Node::Sequence(items) => items.iter().try_fold(from, |at, item| self.add(*item, at)),
            Node::Choice(branches) => {
                let end = self.state();
                let mut any = false;
                for branch in branches {
                    let begin = self.state();
                    self.edge(from, Label::Nothing, begin);
                    if let Some(last) = self.add(*branch, begin) {
                        self.edge(last, Label::Nothing, end);
                        any = true;
                    }
                }
                any.then_some(end)
            }
            Node::List { list, .. } => {
                let next = self.state();
                self.edge(from, Label::List(*list), next);
                self.value_templates(*list, from, next);
                Some(next)
            }
        }
    }

    /// Adds the values of a list that are templates.
    fn value_templates(&mut self, list: u32, from: usize, to: usize) {
        let (ListData::Values(values) | ListData::Contacts(values)) = self.program.lists.get(list) else {
            return;
        };
        if values.templates.is_empty() || self.inside >= MAX_INSIDE {
            return;
        }
        self.inside += 1;
        for (node, _) in &values.templates {
            let begin = self.state();
            self.edge(from, Label::Space, begin);
            if let Some(last) = self.add(*node, begin) {
                self.edge(last, Label::Space, to);
            }
        }
        self.inside -= 1;
    }
}

/// A place in the piece graph: the state, and whether a word may begin there.
type Spot = (usize, bool);

impl WordGraph {
    /// The words of the template `node`.
    pub(super) fn new(program: &Program, node: NodeId) -> Self {
        let mut builder = Builder { program, edges: vec![Vec::new()], count: 0, inside: 0 };
        let Some(last) = builder.add(node, 0) else { return Self::default() };
        let edges = builder.edges;
        let mut graph = Self::default();
        let mut numbers: HashedMap<(u32, u32), usize> = HashedMap::default();
        let mut todo: Vec<(Spot, usize)> = Vec::new();
        let mut number = |spot: Spot, graph: &mut Self, todo: &mut Vec<(Spot, usize)>| {
            let key = (u32::try_from(spot.0).unwrap_or(u32::MAX), u32::from(spot.1));
            *numbers.entry(key).or_insert_with(|| {
                graph.steps.push(Vec::new());
                graph.ends.push(false);
                todo.push((spot, graph.steps.len() - 1));
                graph.steps.len() - 1
            })
        };
        number((0, true), &mut graph, &mut todo);
        let mut steps = 0;
        while let Some((spot, place)) = todo.pop() {
            let mut seen: HashedSet<(u32, u32)> = HashedSet::default();
            let mut open = vec![spot];
            while let Some((state, fresh)) = open.pop() {
                if !seen.insert((u32::try_from(state).unwrap_or(u32::MAX), u32::from(fresh))) {
                    continue;
                }
                if state == last {
                    graph.ends[place] = true;
                }
                for (label, to) in &edges[state] {
                    match label {
                        Label::Nothing => open.push((*to, fresh)),
                        Label::Space => open.push((*to, true)),
                        Label::List(list) => {
                            let next = number((*to, true), &mut graph, &mut todo);
                            graph.steps[place].push((Token::List(*list), next));
                        }
                        Label::Piece(piece) if fresh => {
                            for (word, end) in words(&edges, last, *to, piece.clone()) {
                                let next = number((end, false), &mut graph, &mut todo);
                                graph.word(place, &word, next);
                            }
                        }
                        Label::Piece(_) => {}
                    }
                }
            }
            graph.steps[place].sort();
            graph.steps[place].dedup();
            steps += graph.steps[place].len();
            if steps > MAX_STEPS {
                return Self::default();
            }
        }
        graph
    }

    /// Adds a step for a written word: what a recogniser would write for it, maybe several words or none.
    fn word(&mut self, from: usize, written: &str, to: usize) {
        let spoken = text::spoken_words(written);
        let Some((last, first)) = spoken.split_last() else {
            // A sign that nobody speaks ("%"): the step costs no word. Its place is passed through by repetition of
            // the steps behind it, which are added when that place is known; an empty word stands for it.
            self.steps[from].push((Token::Word(String::new()), to));
            return;
        };
        let mut at = from;
        for word in first {
            self.steps.push(Vec::new());
            self.ends.push(false);
            let next = self.steps.len() - 1;
            self.steps[at].push((Token::Word(word.clone()), next));
            at = next;
        }
        self.steps[at].push((Token::Word(last.clone()), to));
    }
}

/// Every word that begins with `begin` at `state`, with the state at which it may end.
fn words(edges: &[Vec<(Label, usize)>], last: usize, state: usize, begin: String) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut open = vec![(state, begin)];
    while let Some((state, word)) = open.pop() {
        if found.len() > 1000 {
            break;
        }
        let mut may_end = state == last;
        for (label, to) in &edges[state] {
            match label {
                Label::Nothing => open.push((*to, word.clone())),
                Label::Piece(piece) => open.push((*to, format!("{word}{piece}"))),
                Label::Space | Label::List(_) => may_end = true,
            }
        }
        if may_end {
            found.push((word, state));
        }
    }
    found
}
