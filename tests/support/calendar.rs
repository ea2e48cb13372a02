//! A small reader of calendars, by RFC 5545 alone: lines, components, properties, texts.

/// A component: VCALENDAR, VEVENT, ….
#[derive(Debug, Clone, Default)]
pub(crate) struct Component {
    pub(crate) name: String,
    pub(crate) properties: Vec<Property>,
    pub(crate) components: Vec<Component>,
}

/// A property as written.
#[derive(Debug, Clone)]
pub(crate) struct Property {
    pub(crate) name: String,
    /// `;TZID=…`, or nothing.
    pub(crate) parameters: String,
    pub(crate) value: String,
}

/// Content lines without their folds. Everything that rule 1 of the feeds says is held on the way.
pub(crate) fn lines(text: &str) -> Vec<String> {
    assert!(text.ends_with("\r\n"), "the last line ends too");
    let mut lines: Vec<String> = Vec::new();
    for line in text.strip_suffix("\r\n").unwrap_or(text).split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "a lone line break: {line:?}");
        assert!(!line.is_empty(), "an empty line");
        match (line.strip_prefix(' '), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Reads a whole calendar.
pub(crate) fn parse(text: &str) -> Component {
    assert!(!text.starts_with('\u{FEFF}'));
    let mut open = vec![Component::default()];
    for line in lines(text) {
        let property = Property::parse(&line);
        match property.name.as_str() {
            "BEGIN" => open.push(Component { name: property.value, ..Component::default() }),
            "END" => {
                let done = open.pop().expect("a component is open");
                assert_eq!(done.name, property.value);
                open.last_mut().expect("a parent").components.push(done);
            }
            _ => open.last_mut().expect("a component is open").properties.push(property),
        }
    }
    assert_eq!(open.len(), 1, "every component ends");
    let root = open.remove(0);
    assert!(root.properties.is_empty() && root.components.len() == 1);
    root.components.into_iter().next().expect("one calendar")
}

impl Property {
    fn parse(line: &str) -> Self {
        let mut quoted = false;
        let colon = line.find(|c| {
            quoted ^= c == '"';
            c == ':' && !quoted
        });
        let (head, value) = line.split_at(colon.unwrap_or_else(|| panic!("no value: {line}")));
        let (name, parameters) = head.split_at(head.find(';').unwrap_or(head.len()));
        Property { name: name.to_owned(), parameters: parameters.to_owned(), value: value[1..].to_owned() }
    }

    /// The value as TEXT.
    pub(crate) fn text(&self) -> String {
        unescape(&self.value)
    }

    /// Name, parameters and value as one line.
    pub(crate) fn line(&self) -> String {
        format!("{}{}:{}", self.name, self.parameters, self.value)
    }
}

fn unescape(value: &str) -> String {
    let mut text = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(c @ ('\\' | ';' | ',')) => text.push(c),
                other => panic!("no escape: \\{other:?}"),
            },
            ';' | ',' => panic!("an unescaped {c} in {value}"),
            c => text.push(c),
        }
    }
    text
}

impl Component {
    /// The components of a kind.
    pub(crate) fn all<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Component> {
        self.components.iter().filter(move |component| component.name == name)
    }

    /// The one property of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Property> {
        let mut found = self.properties.iter().filter(|property| property.name == name);
        let first = found.next();
        assert!(found.next().is_none(), "{name} twice in {self:?}");
        first
    }

    /// The value of a property that has to be there.
    pub(crate) fn value(&self, name: &str) -> &str {
        &self.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}")).value
    }

    /// The same as TEXT.
    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}")).text()
    }

    /// A property as one line, name and all.
    pub(crate) fn line(&self, name: &str) -> String {
        self.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}")).line()
    }
}
