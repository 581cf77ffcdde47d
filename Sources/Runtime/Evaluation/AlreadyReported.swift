/// A statement failed for a reason that has been reported where it lies.
struct AlreadyReported: Error {}
