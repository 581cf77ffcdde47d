import Foundation
import Interchange
import Testing

/// `raspc export`: other programs' layouts hold what the folder holds.
@Suite struct ExportTests {
  private func exported(_ format: String) throws -> Executable {
    let raspc = try Executable(["three.rasp": FigureTests.threeCircuits])
    #expect(try raspc("three.rasp", "-o", "made").status == 0)
    #expect(try raspc("eval", "made", "--inputs", "32").status == 0)
    let outcome = try raspc("export", "made", "--format", format, "-o", "there")
    #expect(outcome.status == 0 && outcome.output == "there: 3 circuits\n", "\(outcome.errors)")
    return raspc
  }

  private func stateDictionary(_ path: String, _ raspc: Executable) throws -> [String: TorchTensor] {
    guard case .dictionary(let entries) = try TorchFile.decoded([UInt8](raspc.contents(path))) else {
      throw CancellationError()
    }
    return try Dictionary(
      uniqueKeysWithValues: entries.map { entry in
        guard case .string(let name) = entry.key, case .tensor(let tensor) = entry.value else {
          throw CancellationError()
        }
        return (name, tensor)
      })
  }

  @Test("InterpBench's files hold the weights, the buffers, the sizes and the edges")
  func interpBench() throws {
    let raspc = try exported("interpbench")
    defer { raspc.clean() }
    for circuit in ["first", "second", "third"] {
      let tensors = try stateDictionary("there/\(circuit)/ll_model.pth", raspc)
      let own = try raspc.tensors("made/\(circuit)/hl_model.safetensors")
      for (name, tensor) in own {
        #expect(
          tensors[name]?.shape == tensor.shape && tensors[name]?.floats?.map(Double.init) == tensor.values,
          "\(name)")
      }
      let sizes = try raspc.json("made/\(circuit)/hl_model_cfg.json")
      let (layers, context) = (
        try #require(sizes["n_layers"] as? Int), try #require(sizes["n_ctx"] as? Int)
      )
      #expect(tensors.count == own.count + 2 * layers)
      for layer in 0..<layers {
        #expect(
          tensors["blocks.\(layer).attn.IGNORE"] == TorchTensor(shape: [], elements: .float([-.infinity])))
        let mask = try #require(tensors["blocks.\(layer).attn.mask"])
        #expect(mask.shape == [context, context])
        #expect(mask.elements == .bool((0..<context * context).map { $0 % context <= $0 / context }))
      }

      let config = try PickleFile.decoded([UInt8](raspc.contents("there/\(circuit)/ll_model_cfg.pkl")))
      #expect(config["n_layers"] == .int(Int64(layers)) && config["normalization_type"] == PickleValue.none)
      #expect(config["use_attn_result"] == .bool(true))
      #expect(config["attention_dir"] == .string(circuit == "third" ? "causal" : "bidirectional"))

      let edges = try PickleFile.decoded([UInt8](raspc.contents("there/\(circuit)/edges.pkl")))
      let known = try #require(raspc.json("made/\(circuit)/edges.json")["edges"] as? [[String]])
      #expect(edges == .list(known.map { .tuple($0.map { .string($0) }) }))
      #expect(try raspc.contents("there/\(circuit)/meta.json") == raspc.contents("made/\(circuit)/meta.json"))
    }
  }

  @Test("MIB's graph has every edge of its own, and scores from it are judged as perfect")
  func mib() throws {
    let raspc = try exported("mib")
    defer { raspc.clean() }
    for circuit in ["second", "third"] {
      let graph = try raspc.json("there/\(circuit)/circuit.json")
      let sizes = try #require(graph["cfg"] as? [String: Any])
      let (layers, heads) = (try #require(sizes["n_layers"] as? Int), try #require(sizes["n_heads"] as? Int))
      let edges = try #require(graph["edges"] as? [String: [String: Any]])
      // Into each layer's heads, three inputs each, and its MLP; then into the logits.
      var (expected, sources) = (0, 1)
      for _ in 0..<layers {
        expected += 3 * heads * sources + sources + heads
        sources += heads + 1
      }
      #expect(edges.count == expected + sources)
      let nodes = try #require(graph["nodes"] as? [String: [String: Any]])
      #expect(nodes.count == sources + 1 && nodes["logits"] != nil && nodes["input"] != nil)
      // What belongs to the circuit has an effect in the compiled transformer, and nothing else has.
      for (name, edge) in edges {
        let score = try #require(edge["score"] as? Double)
        #expect((edge["in_graph"] as? Bool == true) == (score > 0), "\(name)")
      }
      let judged = try raspc(
        "judge", "made/\(circuit)", "--method", "truth", "--scores", "there/\(circuit)/circuit.json")
      #expect(judged.status == 0, "\(judged.errors)")
      #expect(try PrintedTable(judged.output).rows[0][1] == "1.000")
    }
  }

  @Test("TransformerLens's files are a state_dict and the configuration")
  func transformerLens() throws {
    let raspc = try exported("transformer-lens")
    defer { raspc.clean() }
    #expect(try stateDictionary("there/first/model.pth", raspc)["unembed.W_U"] != nil)
    #expect(try raspc.contents("there/first/config.json") == raspc.contents("made/first/hl_model_cfg.json"))
    #expect(raspc.files.filter { $0.hasPrefix("there/first/") }.count == 2)
  }

  @Test("A folder without effects has no graph, and an unknown layout is a usage error")
  func refusals() throws {
    let raspc = try Executable(["three.rasp": FigureTests.threeCircuits])
    defer { raspc.clean() }
    #expect(try raspc("three.rasp", "-o", "made").status == 0)
    let without = try raspc("export", "made", "--format", "mib", "-o", "there")
    #expect(without.status == 1 && without.errors.contains("measure them with 'raspc eval'"))
    #expect(!raspc.files.contains { $0.hasPrefix("there/") })
    #expect(try raspc("export", "made", "--format", "onnx").status == 64)
  }
}
