import Foundation

/// Distinct names for the circuits in some folders: a circuit's own name or, if several share it, as much of
/// the end of their folders' paths as it takes to distinguish them.
package struct CircuitLabels: Sendable {
  private let labels: [URL: String]

  package init(_ circuits: some Sequence<(folder: URL, name: String)>) {
    var labels: [URL: String] = [:]
    let byName = Dictionary(grouping: circuits.map { ($0.folder.standardizedFileURL, $0.name) }, by: \.1)
    for (name, circuits) in byName {
      let folders = Set(circuits.map(\.0)).map { (url: $0, parts: Array($0.pathComponents.reversed())) }
      func ends(_ count: Int) -> [String] {
        folders.map { $0.parts.prefix(count).reversed().joined(separator: "/") }
      }
      let longest = folders.map(\.parts.count).max() ?? 0
      let count = (1...max(longest, 1)).first { Set(ends($0)).count == folders.count } ?? longest
      for (folder, end) in zip(folders, ends(count)) {
        labels[folder.url] = folders.count == 1 ? name : end
      }
    }
    self.labels = labels
  }

  package subscript(folder: URL) -> String {
    labels[folder.standardizedFileURL] ?? folder.lastPathComponent
  }
}
