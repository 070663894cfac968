// SPDX-License-Identifier: Apache-2.0
#include "node/transport/inbox_streams.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "node/flow/follow.h"
#include "node/transport/desk_service.h"
#include "node/transport/wire_desk.h"
#include "node/transport/wire_reply.h"

namespace relais::transport {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{500};
constexpr std::chrono::minutes kLongestStream{10};
constexpr int kPage = 50;

constexpr Method kFollow = method("/relais.v1.DeskService/FollowInbox");

// A stream that was refused before it began.
class RefusedStream final : public InboxStreams::Reactor {
 public:
  explicit RefusedStream(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

// One stream. `step_` says who may touch what is below it: idle, nobody; looking, the desk's
// worker; writing, gRPC's reaction; ended, nobody any more. It is kept alive by InboxStreams until
// OnDone.
class InboxStreams::Follower final : public Reactor, public std::enable_shared_from_this<Follower> {
 public:
  Follower(InboxStreams& streams, grpc::CallbackServerContext& context, std::string token)
      : streams_(streams),
        context_(context),
        token_(std::move(token)),
        opened_(std::chrono::steady_clock::now()) {}

  // Looks at the inbox unless a look or a write is under way.
  void look() {
    if (!claim(Step::looking)) return;
    seat_look();
  }

  // Ends the stream as soon as nothing is under way.
  void end(grpc::Status status) {
    {
      const std::scoped_lock lock(mutex_);
      if (!ending_) ending_ = std::move(status);
    }
    if (claim(Step::looking)) rest();
  }

  bool too_old(std::chrono::steady_clock::time_point now) const {
    return now - opened_ >= kLongestStream;
  }

  void OnCancel() override { end({grpc::StatusCode::CANCELLED, "the caller went away"}); }

  void OnWriteDone(bool ok) override {
    if (!ok) return finish({grpc::StatusCode::CANCELLED, "the caller went away"});
    ready_.pop_front();
    go_on();
  }

  void OnDone() override {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - opened_;
    streams_.door_.observer.answered({kFollow.path, name_of(code_), {}, {}, took.count()});
    streams_.remove(*this);
  }

 private:
  enum class Step { idle, looking, writing, ended };

  bool claim(Step next) {
    const std::scoped_lock lock(mutex_);
    if (step_ != Step::idle) return false;
    step_ = next;
    return true;
  }

  // Back to idle, or to the end when one was asked for meanwhile.
  void rest() {
    std::optional<grpc::Status> ending;
    {
      const std::scoped_lock lock(mutex_);
      ending = ending_;
      if (!ending) step_ = Step::idle;
    }
    if (ending) finish(*ending);
  }

  void seat_look() {
    const Seat seat = streams_.door_.desk.seat([self = shared_from_this()] { self->read_page(); });
    if (seat != Seat::taken) rest();  // the desk is full: the next tick tries again
  }

  void read_page() {
    const auto outcome = guarded([this](const Call&) { return fetch(); }, Call{});
    if (!outcome) return finish(status_of(outcome.error(), context_));
    go_on();
  }

  Result<void> fetch() {
    RELAIS_TRY(inbox, flow::list_inbox(streams_.line_, token_, kPage));
    for (size_t i = 0; i < inbox.referrals.size(); ++i) {
      v1::FollowInboxResponse& message = ready_.emplace_back();
      write(inbox.referrals[i], *message.mutable_referral());
      message.set_page_token(inbox.tokens.at(i));
    }
    if (!inbox.tokens.empty()) token_ = inbox.tokens.back();
    more_ = !inbox.next.empty();
    return {};
  }

  // The next write, the next page, or a rest. Called by whoever holds the step.
  void go_on() {
    bool ending = false;
    {
      const std::scoped_lock lock(mutex_);
      ending = ending_.has_value();
      if (!ending && !ready_.empty()) step_ = Step::writing;
    }
    if (ending) return rest();
    if (!ready_.empty()) return StartWrite(&ready_.front());
    if (!std::exchange(more_, false)) return rest();
    seat_look();
  }

  void finish(const grpc::Status& status) {
    {
      const std::scoped_lock lock(mutex_);
      if (step_ == Step::ended) return;
      step_ = Step::ended;
    }
    code_ = status.error_code();
    Finish(status);
  }

  InboxStreams& streams_;
  grpc::CallbackServerContext& context_;
  std::string token_;
  const std::chrono::steady_clock::time_point opened_;
  std::deque<v1::FollowInboxResponse> ready_;
  bool more_ = false;
  grpc::StatusCode code_ = grpc::StatusCode::OK;
  std::mutex mutex_;
  Step step_ = Step::idle;
  std::optional<grpc::Status> ending_;
};

InboxStreams::InboxStreams(const Door& door, const flow::Line& line, size_t most)
    : door_(door), line_(line), most_(most), ticker_([this] { tick(); }) {}

InboxStreams::~InboxStreams() { close(); }

InboxStreams::Reactor* InboxStreams::open(grpc::CallbackServerContext& context,
                                          const v1::FollowInboxRequest& request) {
  const auto token = begin(context, request);
  if (!token) {
    const grpc::Status status = status_of(token.error(), context);
    door_.observer.answered(
        {kFollow.path, name_of(status.error_code()), token.error().message.view(), {}, 0});
    return new RefusedStream(status);
  }
  auto follower = std::make_shared<Follower>(*this, context, *token);
  if (!add(follower)) {
    door_.observer.refused({"inbox", {}, kRefusedFull});
    const Fault busy{FaultKind::exhausted, "too many inboxes are followed; list it instead"};
    return new RefusedStream(status_of(busy, context));
  }
  follower->StartSendInitialMetadata();
  follower->look();
  return follower.get();
}

Result<std::string> InboxStreams::begin(const grpc::CallbackServerContext& context,
                                        const v1::FollowInboxRequest& request) const {
  RELAIS_TRY(call, admit(door_, kFollow, context, DeadlineRule::any));
  RELAIS_TRY_VOID(caller_of(door_, line_, kFollow, call, request.acting()));
  return read_page_token(request.page_token());
}

bool InboxStreams::add(const std::shared_ptr<Follower>& follower) {
  const std::scoped_lock lock(mutex_);
  if (closing_ || open_.size() >= most_) return false;
  open_.push_back(follower);
  return true;
}

void InboxStreams::remove(const Follower& follower) {
  std::shared_ptr<Follower> last;  // destroyed after the lock is gone
  const std::scoped_lock lock(mutex_);
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const auto& one) { return one.get() == &follower; });
  if (found == open_.end()) return;
  last = std::move(*found);
  open_.erase(found);
}

void InboxStreams::wake() {
  {
    const std::scoped_lock lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void InboxStreams::close() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  if (ticker_.joinable()) ticker_.join();
}

void InboxStreams::tick() {
  while (!visit(wait())) {
  }
}

// Who is followed when it is time to look.
InboxStreams::Round InboxStreams::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kBetweenLooks, [this] { return woken_ || closing_; });
  woken_ = false;
  return {open_, closing_};
}

// True after the last round.
bool InboxStreams::visit(const Round& round) {
  const auto now = std::chrono::steady_clock::now();
  for (const auto& follower : round.followers) {
    if (round.closing || follower->too_old(now)) {
      follower->end(grpc::Status::OK);
    } else {
      follower->look();
    }
  }
  return round.closing;
}

}  // namespace relais::transport
