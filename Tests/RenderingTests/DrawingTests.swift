import Foundation
import FoundationXML
import Rendering
import Testing

/// Drawings as they are written.
struct DrawingTests {
  @Test("Shapes stand in order, with rounded numbers and escaped texts")
  func svg() {
    var drawing = SVGDrawing(width: 10, height: 20.5, title: "a & b")
    drawing.rectangle(0, 1.234, 5, 6, "box", radius: 2)
    drawing.circle(1, 2, 3, SVGStyle(fill: "red", strokeWidth: 1.5))
    drawing.line([(0, 0), (1, -0.5)], "rule small")
    drawing.text("x < y", 1, 2, anchor: .middle)
    #expect(
      drawing.file(SVGStyle(fontSize: 12), sheet: ".box{}") == """
        <svg xmlns="http://www.w3.org/2000/svg" font-size="12" width="10" height="20.5" viewBox="0 0 10 20.5">
        <title>a &amp; b</title>
        <style>.box{}</style>
        <rect x="0" y="1.23" width="5" height="6" class="box" rx="2"/>
        <circle cx="1" cy="2" r="3" fill="red" stroke-width="1.5"/>
        <polyline points="0,0 1,-0.5" class="rule small"/>
        <text x="1" y="2" text-anchor="middle">x &lt; y</text>
        </svg>

        """)
    #expect(XMLParser(data: Data(drawing.inline("figure").utf8)).parse())
    #expect(drawing.inline("figure").contains("aria-label=\"a &amp; b\""))
  }

  @Test("Paths end in arrowheads and say what they are")
  func paths() {
    var drawing = SVGDrawing(width: 10, height: 10, title: "")
    drawing.arrowhead("arrow", fill: "black")
    var path = SVGPath(from: (0, 0))
    path.curve((0, 1), (2, 3), to: (2, 4))
    path.line(to: (5, 4))
    drawing.path(path, SVGStyle(fill: "none", stroke: "black", markerEnd: "arrow"), tip: "a → b")
    let file = drawing.file("figure")
    #expect(XMLParser(data: Data(file.utf8)).parse())
    #expect(file.contains("<marker id=\"arrow\""))
    #expect(
      file.contains(
        "<path d=\"M0 0C0 1 2 3 2 4L5 4\" fill=\"none\" stroke=\"black\" marker-end=\"url(#arrow)\">"
          + "<title>a → b</title></path>"))
  }

  @Test("Graphs quote names and labels")
  func dot() {
    var graph = DOTGraph("a \"b\"", risesUp: true, nodes: .init(shape: "box", font: "Helvetica"))
    graph.node("n0", label: "one\ntwo \\", shape: "note")
    graph.node("n1", label: "")
    graph.sameRank(["n0", "n1"])
    graph.edge("n0", "n1")
    graph.edge("n1", "n0", label: "k")
    #expect(
      graph.text == #"""
        digraph "a \"b\"" {
          rankdir=BT;
          node [shape=box, fontname="Helvetica"];
          n0 [shape=note, label="one\ntwo \\"];
          n1 [label=""];
          { rank=same; n0; n1; }
          n0 -> n1;
          n1 -> n0 [label="k"];
        }

        """#)
  }

  @Test("Text put into a page is escaped, pieces are not")
  func html() {
    let names = ["a<b", "\"c\""]
    let list: HTML = "<ul>\(names.map { "<li>\($0)</li>" })</ul>"
    #expect(list.source == "<ul><li>a&lt;b</li><li>&quot;c&quot;</li></ul>")
    let page: HTML = "<p>1 & \("&")</p>\(list)\(HTML(raw: "<hr>"))"
    #expect(page.source == "<p>1 & &amp;</p>" + list.source + "<hr>")
  }
}
