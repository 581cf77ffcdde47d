#!/usr/bin/env python3
"""Patches every edge of a compiled transformer and compares with the circuit's edges.

What a target (a head, an MLP, the unembedding) receives from a source (the embeddings, a head, an MLP) is taken from
another input's run; all else stays. Where that changes the output, the edge is real. It is compared with the
circuit in `edges.json`, by the benchmark's convention and as data flows. A head's query, key and value inputs are one
target here. An edge whose target reads no direction that the source writes is impossible.

    edges.py --raspc PATH --folders DIR...
    edges.py --raspc PATH --kind small --from 0 --to 100
"""

import argparse
import collections
import itertools
import json
import os
import random
import re
import shutil
import sys
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

import generators
from compiling import Compiler
from forward import Transformer
from interpreter import Batch

EMBED, POSITIONS, END = ("embed",), ("positions",), ("end",)


class PatchedTransformer(Transformer):
    """Keeps what every source writes, and changes what one target receives."""

    def sources(self):
        yield EMBED
        yield POSITIONS
        for layer in range(self.layers):
            for head in range(self.heads):
                if self.attention[layer][head].writes:
                    yield ("head", layer, head)
            if len(self.out[layer].columns):
                yield ("mlp", layer)

    def targets_behind(self, source):
        for other in self.sources():
            if other in (EMBED, POSITIONS):
                continue
            if source in (EMBED, POSITIONS) or source[1] < other[1] or (
                    source[1] == other[1] and source[0] == "head" and other[0] == "mlp"):
                yield other
        yield END

    def run_patched(self, batch, target=None, delta=None, kept=None):
        def received(place):
            return residual + delta if place == target else residual

        ids = np.full((batch.count, batch.span + 1), self.bos, dtype=np.int64)
        ids[:, 1:][batch.present] = batch.ids
        embedded, places = self.embedding[ids], self.positions[:batch.span + 1]
        written = {EMBED: embedded, POSITIONS: np.broadcast_to(places, embedded.shape)}
        residual, mask = written[EMBED] + written[POSITIONS], self.mask(batch)
        for layer in range(self.layers):
            updates = {}
            for number, head in enumerate(self.attention[layer]):
                if head.writes:
                    x = received(("head", layer, number))
                    updates["head", layer, number] = head.out.full(self.attend(head, mask, x, x, x))
            for update in updates.values():
                residual = residual + update
            residual = residual + self.attention_bias[layer]
            written.update(updates)
            if len(self.into[layer].columns):
                hidden = np.maximum(self.into[layer].full(received(("mlp", layer))), 0)
                written["mlp", layer] = self.out[layer].full(hidden)
                residual = residual + written["mlp", layer]
        if kept is not None:
            kept.update(written)
        return self.unembedding.full(received(END))

    def writes(self, source):
        """Directions that the source may write differently on different inputs."""
        if source == EMBED:
            return np.ptp(self.embedding[:self.bos], axis=0) != 0
        if source == POSITIONS:
            return np.ptp(self.positions[1:], axis=0) != 0
        product = self.attention[source[1]][source[2]].out if source[0] == "head" else self.out[source[1]]
        result = np.zeros(self.embedding.shape[1], dtype=bool)
        result[product.columns] = True
        return result

    def reads(self, target):
        result = np.zeros(self.embedding.shape[1], dtype=bool)
        if target == END:
            products = [self.unembedding]
        elif target[0] == "mlp":
            products = [self.into[target[1]]]
        else:
            head = self.attention[target[1]][target[2]]
            products = [head.query, head.key, head.value]
        for product in products:
            result[product.rows] = True
        return result

    def meanings(self, logits):
        if self.is_numerical:
            return logits[:, :, 0]
        return np.where(logits.max(axis=2) < 0.5, -1, logits.argmax(axis=2))

    def effect(self, before, after, batch):
        """At what share of positions the output changes."""
        if self.is_numerical:
            changed = np.abs(before - after) > 1e-3 + 1e-5 * np.abs(before)
        else:
            changed = before != after
        return float(changed[:, 1:][batch.present].mean())

    def effects(self, rng, inputs, count):
        base, source, where = pairs(rng, inputs, count)
        rows = np.arange(base.count)[:, None]
        here, there = {}, {}
        before = self.meanings(self.run_patched(base, kept=here))
        self.run_patched(source, kept=there)
        result = {}
        for a in self.sources():
            delta = there[a][rows, where] - here[a]
            for b in self.targets_behind(a):
                possible = bool((self.writes(a) & self.reads(b)).any())
                share = 0.0
                if possible:
                    share = self.effect(before, self.meanings(self.run_patched(base, b, delta)), base)
                result[a, b] = (share, possible)
        return result


def pairs(rng, inputs, count):
    """Half of one length and position by position, half at any positions of any input."""
    by_length = collections.defaultdict(list)
    for i in inputs:
        by_length[len(i)].append(i)
    bases = [rng.choice(inputs) for _ in range(count)]
    span = max(map(len, bases))
    sources, where = [], np.zeros((count, span + 1), dtype=np.int64)
    for n, base in enumerate(bases):
        if n % 2:
            sources.append(rng.choice(by_length[len(base)]))
            where[n, 1:len(base) + 1] = range(1, len(base) + 1)
        else:
            sources.append(rng.choice(inputs))
            where[n, 1:len(base) + 1] = [rng.randint(1, len(sources[-1])) for _ in base]
    return Batch(bases), Batch(sources), where


PLACE = re.compile(r"blocks\.(\d+)\.(?:attn\.)?hook_(\w+?)(?:\[(\d+)\])?$")


def parsed(hook, is_source):
    """The source or target that a hook's name means; None for what lies within a component."""
    if is_source and hook in ("hook_embed", "hook_pos_embed"):
        return EMBED if hook == "hook_embed" else POSITIONS
    found = PLACE.match(hook)
    if not found:
        return None
    layer, what, head = int(found[1]), found[2], found[3]
    if is_source:
        return {"result": ("head", layer, int(head or 0)), "mlp_out": ("mlp", layer)}.get(what)
    if what in ("q_input", "k_input", "v_input"):
        return "head", layer, int(head)
    return {"mlp_in": ("mlp", layer), "resid_post": END}.get(what)


def listed(edges):
    ends = {(parsed(a, True), parsed(b, False)) for a, b in edges}
    return {(a, b) for a, b in ends if a and b}


def spelled(edge):
    return " -> ".join(" ".join(map(str, end)) for end in edge)


def examined(folder, rng, count):
    model = PatchedTransformer(folder)
    with open(os.path.join(folder, "meta.json")) as file:
        circuit = json.load(file)["circuit"]
    low, high, size = circuit["min_len"], circuit["max_len"], len(model.vocabulary)
    if sum(size ** n for n in range(low, high + 1)) <= 400:
        inputs = [i for n in range(low, high + 1) for i in itertools.product(range(size), repeat=n)]
    else:
        few = lambda: [rng.randrange(size) for _ in range(rng.randint(1, 4))]
        inputs = [tuple(rng.choice(some) for _ in range(rng.randint(low, high)))
                  for some in (few() for _ in range(400))]
    effects = model.effects(rng, inputs, count)
    real = {e for e, (share, _) in effects.items() if share > 0}
    possible = {e for e, (_, possible) in effects.items() if possible}
    with open(os.path.join(folder, "edges.json")) as file:
        content = json.load(file)
    record = {"folder": os.path.basename(folder), "real": len(real)}
    for name, edges in (("benchmark", "compiled"), ("dataflow", "dataflow")):
        known = listed(content[edges])
        record[name] = {
            "missing": sorted(f"{spelled(e)} ({effects[e][0]:.3f})" for e in real - known),
            "impossible": sorted(map(spelled, known - possible)),
            "no effect seen": sorted(map(spelled, (known & possible) - real))}
    return record


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raspc", required=True)
    parser.add_argument("--folders", nargs="*", help="folders of circuits, or folders that hold such")
    parser.add_argument("--kind", choices=generators.KINDS)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--to", dest="last", type=int, default=40)
    parser.add_argument("--pairs", type=int, default=400)
    options = parser.parse_args()
    compiler = Compiler(options.raspc)
    counts = collections.Counter()

    def examine(folder):
        record = examined(folder, random.Random(folder.split(os.sep)[-1]), options.pairs)
        counts["folders"] += 1
        counts["real edges"] += record["real"]
        for name in ("benchmark", "dataflow"):
            for what, edges in record[name].items():
                counts[f"{name}: {what}"] += len(edges)
                counts[f"{name}: {what}, folders"] += bool(edges)
        if any(record[n][w] for n in ("benchmark", "dataflow") for w in ("missing", "impossible", "no effect seen")):
            print(json.dumps(record), flush=True)

    for path in options.folders or []:
        if os.path.exists(os.path.join(path, "edges.json")):
            examine(path)
        else:
            for name in sorted(os.listdir(path)):
                if os.path.exists(os.path.join(path, name, "edges.json")):
                    examine(os.path.join(path, name))
    if options.kind:
        for start in range(options.first, options.last, 40):
            folder = tempfile.mkdtemp(prefix="independent-")
            try:
                programs = [generators.program(options.kind, i) for i in range(start, min(start + 40, options.last))]
                outcome = compiler.compile(programs, folder)
                for program in programs:
                    if outcome[program.name] is None:
                        examine(os.path.join(folder, program.name))
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(counts, indent=2))
    return 1 if counts["dataflow: missing"] or counts["dataflow: impossible"] else 0


if __name__ == "__main__":
    sys.exit(main())
