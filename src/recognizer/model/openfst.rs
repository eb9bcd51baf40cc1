//! Just enough of OpenFst's binary format to tell a whole file from a damaged one, and to read its word list.
//!
//! Facts: the header is magic, FST type, arc type, version, flags, properties, start, states, arcs; a `const` FST then
//! holds 20 bytes per state and 16 per arc; `olabel_lookahead` wraps a `const` FST behind an add-on magic.

use std::io::{self, Read};

const FST_MAGIC: i32 = 2_125_659_606;
const SYMBOLS_MAGIC: i32 = 2_125_658_996;
const HAS_INPUT_SYMBOLS: i32 = 1;
const HAS_OUTPUT_SYMBOLS: i32 = 2;
/// No real file has a longer name or word; more means that these bytes are not what they should be.
const LONGEST_STRING: i32 = 4096;

/// What the head of an FST file says.
#[derive(Debug)]
pub struct Header {
    /// The words of the output side, where the file carries them.
    pub output_symbols: Option<Vec<String>>,
    /// The fewest bytes that the file must have, where the format tells.
    pub minimum_size: Option<u64>,
}

/// Reads the head of an FST file.
pub fn read_header(input: impl Read) -> io::Result<Header> {
    let mut input = Counting { inner: input, read: 0 };
    let outer = Fixed::read(&mut input)?;
    if outer.kind != "olabel_lookahead" && outer.kind != "ilabel_lookahead" {
        let input_symbols = outer.flags & HAS_INPUT_SYMBOLS != 0;
        if input_symbols {
            read_symbols(&mut input)?;
        }
        let output_symbols =
            (outer.flags & HAS_OUTPUT_SYMBOLS != 0).then(|| read_symbols(&mut input)).transpose()?;
        let minimum_size = outer.body_size().map(|body| input.read + body);
        return Ok(Header { output_symbols, minimum_size });
    }
    read_i32(&mut input)?; // the add-on's magic
    let inner = Fixed::read(&mut input)?;
    let minimum_size = inner.body_size().map(|body| input.read + body);
    Ok(Header { output_symbols: None, minimum_size })
}

struct Fixed {
    kind: String,
    flags: i32,
    states: i64,
    arcs: i64,
}

impl Fixed {
    fn read(input: &mut impl Read) -> io::Result<Self> {
        if read_i32(input)? != FST_MAGIC {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it does not begin like an FST file"));
        }
        let kind = read_string(input)?;
        let _arc_type = read_string(input)?;
        let _version = read_i32(input)?;
        let flags = read_i32(input)?;
        let _properties = read_i64(input)?;
        let _start = read_i64(input)?;
        Ok(Self { kind, flags, states: read_i64(input)?, arcs: read_i64(input)? })
    }

    /// Bytes of states and arcs, for the one type that stores them plainly.
    fn body_size(&self) -> Option<u64> {
        if self.kind != "const" {
            return None;
        }
        let states = u64::try_from(self.states).ok()?.checked_mul(20)?;
        states.checked_add(u64::try_from(self.arcs).ok()?.checked_mul(16)?)
    }
}

fn read_symbols(input: &mut impl Read) -> io::Result<Vec<String>> {
    if read_i32(input)? != SYMBOLS_MAGIC {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "its word list does not begin like one"));
    }
    let _name = read_string(input)?;
    let _next_key = read_i64(input)?;
    let count = read_i64(input)?;
    // Grown as words come: a damaged count must not reserve memory.
    let mut words = Vec::new();
    for _ in 0..count {
        words.push(read_string(input)?);
        let _key = read_i64(input)?;
    }
    Ok(words)
}

fn read_i32(input: &mut impl Read) -> io::Result<i32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(i32::from_le_bytes(bytes))
}

fn read_i64(input: &mut impl Read) -> io::Result<i64> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(i64::from_le_bytes(bytes))
}

fn read_string(input: &mut impl Read) -> io::Result<String> {
    let length = read_i32(input)?;
    let length = usize::try_from(length).ok().filter(|_| length <= LONGEST_STRING).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, format!("it holds a text of {length} bytes"))
    })?;
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it holds a text that is not UTF-8"))
}

struct Counting<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn string(text: &str) -> Vec<u8> {
        let mut bytes = (text.len() as i32).to_le_bytes().to_vec();
        bytes.extend(text.as_bytes());
        bytes
    }

    fn header(kind: &str, flags: i32, states: i64, arcs: i64) -> Vec<u8> {
        let mut bytes = FST_MAGIC.to_le_bytes().to_vec();
        bytes.extend(string(kind));
        bytes.extend(string("standard"));
        bytes.extend(2i32.to_le_bytes());
        bytes.extend(flags.to_le_bytes());
        bytes.extend([0; 16]);
        bytes.extend(states.to_le_bytes());
        bytes.extend(arcs.to_le_bytes());
        bytes
    }

    #[test]
    fn word_list_inside_the_graph_is_read() {
        let mut bytes = header("const", HAS_OUTPUT_SYMBOLS, 3, 4);
        bytes.extend(SYMBOLS_MAGIC.to_le_bytes());
        bytes.extend(string("words"));
        bytes.extend(2i64.to_le_bytes());
        bytes.extend(2i64.to_le_bytes());
        for (key, word) in ["<eps>", "hello"].into_iter().enumerate() {
            bytes.extend(string(word));
            bytes.extend((key as i64).to_le_bytes());
        }
        let head = bytes.len() as u64;
        let header = read_header(&bytes[..]).unwrap();
        assert_eq!(header.output_symbols.unwrap(), ["<eps>", "hello"]);
        assert_eq!(header.minimum_size, Some(head + 3 * 20 + 4 * 16));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), real_start in any::<bool>()) {
            let mut input = if real_start { header("const", 3, 1, 1) } else { Vec::new() };
            input.extend(bytes);
            let _ = read_header(&input[..]);
        }
    }
}
