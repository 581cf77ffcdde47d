import Foundation

/// How much further the stack of the current thread may grow.
struct StackGuard {
  private let limit: UInt

  /// Kept free for whatever runs between two checks.
  private static let reserve: UInt = 192 * 1024
  /// The smallest stack of any thread of a Swift program, for systems that do not report it.
  private static let assumedSize: UInt = 512 * 1024

  /// Must be made on the thread that it guards.
  init() {
    var marker = 0
    let here = withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
    let bottom = Thread.isMainThread ? Self.mainBottom : Self.stackBottom()
    if let bottom, here > bottom + Self.reserve {
      limit = bottom + Self.reserve
    } else {
      limit = here - (Self.assumedSize - Self.reserve)
    }
  }

  var isExhausted: Bool {
    var marker = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) } < limit
  }

  /// Determined only once: for the main thread, the system reads through a file.
  private static let mainBottom = stackBottom()

  private typealias GetAttributes =
    @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32

  /// The lowest address of the thread's stack. The function that reports it is a GNU extension, which Swift's
  /// C library module leaves out.
  private static func stackBottom() -> UInt? {
    guard let symbol = dlsym(nil, "pthread_getattr_np") else { return nil }
    let getAttributes = unsafeBitCast(symbol, to: GetAttributes.self)
    var attributes = pthread_attr_t()
    guard getAttributes(pthread_self(), &attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(&attributes) }
    var address: UnsafeMutableRawPointer?
    var size = 0
    guard pthread_attr_getstack(&attributes, &address, &size) == 0 else { return nil }
    return address.map { UInt(bitPattern: $0) }
  }
}
