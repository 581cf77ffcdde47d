import Testing

@testable import raspc

/// Wider kernels are asked for where the processor has them, and the user has not chosen.
struct BLASKernelsTests {
  let wide = BLASKernels.requiredFlags.union(["sse2", "avx2"])

  @Test func lesserCoreIsReplacedOnAWideProcessor() {
    #expect(
      BLASKernels.betterCore(chosen: "Haswell", processorFlags: wide, environment: [:]) == "SkylakeX")
  }

  @Test func choiceStandsWhereItIsGoodOrTheUsers() {
    for chosen in ["SkylakeX", "Cooperlake", "SAPPHIRERAPIDS"] {
      #expect(BLASKernels.betterCore(chosen: chosen, processorFlags: wide, environment: [:]) == nil)
    }
    for environment in [["OPENBLAS_CORETYPE": "Haswell"], ["RASPC_BLAS": "default"]] {
      #expect(
        BLASKernels.betterCore(chosen: "Haswell", processorFlags: wide, environment: environment) == nil)
    }
    let narrow = wide.subtracting(["avx512vl"])
    #expect(BLASKernels.betterCore(chosen: "Haswell", processorFlags: narrow, environment: [:]) == nil)
  }

  @Test func flagsAreReadFromCpuinfo() {
    let cpuinfo = "processor\t: 0\nflags\t\t: fpu avx512f  avx512vl\nbugs\t\t: none\n\nflags\t: other\n"
    #expect(BLASKernels.processorFlags(cpuinfo: cpuinfo) == ["fpu", "avx512f", "avx512vl"])
    #expect(BLASKernels.processorFlags(cpuinfo: "") == [])
  }
}
