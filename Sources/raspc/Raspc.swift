import ArgumentParser

/// The `raspc` executable: one subcommand a file, compiling where none is named.
@main
struct Raspc: AsyncParsableCommand {
  static func main() async {
    BLASKernels.prepare()
    await main(nil)
  }
}
