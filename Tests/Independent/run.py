#!/usr/bin/env python3
"""Compiles random programs and compares the transformers with what the programs mean.

    run.py --raspc PATH --kind rare --from 0 --to 1000 [--jobs N] [--out FILE]
    run.py --show rare:123
"""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import shutil
import sys
import tempfile

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import generators
import judge
from compiling import Compiler

CHUNK = 40


def judged(kind, indexes, raspc, count):
    """Records of some programs, which are compiled together."""
    compiler = Compiler(raspc)
    folder = tempfile.mkdtemp(prefix="independent-")
    try:
        programs = [generators.program(kind, i) for i in indexes]
        outcome = compiler.compile(programs, folder)
        records = []
        for index, program in zip(indexes, programs):
            record = judge_one(compiler, program, folder, outcome[program.name], count)
            records.append({"case": f"{kind}:{index}", **judge.plain_json(record)})
        return records
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def judge_one(compiler, program, folder, message, count):
    if message == "timeout":
        return {"verdict": "timeout"}
    if message is not None:
        return judge.refusal(program, message)
    place, file = os.path.join(folder, program.name), os.path.join(folder, f"{program.name}.rasp")
    record = judge.compare(program, place, program.name, count)
    record["said"] = re.sub(r"\d+", "N", compiler.said.get(program.name, "nothing").split(": ")[0])
    if record["verdict"].startswith("wrong"):
        record["run"] = compiler.values("run", file, record["input"])
        record["exec"] = compiler.values("exec", place, record["input"])
    elif record["verdict"] == "compiled_but_errors":
        record["run"] = compiler.values("run", file, record["no_value"]["input"])
    shutil.rmtree(place, ignore_errors=True)
    return record


def earlier(path):
    """Records of a run that was stopped."""
    records = []
    if path and os.path.exists(path):
        with open(path) as file:
            for line in file:
                try:
                    records.append(json.loads(line))
                except ValueError:
                    pass
    return records


def summary(records):
    counts = collections.Counter()
    messages = collections.Counter()
    for record in records:
        counts[record["verdict"]] += 1
        if "said" in record:
            counts[f"said: {record['said']}"] += 1
        if record["verdict"] == "refused":
            counts[f"refused: {record['kind']}"] += 1
            if record["kind"] != "no value":
                messages[re.sub(r"'[^']*'|\[.*\]|-?\d[\d.,e+-]*", "_", record["message"])[:160]] += 1
    return {"programs": len(records), **dict(sorted(counts.items())), "messages": dict(messages.most_common())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raspc", help="the executable")
    parser.add_argument("--kind", choices=generators.KINDS, default="rare")
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--to", dest="last", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--inputs", type=int, default=300, help="about how many inputs a program is tried on")
    parser.add_argument("--out", help="a file of records, one a line; what it holds already is not done again")
    parser.add_argument("--all", action="store_true", help="list the true refusals, too")
    parser.add_argument("--show", metavar="CASE", help="print a program, such as rare:123")
    options = parser.parse_args()
    if options.show:
        kind, index = options.show.split(":")
        print(generators.program(kind, int(index)).text, end="")
        return 0
    if not options.raspc:
        parser.error("--raspc is missing")

    wanted = {f"{options.kind}:{i}": i for i in range(options.first, options.last)}
    records = [r for r in earlier(options.out) if r["case"] in wanted]
    done = {r["case"] for r in records}
    rest = [i for case, i in wanted.items() if case not in done]
    chunks = [rest[i:i + CHUNK] for i in range(0, len(rest), CHUNK)]
    out = open(options.out, "a") if options.out else None
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(judged, options.kind, chunk, options.raspc, options.inputs) for chunk in chunks]
        for future in concurrent.futures.as_completed(futures):
            for record in future.result():
                records.append(record)
                if out:
                    out.write(json.dumps(record) + "\n")
            if out:
                out.flush()
    records.sort(key=lambda r: int(r["case"].split(":")[1]))
    quiet = {"right"} if options.all else {"right", "refused"}
    for record in records:
        if record["verdict"] not in quiet or record.get("kind", "no value") not in ("no value", "too large"):
            print(json.dumps(record))
    print(json.dumps(summary(records), indent=2))
    return 1 if any(r["verdict"] in ("wrong", "timeout") for r in records) else 0


if __name__ == "__main__":
    sys.exit(main())
