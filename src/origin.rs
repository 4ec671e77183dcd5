//! Where a session may travel (law R4).
//!
//! The rule is stricter than the web platform's: an origin is recognised only where it is
//! written plainly, as `scheme://host[:port]` in ASCII without user-info, escapes or white
//! space. Whatever is written otherwise goes out untouched, and without the session.

/// A plainly written `http` or `https` origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    https: bool,
    host: Vec<u8>,
    port: u16,
}

impl Origin {
    /// Reads the origin at the start of an absolute URL. `None` for anything unusual.
    pub fn of(url: &str) -> Option<Origin> {
        let url = url.as_bytes();
        let (https, rest) = match (after(url, b"https://"), after(url, b"http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return None,
        };
        let mut authority = rest.split(|byte| ends_authority(*byte)).next()?;
        let mut port = if https { 443 } else { 80 };
        if let Some(colon) = authority.iter().rposition(|byte| *byte == b':')
            && authority.last() != Some(&b']')
        {
            let (host, digits) = authority.split_at_checked(colon)?;
            authority = host;
            port = port_number(digits.get(1..)?, port)?;
        }
        is_plain_host(authority).then(|| Origin { https, host: authority.to_ascii_lowercase(), port })
    }
}

/// What follows the prefix, whose case does not count.
fn after<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// WHATWG URL treats a backslash as a slash in these schemes.
const fn ends_authority(byte: u8) -> bool {
    matches!(byte, b'/' | b'\\' | b'?' | b'#')
}

fn port_number(digits: &[u8], default: u16) -> Option<u16> {
    if digits.is_empty() {
        return Some(default);
    }
    digits.iter().try_fold(0_u16, |port, byte| match byte {
        b'0'..=b'9' => port.checked_mul(10)?.checked_add(u16::from(byte - b'0')),
        _ => None,
    })
}

fn is_plain_host(host: &[u8]) -> bool {
    match host {
        [b'[', ipv6 @ .., b']'] => {
            !ipv6.is_empty()
                && ipv6.iter().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        }
        _ => {
            !host.is_empty()
                && host.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        }
    }
}

/// What is to be done with a request's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Relative: `baseURL` is joined in front.
    Join,
    /// Absolute, of an origin that may see the session.
    Trusted,
    /// Anything else: as given, and never with the session.
    Foreign,
}

/// The origins that may see the session: `baseURL`'s, then `trustedOrigins`.
#[derive(Clone, Debug)]
pub struct Origins(Vec<Origin>);

impl Origins {
    /// `urls` are `baseURL` and the trusted origins; what is no plain origin trusts nobody.
    pub fn new<'a>(urls: impl IntoIterator<Item = &'a str>) -> Self {
        Origins(urls.into_iter().filter_map(Origin::of).collect())
    }

    /// Judges a URL by its beginning: everything in front of the path is enough.
    pub fn route(&self, url: &str) -> Route {
        if is_relative(url) {
            return Route::Join;
        }
        match Origin::of(url) {
            Some(origin) if self.0.contains(&origin) => Route::Trusted,
            _ => Route::Foreign,
        }
    }
}

/// Relative means: a path, a query or a fragment. Not `//host`, and nothing with a scheme.
fn is_relative(url: &str) -> bool {
    match url.as_bytes() {
        [] => true,
        // URL parsers drop white space and control characters, which could hide a `//`.
        [b'/', rest @ ..] => {
            let next = rest.iter().find(|byte| **byte > b' ');
            !matches!(next, Some(b'/' | b'\\'))
        }
        [b'\\', ..] => false,
        bytes => {
            let head = bytes.split(|byte| ends_authority(*byte)).next().unwrap_or(bytes);
            head.iter().all(|byte| *byte > b' ' && *byte != b':')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        Origins::new(["https://api.example.com/v1", "https://cdn.example.com:8443"])
    }

    #[test]
    fn r4_the_session_goes_to_trusted_origins() {
        for url in [
            "https://api.example.com/items",
            "https://API.example.com",
            "HTTPS://api.example.com:443/x?y#z",
            "https://api.example.com:/x",
            "https://cdn.example.com:8443/a",
        ] {
            assert_eq!(origins().route(url), Route::Trusted, "{url}");
        }
    }

    #[test]
    fn r4_the_session_goes_nowhere_else() {
        for url in [
            "http://api.example.com/",
            "https://api.example.com.evil.test/",
            "https://api.example.com@evil.test/",
            "https://evil.test\\@api.example.com/",
            "https://evil.test/https://api.example.com/",
            "https://api.example.com:8443/",
            "https://cdn.example.com/",
            "https://api.example.com\t.evil.test/",
            "https://api.example.com%2eevil.test/",
            "https://api.example.com:99999/",
            "https:/api.example.com/",
            "https:api.example.com/",
            "//api.example.com/",
            "\\\\evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "/ /evil.test",
            " items",
            "\t//evil.test",
            "javascript:alert(1)",
            "wxfile://tmp_1.png",
            "data:text/plain,x",
        ] {
            assert_eq!(origins().route(url), Route::Foreign, "{url}");
        }
    }

    #[test]
    fn r4_what_is_no_plain_origin_trusts_nobody() {
        for url in [
            "https://user@api.example.com",
            "https://api.example.com:99999",
            "https://api example.com",
            "https://[api.example.com]",
            "https://[]",
            "https://[::1",
            "https://",
            "https://例.中国",
            "api.example.com",
        ] {
            assert_eq!(Origin::of(url), None, "{url}");
        }
    }

    #[test]
    fn r4_numbers_are_plain_hosts() {
        for url in ["http://127.0.0.1:3000", "https://[::1]", "https://[::ffff:127.0.0.1]:8443"] {
            assert_eq!(Origins::new([url]).route(&[url, "/items"].concat()), Route::Trusted, "{url}");
        }
    }

    #[test]
    fn relative_urls_are_joined() {
        for url in ["", "/", "/items", "items/1", "?q=1", "#top", "./a", "../a", "items?at=12:30", "/a//b"] {
            assert_eq!(origins().route(url), Route::Join, "{url}");
        }
    }
}
