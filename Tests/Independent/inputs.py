"""Inputs for a program that show what random ones do not.

Conditions of the program are made true on purpose, at several positions; of the inputs tried, those that show
something rare are varied. Small input spaces are gone through as a whole. Inputs are tuples of places in the
vocabulary.
"""

import itertools

import numpy as np

import meaning
from interpreter import Batch
from program import nodes


def space(program):
    """How many inputs there are."""
    n = len(program.vocabulary)
    return sum(n ** length for length in range(program.min_len, program.max_len + 1))


def every(program):
    for length in range(program.min_len, program.max_len + 1):
        yield from itertools.product(range(len(program.vocabulary)), repeat=length)


def directed(interpreter, rng, count=200, exhaustive=400):
    """Runs of the program on inputs that are all different."""
    program = interpreter.program
    if space(program) <= exhaustive:
        return [interpreter.run(every(program))]
    sampler = Sampler(program, rng)
    seen, runs = set(), []

    def run(candidates):
        fresh = list(dict.fromkeys(i for i in candidates if i not in seen))
        seen.update(fresh)
        if fresh:
            result = interpreter.run(fresh)
            result.output()
            runs.append(result)

    first = count // 2
    run(sampler.extremes() + [sampler.planted() for _ in range(first * 2 // 3)]
        + [sampler.loose() for _ in range(first // 3)])
    for _ in range(2):
        parents = rarest(sampler, runs, 24)
        run([sampler.varied(rng.choice(parents), rng.choice(parents)) for _ in range(count // 4)])
    return runs


def rarest(sampler, runs, count):
    """The inputs whose features are the rarest among all."""
    table = np.concatenate([features(sampler.conditions, sampler.selectors, run) for run in runs], axis=1)
    inputs = [i for run in runs for i in run.batch.inputs]
    worth = np.zeros(len(inputs))
    for row in table:
        frequency = np.bincount(row, minlength=5)
        worth += 1 / frequency[row]
    return [inputs[i] for i in np.argsort(-worth)[:count].tolist()]


def features(conditions, selectors, run):
    """For every condition at how many positions it is true, for every selector how many positions it selects."""
    batch, rows = run.batch, []
    values = run.interpreter.values
    for a in conditions:
        if a in run._cells:
            cells = run._cells[a]
            true = np.array([v is not None and bool(v) for v in values])[cells]
            rows.append(np.minimum(np.bincount(batch.row, weights=true, minlength=batch.count).astype(int), 3))
            none = np.bincount(batch.row, weights=cells == 0, minlength=batch.count).astype(int)
            rows.append(np.minimum(none, 2))
    for a in selectors:
        if a in run._pairs:
            counts = run._pairs[a].sum(axis=2)
            rows.append(np.minimum(counts.max(axis=1), 3))
    rows.append(run.failed.astype(int))
    return np.array(rows)


class Sampler:
    def __init__(self, program, rng):
        self.program = program
        self.rng = rng
        self.size = len(program.vocabulary)
        below = nodes(program.output)
        self.conditions = [a for a in below if is_condition(a)]
        self.selectors = [a.args[0] for a in below if a.op in ("aggregate", "width")]
        self.goals = self.conditions + [a for a in below if a.op == "select"]
        constants = [a.data for a in below if a.op == "const"]
        self.salient = [i for i, v in enumerate(program.vocabulary)
                        if any(type(c) is type(v) and c == v for c in constants)] or [0, self.size - 1]

    def length(self):
        low, high = self.program.min_len, self.program.max_len
        return high if self.rng.random() < 0.5 else self.rng.randint(low, high)

    def token(self):
        if self.rng.random() < 0.6:
            return self.rng.choice(self.salient)
        return self.rng.randrange(self.size)

    def extremes(self):
        """One token alone, ascending, descending; the shortest and the longest."""
        result = []
        for length in {self.program.min_len, self.program.max_len}:
            for token in dict.fromkeys([0, self.size - 1] + self.salient[:4]):
                result.append((token,) * length)
            picked = sorted(self.rng.randrange(self.size) for _ in range(length))
            result += [tuple(picked), tuple(reversed(picked))]
        return result

    def loose(self):
        """Of all tokens, or of few."""
        length = self.length()
        if self.rng.random() < 0.4:
            return tuple(self.rng.randrange(self.size) for _ in range(length))
        few = [self.token() for _ in range(self.rng.randint(1, 3))]
        return tuple(self.rng.choice(few) for _ in range(length))

    def planted(self):
        """Some of the program's conditions hold, where that can be had."""
        length = self.length()
        planter = Planter(self.program, self.rng, length)
        for _ in range(self.rng.randint(1, 2)):
            if self.goals:
                goal = self.rng.choice(self.goals)
                for _ in range(self.rng.choice([1, 2, 2, 3])):
                    planter.attempt(goal)
        few = [self.token() for _ in range(self.rng.randint(1, 4))]
        return tuple(planter.place(p, few) for p in range(length))

    def varied(self, a, b):
        rng, result = self.rng, list(a)
        for _ in range(rng.choice([1, 1, 2])):
            roll = rng.random()
            if roll < 0.35:
                result[rng.randrange(len(result))] = self.token()
            elif roll < 0.5:
                result[rng.randrange(len(result))] = rng.choice(result)
            elif roll < 0.65:
                start, to = rng.randrange(len(result)), rng.randrange(len(result))
                size = rng.randint(1, 4)
                part = result[start:start + size]
                result[to:to + len(part)] = part
            elif roll < 0.8:
                cut = rng.randrange(len(result) + 1)
                result = result[:cut] + list(b[cut:])
            elif roll < 0.9:
                result.append(self.token())
            elif len(result) > 1:
                del result[rng.randrange(len(result))]
        result = result[:self.program.max_len]
        while len(result) < self.program.min_len:
            result.append(self.token())
        return tuple(result)


def is_condition(a):
    if a.op == "binary":
        return a.data in meaning.COMPARISONS or a.data in ("and", "or")
    return a.op == "in" or a.op == "prefix" and a.data == "not" or a.op == "call" and a.data == "is_none"


class Planter:
    """Sets tokens so that a node has a wanted value at a position, where the node's form tells how."""

    def __init__(self, program, rng, length):
        self.program = program
        self.rng = rng
        self.length = length
        self.tokens = {}
        self.steps = 0
        self.values = program.vocabulary

    def place(self, position, few):
        token = self.tokens.get(position)
        return self.rng.choice(few) if token is None else token

    def attempt(self, goal):
        before = dict(self.tokens)
        position = self.rng.randrange(self.length)
        self.steps = 120
        if goal.op == "select":
            done = self.pair(goal, self.rng.randrange(self.length), position)
        else:
            done = self.truth(goal, position, True)
        if not done:
            self.tokens = before

    def fixed(self, a, position):
        """The value of what depends on nothing but the position; None for anything else."""
        if a.op == "const":
            return a.data
        if a.op == "indices":
            return position
        if a.op == "length":
            return self.length
        if a.op == "binary" and a.data in "+-*":
            x, y = self.fixed(a.args[0], position), self.fixed(a.args[1], position)
            if x is not None and y is not None:
                try:
                    return meaning.BINARY[a.data](x, y)
                except meaning.NoValue:
                    return None
        return None

    def truth(self, a, position, wanted, depth=8):
        self.steps -= 1
        if depth == 0 or self.steps < 0:
            return False
        d, rng = depth - 1, self.rng
        if a.op in ("macro", "encoded"):
            return self.truth(a.args[0], position, wanted, d)
        if a.op == "prefix" and a.data == "not":
            return self.truth(a.args[0], position, not wanted, d)
        if a.op == "call" and a.data in ("default", "indicator", "bool"):
            return self.truth(a.args[0], position, wanted, d)
        if a.op == "binary" and a.data in ("and", "or"):
            if (a.data == "and") == wanted:
                return all(self.truth(b, position, wanted, d) for b in a.args)
            return self.truth(rng.choice(a.args), position, wanted, d)
        if a.op == "binary" and a.data in meaning.COMPARISONS:
            return self.compare(a, position, position, wanted, d)
        if a.op == "in":
            return self.value(a.args[0], position, rng.choice(a.data), d)
        if a.op == "aggregate":
            return self.moved(a, position, lambda place: self.truth(a.args[1], place, wanted, d), d)
        if a.op == "tokens":
            return self.value(a, position, wanted, d)
        return False

    def compare(self, a, first, second, wanted, depth):
        """A comparison of its first argument at one position with its second at another."""
        x, y = a.args
        known_x, known_y = self.fixed(x, first), self.fixed(y, second)
        compare = meaning.COMPARISONS[a.data]

        def holds(v, w):
            try:
                return compare(v, w) == wanted
            except meaning.NoValue:
                return False

        if known_x is not None and known_y is not None:
            return holds(known_x, known_y)
        candidates = self.candidates()
        for _ in range(8):
            if self.steps < 0:
                return False
            v = known_x if known_x is not None else self.rng.choice(candidates)
            w = known_y if known_y is not None else self.rng.choice(candidates)
            if a.data == "==" and wanted:
                v, w = (v, v) if known_x is not None else (w, w)
            if holds(v, w):
                before = dict(self.tokens)
                if (known_x is not None or self.value(x, first, v, depth)) and (
                        known_y is not None or self.value(y, second, w, depth)):
                    return True
                self.tokens = before
        return False

    def candidates(self):
        return self.values + list(range(min(self.length + 1, 4)))

    def value(self, a, position, wanted, depth):
        self.steps -= 1
        if depth == 0 or self.steps < 0:
            return False
        d = depth - 1
        known = self.fixed(a, position)
        if known is not None:
            return meaning.equal(known, wanted)
        if a.op == "tokens":
            there = self.tokens.get(position)
            if there is not None:
                return meaning.equal(self.values[there], wanted)
            for i, v in enumerate(self.values):
                if meaning.equal(v, wanted):
                    self.tokens[position] = i
                    return True
            return False
        if a.op in ("macro", "encoded") or a.op == "call" and a.data in ("default", "str", "int", "float", "round"):
            if a.op == "call" and a.data == "str":
                options = [v for v in self.candidates() if str(v) == wanted]
                return bool(options) and self.value(a.args[0], position, options[0], d)
            return self.value(a.args[0], position, wanted, d)
        if a.op == "nth":
            place = a.data if a.data >= 0 else self.length + a.data
            seen = position + 1 if self.program.causal else self.length
            return 0 <= place < seen and self.value(a.args[0], place, wanted, d)
        if a.op == "aggregate":
            return self.moved(a, position, lambda place: self.value(a.args[1], place, wanted, d), d)
        if a.op == "width":
            return self.counted(a.args[0], position, wanted, d)
        if a.op == "if":
            yes = self.rng.random() < 0.5
            return self.truth(a.args[0], position, yes, d) and self.value(a.args[1 if yes else 2], position, wanted, d)
        if a.op == "lookup":
            options = [k for k, v in a.data if v is not None and meaning.equal(v, wanted)]
            return bool(options) and self.value(a.args[0], position, self.rng.choice(options), d)
        if isinstance(wanted, bool) or wanted in (0, 1):
            return self.truth(a, position, bool(wanted), d)
        if a.op == "binary" and a.data in "+-" and meaning.is_number(wanted):
            for x, y, other in ((0, 1, a.args[1]), (1, 0, a.args[0])):
                known = self.fixed(other, position)
                if meaning.is_number(known):
                    rest = wanted - known if a.data == "+" else wanted + known if x == 0 else known - wanted
                    return self.value(a.args[x], position, rest, d)
        return False

    def moved(self, a, position, plant, depth):
        """An aggregate's selector selects a position, and there the value is planted."""
        selector = a.args[0]
        places = [p for p in range(self.length) if not self.program.causal or p <= position]
        self.rng.shuffle(places)
        for place in places:
            before = dict(self.tokens)
            if self.pair(selector, place, position, depth) and plant(place):
                return True
            self.tokens = before
        return False

    def counted(self, selector, position, wanted, depth):
        if not isinstance(wanted, int) or not 0 <= wanted <= self.length:
            return False
        places = [p for p in range(self.length) if not self.program.causal or p <= position]
        self.rng.shuffle(places)
        done = 0
        for place in places:
            if done == wanted:
                break
            before = dict(self.tokens)
            if self.pair(selector, place, position, depth):
                done += 1
            else:
                self.tokens = before
        return done == wanted

    def pair(self, selector, key, query, depth=8):
        self.steps -= 1
        if depth == 0 or self.steps < 0 or self.program.causal and key > query:
            return False
        d = depth - 1
        if selector.op == "full":
            return True
        if selector.op == "one":
            return self.pair(selector.args[0], key, query, d)
        if selector.op == "both":
            return all(self.pair(b, key, query, d) for b in selector.args)
        if selector.op == "either":
            return self.pair(self.rng.choice(selector.args), key, query, d)
        if selector.op == "inverse":
            inner = selector.args[0]
            return inner.op == "select" and self.compare(inner, key, query, False, d)
        x, y = selector.args
        if y.op == "const" and y.data is True and selector.data == "==":
            return self.truth(x, key, True, d)
        return self.compare(selector, key, query, True, d)
