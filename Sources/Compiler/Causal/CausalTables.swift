/// All tables of a causal model, flat.
struct CausalTables: Sendable {
  var integers: [Int32] = []
  var doubles: [Double] = []
  var roots: [CausalRoot] = []
  var terms: [CausalTerm] = []
  var functions: [CausalFunction] = []
  var atoms: [CausalAtom] = []
  /// The atoms of each clause.
  var clauses: [Range<Int>] = []
}

/// The addresses of a model's tables, while they are used.
struct CausalTablePointers {
  let integers: UnsafePointer<Int32>
  let doubles: UnsafePointer<Double>
  let roots: UnsafePointer<CausalRoot>
  let terms: UnsafePointer<CausalTerm>
  let functions: UnsafePointer<CausalFunction>
  let atoms: UnsafePointer<CausalAtom>
  let clauses: UnsafePointer<Range<Int>>
}

extension CausalTables {
  @inline(__always)
  func withPointers(_ body: (CausalTablePointers) -> Void) {
    integers.withUnsafeBufferPointer { integers in
      doubles.withUnsafeBufferPointer { doubles in
        roots.withUnsafeBufferPointer { roots in
          terms.withUnsafeBufferPointer { terms in
            functions.withUnsafeBufferPointer { functions in
              atoms.withUnsafeBufferPointer { atoms in
                clauses.withUnsafeBufferPointer { clauses in
                  body(
                    CausalTablePointers(
                      integers: integers.orEmpty, doubles: doubles.orEmpty, roots: roots.orEmpty,
                      terms: terms.orEmpty, functions: functions.orEmpty, atoms: atoms.orEmpty,
                      clauses: clauses.orEmpty))
                }
              }
            }
          }
        }
      }
    }
  }
}

extension UnsafeBufferPointer {
  /// The first element's address; of an empty buffer one that is never read.
  fileprivate var orEmpty: UnsafePointer<Element> {
    baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Element>.alignment)!
  }
}
