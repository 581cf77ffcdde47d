import Diagnostics
import Parser

/// The functions that RASP 0.1 provides, written in the language itself.
enum Library {
  /// The name with which RASP 0.1 prints these functions.
  static let name = "RASP_support/rasplib"

  static let file = SourceFile(name: "rasplib.rasp", text: text)

  static let syntax: ProgramSyntax = {
    let result = Parser.read(file)
    precondition(result.diagnostics.isEmpty, "the library does not parse: \(result.diagnostics)")
    return result.program
  }()

  private static let text = """
    # How many positions sel selects.
    def selector_width(sel) { return _selector_width(sel); }

    # Whether sel selects any position.
    def has_focus(sel) { return aggregate(sel, 1, 0) > 0; }

    # How often atom is in the input.
    def count(seq, atom) { return selector_width(select(seq, atom, ==)); }

    # Whether atom is in the input.
    def contains(seq, atom) { return aggregate(full_s, indicator(seq == atom)) > 0; }

    def max(a, b) { return a if a > b else b; }

    def min(a, b) { return a if a < b else b; }

    # The mean over the input.
    def average(a) { return aggregate(full_s, a); }

    # The value of seq at the position that location gives.
    def load_from_location(seq, location) {
      return aggregate(select(indices, location, ==), seq);
    }

    # seq moved n positions to the right; filler where nothing moves in.
    def shift(seq, n, filler) {
      return aggregate(select(indices + n, indices, ==), seq, filler);
    }

    # Whether a position holds val and no later one does.
    def mark_last_instance(seq, val) {
      later_instance = select(seq, val, ==) and select(indices, indices, >);
      has_later = has_focus(later_instance);
      return seq == val and not has_later;
    }

    # Whether a position holds val and no earlier one does.
    def mark_first_instance(seq, val) {
      earlier_instance = select(seq, val, ==) and select(indices, indices, <);
      has_earlier = has_focus(earlier_instance);
      return seq == val and not has_earlier;
    }

    # Selects the last position that holds val.
    def select_from_last(seq, val) { return select(mark_last_instance(seq, val), True, ==); }

    # Selects the first position that holds val.
    def select_from_first(seq, val) { return select(mark_first_instance(seq, val), True, ==); }

    # seq in ascending order of key; equal keys keep their order.
    def sort(seq, key) {
      comes_before =
        select(key, key, <) or (select(key, key, ==) and select(indices, indices, <));
      target_position = selector_width(comes_before);
      return aggregate(select(target_position, indices, ==), seq);
    }

    # Selects, for each position, the next one that holds the same value.
    def select_next_identical(seq) {
      same = select(seq, seq, ==);
      number_before = selector_width(same and select(indices, indices, <));
      return same and select(number_before, number_before + 1, ==);
    }
    """
}
