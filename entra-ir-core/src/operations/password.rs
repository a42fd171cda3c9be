//! The rules for passwords of cloud accounts, and the generation of passwords.

use rand::TryRng;
use rand::rngs::SysRng;
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, Refusal, Result};

/// 64 characters without those that look alike and without quotes: six random bits choose one, without bias.
const ALPHABET: &[u8; 64] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789-_!?.:+";

/// 120 bits.
const LENGTH: usize = 20;

/// Makes a password from the operating system's randomness, with all four classes of characters.
///
/// # Errors
/// [`Error::Config`] if the operating system provides no randomness.
pub(crate) fn generate() -> Result<SecretString> {
    loop {
        let mut bytes = [0; LENGTH];
        SysRng.try_fill_bytes(&mut bytes).map_err(|error| {
            Error::Config(format!("the operating system provides no randomness: {error}"))
        })?;
        let password: String =
            bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect();
        if classes(&password) == 4 {
            return Ok(password.into());
        }
    }
}

/// Checks a chosen password against the rules that are known here. Only the service checks banned words and
/// the user's own name.
///
/// Source: "Password policies and account restrictions" on Microsoft Learn.
///
/// # Errors
/// [`Refusal::BadInput`] with the rule that failed, never with the password.
pub(super) fn check(password: &SecretString) -> Result<()> {
    let password = password.expose_secret();
    let refuse = |reason: &str| Err(Refusal::BadInput { what: "password", reason: reason.to_owned() }.into());
    if password.is_empty() {
        return refuse("it is empty");
    }
    if !password.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
        return refuse("it contains a character that Entra ID does not allow (printable ASCII only)");
    }
    match password.len() {
        0..8 => refuse("it is shorter than 8 characters"),
        257.. => refuse("it is longer than 256 characters"),
        _ if classes(password) < 3 => {
            refuse("it has fewer than three of: lower case, upper case, digits, symbols")
        }
        _ => Ok(()),
    }
}

fn classes(password: &str) -> usize {
    let any = |class: fn(&char) -> bool| usize::from(password.chars().any(|c| class(&c)));
    any(char::is_ascii_lowercase)
        + any(char::is_ascii_uppercase)
        + any(char::is_ascii_digit)
        + any(|c| !c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn generated_passwords_keep_the_rules_and_differ() {
        let made: HashSet<String> =
            (0..200).map(|_| generate().unwrap().expose_secret().to_owned()).collect();
        assert_eq!(made.len(), 200);
        for password in made {
            assert_eq!((password.len(), classes(&password)), (LENGTH, 4));
            check(&password.into()).unwrap();
        }
    }

    #[test]
    fn the_alphabet_has_no_character_twice_and_none_that_misleads() {
        let distinct: HashSet<_> = ALPHABET.iter().collect();
        assert_eq!(distinct.len(), 64);
        assert!(!ALPHABET.iter().any(|c| b"0O1lI'\"`\\".contains(c)));
    }

    #[test]
    fn a_refusal_names_the_rule_and_not_the_password() {
        let long = "aB3".repeat(100);
        for (password, rule) in [
            ("", "empty"),
            ("aB3!", "shorter than 8"),
            (long.as_str(), "longer than 256"),
            ("alllowercase", "fewer than three"),
            ("Passwört-123", "does not allow"),
            ("tab\tTab1234", "does not allow"),
        ] {
            let error = check(&password.into()).unwrap_err().to_string();
            assert!(error.contains(rule), "{error}");
            assert!(password.is_empty() || !error.contains(password), "{error}");
        }
    }
}
