//! Files that want to exhaust the program: each is refused, without a panic, without an overflowing stack, and before
//! the program is ended for running a minute. What grows with the square of a file's length takes hours at these sizes.

use std::fmt::Write as _;

use crate::support::{BASE, FEEDS, Folder, Ran, each};

/// The largest file that is read.
const FULL: usize = 4 << 20;

/// How large the files are that cost something: the largest for a release build, a quarter of that for a development
/// build.
fn size() -> usize {
    if std::env::var_os("SUMMITCAL_PROGRAM").is_some() { FULL } else { FULL / 4 }
}

struct Input {
    name: &'static str,
    /// The file of the schedules that it is.
    file: &'static str,
    text: String,
    /// A code that is among those reported, or several that it may be.
    codes: &'static [&'static str],
}

fn input(name: &'static str, text: String, codes: &'static [&'static str]) -> Input {
    assert!(text.len() <= FULL, "{name}: {} bytes", text.len());
    Input { name, file: "case.yaml", text, codes }
}

/// A text again and again, up to the size of a file.
fn full(of: &str) -> String {
    of.repeat(size() / of.len())
}

/// Numbered pieces, up to the size of a file, between a beginning and an end.
fn numbered(begin: &str, end: &str, piece: impl Fn(usize) -> String) -> String {
    let mut text = begin.to_owned();
    for number in 0.. {
        let next = piece(number);
        if text.len() + next.len() + end.len() > size() {
            break;
        }
        text.push_str(&next);
    }
    text + end
}

/// A number as that many letters.
fn letters(mut number: usize, count: usize) -> String {
    let mut text = vec![b'a'; count];
    for place in text.iter_mut().rev() {
        *place += u8::try_from(number % 26).unwrap_or_default();
        number /= 26;
    }
    String::from_utf8(text).expect("ASCII")
}

/// A visit's head, up to its entries.
fn head() -> String {
    BASE.replace("visit: base", "visit: case").split("  - id").next().unwrap_or_default().to_owned()
}

fn entries(entry: impl Fn(usize) -> String) -> String {
    numbered(&head(), "", entry)
}

const DEEP: &[&str] = &["nesting-too-deep"];
const SYNTAX: &[&str] = &["yaml-syntax"];

fn nested() -> Vec<Input> {
    let hundred = |open: &str, close: &str| open.repeat(100_000) + "a" + &close.repeat(100_000);
    vec![
        input("100,000 levels of [", hundred("[", "]"), DEEP),
        input("100,000 levels of {", "{".repeat(100_000), DEEP),
        input("100,000 levels of {a: }", hundred("{a: ", "}"), DEEP),
        input("100,000 levels of “- ”", hundred("- ", ""), DEEP),
        input("100,000 levels of “? ”", hundred("? ", ""), DEEP),
        input("100,000 levels of [{", hundred("[{a: ", "}]"), DEEP),
        input("4 MiB of [", full("["), DEEP),
        input("4 MiB of {", full("{"), DEEP),
        input("4 MiB of {a: ", full("{a: "), DEEP),
        input("4 MiB of “- ”", full("- "), DEEP),
        input("4 MiB of “? ”", full("? "), DEEP),
        input("4 MiB of “: ”", full(": "), &["yaml-syntax", "nesting-too-deep"]),
        input("4 MiB of ]", full("]"), SYNTAX),
        input("4 MiB of “[] ”", full("[] "), &["yaml-syntax", "several-documents"]),
        input("ever deeper maps", numbered("", "", |n| format!("{}a:\n", " ".repeat(n))), DEEP),
        input("ever deeper lists", numbered("", "", |n| format!("{}-\n", " ".repeat(n))), DEEP),
        input("one line of blanks", " ".repeat(size() - 2) + "[", SYNTAX),
    ]
}

fn marked() -> Vec<Input> {
    let bomb = "a0: &a0 [x,x]\n".to_owned()
        + &numbered("", "", |n| format!("a{0}: &a{0} [*a{1},*a{1},*a{1},*a{1}]\n", n + 1, n));
    let bomb = bomb[..bomb.len().min(size())].rsplit_once('\n').unwrap_or_default().0.to_owned();
    vec![
        input(
            "4 MiB of %TAG lines",
            numbered("", "---\na\n", |n| format!("%TAG !{n}! tag:example.org,2025:\n")),
            &["yaml-directive"],
        ),
        input("4 MiB of %YAML lines", full("%YAML 1.2\n"), &["yaml-directive"]),
        input("4 MiB of anchors", numbered("", "", |n| format!("- &a{n} x\n")), &["yaml-anchor"]),
        input("4 MiB of aliases", "- &a x\n".to_owned() + &full("- *a\n")[..size() - 12], &["yaml-alias"]),
        input("4 MiB of aliases of nothing", full("- *a\n"), &["yaml-alias"]),
        input("aliases of aliases", bomb, &["yaml-alias"]),
        input("4 MiB of tags", full("- !a x\n"), &["yaml-tag"]),
        input("4 MiB of merge keys", full("<<: a\n"), &["yaml-merge-key"]),
        input("4 MiB of documents", full("--- a\n"), &["several-documents"]),
        input("4 MiB of document ends", full("...\n"), &["empty-value", "yaml-syntax", "several-documents"]),
        input("4 MiB of &", full("&"), &["yaml-anchor", "yaml-syntax"]),
        input("4 MiB of *", full("*"), &["yaml-alias", "yaml-syntax"]),
        input("4 MiB of !", full("!"), &["yaml-tag", "yaml-syntax"]),
    ]
}

fn long() -> Vec<Input> {
    let line = |begin: &str, of: &str, end: &str| {
        begin.to_owned() + &of.repeat((size() - begin.len() - end.len()) / of.len()) + end
    };
    vec![
        input("an open quote", line("a: \"", "x", ""), SYNTAX),
        input("an open quote of lines", line("a: \"", "x\n ", ""), SYNTAX),
        input("an open single quote", line("a: '", "''", ""), SYNTAX),
        input("open quotes", full("a: \"\n"), &["yaml-syntax", "unknown-key", "duplicate-key"]),
        input("escapes", line("a: \"", "\\n", "\""), &["missing-key"]),
        input("one line", line("visit: ", "x", "\n"), &["bad-id"]),
        input("one line of Hangul", line("visit: ", "한", "\n"), &["bad-id"]),
        input("one line in a map", line("{visit: [", "a, ", "]}"), &["wrong-shape"]),
        input("one word", full("x"), &["wrong-shape"]),
        input("one key", full("x")[..size() - 4].to_owned() + ": a", &["yaml-syntax", "unknown-key"]),
        input("line breaks", full("\n"), &["empty-value"]),
        input("carriage returns", full("\r"), &["empty-value"]),
        input("hidden line breaks", full("\u{2028}"), &["forbidden-character"]),
        input("control characters", full("\u{1}"), &["forbidden-character"]),
        input("comments", full("#\n"), &["empty-value"]),
        input("signs of comments", line("a: b", " #c", "\n"), &["missing-key"]),
        input("an open list", line("[", "a, ", ""), SYNTAX),
        input("an open list of maps", line("[", "a: b, ", ""), SYNTAX),
        input("an open map", line("{", "a: b, ", ""), SYNTAX),
        input("a block scalar", line("a: |\n", " x\n", ""), &["missing-key"]),
        input("dashes", full("-"), &["wrong-shape", "yaml-syntax"]),
        input("tabs", full("\t"), &["yaml-syntax", "empty-value"]),
    ]
}

fn many() -> Vec<Input> {
    let entry = |id: usize, rest: &str| format!("  - {{id: e{id}, kind: meal, title: T, status: confirmed, {rest}}}\n");
    let chained = |n: usize| entry(n, &format!("when: {{after: e{}}}", if n == 0 { 9 } else { n - 1 }));
    let mut inputs = vec![
        input("700,000 keys", numbered("", "", |n| format!("{}:\n", letters(n, 4))), &["unknown-key"]),
        input("700,000 times one key", full("visit:\n"), &["duplicate-key"]),
        input("400,000 keys of Hangul", full("가: 나\n"), &["unknown-key"]),
        input(
            "10,000 entries with one mistake",
            entries(|n| entry(n, &format!("when: {{date: 2025-02-30}}, sources: [s], note: {}", "x".repeat(300)))),
            &["bad-date"],
        ),
        input("entries without anything", entries(|_| "  - {}\n".to_owned()), &["missing-key"]),
        input("entries of one id", entries(|_| entry(0, "when: tba, sources: [s]")), &["duplicate-id"]),
        input(
            "entries with a misspelt zone",
            entries(|n| entry(n, "when: {date: 2025-08-23, zone: Asia/Soul}")),
            &["unknown-zone"],
        ),
        input(
            "entries after nothing",
            entries(|n| entry(n, "when: {after: nothing-of-that-name}")),
            &["unknown-entry"],
        ),
        input("50,000 entries in a circle", entries(chained), &["after-circle"]),
        input("entries after themselves", entries(|n| entry(n, &format!("when: {{after: e{n}}}"))), &["after-circle"]),
        input(
            "entries of unknown sources",
            entries(|n| entry(n, "when: tba, sources: [no-such-source]")),
            &["unknown-source"],
        ),
        input("one identity", entries(|n| entry(n, "when: tba, formerly: a/b")), &["duplicate-id"]),
        input("600,000 languages", numbered("title: {", "}\n", |n| format!("{}: b,", letters(n, 5))), &["missing-key"]),
        input("forbidden texts", entries(|n| entry(n, "when: tba, note: \"\\u202E\"")), &["forbidden-character"]),
        input(
            "citations",
            numbered(
                &format!(
                    "sources:\n{}entries:\n  - sources: [",
                    numbered("", "", |n| format!("  s{n}: {{publisher: P}}\n"))
                        .get(..size() / 4 * 3)
                        .and_then(|text| text.rsplit_once('\n'))
                        .map(|(text, _)| format!("{text}\n"))
                        .unwrap_or_default()
                ),
                "]\n",
                |n| format!("s{n},"),
            ),
            &["missing-key"],
        ),
        input(
            "disputes",
            numbered("disputed: [", "]\n", |_| "{field: x, says: y, source: z},".to_owned()),
            &["unknown-field"],
        ),
        input(
            "windows",
            numbered(
                &format!("{}  - {{id: a, kind: meal, title: T, when: {{date: 2025-08-23, between: [", head()),
                "]}}\n",
                |_| "09:00,".to_owned(),
            ),
            &["bad-when"],
        ),
    ];
    let mut feeds = |name, text: String, codes| inputs.push(Input { file: "feeds.yaml", ..input(name, text, codes) });
    let settings = FEEDS.split("feeds:").next().unwrap_or_default();
    feeds(
        "misspelt clocks",
        numbered(&format!("{FEEDS}    also: ["), "]\n", |_| "Asia/Soul,".to_owned()),
        &["unknown-zone"],
    );
    feeds(
        "feeds of one id",
        numbered(&format!("{settings}feeds:\n"), "", |_| {
            "  - {id: a, title: T, zone: host, language: en, audience: public}\n".to_owned()
        }),
        &["duplicate-id"],
    );
    feeds(
        "rules",
        numbered(&format!("{settings}rules:\n"), FEEDS.split_at(settings.len()).1, |n| format!("  a{n}: x\n")),
        &["unknown-word"],
    );
    feeds(
        "visits that are not there",
        numbered(&format!("{FEEDS}    visits: ["), "]\n", |n| format!("v{n},")),
        &["unknown-visit"],
    );
    inputs
}

fn folder(input: &Input) -> Folder {
    let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", FEEDS)]);
    folder.write(&format!("schedules/{}", input.file), input.text.as_bytes());
    folder
}

/// Whether one of the codes that are expected is among those reported.
fn refused(input: &Input, ran: &Ran) -> Result<(), String> {
    if ran.code != 1 || ran.broke() {
        let (out, err) = (ran.stdout.chars().take(200), ran.stderr.chars().take(300));
        return Err(format!("exit code {}: {}", ran.code, out.chain(err).collect::<String>()));
    }
    let findings = ran.findings();
    if input.codes.iter().any(|code| findings.iter().any(|finding| finding.code == *code)) {
        return Ok(());
    }
    let mut found = String::new();
    for finding in findings.iter().take(4) {
        let _ = write!(found, "{}: {} ", finding.place(), finding.message.chars().take(80).collect::<String>());
    }
    Err(found)
}

fn all_refused(inputs: &[Input]) {
    each(
        inputs,
        |input| input.name.to_owned(),
        |input| {
            let folder = folder(input);
            refused(input, &folder.run(&["check", "--format", "json"]))
        },
    );
}

#[test]
fn nesting_is_refused() {
    all_refused(&nested());
}

#[test]
fn marks_are_refused() {
    all_refused(&marked());
}

#[test]
fn length_is_refused() {
    all_refused(&long());
}

#[test]
fn numbers_are_refused() {
    all_refused(&many());
}

/// What is refused says so in text too, and in a bounded length.
#[test]
fn reports_stay_short() {
    let inputs: Vec<Input> = marked().into_iter().chain(long()).chain(many()).collect();
    let few: Vec<&Input> = inputs.iter().step_by(4).collect();
    each(
        &few,
        |input| input.name.to_owned(),
        |input| {
            let ran = folder(input).run(&["build"]);
            let length = ran.stderr.len();
            if ran.code == 1 && !ran.broke() && length < 100_000 { Ok(()) } else { Err(format!("{length} bytes")) }
        },
    );
}

/// The same with little stack, which recursion over the input would overflow.
#[cfg(unix)]
#[test]
fn a_small_stack_is_enough() {
    let inputs: Vec<Input> =
        nested().into_iter().chain(many().into_iter().filter(|input| input.name.contains("circle"))).collect();
    each(
        &inputs,
        |input| input.name.to_owned(),
        |input| {
            let folder = folder(input);
            let program = folder.command(&[]).get_program().to_owned();
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", "ulimit -s 512 && exec \"$0\" check --format json"]).arg(program);
            shell.current_dir(folder.path()).env("RUST_MIN_STACK", "524288");
            refused(input, &Ran::of(shell))
        },
    );
}

/// A long chain is no mistake: it builds.
#[test]
fn a_long_chain_is_followed() {
    let text = entries(|n| {
        let when = if n == 0 { "{date: 2025-08-23}".to_owned() } else { format!("{{after: e{}}}", n - 1) };
        format!("  - {{id: e{n}, kind: meal, title: T, when: {when}, status: confirmed, sources: [s]}}\n")
    });
    let ran = folder(&input("a chain", text, &[])).run(&["build", "--at", crate::support::AT]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// What is well written, and asks as much as it can of the rules: each is found fault with.
#[test]
fn rules_are_not_exhausted() {
    let entry =
        |id: usize, rest: &str| format!("  - {{id: e{id}, kind: meeting, status: confirmed, sources: [s], {rest}}}\n");
    let one_title = |of: &str| {
        let begin =
            format!("{}  - {{id: a, kind: meeting, status: confirmed, when: {{date: 2025-08-23}}, title: ", head());
        begin.clone() + &of.repeat((size() - begin.len() - 9) / of.len()) + "Monday}\n"
    };
    let languages = |begin: &str| {
        let rest = "}, status: confirmed, when: {date: 2025-08-23}, kind: meeting, id: a}\n";
        numbered(&format!("{}  - {{{begin}", head()), rest, |n| format!("{}: b,", letters(n, 5)))
    };
    let title = |n: usize| format!("{}: b,", letters(n, 5));
    let some = |count: usize, piece: &dyn Fn(usize) -> String| (0..count).map(piece).collect::<String>();
    let entries_only = |entry: &dyn Fn(usize) -> String| (0..size() / 400).map(entry).collect::<String>();
    let inputs = [
        input(
            "entries at one time",
            entries(|n| entry(n, &format!("title: T{n}, when: {{start: 2025-08-23 10:00, for: 9h}}"))),
            &["two-places-at-once"],
        ),
        input(
            "one entry again and again",
            entries(|n| entry(n, "title: T, when: {start: 2025-08-23 10:00, for: 9h}")),
            &["repeated-entry"],
        ),
        input(
            "entries one within the other",
            entries(|n| {
                entry(n, &format!("title: T, when: {{start: 2025-08-23 10:{:02}, for: {}h}}", n % 60, 20 - n % 5))
            }),
            &["two-places-at-once"],
        ),
        input(
            "entries on one site",
            entries(|n| {
                entry(n, "title: Monday, place: {site: S, city: Tokyo}, when: {start: 2025-08-23 10:00, for: 9h}")
            }),
            &["no-arrival"],
        ),
        input(
            "journeys to and fro",
            entries(|n| {
                let (from, to) = if n % 2 == 0 { ("Tokyo", "Osaka") } else { ("Osaka", "Tokyo") };
                let day = 23 + n % 2;
                let ends = format!(
                    "depart: {{date: 2025-08-{day}, place: {{city: {from}}}}}, arrive: {{date: 2025-08-{day}, place: {{city: {to}}}}}"
                );
                if n % 3 == 0 {
                    entry(n, "title: T, when: {date: 2025-08-24}, place: {city: Seoul}")
                } else {
                    entry(n, &format!("title: T, {ends}"))
                }
            }),
            &["no-arrival"],
        ),
        input("a title of names of zones", one_title("KST 12:15 JST "), &["weekday-contradicts-date"]),
        input("a title of days", one_title("Good Friday "), &["weekday-contradicts-date"]),
        input("a title without blanks", one_title("Fridays-(월-"), &["no-source"]),
        input("a title in 400,000 languages", languages("title: {"), &["no-source"]),
        input(
            "a visit in many languages",
            head().replace("title: Base", &format!("title: {{en: B, ko: B, {}}}", some(size() / 20, &title)))
                + &entries_only(&|n| entry(n, "title: {en: T}, when: {date: 2025-08-23}")),
            &["missing-language"],
        ),
        input(
            "notes for staff",
            entries(|n| {
                entry(
                    n,
                    &format!(
                        "title: T, when: {{date: 2025-08-23}}, note: Car number {n} waits here, staff: {{note: Car number {n} waits here}}"
                    ),
                )
            }),
            &["repeats-staff-note"],
        ),
        input(
            "one entry that allows much and lacks much",
            format!(
                "{}  - {{id: a, kind: meeting, title: T, when: {{date: 2025-08-23}}, status: confirmed, sources: [s], \
                 allow: {{{}}}, with: [{}]}}\n",
                head(),
                some(size() / 40, &|n| format!("a{n}: b,")),
                some(size() / 40, &|_| "{en: a},".to_owned()),
            ),
            &["missing-language"],
        ),
    ];
    each(
        &inputs,
        |input| input.name.to_owned(),
        |input| {
            let folder = folder(input);
            refused(input, &folder.run(&["check", "--format", "json", "--deny", "warnings"]))
        },
    );
}
