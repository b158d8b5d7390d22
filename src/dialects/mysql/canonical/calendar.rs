//! Dates and times as the server stores them, whatever punctuation or digits say them (MySQL Reference Manual, Date and Time
//! Literals).

use crate::dialects::mysql::types::{Class, parts};

/// A date or time in full, with the digits of its type; a text that is none stays as it is.
pub fn stored(text: &str, data_type: &str, class: Class) -> String {
    let text = text.trim();
    let digits = parts(data_type).arguments.and_then(|digits| digits.parse::<usize>().ok()).unwrap_or(0);
    let (whole, fraction) = text.rsplit_once('.').filter(|(head, _)| has_time(head, class)).unwrap_or((text, ""));
    let full = match class {
        Class::Date => moment(whole).map(|(date, _)| date),
        Class::Time => time(whole),
        _ => moment(whole).map(|(date, time)| format!("{date} {time}")),
    };
    let Some(full) = full else { return text.to_string() };
    if class == Class::Date || digits == 0 {
        return full;
    }
    let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(digits).collect();
    format!("{full}.{fraction}")
}

/// Whether what stands before a point says a time, so that a fraction follows the point.
fn has_time(text: &str, class: Class) -> bool {
    class == Class::Time || text.contains(':') || text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A date and a time of day.
fn moment(text: &str) -> Option<(String, String)> {
    let midnight = || "00:00:00".to_string();
    if text == "0" {
        return Some(("0000-00-00".to_string(), midnight()));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let time_at = if matches!(text.len(), 8 | 14) { 8 } else { 6 };
        let (date, time) = text.split_at_checked(time_at)?;
        let (year, rest) = date.split_at_checked(time_at - 4)?;
        let clock = if time.is_empty() { midnight() } else { joined(&[time.get(..2)?, time.get(2..4)?, time.get(4..)?], ":", 2)? };
        return Some((date_of(&[year, rest.get(..2)?, rest.get(2..)?])?, clock));
    }
    let (date, time) = text.split_once([' ', 'T']).map_or((text, ""), |(date, time)| (date, time.trim()));
    let fields: Vec<&str> = date.split(|mark: char| mark.is_ascii_punctuation()).collect();
    let mut clock: Vec<&str> = time.split(|mark: char| mark.is_ascii_punctuation()).filter(|field| !field.is_empty()).collect();
    clock.resize(3, "00");
    Some((date_of(&fields)?, joined(&clock, ":", 2)?))
}

/// `2030-01-05`; a year of two digits is of this century up to 69.
fn date_of(fields: &[&str]) -> Option<String> {
    let [year, month, day] = fields else { return None };
    let long = match year.len() {
        4 => (*year).to_string(),
        1 | 2 => format!("{}{year:0>2}", if year.parse::<u32>().ok()? < 70 { "20" } else { "19" }),
        _ => return None,
    };
    Some(format!("{}-{}", joined(&[&long], "-", 4)?, joined(&[month, day], "-", 2)?))
}

/// A time, which may be negative, count days and be said by digits alone.
fn time(text: &str) -> Option<String> {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (days, clock) = text.split_once(' ').unwrap_or(("0", text));
    let padded = format!("{clock:0>6}");
    let fields: Vec<&str> = match clock.split(':').collect::<Vec<_>>()[..] {
        [_] if days == "0" => {
            let at = padded.len() - 4;
            vec![padded.get(..at)?, padded.get(at..at + 2)?, padded.get(at + 2..)?]
        }
        [hours] => vec![hours, "0", "0"],
        [hours, minutes] => vec![hours, minutes, "0"],
        [hours, minutes, seconds] => vec![hours, minutes, seconds],
        _ => return None,
    };
    let hours = days.parse::<u32>().ok()?.checked_mul(24)?.checked_add(fields.first()?.parse::<u32>().ok()?)?;
    Some(format!("{sign}{hours:02}:{}", joined(fields.get(1..)?, ":", 2)?))
}

/// Numbers, each filled up with zeros to a width.
fn joined(fields: &[&str], between: &str, width: usize) -> Option<String> {
    let fits = |field: &&str| !field.is_empty() && field.len() <= width && field.bytes().all(|byte| byte.is_ascii_digit());
    let filled: Vec<String> = fields.iter().map(|field| format!("{field:0>width$}")).collect();
    fields.iter().all(fits).then(|| filled.join(between))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written, the type, and what MariaDB 10.11 prints of it.
    const STORED: &[(&str, &str, Class, &str)] = &[
        ("20200101", "date", Class::Date, "2020-01-01"),
        ("200101", "date", Class::Date, "2020-01-01"),
        ("2020/1/5", "date", Class::Date, "2020-01-05"),
        ("20-1-5", "date", Class::Date, "2020-01-05"),
        ("2020.01.02", "date", Class::Date, "2020-01-02"),
        ("2020-01-01 10:20:30", "date", Class::Date, "2020-01-01"),
        ("20200101102030", "datetime", Class::DateTime, "2020-01-01 10:20:30"),
        ("2020-01-01T1:2", "datetime", Class::DateTime, "2020-01-01 01:02:00"),
        ("2020-1-1", "timestamp", Class::DateTime, "2020-01-01 00:00:00"),
        ("2020-01-01 01:02:03.4", "datetime(3)", Class::DateTime, "2020-01-01 01:02:03.400"),
        ("0", "datetime", Class::DateTime, "0000-00-00 00:00:00"),
        ("10203", "time", Class::Time, "01:02:03"),
        ("101", "time", Class::Time, "00:01:01"),
        ("12", "time", Class::Time, "00:00:12"),
        ("1:2", "time", Class::Time, "01:02:00"),
        ("1 2:3:4", "time", Class::Time, "26:03:04"),
        ("-1:2:3", "time", Class::Time, "-01:02:03"),
        ("200:01:02", "time", Class::Time, "200:01:02"),
        ("1:2:3.4", "time(2)", Class::Time, "01:02:03.40"),
        ("soon", "date", Class::Date, "soon"),
    ];

    #[test]
    fn a_moment_is_stored_in_full() {
        for (written, data_type, class, printed) in STORED {
            assert_eq!(stored(written, data_type, *class), *printed, "{written}");
        }
    }
}
