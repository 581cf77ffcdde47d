import Foundation
import Testing

/// `raspc verify DIR` takes neither weights nor a certificate on trust.
struct VerifyFolderTests {
  static let program = """
    before = aggregate(select(indices, indices - 1, ==), tokens, "-");
    again = tokens == before;
    circuit again { vocab = ["a", "b", "c"]; max_len = 4; output = again; }

    """

  /// A folder that was compiled, and is changed before it is verified.
  private func verified(
    changing change: (Executable) throws -> Void
  ) throws -> (outcome: Executable.Outcome, raspc: Executable) {
    let raspc = try Executable(["again.rasp": Self.program])
    #expect(try raspc("again.rasp").status == 0)
    try change(raspc)
    return (try raspc("verify", "out/again"), raspc)
  }

  private static let weights = "out/again/hl_model.safetensors"

  /// Changes the float that is stored at a place of those that are not zero.
  private func changeWeight(_ place: Int, in raspc: Executable, _ body: (Float) -> Float) throws {
    var data = try raspc.contents(Self.weights)
    let header = data.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    var seen = 0
    for offset in stride(from: 8 + header, to: data.count, by: 4) {
      let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[offset + $1]) << UInt32(8 * $1) }
      let value = Float(bitPattern: bits)
      guard value != 0 else { continue }
      seen += 1
      guard seen == place else { continue }
      let new = body(value).bitPattern
      for byte in 0..<4 { data[offset + byte] = UInt8(truncatingIfNeeded: new >> UInt32(8 * byte)) }
      try data.write(to: raspc.folder.appendingPathComponent(Self.weights))
      return
    }
    Issue.record("there are \(seen) weights that are not zero")
  }

  /// Changes the text of `meta.json`.
  private func changeMeta(_ raspc: Executable, _ pairs: (String, String)...) throws {
    var text = String(decoding: try raspc.contents("out/again/meta.json"), as: UTF8.self)
    for (old, new) in pairs {
      #expect(text.contains(old), "\(old)")
      text = text.replacingOccurrences(of: old, with: new)
    }
    try Data(text.utf8).write(to: raspc.folder.appendingPathComponent("out/again/meta.json"))
  }

  @Test func whatIsNotChangedIsProved() throws {
    let (outcome, raspc) = try verified { _ in }
    defer { raspc.clean() }
    #expect(outcome.status == 0)
    #expect(outcome.output == "again: proved for all inputs; 120 inputs (all), 426 positions, 0 mismatches\n")
  }

  /// One embedding is a little off: every output is still right, and the proof is lost all the same.
  @Test func oneWeightThatChangesNoOutputIsNoticed() throws {
    let (outcome, raspc) = try verified { raspc in
      try changeWeight(1, in: raspc) { $0 * 1.01 }
    }
    defer { raspc.clean() }
    #expect(outcome.status == 1)
    #expect(outcome.output.contains(", 0 mismatches"))
    #expect(outcome.output.contains("again: not proved: "))
    #expect(outcome.output.contains("meta.json claims a proof that does not hold for these weights"))
  }

  /// A claim moved, removed, or of other values.
  @Test(
    arguments: [
      ("\"[\\\"a\\\"]\"", "\"[\\\"b\\\"]\""), ("\"direction\" : 0", "\"direction\" : 1"),
      ("\"encoding\" : \"categorical\"", "\"encoding\" : \"numerical\""), ("\"again\"", "\"before\""),
    ])
  func aDamagedClaimIsNoticed(old: String, new: String) throws {
    let (outcome, raspc) = try verified { try changeMeta($0, (old, new)) }
    defer { raspc.clean() }
    #expect(outcome.status == 1)
    #expect(!outcome.output.contains("again: proved"), "\(outcome.output)")
  }

  /// A certificate that cannot be read is an error, with the file's name.
  @Test func anUnreadableCertificateIsAnError() throws {
    let (outcome, raspc) = try verified { raspc in
      try changeMeta(raspc, ("\"claims\"", "\"clams\""))
    }
    defer { raspc.clean() }
    #expect(outcome.status == 1 && outcome.output == "")
    #expect(outcome.errors.contains("out/again/meta.json"))
  }

  /// What is proved is the program in the folder: another one there is not what the weights compute.
  @Test func anotherProgramIsNoticed() throws {
    let (outcome, raspc) = try verified { raspc in
      try changeMeta(raspc, ("again = tokens == before;", "again = tokens != before;"))
    }
    defer { raspc.clean() }
    #expect(outcome.status == 1)
    #expect(!outcome.output.contains("again: proved"))
  }

  /// Without a certificate the compiler's own claims are checked; nothing was promised.
  @Test func aFolderThatWasNotVerifiedIsProvedNow() throws {
    let raspc = try Executable(["again.rasp": Self.program])
    defer { raspc.clean() }
    #expect(try raspc("again.rasp", "--no-verify").output.contains("not verified"))
    #expect(
      try !String(decoding: raspc.contents("out/again/meta.json"), as: UTF8.self).contains("certificate"))
    let outcome = try raspc("verify", "out/again")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("again: proved for all inputs; "))
  }

  /// An infinity among the values is read back as one.
  @Test func infinitiesAreProvedFromTheFolder() throws {
    let raspc = try Executable([
      "far.rasp": """
      far = inf if tokens == "a" else -inf;
      circuit far { vocab = ["a", "b"]; max_len = 2; output = far; }
      """
    ])
    defer { raspc.clean() }
    #expect(try raspc("far.rasp").status == 0)
    let outcome = try raspc("verify", "out/far")
    #expect(
      outcome.status == 0 && outcome.output.hasPrefix("far: proved for all inputs; "), "\(outcome.output)")
  }
}
