// SPDX-License-Identifier: Apache-2.0
// What the ledger costs beside the rows it writes: entries appended by 64 callers, against the same
// rows put into a copy of the same database in batches of the same size by plain statements, in the
// same run; and one caller's append against one bare commit.
#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "tests/bench/ledger.h"
#include "tests/integration/storage/agency.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kCallers = 64;
constexpr int kCommits = 300;

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Rows = std::unique_ptr<PGresult, Clear>;

// A connection of the bench's own. What fails ends the bench: the rows are the database's own.
class Plain {
 public:
  explicit Plain(const std::string& text) : connection_(PQconnectdb(text.c_str())) {
    RELAIS_CHECK(PQstatus(connection_.get()) == CONNECTION_OK);
    run("SET search_path = relais");
  }
  Rows run(const std::string& sql) { return well(PQexec(connection_.get(), sql.c_str())); }
  void prepare(const std::string& name, const std::string& sql) {
    well(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
  }
  Rows run(const std::string& name, const std::vector<std::string>& values) {
    std::vector<const char*> texts;
    for (const std::string& value : values) texts.push_back(value.c_str());
    return well(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(texts.size()),
                               texts.data(), nullptr, nullptr, 0));
  }

 private:
  Rows well(PGresult* result) {
    Rows rows(result);
    const auto status = PQresultStatus(rows.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      note(PQerrorMessage(connection_.get()));
      RELAIS_CHECK(false);
    }
    return rows;
  }
  std::unique_ptr<PGconn, Finish> connection_;
};

std::string cell(const Rows& rows, int row, int column) {
  return PQgetvalue(rows.get(), row, column);
}

// The rows of one batch, as arrays in PostgreSQL's own text.
struct Written {
  std::vector<std::string> values;
  size_t entries = 0;
};

// What was appended, batch by batch, out of the database it went into.
std::vector<Written> read_batches(Plain& from) {
  from.prepare("batch",
               "SELECT array_agg(e.id ORDER BY index), array_agg(e.commitment ORDER BY index),"
               " array_agg(b.person ORDER BY index), array_agg(b.sealed ORDER BY index)"
               " FROM entry e JOIN body b ON b.entry = e.id WHERE index >= $1 AND index < $2");
  from.prepare("head", "SELECT root, frontier, note FROM checkpoint WHERE size = $1");
  std::vector<Written> batches;
  const Rows sizes = from.run("SELECT size FROM checkpoint ORDER BY size");
  std::string before = "0";
  for (int i = 0; i < PQntuples(sizes.get()); ++i) {
    const std::string size = cell(sizes, i, 0);
    const Rows rows = from.run("batch", {before, size});
    const Rows head = from.run("head", {size});
    batches.push_back({{before, size, cell(rows, 0, 0), cell(rows, 0, 1), cell(rows, 0, 2),
                        cell(rows, 0, 3), cell(head, 0, 0), cell(head, 0, 1), cell(head, 0, 2)},
                       std::stoul(size) - std::stoul(before)});
    before = size;
  }
  return batches;
}

// One statement a batch, as the appender's: entries, bodies, the persons' rows, a checkpoint.
constexpr const char* kPlainBatch =
    "WITH entries AS (INSERT INTO entry (ledger, index, id, commitment)"
    "  SELECT 1, $1::bigint + u.place - 1, u.id, u.commitment"
    "  FROM unnest($3::uuid[], $4::bytea[]) WITH ORDINALITY AS u (id, commitment, place)),"
    " bodies AS (INSERT INTO body (entry, person, sealed)"
    "  SELECT * FROM unnest($3::uuid[], $5::uuid[], $6::bytea[]) AS u (entry, person, sealed)),"
    " persons AS (UPDATE person p SET last_seq = p.last_seq + u.more,"
    "  last_commitment = u.commitment FROM (SELECT person, count(*) AS more,"
    "   (array_agg(commitment))[1] AS commitment FROM unnest($5::uuid[], $4::bytea[]) AS v "
    "(person, "
    "commitment)"
    "   GROUP BY person) AS u WHERE p.id = u.person)"
    " INSERT INTO checkpoint (ledger, size, root, frontier, note)"
    " VALUES (1, $2::bigint, $7::bytea, $8::bytea, $9)";

double insert_plainly(Plain& into, const std::vector<Written>& batches) {
  into.prepare("plain", kPlainBatch);
  size_t entries = 0;
  const auto begun = Clock::now();
  for (const Written& batch : batches) {
    into.run("BEGIN");
    into.run("plain", batch.values);
    into.run("COMMIT");
    entries += batch.entries;
  }
  return static_cast<double>(entries) / since(begun);
}

// Appends from every caller, each about its own person, until the time is up.
double append_from_all(test::Agency& agency, const std::vector<PersonId>& persons, double seconds,
                       std::vector<double>& took_ms) {
  std::atomic<size_t> entries{0};
  std::mutex mutex;
  std::vector<std::thread> callers;
  const auto begun = Clock::now();
  for (const PersonId& person : persons) {
    callers.emplace_back([&, person] {
      std::vector<double> mine;
      while (since(begun) < seconds) {
        const auto asked = Clock::now();
        RELAIS_CHECK(test::appended(agency.appender->append(agency.draft(person))) != nullptr);
        mine.push_back(since(asked) * 1000);
      }
      entries += mine.size();
      const std::scoped_lock lock(mutex);
      took_ms.insert(took_ms.end(), mine.begin(), mine.end());
    });
  }
  for (std::thread& caller : callers) caller.join();
  return static_cast<double>(entries) / since(begun);
}

// One caller, in turn with one commit of one small row on the same disk.
void measure_one_caller(test::Agency& agency, const PersonId& person, Plain& plain) {
  plain.run("CREATE TABLE public.bare (i bigint PRIMARY KEY, b bytea)");
  plain.prepare("commit", "INSERT INTO public.bare VALUES ($1, decode(repeat('ab', 1000), 'hex'))");
  std::vector<double> append_ms;
  std::vector<double> commit_ms;
  for (int i = 0; i < kCommits; ++i) {
    auto begun = Clock::now();
    RELAIS_CHECK(test::appended(agency.appender->append(agency.draft(person))) != nullptr);
    append_ms.push_back(since(begun) * 1000);
    begun = Clock::now();
    plain.run("commit", {std::to_string(i)});
    commit_ms.push_back(since(begun) * 1000);
  }
  Figure figure{"ledger_append_one_caller", 0,  quantile(append_ms, 0.50),
                quantile(append_ms, 0.99),  {}, {}};
  const double commit = *quantile(commit_ms, 0.50);
  figure.rate_per_s = 1000 / *figure.p50_ms;
  figure.limit_per_s = 1000 / commit;
  figure.more = {{"commit_p50_ms", commit}, {"added_in_commits", *figure.p50_ms / commit - 1}};
  print(figure);
}

}  // namespace

Result<void> measure_append(const Options& options) {
  auto& postgres = test::PrivatePostgres::instance();
  const std::string database = postgres.migrated_database();
  std::vector<PersonId> persons;
  {
    test::Agency before(database);
    for (size_t i = 0; i < kCallers; ++i) persons.push_back(before.person(std::to_string(i)));
  }
  const std::string copy = database + "_plain";
  postgres.sql("postgres", "CREATE DATABASE " + copy + " TEMPLATE " + database);
  test::Agency agency(database);
  note("appending from 64 callers");
  std::vector<double> took_ms;
  const double rate = append_from_all(agency, persons, options.seconds, took_ms);
  note("the same rows, without the ledger's work");
  Plain from(postgres.connection(database, "postgres"));
  const auto batches = read_batches(from);
  Plain into(postgres.connection(copy, "postgres"));
  const double plain = insert_plainly(into, batches);
  Figure figure{"ledger_append", rate, quantile(took_ms, 0.50), quantile(took_ms, 0.99), plain, {}};
  figure.more = {{"callers", static_cast<double>(kCallers)},
                 {"entries", static_cast<double>(took_ms.size())},
                 {"batches", static_cast<double>(batches.size())}};
  print(figure);
  measure_one_caller(agency, persons.front(), from);
  return {};
}

}  // namespace relais::bench
