// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <thread>

#include "policy/document.h"
#include "relais/v1/desk.grpc.pb.h"
#include "tests/bench/referrals.h"
#include "tests/bench/watcher.h"

namespace relais::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLook = 8ms;  // each look costs the database a tenth of a referral
constexpr auto kTick = 100ms;
constexpr auto kPatience = 30s;

Result<std::shared_ptr<grpc::Channel>> channel_to(const demo::DeskAccess& access) {
  RELAIS_TRY(roots, policy::read_file(access.roots));
  RELAIS_TRY(key, policy::read_file(access.key));
  RELAIS_TRY(certificate, policy::read_file(access.certificate));
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  return grpc::CreateCustomChannel(access.address, grpc::SslCredentials({roots, key, certificate}),
                                   arguments);
}

class Load {
 public:
  Load(std::shared_ptr<grpc::Channel> channel, Watcher watcher, const LoadSettings& settings,
       std::string role)
      : settings_(settings),
        role_(std::move(role)),
        watcher_(std::move(watcher)),
        stub_(v1::DeskService::NewStub(std::move(channel))) {
    for (size_t slot = 0; slot < settings.in_flight; ++slot) free_.push_back(slot);
  }

  Result<LoadReport> run(const std::function<void()>& each_tick) {
    count_from_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(settings_.warm_up);
    count_until_ = count_from_ + std::chrono::duration_cast<Clock::duration>(settings_.lasting);
    auto tick = Clock::now();
    for (auto now = tick; now < count_until_; now = Clock::now()) {
      if (now >= tick) {
        each_tick();
        tick += kTick;
      }
      submit_free();
      RELAIS_TRY_VOID(look());
      std::this_thread::sleep_until(now + kLook);
    }
    RELAIS_TRY_VOID(wait_for_rest());
    return std::move(report_);
  }

 private:
  struct Submission {
    size_t slot = 0;
    Clock::time_point begun;
    grpc::ClientContext context;
    v1::SubmitReferralRequest request;
    v1::SubmitReferralResponse response;
  };
  struct Waiting {
    size_t slot = 0;
    Clock::time_point begun;
  };

  void submit_free() {
    std::vector<size_t> slots;
    {
      const std::scoped_lock lock(mutex_);
      slots.swap(free_);
      under_way_ += slots.size();
    }
    for (const size_t slot : slots) submit(slot);
  }

  void submit(size_t slot) {
    auto call = std::make_shared<Submission>();
    call->slot = slot;
    call->request = referral_request(role_, settings_.recipient, load_person(slot),
                                     "bench-" + std::to_string(++submitted_));
    call->context.set_deadline(std::chrono::system_clock::now() + 20s);
    call->begun = Clock::now();
    stub_->async()->SubmitReferral(&call->context, &call->request, &call->response,
                                   [this, call](grpc::Status status) { answered(*call, status); });
  }

  void answered(const Submission& call, const grpc::Status& status) {
    const v1::Referral& referral = call.response.referral();
    const std::scoped_lock lock(mutex_);
    --under_way_;
    if (status.ok() && !referral.delivery().empty()) {
      waiting_[referral.referral_id()] = {call.slot, call.begun};
      return;
    }
    count_error(status.ok() ? "not queued: " + referral.state() : status.error_message());
    free_.push_back(call.slot);
  }

  void count_error(const std::string& what) {
    if (report_.errors++ == 0) report_.first_error = what;
  }

  Result<void> look() {
    std::vector<std::string> ids;
    {
      const std::scoped_lock lock(mutex_);
      for (const auto& [id, waiting] : waiting_) ids.push_back(id);
    }
    if (ids.empty()) return {};
    RELAIS_TRY(rows, watcher_.ended(ids));
    const auto now = Clock::now();
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, delivery] : rows) count_end(id, delivery, now);
    return {};
  }

  void count_end(const std::string& id, const std::string& delivery, Clock::time_point now) {
    const Waiting ended = waiting_.at(id);
    waiting_.erase(id);
    free_.push_back(ended.slot);
    if (delivery != "delivered") return count_error(delivery);
    ++report_.completed;
    if (now < count_from_ || now >= count_until_) return;
    report_.took_ms.push_back(std::chrono::duration<double, std::milli>(now - ended.begun).count());
  }

  // What is in flight when the time is up must still arrive; nothing new is submitted.
  Result<void> wait_for_rest() {
    const auto give_up = Clock::now() + kPatience;
    while (true) {
      RELAIS_TRY_VOID(look());
      {
        const std::scoped_lock lock(mutex_);
        // A call ends by its own deadline, and must not outlive this object.
        if (under_way_ == 0 && waiting_.empty()) return {};
        if (under_way_ == 0 && Clock::now() > give_up) {
          for (size_t i = 0; i < waiting_.size(); ++i) count_error("not delivered in time");
          return {};
        }
      }
      std::this_thread::sleep_for(kLook);
    }
  }

  const LoadSettings settings_;
  const std::string role_;
  Watcher watcher_;
  std::unique_ptr<v1::DeskService::Stub> stub_;
  Clock::time_point count_from_;
  Clock::time_point count_until_;
  size_t submitted_ = 0;
  std::mutex mutex_;  // guards what follows
  std::vector<size_t> free_;
  size_t under_way_ = 0;  // submissions not answered
  std::map<std::string, Waiting> waiting_;
  LoadReport report_;
};

}  // namespace

Result<LoadReport> load(demo::Federation& federation, const LoadSettings& settings,
                        const std::function<void()>& each_tick) {
  RELAIS_TRY_VOID(record_persons(federation, settings.sender, settings.in_flight));
  const std::string database = federation.seat(settings.sender).database();
  RELAIS_TRY(watcher, Watcher::open(federation.cluster().connection(database, "postgres")));
  RELAIS_TRY(channel, channel_to(federation.desk(settings.sender)));
  Load load(channel, std::move(watcher), settings, federation.any_role(settings.sender));
  return load.run(each_tick);
}

}  // namespace relais::bench
