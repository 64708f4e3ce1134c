"""The colours of code, for light and dark pages: `python -m api.blog.markdown.styles` prints them as CSS.

Each role of a piece of syntax has a custom property, `--syntax-…`, which a theme may set anew; `light-dark()` follows
the page's `color-scheme`. Every colour has a contrast of at least 4.5 : 1 on the backgrounds named here (WCAG 2.2,
1.4.3). What a lexer takes for an error looks like the rest: in a blog it is an ellipsis, or newer than the lexer.
"""

import sys
from collections import defaultdict
from typing import NamedTuple

from pygments.token import (
    STANDARD_TYPES,
    Comment,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    String,
    _TokenType,
)

# The darkest background of code on a light page, and the lightest on a dark one.
LIGHT_BACKGROUND = "#f3f1ec"
DARK_BACKGROUND = "#222429"


class Role(NamedTuple):
    """What pieces of syntax have in common for a reader, and how they look. Colours are sRGB."""

    name: str
    light: str
    dark: str
    kinds: tuple[_TokenType, ...]
    also: str = ""


ROLES = (
    Role("comment", "#62655f", "#9da19b", (Comment, Generic.Output), "font-style: italic"),
    Role("keyword", "#98233c", "#f2979f", (Keyword, Operator.Word, Name.Tag, Comment.Preproc)),
    Role("string", "#38641c", "#a8ce8a", (String, Literal.Date)),
    Role("number", "#854800", "#e3b36a", (Number, Literal, Name.Constant, Keyword.Constant, String.Escape)),
    Role("function", "#1c568f", "#8dbcf0", (Name.Function, Name.Decorator, Generic.Prompt)),
    Role("type", "#653a99", "#c6a9f2", (Name.Class, Name.Exception, Name.Namespace, Keyword.Type)),
    Role("builtin", "#0b625e", "#7dcfc6", (Name.Builtin, Name.Attribute, Name.Entity, Name.Label)),
    Role("inserted", "#1d6531", "#8bd39b", (Generic.Inserted,)),
    Role("deleted", "#a1262b", "#f49a98", (Generic.Deleted, Generic.Error, Generic.Traceback)),
)
_EMPHASIS = {
    Generic.Emph: "font-style: italic",
    Generic.EmphStrong: "font-style: italic;\n  font-weight: 600",
    Generic.Heading: "font-weight: 600",
    Generic.Strong: "font-weight: 600",
    Generic.Subheading: "font-weight: 600",
}


def stylesheet() -> str:
    """Return the CSS: the properties, then one rule for each role."""
    properties = "".join(f"  --syntax-{role.name}: light-dark({role.light}, {role.dark});\n" for role in ROLES)
    rules = "".join(_rule(role, names) for role, names in _class_names().items())
    emphasis = "".join(f"\n.highlight .{STANDARD_TYPES[kind]} {{\n  {look};\n}}\n" for kind, look in _EMPHASIS.items())
    return f"/* Printed by `python -m api.blog.markdown.styles`. */\n:root {{\n{properties}}}\n{rules}{emphasis}"


def _class_names() -> dict[Role, list[str]]:
    """Return the classes of each role: of its kinds of syntax and of those below them that no other role claims."""
    roles = {kind: role for role in ROLES for kind in role.kinds}
    names: defaultdict[Role, list[str]] = defaultdict(list)
    for kind, name in STANDARD_TYPES.items():
        nearest = next((roles[ancestor] for ancestor in reversed(kind.split()) if ancestor in roles), None)
        if nearest and name:
            names[nearest].append(name)
    return {role: sorted(names[role]) for role in ROLES}


def _rule(role: Role, names: list[str]) -> str:
    selector = ",\n".join(f".highlight .{name}" for name in names)
    also = f"  {role.also};\n" if role.also else ""
    return f"\n{selector} {{\n  color: var(--syntax-{role.name});\n{also}}}\n"


if __name__ == "__main__":
    sys.stdout.write(stylesheet())
