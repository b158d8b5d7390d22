//! Intervals as the style `postgres` prints them (manual, 8.5.4 and 8.5.5): what is written as units, clocks, years and months,
//! bare numbers or ISO 8601 is stored as months, days and microseconds, cut to the fields of the type.

/// Units of an interval: name, months, days, microseconds of one.
const UNITS: &[(&str, i64, i64, i64)] = &[
    ("millennium", 12_000, 0, 0),
    ("century", 1_200, 0, 0),
    ("decade", 120, 0, 0),
    ("year", 12, 0, 0),
    ("yr", 12, 0, 0),
    ("y", 12, 0, 0),
    ("month", 1, 0, 0),
    ("mon", 1, 0, 0),
    ("week", 0, 7, 0),
    ("w", 0, 7, 0),
    ("day", 0, 1, 0),
    ("d", 0, 1, 0),
    ("hour", 0, 0, HOUR),
    ("hr", 0, 0, HOUR),
    ("h", 0, 0, HOUR),
    ("minute", 0, 0, MINUTE),
    ("min", 0, 0, MINUTE),
    ("m", 0, 0, MINUTE),
    ("second", 0, 0, SECOND),
    ("sec", 0, 0, SECOND),
    ("s", 0, 0, SECOND),
    ("millisecond", 0, 0, 1_000),
    ("ms", 0, 0, 1_000),
    ("microsecond", 0, 0, 1),
    ("us", 0, 0, 1),
];

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

#[derive(Clone, Copy, Default)]
struct Interval {
    months: i64,
    days: i64,
    micros: i64,
}

/// The interval as the server prints it; `None` where its rule is not known here.
pub fn printed(value: &str, ty: &str) -> Option<String> {
    let (fields, precision) = fields(ty);
    let lower = value.trim().to_ascii_lowercase();
    let read = match lower.strip_prefix('p') {
        Some(rest) => iso(rest)?,
        None => plain(lower.trim_start_matches('@'), fields)?,
    };
    Some(spelled(read.cut(fields).rounded(precision)?))
}

/// The fields of the type, `year to month`, and how many digits its seconds have.
fn fields(ty: &str) -> (&str, Option<u32>) {
    let rest = ty.strip_prefix("interval").unwrap_or(ty).trim();
    let (fields, digits) = rest.split_once('(').unwrap_or((rest, ""));
    (fields.trim(), digits.trim_end_matches(')').trim().parse().ok())
}

fn plain(text: &str, fields: &str) -> Option<Interval> {
    let mut sum = Interval::default();
    let words = words(text);
    words.first()?;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        if word == "ago" {
            sum = Interval { months: -sum.months, days: -sum.days, micros: -sum.micros };
        } else if word.contains(':') {
            sum.micros = sum.micros.checked_add(clock(word, fields)?)?;
        } else if word.get(1..)?.contains('-') {
            sum.months = sum.months.checked_add(years_and_months(word)?)?;
        } else {
            let next = words.get(at).map(String::as_str);
            let unit = match next {
                None | Some("ago") => fields.rsplit(' ').next().filter(|field| !field.is_empty()).unwrap_or("second"),
                // The days before a clock.
                Some(clock) if clock.contains(':') => "day",
                Some(hours) if fields == "day to hour" && hours.parse::<i64>().is_ok() => "day",
                Some(unit) => {
                    at += 1;
                    unit
                }
            };
            sum.add(word, unit)?;
        }
    }
    Some(sum)
}

/// Words and numbers, parted where digits meet letters: `1h` is `1 h`.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for piece in text.split_ascii_whitespace() {
        let split = piece.find(|c: char| c.is_ascii_alphabetic()).filter(|at| *at > 0).unwrap_or(piece.len());
        let (number, unit) = piece.split_at_checked(split).unwrap_or((piece, ""));
        words.push(number.to_owned());
        if !unit.is_empty() {
            words.push(unit.to_owned());
        }
    }
    words
}

/// `1-2`: a year and two months.
fn years_and_months(text: &str) -> Option<i64> {
    let (sign, text) = signed(text);
    let (years, months) = text.split_once('-')?;
    let (years, months): (u16, u16) = (years.parse().ok()?, months.parse().ok().filter(|months| *months < 12)?);
    Some(sign * (i64::from(years) * 12 + i64::from(months)))
}

fn signed(text: &str) -> (i64, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Microseconds of `[-]hh:mm[:ss[.ffffff]]`, or of `mm:ss` where that is what the type holds.
fn clock(text: &str, fields: &str) -> Option<i64> {
    let (sign, text) = signed(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<i64> = whole.split(':').map(|part| part.parse().ok().filter(|number| *number >= 0)).collect::<Option<_>>()?;
    let minutes_first = fields == "minute to second" || text.contains('.');
    let (hour, minute, second) = match parts.as_slice() {
        [minute, second] if minutes_first => (0, *minute, *second),
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let padded = format!("{fraction:0<6}");
    let micros: i64 = padded.get(..6).filter(|_| padded.len() == 6)?.parse().ok()?;
    let limits = minute < 60 && second <= 60 && hour < 1 << 31;
    limits.then_some(sign * (hour * HOUR + minute * MINUTE + second * SECOND + micros))
}

/// `1Y2M3DT4H5M6S`, behind the P.
fn iso(text: &str) -> Option<Interval> {
    let mut sum = Interval::default();
    let (date, time) = text.split_once('t').unwrap_or((text, ""));
    for (mut rest, units) in [
        (date, [("y", "year"), ("m", "month"), ("w", "week"), ("d", "day")].as_slice()),
        (time, &[("h", "hour"), ("m", "minute"), ("s", "second")]),
    ] {
        while !rest.is_empty() {
            let at = rest.find(|c: char| c.is_ascii_alphabetic())?;
            let (number, tail) = rest.split_at_checked(at)?;
            let (_, unit) = units.iter().find(|(letter, _)| tail.starts_with(letter))?;
            sum.add(number, unit)?;
            rest = tail.get(1..)?;
        }
    }
    (!text.is_empty()).then_some(sum)
}

impl Interval {
    /// Adds so many of a unit; what a fraction leaves goes down to the smaller units: a year has 12 months, a month 30 days.
    fn add(&mut self, count: &str, unit: &str) -> Option<()> {
        let is = |name: &str| {
            unit == name
                || name.len() > 1 && unit.strip_suffix('s') == Some(name)
                || unit == "centuries" && name == "century"
                || unit == "millennia" && name == "millennium"
        };
        let (_, months, days, micros) = UNITS.iter().find(|(name, ..)| is(name))?;
        let (sign, digits) = signed(count);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let number = |text: &str| if text.is_empty() { Some(0_i64) } else { text.parse::<u32>().ok().map(i64::from) };
        let whole = sign * number(whole).filter(|_| !digits.is_empty())?;
        let (part, scale) = (sign * number(fraction)?, 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?);
        self.months = self.months.checked_add(whole.checked_mul(*months)?)?;
        self.days = self.days.checked_add(whole.checked_mul(*days)?)?;
        self.micros = self.micros.checked_add(whole.checked_mul(*micros)?)?;
        if *months > 1 {
            let of_months = part.checked_mul(*months)?;
            // A fraction of a year is rounded to months since version 15 and cut before it.
            self.months += (of_months % scale == 0).then_some(of_months / scale)?;
            return Some(());
        }
        let of_days = part.checked_mul(30 * months + days)?;
        self.days += of_days / scale;
        let left = i128::from(of_days % scale) * i128::from(DAY) + i128::from(part) * i128::from(*micros);
        let exact = left % i128::from(scale) == 0;
        self.micros = self.micros.checked_add(i64::try_from(left / i128::from(scale)).ok().filter(|_| exact)?)?;
        Some(())
    }

    /// Without the fields that the type does not hold (manual, 8.5.4).
    fn cut(self, fields: &str) -> Interval {
        let Interval { months, days, micros } = self;
        match fields.rsplit(' ').next().unwrap_or("") {
            "year" => Interval { months: months / 12 * 12, days: 0, micros: 0 },
            "month" => Interval { months, days: 0, micros: 0 },
            "day" => Interval { months, days, micros: 0 },
            "hour" => Interval { months, days, micros: micros / HOUR * HOUR },
            "minute" => Interval { months, days, micros: micros / MINUTE * MINUTE },
            _ => self,
        }
    }

    fn rounded(self, digits: Option<u32>) -> Option<Interval> {
        let Some(digits) = digits else { return Some(self) };
        let unit = 10_i64.checked_pow(6_u32.checked_sub(digits)?)?;
        let half = unit / 2 * self.micros.signum();
        Some(Interval { micros: self.micros.checked_add(half)? / unit * unit, ..self })
    }
}

/// A part after a negative one says that it is positive.
fn spelled(interval: Interval) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut after_negative = false;
    let Interval { months, days, micros } = interval;
    for (count, unit) in [(months / 12, "year"), (months % 12, "mon"), (days, "day")] {
        if count != 0 {
            let plus = if after_negative && count > 0 { "+" } else { "" };
            parts.push(format!("{plus}{count} {unit}{}", if count == 1 { "" } else { "s" }));
            after_negative = count < 0;
        }
    }
    if micros != 0 || parts.is_empty() {
        let sign = if micros < 0 {
            "-"
        } else if after_negative {
            "+"
        } else {
            ""
        };
        let (seconds, fraction) = (micros.abs() / SECOND, micros.abs() % SECOND);
        let mut clock = format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        if fraction != 0 {
            clock.push_str(format!(".{fraction:06}").trim_end_matches('0'));
        }
        parts.push(clock);
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn intervals_stand_as_the_server_prints_them() {
        for (ty, value, wanted) in [
            ("interval", "1-2", "1 year 2 mons"),
            ("interval", "-1-2", "-1 years -2 mons"),
            ("interval year", "1", "1 year"),
            ("interval day", "30", "30 days"),
            ("interval minute", "90", "01:30:00"),
            ("interval month", "14", "1 year 2 mons"),
            ("interval year to month", "1-2", "1 year 2 mons"),
            ("interval year to month", "14", "1 year 2 mons"),
            ("interval minute to second", "04:05", "00:04:05"),
            ("interval hour to minute", "04:05", "04:05:00"),
            ("interval day to hour", "1 2", "1 day 02:00:00"),
            ("interval day to second", "1 2:03:04.5", "1 day 02:03:04.5"),
            ("interval", "1 2:03", "1 day 02:03:00"),
            ("interval", "-1 day 2:03", "-1 days +02:03:00"),
            ("interval", "-1 day -2:03", "-1 days -02:03:00"),
            ("interval", "1 mon -1 day", "1 mon -1 days"),
            ("interval", "P1Y2M", "1 year 2 mons"),
            ("interval", "P1Y2M3DT4H5M6.5S", "1 year 2 mons 3 days 04:05:06.5"),
            ("interval", "PT36H", "36:00:00"),
            ("interval", "P2W", "14 days"),
            ("interval", "1.5 hours", "01:30:00"),
            ("interval", "1.5 days", "1 day 12:00:00"),
            ("interval", "1.5 months", "1 mon 15 days"),
            ("interval", "1.5 weeks", "10 days 12:00:00"),
            ("interval", "0.5 year", "6 mons"),
            ("interval", "2 weeks 3 days", "17 days"),
            ("interval", "1 year 2 months ago", "-1 years -2 mons"),
            ("interval day", "1 day 5 hours", "1 day"),
            ("interval hour", "1:59", "01:00:00"),
            ("interval(0)", "1.6 seconds", "00:00:02"),
            ("interval second(1)", "1.26", "00:00:01.3"),
            ("interval", "04:05.5", "00:04:05.5"),
            ("interval", "500 ms", "00:00:00.5"),
            ("interval", "12", "00:00:12"),
            ("interval year", "18 months", "1 year"),
            ("interval", "-0.5 seconds", "-00:00:00.5"),
            ("interval", "+1 day", "1 day"),
            ("interval month", "1 year 2 days", "1 year"),
        ] {
            assert_eq!(printed(value, ty).as_deref(), Some(wanted), "{ty} {value}");
        }
    }
}
