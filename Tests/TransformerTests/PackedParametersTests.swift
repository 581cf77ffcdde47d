import Testing

@testable import Transformer

@Suite struct PackedParametersTests {
  @Test("Packing is a permutation and unpacking undoes it")
  func roundTrip() {
    let config = TinyModel.config(causal: true, activation: .gelu)
    var parameters = Parameters(config: config)
    for i in parameters.values.indices { parameters.values[i] = Float(i + 1) }
    let packed = PackedParameters(parameters)
    #expect(packed.values.count == parameters.values.count)
    #expect(packed.values.sorted() == parameters.values)
    #expect(packed.values != parameters.values)
    #expect(packed.unpacked().values == parameters.values)
  }
}
