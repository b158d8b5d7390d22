//! The result types of the system's functions and of those of the common extensions, where a function has only one
//! (manual, chapter 9).

use std::collections::HashMap;
use std::sync::LazyLock;

/// A result type, and the functions that have it.
const RESULTS: &[(&str, &str)] = &[
    (
        "bigint",
        "bit_count count crc32 crc32c currval dense_rank lastval nextval pg_database_size pg_indexes_size \
         pg_relation_size pg_table_size pg_tablespace_size pg_total_relation_size rank regr_count row_number setval \
         txid_current",
    ),
    (
        "boolean",
        "bool_and bool_or every has_column_privilege has_schema_privilege has_table_privilege inet_same_family \
         is_normalized isempty isfinite jsonb_path_exists jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz \
         lower_inc lower_inf overlaps pg_has_role pg_is_in_recovery pg_table_is_visible regexp_like row_security_active \
         starts_with upper_inc upper_inf xml_is_well_formed xmlexists",
    ),
    ("bytea", "decode set_byte sha224 sha256 sha384 sha512"),
    ("cidr", "inet_merge network"),
    ("date", "current_date make_date to_date"),
    (
        "double precision",
        "acos acosd acosh area asin asind asinh atan atan2 atan2d atand atanh cbrt corr cos cosd cosh cot cotd \
         covar_pop covar_samp cume_dist date_part degrees diameter erf erfc gamma height lgamma percent_rank pi radians \
         radius random regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sin sind sinh \
         tan tand tanh width",
    ),
    ("inet", "broadcast hostmask inet_client_addr inet_server_addr netmask"),
    (
        "integer",
        "array_length array_lower array_ndims array_position array_upper ascii bit_length cardinality char_length \
         character_length family get_bit get_byte json_array_length jsonb_array_length length masklen min_scale ntile \
         num_nonnulls num_nulls octet_length pg_backend_pid pg_column_size pg_trigger_depth position regexp_count \
         regexp_instr scale strpos width_bucket",
    ),
    ("integer[]", "array_positions pg_blocking_pids"),
    ("interval", "age justify_days justify_hours justify_interval make_interval"),
    (
        "json",
        "array_to_json json_agg json_agg_strict json_build_array json_build_object json_extract_path json_object \
         json_object_agg json_strip_nulls row_to_json to_json",
    ),
    (
        "jsonb",
        "jsonb_agg jsonb_agg_strict jsonb_array_elements jsonb_build_array jsonb_build_object jsonb_extract_path \
         jsonb_insert jsonb_object jsonb_object_agg jsonb_path_query_array jsonb_path_query_first jsonb_set \
         jsonb_set_lax jsonb_strip_nulls to_jsonb",
    ),
    ("name", "current_database current_role current_schema current_user session_user"),
    ("name[]", "current_schemas"),
    ("numeric", "div extract factorial trim_scale"),
    ("real", "similarity ts_rank ts_rank_cd word_similarity"),
    ("regtype", "pg_typeof"),
    (
        "text",
        "abbrev array_dims array_to_string btrim casefold chr col_description concat concat_ws current_query \
         current_setting encode format host initcap json_extract_path_text json_typeof jsonb_array_elements_text \
         jsonb_extract_path_text jsonb_pretty jsonb_typeof left lower lpad ltrim md5 normalize obj_description overlay \
         pg_describe_object quote_ident quote_literal quote_nullable regexp_replace regexp_substr repeat replace right \
         rpad rtrim set_config split_part string_agg substr substring to_ascii to_char to_hex translate trim unaccent \
         unistr upper version",
    ),
    ("text[]", "parse_ident regexp_match regexp_split_to_array string_to_array"),
    ("time with time zone", "current_time"),
    ("time without time zone", "localtime make_time"),
    (
        "timestamp with time zone",
        "clock_timestamp current_timestamp make_timestamptz now statement_timestamp to_timestamp transaction_timestamp",
    ),
    ("timestamp without time zone", "localtimestamp make_timestamp"),
    ("tsquery", "phraseto_tsquery plainto_tsquery to_tsquery tsquery_phrase websearch_to_tsquery"),
    ("tsvector", "array_to_tsvector json_to_tsvector jsonb_to_tsvector setweight strip to_tsvector ts_delete ts_filter"),
    (
        "uuid",
        "gen_random_uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuidv4 \
         uuidv7",
    ),
    ("xml", "query_to_xml table_to_xml xmlagg xmlcomment"),
];

/// The one result type of a function.
pub fn only(name: &str) -> Option<&'static str> {
    static BY_NAME: LazyLock<HashMap<&str, &str>> =
        LazyLock::new(|| RESULTS.iter().flat_map(|(ty, names)| names.split_whitespace().map(|name| (name, *ty))).collect());
    BY_NAME.get(name).copied()
}
