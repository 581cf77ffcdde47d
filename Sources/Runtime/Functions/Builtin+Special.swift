/// Functions of s-ops, selectors, functions and lists. Each is a case in the evaluator or the elaborator.
extension Builtin {
  static let special: [Builtin] = [
    special("_selector_width(sel)", "how many positions a selector selects", 1...1, .selectorWidth),
    special("one(sel)", "sel, with the promise that it selects at most one position", 1...1, .one),
    special("numerical(x)", "x, encoded as one direction scaled by its value", 1...1, .numerical),
    special("categorical(x)", "x, encoded as one direction for each value", 1...1, .categorical),
    special(
      "map(f, x, ...)", "the function f applied to the values of x, ... at each position", 2...17, .map),
    special("sum(list)", "the sum of a list of numbers", 1...1, .sum),
    special("sorted(list)", "the list in ascending order; of a string, its characters", 1...1, .sorted),
    special("reversed(x)", "a string or a list in reverse order", 1...1, .reversed),
    special("largest(list)", "the largest element of a list", 1...1, .largest),
    special("smallest(list)", "the smallest element of a list", 1...1, .smallest),
    special("join(list, separator)", "the strings of a list joined into one", 2...2, .join),
    special("split(text, separator)", "a string split into a list", 2...2, .split),
    special("chars(text)", "the characters of a string as a list", 1...1, .characters),
    special("keys(dictionary)", "the keys of a dictionary as a list", 1...1, .keys),
    special("values(dictionary)", "the values of a dictionary as a list", 1...1, .values),
  ]
}
