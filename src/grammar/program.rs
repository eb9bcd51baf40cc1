//! A pack compiled for matching: templates as a graph of small nodes with literals folded, rules shared, lists by
//! number, and for each template the literals without which it cannot match.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::lists::{ListData, ListTable, Values};
use super::pack::{Block, ListDef, ListKind, ListValue, Pack, Rule};
use super::template::{Kind, ListUse, Part};
use crate::text;

pub(super) type NodeId = u32;

/// A step of a template.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Nothing.
    Empty,
    /// Cannot match.
    Never,
    /// Folded text; `weight` is its length without spaces, in characters.
    Text { text: Box<str>, weight: u32 },
    /// One after the other.
    Sequence(Box<[NodeId]>),
    /// One of them, earlier ones preferred.
    Choice(Box<[NodeId]>),
    /// A value of a list.
    List { list: u32, slot: u32, capture: bool },
}

/// A sentence template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub node: NodeId,
    pub block: u32,
    /// Index of the sentence in its block.
    pub sentence: u32,
    /// As it is written.
    pub text: Arc<str>,
    /// Where it stands, as `file:line:column`.
    pub place: Arc<str>,
    /// Each group holds numbers of literals of which one must be in the sentence.
    pub required: Box<[Box<[u32]>]>,
    /// The slots that its lists fill, captures included.
    pub slots: Box<[u32]>,
    /// Skip words at this end may belong to the wildcard there.
    pub starts_wild: bool,
    pub ends_wild: bool,
}

/// A compiled block: the settings its templates share.
#[derive(Debug, Clone)]
pub(super) struct CompiledBlock {
    pub intent: u32,
    pub block: Arc<Block>,
    /// Folded keywords.
    pub keywords: Vec<String>,
}

/// A compiled pack.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    pub nodes: Vec<Node>,
    pub templates: Vec<Template>,
    pub blocks: Vec<CompiledBlock>,
    pub intents: Vec<String>,
    pub slots: Vec<String>,
    pub literals: Vec<String>,
    pub lists: ListTable,
    pub squash: bool,
}

/// Compiles a pack.
pub(super) fn compile(pack: &Pack) -> Program {
    let program = Program { squash: pack.ignore_whitespace, ..Program::default() };
    let mut compiler = Compiler::new(pack, program);
    for (name, list) in &pack.lists {
        compiler.define(name, list);
    }
    for (number, (name, intent)) in pack.intents.iter().enumerate() {
        compiler.program.intents.push(name.clone());
        for block in &intent.blocks {
            compiler.compile_block(number, block);
        }
    }
    compiler.program
}

/// Compiles values of a list that comes while the grammar is in use; what they need is added to the program.
pub(super) fn values(program: &mut Program, pack: &Pack, values: &[ListValue]) -> Values {
    let mut compiler = Compiler::new(pack, std::mem::take(program));
    let data = compiler.values(values);
    *program = compiler.program;
    data
}

struct Compiler<'a> {
    pack: &'a Pack,
    program: Program,
    literal_ids: HashMap<String, u32>,
    slot_ids: HashMap<String, u32>,
    global_rules: HashMap<String, NodeId>,
    local_rules: HashMap<String, NodeId>,
    local_lists: HashMap<String, u32>,
    block: Option<&'a Block>,
    required_of: HashMap<NodeId, Rc<[Group]>>,
    slots_of: HashMap<NodeId, Rc<[u32]>>,
    depth: usize,
}

/// Numbers of literals of which one must be in a sentence.
type Group = Rc<[u32]>;

/// Numbers of nodes, lists and templates stay far below this.
fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl<'a> Compiler<'a> {
    /// Goes on with a program that was compiled from the same pack, or an empty one.
    fn new(pack: &'a Pack, program: Program) -> Self {
        let numbered = |names: &[String]| names.iter().cloned().zip(0..).collect();
        Self {
            pack,
            literal_ids: numbered(&program.literals),
            slot_ids: numbered(&program.slots),
            program,
            global_rules: HashMap::new(),
            local_rules: HashMap::new(),
            local_lists: HashMap::new(),
            block: None,
            required_of: HashMap::new(),
            slots_of: HashMap::new(),
            depth: 0,
        }
    }

    fn node(&mut self, node: Node) -> NodeId {
        self.program.nodes.push(node);
        number(self.program.nodes.len() - 1)
    }

    fn define(&mut self, name: &str, list: &'a ListDef) -> u32 {
        let data = self.list_data(list);
        self.program.lists.define(name, data)
    }

    fn list_data(&mut self, list: &'a ListDef) -> ListData {
        match &list.kind {
            ListKind::Wildcard => ListData::Wildcard,
            ListKind::Range(range) => {
                ListData::range(range.clone(), &self.pack.language, self.program.squash)
            }
            ListKind::Digits { min, max, language } => {
                ListData::digits(*min, *max, language.as_deref().unwrap_or(&self.pack.language))
            }
            ListKind::Values(values) | ListKind::Contacts(values) | ListKind::Participants(values) => {
                let data = self.values(values);
                match list.kind {
                    ListKind::Contacts(_) | ListKind::Participants(_) => ListData::Contacts(data),
                    _ => ListData::Values(data),
                }
            }
        }
    }

    fn values(&mut self, values: &[ListValue]) -> Values {
        let pack = self.pack;
        let block = self.block;
        let rules = |name: &str| {
            let local = block.and_then(|block| block.rules.get(name));
            local.or_else(|| pack.rules.get(name)).map(|rule| &rule.part)
        };
        let (mut data, complex) = Values::new(values, &rules, self.program.squash);
        for value in complex {
            let node = self.template_node(&values[value as usize].part);
            data.templates.push((node, value));
        }
        data
    }

    fn compile_block(&mut self, intent: usize, block: &'a Block) {
        self.block = Some(block);
        self.local_rules.clear();
        self.local_lists.clear();
        for (name, list) in &block.lists {
            let data = self.list_data(list);
            let id = self.program.lists.add(data);
            self.local_lists.insert(name.clone(), id);
        }
        let block_id = number(self.program.blocks.len());
        let keywords = block.keywords.iter().map(|word| text::normalize(word)).collect();
        self.program.blocks.push(CompiledBlock {
            intent: number(intent),
            block: Arc::new(block.clone()),
            keywords,
        });
        // Among equally good readings the earlier template wins. As in the reference implementation, templates
        // with free text come first in their block, those with more pieces of literal text before those with less.
        let mut order: Vec<usize> = (0..block.sentences.len()).collect();
        order.sort_by_key(|index| {
            let part = &block.sentences[*index].part;
            std::cmp::Reverse(if self.has_wildcard(part) { literal_pieces(part) } else { 0 })
        });
        for index in order {
            let sentence = &block.sentences[index];
            let node = self.template_node(&sentence.part);
            let required = self.required(node);
            let (starts_wild, ends_wild) = self.wild_ends(&sentence.part);
            let slots = self.slots(node);
            self.program.templates.push(Template {
                node,
                block: block_id,
                sentence: number(index),
                text: sentence.text.as_str().into(),
                place: sentence.at.at(0).to_string().into(),
                slots: slots.iter().copied().collect(),
                required: required.iter().map(|group| group.iter().copied().collect()).collect(),
                starts_wild,
                ends_wild,
            });
        }
        self.block = None;
    }

    /// Whether the template itself, not a group in it, begins and ends with a wildcard.
    fn wild_ends(&self, part: &Part) -> (bool, bool) {
        let wild = |part: Option<&Part>| {
            part.is_some_and(|part| matches!(part.kind, Kind::List(_)) && self.has_wildcard(part))
        };
        match &part.kind {
            Kind::Sequence(parts) => (wild(parts.first()), wild(parts.last())),
            _ => (wild(Some(part)), wild(Some(part))),
        }
    }

    /// Whether a wildcard is written in a template (rules do not count).
    fn has_wildcard(&self, part: &Part) -> bool {
        match &part.kind {
            Kind::Text(_) | Kind::Rule(_) => false,
            Kind::Sequence(parts) | Kind::Permutation(parts) | Kind::Alternatives { branches: parts, .. } => {
                parts.iter().any(|part| self.has_wildcard(part))
            }
            Kind::List(used) => {
                let list = self.local_lists.get(&used.list).copied();
                let list = list.or_else(|| self.program.lists.id(&used.list));
                used.range.is_none()
                    && list.is_some_and(|id| matches!(self.program.lists.get(id), ListData::Wildcard))
            }
        }
    }

    fn template_node(&mut self, part: &Part) -> NodeId {
        self.part(part, true, true)
    }

    /// Compiles a part; `first` and `last` say whether it stands at the ends of the sentence.
    fn part(&mut self, part: &Part, first: bool, last: bool) -> NodeId {
        self.depth += 1;
        // Circles of rules are reported when the pack is read; this only keeps the stack safe.
        let node = if self.depth > 400 { self.node(Node::Never) } else { self.part_inner(part, first, last) };
        self.depth -= 1;
        node
    }

    fn part_inner(&mut self, part: &Part, first: bool, last: bool) -> NodeId {
        match &part.kind {
            Kind::Text(raw) => self.text(raw, first, last),
            Kind::Sequence(parts) => {
                let end = parts.len().saturating_sub(1);
                let nodes: Vec<NodeId> = parts
                    .iter()
                    .enumerate()
                    .map(|(index, part)| self.part(part, first && index == 0, last && index == end))
                    .collect();
                match nodes.as_slice() {
                    [] => self.node(Node::Empty),
                    [only] => *only,
                    _ => self.node(Node::Sequence(nodes.into())),
                }
            }
            Kind::Alternatives { branches, optional } => {
                // Branches that say something come before those that say nothing.
                let is_empty = |part: &&Part| matches!(&part.kind, Kind::Sequence(parts) if parts.is_empty());
                let mut nodes: Vec<NodeId> = branches
                    .iter()
                    .filter(|part| !is_empty(part))
                    .map(|part| self.part(part, first, last))
                    .collect();
                if *optional || branches.iter().any(|part| is_empty(&part)) {
                    nodes.push(self.node(Node::Empty));
                }
                self.node(Node::Choice(nodes.into()))
            }
            Kind::Permutation(parts) => self.permutation(parts),
            Kind::Rule(name) => self.rule(name),
            Kind::List(used) => self.list(used),
        }
    }

    fn text(&mut self, raw: &str, first: bool, last: bool) -> NodeId {
        let folded = text::fold(&text::compose(raw));
        let characters: Vec<char> = folded.chars().collect();
        let mut out = String::with_capacity(folded.len());
        let mut at = 0;
        while at < characters.len() {
            let c = characters[at];
            if c.is_whitespace() {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
                at += 1;
                continue;
            }
            let run = characters[at..].iter().take_while(|c| text::is_edge_punctuation(**c)).count();
            if run == 0 {
                out.push(c);
                at += 1;
                continue;
            }
            // What is removed from sentences at word edges must not be demanded by templates.
            let edge_before = if at == 0 { first } else { characters[at - 1].is_whitespace() };
            let edge_after = match characters.get(at + run) {
                None => last,
                Some(next) => next.is_whitespace(),
            };
            if !edge_before && !edge_after {
                out.extend(&characters[at..at + run]);
            }
            at += run;
        }
        if self.program.squash {
            // Between parts of a template spaces are free in such a language.
            out = text::squeeze(out.trim(), false);
        }
        if out.is_empty() {
            return self.node(Node::Empty);
        }
        let weight = number(out.chars().filter(|c| *c != ' ').count());
        self.node(Node::Text { text: out.into(), weight })
    }

    /// All orders of the parts, as a graph that shares the ends.
    fn permutation(&mut self, parts: &[Part]) -> NodeId {
        let space = if self.program.squash {
            self.node(Node::Empty)
        } else {
            self.node(Node::Text { text: " ".into(), weight: 0 })
        };
        let nodes: Vec<NodeId> = parts.iter().map(|part| self.part(part, true, true)).collect();
        let mut rest: HashMap<u32, NodeId> = HashMap::new();
        let all = (1_u32 << nodes.len()) - 1;
        rest.insert(0, space);
        for left in 1..=all {
            let mut orders = Vec::new();
            for (index, node) in nodes.iter().enumerate() {
                if left & (1 << index) != 0 {
                    let then = rest.get(&(left & !(1 << index))).copied().unwrap_or(space);
                    orders.push(self.node(Node::Sequence(Box::new([space, *node, then]))));
                }
            }
            let node = match orders.as_slice() {
                [only] => *only,
                _ => self.node(Node::Choice(orders.into())),
            };
            rest.insert(left, node);
        }
        rest.get(&all).copied().unwrap_or(space)
    }

    fn rule(&mut self, name: &str) -> NodeId {
        // A rule of the block, or any rule in a block that redefines something, depends on the block.
        let local = self.block.is_some_and(|block| !block.rules.is_empty() || !block.lists.is_empty());
        let known = if local { self.local_rules.get(name) } else { self.global_rules.get(name) };
        if let Some(node) = known {
            return *node;
        }
        let pack: &'a Pack = self.pack;
        let rule: Option<&'a Rule> =
            self.block.and_then(|block| block.rules.get(name)).or_else(|| pack.rules.get(name));
        let node = match rule {
            Some(rule) => {
                let trimmed = trim(&rule.part);
                self.part(&trimmed, false, false)
            }
            None => self.node(Node::Never),
        };
        if local {
            self.local_rules.insert(name.to_owned(), node);
        } else {
            self.global_rules.insert(name.to_owned(), node);
        }
        node
    }

    fn list(&mut self, used: &ListUse) -> NodeId {
        let list = match used.range {
            Some((from, to, step)) => {
                let data = ListData::inline_range(from, to, step, &self.pack.language, self.program.squash);
                self.program.lists.add(data)
            }
            None => match self.local_lists.get(&used.list) {
                Some(id) => *id,
                None => self.program.lists.reference(&used.list),
            },
        };
        let slot = match self.slot_ids.get(&used.slot) {
            Some(id) => *id,
            None => {
                let id = number(self.program.slots.len());
                self.program.slots.push(used.slot.clone());
                self.slot_ids.insert(used.slot.clone(), id);
                id
            }
        };
        self.node(Node::List { list, slot, capture: used.capture })
    }

    /// The slots of all lists below a node.
    fn slots(&mut self, node: NodeId) -> Rc<[u32]> {
        if let Some(slots) = self.slots_of.get(&node) {
            return Rc::clone(slots);
        }
        let slots: Rc<[u32]> = match self.program.nodes[node as usize].clone() {
            Node::Empty | Node::Never | Node::Text { .. } => Rc::default(),
            Node::Sequence(items) | Node::Choice(items) => {
                let mut all: Vec<u32> = Vec::new();
                for item in items {
                    let more = self.slots(item);
                    all.extend(more.iter().filter(|slot| !all.contains(slot)).copied().collect::<Vec<_>>());
                }
                all.into()
            }
            Node::List { slot, .. } => Rc::new([slot]),
        };
        self.slots_of.insert(node, Rc::clone(&slots));
        slots
    }

    /// Groups of literals of which one is in every sentence that the node matches, those that tell most first. They
    /// are found once for each node, so that a pack with many rules in rules is compiled in no time.
    fn required(&mut self, node: NodeId) -> Rc<[Group]> {
        if let Some(groups) = self.required_of.get(&node) {
            return Rc::clone(groups);
        }
        let mut groups: Vec<Group> = match self.program.nodes[node as usize].clone() {
            Node::Text { text, .. } => {
                let words = text.split(' ').filter(|word| !word.is_empty());
                words.map(|word| Rc::from([self.literal(word)])).collect()
            }
            Node::Sequence(nodes) => {
                let all: Vec<Rc<[Group]>> = nodes.iter().map(|node| self.required(*node)).collect();
                all.iter().flat_map(|groups| groups.iter().cloned()).collect()
            }
            Node::Choice(nodes) => self.required_of_one(&nodes).into_iter().collect(),
            Node::Empty | Node::Never | Node::List { .. } => Vec::new(),
        };
        // The longest literals tell most; a few groups are enough to rule a template out.
        groups.sort_by_key(|group| std::cmp::Reverse(self.shortest(group)));
        groups.dedup();
        groups.truncate(4);
        let groups: Rc<[Group]> = groups.into();
        self.required_of.insert(node, Rc::clone(&groups));
        groups
    }

    /// One group for all branches of a choice, if each of them requires something.
    fn required_of_one(&mut self, branches: &[NodeId]) -> Option<Group> {
        let mut union: Vec<u32> = Vec::new();
        for branch in branches {
            union.extend(self.required(*branch).first()?.iter());
            if union.len() > 64 {
                return None;
            }
        }
        union.sort_unstable();
        union.dedup();
        Some(union.into())
    }

    fn literal(&mut self, word: &str) -> u32 {
        if let Some(id) = self.literal_ids.get(word) {
            return *id;
        }
        let id = number(self.program.literals.len());
        self.program.literals.push(word.to_owned());
        self.literal_ids.insert(word.to_owned(), id);
        id
    }

    /// How much a group tells: the length of its shortest literal.
    fn shortest(&self, group: &Group) -> usize {
        group.iter().map(|id| self.program.literals[*id as usize].len()).min().unwrap_or(0)
    }
}

/// Pieces of literal text written in a template: words, parts of words, and each possibility to say nothing.
fn literal_pieces(part: &Part) -> usize {
    let sum = |parts: &[Part]| parts.iter().map(literal_pieces).sum::<usize>();
    match &part.kind {
        Kind::Text(text) => text.split_whitespace().count().max(1),
        Kind::Sequence(parts) => sum(parts),
        Kind::Alternatives { branches, optional } => sum(branches) + usize::from(*optional),
        // A space before and after each part.
        Kind::Permutation(parts) => sum(parts) + 2 * parts.len(),
        Kind::Rule(_) | Kind::List(_) => 0,
    }
}

/// A rule's text without the spaces around it: they belong to no sentence.
pub(super) fn trim(part: &Part) -> Part {
    let mut part = part.clone();
    match &mut part.kind {
        Kind::Text(text) => *text = text.trim().to_owned(),
        Kind::Sequence(parts) => {
            if let Some(Part { kind: Kind::Text(text), .. }) = parts.first_mut() {
                *text = text.trim_start().to_owned();
            }
            if let Some(Part { kind: Kind::Text(text), .. }) = parts.last_mut() {
                *text = text.trim_end().to_owned();
            }
        }
        _ => {}
    }
    part
}
