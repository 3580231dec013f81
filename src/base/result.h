#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "vocabulary.h"

namespace gvw {

/// Why something failed. `Status` tells four kinds of trouble apart, because a caller does four different things:
/// truncated (more bytes would help), malformed (never will), unsupported (not ours), too_large (a limit, not the
/// file's fault).
struct Failure {
  Status status = Status::kOk;
  /// Byte offset in the input at which the trouble was found.
  std::uint64_t at = 0;
};

/// A value, or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}            // NOLINT(google-explicit-constructor): reads as `return x`
  Result(Failure failure) : failure_(failure) {}           // NOLINT(google-explicit-constructor)
  Result(Status status) : failure_(Failure{status, 0}) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return value_.has_value(); }
  [[nodiscard]] Failure failure() const { return ok() ? Failure{Status::kOk, 0} : failure_; }
  /// Only when ok().
  [[nodiscard]] T& value() { return *value_; }              // NOLINT(bugprone-unchecked-optional-access): the contract
  [[nodiscard]] const T& value() const { return *value_; }  // NOLINT(bugprone-unchecked-optional-access)

 private:
  std::optional<T> value_;
  Failure failure_;
};

}  // namespace gvw
