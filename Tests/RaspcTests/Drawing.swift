import Foundation
import FoundationXML
import Testing

/// A figure's SVG, element by element.
struct Drawing {
  /// A shape or a text.
  struct Element {
    let name: String
    let attributes: [String: String]
    /// What a text says; of a shape, its tip.
    var text = ""

    /// The class that the style sheet colours it by.
    var kind: String { attributes["class"] ?? "" }
    var x: Double { number("x") }
    var y: Double { number("y") }
    var width: Double { number("width") }
    var height: Double { number("height") }

    func number(_ attribute: String) -> Double { attributes[attribute].flatMap(Double.init) ?? .nan }

    /// The numbers of a polyline's points or of a path, two by two.
    var points: [(x: Double, y: Double)] {
      let text = attributes["points"] ?? attributes["d"] ?? ""
      let numbers = text.split { !"0123456789.-".contains($0) }.compactMap { Double($0) }
      return stride(from: 0, to: numbers.count - 1, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    }
  }

  let elements: [Element]

  init(_ data: Data) throws {
    let reader = Reader()
    let parser = XMLParser(data: data)
    parser.delegate = reader
    try #require(parser.parse(), "not well-formed")
    elements = reader.elements
  }

  func all(_ name: String, _ kind: String? = nil) -> [Element] {
    elements.filter { $0.name == name && (kind == nil || $0.kind == kind) }
  }

  /// The first text that says something.
  func text(_ text: String) throws -> Element {
    try #require(all("text").first { $0.text == text }, "no text '\(text)'")
  }

  /// The classes of shapes by what the legend beside them says: each text has its key at its left.
  func legend(_ name: String, _ labels: [String]) throws -> [String: String] {
    var kinds: [String: String] = [:]
    for label in labels {
      let text = try #require(all("text").first { $0.text.contains(label) }, "no text '\(label)'")
      let keys = all(name).filter { key in
        let (x, y) = name == "rect" ? (key.x, key.y + key.height / 2) : key.points.first ?? (.nan, .nan)
        return x < text.x && text.x - x < 40 && abs(y - (text.y - 4)) < 6
      }
      kinds[try #require(keys.first, "no key beside '\(label)'").kind] = label
    }
    try #require(kinds.count == labels.count, "two keys of one class")
    return kinds
  }
}

/// Collects elements as they begin.
private final class Reader: NSObject, XMLParserDelegate {
  var elements: [Drawing.Element] = []
  /// The elements that have begun and not ended.
  private var open: [Int] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if name == "title" {
      // It says what the shape around it is.
      open.append(open.last ?? 0)
    } else {
      open.append(elements.count)
      elements.append(Drawing.Element(name: name, attributes: attributes))
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last, elements.indices.contains(last) { elements[last].text += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { open.removeLast() }
}
