//! What the common extensions bring: a text that uses something of theirs and makes no extension means it to be there.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::lexer::{Token, tokens};
use super::types;
use crate::ir::value::PartTarget;
use crate::ir::{Attr, Object, Value};

/// What an extension brings, as words between blanks.
struct Brings {
    extension: &'static str,
    types: &'static str,
    /// Functions and procedures, without those of the server's own names.
    calls: &'static str,
    /// Operator classes, access methods, languages, foreign data wrappers, text search dictionaries and templates.
    words: &'static str,
}

const fn brings(extension: &'static str, [types, calls, words]: [&'static str; 3]) -> Brings {
    Brings { extension, types, calls, words }
}

/// Taken from the catalog of a server with the extensions that come with PostgreSQL (manual, appendix F), and from the manuals of others.
const EXTENSIONS: &[Brings] = &[
    brings("autoinc", ["", "autoinc", ""]),
    brings("bloom", ["", "", "bloom"]),
    brings(
        "btree_gist",
        [
            "",
            "",
            "gist_bit_ops gist_bool_ops gist_bpchar_ops gist_bytea_ops gist_cash_ops gist_cidr_ops gist_date_ops gist_enum_ops \
             gist_float4_ops gist_float8_ops gist_inet_ops gist_int2_ops gist_int4_ops gist_int8_ops gist_interval_ops \
             gist_macaddr8_ops gist_macaddr_ops gist_numeric_ops gist_oid_ops gist_text_ops gist_time_ops gist_timestamp_ops \
             gist_timestamptz_ops gist_timetz_ops gist_uuid_ops gist_vbit_ops",
        ],
    ),
    brings("citext", ["citext", "", "citext_ops citext_pattern_ops"]),
    brings("cube", ["cube", "cube_dim cube_distance cube_enlarge cube_inter cube_ll_coord cube_union cube_ur_coord", "gist_cube_ops"]),
    brings("dblink", ["", "dblink dblink_connect dblink_disconnect dblink_exec dblink_get_result dblink_send_query", "dblink_fdw"]),
    brings("dict_int", ["", "", "intdict intdict_template"]),
    brings("dict_xsyn", ["", "", "xsyn xsyn_template"]),
    brings("earthdistance", ["earth", "earth earth_box earth_distance gc_to_sec ll_to_earth sec_to_gc", ""]),
    brings("file_fdw", ["", "", "file_fdw"]),
    brings(
        "fuzzystrmatch",
        ["", "daitch_mokotoff difference dmetaphone dmetaphone_alt levenshtein levenshtein_less_equal metaphone soundex text_soundex", ""],
    ),
    brings(
        "hstore",
        [
            "hstore",
            "akeys avals hstore_to_array hstore_to_json hstore_to_json_loose hstore_to_jsonb hstore_to_jsonb_loose hstore_to_matrix skeys \
             svals",
            "btree_hstore_ops gin_hstore_ops gist_hstore_ops hash_hstore_ops",
        ],
    ),
    brings("insert_username", ["", "insert_username", ""]),
    brings("intarray", ["query_int", "icount querytree sort_asc sort_desc subarray", "gin__int_ops gist__int_ops gist__intbig_ops"]),
    brings("isn", ["ean13 isbn isbn13 ismn ismn13 issn issn13 upc", "", ""]),
    brings("lo", ["lo", "lo_manage lo_oid", ""]),
    brings("ltree", ["lquery ltree ltxtquery", "lca ltree2text nlevel subltree subpath text2ltree", "gist__ltree_ops gist_ltree_ops"]),
    brings("moddatetime", ["", "moddatetime", ""]),
    brings("pg_stat_statements", ["", "pg_stat_statements_reset", "pg_stat_statements pg_stat_statements_info"]),
    brings(
        "pg_trgm",
        ["", "set_limit show_limit show_trgm similarity strict_word_similarity word_similarity", "gin_trgm_ops gist_trgm_ops"],
    ),
    // gen_random_uuid() is left out: servers since 13 have it themselves.
    brings(
        "pgcrypto",
        [
            "",
            "armor crypt dearmor decrypt decrypt_iv digest encrypt encrypt_iv gen_random_bytes gen_salt hmac pgp_armor_headers pgp_key_id \
             pgp_pub_decrypt pgp_pub_decrypt_bytea pgp_pub_encrypt pgp_pub_encrypt_bytea pgp_sym_decrypt pgp_sym_decrypt_bytea \
             pgp_sym_encrypt pgp_sym_encrypt_bytea",
            "",
        ],
    ),
    brings("plperl", ["", "", "plperl"]),
    brings("plperlu", ["", "", "plperlu"]),
    brings("plpython3u", ["", "", "plpython3u"]),
    brings("pltcl", ["", "", "pltcl"]),
    brings("plv8", ["", "", "plv8"]),
    brings(
        "postgis",
        [
            "box2d box3d geography geometry",
            "geometrytype populate_geometry_columns st_area st_asgeojson st_astext st_buffer st_centroid st_contains st_distance \
             st_dwithin st_geogfromtext st_geometryfromtext st_geomfromtext st_intersects st_isvalid st_length st_makepoint st_point \
             st_setsrid st_srid st_transform st_within st_x st_y",
            "gist_geometry_ops_2d gist_geometry_ops_nd spatial_ref_sys",
        ],
    ),
    brings("postgres_fdw", ["", "postgres_fdw_disconnect postgres_fdw_disconnect_all postgres_fdw_get_connections", "postgres_fdw"]),
    brings("refint", ["", "check_foreign_key check_primary_key", ""]),
    brings("seg", ["seg", "seg_center seg_lower seg_size seg_upper", "gist_seg_ops seg_ops"]),
    brings("tablefunc", ["", "connectby crosstab crosstab2 crosstab3 crosstab4 normal_rand", ""]),
    brings("tcn", ["", "triggered_change_notification", ""]),
    brings("tsm_system_rows", ["", "system_rows", ""]),
    brings("tsm_system_time", ["", "system_time", ""]),
    brings("unaccent", ["", "unaccent", "unaccent"]),
    brings(
        "uuid-ossp",
        [
            "",
            "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil uuid_ns_dns uuid_ns_oid \
             uuid_ns_url uuid_ns_x500",
            "",
        ],
    ),
    brings(
        "vector",
        [
            "halfvec sparsevec vector",
            "cosine_distance inner_product l1_distance l2_distance l2_normalize subvector vector_dims vector_norm",
            "halfvec_cosine_ops halfvec_ip_ops halfvec_l2_ops hnsw ivfflat vector_cosine_ops vector_ip_ops vector_l1_ops vector_l2_ops",
        ],
    ),
    brings("xml2", ["", "xpath_bool xpath_list xpath_nodeset xpath_number xpath_string xpath_table xslt_process", ""]),
];

/// How a word stands in its text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Stand {
    Type,
    Call,
    Word,
}

/// The extension that brings a type, by its bare name.
pub fn of_type(name: &str) -> Option<&'static str> {
    known(name, Stand::Type)
}

/// The extension that brings an operator class, by its bare name.
pub fn of_class(name: &str) -> Option<&'static str> {
    known(name, Stand::Word)
}

/// What an object uses that a common extension brings: the word, and the extension.
pub fn used(object: &Object) -> Vec<(String, &'static str)> {
    let mut used = Vec::new();
    for (attr, value) in object.facts() {
        match (attr, value) {
            (Attr::Type | Attr::Parameters, Value::Sql(fragment)) => note_types(&fragment.text, &mut used),
            (Attr::LanguageName | Attr::Method, Value::Text(name)) => note(name, Stand::Word, &mut used),
            (Attr::Method, Value::Sql(fragment)) => note(&fragment.text, Stand::Word, &mut used),
            (_, Value::Sql(fragment)) => note_text(&fragment.text, &mut used),
            (_, Value::Parts(parts)) => {
                for part in parts {
                    part.opclass.iter().for_each(|class| note_text(class, &mut used));
                    if let PartTarget::Expression(fragment) = &part.target {
                        note_text(&fragment.text, &mut used);
                    }
                    // Only these classes let GiST tell whether two plain values are equal (manual, F.8).
                    if part.operator.as_deref() == Some("=") && object.text(Attr::Method) == Some("gist") {
                        used.push(("=".to_owned(), "btree_gist"));
                    }
                }
            }
            _ => {}
        }
    }
    used
}

/// The rows by their words: every word of a schema is looked up.
static KNOWN: LazyLock<FxHashMap<(Stand, &str), &str>> = LazyLock::new(|| {
    let lists =
        |row: &'static Brings| [(Stand::Type, row.types), (Stand::Call, row.calls), (Stand::Word, row.words)].map(|list| (list, row));
    let words =
        EXTENSIONS.iter().flat_map(lists).flat_map(|((stand, list), row)| list.split_whitespace().map(move |word| ((stand, word), row)));
    words.map(|(word, row)| (word, row.extension)).collect()
});

fn known(word: &str, stand: Stand) -> Option<&'static str> {
    KNOWN.get(&(stand, word)).copied()
}

fn note(word: &str, stand: Stand, used: &mut Vec<(String, &'static str)>) {
    used.extend(known(word, stand).map(|extension| (word.to_owned(), extension)));
}

/// The words of a type or of a list of parameters.
fn note_types(text: &str, used: &mut Vec<(String, &'static str)>) {
    if !types::BUILT_IN.contains(&text) {
        let words = tokens(text).unwrap_or_default();
        words.iter().filter_map(name).for_each(|word| note(word, Stand::Type, used));
    }
}

fn note_text(text: &str, used: &mut Vec<(String, &'static str)>) {
    let tokens = tokens(text).unwrap_or_default();
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = name(token) else { continue };
        note(word, Stand::Word, used);
        if at > 0 && tokens[at - 1] == Token::Symbol("::") {
            note(word, Stand::Type, used);
        }
        if tokens.get(at + 1) == Some(&Token::Symbol("(")) {
            note(word, Stand::Call, used);
        }
    }
}

fn name<'a>(token: &'a Token) -> Option<&'a str> {
    match token {
        Token::Word(word) | Token::Quoted(word) => Some(word),
        _ => None,
    }
}
