// SPDX-License-Identifier: Apache-2.0
// What does not compile is not sent. Each negative case of the typestate as a static_assert.
#include <gtest/gtest.h>

#include <type_traits>

#include "node/core/disclosure.h"
#include "node/core/minimal.h"
#include "node/core/permit.h"

namespace relais {
namespace {

template <class T>
constexpr bool kMoveOnly = std::is_move_constructible_v<T> && !std::is_copy_constructible_v<T> &&
                           !std::is_copy_assignable_v<T>;
static_assert(kMoveOnly<Permit>);
static_assert(kMoveOnly<Minimal>);
static_assert(kMoveOnly<Disclosure>);

static_assert(!std::is_default_constructible_v<Permit>);
static_assert(!std::is_default_constructible_v<Minimal>);
static_assert(!std::is_default_constructible_v<Disclosure>);

// Nobody but their one maker constructs them.
static_assert(!std::is_constructible_v<Permit, PermitScope, std::string, CategorySet,
                                       std::vector<Ground>, std::vector<std::string>>);
static_assert(!std::is_constructible_v<Minimal, Referral, Permit>);
static_assert(
    !std::is_constructible_v<Disclosure, Envelope, std::string, std::string, std::string>);

// A courier takes a Disclosure and nothing that comes before it.
template <class T>
concept Deliverable = requires(Courier& courier, const T& thing) {
  courier.deliver(thing);
};
static_assert(Deliverable<Disclosure>);
static_assert(!Deliverable<Minimal>);
static_assert(!Deliverable<Referral>);
static_assert(!Deliverable<Permit>);
static_assert(!Deliverable<Envelope>);

// A person's value has no way out but reveal().
static_assert(!std::is_convertible_v<Sensitive<std::string>, std::string>);
static_assert(!std::is_convertible_v<std::string, Sensitive<std::string>>);
static_assert(!std::is_constructible_v<Constant, std::string>);
static_assert(!PersonReference::loggable && !Handle::loggable && !PersonId::loggable);

TEST(Typestate, holds_at_compile_time) { SUCCEED(); }

}  // namespace
}  // namespace relais
