// SPDX-License-Identifier: Apache-2.0
#include "node/storage/transact.h"

#include <chrono>
#include <exception>
#include <random>
#include <string_view>
#include <thread>

#include "node/storage/session.h"

namespace relais::storage {

// The only borrower of connections.
struct Borrowing {
  static Pool::Lease borrow(Pool& pool) { return pool.borrow(); }
};

namespace {

constexpr int kAttempts = 4;

// What happened, and whether doing it again from the start is safe and may help.
struct Trouble {
  Fault fault;
  bool broken = false;     // the connection is of no more use
  bool try_again = false;  // when COMMIT had not been sent
};

Trouble trouble(FaultKind kind, Constant message, std::string where = {}) {
  return {Fault{kind, message, std::move(where), nullptr}};
}
Trouble gone(std::string where = {}) {
  return {Fault{FaultKind::unavailable, "the database is away", std::move(where), nullptr}, true,
          true};
}

bool starts(const std::string& state, std::string_view prefix) {
  return state.rfind(prefix, 0) == 0;
}

Trouble in_doubt(Constant message) {
  return {Fault{FaultKind::in_doubt, message, {}, nullptr}, true};
}

// SQLSTATE to kind (PostgreSQL, appendix A). `where` is the code, never the server's text.
Trouble of_state(const std::string& state) {
  if (state.empty()) return gone();  // libpq's own, not the server's: nothing goes over it any more
  if (starts(state, "57P") || starts(state, "08") || state == "25006") return gone(state);
  if (starts(state, "53")) {
    return trouble(FaultKind::unavailable, "the database is out of a resource", state);
  }
  if (state == "40003") return in_doubt("the outcome of a statement is unknown");
  if (starts(state, "40")) {
    Trouble rolled_back =
        trouble(FaultKind::unavailable, "rolled back for another transaction", state);
    rolled_back.try_again = true;
    return rolled_back;
  }
  if (state == "57014") return trouble(FaultKind::deadline, "a statement ran out of time", state);
  if (state == "55P03") return trouble(FaultKind::unavailable, "a lock was not to be had", state);
  if (state == "25P03") return gone(state);
  if (state == "23505") return trouble(FaultKind::already_exists, "a row of this id exists", state);
  if (starts(state, "23"))
    return trouble(FaultKind::precondition, "a row breaks a constraint", state);
  if (starts(state, "22")) return trouble(FaultKind::invalid, "a value has the wrong form", state);
  if (starts(state, "XX")) return trouble(FaultKind::corrupt, "the database is damaged", state);
  if (state == "42P01" || state == "42883" || state == "3F000") {
    return trouble(FaultKind::precondition, "the database is not migrated: relaisctl migrate",
                   state);
  }
  if (state == "RS001") {
    return trouble(FaultKind::precondition, "a witness contradicts this ledger: nothing is signed",
                   state);
  }
  if (state == "RS002") {
    return trouble(FaultKind::not_found, "no such referral to change", state);
  }
  if (state == "RS003") {
    return trouble(FaultKind::precondition, "the message does not wait any more", state);
  }
  if (state == "42501") {
    return trouble(FaultKind::internal, "the database role may not do this", state);
  }
  return trouble(FaultKind::internal, "the database refused a statement", state);
}

// Of the exception that is being handled.
Trouble name_trouble() {
  try {
    throw;
  } catch (const pqxx::in_doubt_error&) {
    return in_doubt("the outcome of COMMIT is unknown");
  } catch (const pqxx::broken_connection&) {
    return gone();
  } catch (const pqxx::statement_completion_unknown&) {
    return in_doubt("the outcome of a statement is unknown");
  } catch (const pqxx::transaction_rollback&) {
    return of_state("40001");
  } catch (const pqxx::insufficient_privilege&) {
    return of_state("42501");  // libpqxx 6 throws it without its SQLSTATE
  } catch (const pqxx::sql_error& error) {
    return of_state(error.sqlstate());
  } catch (const pqxx::argument_error&) {
    return trouble(FaultKind::invalid, "a text holds a NUL");
  } catch (const std::exception&) {
    return trouble(FaultKind::internal, "a statement's result could not be read");
  }
}

struct Attempt {
  bool committing = false;  // COMMIT was sent
};

void commit(Work& transaction, Attempt& attempt) {
  attempt.committing = true;
  transaction.commit();
}

template <class Transaction>
void attempt_in(Session& session, const std::function<bool(Work&)>& work, Attempt& attempt) {
  Transaction transaction(session.connection);
  if (work(transaction)) commit(transaction, attempt);
}

void attempt_once(Session& session, Mode mode, const std::function<bool(Work&)>& work,
                  Attempt& attempt) {
  using Snapshot = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;
  if (mode == Mode::snapshot) return attempt_in<Snapshot>(session, work, attempt);
  if (mode == Mode::transaction) return attempt_in<pqxx::work>(session, work, attempt);
  pqxx::nontransaction open(session.connection);
  work(open);
}

// After COMMIT was sent only the server's own refusal says that nothing was committed.
Fault settle(Trouble& trouble, const Attempt& attempt) {
  const bool unknown = trouble.broken || trouble.fault.kind == FaultKind::deadline ||
                       trouble.fault.kind == FaultKind::internal;
  if (attempt.committing && unknown) {
    trouble.try_again = false;
    return Fault{FaultKind::in_doubt, "the outcome of COMMIT is unknown", {}, nullptr};
  }
  return trouble.fault;
}

void pause_before(int attempt) {
  thread_local std::minstd_rand jitter{std::random_device{}()};
  const int most_ms = 5 << attempt;
  std::uniform_int_distribution<int> pick(most_ms / 2, most_ms);
  std::this_thread::sleep_for(std::chrono::milliseconds{pick(jitter)});
}

using Try = std::function<void(Session&, Attempt&)>;

// Tries until it is done, or known not to be, or doing it again cannot help.
Result<void> run_tries(Pool& pool, const Try& try_once) {
  for (int tried = 1;; ++tried) {
    Attempt attempt;
    std::optional<Trouble> met;
    std::optional<Pool::Lease> lease;
    try {
      lease.emplace(Borrowing::borrow(pool));
      if (!*lease) return fail(FaultKind::exhausted, "every database connection is in use");
      try_once(**lease, attempt);
    } catch (...) {
      met = name_trouble();
    }
    if (lease && (**lease).notices.not_replicated()) {
      lease->broken();
      return fail(FaultKind::in_doubt, "committed without the synchronous standby");
    }
    if (!met) return {};
    if (lease && met->broken) lease->broken();
    lease.reset();
    Fault fault = settle(*met, attempt);
    if (!met->try_again || tried == kAttempts) return tl::unexpected<Fault>(std::move(fault));
    pause_before(tried);
  }
}

}  // namespace

Result<void> run_in(Pool& pool, Mode mode, const std::function<bool(Work&)>& work) {
  return run_tries(pool, [&](Session& session, Attempt& attempt) {
    attempt_once(session, mode, work, attempt);
  });
}

Result<void> run_in_two_trips(Pool& pool, const std::function<Pipeline()>& opening,
                              const std::function<bool(TwoTrips&, const Answers&)>& work) {
  return run_tries(pool, [&](Session& session, Attempt& attempt) {
    TwoTrips transaction(session.connection, attempt.committing);
    const Answers answers = transaction.begin(opening());
    if (work(transaction, answers)) commit(transaction, attempt);
  });
}

}  // namespace relais::storage
