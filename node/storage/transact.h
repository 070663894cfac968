// SPDX-License-Identifier: Apache-2.0
// The one door to the database, and the one place where libpqxx's exceptions end: they become
// Faults with constant messages (the server's own texts can hold values). Inside storage only; any
// thread.
//
// transact  a transaction, READ COMMITTED. Retried as a whole, at most 4 times with jitter, when it
// was
//           rolled back for another's sake or the connection broke before COMMIT was sent; so the
//           work may run more than once and must begin from the same state each time. An unknown
//           outcome of COMMIT is `in_doubt` and is never retried here.
// once      one statement without a transaction around it, that may be repeated without harm.
// snapshot  reads that see one state of the database (REPEATABLE READ, read only).
#pragma once

#include <functional>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <type_traits>
#include <utility>

#include "node/core/result.h"
#include "node/storage/pipeline.h"
#include "node/storage/pool.h"
#include "node/storage/statement.h"

namespace relais::storage {

enum class Mode { transaction, once, snapshot };

// Runs `work`; when it returns false nothing is committed and the caller has its own fault.
Result<void> run_in(Pool& pool, Mode mode, const std::function<bool(Work&)>& work);

// The same with what `opening` gives asked in one trip with BEGIN; `work` is given the answers and
// may end it with what it writes (TwoTrips::commit_with).
Result<void> run_in_two_trips(Pool& pool, const std::function<Pipeline()>& opening,
                              const std::function<bool(TwoTrips&, const Answers&)>& work);

// What `work` gives when `run`, which only asks whether to commit, has run it.
template <class Outcome, class Run, class F>
Outcome outcome_of(const Run& run, F work) {
  std::optional<Outcome> outcome;
  auto ran = run([&](auto&... given) {
    outcome.emplace(work(given...));
    return outcome->has_value();
  });
  if (!ran) return tl::unexpected<Fault>(std::move(ran.error()));
  return std::move(*outcome);
}

template <class F>
std::invoke_result_t<F, Work&> run_in(Pool& pool, Mode mode, F work) requires(
    !std::is_same_v<std::invoke_result_t<F, Work&>, bool>) {
  const auto run = [&](const std::function<bool(Work&)>& keep) { return run_in(pool, mode, keep); };
  return outcome_of<std::invoke_result_t<F, Work&>>(run, std::move(work));
}

template <class F>
auto transact(Pool& pool, F work) {
  return run_in(pool, Mode::transaction, std::move(work));
}
// In two trips.
template <class F>
auto transact(Pool& pool, const std::function<Pipeline()>& opening, F work) {
  const auto run = [&](const std::function<bool(TwoTrips&, const Answers&)>& keep) {
    return run_in_two_trips(pool, opening, keep);
  };
  return outcome_of<std::invoke_result_t<F, TwoTrips&, const Answers&>>(run, std::move(work));
}
template <class F>
auto once(Pool& pool, F work) {
  return run_in(pool, Mode::once, std::move(work));
}
template <class F>
auto snapshot(Pool& pool, F work) {
  return run_in(pool, Mode::snapshot, std::move(work));
}

// First in a transaction that looks through whole tables and that nobody waits for; and of one that
// may wait for others' locks as well.
inline constexpr const char* kUnhurried = "SET LOCAL statement_timeout = 0";
inline constexpr const char* kPatient =
    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'";

}  // namespace relais::storage
