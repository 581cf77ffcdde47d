import Foundation
import Synchronization

/// The user's Ctrl-C, which stops the current evaluation but not the program.
enum Interrupt {
  private static let isRaised = Atomic<Bool>(false)

  /// From now on, Ctrl-C only sets the flag.
  static func catchSignals() {
    var action = sigaction()
    // A signal handler may do very little; setting a flag is allowed. Without SA_RESTART, so that waiting for
    // input ends too.
    action.__sigaction_handler.sa_handler = { _ in Interrupt.isRaised.store(true, ordering: .relaxed) }
    sigaction(SIGINT, &action, nil)
  }

  static var isPending: Bool { isRaised.load(ordering: .relaxed) }

  static func clear() { isRaised.store(false, ordering: .relaxed) }
}
