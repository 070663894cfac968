// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/statement.h"

#include <grpcpp/grpcpp.h>

#include "relais/v1/steward.grpc.pb.h"
#include "tests/bench/figure.h"
#include "tests/bench/referrals.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr uint64_t kEntries = 500;
constexpr int kAskings = 20;
constexpr int kMostReplyBytes = 64 << 20;

class Reader {
 public:
  explicit Reader(const std::string& socket) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMostReplyBytes);
    stub_ = v1::StewardService::NewStub(
        grpc::CreateCustomChannel("unix:" + socket, grpc::InsecureChannelCredentials(), arguments));
  }
  // Entries it lists.
  Result<uint64_t> read(const std::string& person) {
    v1::StatementRequest request;
    request.set_person_ref(person);
    request.set_language("fr");
    request.set_format("text");
    request.set_requester("subject");
    v1::StatementResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds{20});
    const grpc::Status status = stub_->Statement(&context, request, &response);
    if (!status.ok()) return fail(FaultKind::internal, "no statement", status.error_message());
    return response.entries();
  }

 private:
  std::unique_ptr<v1::StewardService::Stub> stub_;
};

}  // namespace

Result<void> measure_statement(demo::Federation& federation, LoadSettings settings) {
  Reader reader(federation.seat(settings.sender).file("steward/steward.sock"));
  const std::string person = load_person(0);
  settings.in_flight = 1;
  settings.warm_up = std::chrono::duration<double>{0};
  settings.lasting = std::chrono::duration<double>{1};
  RELAIS_TRY(entries, reader.read(person));
  while (entries < kEntries) {
    RELAIS_TRY(report, load(federation, settings, [] {}));
    if (report.completed == 0) return fail(FaultKind::internal, "nothing is added to the account");
    RELAIS_TRY(now, reader.read(person));
    entries = now;
  }
  std::vector<double> took_ms;
  for (int i = 0; i < kAskings; ++i) {
    const auto begun = Clock::now();
    RELAIS_TRY(now, reader.read(person));
    entries = now;
    took_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
  }
  Figure figure{"statement_500", 0, quantile(took_ms, 0.50), quantile(took_ms, 0.99), {}, {}};
  figure.rate_per_s = 1000 / *figure.p50_ms;
  figure.more = {{"entries", static_cast<double>(entries)}};
  print(figure);
  return {};
}

}  // namespace relais::bench
