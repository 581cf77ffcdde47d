#!/usr/bin/env python3
"""Measures trained transformers by swaps, with the compiled ones in the program's place.

The two transformers of a folder run on the same pairs of inputs. Half of the swaps go from position to position
of two inputs of one length; of the others half keep places from the start or the end, and half take any. A component
of the circuit is swapped in both, as alignment.json pairs them; a component outside is swapped in the trained one
alone. Positions where the compiled transformer holds no clean value are not counted. Effective positions are those
where the compiled transformer's output changes; for components outside, those where its output on the source is
another.

    trained.py --folders DIR [--pairs N] [--seed S] [--out FILE]
"""

import argparse
import collections
import json
import os
import random
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from forward import Transformer
from interpreter import Batch

NUMBER_TOLERANCE = 0.05


class Pairs:
    """Bases, sources, and for each cell of the bases (BOS first) a cell of the source."""

    def __init__(self, circuit, vocabulary, count, rng):
        lengths = range(circuit.get("min_len", 1), circuit["max_len"] + 1)

        def draw(length):
            kinds = rng.choice([vocabulary, vocabulary, min(vocabulary, 1 + rng.randrange(3))])
            some = rng.sample(range(vocabulary), kinds)
            tokens = [rng.choice(some) for _ in range(length)]
            way = rng.randrange(8)
            return tuple(sorted(tokens) if way == 0 else sorted(tokens, reverse=True) if way == 1 else tokens)

        bases, sources, maps = [], [], []
        for _ in range(count):
            n = m = rng.choice(lengths)
            kind = rng.randrange(8)
            if kind >= 4:
                m = rng.choice(lengths)
            shift = {0: 0, 1: 0, 2: 0, 3: 0, 4: 0, 5: m - n}.get(kind)
            places = [p + shift if shift is not None and 0 <= p + shift < m else rng.randrange(m) for p in range(n)]
            bases.append(draw(n))
            sources.append(draw(m))
            maps.append(places)
        self.base, self.source = Batch(bases), Batch(sources)
        self.where = np.zeros((count, self.base.span + 1), dtype=np.int64)
        for i, places in enumerate(maps):
            self.where[i, 1:1 + len(places)] = [p + 1 for p in places]


class Swapper:
    """One transformer on the pairs: what its components hold on the sources, and its outputs with some swapped."""

    def __init__(self, transformer, pairs):
        self.transformer, self.pairs = transformer, pairs
        self.rows = np.arange(pairs.base.count)[:, None]
        self.stored, self.own = {}, {}

        def keeper(store):
            def keep(layer, head, activation):
                store[layer, head] = activation
                return activation
            return keep

        source = transformer.logits(pairs.source, keeper(self.stored))
        self.plain = transformer.logits(pairs.base, keeper(self.own))
        self.on_source = source[self.rows, pairs.where]

    @property
    def components(self):
        return list(self.own)

    def swapped(self, components):
        chosen = set(components)
        return self.changed(lambda place, activation: (
            self.stored[place][self.rows, self.pairs.where] if place in chosen else activation))

    def changed(self, change):
        return self.transformer.logits(self.pairs.base, lambda l, h, a: change((l, h), a))

    def mean(self, place):
        """Over inputs and positions, BOS apart."""
        kept = self.own[place]
        result = np.empty_like(kept)
        result[:, 0] = kept[:, 0].mean(axis=0)
        result[:, 1:] = kept[:, 1:][self.pairs.base.present].mean(axis=0)
        return result


class Outputs:
    """What logits say at every cell of the bases, and where that is clear."""

    def __init__(self, logits, transformer, present):
        cells = logits[:, 1:][present]
        if transformer.is_numerical:
            self.values, self.clear = cells[:, 0], np.isfinite(cells[:, 0])
        else:
            best = cells.max(axis=1)
            rest = np.sort(cells, axis=1)[:, -2] if cells.shape[1] > 1 else np.zeros_like(best)
            self.values = cells.argmax(axis=1)
            # A compiled transformer writes 1 for a value, and nothing for None and for what it cannot tell.
            self.clear = (np.abs(best - 1) < 0.05) & (np.abs(rest) < 0.05)
        self.is_numerical = transformer.is_numerical

    def same(self, other):
        if self.is_numerical:
            return np.abs(self.values - other.values) < NUMBER_TOLERANCE
        return self.values == other.values


class Tally:
    def __init__(self):
        self.counted = self.right = self.effective = self.effective_right = 0

    def add(self, wanted, got, effective):
        right, effective = got.same(wanted) & wanted.clear, effective & wanted.clear
        self.counted += int(wanted.clear.sum())
        self.right += int(right.sum())
        self.effective += int(effective.sum())
        self.effective_right += int((right & effective).sum())

    @property
    def shares(self):
        share = self.right / self.counted if self.counted else 1
        return share, self.effective_right / self.effective if self.effective else None

    @property
    def worst(self):
        return min(s for s in self.shares if s is not None)


def place(entry):
    return int(entry["hook"].split(".")[1]), entry["head"]


def measure(folder, count, seed, rounds):
    with open(os.path.join(folder, "meta.json")) as file:
        circuit = json.load(file)["circuit"]
    with open(os.path.join(folder, "alignment.json")) as file:
        nodes = json.load(file)["nodes"]
    pairs_of = {}
    for node in nodes:
        if node.get("hl") and node.get("ll"):
            pairs_of[place(node["ll"][0])] = place(node["hl"])
    compiled, trained = Transformer(folder, "hl"), Transformer(folder, "ll")
    tallies = collections.defaultdict(Tally)
    rng = random.Random(f"{seed} {os.path.basename(folder)}")
    for _ in range(rounds):
        pairs = Pairs(circuit, len(compiled.vocabulary), count // rounds, rng)
        high, low = Swapper(compiled, pairs), Swapper(trained, pairs)

        def outputs(logits, transformer):
            return Outputs(logits, transformer, pairs.base.present)

        own = outputs(high.plain, compiled)
        there = outputs(high.on_source, compiled)
        differs = ~there.same(own)
        everywhere = np.ones_like(differs)
        tallies["accuracy"].add(own, outputs(low.plain, trained), everywhere & False)

        def inside(name, places):
            wanted = outputs(high.swapped([pairs_of[p] for p in places]), compiled)
            tallies[name].add(wanted, outputs(low.swapped(places), trained), ~wanted.same(own) | ~own.clear)

        def outside(name, places):
            tallies[name].add(own, outputs(low.swapped(places), trained), differs)

        others = [p for p in low.components if p not in pairs_of]
        for p in pairs_of:
            inside(("iia", p), [p])
        for _ in range(4):
            some = [p for p in pairs_of if rng.random() < 0.5]
            if some:
                inside("joint", some)
        for p in others:
            outside(("siia", p), [p])
        for _ in range(4):
            some = [p for p in others if rng.random() < 0.5]
            if some:
                outside("halves", some)
        if others:
            outside("together", others)
        for name, ablated in ("mean", low.mean), ("zero", lambda p: np.zeros_like(low.own[p])):
            values = {p: ablated(p) for p in low.components}

            def without(chosen):
                return outputs(low.changed(lambda p, a: values[p] if p in chosen else a), trained)

            tallies[f"alone by {name}"].add(own, without(set(others)), everywhere & False)
            for p in low.components:
                tallies[name, "in" if p in pairs_of else "out", p].add(own, without({p}), everywhere & False)
        for p in low.components:
            kind = "in" if p in pairs_of else "out"
            tallies["resample", kind, p].add(own, outputs(low.swapped([p]), trained), differs)

    def of(kind):
        return {k[1]: t for k, t in tallies.items() if isinstance(k, tuple) and k[0] == kind}

    def effects(kind, side, share):
        return [1 - share(t) for k, t in tallies.items()
                if isinstance(k, tuple) and len(k) == 3 and k[0] == kind and k[1] == side]

    iia, siia = of("iia"), of("siia")
    record = {
        "circuit": circuit["name"], "accuracy": tallies["accuracy"].worst,
        "iia": min((t.shares[0] for t in iia.values()), default=1),
        "iia_effective": min((t.shares[1] for t in iia.values() if t.effective), default=1),
        "least_effective": min((t.effective for t in iia.values()), default=0),
        "siia": min((t.worst for t in siia.values()), default=1),
        "joint": tallies["joint"].worst, "halves": tallies["halves"].worst if siia else 1,
        "together": tallies["together"].worst if siia else 1,
        "alone_mean": tallies["alone by mean"].worst, "alone_zero": tallies["alone by zero"].worst}
    for kind in "resample", "mean", "zero":
        share = (lambda t: t.shares[0])
        low, high = effects(kind, "in", share), effects(kind, "out", share)
        record[f"inside_{kind}"], record[f"outside_{kind}"] = min(low, default=0), max(high, default=0)
    record["nodes"] = {str(k): [*t.shares, t.effective] for k, t in iia.items()}
    return record


FIGURES = ("accuracy", "iia", "iia_effective", "joint", "siia", "halves", "together", "alone_mean")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folders", nargs="+", required=True, help="circuits' folders, or folders of them")
    parser.add_argument("--pairs", type=int, default=4000)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--least", type=float, default=0.998, help="what counts as holding the circuit")
    parser.add_argument("--out", help="a file of records, one a line")
    options = parser.parse_args()
    folders = []
    for path in options.folders:
        here = [path] + sorted(os.path.join(path, f) for f in os.listdir(path))
        folders += [f for f in here if os.path.exists(os.path.join(f, "ll_model.safetensors"))]
    out = open(options.out, "w") if options.out else None
    counts = collections.Counter()
    for folder in folders:
        record = measure(folder, options.pairs, options.seed, max(1, options.pairs // 500))
        if out:
            out.write(json.dumps(record) + "\n")
            out.flush()
        counts["circuits"] += 1
        low = [f for f in FIGURES if record[f] < options.least]
        for figure in low:
            counts[f"{figure} below {options.least}"] += 1
        counts["hold their circuit"] += not low
        for kind in "resample", "mean", "zero":
            counts[f"separated by {kind}"] += record[f"inside_{kind}"] > record[f"outside_{kind}"]
        if low or record["least_effective"] < 100:
            print(record["circuit"], {f: round(record[f], 4) for f in FIGURES},
                  "least effective", record["least_effective"], flush=True)
    print(json.dumps(counts, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
