//! Whether an import surely fails, so that the handler of a `try` around it is what a project runs with.

use super::modules::Modules;
use super::tree::join;

/// Python's own modules (`sys.stdlib_module_names`), which stand in no folder of packages.
#[rustfmt::skip]
const PYTHON: &[&str] = &[
    "abc", "aifc", "antigravity", "argparse", "array", "ast", "asynchat", "asyncio", "asyncore", "atexit", "audioop", "base64", "bdb",
    "binascii", "bisect", "builtins", "bz2", "cProfile", "calendar", "cgi", "cgitb", "chunk", "cmath", "cmd", "code", "codecs",
    "codeop", "collections", "colorsys", "compileall", "concurrent", "configparser", "contextlib", "contextvars", "copy", "copyreg",
    "crypt", "csv", "ctypes", "curses", "dataclasses", "datetime", "dbm", "decimal", "difflib", "dis", "distutils", "doctest",
    "email", "encodings", "ensurepip", "enum", "errno", "faulthandler", "fcntl", "filecmp", "fileinput", "fnmatch", "fractions",
    "ftplib", "functools", "gc", "genericpath", "getopt", "getpass", "gettext", "glob", "graphlib", "grp", "gzip", "hashlib", "heapq",
    "hmac", "html", "http", "idlelib", "imaplib", "imghdr", "imp", "importlib", "inspect", "io", "ipaddress", "itertools", "json",
    "keyword", "lib2to3", "linecache", "locale", "logging", "lzma", "mailbox", "mailcap", "marshal", "math", "mimetypes", "mmap",
    "modulefinder", "msilib", "msvcrt", "multiprocessing", "netrc", "nis", "nntplib", "nt", "ntpath", "nturl2path", "numbers",
    "opcode", "operator", "optparse", "os", "ossaudiodev", "pathlib", "pdb", "pickle", "pickletools", "pipes", "pkgutil", "platform",
    "plistlib", "poplib", "posix", "posixpath", "pprint", "profile", "pstats", "pty", "pwd", "py_compile", "pyclbr", "pydoc",
    "pydoc_data", "pyexpat", "queue", "quopri", "random", "re", "readline", "reprlib", "resource", "rlcompleter", "runpy", "sched",
    "secrets", "select", "selectors", "shelve", "shlex", "shutil", "signal", "site", "smtpd", "smtplib", "sndhdr", "socket",
    "socketserver", "spwd", "sqlite3", "sre_compile", "sre_constants", "sre_parse", "ssl", "stat", "statistics", "string",
    "stringprep", "struct", "subprocess", "sunau", "symtable", "sys", "sysconfig", "syslog", "tabnanny", "tarfile", "telnetlib",
    "tempfile", "termios", "textwrap", "this", "threading", "time", "timeit", "tkinter", "token", "tokenize", "tomllib", "trace",
    "traceback", "tracemalloc", "tty", "turtle", "turtledemo", "types", "typing", "unicodedata", "unittest", "urllib", "uu", "uuid",
    "venv", "warnings", "wave", "weakref", "webbrowser", "winreg", "winsound", "wsgiref", "xdrlib", "xml", "xmlrpc", "zipapp",
    "zipfile", "zipimport", "zlib", "zoneinfo",
];

impl Modules<'_> {
    /// Whether a module is neither Python's nor Django's nor in the project nor in its packages, where those are given.
    pub(super) fn is_absent(&self, module: &str) -> bool {
        let top = module.split('.').next().unwrap_or(module);
        if self.is_own(top) {
            return self.is_nowhere(module);
        }
        let elsewhere = top.is_empty() || top == "django" || top.starts_with('_') || PYTHON.binary_search(&top).is_ok();
        !elsewhere && !self.packages.borrow().is_empty() && self.folder(top).is_none() && self.find(top).is_none() && !self.is_compiled(top)
    }

    /// Whether it cannot be told if a module is there: it would stand in a folder of packages, and none is given.
    pub(super) fn is_elsewhere(&self, module: &str) -> bool {
        let top = module.split('.').next().unwrap_or(module);
        let known = top.is_empty() || top == "django" || top.starts_with('_') || PYTHON.binary_search(&top).is_ok();
        !known && self.packages.borrow().is_empty() && self.folder(top).is_none() && self.find(top).is_none()
    }

    /// Whether no folder of modules has a module as a text.
    pub(super) fn is_nowhere(&self, module: &str) -> bool {
        self.find(module).is_none() && self.folder(module).is_none()
    }

    /// Whether a package is the project's own, so that what it lacks is not there.
    fn is_own(&self, top: &str) -> bool {
        let packages = self.packages.borrow();
        let own = self.roots.iter().filter(|root| !packages.contains(root));
        own.map(|root| join(root, top)).any(|folder| self.tree.is_file(&join(&folder, "__init__.py")))
    }

    /// Whether a folder of modules holds one in a form that is no text: an extension (`name.cpython-312-x86_64-linux-gnu.so`,
    /// `name.pyd`) or compiled code (`importlib.machinery.all_suffixes`).
    fn is_compiled(&self, module: &str) -> bool {
        let is_it = |name: &String| {
            let rest = name.strip_prefix(module).and_then(|rest| rest.strip_prefix('.'));
            rest.is_some_and(|rest| rest.split('.').next_back().is_some_and(|end| matches!(end, "so" | "pyd" | "pyc")))
        };
        self.roots.iter().any(|root| self.tree.list(root).iter().any(is_it))
    }
}
