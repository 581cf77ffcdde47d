import Diagnostics

/// A program that has been run: its graph, the circuits it declares and the names it bound.
public struct Program: Sendable {
  public var graph: SOpGraph
  public var circuits: [Circuit]
  /// Top-level names that are bound to s-ops.
  public var sops: [String: SOpID]
  /// The files that the program loads, in the order in which they are first loaded.
  public var loadedFiles: [SourceFile] = []

  public init(graph: SOpGraph, circuits: [Circuit], sops: [String: SOpID]) {
    self.graph = graph
    self.circuits = circuits
    self.sops = sops
  }
}
