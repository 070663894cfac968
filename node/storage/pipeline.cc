// SPDX-License-Identifier: Apache-2.0
#include "node/storage/pipeline.h"

#include <libpq-fe.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>

#include "node/core/bytes.h"

namespace relais::storage {
namespace {

// The one way by which libpqxx shows a connection's handle: to who derives from it.
struct Handle : pqxx::largeobject {
  static PGconn* of(const Work& work) {
    return raw_connection(dynamic_cast<const pqxx::dbtransaction&>(work));
  }
};

void require(bool worked) {
  if (!worked) throw pqxx::broken_connection("the pipeline broke");
}

const Statement kBegin{"begin", "BEGIN ISOLATION LEVEL READ COMMITTED"};
const Statement kCommit{"commit", "COMMIT"};

void send_one(PGconn* connection, const Statement& statement,
              const std::vector<Pipeline::Value>& values) {
  std::vector<const char*> bytes;
  std::vector<int> sizes, formats;
  for (const Pipeline::Value& value : values) {
    bytes.push_back(value.bytes.c_str());
    sizes.push_back(static_cast<int>(value.bytes.size()));
    formats.push_back(value.binary ? 1 : 0);
  }
  require(PQsendQueryPrepared(connection, statement.name, static_cast<int>(values.size()),
                              bytes.data(), sizes.data(), formats.data(), 0) == 1);
}

using Said = std::shared_ptr<pg_result>;

Said next(PGconn* connection) { return {PQgetResult(connection), PQclear}; }

bool refused(const Said& said) { return PQresultStatus(said.get()) == PGRES_FATAL_ERROR; }

const char* state_of(const Said& said) { return PQresultErrorField(said.get(), PG_DIAG_SQLSTATE); }

// The answer to one statement, read to its end.
Said hear_one(PGconn* connection) {
  Said said = next(connection);
  require(said != nullptr);
  switch (PQresultStatus(said.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_PIPELINE_ABORTED:
      break;
    default:
      require(refused(said) && state_of(said) != nullptr);
  }
  require(next(connection) == nullptr);
  return said;
}

void prepare(Work& work, const Statement& statement) {
  work.conn().prepare(statement.name, statement.sql);
  work.conn().prepare_now(statement.name);
}

// One exchange with the server, which must be where the transaction says that it is: libpqxx
// connects again by itself, and on a new connection COMMIT would succeed for nothing. What was sent
// is heard to its last answer, whatever that is: the connection is used on. One that is cut short
// ends the connection, and with it what the server had begun.
class Exchange {
 public:
  // All that may be sent is prepared first: that is a trip of its own, once for a connection.
  Exchange(Work& work, const Pipeline& pipeline, const Statement* frame,
           PGTransactionStatusType before) {
    if (frame != nullptr) prepare(work, *frame);
    for (const Pipeline::Call& call : pipeline.calls()) prepare(work, *call.statement);
    connection_ = Handle::of(work);
    require(PQtransactionStatus(connection_) == before);
    require(PQenterPipelineMode(connection_) == 1);
  }
  ~Exchange() {
    if (!ended_) ::shutdown(PQsocket(connection_), SHUT_RDWR);
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void send(const Statement& statement, const std::vector<Pipeline::Value>& values = {}) {
    send_one(connection_, statement, values);
    ++sent_;
  }
  void send(const Pipeline& pipeline) {
    for (const Pipeline::Call& call : pipeline.calls()) send(*call.statement, call.values);
  }
  std::vector<Said> hear() {
    require(PQpipelineSync(connection_) == 1);
    std::vector<Said> all;
    for (; sent_ > 0; --sent_) all.push_back(hear_one(connection_));
    require(PQresultStatus(next(connection_).get()) == PGRES_PIPELINE_SYNC);
    require(PQexitPipelineMode(connection_) == 1);
    ended_ = true;
    return all;
  }
  // When nothing was refused.
  void require_after(PGTransactionStatusType after) const {
    require(PQtransactionStatus(connection_) == after);
  }

 private:
  PGconn* connection_ = nullptr;
  size_t sent_ = 0;
  bool ended_ = false;
};

// Which was refused first; the statements behind it were not tried.
std::optional<size_t> first_refused(const std::vector<Said>& all) {
  const auto found = std::find_if(all.begin(), all.end(), refused);
  if (found == all.end()) return std::nullopt;
  return static_cast<size_t>(found - all.begin());
}

void throw_refused(const std::vector<Said>& all) {
  const auto first = first_refused(all);
  if (first) throw pqxx::sql_error("a statement was refused", "", state_of(all[*first]));
}

Answers answers_of(std::vector<Said> all, size_t from) {
  Answers answers;
  for (size_t i = from; i < all.size(); ++i) answers.emplace_back(std::move(all[i]));
  return answers;
}

}  // namespace

std::string bytes_of(const Cell& cell) {
  const auto text = cell.as<std::string>();
  auto bytes = text.starts_with("\\x") ? from_hex(std::string_view(text).substr(2)) : std::nullopt;
  if (!bytes) throw pqxx::conversion_error("not a bytea");
  return *std::move(bytes);
}

Cell Row::operator[](int column) const {
  const bool there = number_ < PQntuples(rows_) && column < PQnfields(rows_);
  if (!there) throw pqxx::range_error("no such value in the answer");
  return Cell(PQgetisnull(rows_, number_, column) == 1 ? nullptr
                                                       : PQgetvalue(rows_, number_, column));
}

int Answer::size() const { return PQntuples(rows_.get()); }

Answers Pipeline::send(Work& work) const {
  if (calls_.empty()) return {};
  Exchange exchange(work, *this, nullptr, PQTRANS_INTRANS);
  exchange.send(*this);
  auto all = exchange.hear();
  throw_refused(all);
  exchange.require_after(PQTRANS_INTRANS);
  return answers_of(std::move(all), 0);
}

TwoTrips::TwoTrips(pqxx::connection_base& connection, bool& committing)
    : namedclass("transaction"), dbtransaction(connection), committing_(committing) {
  Begin();
}

Answers TwoTrips::begin(const Pipeline& opening) {
  Exchange exchange(*this, opening, &kBegin, PQTRANS_IDLE);
  exchange.send(kBegin);
  exchange.send(opening);
  auto all = exchange.hear();
  throw_refused(all);
  exchange.require_after(PQTRANS_INTRANS);
  return answers_of(std::move(all), 1);
}

void TwoTrips::commit_with(const Pipeline& writes) {
  Exchange exchange(*this, writes, &kCommit, PQTRANS_INTRANS);
  committing_ = true;
  exchange.send(writes);
  exchange.send(kCommit);
  const auto all = exchange.hear();
  const auto first = first_refused(all);
  committing_ = !first || *first == writes.calls().size();
  throw_refused(all);
  exchange.require_after(PQTRANS_IDLE);
  // A COMMIT of what had failed answers that it was a ROLLBACK.
  require(std::string_view(PQcmdStatus(all.back().get())) == "COMMIT");
  committed_ = true;
}

void TwoTrips::do_commit() {
  if (!committed_) commit_with({});
}

}  // namespace relais::storage
