"""What the operators and elementwise functions of plain values mean, by docs/language.md.

`None` is handled by the caller: these functions never see it, but for `is_none` and `default`.
"""

import math
from fractions import Fraction


class NoValue(Exception):
    """The program is in error on this input."""


def is_number(a):
    return isinstance(a, (bool, int, float))


def checked(value):
    """An int of 64 bits, or a float that is no nan."""
    if isinstance(value, int) and not isinstance(value, bool) and not -2**63 <= value < 2**63:
        raise NoValue("an integer that does not fit 64 bits")
    if isinstance(value, float) and math.isnan(value):
        raise NoValue("no number (nan)")
    return value


def numbers(*values):
    for a in values:
        if not is_number(a):
            raise NoValue(f"{a!r} is not a number")


def plain(a):
    """Bools count as 0 and 1."""
    return int(a) if isinstance(a, bool) else a


def add(a, b):
    if isinstance(a, str) and isinstance(b, str):
        return a + b
    numbers(a, b)
    return checked(plain(a) + plain(b))


def subtract(a, b):
    numbers(a, b)
    return checked(plain(a) - plain(b))


def multiply(a, b):
    # As in Python, a number times a text repeats it.
    if isinstance(a, str) and isinstance(b, int) or isinstance(a, int) and isinstance(b, str):
        return a * b
    numbers(a, b)
    return checked(plain(a) * plain(b))


def divide(a, b):
    numbers(a, b)
    if b == 0:
        raise NoValue("division by zero")
    return checked(float(plain(a)) / float(plain(b)))


def remainder(a, b):
    numbers(a, b)
    if b == 0:
        raise NoValue("remainder of a division by zero")
    return checked(plain(a) % plain(b))


def equal(a, b):
    if is_number(a) and is_number(b):
        return a == b
    return type(a) is type(b) and a == b


def less(a, b):
    if is_number(a) and is_number(b) or isinstance(a, str) and isinstance(b, str):
        return a < b
    raise NoValue(f"{a!r} and {b!r} have no order")


COMPARISONS = {
    "==": equal,
    "!=": lambda a, b: not equal(a, b),
    "<": less,
    ">": lambda a, b: less(b, a),
    "<=": lambda a, b: less(a, b) or equal(a, b),
    ">=": lambda a, b: less(b, a) or equal(a, b),
}

BINARY = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "and": lambda a, b: bool(a) and bool(b),
    "or": lambda a, b: bool(a) or bool(b),
    **COMPARISONS,
}


def negative(a):
    numbers(a)
    return checked(-plain(a))


PREFIX = {"not": lambda a: not a, "-": negative}


def to_int(a):
    if isinstance(a, str):
        try:
            return checked(int(a if "_" not in a else "_"))
        except ValueError:
            raise NoValue(f"{a!r} is not an integer") from None
    return whole(math.trunc, a)


def to_float(a):
    if isinstance(a, str):
        try:
            return checked(float(a))
        except ValueError:
            raise NoValue(f"{a!r} is not a number") from None
    return float(a)


def whole(rounding, a):
    numbers(a)
    if isinstance(a, float) and math.isinf(a):
        raise NoValue("an infinite number has no nearest integer")
    return checked(int(rounding(a)))


def sign(a):
    numbers(a)
    return (a > 0) - (a < 0)


def clamp(a, low, high):
    return low if less(a, low) else high if less(high, a) else a


def greater(a, b):
    return a if less(b, a) else b


def lesser(a, b):
    return a if less(a, b) else b


def root(a):
    numbers(a)
    if a < 0:
        raise NoValue("the root of a negative number")
    return math.sqrt(a)


def text_length(a):
    if not isinstance(a, str):
        raise NoValue(f"{a!r} has no length")
    return len(a)


def texts(function):
    def applied(*values):
        for a in values:
            if not isinstance(a, str):
                raise NoValue(f"{a!r} is no text")
        return function(*values)
    return applied


FUNCTIONS = {
    "str": lambda a: str(a),
    "int": to_int,
    "float": to_float,
    "bool": bool,
    "round": lambda a: whole(round, a),
    "floor": lambda a: whole(math.floor, a),
    "ceil": lambda a: whole(math.ceil, a),
    "trunc": lambda a: whole(math.trunc, a),
    "abs": lambda a: (numbers(a), checked(abs(plain(a))))[1],
    "sign": sign,
    "sqrt": root,
    "max": greater,
    "min": lesser,
    "clamp": clamp,
    "indicator": lambda a: 1 if a else 0,
    "is_number": is_number,
    "is_string": lambda a: isinstance(a, str),
    "len": text_length,
    "upper": texts(str.upper),
    "reversed": texts(lambda a: a[::-1]),
}


def mean(values):
    """Of several values: the float nearest to their exact mean."""
    if not all(map(is_number, values)) or all(isinstance(a, bool) for a in values):
        raise NoValue("several positions are selected, but their values have no mean")
    if any(isinstance(a, float) and math.isinf(a) for a in values):
        return checked(sum(a for a in values if isinstance(a, float) and math.isinf(a)))
    if all(isinstance(a, int) for a in values):
        return sum(values) / len(values)
    return float(sum(map(Fraction, values)) / len(values))
