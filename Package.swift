// swift-tools-version: 6.0
import Foundation
import PackageDescription

// Kernels are ordinary Swift, vectorised by the compiler. Without a target CPU it may use SSE2 only,
// so release builds are made for the machine they are built on; RASPC_PORTABLE=1 asks for a binary
// that runs on any x86-64.
let portable = ProcessInfo.processInfo.environment["RASPC_PORTABLE"] == "1"
let target = portable ? [] : ["-Xcc", "-march=native"]
let kernelSettings: [SwiftSetting] = [
  .unsafeFlags(["-Ounchecked"] + target, .when(configuration: .release)),
  // Unoptimised vector code is a hundred times slower; tests keep their checks and get speed.
  .unsafeFlags(["-O"] + target, .when(configuration: .debug)),
]

/// For stages without kernels whose tests run programs by the thousand.
let busySettings: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// A pipeline stage and its tests, which may have a folder of fixtures.
func stage(
  _ name: String, uses dependencies: [Target.Dependency], settings: [SwiftSetting] = [],
  hasFixtures: Bool = false
) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, swiftSettings: settings),
    .testTarget(
      name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies,
      resources: hasFixtures ? [.copy("Fixtures")] : []),
  ]
}

let package = Package(
  name: "raspc",
  products: [.executable(name: "raspc", targets: ["raspc"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CVector"),
    .systemLibrary(name: "CReadline", providers: [.apt(["libreadline-dev"])]),
  ]
    + stage("Rendering", uses: [])
    + stage("Diagnostics", uses: [])
    + stage("Lexer", uses: ["Diagnostics"])
    + stage("Parser", uses: ["Lexer", "Diagnostics", "Rendering"])
    + stage(
      "Runtime", uses: ["Parser", "Diagnostics", "Rendering"], settings: busySettings, hasFixtures: true)
    + stage("Transformer", uses: ["CBLAS", "CVector"], settings: kernelSettings)
    + stage(
      "Compiler", uses: ["Runtime", "Parser", "Transformer", "Diagnostics", "Rendering"],
      settings: busySettings, hasFixtures: true)
    + stage("Training", uses: ["Compiler", "Runtime", "Transformer"], settings: kernelSettings)
    + stage(
      "Discovery", uses: ["Training", "Compiler", "Transformer", "Rendering"], settings: kernelSettings,
      hasFixtures: true)
    + stage("Interchange", uses: [], settings: busySettings)
    + stage(
      "Artifacts", uses: ["Discovery", "Training", "Compiler", "Runtime", "Transformer", "Interchange"],
      settings: busySettings)
    + [
      .executableTarget(
        name: "raspc",
        dependencies: [
          "Diagnostics", "Runtime", "Compiler", "Transformer", "Training", "Discovery", "Artifacts",
          "Rendering", "CBLAS", "CReadline",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
      .testTarget(name: "RaspcTests", dependencies: ["raspc", "Interchange"]),
    ]
)
