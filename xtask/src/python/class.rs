//! What is said of a class of a result, for the table in `classes.rs`.

/// A file of the package, all of which is generated.
pub(crate) struct Module {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
    pub(crate) classes: &'static [Class],
}

/// A class of a result.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    /// The definition that it shows.
    pub(crate) of: &'static str,
    /// Its base classes; those in `_behaviour.py` and `_questions.py` hold what it does.
    pub(crate) bases: &'static str,
    /// What the one-line form shows; everything if it is empty.
    pub(crate) shown: &'static [&'static str],
    /// The list that it stands for.
    pub(crate) rows: &'static str,
    /// Whether it is that list itself: iterates, has a length.
    pub(crate) iterates: bool,
    /// Names in Python of keys in the JSON.
    pub(crate) renamed: &'static [(&'static str, &'static str)],
    /// Keys that no property shows.
    pub(crate) left_out: &'static [&'static str],
    /// Properties that are not simply a key.
    pub(crate) more: &'static [Property],
    /// What the docstring says besides.
    pub(crate) example: &'static str,
    /// Whether only `more` is shown.
    pub(crate) only_more: bool,
    /// Whether the package exports it.
    pub(crate) public: bool,
}

/// A property that is not simply a key.
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) how: How,
    /// The description; that of the schema if it is empty.
    pub(crate) doc: &'static str,
}

/// How a property is read.
pub(crate) enum How {
    /// By this path.
    At(&'static [&'static str]),
    /// As the same property of another property.
    Of(&'static str),
    /// The secret that came beside the JSON.
    Secret,
    /// By the first of these keys that it has; whether there is always one.
    First(&'static [&'static str], bool),
    /// An object without its tag.
    Rest(&'static str, &'static str),
    /// The items of a list whose property is this value.
    Where(&'static str, &'static str, &'static str),
    /// The items of a list whose property is none of these words.
    NoneOf(&'static str, &'static str, &'static [&'static str]),
}

pub(super) const fn class(name: &'static str, of: &'static str, bases: &'static str) -> Class {
    Class {
        name,
        of,
        bases,
        shown: &[],
        rows: "",
        iterates: false,
        renamed: &[],
        left_out: &[],
        more: &[],
        example: "",
        only_more: false,
        public: true,
    }
}

impl Class {
    pub(super) const fn shown(mut self, shown: &'static [&'static str]) -> Self {
        self.shown = shown;
        self
    }

    pub(super) const fn rows(mut self, rows: &'static str) -> Self {
        self.rows = rows;
        self
    }

    pub(super) const fn iterating(mut self, rows: &'static str) -> Self {
        (self.rows, self.iterates) = (rows, true);
        self
    }

    pub(super) const fn renamed(mut self, renamed: &'static [(&'static str, &'static str)]) -> Self {
        self.renamed = renamed;
        self
    }

    pub(super) const fn left_out(mut self, left_out: &'static [&'static str]) -> Self {
        self.left_out = left_out;
        self
    }

    pub(super) const fn more(mut self, more: &'static [Property]) -> Self {
        self.more = more;
        self
    }

    pub(super) const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    pub(super) const fn only(mut self, more: &'static [Property]) -> Self {
        (self.more, self.only_more) = (more, true);
        self
    }

    pub(super) const fn private(mut self) -> Self {
        self.public = false;
        self
    }
}

pub(super) const fn at(name: &'static str, path: &'static [&'static str], doc: &'static str) -> Property {
    Property { name, how: How::At(path), doc }
}

pub(super) const fn of(name: &'static str, other: &'static str) -> Property {
    Property { name, how: How::Of(other), doc: "" }
}

pub(super) const fn secret(name: &'static str, doc: &'static str) -> Property {
    Property { name, how: How::Secret, doc }
}

pub(super) const fn rest(
    name: &'static str,
    key: &'static str,
    tag: &'static str,
    doc: &'static str,
) -> Property {
    Property { name, how: How::Rest(key, tag), doc }
}

pub(super) const fn doors(name: &'static str, doc: &'static str) -> Property {
    Property { name, how: How::Where("doors", "state", name), doc }
}
