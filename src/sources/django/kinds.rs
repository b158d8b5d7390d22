//! The field classes of Django and of common packages: what each is in a database, one row each.

use super::value::last;

/// How a field becomes a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A type from the table; `{n}` is max_length, `{d}` and `{p}` are digits and places.
    Column {
        postgres: &'static str,
        mysql: &'static str,
        sqlite: &'static str,
    },
    /// The key that counts up.
    Auto,
    ForeignKey,
    OneToOne,
    ManyToMany,
    /// contrib.postgres: an array of another field.
    Array,
    Generated,
    CompositeKey,
    /// In the model only: GenericForeignKey, GenericRelation.
    Virtual,
}

/// One field class.
#[derive(Clone, Copy, Debug)]
pub struct FieldKind {
    /// The class's name, as `get_internal_type` gives it where it is a basic one.
    pub name: &'static str,
    pub shape: Shape,
    /// CHECK (column >= 0).
    pub positive: bool,
    /// max_length where none is given; 0 where there is none.
    pub length: i64,
    /// db_index where none is given.
    pub indexed: bool,
    /// An empty string stands for a missing value on AddField.
    pub empty: bool,
}

macro_rules! column {
    ($name:literal $pg:literal $my:literal $lite:literal) => {
        FieldKind {
            name: $name,
            shape: Shape::Column { postgres: $pg, mysql: $my, sqlite: $lite },
            positive: false,
            length: 0,
            indexed: false,
            empty: true,
        }
    };
}

const fn positive(kind: FieldKind) -> FieldKind {
    FieldKind { positive: true, empty: false, ..kind }
}

const fn solid(kind: FieldKind) -> FieldKind {
    FieldKind { empty: false, ..kind }
}

const fn long(kind: FieldKind, length: i64) -> FieldKind {
    FieldKind { length, ..kind }
}

const fn shaped(name: &'static str, shape: Shape) -> FieldKind {
    FieldKind { name, shape, positive: false, length: 0, indexed: false, empty: false }
}

/// Field to column (django/db/backends/*/base.py, `data_types`).
pub const KINDS: &[FieldKind] = &[
    solid(shaped("AutoField", Shape::Auto)),
    shaped("BigAutoField", Shape::Auto),
    shaped("SmallAutoField", Shape::Auto),
    column!("BinaryField" "bytea" "longblob" "BLOB"),
    solid(column!("BooleanField" "boolean" "bool" "bool")),
    solid(column!("NullBooleanField" "boolean" "bool" "bool")),
    column!("CharField" "varchar({n})" "varchar({n})" "varchar({n})"),
    solid(column!("CommaSeparatedIntegerField" "varchar({n})" "varchar({n})" "varchar({n})")),
    solid(column!("DateField" "date" "date" "date")),
    solid(column!("DateTimeField" "timestamp with time zone" "datetime(6)" "datetime")),
    solid(column!("DecimalField" "numeric({d}, {p})" "numeric({d}, {p})" "decimal")),
    solid(column!("DurationField" "interval" "bigint" "bigint")),
    long(column!("EmailField" "varchar({n})" "varchar({n})" "varchar({n})"), 254),
    long(column!("URLField" "varchar({n})" "varchar({n})" "varchar({n})"), 200),
    long(column!("FileField" "varchar({n})" "varchar({n})" "varchar({n})"), 100),
    long(column!("ImageField" "varchar({n})" "varchar({n})" "varchar({n})"), 100),
    long(column!("FilePathField" "varchar({n})" "varchar({n})" "varchar({n})"), 100),
    FieldKind { indexed: true, ..long(column!("SlugField" "varchar({n})" "varchar({n})" "varchar({n})"), 50) },
    solid(column!("FloatField" "double precision" "double precision" "real")),
    solid(column!("IntegerField" "integer" "integer" "integer")),
    solid(column!("BigIntegerField" "bigint" "bigint" "bigint")),
    solid(column!("SmallIntegerField" "smallint" "smallint" "smallint")),
    positive(column!("PositiveBigIntegerField" "bigint" "bigint UNSIGNED" "bigint unsigned")),
    positive(column!("PositiveIntegerField" "integer" "integer UNSIGNED" "integer unsigned")),
    positive(column!("PositiveSmallIntegerField" "smallint" "smallint UNSIGNED" "smallint unsigned")),
    solid(column!("GenericIPAddressField" "inet" "char(39)" "char(39)")),
    solid(column!("IPAddressField" "inet" "char(15)" "char(15)")),
    solid(column!("JSONField" "jsonb" "json" "text")),
    column!("TextField" "text" "longtext" "text"),
    solid(column!("TimeField" "time" "time(6)" "time")),
    solid(column!("UUIDField" "uuid" "char(32)" "char(32)")),
    shaped("ForeignKey", Shape::ForeignKey),
    shaped("OneToOneField", Shape::OneToOne),
    shaped("ManyToManyField", Shape::ManyToMany),
    shaped("GeneratedField", Shape::Generated),
    shaped("CompositePrimaryKey", Shape::CompositeKey),
    shaped("GenericForeignKey", Shape::Virtual),
    shaped("GenericRelation", Shape::Virtual),
    shaped("ArrayField", Shape::Array),
    column!("HStoreField" "hstore" "" ""),
    column!("CITextField" "citext" "" ""),
    column!("CICharField" "citext" "" ""),
    column!("CIEmailField" "citext" "" ""),
    column!("SearchVectorField" "tsvector" "" ""),
    column!("OidField" "oid" "" ""),
    column!("IntegerRangeField" "int4range" "" ""),
    column!("BigIntegerRangeField" "int8range" "" ""),
    column!("DecimalRangeField" "numrange" "" ""),
    column!("FloatRangeField" "numrange" "" ""),
    column!("DateTimeRangeField" "tstzrange" "" ""),
    column!("DateRangeField" "daterange" "" ""),
];

/// Field classes of common packages that stand for a basic one: path, basic class, default length (0: none).
/// A package found in the project's packages is read instead.
pub const PACKAGED: &[(&str, &str, i64)] = &[
    ("phonenumber_field.modelfields.PhoneNumberField", "CharField", 128),
    ("mptt.fields.TreeForeignKey", "ForeignKey", 0),
    ("mptt.fields.TreeOneToOneField", "OneToOneField", 0),
    ("mptt.fields.TreeManyToManyField", "ManyToManyField", 0),
    ("taggit.managers.TaggableManager", "GenericRelation", 0),
    ("sorl.thumbnail.fields.ImageField", "ImageField", 0),
    ("imagekit.models.ProcessedImageField", "ImageField", 0),
    ("imagekit.models.fields.ProcessedImageField", "ImageField", 0),
    ("ckeditor.fields.RichTextField", "TextField", 0),
    ("ckeditor_uploader.fields.RichTextUploadingField", "TextField", 0),
    ("django_ckeditor_5.fields.CKEditor5Field", "TextField", 0),
    ("tinymce.models.HTMLField", "TextField", 0),
    ("django_countries.fields.CountryField", "CharField", 2),
    ("timezone_field.TimeZoneField", "CharField", 63),
    ("timezone_field.fields.TimeZoneField", "CharField", 63),
    ("model_utils.fields.AutoCreatedField", "DateTimeField", 0),
    ("model_utils.fields.AutoLastModifiedField", "DateTimeField", 0),
    ("model_utils.fields.StatusField", "CharField", 100),
    ("model_utils.fields.MonitorField", "DateTimeField", 0),
    ("model_utils.fields.UUIDField", "UUIDField", 0),
    ("django_extensions.db.fields.CreationDateTimeField", "DateTimeField", 0),
    ("django_extensions.db.fields.ModificationDateTimeField", "DateTimeField", 0),
    ("django_extensions.db.fields.AutoSlugField", "SlugField", 0),
    ("autoslug.fields.AutoSlugField", "SlugField", 50),
    ("colorfield.fields.ColorField", "CharField", 25),
    ("multiselectfield.db.fields.MultiSelectField", "CharField", 0),
    ("django_jsonfield_backport.models.JSONField", "JSONField", 0),
    ("parler.fields.TranslationsForeignKey", "ForeignKey", 0),
    ("modelcluster.fields.ParentalKey", "ForeignKey", 0),
    ("modelcluster.fields.ParentalManyToManyField", "ManyToManyField", 0),
    ("wagtail.fields.RichTextField", "TextField", 0),
];

/// Lengths that a package computes from its own data: class, length, and the arguments and settings that would make it another.
pub const COMPUTED: &[(&str, i64, &[&str])] =
    &[("django_countries.fields.CountryField", 2, &["multiple", "countries", "COUNTRIES_OVERRIDE", "COUNTRIES_ONLY", "COUNTRIES_FIRST"])];

/// The kind of this name.
pub fn by_name(name: &str) -> Option<&'static FieldKind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The kind of a class by its dotted path, where it is one of Django's.
pub fn of_django(path: &str) -> Option<&'static FieldKind> {
    let django = path.starts_with("django.db.models")
        || path.starts_with("django.contrib.postgres")
        || path.starts_with("django.contrib.contenttypes");
    if !django {
        return None;
    }
    by_name(last(path))
}

/// The basic kind and length behind a package's class.
pub fn packaged(path: &str) -> Option<(&'static FieldKind, i64)> {
    let row = PACKAGED.iter().find(|row| row.0 == path)?;
    Some((by_name(row.1)?, row.2))
}
