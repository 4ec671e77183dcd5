//! Where a session may travel (law R4).
//!
//! The rule is stricter than the web platform's: an origin is recognised only where it is
//! written plainly, as `scheme://host[:port]` in ASCII without user-info, escapes or white
//! space. Whatever is written otherwise goes out untouched, and without the session.

/// A plainly written `http` or `https` origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads the origin at the start of an absolute URL. `None` for anything unusual.
    pub fn of(url: &str) -> Option<Origin> {
        let (scheme, rest) = url.split_once("://")?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        // WHATWG URL treats a backslash as a slash in these schemes.
        let authority = rest.split(['/', '\\', '?', '#']).next()?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port_number(port, https)?),
            _ => (authority, default_port(https)),
        };
        is_plain_host(host).then(|| Origin { https, host: host.to_ascii_lowercase(), port })
    }
}

const fn default_port(https: bool) -> u16 {
    if https { 443 } else { 80 }
}

fn port_number(text: &str, https: bool) -> Option<u16> {
    if text.is_empty() {
        return Some(default_port(https));
    }
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn is_plain_host(host: &str) -> bool {
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    match inner {
        Some(ipv6) => {
            !ipv6.is_empty()
                && ipv6.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.')
        }
        None => {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
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
    let mut bytes = url.bytes();
    match bytes.next() {
        None => true,
        // White space and control characters in front are dropped by URL parsers, and then
        // hide a scheme or `//`.
        Some(byte) if byte <= b' ' => false,
        Some(b'\\') => false,
        Some(b'/') => !matches!(bytes.find(|byte| *byte > b' '), Some(b'/' | b'\\')),
        Some(_) => {
            let head = url.split(['/', '?', '#', '\\']).next().unwrap_or(url);
            !head.contains(':') && !head.bytes().any(|byte| byte <= b' ')
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
            "\t//evil.test",
            "javascript:alert(1)",
            "wxfile://tmp_1.png",
            "data:text/plain,x",
        ] {
            assert_eq!(origins().route(url), Route::Foreign, "{url}");
        }
    }

    #[test]
    fn relative_urls_are_joined() {
        for url in ["", "/", "/items", "items/1", "?q=1", "#top", "./a", "../a", "items?at=12:30", "/a//b"] {
            assert_eq!(origins().route(url), Route::Join, "{url}");
        }
    }
}
