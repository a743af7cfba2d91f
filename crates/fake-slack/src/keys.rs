//! The keys that id_tokens are signed with, and the signing itself. RSA keys
//! are made at start, since a private key has no place in a repository.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// How an id_token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signing {
    /// RS256 with the published key, as Slack does.
    Right,
    /// RS256 with a key that is not published, under an id of its own.
    UnknownKey,
    /// RS256 with a key that is not published, under the published key's id.
    WrongKey,
    /// HS256 with the public key as its secret, a classic confusion.
    Hs256,
    /// Not at all.
    None,
}

pub(crate) struct Keys {
    published: KeyPair,
    id: String,
    made: u32,
}

impl Keys {
    pub(crate) fn generate() -> Result<Self, Unspecified> {
        Ok(Self { published: KeyPair::generate(KeySize::Rsa2048)?, id: "fake-key-1".to_owned(), made: 1 })
    }

    /// Publishes a new key in place of the old one.
    pub(crate) fn rotate(&mut self) -> Result<(), Unspecified> {
        self.published = KeyPair::generate(KeySize::Rsa2048)?;
        self.made += 1;
        self.id = format!("fake-key-{}", self.made);
        Ok(())
    }

    /// The key set, as `/openid/connect/keys` answers it.
    pub(crate) fn published(&self) -> Value {
        let key = self.published.public_key();
        json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id,
            "n": encode(key.modulus().big_endian_without_leading_zero()),
            "e": encode(key.exponent().big_endian_without_leading_zero()),
        }]})
    }

    /// A token of three parts over these claims.
    pub(crate) fn sign(&self, claims: &Value, signing: Signing) -> Result<String, Unspecified> {
        let (algorithm, id) = match signing {
            Signing::Right | Signing::WrongKey => ("RS256", self.id.as_str()),
            Signing::UnknownKey => ("RS256", "fake-key-unknown"),
            Signing::Hs256 => ("HS256", self.id.as_str()),
            Signing::None => ("none", self.id.as_str()),
        };
        let header = json!({"typ": "JWT", "alg": algorithm, "kid": id});
        let signed = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let signature = match signing {
            Signing::Right => rs256(&self.published, &signed)?,
            Signing::UnknownKey | Signing::WrongKey => rs256(&KeyPair::generate(KeySize::Rsa2048)?, &signed)?,
            Signing::Hs256 => {
                let public: PublicKeyX509Der<'_> = self.published.public_key().as_der()?;
                let secret = hmac::Key::new(hmac::HMAC_SHA256, public.as_ref());
                hmac::sign(&secret, signed.as_bytes()).as_ref().to_vec()
            }
            Signing::None => Vec::new(),
        };
        Ok(format!("{signed}.{}", encode(&signature)))
    }
}

/// `at_hash` of OpenID Connect: the left half of the access token's SHA-256.
pub(crate) fn at_hash(access_token: &str) -> String {
    let hash = digest::digest(&digest::SHA256, access_token.as_bytes());
    encode(&hash.as_ref()[..16])
}

fn rs256(key: &KeyPair, message: &str) -> Result<Vec<u8>, Unspecified> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)?;
    Ok(signature)
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
