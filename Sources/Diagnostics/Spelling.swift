/// Finds the name that was probably meant.
package enum Spelling {
  /// Such as `did you mean 'tokens'?`; nil where nothing is near.
  package static func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
    let limit = min(3, max(1, name.count / 3))
    let near = candidates.filter { !$0.hasPrefix("_") || name.hasPrefix("_") }
      .compactMap { candidate -> (name: String, distance: Int)? in
        guard candidate != name, abs(candidate.count - name.count) <= limit else { return nil }
        let distance = distance(Array(name.lowercased().utf8), Array(candidate.lowercased().utf8))
        return distance <= limit && distance < name.count ? (candidate, distance) : nil
      }
    guard let best = near.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
    return "did you mean '\(best.name)'?"
  }

  /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      before = previous
      previous = row
    }
    return previous[b.count]
  }
}
