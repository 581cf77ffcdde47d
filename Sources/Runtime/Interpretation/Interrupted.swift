/// The user has asked to stop.
package struct Interrupted: Error, Sendable {
  package init() {}
}
