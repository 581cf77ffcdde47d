/// A statement failed because of an error that has already been reported.
struct AlreadyReported: Error {}
