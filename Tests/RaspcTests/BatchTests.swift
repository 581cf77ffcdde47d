import Foundation
import Testing

/// The batch job, on circuits and budgets so small that the figures mean nothing: what it leaves, what it
/// does again and what it does not.
struct BatchTests {
  /// The results of a circuit's folder that do not depend on the time of day.
  static let lasting = [
    "alignment.json", "edges.json", "eval.json", "hl_model.safetensors", "hl_model_cfg.json",
    "ll_model.safetensors", "ll_model_cfg.json", "metrics.jsonl", "natural_model.safetensors",
    "natural_model_cfg.json", "vocab.json",
  ]

  /// A circuit small enough to be trained in a test.
  static func program(_ name: String, steps: Int, target: Double = 0) -> String {
    """
    seen = tokens == "a";
    circuit \(name) {
        vocab = ["a", "b"];
        max_len = 2;
        output = seen;
        model = {"layers": 1, "heads": 1, "d_model": 4, "d_head": 2, "d_mlp": 4};
        siit = {"steps": \(steps), "rounds": 1, "batch": 32, "evaluate_every": 10, "evaluation_pairs": 32,
                "final_pairs": 32, "target": \(target)};
    }

    """
  }

  /// The training record of a folder, without the time it took.
  func record(_ raspc: Executable, _ folder: String) throws -> NSDictionary {
    let meta = try JSONSerialization.jsonObject(with: raspc.contents("\(folder)/meta.json"))
    var training = try #require((meta as? [String: Any])?["training"] as? [String: Any])
    training["seconds"] = nil
    return training as NSDictionary
  }

  @Test func leavesEveryFileAndASummary() throws {
    let raspc = try Executable(["a.rasp": Self.program("one", steps: 10)])
    defer { raspc.clean() }
    let outcome = try raspc("--siit", "a.rasp", "-o", "made", "--jobs", "2")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("1 of 1 reached the target."))
    let folder = (Self.lasting + ["meta.json"]).map { "made/one/\($0)" }
    let summaries = ["csv", "json", "txt"].map { "made/summary.\($0)" }
    #expect(raspc.files == (["a.rasp"] + folder + summaries).sorted())

    let alignment = try JSONSerialization.jsonObject(with: raspc.contents("made/one/alignment.json"))
    let nodes = try #require((alignment as? [String: Any])?["nodes"] as? [[String: Any]])
    #expect(nodes.allSatisfy { ($0["ll"] as? [Any])?.count == 1 })
    let metrics = String(decoding: try raspc.contents("made/one/metrics.jsonl"), as: UTF8.self)
    #expect(metrics.split(separator: "\n").count == 1)
    // The answer is the output whose logit is the greatest, BOS left out.
    let outputs = try #require(raspc.json("made/one/vocab.json")["output"] as? [Bool])
    let logits = try raspc("exec", "made/one", "--logits", "--input", #"["b", "a"]"#).output
    let rows = try JSONDecoder().decode([[Double]].self, from: Data(logits.utf8))
    #expect(rows.count == 3 && rows.allSatisfy { $0.count == 2 } && Set(outputs) == [true, false])
    let greatest = rows.dropFirst().map { outputs[$0[0] > $0[1] ? 0 : 1] }
    let answer = try raspc("exec", "made/one", "--input", #"["b", "a"]"#).output
    #expect(answer == "[\(greatest[0]), \(greatest[1])]\n")
  }

  @Test func anEpochIsTwentyThousandInputs() throws {
    let text = Self.program("one", steps: 9).replacing("\"batch\": 32", with: "\"batch\": 5000")
    let raspc = try Executable(["a.rasp": text])
    defer { raspc.clean() }
    /// The setting, and the steps that were taken.
    func steps(_ options: String...) throws -> [Int] {
      let outcome = try raspc.start(["--siit", "a.rasp"] + options).finish()
      #expect(outcome.status == 0, "\(outcome.errors)")
      let training = try #require(raspc.json("out/one/meta.json")["training"] as? [String: Any])
      let settings = try #require(training["settings"] as? [String: Any])
      return [try #require(settings["steps"] as? Int), try #require(training["steps"] as? Int)]
    }
    // A first round holds its rate for three quarters of its steps and lets it fall in three sixteenths.
    #expect(try steps() == [9, 6 + 1])
    #expect(try steps("--epochs", "2") == [2 * 20_000 / 5000, 6 + 1])
    #expect(try steps("--epochs", "4") == [4 * 20_000 / 5000, 12 + 3])
    #expect(try steps("--steps", "5") == [5, 3 + 1])
  }

  @Test func doesOnlyWhatIsMissingOrOutOfDate() throws {
    let raspc = try Executable([
      "in/a.rasp": Self.program("one", steps: 10), "in/b.rasp": Self.program("two", steps: 10),
    ])
    defer { raspc.clean() }
    #expect(try raspc("--siit", "in").status == 0)
    try FileManager.default.removeItem(at: raspc.folder.appendingPathComponent("out/one/eval.json"))
    let again = try raspc("--siit", "in")
    #expect(raspc.files.contains("out/one/eval.json"))
    #expect(again.output.components(separatedBy: "up to date").count == 3)

    try Data((Self.program("two", steps: 10) + "# changed\n").utf8)
      .write(to: raspc.folder.appendingPathComponent("in/b.rasp"))
    let changed = try raspc("--siit", "in")
    #expect(changed.output.contains("one      up to date"))
    #expect(changed.output.contains("two      trained"))
    #expect(try raspc("--siit", "in/a.rasp", "--seed", "1").output.contains("trained"))
  }

  @Test func compilingAgainKeepsWhatIsTrained() throws {
    let raspc = try Executable(["a.rasp": Self.program("one", steps: 10)])
    defer { raspc.clean() }
    #expect(try raspc("--siit", "a.rasp").status == 0)
    let weights = try raspc.contents("out/one/ll_model.safetensors")
    #expect(try raspc("a.rasp").output.hasSuffix(", already trained\n"))
    #expect(try raspc.contents("out/one/ll_model.safetensors") == weights)
    try Data((Self.program("one", steps: 10) + "# changed\n").utf8)
      .write(to: raspc.folder.appendingPathComponent("a.rasp"))
    #expect(try raspc("a.rasp").status == 0)
    #expect(!raspc.files.contains { $0.contains("ll_model") || $0.contains("metrics") })
  }

  @Test func sameSeedSameBytesWhateverTheJobs() throws {
    let files = ["a.rasp": Self.program("one", steps: 20), "b.rasp": Self.program("two", steps: 20)]
    let raspc = try Executable(files)
    defer { raspc.clean() }
    #expect(try raspc("--siit", "a.rasp", "b.rasp", "-o", "x", "--jobs", "1").status == 0)
    #expect(try raspc("--siit", "a.rasp", "b.rasp", "-o", "y", "--jobs", "2").status == 0)
    for circuit in ["one", "two"] {
      for file in Self.lasting {
        #expect(try raspc.contents("x/\(circuit)/\(file)") == raspc.contents("y/\(circuit)/\(file)"))
      }
      #expect(try record(raspc, "x/\(circuit)") == record(raspc, "y/\(circuit)"))
    }
  }

  @Test func aFailureIsReportedAndStopsNothing() throws {
    let raspc = try Executable([
      "bad.rasp": "x = tokns;\n", "good.rasp": Self.program("good", steps: 10),
      "short.rasp": Self.program("short", steps: 10, target: 1),
      "wrong.rasp": Self.program("wrong", steps: 10).replacing("\"batch\"", with: "\"bunch\""),
    ])
    defer { raspc.clean() }
    let outcome = try raspc("--siit", "bad.rasp", "wrong.rasp", "short.rasp", "good.rasp")
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("1 of 4 reached the target."))
    let rows = try JSONSerialization.jsonObject(with: raspc.contents("out/summary.json"))
    let results = try #require(rows as? [[String: Any]]).map { row in
      "\(row["circuit"] ?? ""): \(row["status"] ?? "")"
    }
    #expect(results == ["bad.rasp: failed", "wrong: failed", "short: below target", "good: trained"])
    #expect(outcome.errors.contains("unknown training setting 'bunch'"))
  }

  @Test func aKilledRunGoesOnAndEndsWithTheSameBytes() throws {
    let files = ["a.rasp": Self.program("one", steps: 400)]
    let whole = try Executable(files)
    let killed = try Executable(files)
    defer {
      whole.clean()
      killed.clean()
    }
    #expect(try whole("--siit", "a.rasp", "--checkpoint-seconds", "0").status == 0)
    // Each run is killed as soon as it has got further than the one before.
    let checkpoint = killed.folder.appendingPathComponent("out/one/checkpoint.safetensors")
    var before: Data?
    for _ in 0..<4 {
      let running = try killed.start(["--siit", "a.rasp", "--checkpoint-seconds", "0"])
      while running.process.isRunning {
        if let now = try? Data(contentsOf: checkpoint), now != before { break }
        usleep(500)
      }
      #expect(running.process.isRunning)
      running.kill()
      before = try? Data(contentsOf: checkpoint)
      #expect(!killed.files.contains("out/summary.txt"))
    }
    let last = try killed("--siit", "a.rasp")
    #expect(last.status == 0, "\(last.errors)")
    #expect(killed.files == whole.files)
    for file in Self.lasting {
      #expect(try killed.contents("out/one/\(file)") == whole.contents("out/one/\(file)"))
    }
    #expect(try record(killed, "out/one") == record(whole, "out/one"))
  }

  @Test func trainingOptionsBelongToTheBatch() throws {
    let raspc = try Executable(["a.rasp": Self.program("one", steps: 10)])
    defer { raspc.clean() }
    let outcome = try raspc("a.rasp", "--jobs", "2")
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("Error: '--jobs' can only be used with '--siit'.\n"))
    #expect(raspc.files == ["a.rasp"])
  }
}
