import Diagnostics

/// A program that has been run: its graph, the circuits it declares and the names it bound.
package struct Program: Sendable {
  package var graph: SOpGraph
  package var circuits: [Circuit]
  /// Top-level names that are bound to s-ops.
  package var sops: [String: SOpID]
  /// The files that the program loads, in the order in which they are first loaded.
  package var loadedFiles: [SourceFile] = []

  package init(graph: SOpGraph, circuits: [Circuit], sops: [String: SOpID]) {
    self.graph = graph
    self.circuits = circuits
    self.sops = sops
  }
}
