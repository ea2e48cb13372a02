//! Pages: what a browser gets of each audience's tree, in each language.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::support::{BASE, FEEDS as KOREAN, FEEDS_OF_EACH, Folder};
use serde_json::Value;

/// Settings with a feed in Korean, and pages in each language.
const FEEDS: &str = "\
publisher: P
uid_namespace: 6f0c1d4e-5c54-4a57-9a53-0f4f0f2c9a10
pages: [en, ko, ja]
feeds:
  - id: seoul
    title: Visits
    zone: Asia/Seoul
    language: ko
    audience: public
";

const LANGUAGES: [&str; 3] = ["", "ko/", "ja/"];

/// Every file of a tree, by its path in it.
fn tree(folder: &Folder, audience: &str) -> BTreeSet<String> {
    let top = folder.path().join("dist").join(audience);
    let files = folder.snapshot(&format!("dist/{audience}")).into_keys().filter(|path| path.is_file());
    files.map(|path| path.strip_prefix(&top).expect("below").to_string_lossy().replace('\\', "/")).collect()
}

fn page(folder: &Folder, path: &str) -> String {
    folder.read(&format!("dist/public/{path}"))
}

fn is_page(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "html")
}

/// The values of an attribute, as they stand in the page.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let start = format!(" {attribute}=\"");
    page.split(start.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

fn unescaped(value: &str) -> String {
    value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The JSON-LD of a page.
fn data(page: &str) -> Vec<Value> {
    let start = "<script type=\"application/ld+json\">";
    let text = page.split(start).nth(1).expect("data").split("</script>").next().expect("an end");
    let data: Value = serde_json::from_str(text).expect("JSON");
    assert_eq!(data["@context"], "https://schema.org");
    data["@graph"].as_array().expect("events").clone()
}

/// The shipped schedules, built.
fn shipped() -> Folder {
    let folder = Folder::new();
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schedules");
    for entry in std::fs::read_dir(from).expect("readable") {
        let path = entry.expect("readable").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        folder.write(&format!("schedules/{name}"), &std::fs::read(&path).expect("readable"));
    }
    let ran = folder.run(&["build", "--at", "2026-01-01T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    folder
}

fn built(visit: &str, feeds: &str) -> Folder {
    let folder = Folder::with(&[("base.yaml", visit), ("feeds.yaml", feeds)]);
    folder.build();
    folder
}

fn served() -> String {
    format!("base_url: https://calendar.example.org/\n{FEEDS}")
}

#[test]
fn each_audience_has_pages_in_each_language() {
    let folder = shipped();
    for audience in ["public", "press", "staff"] {
        let files = tree(&folder, audience);
        for language in LANGUAGES {
            for page in ["index.html", "changes.html", "visits/japan-working-visit.html", "visits/us-state-visit.html"]
            {
                assert!(files.contains(&format!("{language}{page}")), "{audience}: {language}{page}");
            }
        }
        assert!(files.contains("page.css") && files.contains("page.js"));
    }
    for (path, language, word) in [("", "en", "Subscribe"), ("ko/", "ko", "구독"), ("ja/", "ja", "購読")] {
        let text = page(&folder, &format!("{path}visits/us-state-visit.html"));
        assert!(text.contains(&format!("<html lang=\"{language}\">")) && text.contains(word), "{language}");
    }
    let without = built(BASE, &format!("pages: false\n{KOREAN}"));
    assert!(tree(&without, "public").iter().all(|path| !path.contains("page") && !is_page(path)));
}

/// There are pages in the languages that are named, the first at the top; else in those of the feeds, of whatever audience.
#[test]
fn pages_are_in_the_languages_of_the_feeds_or_in_those_that_are_named() {
    let feed = |id: &str, language: &str, audience: &str| {
        format!("  - {{id: {id}, title: T, zone: host, language: {language}, audience: {audience}}}\n")
    };
    let (japanese, english) = (feed("a", "ja", "public"), feed("b", "en", "staff"));
    for (settings, top, folders) in [
        (KOREAN.to_owned(), Some("ko"), &[][..]),
        (format!("pages: true\n{KOREAN}"), Some("ko"), &[]),
        (format!("{KOREAN}{japanese}"), Some("ko"), &["ja"]),
        (format!("pages: true\n{KOREAN}{japanese}{english}"), Some("en"), &["ko", "ja"]),
        (format!("pages: [ja, en, ja]\n{KOREAN}"), Some("ja"), &["en"]),
        (format!("pages: false\n{KOREAN}"), None, &[]),
    ] {
        let settings = settings.replace("publisher: P\n", "publisher: P\nbase_url: https://calendar.example.org/\n");
        let folder = built(BASE, &settings);
        let files = tree(&folder, "public");
        let made = |path: &str| files.contains(path);
        assert_eq!(made("index.html"), top.is_some(), "{settings}");
        for language in ["en", "ko", "ja"] {
            assert_eq!(made(&format!("{language}/index.html")), folders.contains(&language), "{settings}");
        }
        let Some(top) = top else { continue };
        let text = page(&folder, "visits/base.html");
        assert!(text.starts_with(&format!("<!DOCTYPE html><html lang=\"{top}\">")), "{settings}");
        let all: Vec<&str> = std::iter::once(top).chain(folders.iter().copied()).collect();
        let found: Vec<&str> = values(&text, "hreflang").into_iter().take(all.len() + 1).collect();
        assert_eq!(found, [&all[..], &["x-default"]].concat(), "{settings}");
        assert_eq!(text.contains("<nav class=\"languages\""), !folders.is_empty(), "{settings}");
        let canonical = "<link rel=\"canonical\" href=\"https://calendar.example.org/visits/base.html\">";
        assert!(text.contains(canonical), "{text}");
        for language in folders {
            let text = page(&folder, &format!("{language}/visits/base.html"));
            let url = format!("https://calendar.example.org/{language}/visits/base.html");
            assert!(text.contains(&format!("<link rel=\"canonical\" href=\"{url}\">")), "{text}");
        }
    }
}

/// What stores and servers show for an address that nothing is at stands in no list, and finds its style from anywhere.
#[test]
fn there_is_a_page_for_what_is_not_there() {
    for (base, top) in [("https://calendar.example.org", "/"), ("https://example.org/a/calendar/", "/a/calendar/")] {
        let folder = built(BASE, &format!("base_url: {base}\n{FEEDS}"));
        let text = page(&folder, "404.html");
        assert!(text.contains("<h1>There is nothing at this address</h1>"), "{text}");
        assert!(text.contains(&format!("href=\"{top}page.css\"")) && text.contains(&format!("src=\"{top}page.js\"")));
        assert!(
            text.contains(&format!("href=\"{top}icon.svg\"")) && text.contains(&format!("href=\"{top}ko/index.html\""))
        );
        assert!(text.contains("content=\"noindex\"") && !text.contains("canonical") && !text.contains("x-default"));
    }
}

/// Whatever a page refers to is there: a file of the tree, or a place on a page of it.
#[test]
fn every_link_within_the_tree_leads_somewhere() {
    let folder = shipped();
    let files = tree(&folder, "public");
    let mut followed = 0;
    for from in files.iter().filter(|path| is_page(path)) {
        let text = page(&folder, from);
        for link in values(&text, "href").into_iter().chain(values(&text, "src")) {
            if link.contains("://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
            let mut parts: Vec<&str> = from.split('/').collect();
            if path.starts_with('/') {
                // The page of what is not there is shown at any address.
                assert_eq!(from, "404.html");
                parts.clear();
            } else if !path.is_empty() {
                parts.pop();
            }
            let path = path.trim_start_matches('/');
            if !path.is_empty() {
                for part in path.split('/') {
                    if part == ".." {
                        parts.pop().expect("not above the tree");
                    } else {
                        parts.push(part);
                    }
                }
            }
            let to = parts.join("/");
            assert!(files.contains(&to), "{from}: {link}");
            if let Some(anchor) = anchor {
                assert!(page(&folder, &to).contains(&format!(" id=\"{anchor}\"")), "{from}: {link}");
            }
            followed += 1;
        }
    }
    assert!(followed > 200, "{followed}");
}

#[test]
fn nothing_is_inline_and_nothing_is_asked_of_anybody_else() {
    let folder = shipped();
    for path in tree(&folder, "public").iter().filter(|path| is_page(path)) {
        let text = page(&folder, path);
        let policy =
            values(&text, "content").into_iter().find(|value| value.contains("default-src")).expect("a policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
        let scripts: Vec<&str> = text.split("<script").skip(1).collect();
        assert!(
            scripts.iter().all(|rest| rest.starts_with(" src=\"") || rest.starts_with(" type=\"application/ld+json\""))
        );
        for attribute in ["style", "onclick", "onload", "onerror"] {
            assert!(values(&text, attribute).is_empty(), "{path}: {attribute}");
        }
        assert!(!text.contains("<style") && !text.contains("<iframe") && !text.contains("<img"));
        let asked = values(&text, "src")
            .into_iter()
            .chain(text.split("<link rel=\"stylesheet\" href=\"").skip(1).filter_map(|rest| rest.split('"').next()));
        assert!(asked.clone().count() == 2 && asked.clone().all(|address| !address.contains(':')), "{path}");
    }
    for file in ["page.css", "page.js"] {
        let text = page(&folder, file);
        assert!(!text.contains("://") && !text.contains("@import") && !text.contains("innerHTML"), "{file}");
    }
}

/// Titles and places of authors are text, in markup, in attributes, in the picture and in data.
#[test]
fn hostile_texts_are_inert() {
    for hostile in [
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'-alert(1)-'",
        "</title></svg><svg onload=alert(1)>",
        "<!--",
        "&lt;b&gt;",
        "]]>",
    ] {
        let yaml = hostile.replace('\'', "''");
        let visit = BASE
            .replace(
                "title: First",
                &format!("title: '{yaml}'\n    place: {{venue: '{yaml}', city: '{yaml}'}}\n    note: '{yaml}'"),
            )
            .replace("title: Base", &format!("title: '{yaml}'"))
            .replace("principal: President A", &format!("principal: '{yaml}'"))
            .replace("{publisher: P}", &format!("{{publisher: '{yaml}'}}"));
        let feeds = served().replace("title: Visits", &format!("title: '{yaml}'"));
        let folder = built(&visit, &feeds.replace("publisher: P", &format!("publisher: '{yaml}'")));
        for language in LANGUAGES {
            for name in ["index.html", "visits/base.html"] {
                let text = page(&folder, &format!("{language}{name}"));
                let plain = text.replace("<script src=\"", "").replace("<script type=\"application/ld+json\">", "");
                assert!(
                    !plain.contains("<script") && !plain.contains("<img") && !plain.contains("<svg onload"),
                    "{hostile}"
                );
                assert!(!plain.contains("<!--"), "{hostile}");
                assert!(!hostile.contains(['<', '&']) || !plain.contains(hostile), "{hostile}");
                if name.starts_with("visits") {
                    assert_eq!(data(&text)[0]["name"], hostile);
                    let title = text.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
                    assert_eq!(title.map(unescaped), Some(format!("{hostile} · {hostile}")));
                }
            }
        }
    }
}

/// What an entry is to a calendar that is handed it, and to a search engine.
#[test]
fn links_and_data_have_instants_where_there_are_times_and_days_where_there_are_none() {
    let timed = BASE.replace("when: {date: 2025-08-23}", "when: {start: 2025-08-23 12:15, end: 12:45}");
    let text = page(&built(&timed, &served()), "visits/base.html");
    let links: Vec<String> = values(&text, "href").into_iter().map(unescaped).collect();
    let has = |links: &[String], part: &str| links.iter().any(|link| link.contains(part));
    assert!(has(&links, "dates=20250823T031500Z/20250823T034500Z"), "{links:?}");
    assert!(has(&links, "startdt=2025-08-23T03:15:00Z&enddt=2025-08-23T03:45:00Z"), "{links:?}");
    assert!(has(&links, "https://calendar.example.org/visits/base.html%23first"), "{links:?}");
    assert!(has(&links, "webcal://calendar.example.org/feeds/seoul.ics"));
    let event = &data(&text)[0];
    assert_eq!(
        (&event["startDate"], &event["endDate"]),
        (&"2025-08-23T12:15:00+09:00".into(), &"2025-08-23T12:45:00+09:00".into())
    );
    assert_eq!(event["url"], "https://calendar.example.org/visits/base.html#first");
    assert_eq!(event.get("eventStatus"), None, "as scheduled");
    assert!(text.contains("23 Aug 12:15–12:45 JST · 12:15–12:45 KST"));

    let text = page(&built(BASE, &served()), "visits/base.html");
    let links: Vec<String> = values(&text, "href").into_iter().map(unescaped).collect();
    assert!(has(&links, "dates=20250823/20250824") && has(&links, "startdt=2025-08-23&enddt=2025-08-24&allday=true"));
    assert_eq!(data(&text)[0]["startDate"], "2025-08-23");
    assert_eq!(data(&text)[0].get("endDate"), None, "no end was announced");

    // Of a journey, too, only an arrival with a time is an end; it is where it arrives, or else leaves from.
    let journey = |arrive: &str| {
        let ends = format!(
            "kind: travel\n    title: First\n    depart: {{start: 2025-08-23 12:15, place: {{city: Seoul}}}}\n    arrive: {{{arrive}}}"
        );
        let text = BASE.replace("kind: meeting\n    title: First\n    when: {date: 2025-08-23}", &ends);
        data(&page(&built(&text, &served()), "visits/base.html"))[0].clone()
    };
    let (day, time) = (journey("date: 2025-08-24"), journey("start: 2025-08-24 09:00, place: {country: JP}"));
    assert_eq!((&day["startDate"], day.get("endDate")), (&"2025-08-23T12:15:00+09:00".into(), None));
    assert_eq!(day["location"]["address"]["addressLocality"], "Seoul");
    assert_eq!(time["endDate"], "2025-08-24T09:00:00+09:00");
    assert_eq!(time["location"]["address"]["addressCountry"], "JP");

    // A form wants an end, and a space is no plus sign.
    let open = BASE.replace("when: {date: 2025-08-23}", "when: {start: 2025-08-23 12:15}");
    let open = open.replace("title: First", "title: First 1+1\n    place: {city: Tokyo, country: JP}");
    let text = page(&built(&open, &served()), "visits/base.html");
    let links: Vec<String> = values(&text, "href").into_iter().map(unescaped).collect();
    assert!(has(&links, "details=The%20end%20time%20has%20not%20been%20announced.%0A"), "{links:?}");
    assert!(has(&links, "body=The%20end%20time%20has%20not%20been%20announced.%0A"), "{links:?}");
    assert!(has(&links, "subject=First%201%2B1&"), "{links:?}");
    assert_eq!(data(&text)[0]["location"]["address"]["addressLocality"], "Tokyo");
    assert_eq!(data(&text)[0]["location"]["address"]["addressCountry"], "JP");
}

#[test]
fn a_page_says_of_what_visit_it_is_and_in_what_languages() {
    let visit = BASE.replace("when: {date: 2025-08-23}", "when: {start: 2025-08-23 12:15}");
    let folder = built(&visit, &served());
    let (english, korean) = (page(&folder, "visits/base.html"), page(&folder, "ko/visits/base.html"));
    for part in [
        "<p class=\"dates\">23–24 August 2025</p><p class=\"people\">President A</p>",
        "<p><span class=\"label\">Announced by</span> P</p>",
        "<h2><a href=\"../days/2025-08-23.html\">Saturday, 23 August 2025</a></h2>",
        "<span class=\"flag\">End not announced</span>",
        "<select id=\"_clock\" autocomplete=\"off\"><option value=\"\">",
    ] {
        assert!(english.contains(part), "no {part} in {english}");
    }
    // The two clocks show the same: the row has one, and the record both.
    assert!(english.contains("<span class=\"time\">12:15</span>"), "{english}");
    assert!(english.contains("<span class=\"clocks\"></span>"), "{english}");
    assert!(english.contains("23 Aug 12:15 JST · 12:15 KST"));
    let languages = "<a href=\"../../visits/base.html\" hreflang=\"en\" lang=\"en\">English</a>\
                     <span aria-current=\"page\" lang=\"ko\">한국어</span>\
                     <a href=\"../../ja/visits/base.html\" hreflang=\"ja\" lang=\"ja\">日本語</a>";
    assert!(korean.contains(languages), "{korean}");
}

/// What has no end is as long as the feed shows it, and a journey lasts from its departure to its arrival, as in feeds.
#[test]
fn links_last_as_long_as_in_feeds() {
    let dates = |when: &str, feeds: &str| {
        let visit = BASE.replace("when: {date: 2025-08-23}", when);
        let text = page(&built(&visit, feeds), "visits/base.html");
        let links: Vec<String> = values(&text, "href").into_iter().map(unescaped).collect();
        let google = links.iter().find(|link| link.contains("action=TEMPLATE")).expect("a link to Google").clone();
        assert!(!google.contains("location="), "what is not known is left out: {google}");
        google.split("dates=").nth(1).and_then(|rest| rest.split('&').next()).expect("dates").to_owned()
    };
    let open = "when: {start: 2025-08-23 12:15}";
    assert_eq!(dates(open, &served()), "20250823T031500Z/20250823T034500Z");
    let longer = served() + "    display_length: 2h\n";
    assert_eq!(dates(open, &longer), "20250823T031500Z/20250823T051500Z");
    let flight = "depart: {start: 2025-08-23 12:15}\n    arrive: {start: 2025-08-23 15:00, zone: Asia/Shanghai}";
    assert_eq!(dates(flight, &served()), "20250823T031500Z/20250823T070000Z");
    let days = "depart: {date: 2025-08-23}\n    arrive: {date: 2025-08-24}";
    assert_eq!(dates(days, &served()), "20250823/20250825");
}

#[test]
fn a_feed_can_be_subscribed_to_by_its_address_and_its_code() {
    let text = page(&built(BASE, &served()), "index.html");
    let links: Vec<String> = values(&text, "href").into_iter().map(unescaped).collect();
    let address = "://calendar.example.org/feeds/seoul.ics";
    for link in [
        format!("https://calendar.google.com/calendar/render?cid=webcal{address}"),
        format!("https://outlook.live.com/calendar/0/addfromweb?url=https{address}&name=Visits"),
        format!("https://outlook.office.com/calendar/0/addfromweb?url=https{address}&name=Visits"),
        "webcal://calendar.example.org/feeds/seoul.ics".to_owned(),
    ] {
        assert!(links.contains(&link), "no {link} in {links:?}");
    }
    // The modules of the code, each run of dark ones as `M x y h length`, behind a margin of four.
    let code = qrcodegen::QrCode::encode_text(
        "https://calendar.example.org/index.html#_subscribe",
        qrcodegen::QrCodeEcc::Medium,
    )
    .expect("a short address");
    let figure = text.split("<figure class=\"code\">").nth(1).expect("a code");
    let side = code.size() + 8;
    assert!(figure.contains(&format!("viewBox=\"0 0 {side} {side}\"")), "{side}");
    let path = figure.split("path d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    let mut dark = BTreeSet::new();
    for run in path.split('M').skip(1) {
        let numbers: Vec<i32> =
            run.split([' ', 'h', 'v']).take(3).map(|number| number.parse().expect("a number")).collect();
        assert_eq!(run, format!("{} {}h{2}v1h-{2}z", numbers[0], numbers[1], numbers[2]));
        dark.extend((0..numbers[2]).map(|x| (numbers[0] - 4 + x, numbers[1] - 4)));
    }
    for (x, y) in (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y))) {
        assert_eq!(dark.contains(&(x, y)), code.get_module(x, y), "{x} {y}");
    }
}

#[test]
fn what_is_called_off_says_so_and_is_handed_to_nobody() {
    for (status, word, data_word) in
        [("cancelled", "off\">Cancelled", "EventCancelled"), ("postponed", "wait\">Postponed", "EventPostponed")]
    {
        let text = page(
            &built(&BASE.replace("status: confirmed", &format!("status: {status}")), &served()),
            "visits/base.html",
        );
        assert!(text.contains(&format!("<span class=\"flag {word}</span>")), "{status}");
        assert!(!text.contains("class=\"add\"") && !text.contains("deeplink"), "{status}");
        assert!(text.contains(&format!("class=\"entry {status}\"")));
        assert!(!text.contains("action=TEMPLATE"), "{status}");
        assert_eq!(data(&text)[0]["eventStatus"], format!("https://schema.org/{data_word}"));
    }
}

/// The list of visits has what its script needs to say what is now and next, and nothing of what does not take place.
#[test]
fn the_list_of_visits_has_the_entries_to_come_for_its_script() {
    let more = "  - {id: off, kind: meal, title: Off, when: {start: 2025-08-23 10:00}, status: cancelled, sources: [s]}\n  \
                - {id: open, kind: meal, title: Open, when: tba, status: confirmed, sources: [s]}\n";
    let visit = BASE.replace("when: {date: 2025-08-23}", "when: {start: 2025-08-23 12:15, end: 12:45}") + more;
    let entries = |folder: &Folder, path: &str| {
        let text = page(folder, path);
        text.split("<template id=\"_entries\">")
            .nth(1)
            .expect("a template")
            .split("</template>")
            .next()
            .map(str::to_owned)
    };
    let folder = built(&visit, &served());
    for (path, place, add) in [("index.html", "Tokyo time", "events/"), ("ko/index.html", "도쿄 시간", "../events/")]
    {
        let text = entries(&folder, path).expect("entries");
        assert_eq!(text.matches("<article").count(), 1, "{text}");
        let link = format!("data-place=\"{place}\" data-visit=\"Base\" data-link=\"visits/base.html#first\"");
        assert!(text.contains(&link) && text.contains(&format!("href=\"{add}seoul/base.first.ics\"")), "{text}");
        assert!(
            text.contains("data-known=\"clock\" data-from=\"2025-08-23T03:15:00Z\" data-to=\"2025-08-23T03:45:00Z\"")
        );
    }
    let called_off = visit.replace("audience: public", "audience: public\nstatus: cancelled");
    assert_eq!(entries(&built(&called_off, &served()), "index.html").as_deref(), Some(""));
}

/// Twenty entries have days as links and a choice among them, thirty a search; those of a few days have neither.
#[test]
fn many_entries_have_tabs_and_a_choice_and_more_a_search() {
    for (count, is_long, is_searched) in [(19, false, false), (20, true, false), (30, true, true)] {
        let mut visit = BASE.to_owned();
        for number in 1..count {
            let (day, access) = (23 + number % 2, ["open", "closed"][number % 2]);
            let _ = writeln!(
                visit,
                "  - {{id: e{number}, kind: speech, title: E, when: {{date: 2025-08-{day}}}, access: {access}, status: confirmed, sources: [s]}}"
            );
        }
        let text = page(&built(&visit, FEEDS), "visits/base.html");
        let tab = "<a class=\"button\" href=\"#_day1\">Sun 24 Aug</a>";
        assert_eq!(text.contains(tab) && text.contains("<section class=\"day\" id=\"_day1\""), is_long, "{text}");
        assert_eq!(text.contains("<option value=\"speech\">Speech</option>"), is_long);
        assert_eq!(text.contains("<option value=\"closed\">Closed to the press</option>"), is_long);
        assert_eq!(text.contains("data-kind=\"speech\" data-access=\"closed\""), is_long);
        assert_eq!(text.contains("type=\"search\""), is_searched);
        assert!(!is_long || text.contains("id=\"_filter\" role=\"search\" hidden"), "without a script there is none");
    }
}

/// Visits of one principal that follow each other lead to each other.
#[test]
fn the_legs_of_a_trip_lead_to_each_other() {
    let folder = shipped();
    let (japan, us) =
        (page(&folder, "visits/japan-working-visit.html"), page(&folder, "ko/visits/us-state-visit.html"));
    assert!(
        japan.contains(
            "Next on this trip: <a href=\"../visits/us-state-visit.html\">State visit to the United States</a>"
        )
    );
    assert!(!japan.contains("Before on this trip") && !us.contains("이번 순방의 다음 방문"));
    assert!(us.contains("이번 순방의 앞선 방문: <a href=\"../visits/japan-working-visit.html\">"), "{us}");
}

/// A text that is not in the page's language says which it is in, and from where it is written.
#[test]
fn texts_in_other_languages_have_theirs() {
    let visit = BASE.replace(
        "title: First",
        "title: {en: First, ko: 첫째}\n    note: {ar: ملاحظة}\n    with: [{ko: 손님}, {en: Guest}]",
    );
    let visit = visit.replace("title: Base", "title: {en: Base, ko: 기본}");
    let text = page(&built(&visit, FEEDS), "visits/base.html");
    assert!(text.contains("<p class=\"note\"><span lang=\"ar\" dir=\"rtl\">ملاحظة"), "{text}");
    assert!(text.contains("<span lang=\"ko\">손님 [Korean]</span>; Guest</p>"), "{text}");
    let text = page(&built(&visit, FEEDS), "ja/visits/base.html");
    assert!(text.contains("<h1><span lang=\"en\">Base</span></h1>"), "{text}");
    assert!(text.contains("<span lang=\"en\">Guest</span>"), "{text}");

    // Titles, places, labels of the timeline, and what feeds and their publisher are called.
    let placed = visit
        .replace(
            "when: {date: 2025-08-23}",
            "when: {start: 2025-08-23 10:00}\n    place: {venue: {en: Hall}, city: {en: Town}, country: JP}",
        )
        .replace("title: {en: First, ko: 첫째}", "title: {ar: أول}");
    let untimed = "  - {id: then, kind: meal, title: {en: Supper}, when: {date: 2025-08-23, after: first}, status: confirmed, sources: [s]}\n";
    let feeds =
        FEEDS.replace("title: Visits", "title: {en: Visits}").replace("publisher: P", "publisher: {en: Office}");
    let folder = built(&(placed + untimed), &feeds);
    // A page names the feeds in its own language.
    let korean = page(&folder, "ko/visits/base.html");
    assert!(korean.contains("type=\"text/calendar\" title=\"Visits\" lang=\"en\""), "{korean}");
    let text = page(&folder, "ja/visits/base.html");
    for part in [
        "<p class=\"publisher\"><span lang=\"en\">Office</span></p>",
        " · <span lang=\"en\">Town</span></p>",
        "<b><span lang=\"en\">Town</span></b>",
        "lang=\"ar\" dir=\"rtl\">أول</h3>",
        "<span class=\"where\"><span lang=\"en\">Hall, Town</span></span>",
        "<span class=\"where\">「<span lang=\"ar\" dir=\"rtl\">أول</span>」の後</span>",
        " · <span lang=\"en\">Town</span></figcaption>",
        "class=\"item confirmed\" lang=\"ar\">",
        "<a href=\"#then\"><span lang=\"en\">Supper</span>",
        "<b><span lang=\"en\">Visits</span></b>",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    // What is in the page's own language says nothing.
    let text = page(&built(BASE, FEEDS), "visits/base.html");
    assert!(!text.contains("<span lang="), "{text}");
}

/// Where an entry is on a map, and where it can be watched. What is not public is asked of no server of others.
#[test]
fn a_point_leads_to_a_map_and_a_stream_is_there() {
    let more =
        "when: {date: 2025-08-23}\n    place: {geo: [35.685200, 139.7528]}\n    stream: https://example.org/live";
    let visit = BASE.replace("when: {date: 2025-08-23}", more);
    let folder = built(&visit, &served());
    let text = page(&folder, "visits/base.html");
    let map = "https://www.openstreetmap.org/?mlat=35.6852&amp;mlon=139.7528#map=16/35.6852/139.7528";
    assert!(text.contains(&format!("<a href=\"{map}\">Map</a>")), "{text}");
    assert!(text.contains("Live: <a href=\"https://example.org/live\">"), "{text}");
    let press = FEEDS.replace("audience: public", "audience: press");
    let folder = built(&visit.replace("audience: public", "audience: press"), &press);
    let text = folder.read("dist/press/visits/base.html");
    assert!(text.contains("<a href=\"geo:35.6852,139.7528\">Map</a>") && !text.contains("openstreetmap"), "{text}");
}

#[test]
fn a_time_that_changed_stands_with_the_one_before() {
    let folder = built(BASE, &served());
    let moved = BASE.replace("when: {date: 2025-08-23}", "when: {date: 2025-08-24}");
    folder.write("schedules/base.yaml", moved.as_bytes());
    let ran = folder.run(&["build", "--at", "2025-08-27T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = page(&folder, "visits/base.html");
    assert!(
        text.contains("Last changed: ")
            && text.contains("Time: <s>23 Aug, time to be announced</s> → 24 Aug, time to be announced"),
        "{text}"
    );
    assert!(text.contains("href=\"../changes.html\">Changes (1)</a>"), "{text}");
    let changes = page(&folder, "changes.html");
    let change = "Time: <s>23 Aug, time to be announced</s> → 24 Aug, time to be announced";
    assert!(changes.contains(change) && changes.contains("href=\"visits/base.html#first\""), "{changes}");
    let event = &data(&text)[0];
    assert_eq!((&event["startDate"], &event["previousStartDate"]), (&"2025-08-24".into(), &"2025-08-23".into()));
    assert_eq!(event["eventStatus"], "https://schema.org/EventRescheduled");
}

/// What happened stands beside the plan, with where that can be read: of an entry, and of each end of a journey.
#[test]
fn what_happened_is_on_the_page_with_who_says_so() {
    let happened = |page: &str| -> Vec<String> {
        let stretches = page.split("<div class=\"actual\">").skip(1);
        stretches.map(|rest| rest.split("</div>").next().unwrap_or_default().to_owned()).collect()
    };
    let folder = shipped();
    let donga = "https://www.donga.com/news/Inter/article/all/20250826/132254186/1";
    let said = format!(
        "<p><a href=\"{donga}\">What happened: 25 Aug 12:41–13:35 EDT · 26 Aug 01:41–02:35 KST \
         (The Dong-A Ilbo, 26 August 2025)</a></p>"
    );
    let page_of_visit = page(&folder, "visits/us-state-visit.html");
    assert!(happened(&page_of_visit).contains(&said), "{:?}", happened(&page_of_visit));

    let journey = "when: {date: 2025-08-23}";
    let ends = "depart: {start: 2025-08-23 09:00, actual: {start: 2025-08-23 09:20, sources: [s]}}
    arrive: {start: 2025-08-23 11:00, actual: {start: 2025-08-23 11:25, sources: [s]}}";
    assert!(BASE.contains(journey));
    let folder = built(&BASE.replace(journey, ends), FEEDS);
    let text = page(&folder, "visits/base.html");
    let departed = "<p>What happened (departure): 23 Aug 09:20 JST · 09:20 KST (P)</p>";
    let arrived = "<p>What happened (arrival): 23 Aug 11:25 JST · 11:25 KST (P)</p>";
    assert_eq!(happened(&text), [departed, arrived]);
}

/// The strips of a page: the heading of each, what stands above it in words, and the labels of its bars.
fn strips(page: &str) -> Vec<(String, Vec<String>, Vec<String>)> {
    let between = |text: &str, start: &str, end: &str| -> Vec<String> {
        text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).map(str::to_owned).collect()
    };
    let strips = page.split("<figure class=\"strip\">").skip(1).filter_map(|rest| rest.split("</figure>").next());
    let parts = |strip: &str| {
        let (words, picture) = strip.split_once("<svg").expect("a picture");
        let words = between(words, "<a href=\"#", "</a>")
            .iter()
            .filter_map(|link| link.split_once('>'))
            .map(|(_, text)| text.to_owned())
            .collect();
        // A label is in one line or two; where it is cut, all of it is the title.
        let label = |bar: &String| {
            let shown: Vec<String> = between(bar, "<text", "</text>");
            let shown: Vec<&str> = shown.iter().filter_map(|text| text.split_once('>')).map(|(_, text)| text).collect();
            between(bar, "<title>", "</title>").pop().unwrap_or_else(|| shown.join(" "))
        };
        let bars = between(picture, " class=\"item ", "</a>").iter().map(label).collect();
        (between(strip, "<figcaption>", "</figcaption>").concat(), words, bars)
    };
    strips.map(parts).collect()
}

/// What has a clock time or a window is a bar on the day of its place; what has none stands above in words, and a day with
/// nothing but such has no strip. Each end of a journey is on its own date, in its own zone.
#[test]
fn the_timeline_has_what_has_a_time_on_the_day_of_its_place() {
    let drawn = |entries: &str| {
        let visit = BASE.replace("    when: {date: 2025-08-23}", entries);
        assert_ne!(visit, BASE);
        strips(&page(&built(&visit, FEEDS), "visits/base.html"))
    };
    let day = |heading: &str, words: &[&str], bars: &[&str]| {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        (heading.to_owned(), owned(words), owned(bars))
    };
    let saturday = "Saturday, 23 August 2025 · Tokyo time";
    assert_eq!(drawn("    when: {date: 2025-08-23, part: morning}"), []);
    assert_eq!(drawn("    depart: {date: 2025-08-23}\n    arrive: {date: 2025-08-23}"), []);
    assert_eq!(drawn("    when: {date: 2025-08-23, between: [10:00, 12:00]}"), [day(saturday, &[], &["First"])]);
    let flight = "    depart: {start: 2025-08-23 12:00}\n    arrive: {start: 2025-08-23 15:00}";
    assert_eq!(drawn(flight), [day(saturday, &[], &["First"])], "one bar for a journey within a day");
    let rest = "\n  - {id: rest, kind: other, title: Rest, when: {date: 2025-08-23, part: evening}, status: confirmed, sources: [s]}\n";
    let with_rest = BASE.replace("    when: {date: 2025-08-23}", flight) + rest.trim_start_matches('\n');
    assert_eq!(
        strips(&page(&built(&with_rest, FEEDS), "visits/base.html")),
        [day(saturday, &["Rest (evening)"], &["First"])]
    );
    // Over the date line there are two days of one date, and the earlier is the one that begins earlier.
    let line = BASE
        .replace("zone: Asia/Tokyo", "zone: Pacific/Auckland")
        .replace("to: 2025-08-24}", "to: 2025-08-25}")
        .replace(
            "    when: {date: 2025-08-23}",
            "    depart: {start: 2025-08-24 10:00}\n    arrive: {start: 2025-08-23 19:30, zone: Pacific/Honolulu}",
        )
        + "  - {id: rest, kind: other, title: Rest, when: {start: 2025-08-24 08:00, end: 09:00, zone: Pacific/Honolulu}, status: confirmed, sources: [s]}\n";
    let text = page(&built(&line, FEEDS), "visits/base.html");
    assert_eq!(
        strips(&text),
        [
            day("Sunday, 24 August 2025 · Auckland time", &[], &["Departs: First"]),
            day("Sunday, 24 August 2025 · Honolulu time", &[], &["Rest"]),
        ]
    );
    assert!(
        text.contains("<h2><a href=\"../days/2025-08-24.html\">Sunday, 24 August 2025</a> · Auckland time</h2>"),
        "{text}"
    );
    assert!(
        text.contains("<h2><a href=\"../days/2025-08-24.html\">Sunday, 24 August 2025</a> · Honolulu time</h2>"),
        "{text}"
    );
    assert!(text.contains("Arrives: 19:30 Sat Honolulu time, the day before"), "{text}");
}

/// Every third hour that the clock shows, twice where it is set back over one, and none that it skips; from six on, unless
/// something is earlier.
#[test]
fn hours_are_numbered_as_the_clock_shows_them() {
    let rest = ["6", "9", "12", "15", "18", "21", "24"];
    for (zone, day, time, first) in [
        ("Asia/Tokyo", "2025-08-23", "05:00", &["0", "3"][..]),
        ("Asia/Tokyo", "2025-08-23", "06:00", &[]),
        ("America/Havana", "2025-11-02", "05:00", &["0", "0", "3"]),
        ("America/Havana", "2025-03-09", "05:00", &["3"]),
        ("Antarctica/Casey", "2020-10-04", "05:00", &["0"]),
    ] {
        let visit = BASE.replace("when: {date: 2025-08-23}", &format!("when: {{start: 2025-08-23 {time}}}"));
        let visit = visit.replace("Asia/Tokyo", zone).replace("2025-08-23", day).replace("2025-08-24", day);
        let text = page(&built(&visit, &FEEDS.replace("Asia/Seoul", zone)), "visits/base.html");
        let numbers = text.split("<text class=\"number\"").skip(1);
        let numbers: Vec<&str> =
            numbers.filter_map(|number| number.split_once('>')?.1.split_once('<')).map(|(number, _)| number).collect();
        assert_eq!(numbers, [first, &rest[..]].concat(), "{zone} on {day}");
    }
}

/// A page of the shipped visit, with its style and its script, is small in each language.
#[test]
fn the_page_of_the_longer_shipped_visit_is_light() {
    let folder = shipped();
    for language in LANGUAGES {
        let files = [format!("{language}visits/us-state-visit.html"), "page.css".to_owned(), "page.js".to_owned()];
        let bytes: usize = files.iter().map(|path| page(&folder, path).len()).sum();
        assert!(bytes <= 64 * 1024, "{language}: {bytes}");
    }
}

/// Pages that are not public say so before all else, are not to be indexed, and hand nothing to somebody else's server.
#[test]
fn pages_for_press_and_staff_say_so_and_hand_nothing_on() {
    let feed =
        |audience: &str| format!("  - {{id: seoul, title: T, zone: Asia/Seoul, language: en, audience: {audience}}}\n");
    let bases = "base_url: {public: https://calendar.example.org, press: https://calendar.example.org/press, staff: https://calendar.example.org/staff}\n";
    let timed = BASE.replace("when: {date: 2025-08-23}", "when: {start: 2025-08-23 12:15, end: 12:45}");
    let folder = built(&timed, &(bases.to_owned() + FEEDS + &feed("press") + &feed("staff")));
    for (audience, band) in [("press", "For accredited press."), ("staff", "For staff. Not for publication.")] {
        for path in ["index.html", "changes.html", "visits/base.html"] {
            let text = folder.read(&format!("dist/{audience}/{path}"));
            assert!(text.contains(&format!("<title>{band}")), "{audience}/{path}: {text}");
            assert!(text.contains(&format!("<p class=\"band {audience}\">{band}")), "{audience}/{path}");
            assert!(text.contains("<meta name=\"robots\" content=\"noindex\">"), "{audience}/{path}");
            let elsewhere = values(&text, "href").into_iter().filter(|link| link.starts_with("http"));
            assert!(
                elsewhere.clone().all(|link| link.starts_with("https://calendar.example.org/")),
                "{audience}/{path}"
            );
        }
    }
    let public = page(&folder, "visits/base.html");
    assert!(
        !public.contains("class=\"band")
            && !public.contains("noindex")
            && public.contains("https://calendar.google.com/")
    );
}

/// Of the public tree all pages may be indexed but that for what is not there, and of no other tree any.
#[test]
fn robots_are_allowed_the_public_tree_and_nothing_else() {
    let folder = built(BASE, FEEDS_OF_EACH);
    for audience in ["public", "press", "staff"] {
        let pages: Vec<String> = tree(&folder, audience).into_iter().filter(|path| is_page(path)).collect();
        assert!(pages.len() > 9, "{pages:?}");
        for path in pages {
            let text = folder.read(&format!("dist/{audience}/{path}"));
            let said: Vec<&str> = text.split("<meta name=\"robots\" content=\"").skip(1).collect();
            let [said] = said[..] else { panic!("{audience}/{path}: {text}") };
            let is_open = audience == "public" && path != "404.html";
            let expected = if is_open { "index, follow\">" } else { "noindex\">" };
            assert!(said.starts_with(expected), "{audience}/{path}: {text}");
        }
    }
}

/// Programs find the data of a tree from any page of it; what changed, in the language of the page.
#[test]
fn pages_name_the_data_of_their_tree() {
    let folder = built(BASE, FEEDS_OF_EACH);
    let all = [
        ("application/atom+xml", "changes.atom"),
        ("application/json", "programme.json"),
        ("text/csv", "programme.csv"),
        ("application/json", "newsroom/ninjs.json"),
        ("application/json", "changes.json"),
        ("text/calendar", "feeds/seoul.ics"),
    ];
    for audience in ["public", "press", "staff"] {
        for (page, to_top) in [("index.html", ""), ("visits/base.html", "../"), ("ko/visits/base.html", "../../")] {
            let text = folder.read(&format!("dist/{audience}/{page}"));
            let links = text.split("<link rel=\"alternate\" type=\"").skip(1).map(|rest| {
                let (media_type, rest) = rest.split_once('"').expect("a media type");
                (media_type, values(rest, "href")[0])
            });
            let found: Vec<_> = links.collect();
            let mut expected: Vec<_> = all.map(|(media_type, path)| (media_type, format!("{to_top}{path}"))).into();
            if page.starts_with("ko/") {
                expected[0].1 = "../changes.atom".to_owned();
            } else {
                // There is no feed in English.
                expected.truncate(5);
            }
            let found: Vec<_> = found.into_iter().map(|(media_type, href)| (media_type, href.to_owned())).collect();
            assert_eq!(found, expected, "{audience}/{page}");
        }
    }
}

/// Every page of a language knows its address and those in the other languages.
#[test]
fn pages_name_their_addresses_in_each_language() {
    let text = page(&built(BASE, &served()), "ko/visits/base.html");
    let base = "https://calendar.example.org";
    for (language, path) in [("en", "visits"), ("ko", "ko/visits"), ("ja", "ja/visits"), ("x-default", "visits")] {
        let link = format!("<link rel=\"alternate\" hreflang=\"{language}\" href=\"{base}/{path}/base.html\">");
        assert!(text.contains(&link), "{link}");
    }
    assert!(text.contains("<meta property=\"og:locale\" content=\"ko_KR\">"));
}

/// A clock is called by a city where something is that day, never by the place that its zone is named for; an arrival by that
/// of where it leads, and a place that is only departed from is none of those where it happens.
#[test]
fn a_clock_is_called_by_where_people_are() {
    let visit = |arrive: &str, place: &str| {
        let entries = format!(
            "kind: travel\n    title: Flight\n    depart: {{start: 2025-08-23 09:00, zone: Europe/London, place: {{city: Leeds}}}}\n    \
             arrive: {{{arrive}}}\n    status: confirmed\n    sources: [s]\n  - id: talks\n    kind: meeting\n    title: Talks{place}\n    \
             when: {{start: 2025-08-24 10:00, end: 11:00}}"
        );
        let visit = BASE.replace("Asia/Tokyo", "Asia/Kolkata");
        let visit = visit.replace("kind: meeting\n    title: First\n    when: {date: 2025-08-23}", &entries);
        assert!(visit.contains("title: Talks"), "{visit}");
        page(&built(&visit, &served()), "visits/base.html")
    };
    let text = visit("start: 2025-08-24 00:30, place: {city: New Delhi}", "");
    assert!(text.contains("Arrives: 00:30 Sun New Delhi"), "{text}");
    assert!(text.contains("data-end-zone=\"Asia/Kolkata\" data-end-place=\"New Delhi\""), "{text}");
    assert!(text.contains("<b>New Delhi</b> (where it happens) · Seoul"), "{text}");
    // The talks have no place, and those who have them came there that day.
    assert_eq!(text.matches("data-place=\"New Delhi\"").count(), 1, "{text}");
    assert!(text.contains("<figcaption>Sunday, 24 August 2025 · New Delhi</figcaption>"), "{text}");
    // The name of the zone is in the choice of clocks alone, and in that of its offset.
    let rest =
        text.replace("Asia/Kolkata\">Kolkata", "").replace("Asia/Kolkata", "").replace("Kolkata time (UTC+5:30)", "");
    assert!(!rest.contains("Kolkata"), "{rest}");

    let text = visit("start: 2025-08-24 00:30", "");
    assert!(
        text.contains("Arrives: 00:30 Sun Kolkata time") && text.contains("<b>Kolkata time</b> (where it"),
        "{text}"
    );
    let text = visit("date: 2025-08-24", "\n    place: {city: Agra}");
    assert!(text.contains("<b>Agra</b> (where it happens)") && text.contains("data-place=\"Agra\""), "{text}");
    assert!(text.contains("data-place=\"Leeds\"") && !text.contains("data-place=\"London"), "{text}");
}

/// A page in a language that has no feed offers one in English, and says in which language each is.
#[test]
fn a_page_without_a_feed_of_its_language_offers_one_in_english() {
    let english = "  - {id: english, title: {en: In English}, zone: host, language: en, audience: public}\n";
    let folder = built(BASE, &(served() + english));
    let section = |path: &str| {
        let text = page(&folder, path);
        text.split("<section class=\"subscribe\"").nth(1).expect("a section").to_owned()
    };
    let japanese = section("ja/visits/base.html");
    let best = japanese.find("In English</span></b> · 英語").expect("the feed in English");
    assert!(best < japanese.find("Visits</a> · 韓国語").expect("the one in Korean"));
    assert!(section("ko/visits/base.html").contains("<b>Visits</b></p>"), "its own language goes without saying");
}

/// The list of visits is by the host's days of each, whatever journeys lead there and home.
#[test]
fn a_visit_is_under_way_on_its_days() {
    let flight = "  - {id: home, kind: travel, title: Home, depart: {date: 2025-08-24}, arrive: {date: 2025-08-26, zone: Asia/Seoul}, status: confirmed, sources: [s]}\n";
    let folder = built(&(BASE.to_owned() + flight), &served());
    let days = "data-from=\"2025-08-22T15:00:00Z\" data-to=\"2025-08-24T15:00:00Z\"";
    assert!(page(&folder, "index.html").contains(days), "{}", page(&folder, "index.html"));
    assert!(
        page(&folder, "visits/base.html").contains("data-end=\"2025-08-26T15:00:00Z\""),
        "not over before the last of it"
    );
}

/// Where several make a visit, a row says who comes, unless all do.
#[test]
fn a_row_says_who_comes_where_not_all_do() {
    let visit = BASE.replace("principal: President A", "principals: [President A, First Lady B]")
        + "  - {id: hers, kind: visit-site, title: School, when: {date: 2025-08-24}, principal: First Lady B, status: confirmed, sources: [s]}\n";
    let text = page(&built(&visit, &served()), "visits/base.html");
    assert_eq!(text.matches("<span class=\"where\">First Lady B</span>").count(), 1, "{text}");
    assert!(!text.contains("<span class=\"where\">President A"), "{text}");
}

/// On paper a page says of when it is and where it is.
#[test]
fn a_page_on_paper_says_of_when_and_where_it_is() {
    let folder = built(BASE, &served());
    for (path, words) in [("", "State of 26 August 2025 09:00 KST · "), ("ko/", "기준 · "), ("ja/", "現在 · ")] {
        let text = page(&folder, &format!("{path}visits/base.html"));
        let state =
            text.split("<p class=\"state\">").nth(1).and_then(|rest| rest.split("</p>").next()).expect("a state");
        let address = format!("https://calendar.example.org/{path}visits/base.html");
        assert!(state.contains(words) && state.ends_with(&address), "{state}");
    }
    assert!(!page(&folder, "404.html").contains("class=\"state\""));
}

/// Who says so announces it only where that is the publisher of the calendar or the host, in whatever language: of any other
/// nobody knows whether it is an office or a newspaper.
#[test]
fn a_newspaper_is_not_said_to_announce() {
    let sources = "s: {publisher: {en: Office, ko: 대통령실}}, paper: {publisher: The Daily, via: {en: Wire}}, host: {publisher: The Crown}";
    let visit = BASE.replace("s: {publisher: P}", sources).replace("sources: [s]", "sources: [paper, host, s]");
    let visit = visit.replace("principal:", "host: The Crown\nprincipal:");
    let text = page(
        &built(&visit, &served().replace("publisher: P", "publisher: {en: The Presidency, ko: 대통령실}")),
        "visits/base.html",
    );
    let label = |words: &str| format!("<p><span class=\"label\">{words}</span> ");
    assert!(text.contains(&format!("{}The Crown; Office</p>", label("Announced by"))), "{text}");
    assert!(text.contains(&format!("{}The Daily, via Wire</p>", label("According to"))), "{text}");
}

/// What a calendar has anew may have been announced long ago: the list of changes says only that it was added.
#[test]
fn what_is_new_here_is_not_said_to_be_announced_now() {
    let folder = built(BASE, FEEDS);
    for (language, words) in
        [("", "Added to this calendar"), ("ko/", "이 캘린더에 추가"), ("ja/", "このカレンダーに追加")]
    {
        let text = page(&folder, &format!("{language}changes.html"));
        assert_eq!(text.matches(words).count(), 2, "{text}");
        let atom = page(&folder, &format!("{language}changes.atom"));
        assert!(atom.to_lowercase().contains(&words.to_lowercase()), "{atom}");
        assert!(!atom.contains("announced:") && !atom.contains("새로 발표") && !atom.contains("発表："), "{atom}");
    }
}

/// Without an address there is no link that would need one.
#[test]
fn where_it_is_served_is_not_made_up() {
    let text = page(&built(BASE, FEEDS), "visits/base.html");
    assert!(!text.contains("webcal:") && !text.contains("rel=\"canonical\"") && !text.contains("example.org"));
    assert!(text.contains("href=\"../feeds/seoul.ics\""));
}

/// The day of the build changes no byte.
#[test]
fn pages_do_not_depend_on_when_they_are_made() {
    let folder = built(BASE, &served());
    let before = page(&folder, "visits/base.html");
    let ran = folder.run(&["build", "--at", "2027-01-01T00:00:00Z"]);
    assert!(ran.code == 0 && ran.stdout.contains("0 files written"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(page(&folder, "visits/base.html"), before);
}

#[test]
fn a_page_with_twenty_entries_is_light() {
    let mut visit =
        BASE.replace("title: First", "title: {en: First talks with the head of government, ko: 정상회담과 확대 회담}");
    for number in 0..19 {
        use std::fmt::Write as _;
        let _ = write!(
            visit,
            "  - id: talks-{number}\n    kind: meeting\n    title: {{en: Talks about a rather long subject {number}, ko: 상당히 긴 주제에 관한 회담 {number}}}\n    \
             when: {{start: 2025-08-23 {:02}:00, for: 30m}}\n    place: {{venue: {{en: Great Hall, ko: 대연회장}}, city: {{en: Tokyo, ko: 도쿄}}, country: JP}}\n    \
             status: confirmed\n    access: pooled\n    sources: [s]\n",
            number + 3
        );
    }
    let folder = built(&visit, &served());
    for language in LANGUAGES {
        let text = page(&folder, &format!("{language}visits/base.html"));
        assert_eq!(text.matches("<article ").count(), 20);
        let all = text.len() + page(&folder, "page.css").len() + page(&folder, "page.js").len();
        assert!(all < 150 * 1024, "{language}: {all}");
    }
}

/// What only press and staff may see stands on their pages, under a heading that says so.
#[test]
fn what_is_for_press_and_staff_stands_on_their_pages_alone() {
    let visit = BASE.replace(
        "    sources: [s]\n",
        "    sources: [s]\n    press: {meet_at: Canary Gate, gather: 11:00}\n    staff: {note: Canary cars.}\n",
    ) + "  - {id: inner, kind: briefing, title: Canary briefing, when: {date: 2025-08-24}, status: confirmed, sources: [s], audience: staff}\n";
    let feed = |audience: &str| {
        format!("  - {{id: seoul, title: T, zone: Asia/Seoul, language: en, audience: {audience}, events: false}}\n")
    };
    let folder = built(&visit, &(FEEDS.to_owned() + &feed("press") + &feed("staff")));
    for language in LANGUAGES {
        let of = |audience: &str| folder.read(&format!("dist/{audience}/{language}visits/base.html"));
        assert!(!of("public").contains("Canary") && !of("public").contains("11:00"), "{language}");
        assert!(of("press").contains("Canary Gate") && !of("press").contains("Canary cars"), "{language}");
        assert!(!of("press").contains("inner"), "{language}");
        let staff = of("staff");
        assert!(
            ["Canary Gate", "Canary cars", "Canary briefing"].iter().all(|text| staff.contains(text)),
            "{language}"
        );
    }
    let press = folder.read("dist/press/visits/base.html");
    assert!(press.contains("<p class=\"heading\">For the press</p>"));
}

/// What apps show beside a link that somebody shares.
#[test]
fn a_shared_link_says_what_when_where_and_whether_it_takes_place() {
    let preview = |folder: &Folder, path: &str| {
        let text = page(folder, path);
        assert!(!text.contains("og:image"), "{path}");
        ["title", "description"].map(|name| {
            let start = format!("<meta property=\"og:{name}\" content=\"");
            text.split(&start).nth(1).and_then(|rest| rest.split('"').next()).expect(name).to_owned()
        })
    };
    let folder = shipped();
    let visit = "visits/us-state-visit.html";
    for (language, title, description) in [
        ("", "State visit to the United States", "24–26 August 2025 · Washington, Philadelphia"),
        ("ko/", "미국 국빈 방문", "2025년 8월 24~26일 · 워싱턴DC, 필라델피아"),
        ("ja/", "State visit to the United States", "2025年8月24日〜26日 · Washington、Philadelphia"),
    ] {
        assert_eq!(preview(&folder, &format!("{language}{visit}")), [title, description]);
    }
    let [title, description] = preview(&folder, "index.html");
    assert_eq!(title, "Visits abroad · Office of the President");
    assert_eq!(description, "Working visit to Japan; State visit to the United States");

    let visit = BASE.replace("dates: {from: 2025-08-23, to: 2025-08-24}", "dates: {from: 2025-08-23, to: 2025-09-01}")
        + "  - {id: off, kind: other, title: T, when: {date: 2025-08-24}, status: cancelled, sources: [s], place: {city: Kobe}}\n"
        + "  - {id: hidden, kind: other, title: T, when: {date: 2025-08-24}, status: confirmed, sources: [s], place: {city: Nara}, audience: staff}\n"
        + "  - {id: seen, kind: other, title: T, when: {date: 2025-08-25}, status: confirmed, sources: [s], place: {city: Kyoto}}\n";
    assert_ne!(visit, BASE);
    let of = |visit: &str| preview(&built(visit, &served()), "visits/base.html");
    assert_eq!(of(&visit), ["Base", "23 August – 1 September 2025 · Kyoto"]);
    let placed = visit.replace("zone: Asia/Tokyo", "where: The Kansai\nzone: Asia/Tokyo");
    assert_eq!(of(&placed), ["Base", "23 August – 1 September 2025 · The Kansai"]);
    let with = |status: &str| visit.replace("kind: working-visit", &format!("kind: working-visit\nstatus: {status}"));
    assert_eq!(of(&with("tentative")), ["Base", "Tentative · 23 August – 1 September 2025 · Kyoto"]);
    let cancelled = built(&with("cancelled"), &served());
    let [title, description] = preview(&cancelled, "visits/base.html");
    assert_eq!(title, "CANCELLED: Base");
    assert!(description.starts_with("Cancelled · 23 August – 1 September 2025"), "{description}");
    assert_eq!(preview(&cancelled, "ko/index.html")[1], "취소: Base");
}

/// Links to an entry go on leading to it when it is renamed, or goes to another visit.
#[test]
fn old_addresses_of_an_entry_lead_to_it() {
    let at = |folder: &Folder, day: u32| {
        let ran = folder.run(&["build", "--at", &format!("2025-08-{day:02}T00:00:00Z")]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    };
    let folder = Folder::with(&[("base.yaml", BASE), ("feeds.yaml", &served())]);
    at(&folder, 1);
    let renamed = BASE.replace("- id: first", "- id: second\n    formerly: base/first");
    folder.write("schedules/base.yaml", renamed.as_bytes());
    at(&folder, 2);
    let text = page(&folder, "visits/base.html");
    let article = text.split("<article ").nth(1).expect("an entry");
    assert!(article.contains("id=\"second\"") && article.contains("<span id=\"first\"></span>"), "{article}");
    assert!(!text.contains("Last changed: "), "to readers it is no news: {text}");
    let feed = page(&folder, "feeds/seoul.ics");
    assert!(feed.contains("/visits/base.html#second") && feed.contains("SEQUENCE:1\r\n"));

    // To another visit: both names that it had are where they were, and say where it is.
    let rest = "  - {id: rest, kind: other, title: Rest, when: {date: 2025-08-23}, status: confirmed, sources: [s]}\n";
    let (head, _) = BASE.split_once("  - id: first").expect("an entry");
    folder.write("schedules/base.yaml", format!("{head}{rest}").as_bytes());
    let other = renamed.replace("visit: base", "visit: other").replace("id: second", "id: third");
    folder.write("schedules/other.yaml", other.as_bytes());
    at(&folder, 3);
    let text = page(&folder, "ko/visits/base.html");
    for old in ["first", "second"] {
        assert!(text.contains(&format!("<p class=\"moved\" id=\"{old}\">")), "{old}: {text}");
    }
    assert!(text.contains("href=\"../visits/other.html#third\""), "{text}");
    assert_eq!(page(&folder, "visits/other.html").matches("id=\"first\"").count(), 0);

    // An entry that has the name now is what it means; and where the moved one is hidden, nothing tells of it.
    let taken = rest.replace("id: rest", "id: first");
    folder.write("schedules/base.yaml", format!("{head}{rest}{taken}").as_bytes());
    folder.write(
        "schedules/other.yaml",
        other.replace("formerly: base/first", "formerly: base/first\n    audience: staff").as_bytes(),
    );
    let ran = folder.run(&["build", "--at", "2025-08-04T00:00:00Z"]);
    assert_eq!(ran.code, 1, "its identity is still the other's: {}", ran.stdout);
    folder.write("schedules/base.yaml", format!("{head}{rest}").as_bytes());
    at(&folder, 4);
    let text = page(&folder, "visits/base.html");
    assert!(!text.contains("class=\"moved\"") && !text.contains("other.html"), "{text}");
}

/// A name that an entry had while an audience did not see it is on no page of theirs.
#[test]
fn a_name_from_before_an_audience_saw_an_entry_is_not_told() {
    let hidden = BASE.replace("- id: first", "- id: canary\n    audience: staff")
        + "  - {id: rest, kind: other, title: Rest, when: {date: 2025-08-23}, status: confirmed, sources: [s]}\n";
    let folder = built(&hidden, &served());
    let shown = hidden.replace("- id: canary\n    audience: staff", "- id: plain\n    formerly: base/canary");
    for (day, title) in [(27, "First"), (28, "Again"), (29, "And again")] {
        folder.write("schedules/base.yaml", shown.replace("title: First", &format!("title: {title}")).as_bytes());
        let ran = folder.run(&["build", "--at", &format!("2025-08-{day}T00:00:00Z")]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        for path in tree(&folder, "public") {
            let bytes = std::fs::read(folder.path().join("dist/public").join(&path)).expect("readable");
            assert!(!path.contains("canary") && !String::from_utf8_lossy(&bytes).contains("canary"), "{path}");
        }
    }
    // Nor when it is taken out.
    let (head, rest) = shown.split_once("  - id: plain").expect("an entry");
    let rest = &rest[rest.find("  - {id: rest").expect("the other")..];
    folder.write("schedules/base.yaml", format!("{head}{rest}").as_bytes());
    let ran = folder.run(&["withdraw", "base/canary", "--at", "2025-08-30T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = folder.run(&["build", "--at", "2025-08-30T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = page(&folder, "visits/base.html");
    assert!(text.contains("id=\"plain\"") && !text.contains("canary"), "{text}");
    let ran = folder.run(&["withdraw", "base/canary", "--redact", "--at", "2025-08-31T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = folder.run(&["build", "--at", "2025-08-31T00:00:00Z"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let text = page(&folder, "visits/base.html");
    assert!(!text.contains("plain") && !text.contains("canary") && text.contains("Withdrawn"), "{text}");
}
