//! Names as real databases bear them, and readings of small projects.

use super::modules::Modules;
use super::tree::Memory;
use super::{Wanted, names, project};
use crate::base::Files;

#[test]
fn names_are_those_of_real_databases() {
    assert_eq!(names::index_name("app_idx", &["a"], "", 63), "app_idx_a_69c29665");
    assert_eq!(names::index_name("app_idx", &["e", "p", "g"], "_uniq", 63), "app_idx_e_p_g_2814bc81_uniq");
    assert_eq!(
        names::index_name("app_child", &["ct_id"], "_fk_django_content_type_id", 63),
        "app_child_ct_id_a676c04c_fk_django_content_type_id"
    );
    assert_eq!(names::meta_index_name("app_idx", &["a".to_string(), "-e".to_string()], "idx"), "app_idx_a_6044e4_idx");
}

/// A package that reads its settings in the ways that packages do.
const APP_SETTINGS: &str = r#"
from django.conf import settings

PREFIX = "SHOP"
DEFAULTS = {"MODEL": "shop.Order", "LENGTH": 40}


def long_name(*names):
    return "_".join([name.upper() for name in names if name])


def setting_name(*names):
    return long_name(*((PREFIX, *names)))


class Base:
    def __init__(self, prefix, defaults=None):
        self.prefix = prefix
        self.defaults = defaults or {}

    def _get(self, name, default):
        getter = getattr(settings, "GETTER", lambda name, default: getattr(settings, name, default))
        return getter(self.prefix + name, default)


class Settings(Base):
    def __init__(self, prefix):
        super().__init__(prefix, DEFAULTS)
        self.user = getattr(settings, "SHOP_ALL", {})

    @property
    def EMAIL(self):
        return self._get("EMAIL", 254)

    @property
    def LOOPED(self):
        for name in open(self.prefix):
            return name

    def __getattr__(self, name):
        if name not in self.defaults:
            raise AttributeError(name)
        try:
            value = self.user[name]
        except KeyError:
            value = self.defaults[name]
        setattr(self, name, value)
        return value


_own = Settings("SHOP_")


def __getattr__(name):
    return getattr(_own, name)


HANDLE = getattr(settings, setting_name("HANDLE"), 255)
CODE = getattr(settings, setting_name("CODE"), 10)
TZ = getattr(settings, "USE_TZ", "never")
"#;

fn shown(module: &str, text: &str) -> String {
    let settings = "SHOP_HANDLE = 77\nSHOP_ALL = {'LENGTH': 12}\nSHOP_EMAIL = 100\n";
    let tree = Memory::of([
        ("p/speedups.cpython-312-x86_64-linux-gnu.so", ""),
        ("p/settings.py", settings),
        ("p/shop/__init__.py", ""),
        ("p/shop/conf.py", APP_SETTINGS),
        ("p/shop/x.py", text),
    ]);
    let mut files = Files::default();
    let modules = Modules::new(&tree, vec!["p".to_string()], &mut files);
    let wanted = Wanted { root: "p".to_string(), settings: Some("settings".to_string()), ..Wanted::default() };
    *modules.packages.borrow_mut() = vec!["p".to_string()];
    project::read(&modules, &wanted);
    format!("{:?}", modules.follow(module))
}

#[test]
fn settings_of_a_package_are_followed_through_its_own_code() {
    let conf = |name: &str| shown(&format!("shop.conf.{name}"), "");
    assert_eq!(conf("HANDLE"), "Int(77)");
    assert_eq!(conf("CODE"), "Int(10)");
    assert_eq!(conf("TZ"), "Bool(true)");
    assert_eq!(conf("EMAIL"), "Int(100)");
    assert_eq!(conf("MODEL"), "Str(\"shop.Order\")");
    assert_eq!(conf("LENGTH"), "Int(12)");
}

#[test]
fn what_would_have_to_be_run_stays_unknown() {
    let value = |text: &str| shown("shop.x.V", text);
    assert!(shown("shop.conf.LOOPED", "").starts_with("Ref"), "{}", shown("shop.conf.LOOPED", ""));
    assert!(value("from shop.conf import LOOPED\nV = 1 + LOOPED\n").starts_with("Unknown"));
    assert!(value("def f():\n    yield 1\nV = f()\n").starts_with("Call"));
    assert!(value("@cached_somewhere\ndef f():\n    return 1\nV = f()\n").starts_with("Call"));
    assert!(value("def f(x):\n    if open(x):\n        return 1\n    return 2\nV = f('a')\n").starts_with("Call"));
    assert_eq!(value("def f(x):\n    if open(x):\n        raise ValueError\n    return 2\nV = f('a')\n"), "Int(2)");
    assert_eq!(
        value("def f(d):\n    n = 0\n    for k, v in d.items():\n        n += v\n    return n\nV = f({'a': 1, 'b': 2})\n"),
        "Int(3)"
    );
    assert!(value("def f(d):\n    for k in d:\n        if k:\n            break\n    return k\nV = f([1, 2])\n").starts_with("Call"));
    assert!(value("def f(d):\n    d.sort()\n    return d\nV = f([2, 1])\n").starts_with("Call"));
}

#[test]
fn texts_beside_the_code_are_read_and_nothing_outside() {
    let value = |text: &str| shown("shop.x.V", text);
    let path = "from pathlib import Path\nimport os\nHERE = Path(__file__).resolve().parent\n";
    let conf = format!("{APP_SETTINGS:?}");
    assert_eq!(value(&format!("{path}V = (HERE / 'conf.py').read_text(encoding='utf-8')\n")), format!("Str({conf})"));
    assert_eq!(value(&format!("{path}with (HERE / '..' / 'shop' / 'conf.py').open() as f:\n    V = f.read()\n")), format!("Str({conf})"));
    assert_eq!(value(&format!("{path}V = open(os.path.join(os.path.dirname(__file__), 'conf.py')).read()\n")), format!("Str({conf})"));
    assert_eq!(value(&format!("{path}V = HERE.parents[0].name + HERE.joinpath('a', 'b.sql').stem\n")), "Str(\"pb\")");
    assert!(value(&format!("{path}V = (HERE / 'none.sql').read_text()\n")).starts_with("Unknown"));
    assert!(value(&format!("{path}V = HERE.parent.parent.parent\n")).starts_with("Unknown"));
    assert!(value("V = open('/etc/hostname').read()\n").starts_with("Unknown"));
    assert!(value("V = open('Cargo.toml').read()\n").starts_with("Unknown"));
}

#[test]
fn a_loop_without_end_ends() {
    let value = |text: &str| shown("shop.x.V", text);
    assert!(value("def f():\n    n = 0\n    for i in range(10 ** 15):\n        n += i\n    return n\nV = f()\n").starts_with("Call"));
    assert!(value("V = [i for i in range(10 ** 15)]\n").starts_with("Unknown"));
}

#[test]
fn what_surely_happens_at_import_is_followed() {
    let value = |text: &str| shown("shop.x.V", text);
    let absent = "try:\n    from nowhere.fields import V\nexcept ImportError:\n    V = 'fallback'\n";
    assert_eq!(value(absent), "Str(\"fallback\")");
    let inner = format!("def f():\n{}    return V\nV = f()\n", absent.lines().map(|line| format!("    {line}\n")).collect::<String>());
    assert_eq!(value(&inner), "Str(\"fallback\")");
    assert_eq!(value(&absent.replace("nowhere.fields", "json")), "Ref(\"json.V\")");
    assert_eq!(value(&absent.replace("nowhere.fields", "speedups.fields")), "Ref(\"speedups.fields.V\")");
    let set =
        "from django.conf import settings\nif not hasattr(settings, 'SHOP_X'):\n    setattr(settings, 'SHOP_X', 5)\nV = settings.SHOP_X\n";
    assert_eq!(value(set), "Int(5)");
    assert_eq!(value(&set.replace("SHOP_X", "SHOP_EMAIL")), "Int(100)");
    assert_eq!(value("def f(**more):\n    return getattr(more, 'x', 7)\nV = f(x=1)\n"), "Int(7)");
}

/// The apps of a project whose settings say this over `base.py`, whether all are told, and the lines of what is said.
fn installed(settings: &str) -> (String, bool, Vec<String>) {
    let base = "INSTALLED_APPS = ['one', 'two']\nDATABASES = {'default': {'NAME': 'x'}}\n";
    let tree = Memory::of([
        ("p/base.py", base),
        ("p/local.py", "INSTALLED_APPS = ['own']\n"),
        ("p/settings.py", settings),
        ("p/parts/more.py", "INSTALLED_APPS += ['three']\n"),
        ("p/parts/other.py", "INSTALLED_APPS.append('four')\n"),
        ("p/shop/__init__.py", ""),
        ("p/shop/kept.py", ""),
        ("p/listed.py", "__all__ = ['DEBUG']\nINSTALLED_APPS = ['own']\n"),
    ]);
    let mut files = Files::default();
    let modules = Modules::new(&tree, vec!["p".to_string()], &mut files);
    let wanted = Wanted { root: "p".to_string(), settings: Some("settings".to_string()), ..Wanted::default() };
    let project = project::read(&modules, &wanted);
    let said = modules.diagnostics.take().into_iter().filter_map(|one| one.span).map(|span| modules.place(span)).collect();
    let apps: Vec<&str> = project.apps.iter().map(|app| &*app.label).collect();
    (apps.join(" "), project.whole, said)
}

#[test]
fn settings_are_what_their_statements_lead_to() {
    let told = |text: &str, apps: &str| assert_eq!(installed(text), (apps.to_string(), true, Vec::new()), "{text}");
    told("from base import *\nINSTALLED_APPS += ['three']\n", "one two three");
    told("from base import *\nINSTALLED_APPS.remove('one')\nINSTALLED_APPS = INSTALLED_APPS + ['three']\n", "two three");
    told("INSTALLED_APPS = ['one']\nfrom local import *\n", "own");
    told("INSTALLED_APPS = ['one']\nfrom listed import *\n", "one");
    told("INSTALLED_APPS = ['one']\ntry:\n    from nowhere import *\nexcept ImportError:\n    from local import *\n", "own");
    told("from base import *\nINSTALLED_APPS[INSTALLED_APPS.index('two')] = 'three'\n", "one three");
    told("from base import *\nINSTALLED_APPS[0:0] = ['three']\n", "one two three");
    told("from base import *\ndel INSTALLED_APPS[-1]\n", "one");
    told("from base import *\ndef more(apps):\n    apps.append('three')\nmore(INSTALLED_APPS)\n", "one two three");
    told("from base import *\nINSTALLED_APPS += ['three']\nlast = INSTALLED_APPS.pop()\nINSTALLED_APPS.pop(0)\n", "two");
    told("from base import *\nglobals()['INSTALLED_APPS'] += ['three']\n", "one two three");
    told("from base import *\nkept = INSTALLED_APPS.append('three')\nkept = INSTALLED_APPS.remove('two')\n", "one three");
    told("import sys\nsetattr(sys.modules[__name__], 'INSTALLED_APPS', ['own'])\n", "own");
    told(
        "from base import *\nfor one in ['three']:\n    INSTALLED_APPS.append(one)\nelse:\n    INSTALLED_APPS.append('four')\n",
        "one two three four",
    );
}

#[test]
fn names_that_hold_one_list_change_together() {
    let told = |text: &str, apps: &str| assert_eq!(installed(text), (apps.to_string(), true, Vec::new()), "{text}");
    told("from base import *\nAPPS = INSTALLED_APPS\nAPPS += ['three']\n", "one two three");
    told("CORE_APPS = ['one', 'two']\nINSTALLED_APPS = CORE_APPS\nCORE_APPS.append('three')\nCORE_APPS.remove('one')\n", "two three");
    told("APPS = INSTALLED_APPS = ['one']\nAPPS.extend(['two'])\n", "one two");
    // A tuple is made anew, a sum is a list of its own, and a name that is bound anew holds another one.
    told("APPS = ('one',)\nINSTALLED_APPS = APPS\nAPPS += ('two',)\n", "one");
    told("APPS = ['one']\nINSTALLED_APPS = APPS + ['two']\nAPPS += ['three']\n", "one two");
    told("from base import *\nAPPS = INSTALLED_APPS\nAPPS = ['own']\nAPPS += ['three']\n", "one two");
}

#[test]
fn imports_that_may_fail_decide_what_follows_them() {
    let told = |text: &str, apps: &str| assert_eq!(installed(text), (apps.to_string(), true, Vec::new()), "{text}");
    let suppressed = "from contextlib import suppress\nINSTALLED_APPS = ['one']\nwith suppress(ImportError):\n";
    told(&format!("{suppressed}    from local import *\n"), "own");
    told(&format!("{suppressed}    from .nowhere import MORE\n    INSTALLED_APPS += MORE\n"), "one");
    let attempt = "INSTALLED_APPS = ['one']\ntry:\n    from shop.more import X\nexcept ImportError:\n    INSTALLED_APPS += ['two']\nelse:\n    INSTALLED_APPS += ['three']\n";
    told(attempt, "one two");
    told(&attempt.replace("shop.more", "shop.kept"), "one three");
    let (apps, whole, said) = installed(&attempt.replace("shop.more", "elsewhere"));
    assert_eq!((apps.as_str(), whole, said), ("one three", true, vec!["p/settings.py:7".to_string()]));
}

#[test]
fn settings_in_parts_are_one_text() {
    let import = "from split_settings.tools import include, optional\n";
    let told = |text: &str, apps: &str| assert_eq!(installed(&format!("{import}{text}")), (apps.to_string(), true, Vec::new()), "{text}");
    told("ENV = 'more'\ninclude('base.py', f'parts/{ENV}.py', optional('parts/none.py'))\n", "one two three");
    told("PARTS = ['base.py', 'parts/*.py']\ninclude(*PARTS)\n", "one two three four");
    told("include('base.py')\ninclude('parts/m*.py')\ninclude('parts/*.py', 's*.py')\n", "one two three four");
    told("include('base.py')\nif not DATABASES:\n    include('parts/more.py')\n", "one two");
    let untold = |text: &str, line: &str| assert_eq!(installed(&format!("{import}{text}")).2, [format!("p/settings.py:{line}")], "{text}");
    untold("include('base.py', 'parts/none.py')\n", "2");
    untold("import other\ninclude('base.py', other.NAME)\n", "3");
}

#[test]
fn settings_of_a_class_are_those_of_its_line_of_bases() {
    let classes = "from configurations import Configuration, values\nclass Base(Configuration):\n    INSTALLED_APPS = ['one']\n\
                   class Debug(Base):\n    DEBUG = True\nclass More(Base):\n    INSTALLED_APPS = Base.INSTALLED_APPS + ['two']\n\
                   class Dev(Debug, More):\n    SECRET_KEY = values.SecretValue()\n\
                   class Asked(Base):\n    INSTALLED_APPS = values.ListValue(['two'])\n\
                   class Made(Base):\n    @property\n    def INSTALLED_APPS(self):\n        return Base.INSTALLED_APPS + ['three']\n\
                   class Late(More):\n    @classmethod\n    def setup(cls):\n        cls.INSTALLED_APPS = []\n\
                   class Over(Debug):\n    @property\n    def INSTALLED_APPS(self):\n        return super().INSTALLED_APPS + ['four']\n\
                   class Line(Over, More):\n    pass\n\
                   class Skipped(Over):\n    @property\n    def INSTALLED_APPS(self):\n        apps = super(Over, self).INSTALLED_APPS\n\
                   \x20       apps.append('five')\n        return apps\n\
                   class Ring(Round):\n    pass\nclass Round(Ring):\n    pass\n\
                   from conf_more import Over as Far\n";
    let more = "from conf_far import Over\nclass Over(Over):\n    pass\n";
    let far = "from configurations import Configuration\nclass Over(Configuration):\n    INSTALLED_APPS = ['far']\n";
    let read = |asked: &str| {
        let changed = format!("{more}class Kept(Over):\n    pass\nOver.INSTALLED_APPS.append('x')\n");
        let changed = changed + "Over.INSTALLED_APPS += ['x']\nsetattr(Kept, 'INSTALLED_APPS', [])\n";
        let tree = Memory::of([("p/conf.py", classes), ("p/conf_more.py", more), ("p/conf_far.py", far), ("p/changed.py", &changed)]);
        let mut files = Files::default();
        let modules = Modules::new(&tree, vec!["p".to_string()], &mut files);
        let wanted = Wanted { root: "p".to_string(), settings: Some(asked.to_string()), ..Wanted::default() };
        let project = project::read(&modules, &wanted);
        let apps: Vec<&str> = project.apps.iter().map(|app| &*app.label).collect();
        let said = modules.diagnostics.take().into_iter().filter_map(|one| one.span).map(|span| modules.place(span)).collect::<Vec<_>>();
        (apps.join(" "), project.whole, said.join(" "))
    };
    let of = |apps: &str, whole: bool, said: &str| (apps.to_string(), whole, said.to_string());
    assert_eq!(read("conf:Dev"), of("one two", true, ""));
    assert_eq!(read("conf.More"), of("one two", true, ""));
    assert_eq!(read("conf:Made"), of("one three", true, ""));
    assert_eq!(read("conf:Late"), of("one two", false, "p/conf.py:18"));
    assert!(!read("conf:Asked").1 && read("conf:Asked").2.ends_with("p/conf.py:11"));
    assert!(!read("conf").1 && read("conf").2.starts_with("p/conf.py:2"));
    assert_eq!(read("conf:Over"), of("one four", true, ""));
    assert_eq!(read("conf:Line"), of("one two four", true, ""));
    assert_eq!(read("conf:Skipped"), of("one five", true, ""));
    assert_eq!(read("conf:Far"), of("far", true, ""));
    assert!(!read("conf:Ring").1 && !read("conf:None").1);
    assert_eq!(read("changed:Kept"), of("far", false, "p/changed.py:6 p/changed.py:7 p/changed.py:8"));
}

#[test]
fn what_settings_do_unseen_is_said_at_its_line() {
    let untold = |text: &str, line: &str| {
        let (_, whole, said) = installed(text);
        assert_eq!((whole, said), (false, vec![format!("p/settings.py:{line}")]), "{text}");
    };
    untold("from base import *\nimport other\nINSTALLED_APPS[other.PLACE] = 'three'\n", "3");
    untold("from base import *\nimport other\nINSTALLED_APPS[other.PLACE:] = ['three']\n", "3");
    untold("from base import *\nimport other\ndel INSTALLED_APPS[other.PLACE]\n", "3");
    untold("from base import *\nimport other\nfor name in other.NAMES:\n    globals()[name] = 1\n", "3");
    untold("from base import *\nexec(open('more.py').read())\n", "2");
    untold("from base import *\nimport other\nother.settings(locals())\n", "3");
    untold("from base import *\ndef more(apps):\n    apps.sort()\nmore(INSTALLED_APPS)\n", "4");
    untold("from base import *\nimport other\nINSTALLED_APPS += other.APPS\n", "3");
    untold("from base import *\nDATABASES and INSTALLED_APPS.append('three')\n", "2");
    untold("from base import *\nvars()['INSTALLED_APPS'].append('three')\n", "2");
    untold("from base import *\nlist(map(INSTALLED_APPS.append, ['three']))\n", "2");
    untold("import base\nfrom base import *\nbase.INSTALLED_APPS.append('three')\n", "3");
    untold("from base import *\nif (INSTALLED_APPS := INSTALLED_APPS + ['three']):\n    DEBUG = True\n", "2");
    untold("from base import *\ndef more():\n    INSTALLED_APPS.append('three')\nmore()\n", "4");
    untold("from base import *\ndef more():\n    global INSTALLED_APPS\n    INSTALLED_APPS = ['three']\nmore()\n", "5");
    untold(
        "from base import *\ndef more():\n    if DATABASES:\n        global INSTALLED_APPS\n        INSTALLED_APPS += ['three']\nDONE = bool(more())\n",
        "6",
    );
    untold("import base\nfrom base import *\nbase.INSTALLED_APPS += ['three']\n", "3");
    untold("import other\nINSTALLED_APPS = [app for app in ['one'] if other.has(app)]\n", "2");
    let (apps, whole, said) = installed("from base import *\nimport other\nif other.DEBUG:\n    INSTALLED_APPS += ['three']\n");
    assert_eq!((apps.as_str(), whole, said), ("one two three", true, vec!["p/settings.py:4".to_string()]));
}

#[test]
fn plugins_join_by_their_entry_points() {
    let points = "[other]\nx = x\n\n[shop.plugin]\ncards = shop_cards.apps:CardsConfig\n; none\ngifts=shop_gifts [all]\n";
    let read = |settings: &str, packages: Vec<String>| {
        let tree = Memory::of([("p/settings.py", settings), ("lib/shop_cards-1.0.dist-info/entry_points.txt", points)]);
        let mut files = Files::default();
        let modules = Modules::new(&tree, vec!["p".to_string(), "lib".to_string()], &mut files);
        *modules.packages.borrow_mut() = packages;
        let wanted = Wanted { root: "p".to_string(), settings: Some("settings".to_string()), ..Wanted::default() };
        let project = project::read(&modules, &wanted);
        (project.apps.iter().map(|app| app.label.to_string()).collect::<Vec<_>>().join(" "), project.whole)
    };
    let told = |settings: &str, apps: &str| assert_eq!(read(settings, vec!["lib".to_string()]), (apps.to_string(), true), "{settings}");
    let modules = "from importlib.metadata import entry_points\nINSTALLED_APPS = ['shop']\n\
                   for one in entry_points(group='shop.plugin'):\n    INSTALLED_APPS.append(one.module)\n";
    told(modules, "shop apps shop_gifts");
    told(
        "from importlib import metadata\nINSTALLED_APPS = ['shop'] + [one.value.split(':')[0] for one in metadata.entry_points().select(group='other')]\n",
        "shop x",
    );
    told(
        "import pkg_resources\nPLUGINS = [one.name for one in pkg_resources.iter_entry_points('shop.plugin')]\nINSTALLED_APPS = ['shop', *PLUGINS]\n",
        "shop cards gifts",
    );
    assert_eq!(read(modules, Vec::new()), ("shop".to_string(), false));
}
