"""Checks what a pattern can find of the rules in CONTRIBUTING.md, section "Prose".

It reads Markdown, the comments of Rust, Python and the Makefile, docstrings, and the texts of the library. It finds forbidden
words, also across the end of a line, and lines of comments and Markdown of more than 110 columns. A name in backticks is exempt.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
WIDTH = 110

# The history of the project, and pages that are generated from texts that are checked.
EXEMPT = (
    "CHANGELOG.md",
    "docs/operations.md",
    "docs/permissions.md",
    "docs/effects.md",
    "docs/actions/",
    "entra-ir-py/python/entra_ir/_async_client.py",
)
# Its texts are read by users; in other files only comments and docstrings are prose.
LIBRARY = ("entra-ir-core/src/", "entra-ir-py/src/", "entra-ir-py/python/")
# Stable words of the interface, whose letters happen to be forbidden words.
NAMES = ("pass-made-anew",)

# Forbidden pattern, number of the rule in CONTRIBUTING.md, what to write instead.
RULES = [
    (r"\bnobody\s+(?:knows|can\s+tell|could\s+tell|saw)\b", 2, "unknown"),
    (r"\b(?:is|are|was|were)\s+told\b", 3, "is returned, reported or known"),
    (r"\bto\s+name\s+(?:it|them)\s+to\s+(?:Microsoft|them)\b", 4, "to quote in a support case"),
    (r"\bbites?\b", 4, "takes effect"),
    (r"\bsomething\s+in\s+between\b", 4, "an intermediary"),
    (r"\bstands?\s+where\b", 5, "replaces, is in"),
    (r"\b(?:sessions?|cookies?|tokens?|browsers?)\s+go(?:es)?\s+on\b", 5, "survives"),
    (r"\b(?:it|that|this|what|which)\s+is\s+no\s+(?!longer\b|more\b)", 6, "is not a"),
    (r"\banew\b", 7, "again"),
    (r"\bcould\s+be\s+had\b", 7, "could be obtained"),
    (r"\bwhatever\s+is\s+asked\b", 7, "refuses every ..."),
]
# As the first word of a documentation comment or docstring.
FIRST = (r"(?:Tells|Says)\b", 3, "Returns, Sets, Describes, or the noun")


class Text(NamedTuple):
    """A passage of prose, with the number of its first line."""

    line: int
    text: str
    documentation: bool = False


def without_code(text: str) -> str:
    """Blanks out code and names. Lines and columns stay the same."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", "·", match[0])

    text = re.sub(r"^( *)(```|~~~).*?^\1\2", blank, text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"`[^`\n]*(?:\n[^`\n]+)?`", blank, text)
    # The examples of wrong texts in CONTRIBUTING.md.
    text = re.sub(r"^ *\* Wrong:.*?(?=^ *\* Right:)", blank, text, flags=re.MULTILINE | re.DOTALL)
    for name in NAMES:
        text = text.replace(name, "·" * len(name))
    return text


RUST = re.compile(
    r"(?P<comment>(?:^[ \t]*)?//[^\n]*)"
    r"|(?P<block>/\*.*?\*/)"
    r"|(?P<raw>\bb?r(?P<hashes>\#*)\".*?\"(?P=hashes))"
    r"|(?P<string>\"(?:\\.|[^\"\\])*\")"
    r"|(?P<char>'(?:\\[^\n]{1,8}|[^\\'\n])')",
    re.MULTILINE | re.DOTALL,
)


def rust(source: str, library: bool) -> Iterator[Text]:
    """Yields the comments, those of several lines together, and the strings of the library."""
    block: list[str] = []
    start = last = 0
    kind = ""
    for match in RUST.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        if match["comment"] is not None:
            prefix, text = re.match(r"\s*(//[/!]?)(.*)", match[0]).groups()  # type: ignore[union-attr]
            if block and (line != last + 1 or prefix != kind):
                yield Text(start, "\n".join(block), kind != "//")
                block = []
            start, kind = (start, kind) if block else (line, prefix)
            block.append(text.removeprefix(" "))
            last = line
        elif match["string"] is not None and library:
            yield Text(line, re.sub(r"\\\n", "\n", match[0]))
        elif match["raw"] is not None and library:
            yield Text(line, match[0])
    if block:
        yield Text(start, "\n".join(block), kind != "//")


def python(source: str, library: bool) -> Iterator[Text]:
    """Yields the docstrings, the comments, and the strings of the library."""
    docstrings = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            value = node.body[0].value  # type: ignore[attr-defined]
            docstrings.add(value)
            yield Text(value.lineno, value.value, documentation=True)
        elif library and isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield Text(node.lineno, node.value)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Text(token.start[0], token.string)


def texts(path: str, source: str) -> Iterator[Text]:
    library = path.startswith(LIBRARY)
    if path.endswith(".rs"):
        yield from rust(source, library)
    elif path.endswith((".py", ".pyi")):
        yield from python(source, library)
    else:
        yield Text(1, source)


def words(path: str, source: str) -> Iterator[str]:
    """Yields each forbidden word, with its place and its rule."""
    for text in texts(path, source):
        prose = without_code(text.text)
        found = [(match, rule, better) for pattern, rule, better in RULES for match in re.finditer(pattern, prose, re.IGNORECASE)]
        if text.documentation and (match := re.match(r"\s*" + FIRST[0], prose)):
            found.append((match, FIRST[1], FIRST[2]))
        for match, rule, better in found:
            line = text.line + prose.count("\n", 0, match.start())
            yield f'{path}:{line}: rule {rule}: "{" ".join(match[0].split())}"; better: {better}'


def long_lines(path: str, source: str) -> Iterator[str]:
    """Yields each long line of Markdown or of a comment in Rust. Tables, code, and words that cannot be broken are exempt."""
    if not path.endswith((".md", ".rs")):
        return
    code = False
    for number, line in enumerate(source.split("\n"), 1):
        comment = re.match(r"\s*//[/!]? ?", line)
        text = line[comment.end() :] if comment else line
        if path.endswith(".rs") and not comment:
            code = False
            continue
        if text.lstrip().startswith(("```", "~~~")):
            code = not code
        indent = len(line) - len(text.lstrip())
        unbroken = (
            " " not in text.strip().removeprefix("* ").removeprefix("- ") or "](" in text or re.match(r"\s*\[[^]]+\]:", text)
        )
        # The heads of a table in the source stand over its columns.
        table = text.startswith("|") or len(re.findall(r"\S {2,}(?=\S)", text)) >= 3
        if len(line) > WIDTH and not code and not table and not (unbroken and longest(text) + indent > WIDTH - 50):
            yield f"{path}:{number}: {len(line)} columns; at most {WIDTH}"


def longest(text: str) -> int:
    return max(map(len, text.split()))


def check(path: str, source: str) -> list[str]:
    return [*words(path, source), *long_lines(path, source)]


def self_test() -> None:
    """Shows for each rule and each kind of file that a fault is found, and that a correct text is not."""
    wrong = {
        "a.md": [
            "None if nobody\nknows.",
            "It is no URL.",
            "written anew",
            "No token could be had.",
            "It is told.",
            "Sessions go on, whatever is asked.",
            "x " * 60,
        ],
        "a.rs": ["/// Tells the time.", "// It is nobody\n// knows", "/// to name it to\n/// Microsoft", "// " + "x " * 60],
        "entra-ir-core/src/a.rs": [
            'const A: &str = "it is no URL";',
            'const A: &str = "it \\\n    is no URL";',
            "fn f() {\n//! Says no.\n}",
        ],
        "a.py": ['"""Tells the time."""', "# it stands where it stood", 'def f():\n    """It bites."""'],
        "entra-ir-py/python/a.py": ['print("something in between")', 'print(f"{1} is told")'],
    }
    right = {
        "a.md": [
            "Nobody else.",
            "There is no URL.",
            "It is no longer there.",
            "`it is no URL`",
            "```\nanew\n```",
            "| " + "x " * 60,
            "pass-made-anew",
        ],
        "a.rs": ['let a = "it is no URL";', "/// Returns the time.\n/// Says no more.", "let a = '\"'; // fine"],
        "a.py": ['print("anew")'],
    }
    for path, sources in wrong.items():
        for source in sources:
            assert check(path, source), f"not found in {path}: {source}"
    for path, sources in right.items():
        for source in sources:
            assert not check(path, source), f"found in {path}: {source}: {check(path, source)}"
    text = re.sub(r"\n(?:/// |// )?", " ", "\n".join(source for sources in wrong.values() for source in sources))
    for pattern, _, _ in RULES:
        assert re.search(pattern, text, re.IGNORECASE), f"no example for {pattern}"


def main() -> int:
    self_test()
    listed = subprocess.check_output(["git", "ls-files", "*.md", "*.rs", "*.py", "*.pyi", "Makefile"], cwd=ROOT, text=True)
    paths = [path for path in listed.splitlines() if not path.startswith(EXEMPT) and path != "tests/prose.py"]
    found = [fault for path in paths for fault in check(path, (ROOT / path).read_text(encoding="utf-8"))]
    print("\n".join(found), file=sys.stderr) if found else None
    print(f"{len(paths)} files, {len(found)} faults of prose")
    assert len(paths) > 300, "too few files: the list of files is wrong"
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
