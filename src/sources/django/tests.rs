//! Names as real databases bear them, and readings of small projects.

use super::names;

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
