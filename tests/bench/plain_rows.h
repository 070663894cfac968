// SPDX-License-Identifier: Apache-2.0
// The rows that appends wrote, and the plain statements that write the same into a copy of the
// database: what the ledger's work is measured against. One thread.
#pragma once

#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "tests/bench/figure.h"

namespace relais::bench {

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

inline std::string cell(const Rows& rows, int row, int column) {
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

inline Written read_written(Plain& from) {
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
inline constexpr const char* kPlainBatch =
    "WITH entries AS (INSERT INTO entry (ledger, index, id, commitment)"
    "  SELECT 1, $1::bigint + u.place - 1, u.id, u.commitment"
    "  FROM unnest($3::uuid[], $4::bytea[]) WITH ORDINALITY AS u (id, commitment, place)),"
    " bodies AS (INSERT INTO body (entry, person, sealed)"
    "  SELECT u.entry, u.person, substring($6::bytea FROM u.place FOR u.size)"
    "  FROM unnest($3::uuid[], $5::uuid[], $10::int[], $11::int[])"
    "   AS u (entry, person, place, size)),"
    " persons AS (UPDATE person p SET last_seq = p.last_seq + u.more,"
    "  last_commitment = u.commitment FROM (SELECT person, count(*) AS more,"
    "   (array_agg(commitment))[1] AS commitment FROM unnest($5::uuid[], $4::bytea[]) AS v"
    "   (person, commitment)"
    "   GROUP BY person) AS u WHERE p.id = u.person)"
    " INSERT INTO checkpoint (ledger, size, root, frontier, note)"
    " VALUES (1, $2::bigint, $7::bytea, $8::bytea, $9)";

// Rows of a batch, one after the other; nothing but SQL, in three trips: BEGIN, rows, COMMIT.
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

}  // namespace relais::bench
