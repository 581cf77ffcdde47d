#!/usr/bin/env python3
"""Shows that the harness can fail, and that its parts agree with raspc where raspc is right.

    selftest.py --raspc PATH

- The forward pass gives what `raspc exec` gives, the interpreter what `raspc run` gives.
- A changed weight, an exchanged output and a shifted bias in a folder are noticed.
- Wrong meanings of the language, put in place of the right ones, are noticed on the inputs that are tried.
- A swap of the wrong variable and a removed edge are noticed.
"""

import argparse
import json
import math
import os
import random
import shutil
import sys
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

import edges
import generators
import inputs
import interpreter
import judge
import meaning
import trained
from compiling import Compiler
from forward import Transformer, read_safetensors, read_value
from interpreter import Batch, Interpreter
from swaps import Swapper

failures = []


def check(what, holds, detail=""):
    print(f"{'ok  ' if holds else 'FAIL'} {what} {detail}", flush=True)
    if not holds:
        failures.append(what)


def write_safetensors(path, tensors):
    header, body = {}, b""
    for name, array in tensors.items():
        data = np.ascontiguousarray(array, dtype=np.float32).tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + body)


def compiled(compiler, kind, count, folder, change=lambda p: p):
    programs = [change(generators.program(kind, i)) for i in range(count)]
    outcome = compiler.compile(programs, folder)
    return [p for p in programs if outcome[p.name] is None]


def right(program, folder):
    return judge.compare(program, os.path.join(folder, program.name), program.name, 200)["verdict"]


def agreement(compiler, programs, folder):
    """With `raspc run` and `raspc exec`, on some inputs."""
    rng = random.Random(1)
    runs = execs = tried = 0
    for program in programs:
        place = os.path.join(folder, program.name)
        machine = Interpreter(program)
        transformer = Transformer(place)
        tokens = [rng.randrange(len(program.vocabulary)) for _ in range(rng.randint(program.min_len, program.max_len))]
        run = machine.run([tokens])
        expected = run.output()[0]
        if run.failed[0]:
            continue
        tried += 1
        spelled = judge.spelled(tokens, program.vocabulary)
        said = parsed(compiler.values("run", place + ".rasp", spelled))
        runs += said is not None and all(same(a, b) for a, b in zip(expected, said))
        said = parsed(compiler.values("exec", place, spelled))
        got = transformer.run(Batch([tokens]))
        agrees = said is not None and all(
            abs(a - b) <= 1e-5 * max(1, abs(b)) if transformer.is_numerical else same(a, b) for a, b in zip(got, said))
        execs += agrees
        if not agrees:
            print(f"     {program.name} {spelled}: here {got}, raspc exec {said}")
    check("the interpreter and raspc run", runs == tried, f"{runs} of {tried}")
    check("the forward pass and raspc exec", execs == tried, f"{execs} of {tried}")


def parsed(text):
    try:
        return list(map(read_value, json.loads(text)))
    except ValueError:
        return None


def same(a, b):
    """Equal, and of one type; of two values equal but for rounding a transformer may show either."""
    if type(a) is not type(b):
        return False
    return a == b or isinstance(a, float) and math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-15)


def damaged(program, folder, rng, tensor_name):
    """Whether a change of one weight that is not zero, and is read, is noticed."""
    place = os.path.join(folder, program.name)
    path = os.path.join(place, "hl_model.safetensors")
    original = open(path, "rb").read()
    tensors = {n: a.copy() for n, a in read_safetensors(path).items()}
    names = [n for n in tensors if tensor_name in n and np.any(tensors[n])]
    if not names:
        return None
    array = tensors[rng.choice(names)]
    spots = np.argwhere(array)
    spot = tuple(rng.choice(spots.tolist()))
    array[spot] = -array[spot]
    write_safetensors(path, tensors)
    try:
        return right(program, folder) == "wrong"
    finally:
        with open(path, "wb") as file:
            file.write(original)


def damages(programs, folder):
    rng = random.Random(2)
    for tensor in ("W_E", "W_V", "W_O", "W_out", "W_U"):
        noticed = [n for n in (damaged(p, folder, rng, tensor) for p in programs) if n is not None]
        share = sum(noticed) / max(1, len(noticed))
        check(f"a flipped weight in {tensor}", share > 0.15, f"noticed in {share:.0%} of {len(noticed)} folders")
    exchanged = noticed = 0
    for program in programs:
        path = os.path.join(folder, program.name, "vocab.json")
        text = open(path).read()
        content = json.loads(text)
        if len(content["output"]) > 1:
            exchanged += 1
            content["output"].append(content["output"].pop(0))
            with open(path, "w") as file:
                json.dump(content, file)
            noticed += right(program, folder) == "wrong"
            with open(path, "w") as file:
                file.write(text)
    check("exchanged outputs", noticed == exchanged, f"noticed in {noticed} of {exchanged} folders")


def first_of_several(values):
    return values[0]


def wrong_meanings(kind, programs):
    """For each wrong meaning, on how many programs the inputs tried show it."""
    def several_are_first(run, a):
        original = meaning.mean
        meaning.mean = first_of_several
        try:
            return RIGHT_AGGREGATE(run, a)
        finally:
            meaning.mean = original

    def nothing_is_zero(run, a):
        return RIGHT_AGGREGATE(run, a if len(a.args) < 3 else interpreter_node(a.args[:2]))

    def any_none_is_zero(self, a, v):
        if a.op == "binary" and a.data in "+-*":
            v = [0 if x is None else x for x in v]
        return RIGHT_COMPUTE(self, a, v)

    def strict_is_not(self, a, v):
        if a.op == "binary" and a.data in ("<=", ">="):
            a = fake(a, a.data[0])
        return RIGHT_COMPUTE(self, a, v)

    import program as tree
    interpreter_node = lambda args: tree.aggregate(*args)
    fake = lambda a, operator: tree.node("binary", *a.args, data=operator)
    for name, owner, attribute, wrong in (
            ("one of several values in place of their mean", interpreter.Run, "aggregate", several_are_first),
            ("0 in place of an aggregate's default", interpreter.Run, "aggregate", nothing_is_zero),
            ("None counted as 0 in sums", interpreter.Interpreter, "compute", any_none_is_zero),
            ("< in place of <=", interpreter.Interpreter, "compute", strict_is_not)):
        seen = 0
        for program in programs:
            runs = inputs.directed(Interpreter(program), random.Random(program.name), 300)
            batches = [run.batch for run in runs]
            expected = [run.output() for run in runs]
            original = getattr(owner, attribute)
            setattr(owner, attribute, wrong)
            try:
                machine = Interpreter(program)
                other = [machine.run(batch).output() for batch in batches]
            finally:
                setattr(owner, attribute, original)
            seen += expected != other
        check(f"{kind}: {name}", seen > 0, f"shows in {seen} of {len(programs)} programs")


RIGHT_AGGREGATE = interpreter.Run.aggregate
RIGHT_COMPUTE = interpreter.Interpreter.compute


def swaps_and_edges(compiler, folder):
    programs = compiled(compiler, "small", 40, folder, generators.named)
    noticed = tried = 0
    for program in programs:
        swapper = Swapper(program, os.path.join(folder, program.name), random.Random(3))
        components = [c for c in swapper.components if c.variables]
        if len(components) < 2 or not swapper.inputs:
            continue
        tried += 1
        components[0].variables, components[-1].variables = components[-1].variables, components[0].variables
        noticed += any(True for _ in swapper.deviations(60))
    check("variables of other components", noticed > tried / 10, f"noticed in {noticed} of {tried} programs")
    lost = total = 0
    for program in programs:
        place = os.path.join(folder, program.name)
        record = edges.examined(place, random.Random(4), 300)
        path = os.path.join(place, "edges.json")
        content = json.load(open(path))
        listed = content["compiled"]
        shown = [e for e in listed if e[1].endswith("hook_resid_post")]
        if record["benchmark"]["missing"] or not shown:
            continue
        with open(path, "w") as file:
            json.dump({**content, "compiled": [e for e in listed if e not in shown]}, file)
        total += 1
        lost += bool(edges.examined(place, random.Random(4), 300)["benchmark"]["missing"])
    check("an edge taken from the list", lost > total / 2, f"noticed in {lost} of {total} folders")


def stands_for_trained(folder):
    """Puts the compiled transformer in the trained one's place."""
    for name in ("hl_model.safetensors", "hl_model_cfg.json"):
        shutil.copy(os.path.join(folder, name), os.path.join(folder, name.replace("hl", "ll")))
    path = os.path.join(folder, "alignment.json")
    with open(path) as file:
        alignment = json.load(file)
    for entry in alignment["nodes"]:
        entry["ll"] = [entry["hl"]] if entry["hl"] else []
    return path, alignment


def trained_measures(compiler, folder):
    programs = compiled(compiler, "small", 40, folder, generators.named)
    good = noticed = tried = 0
    for program in programs:
        place = os.path.join(folder, program.name)
        path, alignment = stands_for_trained(place)
        places = {json.dumps(e["hl"]) for e in alignment["nodes"] if e["hl"]}
        if len(places) < 2:
            continue
        tried += 1

        def figures():
            with open(path, "w") as file:
                json.dump(alignment, file)
            record = trained.measure(place, 300, 5, 1)
            return [record[f] for f in trained.FIGURES]

        good += min(figures()) == 1
        held = [e for e in alignment["nodes"] if e["hl"]]
        for entry in held:
            if entry["ll"][0] != held[0]["hl"]:
                entry["ll"] = [held[0]["hl"]]
        noticed += min(figures()) < 1
    check("a transformer that holds its circuit", good == tried, f"at 100% in {good} of {tried}")
    check("variables in other components", noticed > tried / 2, f"noticed in {noticed} of {tried}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raspc", required=True)
    parser.add_argument("--programs", type=int, default=100)
    options = parser.parse_args()
    compiler = Compiler(options.raspc)
    for kind in generators.KINDS:
        folder = tempfile.mkdtemp(prefix="independent-")
        try:
            programs = compiled(compiler, kind, options.programs, folder)
            print(f"{kind}: {len(programs)} of {options.programs} programs compiled")
            agreement(compiler, programs, folder)
            damages(programs[:20], folder)
            wrong_meanings(kind, programs)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix="independent-")
    try:
        swaps_and_edges(compiler, folder)
        trained_measures(compiler, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
