//! The quick reader of plain YAML against the reader of all of it: where the first does not give up, both make one tree.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use summitcal::document::{File, is_plain, readers_agree};
use summitcal::source::Source;

fn file(text: &str) -> File {
    File::new(Arc::new(Source::new("case.yaml", text.as_bytes().to_vec()).expect("readable")))
}

fn yaml_below(folder: &str) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_schedule_of_the_tests_means_one_thing() {
    let files: Vec<_> = ["schedules", "tests"].into_iter().flat_map(yaml_below).collect();
    assert!(files.len() > 300, "the cases are there");
    let mut plain = 0;
    for path in &files {
        let Ok(source) = Source::new("case.yaml", fs::read(path).expect("readable")) else { continue };
        let file = File::new(Arc::new(source));
        assert!(readers_agree(&file), "{}", path.display());
        plain += usize::from(is_plain(&file));
    }
    assert!(plain > files.len() / 2, "{plain} of {} are read the quick way", files.len());
}

#[test]
fn the_shipped_schedules_are_plain() {
    for path in yaml_below("schedules") {
        let text = fs::read_to_string(&path).expect("readable");
        assert!(is_plain(&file(&text)), "{}", path.display());
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_other_reader() {
    for text in [
        "",
        "a",
        "a: b",
        "- a\n",
        "a: b\r\n",
        "a:\tb\n",
        "---\na: b\n",
        "a: b\n...\n",
        "%YAML 1.2\n",
        "a: &x b\n",
        "a: *x\n",
        "a: !t b\n",
        "<<: b\n",
        "a: b: c\n",
        "a: b\n  c\n",
        "a: >\n  b\n",
        "a: |2\n  b\n",
        "a: |\n\n  b\n",
        "a: |\n  b\n \n",
        "a: \"b\n  c\"\n",
        "a: 'b''c'\n",
        "a: \"\\u0041\"\n",
        "a: {b: c\n",
        "a: {b: c,}\n",
        "a: [b: c]\n",
        "a: {b}\n",
        "a: 1\n",
        "a: 1e5\n",
        "a: 0x1F\n",
        "a: ~\n",
        "a: null\n",
        "a: -\n",
        "a: .inf\n",
        "a: ? b\n",
        "\"a\": b\n",
        "a : b\n",
        " a: b\n",
        "a: b\n c: d\n",
        "a:\n  - b\n c: d\n",
        "a: @b\n",
        "a: `b\n",
        "a: #b\n  c\n",
        "a: b\u{85}\n",
        "a: b\u{2028}\n",
        "a: b\u{FEFF}\n",
        "a: b\u{7F}\n",
        "a: {b: c -, d: e}\n",
        "a: {b: c}d\n",
        "a: \"b\"c\n",
        "a: \"b\"#c\n",
        "a: {b: https://x?y}\n",
        "a:\n  - - b\n",
    ] {
        assert!(!is_plain(&file(text)), "{text:?}");
    }
    assert!(!is_plain(&file(&format!("a: {}{}\n", "[".repeat(40), "]".repeat(40)))));
}

#[test]
fn what_is_plain_is_read_the_quick_way() {
    for text in [
        "a: b\n",
        "a:\n",
        "a: # c\n",
        "# c\n\na: b # c\n",
        "a: b#c\n",
        "a: 2025-08-25 12:15\n",
        "a: 2025-08-25\n",
        "a: 30m\n",
        "a: 12:30\n",
        "a: true\n",
        "a: \"b: c # d\" # e\n",
        "a: 'b: c'\n",
        "a: \"\\\"b\\\\c\\n\"\n",
        "a: \"\"\n",
        "a: ''\n",
        "a: {b: c, d: [e, f], g: {}, h: []}\n",
        "a: { b: c }\n",
        "a: |\n  b\n   c\n\n  d\ne: f\n",
        "a: |-\n  b\n",
        "a:\n- b\n- c: d\n  e: f\n",
        "a:\n  - b\n  # c\n  - c:\n      - d\ne: f\n",
        "a: 국빈 방문\n",
        "a: https://example.org/b?c=d#e\n",
        "a: (b) \u{1F1F0}\u{1F1F7}\n",
    ] {
        assert!(is_plain(&file(text)) && readers_agree(&file(text)), "{text:?}");
    }
}

/// A line that means something in YAML more often than not, or nearly does.
fn line() -> impl Strategy<Value = String> {
    let indent = prop_oneof![6 => Just(0_usize), 6 => Just(2), 3 => Just(4), 1 => 0_usize..9];
    let dash = prop_oneof![4 => Just(""), 2 => Just("- "), 1 => Just("-   "), 1 => Just("-")];
    let key = prop_oneof![
        6 => "[a-c]: ", 4 => "[a-c]:", 1 => Just(String::new()), 1 => Just("\"a\": ".into()), 1 => Just("true: ".into()),
        1 => Just("2025-08-25: ".into()), 1 => Just("null: ".into()), 1 => Just("a b: ".into())
    ];
    let value = prop_oneof![
        6 => "[ -~가-낗]{0,12}",
        4 => prop::sample::select(vec![
            "", "b", "b # c", "|", "|-", ">", "|+", "true", "no", "~", "12:30", "2025-08-25", "2025-08-25 12:15", "0777", "1e3", "-1",
            "30m", "{b: c}", "{b: {c: d}, e: [f, 'g']}", "[a, b]", "[]", "{}", "{ }", "{a: }", "[a,]", "\"b\"", "'b'", "'b''c'",
            "\"b\\n\\\"c\"", "\"b\" # c", "\"b", "a: b", "a:b", "- b", "&a b", "*a", "!t b", "# c", "(b)", "/b", "_b", "b ", "b\t", "%b",
            "{a: b:c, d: e-f}", "{a: 12:30, b: [14:00, 16:00]}", "{a: b?c}", "[a: b]", "{a: b, c}", "가나", "\"\\u0041\"", "1_000",
            "1.5", "0x1f", "0b1", "1f", "e5", "nan", "inf", ".nan", "Infinity",
        ]).prop_map(String::from),
        1 => "[-\\[\\]{},:#'\"|>&*!%@?~ a0]{0,10}",
    ];
    (indent, dash, key, value)
        .prop_map(|(indent, dash, key, value)| format!("{}{dash}{key}{value}\n", " ".repeat(indent)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn both_readers_make_one_tree(lines in prop::collection::vec(line(), 1..7)) {
        let text = lines.concat();
        prop_assert!(readers_agree(&file(&text)), "{}", text);
    }

    #[test]
    fn both_readers_make_one_tree_of_one_line(line in line()) {
        prop_assert!(readers_agree(&file(&format!("a: {}", line.trim_start()))), "{}", line);
    }
}
