import Foundation
import Synchronization

/// The user's Ctrl-C, which ends what is being evaluated and not the program.
enum Interrupt {
  private static let isRaised = Atomic<Bool>(false)

  /// From now on Ctrl-C only raises the flag.
  static func catchSignals() {
    var action = sigaction()
    // A handler may do next to nothing; storing a flag is among it. Without SA_RESTART, so that a
    // wait for input ends, too.
    action.__sigaction_handler.sa_handler = { _ in Interrupt.isRaised.store(true, ordering: .relaxed) }
    sigaction(SIGINT, &action, nil)
  }

  static var isPending: Bool { isRaised.load(ordering: .relaxed) }

  static func clear() { isRaised.store(false, ordering: .relaxed) }
}
