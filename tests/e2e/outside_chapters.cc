// SPDX-License-Identifier: Apache-2.0
// Programs that are not ours: a client in another language, and Debian's Prometheus.
#include <signal.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "admin/federation/http.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

nlohmann::json access_of(const demo::DeskAccess& desk, const std::string& role) {
  return {{"address", desk.address},
          {"certificate", desk.certificate},
          {"key", desk.key},
          {"roots", desk.roots},
          {"role", role}};
}

// What the foreign client is told: where to call, as whom.
std::string told(const Stage& stage) {
  const demo::Federation& federation = *stage.federation;
  const demo::Seat& peer = federation.seat("siao-69");
  const nlohmann::json all = {
      {"proto", stage.source + "/proto"},
      {"modules", stage.source + "/proto"},
      {"sender", access_of(federation.desk("sds-69"), "assistante_sociale")},
      {"receiver", access_of(federation.desk("siao-69"), "referente_siao")},
      {"exchange",
       {{"address", "127.0.0.1:" + std::to_string(federation.seat("sds-69").exchange_port)},
        {"certificate", peer.file("exchange.pem")},
        {"key", peer.file("exchange.key")},
        {"roots", stage.folder + "/exchange-authority.pem"}}},
      {"person", "SDS-9001"},
      {"recipient", "siao-69"},
      {"service", "orientation"}};
  return all.dump();
}

// prometheus.yml for the three nodes.
void write_scrapes(const Stage& stage, const std::string& path) {
  std::ofstream file(path);
  file << "global:\n  scrape_interval: 1s\nscrape_configs:\n  - job_name: relais\n"
       << "    static_configs:\n      - targets:\n";
  for (const std::string& agency : stage.federation->agencies()) {
    file << "          - 127.0.0.1:" << stage.federation->seat(agency).ops_port << "\n";
  }
}

// Series that answer the query, each with its value; empty while Prometheus is away.
std::vector<double> answers(uint16_t port, const std::string& query) {
  std::vector<double> values;
  const auto body = demo::http_get(port, "/api/v1/query?query=" + query);
  if (!body) return values;
  const auto answer = nlohmann::json::parse(*body, nullptr, false);
  if (!answer.is_object() || answer.value("status", "") != "success") return values;
  for (const auto& series : answer["data"]["result"]) {
    values.push_back(std::stod(series["value"][1].get<std::string>()));
  }
  return values;
}

double sum(const std::vector<double>& values) {
  double all = 0;
  for (const double value : values) all += value;
  return all;
}

}  // namespace

void tell_foreign_client(Stage& stage) {
  const auto ended = demo::run({{"node", stage.source + "/tests/e2e/client/desk.mjs"},
                                {"RELAIS_E2E=" + told(stage)},
                                "",
                                false});
  if (!stage.tap.worked(ended, "a foreign client runs")) return;
  stage.errors.push_back(ended->errors);
  stage.tap.pass_on(ended->output);
  stage.tap.check(ended->status == 0, "the foreign client found nothing wrong", ended->errors);
}

void tell_metrics(Stage& stage) {
  const auto ports = demo::free_ports(1);
  const std::string folder = stage.folder + "/prometheus";
  write_scrapes(stage, stage.folder + "/prometheus.yml");
  auto server =
      demo::Process::start({{"prometheus", "--config.file=" + stage.folder + "/prometheus.yml",
                             "--storage.tsdb.path=" + folder,
                             "--web.listen-address=127.0.0.1:" + std::to_string((*ports)[0])},
                            {},
                            "",
                            false},
                           stage.folder + "/prometheus.log");
  if (!stage.tap.worked(server, "Prometheus starts")) return;
  const uint16_t port = (*ports)[0];
  auto three_up = [&] { return sum(answers(port, "up")) == 3; };
  stage.tap.check(eventually(three_up, std::chrono::seconds{30}), "Prometheus scrapes three nodes",
                  "see prometheus.log");
  const char* asked[] = {"relais_disclosures_total", "relais_ledger_entries",
                         "relais_certificate_expiry_timestamp_seconds", "relais_build_info"};
  for (const char* metric : asked) {
    auto everywhere = [&] { return answers(port, metric).size() >= 3; };
    stage.tap.check(eventually(everywhere), std::string("Prometheus answers for ") + metric);
  }
  const double disclosures = sum(answers(port, "sum(relais_disclosures_total)"));
  stage.tap.check(disclosures >= 9, "the disclosures of the story are counted",
                  std::to_string(disclosures));
  server->end(SIGTERM);
}

}  // namespace relais::e2e
