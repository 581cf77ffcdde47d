#!/usr/bin/env python3
"""Makes the program of a case smaller as long as the same is wrong with it.

    reduce.py --raspc PATH rare:123 [small:45 ...]
"""

import argparse
import dataclasses
import json
import os
import shutil
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import generators
import program as tree
from compiling import Compiler
from run import judge_one


def symptom(record):
    """What has to stay the same: the verdict and the beginning of the message."""
    return record["verdict"], record.get("kind"), record.get("message", "")[:24]


class Reducer:
    def __init__(self, raspc, count):
        self.compiler = Compiler(raspc)
        self.count = count

    def judge(self, program):
        folder = tempfile.mkdtemp(prefix="independent-")
        try:
            message = self.compiler.compile([program], folder)[program.name]
            return judge_one(self.compiler, program, folder, message, self.count)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def reduce(self, program):
        record = self.judge(program)
        wanted = symptom(record)
        shrunk = True
        while shrunk:
            shrunk = False
            for smaller in candidates(program):
                try:
                    other = self.judge(smaller)
                except (KeyError, ValueError, TypeError):
                    continue
                if symptom(other) == wanted:
                    program, record, shrunk = smaller, other, True
                    break
        return program, record


def candidates(program):
    """Programs that are smaller by one step, the greatest steps first."""
    if program.lines:
        yield dataclasses.replace(program, lines=[])
        for i in range(len(program.lines)):
            yield dataclasses.replace(program, lines=program.lines[:i] + program.lines[i + 1:])
    for part in reversed(tree.nodes(program.output)):
        for simpler in simpler_nodes(part):
            if simpler is not part:
                output = replaced(program.output, part, simpler)
                if output is not program.output and not tree.is_plain(output) and not tree.is_selector(output):
                    yield dataclasses.replace(
                        program, output=output, lines=[(n, replaced(a, part, simpler)) for n, a in program.lines])
    if program.max_len > program.min_len:
        yield dataclasses.replace(program, max_len=program.max_len - 1)
    if program.min_len > 1:
        yield dataclasses.replace(program, min_len=1)
    if program.causal:
        yield dataclasses.replace(program, causal=False)
    size = len(program.vocabulary)
    if size > 3:
        yield dataclasses.replace(program, vocabulary=program.vocabulary[:size // 2])
    if size > 1:
        for i in range(size):
            yield dataclasses.replace(program, vocabulary=program.vocabulary[:i] + program.vocabulary[i + 1:])


def simpler_nodes(a):
    selector = tree.is_selector(a)
    for b in a.args:
        if tree.is_selector(b) == selector:
            yield b
    if selector:
        if a.op != "full":
            yield tree.full()
            if a.op not in ("select", "both", "either", "inverse", "one") or a.args[0].op != "indices":
                yield tree.select(tree.indices(), tree.indices(), "<=")
                yield tree.select(tree.indices(), tree.indices(), "<")
    elif a.op == "aggregate" and len(a.args) > 2:
        yield tree.aggregate(*a.args[:2])
    elif a.op not in ("const", "tokens", "indices"):
        yield tree.tokens()
        yield tree.indices()
        for value in (0, 1, None):
            yield tree.const(value)
    if a.op == "lookup":
        for i in range(len(a.data)):
            if len(a.data) > 1:
                yield tree.lookup(a.data[:i] + a.data[i + 1:], a.args[0])


def replaced(a, old, new, known=None):
    known = {} if known is None else known
    if a is old:
        return new
    if a not in known:
        args = [replaced(b, old, new, known) for b in a.args]
        same = all(x is y for x, y in zip(args, a.args))
        known[a] = a if same else tree.node(a.op, *args, data=a.data)
    return known[a]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raspc", required=True)
    parser.add_argument("--inputs", type=int, default=300)
    parser.add_argument("cases", nargs="+")
    options = parser.parse_args()
    reducer = Reducer(options.raspc, options.inputs)
    for case in options.cases:
        kind, index = case.split(":")
        program, record = reducer.reduce(generators.program(kind, int(index)))
        print(f"# {case}: {json.dumps(record, default=str)}")
        print(program.text, flush=True)


if __name__ == "__main__":
    main()
