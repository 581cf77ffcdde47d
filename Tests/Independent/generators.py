"""Random programs. `program("rare", 123)` is always the same program.

rare   interesting events are rare: motifs and thresholds over large vocabularies, and what is computed from them
small  small vocabularies and short inputs, every construct at random, so that all inputs can be tried
"""

import random
import string
from dataclasses import replace

from program import (
    Program, aggregate, before, binary, both, call, choose, const, contains, count, either, encoded, forget, full,
    has_focus, indices, inverse, is_plain, is_selector, length, lookup, macro, member, nth, one, prefix, select, shift,
    tokens, width)

COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]
KINDS = ("rare", "small")


def program(kind, index):
    forget()
    rng = random.Random(f"{kind}:{index}")
    return (rare if kind == "rare" else small)(rng, f"{kind}_{index}")


def named(program):
    """The same program with a name for every s-op, so that each is a variable."""
    lines, seen = [], set()

    def visit(a):
        if a in seen or is_plain(a):
            return
        seen.add(a)
        for b in a.args[1:] if a.op == "macro" else a.args:
            visit(b)
        if not is_selector(a) and a.op not in ("tokens", "indices", "length"):
            lines.append((f"v{len(lines)}", a))

    visit(program.output)
    return replace(program, lines=lines)


def small(rng, name):
    vocabulary = rng.choice([
        ["a", "b"], ["a", "b", "c"], ["a", "b"], ["a", "B", "b"], [0, 1], [1, 2], [1, 2, 3], [-1, 0, 1], [0.1, 0.2],
        [0.1, 0.2, 0.3], [1, 2.0], [0.5, 1, 2], [True, False], [1, "a"], [2, "2", "a"], ["1", "2"], ["", "a"],
        [1, 1000000], [0, 777], ["a", "aa", "b"], [-0.5, 0, 2], [1e-9, 1, 3], [True, 2], [10, 9]])
    maker = Maker(rng, vocabulary, max_len=rng.randint(2, 4), causal=rng.random() < 0.4)
    maker.budget = rng.randint(8, 40)
    maker.events = [maker.event()] if rng.random() < 0.3 else []
    for _ in range(rng.randint(0, 3)):
        maker.remember(maker.some(rng.randint(1, 4)))
    output = maker.some(rng.randint(2, 5))
    if output[0] == "number" and rng.random() < 0.5:
        output = None, maker.combined(output[1])
    return maker.program(name, output[1], min_len=rng.choice([1, 1, 1, 2]))


def rare(rng, name):
    vocabulary = rare_vocabulary(rng)
    maker = Maker(rng, vocabulary, max_len=rng.randint(3, 8), causal=rng.random() < 0.4)
    maker.salient = rng.sample(vocabulary, min(len(vocabulary), rng.randint(2, 4)))
    maker.events = [maker.event() for _ in range(rng.randint(1, 2))]
    maker.budget = rng.randint(3, 18)
    for _ in range(rng.randint(0, 2)):
        maker.remember(maker.some(rng.randint(1, 3)))
    output = maker.consequence(rng.randint(1, 3))
    if rng.random() < 0.3:
        output = maker.combined(output)
    return maker.program(name, output, min_len=rng.choice([1, 1, 1, 1, 2, maker.max_len]))


def rare_vocabulary(rng):
    n = rng.randint(4, 30)
    kind = rng.randrange(8)
    if kind < 3:
        return list(string.ascii_lowercase[:min(n, 26)])
    if kind < 5:
        start = rng.choice([0, 0, 1, -3])
        return list(range(start, start + n))
    if kind == 5:
        return [round(0.1 * (i + 1), 1) for i in range(n)]
    if kind == 6:
        return [10 * i for i in range(n - 1)] + [rng.choice([777, 100000, 2**40])]
    letters = list(string.ascii_lowercase[:n // 2])
    return letters + list(range(1, n - len(letters) + 1))


class Maker:
    """Makes random nodes; `budget` bounds how many."""

    def __init__(self, rng, vocabulary, max_len, causal):
        self.rng = rng
        self.vocabulary = vocabulary
        self.salient = vocabulary
        self.max_len = max_len
        self.causal = causal
        self.budget = 10
        self.lines = []
        self.pool = {"number": [], "text": [], "truth": []}
        self.events = []
        kinds = {type(v) for v in vocabulary}
        self.has_numbers = not kinds & {str}
        self.has_texts = kinds == {str}

    def program(self, name, output, min_len):
        if is_plain(output):
            output = choose(binary("==", tokens(), self.vocabulary[0]), output, None)
        if output not in [a for _, a in self.lines] and self.rng.random() < 0.5:
            self.lines.append((f"v{len(self.lines)}", output))
        return Program(name, self.vocabulary, self.max_len, output, self.lines, min(min_len, self.max_len), self.causal)

    def pick(self, *weighted):
        """One of (weight, function) or plain functions."""
        options = [w if isinstance(w, tuple) else (1, w) for w in weighted]
        return self.rng.choices([f for _, f in options], [w for w, _ in options])[0]()

    def remember(self, kind_and_node):
        kind, a = kind_and_node
        if a.op in ("tokens", "indices", "length", "const") or any(b is a for _, b in self.lines):
            return a
        self.lines.append((f"v{len(self.lines)}", a))
        self.pool[kind].append(a)
        return a

    def some(self, depth):
        kind = self.rng.choices(["number", "text", "truth"], [5, 2, 2])[0]
        return kind, self.value(kind, depth)

    def value(self, kind, depth):
        if self.pool[kind] and self.rng.random() < 0.25:
            return self.rng.choice(self.pool[kind])
        self.budget -= 1
        if self.budget < 0:
            depth = 0
        a = getattr(self, kind)(depth)
        if depth > 0 and is_plain(a):
            a = {"number": indices(), "text": call("str", indices()), "truth": binary("==", indices(), 1)}[kind]
        if depth > 1 and self.rng.random() < 0.3:
            self.remember((kind, a))
        return a

    def sequence(self, kind, depth):
        """An s-op; not a plain value, which `x[0]` would look into."""
        a = self.value(kind, depth)
        return tokens() if is_plain(a) else a

    # Numbers

    def number(self, depth):
        rng = self.rng
        if depth <= 0:
            leaves = [indices(), const(rng.choice([0, 1, 2, 3, 1.0, 2.0, 0.5, -1]))]
            if not self.causal:
                leaves.append(length())
            if self.has_numbers:
                leaves += [tokens()] * 3
            if any(type(v) is int for v in self.vocabulary) and not self.has_numbers and rng.random() < 0.5:
                leaves.append(choose(call("is_number", tokens()), tokens(), 0))
            return rng.choice(leaves)
        d = depth - 1
        return self.pick(
            (4, lambda: binary(rng.choice("+-*+-"), self.value("number", d), self.value("number", d))),
            (2, lambda: binary(rng.choice("+-*/%"), self.value("number", d), self.nonzero())),
            (2, lambda: choose(self.value("truth", d), self.value("number", d), self.value("number", d))),
            (1, lambda: choose(self.value("truth", d), self.value("number", d), None)),
            (2, lambda: call("default", self.value("number", d), self.constant())),
            (2, lambda: call("indicator", self.value("truth", d))),
            (3, lambda: width(self.selector(d))),
            (1, lambda: self.counted(d)),
            (12, lambda: aggregate(self.selector(d), self.value("number", d), self.maybe_default("number"))),
            (3, lambda: aggregate(self.single(d), self.value("number", d), self.maybe_default("number"))),
            (3, lambda: self.function_of_number(d)),
            (1, lambda: call("len", self.value("text", d))),
            (1, lambda: call(rng.choice(["int", "float"]), self.value("truth", d))),
            (1, lambda: self.table(self.constant)),
            (1, lambda: nth(self.sequence("number", d), rng.choice([0, 0, 1, 2] + ([] if self.causal else [-1, -2])))),
            (1, lambda: shift(self.value("number", d), rng.choice([1, 2]), self.constant())),
            (2, lambda: self.encoded(self.value("number", d))),
        )

    def constant(self):
        return const(self.rng.choice(
            [0, 1, 2, -1, 5, 0.5, 2.5, 0.1, 1.0, 2.0, 10, 777, -3, True, 0.2, 1 / 3, 1000000, 1e-6]))

    def nonzero(self):
        return const(self.rng.choice([1, 2, 3, -2, 0.5, 10, 0.1, 2.0, 1000, 7]))

    def maybe_default(self, kind):
        roll = self.rng.random()
        if roll < 0.4:
            return None
        if roll < 0.65:
            return const(None)
        if roll > 0.97:
            return self.word() if kind == "number" else self.constant()
        return {"number": self.constant, "text": self.word, "truth": lambda: const(self.rng.random() < 0.5)}[kind]()

    def function_of_number(self, d):
        a = self.value("number", d)
        name = self.rng.choice(
            ["round", "abs", "floor", "ceil", "trunc", "sign", "int", "float", "max", "min", "clamp", "neg"])
        if name == "neg":
            return prefix("-", a)
        if name in ("max", "min"):
            return call(name, a, self.value("number", d))
        if name == "clamp":
            return call(name, a, const(self.rng.choice([0, 0.5, 1])), const(self.rng.choice([1, 2, 2.5])))
        return call(name, a)

    def counted(self, d):
        if self.rng.random() < 0.5:
            return count(tokens(), const(self.rng.choice(self.salient)))
        return macro("average", (a := self.value("number", d),), aggregate(full(), a))

    def table(self, make):
        keys = self.vocabulary
        if len({str(float(k)) if not isinstance(k, str) else k for k in keys}) < len(keys) or len(keys) > 12:
            return make()
        return lookup([(k, make().data) for k in keys], tokens())

    def encoded(self, a):
        return encoded(self.rng.choice(["numerical", "numerical", "categorical"]), a)

    # Texts

    def word(self):
        return const(self.rng.choice(["a", "b", "_", "", "1", "x", "None", "True"]))

    def text(self, depth):
        if depth <= 0:
            return tokens() if self.has_texts and self.rng.random() < 0.8 else self.word()
        d = depth - 1
        return self.pick(
            (3, lambda: call("str", self.value("number", d))),
            (1, lambda: call("str", self.value("truth", d))),
            (3, lambda: binary("+", self.value("text", d), self.value("text", d))),
            (2, lambda: choose(self.value("truth", d), self.value("text", d), self.value("text", d))),
            (1, lambda: choose(self.value("truth", d), self.value("text", d), None)),
            (4, lambda: aggregate(self.single(d), self.value("text", d), self.maybe_default("text"))),
            (0.3, lambda: aggregate(self.selector(d), self.value("text", d), self.maybe_default("text"))),
            (1, lambda: call("default", self.value("text", d), self.word())),
            (1, lambda: call(self.rng.choice(["upper", "reversed"]), self.value("text", d))),
            (1, lambda: self.table(self.word)),
            (1, lambda: call("str", tokens())),
            (1, lambda: nth(self.sequence("text", d), self.rng.choice([0, 1]))),
        )

    # Truth values

    def truth(self, depth):
        rng = self.rng
        if depth <= 0 or self.events and rng.random() < 0.25:
            if self.events:
                return rng.choice(self.events)
            return binary("==", tokens(), rng.choice(self.salient))
        d = depth - 1
        return self.pick(
            (4, lambda: binary(rng.choice(COMPARISONS), self.value("number", d), self.value("number", d))),
            (2, lambda: binary(rng.choice(COMPARISONS), self.value("number", d), self.constant())),
            (2, lambda: binary(rng.choice(COMPARISONS), self.value("text", d), self.value("text", d))),
            (1, lambda: binary("==", tokens(), rng.choice(self.salient))),
            (1, lambda: binary(rng.choice(["==", "!="]), self.some(d)[1], self.some(d)[1])),
            (2, lambda: binary(rng.choice(["and", "or"]), self.value("truth", d), self.value("truth", d))),
            (0.5, lambda: binary(rng.choice(["and", "or"]), self.value("number", d), self.value("truth", d))),
            (1, lambda: prefix("not", self.value("truth", d))),
            (1, lambda: member(self.some(d)[1], rng.sample(self.vocabulary, min(2, len(self.vocabulary))) + [2])),
            (1, lambda: call("is_none", self.some(d)[1])),
            (1, lambda: contains(tokens(), const(rng.choice(self.salient)))),
            (1, lambda: has_focus(self.selector(d))),
            (2, lambda: aggregate(self.single(d), self.value("truth", d), self.maybe_default("truth"))),
            (1, lambda: call("default", self.value("truth", d), const(rng.random() < 0.5))),
            (0.5, lambda: call("bool", self.some(d)[1])),
            (0.5, lambda: choose(self.value("truth", d), self.value("truth", d), self.value("truth", d))),
            (0.5, lambda: encoded("categorical", self.value("truth", d))),
        )

    # Selectors

    def selector(self, depth):
        rng = self.rng
        d = depth - 1
        if depth <= 0 or self.budget < 0:
            return self.pick(
                full,
                lambda: select(indices(), indices(), rng.choice(COMPARISONS)),
                lambda: select(tokens(), tokens(), rng.choice(["==", "!="])),
                lambda: select(tokens(), const(rng.choice(self.salient)), rng.choice(["==", "!="])),
                lambda: select(self.truth(0), const(True), "=="))
        return self.pick(
            (4, lambda: select(self.value("number", d), self.value("number", d), rng.choice(COMPARISONS))),
            (3, lambda: select(self.value("truth", d), const(rng.random() < 0.8), "==")),
            (1, lambda: select(self.value("truth", d), self.value("truth", d), rng.choice(COMPARISONS))),
            (2, lambda: select(self.value("text", d), self.value("text", d), rng.choice(COMPARISONS))),
            (1, lambda: select(self.value("number", d), self.constant(), rng.choice(COMPARISONS))),
            (0.5, lambda: select(self.some(d)[1], self.some(d)[1], rng.choice(["==", "!="]))),
            (1, lambda: select(self.constant(), self.value("number", d), rng.choice(COMPARISONS))),
            (2, lambda: both(self.selector(d), self.selector(d))),
            (1, lambda: either(self.selector(d), self.selector(d))),
            (1, lambda: inverse(self.selector(d))),
            (2, lambda: self.selector(0)),
            (1, lambda: self.single(d)))

    def single(self, depth):
        """Selects one position at most, mostly."""
        rng = self.rng
        d = depth - 1
        return self.pick(
            (4, lambda: select(indices(), binary(rng.choice("+-"), indices(), rng.choice([1, 1, 2])), "==")),
            (2, lambda: select(indices(), const(rng.choice([0, 0, 1, 2])), "==")),
            (2, lambda: select(indices(), self.value("number", d), "==")),
            (1, lambda: select(self.value("number", d), indices(), "==") if rng.random() < 0.3
                else both(select(indices(), self.value("number", d), "=="), self.selector(d))),
            (0.3, lambda: one(select(indices(), self.value("number", d), "=="))),
            (1, lambda: both(select(indices(), binary("-", indices(), 1), "=="), self.selector(d))))

    # Rare events and what is computed from them

    def at(self, steps):
        return before(tokens(), steps, self.rng.choice([None, const("_"), const(None), const(None)])
                      if self.has_texts else self.rng.choice([const(None), None, const(-1)]))

    def event(self):
        """A truth value that is seldom true."""
        rng = self.rng
        letters = [rng.choice(self.salient) for _ in range(4)]
        here = binary("==", tokens(), letters[0])
        options = [
            lambda: binary("and", here, binary("==", self.at(1), letters[1])),
            lambda: binary("and", binary("and", here, binary("==", self.at(1), letters[1])),
                           binary("==", self.at(2), letters[2])),
            lambda: binary("and", here, binary("==", nth(tokens(), 0), letters[1])),
            lambda: binary("and", here, binary("==", aggregate(
                select(indices(), const(0), "=="), tokens(), rng.choice([None, const(None)])), letters[1])),
            lambda: binary("and", binary("==", nth(tokens(), 0), letters[1]),
                           binary("==", nth(tokens(), 1), letters[2])),
            lambda: binary("and", here, binary(
                rng.choice(["==", ">="]), count(tokens(), const(letters[1])), rng.choice([2, 3]))),
            lambda: binary(
                rng.choice(["==", ">="]), width(select(tokens(), const(letters[0]), "==")), rng.choice([2, 3])),
            lambda: binary("and", here, binary(rng.choice(["==", ">="]), indices(), rng.choice([2, 3]))),
            lambda: binary("and", binary("==", tokens(), self.at(1)), here),
            lambda: binary("and", binary("==", tokens(), self.at(1)), binary("==", tokens(), self.at(2))),
            lambda: binary("==", width(both(select(tokens(), tokens(), "=="), select(indices(), indices(), "<"))), 2),
            lambda: binary("and", here, has_focus(both(select(tokens(), const(letters[1]), "=="),
                                                       select(indices(), indices(), rng.choice(["<", ">"]))))),
            lambda: here,
        ]
        if self.has_numbers:
            high = sorted(self.vocabulary)[-min(2, len(self.vocabulary))]
            options += [
                lambda: binary("and", binary(">=", tokens(), const(high)), binary(">=", self.at(1), const(high))),
                lambda: binary(">", binary("+", tokens(), self.at(1)), const(2 * high - 1)),
                lambda: binary("==", binary("-", tokens(), self.at(1)), rng.choice([1, -1, 0])),
                lambda: binary("==", aggregate(
                    select(indices(), tokens(), "=="), tokens(), self.maybe_default("number")), letters[0]),
                lambda: binary(">=", aggregate(full(), tokens()), const(high)),
                lambda: binary("==", aggregate(select(indices(), indices(), "<="), tokens()), const(letters[1])),
            ]
        a = rng.choice(options)()
        if rng.random() < 0.6:
            self.remember(("truth", a))
        return a

    def at_event(self, value):
        event = self.rng.choice(self.events) if self.events else self.value("truth", 1)
        selector = select(event, const(True), "==")
        roll = self.rng.random()
        if roll < 0.12:
            selector = both(selector, select(indices(), indices(), self.rng.choice(["<", "<=", ">", "!="])))
        elif roll < 0.2:
            selector = both(selector, self.selector(1))
        elif roll < 0.26:
            selector = either(selector, self.single(1))
        elif roll < 0.3:
            selector = select(event, event, self.rng.choice(["==", "!="]))
        elif roll < 0.34:
            queries = self.rng.choice([tokens(), const(self.rng.choice(self.salient))])
            selector = select(choose(event, tokens(), None), queries, self.rng.choice(["==", "!="]))
        return aggregate(selector, value, self.maybe_default("number"))

    def consequence(self, depth):
        """A node whose value tells of an event."""
        rng = self.rng
        event = rng.choice(self.events)
        place = lambda: self.at_event(self.rng.choice([indices(), indices(), self.value("number", 1)]))
        value = self.pick(
            (5, place),
            (2, lambda: width(select(event, const(True), "=="))),
            (1, lambda: choose(event, self.value("number", depth), self.value("number", depth))),
            (1, lambda: choose(event, None, self.value("number", depth))),
            (1, lambda: aggregate(full(), call("indicator", event))),
            (1, lambda: aggregate(
                self.selector(1), choose(event, self.value("number", 1), None), self.maybe_default("number"))),
            (1, lambda: aggregate(self.selector(1), choose(event, self.constant(), self.constant()))),
        )
        for _ in range(depth - 1):
            value = self.combined(value)
        return value

    def combined(self, a):
        """More is computed from a number."""
        rng = self.rng
        if rng.random() < 0.4:
            self.remember(("number", a))
        return self.pick(
            (3, lambda: binary(rng.choice("+-*"), a, self.value("number", 1))),
            (2, lambda: binary(rng.choice("+-"), a, self.at_event(indices()))),
            (1, lambda: binary("/", a, self.nonzero())),
            (3, lambda: aggregate(self.selector(1), a, self.maybe_default("number"))),
            (2, lambda: self.at_event(a)),
            (2, lambda: aggregate(select(a, self.value("number", 1), rng.choice(COMPARISONS)), self.value("number", 1),
                                  self.maybe_default("number"))),
            (1, lambda: aggregate(select(indices(), a, rng.choice(COMPARISONS)), self.value("number", 1),
                                  self.maybe_default("number"))),
            (1, lambda: width(select(indices(), a, rng.choice(COMPARISONS)))),
            (1, lambda: width(select(a, a, rng.choice(["==", "!=", "<"])))),
            (2, lambda: call("default", a, self.constant())),
            (1, lambda: call(rng.choice(["round", "abs", "floor", "indicator"]), a)),
            (1, lambda: call("indicator", binary(rng.choice(COMPARISONS), a, self.value("number", 1)))),
            (1, lambda: choose(
                binary(rng.choice(COMPARISONS), a, rng.choice([0, 1, 2, 0.5])), self.value("number", 1), a)),
            (1, lambda: call(rng.choice(["max", "min"]), a, self.value("number", 1))),
            (1, lambda: self.encoded(a)),
            (1, lambda: binary("+", call("str", a), self.value("text", 1))),
            (0.5, lambda: call("str", a)),
            (0.5, lambda: call("is_none", a)),
        )
