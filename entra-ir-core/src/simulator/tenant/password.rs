//! Password rules and generation.

use rand::TryRng;
use rand::rngs::SysRng;

/// Words that no password may hold, here as in the tenant's banned list.
const BANNED: [&str; 5] = ["password", "contoso", "welcome", "letmein", "qwerty"];

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weakness {
    /// Its length, its characters, or their variety.
    Invalid,
    /// It holds a banned word.
    Banned,
}

/// Checks a password against the rules for cloud accounts.
pub(crate) fn check(password: &str) -> Result<(), Weakness> {
    let class = |test: fn(&char) -> bool| usize::from(password.chars().any(|c| test(&c)));
    let classes = class(char::is_ascii_lowercase)
        + class(char::is_ascii_uppercase)
        + class(char::is_ascii_digit)
        + class(|c| c.is_ascii_punctuation() || *c == ' ');
    let allowed = password.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    if !(8..=256).contains(&password.len()) || classes < 3 || !allowed {
        return Err(Weakness::Invalid);
    }
    // The usual substitutions do not hide a banned word.
    let plain: String = password.to_lowercase().chars().map(plain_letter).collect();
    if BANNED.iter().any(|word| plain.contains(word)) {
        return Err(Weakness::Banned);
    }
    Ok(())
}

const fn plain_letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '@' => 'a',
        '$' | '5' => 's',
        _ => c,
    }
}

/// Generates a text of unambiguous letters and digits, with all three classes; `None` if the system has no
/// random numbers.
pub(crate) fn random_text(length: usize) -> Option<String> {
    const CLASSES: [&[u8]; 3] = [b"ABCDEFGHJKLMNPQRTUVWXYZ", b"abcdefghijkmnpqrstuvwxyz", b"2346789"];
    let mut text = String::with_capacity(length);
    for place in 0..length {
        let class = CLASSES[place % CLASSES.len()];
        let bits = SysRng.try_next_u64().ok()?;
        let index = usize::try_from(bits % class.len() as u64).unwrap_or(0);
        text.push(char::from(class[index]));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_checked_as_the_directory_does() {
        for good in ["Xy7-kqLmnop", "three of 4 classes", "ABCDEFG-1", &"aB3-".repeat(64)] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "aB3-xyz",
            "alllowercase",
            "Passw0rd-2026",
            "C0nt0$o-is-Fine",
            "Grüße-an-1-Alle",
            &"aB3-".repeat(65),
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_the_tenant_makes_passes_its_own_check() {
        for _ in 0..50 {
            check(&random_text(12).unwrap()).unwrap();
        }
    }
}
