import CBLAS
import Foundation

/// Makes OpenBLAS use the widest kernels that this processor has.
///
/// An OpenBLAS release that is older than the processor falls back to kernels of an earlier generation, at
/// little more than half the speed. The library chooses once, from the environment, when it is loaded, so the
/// program has to restart itself to change the choice. `RASPC_BLAS=default`, or any `OPENBLAS_CORETYPE`,
/// keeps the choice of OpenBLAS.
enum BLASKernels {
  static let coreVariable = "OPENBLAS_CORETYPE"
  static let optOutVariable = "RASPC_BLAS"
  /// The oldest kernels with 512-bit vectors; every processor with the flags below can run them.
  static let wideCore = "SkylakeX"
  static let requiredFlags: Set<String> = ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
  /// OpenBLAS's names for kernels that already use 512-bit vectors.
  static let wideCores: Set<String> = ["skylakex", "cooperlake", "sapphirerapids"]

  /// OpenBLAS's name for the kernels that it uses.
  static var chosenCore: String { String(cString: openblas_get_corename()) }

  /// The core type to ask for instead of the one that OpenBLAS chose; nil to keep its choice.
  static func betterCore(
    chosen: String, processorFlags: Set<String>, environment: [String: String]
  ) -> String? {
    guard environment[coreVariable] == nil, environment[optOutVariable] != "default",
      requiredFlags.isSubset(of: processorFlags), !wideCores.contains(chosen.lowercased())
    else { return nil }
    return wideCore
  }

  /// The flags that Linux's `/proc/cpuinfo` lists for the first processor.
  static func processorFlags(cpuinfo: String) -> Set<String> {
    for line in cpuinfo.split(separator: "\n") where line.hasPrefix("flags") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      return Set(line[line.index(after: colon)...].split(separator: " ").map(String.init))
    }
    return []
  }

  /// Gives OpenBLAS one thread per training job, and restarts this program if better kernels are available.
  ///
  /// Returns if nothing has to change, or if the restart fails.
  static func prepare() {
    openblas_set_num_threads(1)
    let cpuinfo = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    guard
      let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let core = betterCore(
        chosen: chosenCore,
        processorFlags: processorFlags(cpuinfo: cpuinfo),
        environment: ProcessInfo.processInfo.environment)
    else { return }
    setenv(coreVariable, core, 1)
    setenv("OPENBLAS_NUM_THREADS", "1", 0)
    var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) } + [nil]
    execv(executable, &arguments)
    unsetenv(coreVariable)
  }
}
