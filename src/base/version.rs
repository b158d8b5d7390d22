//! The version of a database server, as its dumps and its users write it.

use std::fmt;

/// Numbers from the most to the least significant; what is not said is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
}

impl Version {
    pub const fn new(major: u32, minor: u32, patch: u32) -> Version {
        Version { major, minor, patch }
    }

    /// `15`, `15.18 (Debian 15.18-0)`, `10.11.6-log`, `18beta1`: the numbers at the beginning.
    pub fn parse(text: &str) -> Option<Version> {
        let head = text.trim_start().split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or("");
        let mut numbers = head.split('.').map(|number| number.parse::<u32>().ok());
        let major = numbers.next()??;
        let mut next = || numbers.next().flatten().unwrap_or(0);
        Some(Version { major, minor: next(), patch: next() })
    }

    /// Whether the server is of this version or a later one.
    pub fn since(self, major: u32, minor: u32, patch: u32) -> bool {
        self >= Version { major, minor, patch }
    }
}

impl fmt::Display for Version {
    /// Without the zeros at the end: `15.18`, `10.11.6`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.minor, self.patch) {
            (0, 0) => write!(f, "{}", self.major),
            (minor, 0) => write!(f, "{}.{minor}", self.major),
            (minor, patch) => write!(f, "{}.{minor}.{patch}", self.major),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_at_the_beginning_count() {
        let read = |text| Version::parse(text).map(|version| version.to_string());
        assert_eq!(read("15.18 (Debian 15.18-0+deb12u1)").as_deref(), Some("15.18"));
        assert_eq!(read("10.11.6-log").as_deref(), Some("10.11.6"));
        assert_eq!(read(" 18beta1").as_deref(), Some("18"));
        assert_eq!(read("beta"), None);
        assert!(Version::new(8, 0, 29) > Version::new(8, 0, 12));
    }
}
