"""Draws the targets of Package.swift and what each depends on: `swift package dump-package | python3 targets.py`.

A target stands above all that it depends on. An arrow that other arrows already imply is left out.
"""

import json
import sys
from functools import cache

WIDTH, HEIGHT, GAP_X, GAP_Y = 132, 34, 28, 46

package = json.load(sys.stdin)
kinds = {target["name"]: target["type"] for target in package["targets"]}
uses = {}
for target in package["targets"]:
    if target["type"] == "test":
        continue
    names = [next(iter(d.values()))[0] for d in target["dependencies"]]
    uses[target["name"]] = names
for names in list(uses.values()):
    for name in names:
        uses.setdefault(name, [])
        kinds.setdefault(name, "package")


@cache
def below(name):
    """All that a target depends on, directly or not."""
    return frozenset(uses[name]).union(*(below(other) for other in uses[name]))


@cache
def level(name):
    return 1 + max((level(other) for other in uses[name]), default=-1)


arrows = [
    (name, other)
    for name in uses
    for other in uses[name]
    if not any(other in below(third) for third in uses[name])
]
rows = [[name for name in uses if level(name) == row] for row in range(max(map(level, uses)) + 1)]

# Each target stands over the middle of what it uses, as far as there is room.
centre = {}
for row in rows:
    def wanted(name):
        places = [centre[other] for (user, other) in arrows if user == name]
        return sum(places) / len(places) if places else uses_order[name]

    uses_order = {name: i * (WIDTH + GAP_X) for i, name in enumerate(row)}
    right = None
    for name in sorted(row, key=wanted):
        x = wanted(name)
        if right is not None:
            x = max(x, right + WIDTH + GAP_X)
        centre[name] = right = x

left = min(centre.values()) - WIDTH / 2 - 10
width = max(centre.values()) + WIDTH / 2 + 10 - left
height = len(rows) * HEIGHT + (len(rows) - 1) * GAP_Y + 20


def top(name):
    return height - 10 - HEIGHT - level(name) * (HEIGHT + GAP_Y)


FILLS = {"executable": "#eaf2fb", "regular": "#f6f6f6", "system": "#fdf1e3", "package": "#fdf1e3"}
print(
    f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
    'font-family="Helvetica, Arial, sans-serif" font-size="13" text-anchor="middle">'
)
print("<title>The targets of Package.swift</title>")
print(f'<rect width="{width:g}" height="{height:g}" fill="white"/>')
print(
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#777777"/></marker></defs>'
)
for name, other in arrows:
    x1, y1, x2, y2 = centre[name] - left, top(name) + HEIGHT, centre[other] - left, top(other)
    bend = (y2 - y1) / 2
    print(
        f'<path d="M{x1:g} {y1:g}C{x1:g} {y1 + bend:g} {x2:g} {y2 - bend:g} {x2:g} {y2:g}" fill="none" '
        'stroke="#777777" marker-end="url(#arrow)"/>'
    )
for name in uses:
    x, y = centre[name] - left, top(name)
    print(
        f'<rect x="{x - WIDTH / 2:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{FILLS[kinds[name]]}" '
        'stroke="#333333"/>'
    )
    print(f'<text x="{x:g}" y="{y + HEIGHT / 2 + 4.5:g}">{name}</text>')
print("</svg>")
