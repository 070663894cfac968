// SPDX-License-Identifier: Apache-2.0
// An agency changes its certificate while it works: no call fails, new connections see the new one,
// and when the directory stops taking the old key, whoever holds it is a stranger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "node/ledger/crypto.h"
#include "tests/integration/transport/open_nodes.h"

namespace relais {
namespace {

using grpc::StatusCode;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
namespace files = std::filesystem;

std::string text_of(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

std::string key_of(const test::Leaf& leaf) {
  return to_hex(view(ledger::certificate_key(text_of(leaf.certificate)).value()));
}

// A folder that a node reads its certificate from, as a symlink: what it points to is replaced in
// one step.
class Mount {
 public:
  Mount(const test::TestFolder& folder, const std::string& name, const test::Leaf& leaf)
      : link_(folder.file(name)) {
    put(leaf);
  }
  void put(const test::Leaf& leaf) {
    const std::string generation = link_ + "-" + std::to_string(++generation_);
    files::create_directory(generation);
    for (const auto& [from, to] :
         {std::pair{leaf.private_key, "key.pem"}, std::pair{leaf.certificate, "certificate.pem"}}) {
      files::copy_file(from, generation + "/" + to);
      // What watches compares whole seconds; this test is faster.
      const auto later = files::file_time_type::clock::now() + seconds{10 * generation_};
      files::last_write_time(generation + "/" + to, later);
    }
    files::create_directory_symlink(generation, link_ + ".next");
    files::rename(link_ + ".next", link_);
  }
  transport::TlsFiles tls(const std::string& roots) const {
    return {link_ + "/key.pem", link_ + "/certificate.pem", roots};
  }

 private:
  const std::string link_;
  int generation_ = 0;
};

struct Rollover : testing::Test, test::OpenNodes {
  Rollover() {
    // Slow enough that calls are under way at every moment.
    peer_office.pair = [](const AgencyId&, const flow::PairQuestion&) {
      std::this_thread::sleep_for(milliseconds{30});
      return Result<flow::PairPage>(flow::PairPage{});
    };
    restart_siao([this](transport::ServerSettings& settings) {
      settings.exchange_tls = siao_mount.tls(peer_roots);
      settings.exchange_workers = 8;
    });
  }
  // Both keys of an agency, the old one for an hour more.
  void list_both(const std::string& id, const test::Leaf& before, const test::Leaf& after) {
    change_agency(id, [&](Agency& one) {
      one.tls_keys = {{key_of(before), clock.now() - hours{1}, clock.now() + hours{1}},
                      {key_of(after), clock.now() - hours{1}, clock.now() + hours{99}}};
    });
  }
  PeerAddress siao_address() {
    return directory.current()->find(AgencyId("siao"))->peer_address(clock.now());
  }
  std::unique_ptr<transport::GrpcCourier> courier_of(const Mount& mount) {
    return transport::GrpcCourier::make({mount.tls(peer_roots), seconds{10}, seconds{1}}).value();
  }
  // What a new connection is shown by the intake service.
  std::string shown_key() {
    const auto context = test::soon();
    v1::ListPairResponse reply;
    v1::ExchangeService::NewStub(exchange_channel(sds_leaf))
        ->ListPair(context.get(), v1::ListPairRequest(), &reply);
    const auto pem = context->auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
    if (pem.empty()) return "";
    return to_hex(view(ledger::certificate_key({pem[0].data(), pem[0].size()}).value()));
  }
  StatusCode list_over(const std::shared_ptr<grpc::Channel>& channel) {
    const auto context = test::soon();
    v1::ListPairResponse reply;
    return v1::ExchangeService::NewStub(channel)
        ->ListPair(context.get(), v1::ListPairRequest(), &reply)
        .error_code();
  }

  const test::Leaf new_siao = peers.issue(folder, "siao-new", {"spiffe://test/agency/siao"});
  const test::Leaf new_sds = peers.issue(folder, "sds-new", {"spiffe://test/agency/sds"});
  Mount siao_mount{folder, "siao-live", siao_leaf};
  Mount sds_mount{folder, "sds-live", sds_leaf};
};

// Calls one after another until it is told to stop, over one connection or a new one each time.
struct Caller {
  Caller(Rollover& world, bool anew)
      : thread_([this, &world, anew] {
          auto courier = world.courier_of(world.sds_mount);
          while (!stop_) {
            if (anew) courier = world.courier_of(world.sds_mount);
            const auto page = courier->pair(world.siao_address(), {});
            ++(page ? answered : failed);
          }
        }) {}
  ~Caller() { end(); }
  void end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::atomic<int> answered{0};
  std::atomic<int> failed{0};

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST_F(Rollover, certificates_are_replaced_under_load_and_no_call_fails) {
  list_both("siao", siao_leaf, new_siao);
  list_both("sds", sds_leaf, new_sds);
  ASSERT_EQ(shown_key(), key_of(siao_leaf));
  Caller kept(*this, false);
  Caller kept_too(*this, false);
  Caller anew(*this, true);
  std::this_thread::sleep_for(seconds{1});
  siao_mount.put(new_siao);
  sds_mount.put(new_sds);
  for (int i = 0; i < 100 && shown_key() != key_of(new_siao); ++i) {
    std::this_thread::sleep_for(milliseconds{100});
  }
  EXPECT_EQ(shown_key(), key_of(new_siao));
  std::this_thread::sleep_for(seconds{2});  // both sides have read their files again
  for (Caller* caller : {&kept, &kept_too, &anew}) caller->end();
  EXPECT_EQ(kept.failed + kept_too.failed + anew.failed, 0);
  EXPECT_GT(kept.answered + kept_too.answered, 60);
  EXPECT_GT(anew.answered, 5);
}

TEST_F(Rollover, after_the_overlap_the_old_certificate_is_refused_on_the_connection_it_has) {
  list_both("sds", sds_leaf, new_sds);
  const auto old_one = exchange_channel(sds_leaf);
  const auto new_one = exchange_channel(new_sds);
  EXPECT_EQ(list_over(old_one), StatusCode::OK);
  EXPECT_EQ(list_over(new_one), StatusCode::OK);
  clock.advance(hours{1});
  EXPECT_EQ(list_over(old_one), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(list_over(new_one), StatusCode::OK);
}

TEST_F(Rollover, after_the_overlap_nothing_is_sent_to_who_shows_the_old_certificate) {
  list_both("siao", siao_leaf, new_siao);
  const auto through = courier_of(sds_mount);
  EXPECT_TRUE(through->pair(siao_address(), {}).has_value());
  clock.advance(hours{1});
  const auto refused = through->pair(siao_address(), {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::unavailable);  // nothing was handed over
  siao_mount.put(new_siao);
  bool reached = false;
  for (int i = 0; i < 100 && !reached; ++i) {
    std::this_thread::sleep_for(milliseconds{100});
    reached = through->pair(siao_address(), {}).has_value();
  }
  EXPECT_TRUE(reached);
}

TEST_F(Rollover, another_certificate_of_the_same_authority_and_name_is_none_of_the_agency) {
  const test::Leaf stolen = peers.issue(folder, "stolen", {"spiffe://test/agency/sds"});
  EXPECT_EQ(list_over(exchange_channel(stolen)), StatusCode::OK);  // no key is listed
  list_both("sds", sds_leaf, new_sds);
  EXPECT_EQ(list_over(exchange_channel(stolen)), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(list_over(exchange_channel(sds_leaf)), StatusCode::OK);
}

TEST_F(Rollover, a_peer_hands_its_directory_on_to_peers_who_have_an_older_one) {
  const std::string note(1024 * 1024, 'n');
  peer_office.directory = [&] { return note; };
  restart_siao([](transport::ServerSettings&) {});
  const auto through = courier();
  const int64_t version = directory.current()->version;
  EXPECT_EQ(through->directory(siao_address(), version - 1).value(), note);
  EXPECT_EQ(through->directory(siao_address(), version).value(), "");
  EXPECT_EQ(through->directory(siao_address(), version + 1).value(), "");
  const test::Leaf unknown = peers.issue(folder, "unknown", {"spiffe://test/agency/unknown"});
  const auto context = test::soon();
  v1::GetDirectoryResponse reply;
  EXPECT_EQ(v1::ExchangeService::NewStub(exchange_channel(unknown))
                ->GetDirectory(context.get(), v1::GetDirectoryRequest(), &reply)
                .error_code(),
            StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(reply.note().empty());
}

}  // namespace
}  // namespace relais
