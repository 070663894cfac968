// SPDX-License-Identifier: Apache-2.0
#include "node/storage/pool.h"

#include <algorithm>
#include <utility>

#include "node/storage/session.h"

namespace relais::storage {
namespace {

constexpr std::chrono::seconds kTrustIdle{30};
constexpr std::chrono::milliseconds kPlansLastAtMost{600'000};

void renew_plans(Session& session, std::chrono::steady_clock::time_point now) {
  if (now - session.plans_from < session.plans_last) return;
  pqxx::nontransaction(session.connection).exec("DISCARD PLANS");
  session.plans_from = now;
  session.plans_last = std::min(2 * session.plans_last, kPlansLastAtMost);
}

// What the operator's text may override: of several hosts the one that can be written to, and a
// machine that vanished is noticed within half a minute.
constexpr const char* kDefaults =
    "connect_timeout=3 target_session_attrs=read-write keepalives_idle=10 keepalives_interval=5"
    " keepalives_count=3 tcp_user_timeout=25000 ";

// In the connection string, so that a connection that came back has them too; what stands last
// holds, whatever the operator's text says.
// tcp_…: the server notices as soon as we do when this machine vanished with a lock in hand.
// enable_seqscan: every statement asks by key, and a plan made while a table was new and empty
// would go on reading all of it as it grows (session.h says what else is done about that).
std::string with_session_settings(const PoolSettings& settings) {
  return kDefaults + settings.connection +
         " application_name=relais options='-c search_path=relais -c lock_timeout=2s"
         " -c idle_in_transaction_session_timeout=10s -c client_min_messages=warning"
         " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
         " -c tcp_user_timeout=25000 -c bytea_output=hex"
         " -c timezone=UTC -c enable_seqscan=off -c plan_cache_mode=force_generic_plan -c jit=off"
         " -c statement_timeout=" +
         std::to_string(settings.statement_timeout.count()) + "ms'";
}

}  // namespace

Pool::Pool(PoolSettings settings)
    : settings_(std::move(settings)), text_(with_session_settings(settings_)) {}

Pool::~Pool() = default;

size_t Pool::idle() const {
  const std::scoped_lock lock(mutex_);
  return settings_.size - borrowed_;
}

Pool::Lease Pool::borrow() {
  std::unique_ptr<Session> session;
  {
    std::unique_lock lock(mutex_);
    const auto free = [&] { return borrowed_ < settings_.size; };
    if (!returned_.wait_for(lock, settings_.wait, free)) return Lease(*this, nullptr, false);
    ++borrowed_;
    if (!idle_.empty()) {
      session = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  Lease lease(*this, std::move(session), true);
  lease.broken_ = true;  // until it has shown that it works
  if (lease.session_ == nullptr) {
    lease.session_ = std::make_unique<Session>(text_);
  } else {
    const auto now = std::chrono::steady_clock::now();
    if (now - lease.session_->used > kTrustIdle) {
      pqxx::nontransaction(lease.session_->connection).exec("SELECT 1");
    }
    renew_plans(*lease.session_, now);
  }
  lease.broken_ = false;
  return lease;
}

void Pool::give_back(std::unique_ptr<Session> session) {
  std::vector<std::unique_ptr<Session>> forgotten;
  {
    const std::scoped_lock lock(mutex_);
    --borrowed_;
    if (session != nullptr) {
      session->used = std::chrono::steady_clock::now();
      idle_.push_back(std::move(session));
    } else {
      // What broke one connection (a restart, a failover) most likely broke its idle siblings.
      forgotten.swap(idle_);
    }
  }
  returned_.notify_one();
}

Pool::Lease::Lease(Pool& pool, std::unique_ptr<Session> session, bool counted)
    : pool_(counted ? &pool : nullptr), session_(std::move(session)) {}

Pool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      session_(std::move(other.session_)),
      broken_(other.broken_) {}

Pool::Lease::~Lease() {
  if (pool_ == nullptr) return;
  if (broken_) session_.reset();
  pool_->give_back(std::move(session_));
}

}  // namespace relais::storage
