//! A request is about exactly the given user, whatever the user's name.

use entra_ir_core::operations::GetUser;
use entra_ir_core::{GraphCall, UserRef};
use proptest::prelude::*;

use crate::random::properties;

/// The user that a server finds in a path, by the rules of URLs and OData.
fn addressed(path: &str) -> Option<String> {
    let rest = path.strip_prefix("/v1.0/users")?;
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut left = text.bytes();
        while let Some(byte) = left.next() {
            if byte == b'%' {
                let hex = [left.next()?, left.next()?];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).ok()?, 16).ok()?);
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).ok()
    };
    if let Some(key) = rest.strip_prefix("('").and_then(|rest| rest.strip_suffix("')")) {
        return decode(key).map(|key| key.replace("''", "'"));
    }
    let segment = rest.strip_prefix('/')?;
    (!segment.contains('/')).then(|| decode(segment)).flatten()
}

properties! {
    2_000 cases;

    fn decoding_the_path_gives_the_name_back(
        local in "[A-Za-z0-9'_!#^~$+&-]{1,20}(\\.[A-Za-z0-9'_!#^~$-]{1,20})?",
        domain in "[a-z0-9-]{1,15}\\.[a-z]{2,10}",
    ) {
        let name = format!("{local}@{domain}");
        let request = GetUser::new(name.as_str()).unwrap().request().unwrap();
        prop_assert_eq!(addressed(request.uri().path()), Some(name));
        prop_assert!(request.uri().query().unwrap().starts_with("$select="));
    }

    fn any_text_is_refused_or_addressed_whole(text in any::<String>()) {
        if let Ok(user) = text.parse::<UserRef>() {
            let request = GetUser::new(&user).unwrap().request().unwrap();
            prop_assert_eq!(addressed(request.uri().path()), Some(user.to_string()));
        }
    }

    fn the_characters_of_addresses_never_escape_the_segment(text in "[a-z/?#%&.\\\\@ '$()]{0,30}") {
        if let Ok(user) = text.parse::<UserRef>() {
            let request = GetUser::new(&user).unwrap().request().unwrap();
            prop_assert_eq!(addressed(request.uri().path()), Some(user.to_string()));
        }
    }
}
