//! The formats of Tableau's secrets: session tokens, and the secrets of personal access tokens and connected apps.

use base64::Engine as _;
use tableau_wire::Secret;
use uuid::Uuid;

use crate::refusal::Refusal;

const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The length of the second part of both kinds.
const RANDOM_PART: usize = 32;

/// A new token for a site: `22 characters of base64url|32 letters and digits|site`.
///
/// Recorded in this format; that the first part is the session's own identifier is inferred.
pub(crate) fn session_token(site: Uuid) -> Result<(Uuid, Secret), Refusal> {
    // All that it takes at once, and some bytes for those that are left out.
    let mut bytes = [0; 16 + 2 * RANDOM_PART];
    getrandom::fill(&mut bytes).map_err(Refusal::internal)?;
    let (first, rest) = bytes.split_at(16);
    let id = Uuid::from_slice(first).map_err(Refusal::internal)?;
    let mut rest = rest.to_vec();
    let mut random = String::with_capacity(2 * RANDOM_PART);
    while random.len() < RANDOM_PART {
        // 62 does not divide 256: the bytes above the last multiple would favor some letters.
        random.extend(
            rest.iter()
                .filter(|byte| **byte < 248)
                .filter_map(|byte| alphanumeric(*byte)),
        );
        if random.len() < RANDOM_PART {
            getrandom::fill(&mut rest).map_err(Refusal::internal)?;
        }
    }
    random.truncate(RANDOM_PART);
    Ok((
        id,
        Secret::new(format!("{}|{random}|{site}", base64(id, URL_SAFE))),
    ))
}

/// The identifier of the session that a token names, if it has the format of a token.
pub(crate) fn session_of(token: &str) -> Option<Uuid> {
    let first = token.split('|').next().filter(|part| part.len() == 22)?;
    let mut bits = Bits { value: 0, left: 0 };
    let mut bytes = [0; 16];
    let mut out = bytes.iter_mut();
    for character in first.bytes() {
        let value = URL_SAFE.iter().position(|known| *known == character)?;
        bits.value = (bits.value << 6 | u32::try_from(value).ok()?) & 0xffff;
        bits.left += 6;
        if bits.left >= 8 {
            bits.left -= 8;
            if let Some(byte) = out.next() {
                *byte = u8::try_from(bits.value >> bits.left & 0xff).ok()?;
            }
        }
    }
    Some(Uuid::from_bytes(bytes))
}

/// The secret of a personal access token, the same for the same seed: `22 characters of base64==:32 letters and digits`.
pub(crate) fn personal_access_token_secret(seed: [Uuid; 3]) -> Secret {
    let [first, second, third] = seed;
    let bytes = second.as_bytes().iter().chain(third.as_bytes());
    let random: String = bytes.filter_map(|byte| alphanumeric(*byte)).collect();
    Secret::new(format!("{}==:{random}", base64(first, STANDARD)))
}

/// The secret of a connected app: base64 of 32 bytes.
pub(crate) fn connected_app_secret() -> Result<Secret, Refusal> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Refusal::internal)?;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    Ok(Secret::new(text))
}

/// A random identifier.
pub(crate) fn identifier() -> Result<Uuid, Refusal> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Refusal::internal)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

struct Bits {
    value: u32,
    left: u32,
}

fn base64(id: Uuid, alphabet: &[u8; 64]) -> String {
    let value = id.as_u128();
    // 128 bits are 21 times 6 and 2 more, which stand at the top of the last character.
    let shifts = (0..21)
        .map(|index| (value >> (122 - 6 * index)) & 63)
        .chain([(value & 3) << 4]);
    shifts
        .filter_map(|index| alphabet.get(usize::try_from(index).ok()?))
        .map(|byte| char::from(*byte))
        .collect()
}

fn alphanumeric(byte: u8) -> Option<char> {
    STANDARD.get(usize::from(byte % 62)).map(|byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_three_parts_and_names_its_session() {
        let site = Uuid::from_u128(7);
        for _ in 0..100 {
            let (id, token) = session_token(site).unwrap();
            let parts: Vec<_> = token.expose().split('|').collect();
            assert_eq!(parts.len(), 3);
            assert_eq!(parts[0].len(), 22);
            assert_eq!(parts[1].len(), 32);
            assert!(parts[1].bytes().all(|byte| byte.is_ascii_alphanumeric()));
            assert_eq!(parts[2], site.to_string());
            assert_eq!(session_of(token.expose()), Some(id));
        }
    }

    #[test]
    fn a_malformed_token_names_no_session() {
        for text in ["", "|", "a|b|c", "äääääääääää|b|c", "!!!!!!!!!!!!!!!!!!!!!!|b|c"] {
            assert_eq!(session_of(text), None, "{text}");
        }
    }

    #[test]
    fn base64_is_the_usual_one() {
        // "sandbox-secret-1" of the well-known secret.
        let id = Uuid::from_bytes(*b"sandbox-secret-1");
        assert_eq!(base64(id, STANDARD), "c2FuZGJveC1zZWNyZXQtMQ");
        assert_eq!(
            base64(Uuid::from_u128(u128::MAX), URL_SAFE),
            "_____________________w"
        );
    }
}
