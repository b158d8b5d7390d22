//! What runbooks say in an engine's own words: how it is backed up, asked what it holds, and brought back.

/// The words of one engine.
pub struct Runbook {
    /// A shell script that makes a backup and checks that it can be restored.
    pub backup: &'static str,
    /// What ends writing for the time of the patch, as one sentence.
    pub quiet: &'static str,
    /// The command that runs a file, whose name stands for `{}`.
    pub run: &'static str,
    /// The first lines of a file: the client stops at the first fault.
    pub preamble: &'static str,
    /// How the backup is put back, as one command.
    pub restore: &'static str,
    /// What state a failed patch leaves.
    pub failed: &'static str,
    /// The type of a temporary table's text, compared byte by byte.
    pub text: &'static str,
    /// A query for what the catalog shows: a fact, and 1 where somebody declared it, 0 where it came with another.
    pub catalog: &'static str,
    /// What stands before and after that query, so that it prints names whole.
    pub around: (&'static str, &'static str),
    /// A condition that holds on a server of the main version that stands for `{}`, which prints texts as the dump of such a server has
    /// them; empty where the catalog is asked for none.
    pub same_version: &'static str,
    /// The function that says how many characters a text has; empty where a type's length holds nothing back.
    pub characters: &'static str,
}
