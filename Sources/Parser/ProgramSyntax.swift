import Diagnostics

/// A program file as its parser read it.
public struct ProgramSyntax: Sendable {
  public let file: SourceFile
  public let statements: [Statement]

  public init(file: SourceFile, statements: [Statement]) {
    self.file = file
    self.statements = statements
  }
}
