import Diagnostics

/// A program file as its parser read it.
package struct ProgramSyntax: Sendable {
  package let file: SourceFile
  package let statements: [Statement]

  package init(file: SourceFile, statements: [Statement]) {
    self.file = file
    self.statements = statements
  }
}
