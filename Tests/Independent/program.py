"""Programs as trees, and as RASP source.

A tree is of `Node`s. Equal trees are one object, so that a shared part is computed once and dictionaries go by
identity. What an operator means is in `meaning.py`.
"""

from dataclasses import dataclass, field


class Node:
    """`op` says what kind it is; `data` what else there is besides other nodes."""

    __slots__ = ("op", "args", "data", "key")

    def __repr__(self):
        return f"<{source(self)}>"


_known = {}


def node(op, *args, data=None):
    key = (op, args, identity(data))
    found = _known.get(key)
    if found is None:
        found = Node()
        found.op, found.args, found.data, found.key = op, args, data, key
        _known[key] = found
    return found


def forget():
    """Drops all trees; called between programs, so that memory does not grow."""
    _known.clear()


def identity(value):
    """Tells 1, 1.0 and True apart, and 0.0 and -0.0."""
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, tuple(identity(v) for v in value))
    return (type(value).__name__, repr(value))


# S-ops

def tokens():
    return node("tokens")


def indices():
    return node("indices")


def length():
    return node("length")


def const(value):
    return node("const", data=value)


def as_node(value):
    return value if isinstance(value, Node) else const(value)


def binary(operator, a, b):
    return node("binary", as_node(a), as_node(b), data=operator)


def prefix(operator, a):
    return node("prefix", as_node(a), data=operator)


def call(name, *args):
    """An elementwise function of the library."""
    return node("call", *[as_node(a) for a in args], data=name)


def choose(condition, yes, no):
    return node("if", as_node(condition), as_node(yes), as_node(no))


def member(a, values):
    return node("in", as_node(a), data=tuple(values))


def lookup(pairs, a):
    """`{key: value, ...}[a]`; pairs are (key, value)."""
    return node("lookup", as_node(a), data=tuple(pairs))


def nth(a, place):
    return node("nth", as_node(a), data=place)


def aggregate(selector, value, default=None):
    """The default is a node or nothing; None as a default is `const(None)`."""
    rest = () if default is None else (default,)
    return node("aggregate", selector, as_node(value), *rest)


def width(selector):
    return node("width", selector)


def encoded(how, a):
    return node("encoded", as_node(a), data=how)


def macro(name, args, meaning):
    """A library function that is printed as a call and evaluated as `meaning`."""
    return node("macro", meaning, *[as_node(a) for a in args], data=name)


# Selectors

def select(key, query, comparison):
    return node("select", as_node(key), as_node(query), data=comparison)


def full():
    return node("full")


def both(a, b):
    return node("both", a, b)


def either(a, b):
    return node("either", a, b)


def inverse(a):
    return node("inverse", a)


def one(a):
    return node("one", a)


SELECTORS = {"select", "full", "both", "either", "inverse", "one"}


def is_selector(a):
    return a.op in SELECTORS


def is_plain(a):
    """Whether it is computed from constants alone, and so before there is any input."""
    if a.op in ("binary", "prefix", "call", "if", "in", "lookup"):
        return all(map(is_plain, a.args))
    return a.op == "const"


# The library's functions of sequences, by what the language's page says of them

def before(a, steps, default=None):
    """What `a` is `steps` positions before this one."""
    return aggregate(select(indices(), binary("-", indices(), steps), "=="), a, default)


def count(a, atom):
    return macro("count", (a, atom), width(select(a, atom, "==")))


def contains(a, atom):
    return macro("contains", (a, atom), binary(">", width(select(a, atom, "==")), 0))


def has_focus(selector):
    return macro("has_focus", (selector,), binary(">", width(selector), 0))


def shift(a, steps, filler):
    # The library's own `indices - steps` is another s-op than one of the program; it is spelled otherwise here.
    there = select(indices(), binary("+", -steps, indices()), "==")
    return macro("shift", (a, steps, filler), aggregate(there, a, as_node(filler)))


# Text

def source(a, names=None):
    """RASP source of a node; nodes that have a name are printed as it."""
    def text(a):
        if names and a in names:
            return names[a]
        return write(a)

    def write(a):
        op, args, data = a.op, a.args, a.data
        if op in ("tokens", "indices", "length"):
            return op
        if op == "const":
            return literal(data)
        if op == "binary":
            return f"({text(args[0])} {data} {text(args[1])})"
        if op == "prefix":
            return f"({data} {text(args[0])})"
        if op == "call":
            return f"{data}({', '.join(map(text, args))})"
        if op == "if":
            return f"({text(args[1])} if {text(args[0])} else {text(args[2])})"
        if op == "in":
            return f"({text(args[0])} in [{', '.join(map(literal, data))}])"
        if op == "lookup":
            pairs = ", ".join(f"{literal(k)}: {literal(v)}" for k, v in data)
            return f"({{{pairs}}}[{text(args[0])}])"
        if op == "nth":
            return f"{text(args[0])}[{data}]"
        if op == "aggregate":
            return f"aggregate({', '.join(map(text, args))})"
        if op == "width":
            return f"selector_width({text(args[0])})"
        if op == "encoded":
            return f"{data}({text(args[0])})"
        if op == "macro":
            return f"{data}({', '.join(map(text, args[1:]))})"
        if op == "select":
            return f"select({text(args[0])}, {text(args[1])}, {data})"
        if op == "full":
            return "full_s"
        if op == "both":
            return f"({text(args[0])} and {text(args[1])})"
        if op == "either":
            return f"({text(args[0])} or {text(args[1])})"
        if op == "inverse":
            return f"(not {text(args[0])})"
        if op == "one":
            return f"one({text(args[0])})"
        raise ValueError(op)

    return write(a)


def literal(value):
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return '"' + value + '"'
    if isinstance(value, (int, float)) and (value < 0 or str(value).startswith("-")):
        return f"(-{literal(abs(value))})"
    return repr(value)


@dataclass
class Program:
    """A circuit: names in the order of their lines, each for a node."""

    name: str
    vocabulary: list
    max_len: int
    output: Node
    lines: list = field(default_factory=list)
    min_len: int = 1
    causal: bool = False

    @property
    def text(self):
        names, lines = {}, []
        for name, a in self.lines:
            lines.append(f"{name} = {source(a, names)};")
            names[a] = name
        output = names.get(self.output) or source(self.output, names)
        vocabulary = ", ".join(map(literal, self.vocabulary))
        lines.append(
            f"circuit {self.name} {{ vocab = [{vocabulary}]; min_len = {self.min_len}; max_len = {self.max_len}; "
            f"causal = {'true' if self.causal else 'false'}; output = {output}; }}")
        return "\n".join(lines) + "\n"


def nodes(*roots):
    """All nodes below the roots, each once, arguments first."""
    order, seen = [], set()

    def visit(a):
        if a in seen:
            return
        seen.add(a)
        for b in a.args:
            visit(b)
        order.append(a)

    for root in roots:
        visit(root)
    return order
