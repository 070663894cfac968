// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/watcher.h"

#include <libpq-fe.h>

namespace relais::bench {
namespace {

constexpr const char* kName = "ended";
constexpr const char* kSql =
    "SELECT id, delivery FROM relais.referral"
    " WHERE id = ANY ($1::uuid[]) AND delivery <> 'queued'";

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

}  // namespace

void Watcher::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

Result<Watcher> Watcher::open(const std::string& connection) {
  // A plan made while the table was empty would read all of it at each look.
  const std::string text = connection + " options='-c enable_seqscan=off'";
  Watcher watcher(std::unique_ptr<pg_conn, Close>(PQconnectdb(text.c_str())));
  const Answer prepared(PQprepare(watcher.connection_.get(), kName, kSql, 1, nullptr));
  if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) {
    return fail(FaultKind::unavailable, "the node's database cannot be watched");
  }
  return watcher;
}

Result<std::vector<std::pair<std::string, std::string>>> Watcher::ended(
    const std::vector<std::string>& referrals) {
  std::string ids = "{";
  for (const std::string& id : referrals) ids += (ids.size() > 1 ? "," : "") + id;
  ids += "}";
  const char* const values[] = {ids.c_str()};
  const Answer answer(PQexecPrepared(connection_.get(), kName, 1, values, nullptr, nullptr, 0));
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) {
    return fail(FaultKind::unavailable, "the node's database cannot be watched");
  }
  std::vector<std::pair<std::string, std::string>> rows;
  for (int row = 0; row < PQntuples(answer.get()); ++row) {
    rows.emplace_back(PQgetvalue(answer.get(), row, 0), PQgetvalue(answer.get(), row, 1));
  }
  return rows;
}

Result<std::vector<std::vector<std::string>>> Watcher::rows(const std::string& query) {
  const Answer answer(PQexec(connection_.get(), query.c_str()));
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK) {
    return fail(FaultKind::unavailable, "the node's database cannot be watched",
                PQerrorMessage(connection_.get()));
  }
  std::vector<std::vector<std::string>> rows(static_cast<size_t>(PQntuples(answer.get())));
  for (size_t row = 0; row < rows.size(); ++row) {
    for (int column = 0; column < PQnfields(answer.get()); ++column) {
      rows[row].emplace_back(PQgetvalue(answer.get(), static_cast<int>(row), column));
    }
  }
  return rows;
}

Result<size_t> Watcher::count(const std::string& query) {
  RELAIS_TRY(answer, rows(query));
  return static_cast<size_t>(std::stoull(answer.at(0).at(0)));
}

}  // namespace relais::bench
