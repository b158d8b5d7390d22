//! From the words on the command line to sources: files, folders, lists of files, standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::arguments::Common;
use super::django;
use super::output::{self, Trouble};
use super::pages;
use super::progress;
use super::settings::{self, Asked};
use crate::base::{Code, Diagnostic, FileId, Files, Severity, Span};
use crate::compile::{self, Source};
use crate::dialects::{self, Dialect};
use crate::ir::Pair;
use crate::sources::decode::{self, Decoded};
use crate::sources::{self, Reading, detect, migrations, transaction};

/// Everything a command needs: what was asked, the texts, the dialect.
pub struct Session<'a> {
    pub common: &'a Common,
    pub asked: Asked,
    pub files: Files,
    pub dialect: &'static dyn Dialect,
}

/// Reads all words as sources of one dialect. They live as long as the process: a command ends when it is done with them, and to
/// give their memory back piece by piece would only take time.
pub fn open<'a>(words: &[&str], common: &'a Common) -> Result<(Session<'a>, &'static [Source]), Trouble> {
    let (session, readings) = read(words, common)?;
    let replay = || readings.into_iter().map(|(name, reading)| Source::of(name, reading, session.dialect)).collect();
    let sources: Vec<Source> = progress::during("reading", replay);
    session.complain(&sources)?;
    Ok((session, sources.leak()))
}

/// Live, and live after the patches; then the other words as sources. Beside them, what was read of each patch. What is wrong with them
/// is for the caller to say.
pub fn open_replay<'a>(words: &[&str], patches: usize, common: &'a Common) -> Result<(Session<'a>, Vec<Source>, Vec<Reading>), Trouble> {
    let (session, readings) = read(words, common)?;
    let mut readings = readings.into_iter();
    let mut sources = Vec::new();
    let mut written = Vec::new();
    if let Some((name, reading)) = readings.next() {
        let live = Source::of(name, reading, session.dialect);
        written.extend(readings.by_ref().take(patches).map(|(_, reading)| reading));
        let after = live.patched(written.iter().map(|reading| kept(reading, &session)), session.dialect);
        sources.extend([live, after]);
    }
    sources.extend(readings.map(|(name, reading)| Source::of(name, reading, session.dialect)));
    Ok((session, sources, written))
}

/// What a patch leaves standing at the end of its session.
fn kept(patch: &Reading, session: &Session) -> Reading {
    let mut patch = patch.clone();
    transaction::close(&mut patch, &session.files, session.dialect);
    patch
}

/// Reads all words, each a source of its own, in one dialect. A project is read last: it is told apart from the live
/// side by what that side chose.
fn read<'a>(words: &[&str], common: &'a Common) -> Result<(Session<'a>, Vec<(String, Reading)>), Trouble> {
    let mut asked = settings::asked(common)?;
    let mut files = Files::default();
    let mut sides: Vec<(String, Vec<FileId>)> = Vec::new();
    for word in words.iter().filter(|word| django::project(word).is_none()) {
        let (ids, notes) = load(word, &mut files)?;
        output::messages(&notes, &files, common);
        sides.push((name_of(word), ids));
    }
    let named = match words.iter().find_map(|word| django::project(word)) {
        Some(folder) if sides.is_empty() && asked.dialect.is_none() => django::dialect(folder, &asked.django)?,
        _ => None,
    };
    let dialect = match named.and_then(dialects::by_name) {
        Some(dialect) => dialect,
        None => self::dialect(&asked, &sides, &files, common)?,
    };
    let live = sides.first().and_then(|(_, ids)| ids.iter().find_map(|id| detect::server_version(&files.get(*id).text)));
    asked.options.wishes.server = asked.options.wishes.server.or(live);
    let (names, ids): (Vec<String>, Vec<Vec<FileId>>) = sides.into_iter().unzip();
    let mut read: Vec<(String, Reading)> = names.into_iter().zip(sources::read_all(&files, &ids, dialect)).collect();
    for (at, folder) in words.iter().enumerate().filter_map(|(at, word)| Some((at, django::project(word)?))) {
        let live = read.first().map(|(name, reading)| Source::of(name.clone(), reading.clone(), dialect).schema);
        let project = django::Project { folder, asked: &asked, dialect, live: live.as_ref() };
        read.insert(at.min(read.len()), (name_of(folder), project.read(&mut files)?));
    }
    Ok((Session { common, asked, files, dialect }, read))
}

impl Session<'_> {
    /// Prints what is wrong with the inputs; a fatal fault ends the command.
    pub fn complain(&self, sources: &[Source]) -> Result<(), Trouble> {
        for source in sources {
            output::messages(&source.diagnostics, &self.files, self.common);
        }
        match sources.iter().find(|source| compile::fatal(&source.diagnostics)) {
            Some(source) => Err(Trouble::new(format!("{} cannot be used", source.name), "see the messages above")),
            None => Ok(()),
        }
    }

    /// Refuses an answer that rests on statements that are not understood, unless the user accepts it.
    pub fn require_whole(&self, source: Pair<&Source>) -> Result<(), Trouble> {
        let fault = [source.live, source.desired].into_iter().find_map(compile::partial);
        match fault {
            Some(fault) if !self.asked.partial => Err(Trouble::new(fault.message, fault.help)),
            _ => Ok(()),
        }
    }
}

/// The dialect that was asked for, or the one whose marks the texts bear. Marks that contradict it end the command.
fn dialect(asked: &Asked, sides: &[(String, Vec<FileId>)], files: &Files, common: &Common) -> Result<&'static dyn Dialect, Trouble> {
    let mut possible = detect::every_dialect();
    let mut reasons = Vec::new();
    for (name, id) in sides.iter().flat_map(|(name, ids)| ids.iter().map(move |id| (name, *id))) {
        let mut detected = detect::detect(files, id);
        if asked.dialect.is_some() {
            // Only a header speaks against a dialect that was asked for: words of others may be names.
            detected.diagnostics.retain(|told| told.code != Code::Dialect);
        }
        // A dialect that was asked for needs no marks, but a text that is cut off stays one.
        if asked.dialect.is_none() || detected.diagnostics.iter().any(|told| told.severity != Severity::Note) {
            output::messages(&detected.diagnostics, files, common);
        }
        if compile::fatal(&detected.diagnostics) {
            return Err(Trouble::new(format!("{name} cannot be used"), "see the messages above"));
        }
        if asked.dialect.as_deref().is_some_and(|wanted| !detected.headed || detected.dialects.contains(&wanted)) {
            continue;
        }
        let kept: Vec<&'static str> = possible.iter().copied().filter(|dialect| detected.dialects.contains(dialect)).collect();
        if let Some(wanted) = &asked.dialect {
            let message = format!("{name} is not {wanted}: {}", detected.reasons());
            return Err(Trouble::new(message, "give the dialect that the text is written in, or none"));
        }
        if kept.is_empty() {
            let message = format!(
                "{name} is {} by {}, the other side is {}",
                detected.dialects.join(" or "),
                detected.reasons(),
                possible.join(" or ")
            );
            return Err(Trouble::new(message, "both sides must be of one dialect"));
        }
        possible = kept;
        if !detected.marks.is_empty() {
            reasons.push(format!("{name}: {}", detected.reasons()));
        }
    }
    chosen(asked.dialect.as_deref(), &possible, &reasons)
}

fn chosen(wanted: Option<&str>, possible: &[&'static str], reasons: &[String]) -> Result<&'static dyn Dialect, Trouble> {
    let only = wanted.or(if possible.len() == 1 { possible.first().copied() } else { None });
    let Some(id) = only else {
        let message = format!("the SQL dialect may be {}", possible.join(", "));
        return Err(Trouble::new(message, "name it with --dialect"));
    };
    if wanted.is_none() {
        eprintln!("dialect: {id} ({})", reasons.join("; "));
    }
    dialects::by_name(id).ok_or_else(|| {
        Trouble::new(format!("{id}: no such dialect"), format!("known: {}", dialects::names().collect::<Vec<_>>().join(", ")))
    })
}

/// The name that reports use: without folders.
fn name_of(word: &str) -> String {
    if word == "-" {
        return "standard input".to_string();
    }
    Path::new(word).file_name().map_or(word.to_string(), |name| name.to_string_lossy().into_owned())
}

/// The files of a word, and what is left out of them.
fn load(word: &str, files: &mut Files) -> Result<(Vec<FileId>, Vec<Diagnostic>), Trouble> {
    if word == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| Trouble::new(format!("standard input: {error}"), ""))?;
        let (id, back) = add("standard input", bytes, files)?;
        return Ok((vec![id], left_out(1, &[], back.as_slice())));
    }
    let (mut ids, mut marks) = (Vec::new(), Vec::new());
    let [there, back] = paths(word)?;
    for path in there {
        if sources::is_database(&path) {
            let text = sources::database_schema(&path).map_err(|fault| Trouble::new(fault.message, fault.help))?;
            ids.push(files.add(path.to_string_lossy(), text));
            continue;
        }
        let bytes =
            std::fs::read(&path).map_err(|error| Trouble::new(format!("{}: {error}", path.display()), "give a file, a folder, or `-`"))?;
        let (id, mark) = add(&path.to_string_lossy(), bytes, files)?;
        ids.push(id);
        marks.extend(mark);
    }
    let all = ids.len() + back.len();
    Ok((ids, left_out(all, &back, &marks)))
}

/// Says what of so many files takes migrations back and is not read: whole files, and what is below a mark.
fn left_out(all: usize, paths: &[PathBuf], marks: &[Span]) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    if let Some(first) = paths.first() {
        let message = format!("{} of {all} files only take back what another one does, and are not read: {}", paths.len(), first.display());
        notes.push(Diagnostic::new(Code::WayBack, None, format!("{message}{}", if paths.len() > 1 { " …" } else { "" })));
    }
    if let Some(first) = marks.first() {
        let message = format!("what stands below this line takes the migration back, and is not read (in {} of {all} files)", marks.len());
        notes.push(Diagnostic::new(Code::WayBack, Some(*first), message));
    }
    notes
}

/// Adds a text; beside it, where that part of it begins that takes a migration back.
fn add(name: &str, bytes: Vec<u8>, files: &mut Files) -> Result<(FileId, Option<Span>), Trouble> {
    if bytes.len() > u32::MAX as usize {
        return Err(Trouble::new(format!("{name}: larger than 4 GB"), "dump the schema without its rows"));
    }
    pages::for_input(bytes.len());
    match decode::decode(name, bytes) {
        Ok(Decoded::Text(text)) => match migrations::forward(&text) {
            Some((text, mark)) => {
                let id = files.add(name, text);
                Ok((id, Some(Span::new(id, mark, mark))))
            }
            None => Ok((files.add(name, text), None)),
        },
        Ok(Decoded::SqliteDatabase) => Err(Trouble::new(format!("{name}: a SQLite database file"), "give the output of .schema")),
        Err(fault) => Err(Trouble::new(fault.message, fault.help)),
    }
}

/// The files that a word names, and those that only take back what the others do: a file, all SQL files of a folder in their order, or
/// several joined by commas.
fn paths(word: &str) -> Result<[Vec<PathBuf>; 2], Trouble> {
    let path = PathBuf::from(word);
    if path.is_dir() {
        let mut found = Vec::new();
        walk(&path, &mut found).map_err(|error| Trouble::new(format!("{word}: {error}"), "the folder cannot be read"))?;
        let [mut there, back] = migrations::parted(found);
        if there.iter().any(|path| turn(path) == turn(Path::new("-schema.sql"))) {
            there.sort_by_key(|path| turn(path));
        }
        return if there.is_empty() {
            Err(Trouble::new(format!("{word}: no SQL file in this folder"), "give a folder with .sql files"))
        } else {
            Ok([there, back])
        };
    }
    if !path.exists() && word.contains(',') {
        return Ok([word.split(',').map(PathBuf::from).collect(), Vec::new()]);
    }
    Ok([vec![path], Vec::new()])
}

/// What MyDumper calls the files of a dump, in the order in which it loads them (its documentation, Dump Files): a view's file takes
/// away the table that stood in for it. All others have the turn of the empty word.
const TURNS: &[&str] =
    &["-schema-create.sql", "-schema-sequence.sql", "-schema.sql", "", "-schema-view.sql", "-schema-triggers.sql", "-schema-post.sql"];

fn turn(path: &Path) -> Option<usize> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let own = TURNS.iter().position(|tail| !tail.is_empty() && name.ends_with(tail));
    own.or_else(|| TURNS.iter().position(|tail| tail.is_empty()))
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
            found.push(path);
        }
    }
    Ok(())
}
