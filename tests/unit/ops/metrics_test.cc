// SPDX-License-Identifier: Apache-2.0
// The metrics: closed labels, and an operations document that names every series and no other.
#include "node/ops/metrics.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

namespace relais::ops {
namespace {

constexpr const char* kGet = "/relais.v1.DeskService/GetReferral";

bool has_line(const Metrics& metrics, const std::string& line) {
  return ("\n" + metrics.expose()).find("\n" + line + "\n") != std::string::npos;
}

// Every series once, so that every family is exposed.
void touch_all(Metrics& metrics) {
  metrics.answered(kGet, "OK", 0.01);
  metrics.outbox({{AgencyId("siao-69"), 3}}, from_unix_ms(1'700'000'000'500));
  metrics.peer_refused("siao-69", "full");
  metrics.law({{"fr", "1"}}, 1, {});
  metrics.law_on_disk(0, false);
  metrics.reconciled(AgencyId("siao-69"), 0, 0, {});
}

std::set<std::string> names_in(const std::string& text, const std::string& before) {
  std::set<std::string> names;
  for (size_t at = text.find(before + "relais_"); at != std::string::npos;
       at = text.find(before + "relais_", at + 1)) {
    const size_t start = at + before.size();
    names.insert(
        text.substr(start, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", start) - start));
  }
  return names;
}

TEST(Metrics, a_call_is_counted_under_its_method_and_code) {
  Metrics metrics({kGet}, "0.1.0");
  metrics.answered(kGet, "OK", 0.03);
  metrics.answered(kGet, "OK", 7);
  const std::string labels = "code=\"OK\",method=\"/relais.v1.DeskService/GetReferral\"";
  const std::string text = metrics.expose();
  EXPECT_NE(text.find("relais_rpc_duration_seconds_count{"), std::string::npos) << text;
  EXPECT_NE(text.find("le=\"0.05\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("le=\"+Inf\"} 2\n"), std::string::npos) << text;
  EXPECT_TRUE(has_line(metrics, "relais_build_info{version=\"0.1.0\"} 1"));
}

TEST(Metrics, a_text_outside_its_closed_set_is_counted_as_other_and_never_shown) {
  Metrics metrics({kGet}, "0.1.0");
  metrics.answered("/Amina.Diallo", "Amina", 0.01);
  metrics.decided("Amina Diallo");
  metrics.attempted("+33612345678", 1);
  metrics.queued("Amina", 4);
  metrics.refused("Amina");
  metrics.certificate("Amina", from_unix_ms(1000));
  const std::string text = metrics.expose();
  EXPECT_EQ(text.find("Amina"), std::string::npos);
  EXPECT_EQ(text.find("336"), std::string::npos);
  EXPECT_TRUE(has_line(metrics, "relais_decisions_total{outcome=\"other\"} 1"));
  EXPECT_TRUE(has_line(metrics, "relais_desk_queue_entries{desk=\"other\"} 4"));
  EXPECT_TRUE(has_line(metrics, "relais_desk_refused_total{desk=\"other\"} 1"));
}

TEST(Metrics, a_peer_sent_away_is_counted_by_its_id_and_who_is_none_as_other) {
  Metrics metrics({}, "0.1.0");
  metrics.peer_refused("siao-69", "pace");
  metrics.peer_refused("siao-69", "pace");
  metrics.peer_refused("", "full");
  metrics.peer_refused("siao-69", "Amina");
  const std::string name = "relais_peer_refused_total";
  EXPECT_TRUE(has_line(metrics, name + "{peer=\"siao-69\",reason=\"pace\"} 2"));
  EXPECT_TRUE(has_line(metrics, name + "{peer=\"other\",reason=\"full\"} 1"));
  EXPECT_TRUE(has_line(metrics, name + "{peer=\"siao-69\",reason=\"other\"} 1"));
}

TEST(Metrics, only_a_delivered_attempt_counts_as_a_disclosure) {
  Metrics metrics({}, "0.1.0");
  metrics.attempted("delivered", 0.1);
  metrics.attempted("postponed", 10);
  metrics.attempted("undeliverable", 0.1);
  EXPECT_TRUE(has_line(metrics, "relais_disclosures_total 1"));
  EXPECT_TRUE(has_line(metrics, "relais_delivery_duration_seconds_count{result=\"postponed\"} 1"));
  EXPECT_TRUE(has_line(
      metrics, "relais_delivery_duration_seconds_bucket{result=\"postponed\",le=\"10\"} 1"));
}

TEST(Metrics, a_peer_that_no_longer_waits_goes_to_zero_and_the_oldest_of_nothing_is_nan) {
  Metrics metrics({}, "0.1.0");
  metrics.outbox({{AgencyId("siao-69"), 3}}, from_unix_ms(1'700'000'000'500));
  EXPECT_TRUE(has_line(metrics, "relais_outbox_pending{peer=\"siao-69\"} 3"));
  EXPECT_TRUE(has_line(metrics, "relais_outbox_oldest_timestamp_seconds 1700000000.5"));
  metrics.outbox({}, std::nullopt);
  EXPECT_TRUE(has_line(metrics, "relais_outbox_pending{peer=\"siao-69\"} 0"));
  EXPECT_TRUE(has_line(metrics, "relais_outbox_oldest_timestamp_seconds Nan"));
}

TEST(Metrics, what_main_samples_is_shown_as_it_was_given) {
  Metrics metrics({}, "0.1.0");
  metrics.appended(64, 1000, 0.002);
  metrics.duties(1, from_unix_ms(1'700'000'000'000));
  metrics.database_idle(24);
  metrics.directory(3, from_unix_ms(1'800'000'000'000));
  metrics.certificate("exchange", from_unix_ms(1'800'000'000'000));
  metrics.ledger_verified(from_unix_ms(1'700'000'000'000));
  metrics.law({{"fr", "1"}, {"eu", "1"}}, 0, from_unix_ms(1'700'000'000'000));
  metrics.law({{"fr", "2"}}, 7, from_unix_ms(1'800'000'000'000));
  metrics.law_on_disk(2, true);
  EXPECT_FALSE(has_line(metrics, "relais_law_pack_info{pack=\"eu\",version=\"1\"} 1"));
  for (const char* line :
       {"relais_ledger_entries 1000", "relais_ledger_batch_entries_bucket{le=\"64\"} 1",
        "relais_ledger_batch_entries_bucket{le=\"32\"} 0", "relais_duties_open 1",
        "relais_duties_oldest_timestamp_seconds 1700000000", "relais_directory_version 3",
        "relais_database_connections_idle 24",
        "relais_directory_expiry_timestamp_seconds 1800000000",
        "relais_certificate_expiry_timestamp_seconds{use=\"exchange\"} 1800000000",
        "relais_certificate_expiry_timestamp_seconds{use=\"desk\"} Nan",
        "relais_law_pack_info{pack=\"fr\",version=\"2\"} 1", "relais_law_version 7",
        "relais_law_in_force_timestamp_seconds 1800000000", "relais_law_packs_not_activated 2",
        "relais_law_note_refused 1", "relais_ledger_verified_timestamp_seconds 1700000000"}) {
    EXPECT_TRUE(has_line(metrics, line)) << line << "\n" << metrics.expose();
  }
}

TEST(Metrics, calls_from_many_threads_lose_no_count) {
  Metrics metrics({kGet}, "0.1.0");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) metrics.answered(kGet, "OK", 0.002);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_NE(metrics.expose().find("le=\"+Inf\"} 4000\n"), std::string::npos);
}

TEST(Metrics, the_operations_document_names_every_series_and_no_other) {
  Metrics metrics({kGet}, "0.1.0");
  touch_all(metrics);
  std::ifstream file(std::string(RELAIS_SOURCE_DIR) + "/docs/operations.md");
  std::stringstream document;
  document << file.rdbuf();
  EXPECT_EQ(names_in(metrics.expose(), "# TYPE "), names_in(document.str(), "| `"));
}

}  // namespace
}  // namespace relais::ops
