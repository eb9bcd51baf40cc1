//! The picture of the simulated camera: a small PNG with a bar that moves, so that one sees it live.

const WIDTH: usize = 320;
const HEIGHT: usize = 180;

/// One frame, `tick` steps after the first.
pub(super) fn frame(tick: u64) -> Vec<u8> {
    let bar = usize::try_from(tick % WIDTH as u64).unwrap_or(0);
    let mut rows = Vec::with_capacity((WIDTH + 1) * HEIGHT);
    for y in 0..HEIGHT {
        rows.push(0);
        for x in 0..WIDTH {
            let colour = if x.abs_diff(bar) < 4 {
                7
            } else if y > HEIGHT * 3 / 4 {
                u8::try_from(x * 7 / WIDTH).unwrap_or(0)
            } else {
                u8::try_from((x / 40 + y / 45) % 2).unwrap_or(0)
            };
            rows.push(colour);
        }
    }
    png(&rows)
}

const PALETTE: [[u8; 3]; 8] = [
    [24, 30, 44],
    [38, 46, 66],
    [46, 125, 196],
    [64, 168, 120],
    [222, 184, 60],
    [214, 102, 60],
    [168, 72, 148],
    [240, 240, 240],
];

/// An 8-bit palette PNG; the pixels are stored, not compressed.
fn png(rows: &[u8]) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::with_capacity(13);
    for side in [WIDTH, HEIGHT] {
        header.extend(u32::try_from(side).unwrap_or(0).to_be_bytes());
    }
    header.extend([8, 3, 0, 0, 0]);
    chunk(&mut out, *b"IHDR", &header);
    chunk(&mut out, *b"PLTE", &PALETTE.concat());
    let mut data = vec![0x78, 0x01];
    let mut blocks = rows.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(0);
        data.push(u8::from(blocks.peek().is_none()));
        data.extend(length.to_le_bytes());
        data.extend((!length).to_le_bytes());
        data.extend(block);
    }
    data.extend(adler32(rows).to_be_bytes());
    chunk(&mut out, *b"IDAT", &data);
    chunk(&mut out, *b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    out.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    let from = out.len();
    out.extend(kind);
    out.extend(data);
    let check = crc32(&out[from..]);
    out.extend(check.to_be_bytes());
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65521;
        high = (high + low) % 65521;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn frames_differ_and_have_a_png_frame() {
        let (one, two) = (frame(0), frame(50));
        assert_ne!(one, two);
        assert!(one.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert!(one.ends_with(b"IEND\xae\x42\x60\x82"));
    }
}
