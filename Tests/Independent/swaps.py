#!/usr/bin/env python3
"""Swaps the activations of a compiled transformer's components, and the program's variables that they hold.

A component of a base input's run gets what it has on a source input: at each position the activation that it has at
some position of the source (the same, or any; BOS for BOS). The program gets the variables' values from there. The
two should then give the same outputs. Where they do not, it is told apart whether values came together that never
do on an input of the circuit ("novel"), which a transformer need not know.

    swaps.py --raspc PATH --kind small --from 0 --to 100
"""

import argparse
import collections
import json
import os
import random
import shutil
import sys
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

import generators
import inputs
import judge
from compiling import Compiler
from forward import Transformer
from interpreter import Batch, Interpreter


class Component:
    """A head, an MLP, or some of an MLP's units, and the program's nodes that it holds."""

    def __init__(self, layer, head, units, variables):
        self.layer, self.head, self.units, self.variables = layer, head, units, variables

    @property
    def name(self):
        head = "mlp" if self.head is None else f"head {self.head}"
        units = f" units {self.units[0]} to {self.units[1] - 1}" if self.units else ""
        return f"layer {self.layer} {head}{units}"


def components(folder, program):
    """Components all of whose variables have a name in the program."""
    names = {name: a for name, a in program.lines}
    with open(os.path.join(folder, "alignment.json")) as file:
        entries = json.load(file)["nodes"]
    held, parts = collections.defaultdict(list), []
    for entry in entries:
        place = entry["hl"]
        if not place:
            continue
        layer = int(place["hook"].split(".")[1])
        held[layer, place["head"]].append(entry["variable"])
        if place["head"] is None and entry.get("units") and entry["variable"] in names:
            parts.append(Component(layer, None, entry["units"], [names[entry["variable"]]]))
    result = [Component(layer, head, None, [names[v] for v in variables])
              for (layer, head), variables in held.items() if all(v in names for v in variables)]
    return result + parts


class Swapper:
    def __init__(self, program, folder, rng):
        self.program, self.rng = program, rng
        self.interpreter = Interpreter(program)
        self.transformer = Transformer(folder)
        self.components = components(folder, program)
        self.interpreter.occurring = set()
        runs = inputs.directed(self.interpreter, rng)
        for run in runs:
            run.output()
        self.inputs = [i for run in runs for n, i in enumerate(run.batch.inputs) if not run.failed[n]]
        self.is_exhaustive = inputs.space(program) == len(self.inputs)
        self.real, self.interpreter.occurring = self.interpreter.occurring, None

    def pairs(self, count):
        """Bases, sources, and the source's position for each of the base's; half of them plain."""
        bases, sources, maps = [], [], []
        by_length = collections.defaultdict(list)
        for i in self.inputs:
            by_length[len(i)].append(i)
        for _ in range(count):
            base = self.rng.choice(self.inputs)
            if self.rng.random() < 0.5:
                source = self.rng.choice(by_length[len(base)])
                places = list(range(len(base)))
            else:
                source = self.rng.choice(self.inputs)
                places = [self.rng.randrange(len(source)) for _ in base]
            bases.append(base)
            sources.append(source)
            maps.append(places)
        return Batch(bases), Batch(sources), maps

    def swap(self, chosen, base, source, maps):
        """For each base the program's values and the transformer's, and whether the program has any."""
        rows = np.arange(base.count)[:, None]
        where = np.zeros((base.count, base.span + 1), dtype=np.int64)
        for i, places in enumerate(maps):
            where[i, 1:1 + len(places)] = [p + 1 for p in places]
        there = self.interpreter.run(source)
        replaced = {}
        for component in chosen:
            for a in component.variables:
                square = source.square(there.cells(a))
                replaced[a] = square[rows, np.maximum(where[:, 1:] - 1, 0)][base.present]
        run = self.interpreter.run(base, replaced)
        expected = run.output()

        stored = {}

        def keep(layer, head, activation):
            stored[layer, head] = activation
            return activation

        def change(layer, head, activation):
            for component in chosen:
                if (component.layer, component.head) == (layer, head):
                    moved = stored[layer, head][rows, where]
                    first, last = component.units or (0, activation.shape[2])
                    activation = activation.copy()
                    activation[:, :, first:last] = moved[:, :, first:last]
            return activation

        self.transformer.logits(source, keep)
        actual = self.transformer.decode(self.transformer.logits(base, change), base)
        return run, expected, actual

    def deviations(self, count):
        """Swaps of each component, and of pairs of components, that differ."""
        sets = [[c] for c in self.components]
        for _ in range(min(3, len(self.components) // 2)):
            sets.append(self.rng.sample(self.components, 2))
        tried, effective = 0, 0
        for chosen in sets:
            base, source, maps = self.pairs(count)
            run, expected, actual = self.swap(chosen, base, source, maps)
            plain = self.interpreter.run(base).output()
            start = 0
            for i, values in enumerate(expected):
                got = actual[start:start + len(values)]
                start += len(values)
                if run.failed[i]:
                    continue
                tried += 1
                effective += values != plain[i]
                if any(judge.differs(e, g, self.transformer.is_numerical) == "value" for e, g in zip(values, got)):
                    novel = self.is_novel(chosen, base.inputs[i], source.inputs[i], maps[i])
                    yield {"components": [c.name for c in chosen],
                           "variables": [n for n, a in self.program.lines for c in chosen if a in c.variables],
                           "base": judge.spelled(base.inputs[i], self.program.vocabulary),
                           "source": judge.spelled(source.inputs[i], self.program.vocabulary),
                           "positions": maps[i], "expected": values, "got": got, "novel": novel}
        self.tried, self.effective = tried, effective

    def is_novel(self, chosen, base, source, places):
        self.interpreter.occurring = set()
        self.swap(chosen, Batch([base]), Batch([source]), [places])
        new = self.interpreter.occurring - self.real
        self.interpreter.occurring = None
        return bool(new)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raspc", required=True)
    parser.add_argument("--kind", choices=generators.KINDS, default="small")
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--to", dest="last", type=int, default=100)
    parser.add_argument("--swaps", type=int, default=150, help="of each component")
    parser.add_argument("--out", help="a file of records, one a line")
    options = parser.parse_args()
    compiler = Compiler(options.raspc)
    counts = collections.Counter()
    out = open(options.out, "a") if options.out else None
    for start in range(options.first, options.last, 40):
        folder = tempfile.mkdtemp(prefix="independent-")
        try:
            cases = {f"{options.kind}:{i}": generators.named(generators.program(options.kind, i))
                     for i in range(start, min(start + 40, options.last))}
            outcome = compiler.compile(list(cases.values()), folder)
            for case, program in cases.items():
                if outcome[program.name] is not None:
                    counts["not compiled"] += 1
                    continue
                swapper = Swapper(program, os.path.join(folder, program.name), random.Random(case))
                if not swapper.components or not swapper.inputs:
                    counts["nothing to swap"] += 1
                    continue
                found = list(swapper.deviations(options.swaps))
                counts["programs"] += 1
                counts["swaps"] += swapper.tried
                counts["effective swaps"] += swapper.effective
                for kind in ("novel", "known"):
                    some = [f for f in found if f["novel"] == (kind == "novel")]
                    counts[f"{kind}: swaps"] += len(some)
                    counts[f"{kind}: programs"] += bool(some)
                    if some:
                        smallest = min(some, key=lambda f: (len(f["components"]), len(f["base"]) + len(f["source"])))
                        record = {"case": case, "kind": kind, "count": len(some), **smallest}
                        line = json.dumps(judge.plain_json(record))
                        if out:
                            out.write(line + "\n")
                        if kind == "known":
                            print(line, flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(counts, indent=2))
    return 1 if counts["known: swaps"] else 0


if __name__ == "__main__":
    sys.exit(main())
