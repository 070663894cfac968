// SPDX-License-Identifier: Apache-2.0
// What the ledger costs beside the rows it writes: entries appended by 64 callers, against the same
// rows put into copies of the same database by plain statements, in the same run: by 64 callers
// and one writer who writes what waits (the limit: all but the ledger's work), and in batches of
// the same size without callers (without_callers_per_s). And one caller's append against the same
// row without the ledger's work, and against one bare commit.
#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <thread>

#include "tests/bench/ledger.h"
#include "tests/support/stored_agency.h"

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
  // All are text, but the one at `binary`: bytes as they are.
  Rows run(const std::string& name, const std::vector<std::string>& values, size_t binary = 99) {
    std::vector<const char*> texts;
    std::vector<int> sizes, formats;
    for (const std::string& value : values) {
      formats.push_back(texts.size() == binary ? 1 : 0);
      texts.push_back(value.data());
      sizes.push_back(static_cast<int>(value.size()));
    }
    return well(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(texts.size()),
                               texts.data(), sizes.data(), formats.data(), 0));
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

// What was appended, out of the database it went into; in PostgreSQL's own text, but the body.
struct Row {
  std::string id, commitment, person;
  Bytes sealed;
};
struct Written {
  std::vector<Row> rows;
  std::string root, frontier, note;  // of one checkpoint
};

Written read_written(Plain& from) {
  Written written;
  const Rows rows = from.run(
      "SELECT e.id, e.commitment, b.person, encode(b.sealed, 'hex')"
      " FROM entry e JOIN body b ON b.entry = e.id ORDER BY index");
  for (int i = 0; i < PQntuples(rows.get()); ++i) {
    written.rows.push_back(
        {cell(rows, i, 0), cell(rows, i, 1), cell(rows, i, 2), *from_hex(cell(rows, i, 3))});
  }
  const Rows head = from.run("SELECT root, frontier, note FROM checkpoint LIMIT 1");
  written.root = cell(head, 0, 0);
  written.frontier = cell(head, 0, 1);
  written.note = cell(head, 0, 2);
  return written;
}

// One statement a batch, as the appender's: entries, bodies, the persons' rows, a checkpoint.
constexpr const char* kPlainBatch =
    "WITH entries AS (INSERT INTO entry (ledger, index, id, commitment)"
    "  SELECT 1, $1::bigint + u.place - 1, u.id, u.commitment"
    "  FROM unnest($3::uuid[], $4::bytea[]) WITH ORDINALITY AS u (id, commitment, place)),"
    " bodies AS (INSERT INTO body (entry, person, sealed)"
    "  SELECT u.entry, u.person, substring($6::bytea FROM u.place FOR u.size)"
    "  FROM unnest($3::uuid[], $5::uuid[], $10::int[], $11::int[])"
    "   AS u (entry, person, place, size)),"
    " persons AS (UPDATE person p SET last_seq = p.last_seq + u.more,"
    "  last_commitment = u.commitment FROM (SELECT person, count(*) AS more,"
    "   (array_agg(commitment))[1] AS commitment FROM unnest($5::uuid[], $4::bytea[]) AS v "
    "(person, "
    "commitment)"
    "   GROUP BY person) AS u WHERE p.id = u.person)"
    " INSERT INTO checkpoint (ledger, size, root, frontier, note)"
    " VALUES (1, $2::bigint, $7::bytea, $8::bytea, $9)";

// Rows of a batch, one after the other; nothing but SQL.
class PlainWriter {
 public:
  PlainWriter(Plain& into, const Written& written) : into_(into), written_(written) {
    into.prepare("plain", kPlainBatch);
  }
  bool done() const { return next_ == written_.rows.size(); }
  void write(size_t count) {
    const size_t end = std::min(next_ + count, written_.rows.size());
    const std::string before = std::to_string(next_);
    std::string ids = "{", commitments = "{", persons = "{", places = "{", sizes = "{", bodies;
    for (const char* comma = ""; next_ < end; ++next_, comma = ",") {
      const Row& row = written_.rows[next_];
      ids += comma + row.id;
      // A backslash is doubled inside an array's text.
      commitments += std::string(comma) + "\\" + row.commitment;
      persons += comma + row.person;
      places += comma + std::to_string(bodies.size() + 1);
      sizes += comma + std::to_string(row.sealed.size());
      bodies += row.sealed;
    }
    into_.run("BEGIN");
    into_.run("plain",
              {before, std::to_string(end), ids + "}", commitments + "}", persons + "}", bodies,
               written_.root, written_.frontier, written_.note, places + "}", sizes + "}"},
              5);
    into_.run("COMMIT");
  }

 private:
  Plain& into_;
  const Written& written_;
  size_t next_ = 0;
};

// Batches of the size the appender's had, one after the other.
double insert_batches(Plain& into, const Written& written, size_t batch) {
  PlainWriter writer(into, written);
  const auto begun = Clock::now();
  while (!writer.done()) writer.write(batch);
  return static_cast<double>(written.rows.size()) / since(begun);
}

// The same callers, each with one row at a time to be written, and one who writes what waits: a
// group commit without a ledger.
double insert_from_all(Plain& into, const Written& written) {
  PlainWriter writer(into, written);
  std::mutex mutex;
  std::condition_variable arrived, committed;
  size_t waiting = 0;
  uint64_t takes = 0, commits = 0;  // batches begun, and ended
  bool over = false;
  std::vector<std::thread> callers;
  const auto begun = Clock::now();
  for (size_t i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      std::unique_lock lock(mutex);
      while (!over) {
        ++waiting;
        arrived.notify_one();
        const uint64_t mine = takes + 1;
        committed.wait(lock, [&] { return over || commits >= mine; });
      }
    });
  }
  while (!writer.done()) {
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return waiting > 0; });
    const size_t taken = std::exchange(waiting, 0);
    ++takes;
    lock.unlock();
    writer.write(taken);
    lock.lock();
    ++commits;
    committed.notify_all();
  }
  const double took = since(begun);
  {
    const std::scoped_lock lock(mutex);
    over = true;
  }
  committed.notify_all();
  for (std::thread& caller : callers) caller.join();
  return static_cast<double>(written.rows.size()) / took;
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

// One caller, in turn with the same row written by plain statements into a copy of the database,
// and with one commit of one small row on the same disk. What an append adds is told both ways, in
// commits: to a bare commit, and to the plain rows.
void measure_one_caller(test::Agency& agency, const PersonId& person, PlainWriter& rows,
                        Plain& plain) {
  plain.run("CREATE TABLE public.bare (i bigint PRIMARY KEY, b bytea)");
  plain.prepare("commit", "INSERT INTO public.bare VALUES ($1, decode(repeat('ab', 1000), 'hex'))");
  std::vector<double> append_ms, plain_ms, commit_ms;
  const auto timed = [](std::vector<double>& took_ms, const auto& work) {
    const auto begun = Clock::now();
    work();
    took_ms.push_back(since(begun) * 1000);
  };
  for (int i = 0; i < kCommits; ++i) {
    timed(append_ms, [&] {
      RELAIS_CHECK(test::appended(agency.appender->append(agency.draft(person))) != nullptr);
    });
    timed(plain_ms, [&] { rows.write(1); });
    timed(commit_ms, [&] { plain.run("commit", {std::to_string(i)}); });
  }
  Figure figure{"ledger_append_one_caller", 0,  quantile(append_ms, 0.50),
                quantile(append_ms, 0.99),  {}, {}};
  const double commit = *quantile(commit_ms, 0.50);
  const double without = *quantile(plain_ms, 0.50);
  figure.rate_per_s = 1000 / *figure.p50_ms;
  figure.limit_per_s = 1000 / commit;
  figure.more = {{"commit_p50_ms", commit},
                 {"plain_p50_ms", without},
                 {"added_in_commits", *figure.p50_ms / commit - 1},
                 {"added_over_plain_in_commits", (*figure.p50_ms - without) / commit}};
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
  const std::vector<std::string> copies{database + "_alone", database + "_plain",
                                        database + "_one"};
  for (const std::string& copy : copies) {
    postgres.sql("postgres", "CREATE DATABASE " + copy + " TEMPLATE " + database);
  }
  test::Agency agency(database);
  note("appending from 64 callers");
  std::vector<double> took_ms;
  const double rate = append_from_all(agency, persons, options.seconds, took_ms);
  note("the same rows, without the ledger's work");
  Plain from(postgres.connection(database, "postgres"));
  const Written written = read_written(from);
  const size_t batches = std::stoul(cell(from.run("SELECT count(*) FROM checkpoint"), 0, 0));
  Plain into_one(postgres.connection(copies[0], "postgres"));
  const double alone = insert_batches(into_one, written, written.rows.size() / batches);
  Plain into_two(postgres.connection(copies[1], "postgres"));
  const double plain = insert_from_all(into_two, written);
  Figure figure{"ledger_append", rate, quantile(took_ms, 0.50), quantile(took_ms, 0.99), plain, {}};
  figure.more = {{"callers", static_cast<double>(kCallers)},
                 {"entries", static_cast<double>(took_ms.size())},
                 {"batches", static_cast<double>(batches)},
                 {"without_callers_per_s", alone},
                 {"ratio_without_callers", rate / alone}};
  print(figure);
  Plain into_three(postgres.connection(copies[2], "postgres"));
  PlainWriter rows(into_three, written);
  measure_one_caller(agency, persons.front(), rows, from);
  return {};
}

}  // namespace relais::bench
