//! Encryption of entries.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use tableau_wire::Secret;

/// A key, and how it is used: ChaCha20-Poly1305 with a random nonce, which stands before the text.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    /// `None` if the key is not of the right length.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).ok()?;
        Some(Self(LessSafeKey::new(key)))
    }

    /// Encrypts a text; decrypting it needs the same label.
    pub(super) fn seal(&self, label: &str, text: &Secret) -> Option<String> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).ok()?;
        let mut sealed = text.expose().as_bytes().to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        self.0
            .seal_in_place_append_tag(unique, Aad::from(label), &mut sealed)
            .ok()?;
        Some(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts a text; `None` if it was encrypted with another key or label, or was changed.
    pub(super) fn open(&self, label: &str, sealed: &str) -> Option<Secret> {
        let mut bytes = STANDARD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk_mut::<NONCE_LEN>()?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let text = self.0.open_in_place(nonce, Aad::from(label), sealed).ok()?;
        let secret = std::str::from_utf8(text).ok().map(Secret::from);
        text.fill(0);
        secret
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[…]")
    }
}
