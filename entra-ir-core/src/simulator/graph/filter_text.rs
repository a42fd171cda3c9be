//! Parses the text of a `$filter`.

use http::StatusCode;
use serde_json::Value;

use super::answer::Refused;

/// How deep brackets may nest. No such limit is documented; without one a filter could end the process.
const DEEPEST: usize = 16;

/// A parsed filter.
#[derive(Debug, PartialEq)]
pub(super) enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Equal(String, Value),
    NotEqual(String, Value),
    In(String, Vec<Value>),
    Starts(String, String),
    Ends(String, String),
    /// At least one element matches it; inside, the element's name is the element itself.
    Any(String, String, Box<Expr>),
}

/// Reads a filter.
pub(super) fn parse(text: &str) -> Result<Expr, Refused> {
    let mut reader = Reader { tokens: cut(text)?, at: 0, source: text };
    let expr = reader.any_of(0)?;
    if reader.at == reader.tokens.len() { Ok(expr) } else { Err(reader.bad()) }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
}

fn bad(source: &str, position: usize) -> Refused {
    let message = format!("Invalid filter clause: Syntax error at position {position} in '{source}'.");
    Refused::new(StatusCode::BAD_REQUEST, "BadRequest", message)
}

fn cut(source: &str) -> Result<Vec<Token>, Refused> {
    let mut tokens = Vec::new();
    let mut letters = source.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        match letter {
            ' ' => {}
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            ',' => tokens.push(Token::Comma),
            '\'' => {
                let mut text = String::new();
                loop {
                    match letters.next() {
                        Some((_, '\'')) if letters.next_if(|(_, next)| *next == '\'').is_some() => {
                            text.push('\'');
                        }
                        Some((_, '\'')) => break,
                        Some((_, other)) => text.push(other),
                        None => return Err(bad(source, start)),
                    }
                }
                tokens.push(Token::Text(text));
            }
            _ => {
                let mut word = String::from(letter);
                while let Some((_, next)) = letters.next_if(|(_, next)| !" (),'".contains(*next)) {
                    word.push(next);
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

struct Reader<'a> {
    tokens: Vec<Token>,
    at: usize,
    source: &'a str,
}

impl Reader<'_> {
    fn bad(&self) -> Refused {
        bad(self.source, self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), Refused> {
        if self.next().as_ref() == Some(wanted) { Ok(()) } else { Err(self.bad()) }
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word == wanted);
        self.at += usize::from(is_next);
        is_next
    }

    fn any_of(&mut self, depth: usize) -> Result<Expr, Refused> {
        let first = self.all_of(depth)?;
        let mut parts = vec![first];
        while self.take_word("or") {
            parts.push(self.all_of(depth)?);
        }
        Ok(single(parts, Expr::Or))
    }

    fn all_of(&mut self, depth: usize) -> Result<Expr, Refused> {
        let first = self.one(depth)?;
        let mut parts = vec![first];
        while self.take_word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(single(parts, Expr::And))
    }

    fn one(&mut self, depth: usize) -> Result<Expr, Refused> {
        if depth > DEEPEST {
            return Err(self.bad());
        }
        if self.take_word("not") {
            return Ok(Expr::Not(Box::new(self.one(depth + 1)?)));
        }
        match self.next() {
            Some(Token::Open) => {
                let inner = self.any_of(depth + 1)?;
                self.expect(&Token::Close)?;
                Ok(inner)
            }
            Some(Token::Word(word)) => self.clause(word, depth),
            _ => Err(self.bad()),
        }
    }

    fn clause(&mut self, word: String, depth: usize) -> Result<Expr, Refused> {
        if self.tokens.get(self.at) == Some(&Token::Open) {
            self.at += 1;
            let expr = match (word.to_ascii_lowercase().as_str(), word.strip_suffix("/any")) {
                ("startswith", _) => self.about_text(Expr::Starts)?,
                ("endswith", _) => self.about_text(Expr::Ends)?,
                (_, Some(list)) => self.element(list.to_owned(), depth)?,
                _ => return Err(self.bad()),
            };
            self.expect(&Token::Close)?;
            return Ok(expr);
        }
        let Some(Token::Word(operator)) = self.next() else {
            return Err(self.bad());
        };
        match operator.as_str() {
            "eq" => Ok(Expr::Equal(word, self.literal()?)),
            "ne" => Ok(Expr::NotEqual(word, self.literal()?)),
            "in" => {
                self.expect(&Token::Open)?;
                let mut values = vec![self.literal()?];
                while self.tokens.get(self.at) == Some(&Token::Comma) {
                    self.at += 1;
                    values.push(self.literal()?);
                }
                self.expect(&Token::Close)?;
                Ok(Expr::In(word, values))
            }
            _ => Err(self.bad()),
        }
    }

    /// Reads `name,'text')` up to the bracket.
    fn about_text(&mut self, make: fn(String, String) -> Expr) -> Result<Expr, Refused> {
        let Some(Token::Word(name)) = self.next() else {
            return Err(self.bad());
        };
        self.expect(&Token::Comma)?;
        match self.next() {
            Some(Token::Text(text)) => Ok(make(name, text.to_lowercase())),
            _ => Err(self.bad()),
        }
    }

    /// Reads `x:x eq 'text')` up to the bracket.
    fn element(&mut self, list: String, depth: usize) -> Result<Expr, Refused> {
        let Some(Token::Word(word)) = self.tokens.get(self.at).cloned() else {
            return Err(self.bad());
        };
        let (element, rest) = word.split_once(':').ok_or_else(|| self.bad())?;
        if rest.is_empty() {
            self.at += 1;
        } else if let Some(token) = self.tokens.get_mut(self.at) {
            *token = Token::Word(rest.to_owned());
        }
        let inner = self.any_of(depth + 1)?;
        Ok(Expr::Any(list, element.to_owned(), Box::new(inner)))
    }

    fn literal(&mut self) -> Result<Value, Refused> {
        match self.next() {
            Some(Token::Text(text)) => Ok(text.into()),
            Some(Token::Word(word)) => match word.as_str() {
                "true" => Ok(true.into()),
                "false" => Ok(false.into()),
                "null" => Ok(Value::Null),
                // Numbers, dates and GUIDs. A name is not a value.
                _ if word.starts_with(|letter: char| letter.is_ascii_digit()) => Ok(word.into()),
                _ => Err(self.bad()),
            },
            _ => Err(self.bad()),
        }
    }
}

fn single(mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

#[cfg(test)]
mod tests {
    use super::super::filter::Rules;

    const RULES: Rules =
        Rules { resource: "user", texts: &["mail", "id"], others: &["enabled"], collections: &["all"] };

    fn matches(filter: &str) -> bool {
        let item =
            serde_json::json!({ "mail": "O'Neil@x.example", "enabled": true, "all": ["smtp:A", "SMTP:b"] });
        RULES.read(filter, true).unwrap().matches(item.as_object().unwrap())
    }

    #[test]
    fn filters_are_read_and_applied() {
        for yes in [
            "mail eq 'o''neil@X.example'",
            "startswith(mail,'O''N') and enabled eq true",
            "mail eq 'x' or (mail in ('y', 'o''neil@x.example'))",
            "all/any(p:p eq 'smtp:a')",
            "all/any(p: startswith(p, 'smtp:B'))",
            "not (mail eq 'x') and endsWith(mail,'.example')",
            "mail ne null",
            "id eq null or mail eq 'x' and enabled eq false",
        ] {
            assert!(matches(yes), "{yes}");
        }
        assert!(!matches("mail eq 'x' or enabled eq true and mail eq 'y'"), "and binds closer");
    }

    #[test]
    fn what_cannot_be_read_or_is_not_allowed_is_refused() {
        let deep = format!("{}mail eq 'x'{}", "(".repeat(40), ")".repeat(40));
        let many = vec!["mail eq 'x'"; 16].join(" or ");
        for bad in [
            "",
            "mail",
            "mail eq",
            "mail eq x",
            "mail eq 'x",
            "mail eq 'x' or",
            "mail like 'x'",
            "(mail eq 'x'",
            "mail eq 'x')",
            "startswith(mail)",
            "all/any(p eq 'x')",
            "all eq 'x'",
            "mail/any(p:p eq 'x')",
            "enabled in (true)",
            "nickname eq 'x'",
            &deep,
            &many,
        ] {
            assert!(RULES.read(bad, true).is_err(), "{bad}");
        }
        for advanced in ["mail ne 'x'", "not (mail eq 'x')", "endswith(mail,'x')", "all/any(p:p eq 'x')"] {
            assert!(RULES.read(advanced, true).is_ok() && RULES.read(advanced, false).is_err(), "{advanced}");
        }
    }
}
