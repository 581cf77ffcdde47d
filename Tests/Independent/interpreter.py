"""Evaluates programs on many inputs at once.

Values are numbered as they occur; an s-op is an array of such numbers, one for each cell (a position of an input).
An operator is applied once to each combination of values that occurs. An input on which anything is in error has
no value as a whole.
"""

import numpy as np

import meaning
from meaning import NoValue
from program import identity


class Batch:
    """Inputs of any lengths, as places in the vocabulary."""

    def __init__(self, inputs):
        self.inputs = [tuple(i) for i in inputs]
        self.count = len(self.inputs)
        self.lengths = np.array([len(i) for i in self.inputs], dtype=np.int64)
        self.span = int(self.lengths.max()) if self.inputs else 0
        self.present = np.arange(self.span) < self.lengths[:, None]
        self.row, self.column = np.nonzero(self.present)
        self.ids = np.array([t for i in self.inputs for t in i], dtype=np.int64)

    def square(self, cells, filler=0):
        """Cells as inputs by positions."""
        result = np.full((self.count, self.span), filler, dtype=cells.dtype)
        result[self.present] = cells
        return result


class Interpreter:
    NONE = 0

    def __init__(self, program):
        self.program = program
        self.values = [None]
        self._numbers = {identity(None): 0}
        self._applied = {}
        self._hashes = np.zeros(0, dtype=np.uint64)
        self._random = np.random.default_rng(7)
        # Where a set, gets what combinations of values occur at which node.
        self.occurring = None

    def number(self, value):
        """The number of a value; 1, 1.0 and True are three."""
        key = identity(value)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.values)
            self.values.append(value)
        return found

    def run(self, inputs, replaced=None):
        return Run(self, inputs if isinstance(inputs, Batch) else Batch(inputs), replaced)

    def value(self, tokens, a=None):
        """The values of the output, or of a node, on one input of plain tokens; throws NoValue."""
        places = {identity(v): i for i, v in enumerate(self.program.vocabulary)}
        run = self.run([[places[identity(t)] for t in tokens]])
        result = run.output(a)
        if run.failed[0]:
            raise NoValue(run.reasons[0])
        return result[0]

    def apply(self, a, arguments):
        """An elementwise node's value on numbered arguments; -1 and the reason where there is none."""
        key = (a, arguments)
        found = self._applied.get(key)
        if found is None:
            try:
                found = self.number(self.compute(a, [self.values[i] for i in arguments])), None
            except NoValue as error:
                found = -1, str(error)
            self._applied[key] = found
        return found

    def compute(self, a, v):
        op = a.op
        if op == "call" and a.data == "is_none":
            return v[0] is None
        if op == "call" and a.data == "default":
            return v[1] if v[0] is None else v[0]
        if op == "if":
            return None if v[0] is None else v[1] if v[0] else v[2]
        if any(x is None for x in v):
            return None
        if op == "binary":
            return meaning.BINARY[a.data](*v)
        if op == "prefix":
            return meaning.PREFIX[a.data](*v)
        if op == "call":
            return meaning.FUNCTIONS[a.data](*v)
        if op == "in":
            return any(x is not None and meaning.equal(v[0], x) for x in a.data)
        if op == "lookup":
            for key, value in a.data:
                if key is not None and meaning.equal(v[0], key):
                    return value
            raise NoValue(f"no key {v[0]!r}")
        raise ValueError(op)

    def hashes(self):
        missing = len(self.values) - len(self._hashes)
        if missing > 0:
            more = self._random.integers(1, 2**63, size=missing + 64, dtype=np.uint64)
            self._hashes = np.concatenate([self._hashes, more])
        return self._hashes


class Run:
    """One batch: every node's values, and which inputs are in error."""

    def __init__(self, interpreter, batch, replaced=None):
        self.interpreter = interpreter
        self.batch = batch
        self.failed = np.zeros(batch.count, dtype=bool)
        self.reasons = {}
        self._cells = dict(replaced or {})
        self._pairs = {}

    def output(self, a=None):
        """The values as lists, one an input; those of inputs in error are to be ignored."""
        cells = self.cells(a or self.interpreter.program.output)
        values = self.interpreter.values
        result, start = [], 0
        listed = cells.tolist()
        for n in self.batch.lengths.tolist():
            result.append([values[i] for i in listed[start:start + n]])
            start += n
        return result

    def fail(self, cells, reason):
        for i in np.unique(self.batch.row[cells]).tolist():
            if not self.failed[i]:
                self.failed[i] = True
                self.reasons[i] = reason

    # S-ops

    def cells(self, a):
        found = self._cells.get(a)
        if found is None:
            found = self._cells[a] = self.evaluate(a)
        return found

    def evaluate(self, a):
        number, batch = self.interpreter.number, self.batch
        op = a.op
        if op == "tokens":
            table = np.array([number(v) for v in self.interpreter.program.vocabulary])
            return table[batch.ids]
        if op == "indices":
            return np.array([number(i) for i in range(batch.span)])[batch.column]
        if op == "length":
            return np.array([number(i) for i in range(batch.span + 1)])[batch.lengths[batch.row]]
        if op == "const":
            return np.full(len(batch.row), number(a.data))
        if op in ("macro", "encoded"):
            return self.cells(a.args[0])
        if op == "width":
            counts = self.pairs(a.args[0]).sum(axis=2)[batch.present]
            return np.array([number(i) for i in range(batch.span + 1)])[counts]
        if op == "nth":
            return self.nth(a)
        if op == "aggregate":
            return self.aggregate(a)
        return self.elementwise(a)

    def elementwise(self, a):
        arguments = [self.cells(b) for b in a.args]
        size = len(self.interpreter.values) + 1
        code = arguments[0].astype(np.int64)
        for more in arguments[1:]:
            code = code * size + more
        unique, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        columns = [x[first].tolist() for x in arguments]
        self.note(a, zip(*columns))
        apply = self.interpreter.apply
        table = np.empty(len(unique), dtype=np.int64)
        for i, combination in enumerate(zip(*columns)):
            table[i], reason = apply(a, combination)
            if reason is not None:
                self.fail(inverse == i, reason)
                table[i] = 0
        return table[inverse]

    def note(self, a, combinations):
        if self.interpreter.occurring is not None:
            self.interpreter.occurring.update((a, c) for c in combinations)

    def nth(self, a):
        square = self.batch.square(self.cells(a.args[0]))
        place = a.data if a.data >= 0 else self.batch.lengths + a.data
        place = np.broadcast_to(place, self.batch.count)
        inside = (place >= 0) & (place < self.batch.lengths)
        values = square[np.arange(self.batch.count), np.where(inside, place, 0)]
        values, inside = values[self.batch.row], inside[self.batch.row]
        if self.interpreter.program.causal:
            inside = inside & (place[self.batch.row] <= self.batch.column)
        return np.where(inside, values, self.interpreter.number(0))

    def aggregate(self, a):
        batch, interpreter = self.batch, self.interpreter
        selected = self.pairs(a.args[0])[batch.present]
        keys = batch.square(self.cells(a.args[1]))
        default = self.cells(a.args[2]) if len(a.args) > 2 else np.full(len(batch.row), interpreter.number(0))
        counts = selected.sum(axis=1)
        places = selected.argmax(axis=1)
        result = np.where(counts == 0, default, keys[batch.row, places])
        several = np.nonzero(counts > 1)[0]
        if len(several):
            chosen, values = selected[several], keys[batch.row[several]]
            # Equal multisets of values have equal sums of hashes, whatever their order.
            hashes = interpreter.hashes()
            sums = np.where(chosen, hashes[values], np.uint64(0)).sum(axis=1, dtype=np.uint64)
            unique, first, inverse = np.unique(sums, return_index=True, return_inverse=True)
            table = np.empty(len(unique), dtype=np.int64)
            self.note(a, unique.tolist())
            for i, place in enumerate(first.tolist()):
                members = values[place][chosen[place]].tolist()
                table[i] = 0
                if 0 not in members:
                    try:
                        table[i] = interpreter.number(meaning.mean([interpreter.values[m] for m in members]))
                    except NoValue as error:
                        self.fail(several[inverse == i], str(error))
            result[several] = table[inverse]
        return result

    # Selectors: inputs by queries by keys

    def pairs(self, a):
        found = self._pairs.get(a)
        if found is None:
            found = self.selection(a)
            found &= self.batch.present[:, None, :] & self.batch.present[:, :, None]
            if self.interpreter.program.causal:
                found &= np.tri(self.batch.span, dtype=bool)
            self._pairs[a] = found
        return found

    def selection(self, a):
        op = a.op
        if op == "select":
            return self.compared(a)
        if op == "full":
            return np.ones((self.batch.count, self.batch.span, self.batch.span), dtype=bool)
        if op == "both":
            return self.pairs(a.args[0]) & self.pairs(a.args[1])
        if op == "either":
            return self.pairs(a.args[0]) | self.pairs(a.args[1])
        if op == "inverse":
            return ~self.pairs(a.args[0])
        if op == "one":
            pairs = self.pairs(a.args[0])
            broken = (pairs.sum(axis=2) > 1)[self.batch.present]
            if broken.any():
                self.fail(broken, "one(...) promises one position")
            return pairs.copy()
        raise ValueError(op)

    def compared(self, a):
        batch, interpreter = self.batch, self.interpreter
        keys, queries = self.cells(a.args[0]), self.cells(a.args[1])
        key_list, key_places = np.unique(keys, return_inverse=True)
        query_list, query_places = np.unique(queries, return_inverse=True)
        compare = meaning.COMPARISONS[a.data]
        # 0: no, 1: yes, 2: in error
        table = np.zeros((len(query_list), len(key_list)), dtype=np.int8)
        key_values = [interpreter.values[i] for i in key_list.tolist()]
        for i, query in enumerate(query_list.tolist()):
            query = interpreter.values[query]
            if query is None:
                continue
            for j, key in enumerate(key_values):
                if key is not None:
                    try:
                        table[i, j] = compare(key, query)
                    except NoValue:
                        table[i, j] = 2
        if interpreter.occurring is not None:
            pairs = batch.square(queries)[:, :, None] * 100_000 + batch.square(keys)[:, None, :]
            self.note(a, np.unique(pairs[batch.present[:, :, None] & batch.present[:, None, :]]).tolist())
        square = table[batch.square(query_places)[:, :, None], batch.square(key_places)[:, None, :]]
        if (table == 2).any():
            here = square == 2
            here &= batch.present[:, None, :] & batch.present[:, :, None]
            if interpreter.program.causal:
                here &= np.tri(batch.span, dtype=bool)
            self.fail(here.any(axis=2)[batch.present], "values that have no order")
        return square == 1
