// SPDX-License-Identifier: Apache-2.0
// The two ways a verb can end without its value, and the one way a program can.
//
// Fault   operational: something did not work. Its message is a compile-time constant, so no
// personal
//         value can ever be part of it; `where` names a field, file or identifier, never a value.
// Refusal is not here: it is a lawful outcome, data inside a successful reply (see decision.h).
// RELAIS_CHECK  a bug. Always on; ends the process, because a node that is wrong must not go on
// signing.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace relais {

// A text known at compile time. Error messages and log event names are Constants, so that a name, a
// phone number or a note cannot reach them: the constructor does not accept run-time text.
class Constant {
 public:
  consteval Constant(const char* text) : text_(text) {}  // NOLINT(google-explicit-constructor)
  constexpr std::string_view view() const { return text_; }
  constexpr const char* c_str() const { return text_; }

 private:
  const char* text_;
};

// Kinds map to gRPC codes in one table (node/transport/answer.cc).
enum class FaultKind {
  invalid,          // the caller's input is wrong; `where` names the field
  not_found,        // no such thing, or not the caller's to see: the same answer for both
  already_exists,   // the idempotency key was used with another body
  precondition,     // the thing is not in a state that allows this
  unauthenticated,  // no or unusable identity
  forbidden,        // identity known, not allowed
  exhausted,        // a bounded queue or pool is full; try again later
  unavailable,      // the database or a peer is away; try again
  deadline,         // the time given ran out
  in_doubt,         // the outcome of a COMMIT is unknown; look it up by id, never assume
  corrupt,          // stored bytes do not verify; the node must stop signing
  internal,         // a defect caught at the edge
};

struct Fault {
  FaultKind kind;
  Constant message;
  std::string where = {};  // field, file or identifier; never a value a person gave
  // Whom to telephone while a duty to report is open and the machinery fails; nullptr otherwise.
  const char* telephone_route = nullptr;

  bool retryable() const {
    return kind == FaultKind::exhausted || kind == FaultKind::unavailable ||
           kind == FaultKind::deadline;
  }
};

template <class T>
using Result = tl::expected<T, Fault>;

inline tl::unexpected<Fault> fail(FaultKind kind, Constant message, std::string where = {}) {
  return tl::unexpected<Fault>(Fault{kind, message, std::move(where), nullptr});
}

[[noreturn]] inline void check_failed(const char* file, int line, const char* condition) {
  std::fprintf(stderr,
               "{\"event\":\"check_failed\",\"file\":\"%s\",\"line\":%d,\"condition\":\"%s\"}\n",
               file, line, condition);
  std::abort();
}

}  // namespace relais

#define RELAIS_CHECK(condition) \
  ((condition) ? (void)0 : ::relais::check_failed(__FILE__, __LINE__, #condition))

// Returns the fault of a Result from the enclosing function, or goes on.
#define RELAIS_TRY(name, expression)                                                    \
  auto name##_or = (expression);                                                        \
  if (!name##_or) return tl::unexpected<::relais::Fault>(std::move(name##_or.error())); \
  auto& name = *name##_or
#define RELAIS_TRY_VOID(expression)                                                         \
  do {                                                                                      \
    auto outcome_or = (expression);                                                         \
    if (!outcome_or) return tl::unexpected<::relais::Fault>(std::move(outcome_or.error())); \
  } while (false)
