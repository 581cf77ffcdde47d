"""Judges a compiled program: do its transformer's outputs have the values that the program has?"""

import ast
import math
import random
import re

import inputs
from forward import Transformer
from interpreter import Interpreter
from meaning import NoValue, is_number

ABSOLUTE, RELATIVE = 1e-3, 1e-5


def differs(expected, actual, is_numerical):
    """How an output is wrong: "" where it is right.

    "type" is an equal number of another type, such as 2 for 2.0; "rounding" one that is equal but for rounding;
    "value" any other. Numerical outputs are floats and show no None.
    """
    if is_numerical:
        if expected is None:
            return ""
        near = is_number(expected) and (
            actual == expected or abs(actual - expected) <= ABSOLUTE + RELATIVE * abs(expected))
        return "" if near else "value"
    if type(expected) is type(actual) and expected == actual:
        return ""
    if not (is_number(expected) and is_number(actual)):
        return "value"
    if expected == actual:
        return "type"
    return "rounding" if math.isclose(expected, actual, rel_tol=1e-12, abs_tol=1e-15) else "value"


WAYS = ("value", "rounding", "type")


def spelled(inputs_of, vocabulary):
    return [vocabulary[i] for i in inputs_of]


def compare(program, folder, seed, count):
    """The verdict on a folder, as a dictionary."""
    interpreter = Interpreter(program)
    runs = inputs.directed(interpreter, random.Random(seed), count)
    transformer = Transformer(folder)
    record = {"verdict": "right", "inputs": sum(run.batch.count for run in runs)}
    smallest = {}
    for run in runs:
        expected = run.output()
        actual = transformer.run(run.batch)
        start = 0
        for i, values in enumerate(expected):
            got = actual[start:start + len(values)]
            start += len(values)
            if run.failed[i]:
                record.setdefault("no_value", {
                    "input": spelled(run.batch.inputs[i], program.vocabulary), "reason": run.reasons[i]})
                continue
            ways = {differs(e, g, transformer.is_numerical) for e, g in zip(values, got)} - {""}
            if ways:
                way = next(w for w in WAYS if w in ways)
                record[f"wrong {way}s"] = record.get(f"wrong {way}s", 0) + 1
                if way not in smallest or len(values) < len(smallest[way]["input"]):
                    smallest[way] = {"input": spelled(run.batch.inputs[i], program.vocabulary),
                                     "expected": values, "got": got}
    if smallest:
        way = next(w for w in WAYS if w in smallest)
        record["verdict"] = "wrong" if way == "value" else f"wrong {way}"
        record.update(smallest[way])
    elif "no_value" in record:
        record["verdict"] = "compiled_but_errors"
    return record


NAMED = re.compile(r"on the input (\[.*?\]) the program has no value: (.*)")
DEFECTS = ("disagrees", "compiled this wrongly", "compiled wrongly", "internal")
SIZES = ("too large", "too many", "more than", "parameters", "combinations", "would take", "limit")


def refusal(program, message):
    """What kind of refusal it is, and whether what it says of an input is true."""
    record = {"verdict": "refused", "message": message}
    named = NAMED.search(message)
    if named:
        record["kind"] = "no value"
        try:
            text = re.sub(r"\b(-?inf)\b(?![^']*'(?:[^']*'[^']*')*[^']*$)", "1e999", named[1])
            given = ast.literal_eval(text)
            Interpreter(program).value(given)
            record["kind"] = "no value: untrue"
        except NoValue as error:
            record["reason"] = str(error)
        except (ValueError, SyntaxError, KeyError) as error:
            record["kind"] = "no value: unread"
            record["reason"] = repr(error)
    elif message.startswith("crash"):
        record["kind"] = "crash"
    elif any(word in message for word in DEFECTS):
        record["kind"] = "disagrees"
    elif any(word in message for word in SIZES):
        record["kind"] = "too large"
    else:
        record["kind"] = "other"
    return record


def plain_json(value):
    """JSON has no infinities."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {k: plain_json(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(v) for v in value]
    return value
