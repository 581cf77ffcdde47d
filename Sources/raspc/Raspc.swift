import ArgumentParser

@main
struct Raspc: AsyncParsableCommand {}
