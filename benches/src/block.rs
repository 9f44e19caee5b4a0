//! The file that is published and downloaded: one block over and over.

/// How long the block is, in bytes.
pub const BLOCK: usize = 1 << 20;

/// The end of a package without entries, which programs look for that check what they downloaded.
pub const END: &[u8; 22] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// The block: it begins as packages do, and cannot be compressed.
#[must_use]
pub fn block() -> Vec<u8> {
    let mut block = Vec::with_capacity(BLOCK);
    block.extend_from_slice(b"PK\x03\x04\x14\0\0\0");
    let mut state = 1_u64;
    while block.len() < BLOCK {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        block.extend_from_slice(&state.to_le_bytes());
    }
    block
}
