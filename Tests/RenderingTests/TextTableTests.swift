import Testing

import Rendering

/// Tables line up, and their CSV can hold any text.
struct TextTableTests {
  let table = TextTable(
    columns: [.init(head: "circuit"), .init(head: "IIA", alignsRight: true), .init(head: "")],
    rows: [["a", "99.9", ""], ["long, name", "7", "say \"no\""]])

  @Test func text() {
    #expect(
      table.text == """
        circuit      IIA
        ----------  ----  --------
        a           99.9
        long, name     7  say "no"

        """)
  }

  @Test func csv() {
    #expect(table.csv == "circuit,IIA,\na,99.9,\n\"long, name\",7,\"say \"\"no\"\"\"\n")
  }

  @Test("Rows alone stand in columns, too")
  func rows() {
    let rows = [["9", "nine"], ["10", "ten"]]
    #expect(TextTable(rows: rows, alignsRight: [0]).lines == [" 9  nine", "10  ten"])
    #expect(TextTable(rows: rows).text == "9   nine\n10  ten\n")
    #expect(TextTable(rows: []).lines.isEmpty)
  }
}
