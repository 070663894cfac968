// SPDX-License-Identifier: Apache-2.0
// What the ledger costs beside the rows it writes: entries appended by 64 callers, against the same
// rows put into copies of the same database by plain statements, in the same run: by 64 callers
// and one writer who writes what waits (the limit: all but the ledger's work), and in batches of
// the same size without callers (without_callers_per_s). And one caller's append against the same
// row without the ledger's work, and against one bare commit. All of it twice: with the database on
// this machine, and a quarter of a millisecond away (ledger_append_far).
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <thread>

#include "tests/bench/ledger.h"
#include "tests/bench/plain_rows.h"
#include "tests/support/stored_agency.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kCallers = 64;
constexpr int kCommits = 300;
constexpr std::chrono::microseconds kFar{250};  // each way, to a database on another machine

double since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

// Batches of the size the appender's had, one after the other.
double insert_batches(Plain& into, const Written& written, size_t batch) {
  PlainWriter writer(into, written);
  const auto begun = Clock::now();
  while (!writer.done()) writer.write(batch);
  return static_cast<double>(written.rows.size()) / since(begun);
}

// A group commit without a ledger: callers who each wait for one row, and one who writes what
// waits.
class Group {
 public:
  // Until it is over, one row after the other.
  void call() {
    std::unique_lock lock(mutex_);
    while (!over_) {
      ++waiting_;
      arrived_.notify_one();
      const uint64_t mine = takes_ + 1;
      committed_.wait(lock, [&] { return over_ || commits_ >= mine; });
    }
  }
  void write_all(PlainWriter& writer) {
    std::unique_lock lock(mutex_);
    while (!writer.done()) {
      arrived_.wait(lock, [&] { return waiting_ > 0; });
      const size_t taken = std::exchange(waiting_, 0);
      ++takes_;
      lock.unlock();
      writer.write(taken);
      lock.lock();
      ++commits_;
      committed_.notify_all();
    }
  }
  void end() {
    const std::scoped_lock lock(mutex_);
    over_ = true;
    committed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_, committed_;
  size_t waiting_ = 0;
  uint64_t takes_ = 0, commits_ = 0;  // batches begun, and ended
  bool over_ = false;
};

double insert_from_all(Plain& into, const Written& written) {
  PlainWriter writer(into, written);
  Group group;
  std::vector<std::thread> callers;
  const auto begun = Clock::now();
  for (size_t i = 0; i < kCallers; ++i) callers.emplace_back([&] { group.call(); });
  group.write_all(writer);
  const double took = since(begun);
  group.end();
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
                        Plain& plain, const std::string& name) {
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
  Figure figure{name + "_one_caller",      0,  quantile(append_ms, 0.50),
                quantile(append_ms, 0.99), {}, {}};
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

// `far`: what lies between and the database, for the appender and the plain statements alike.
void measure_at(const Options& options, const test::FarPostgres* far, const std::string& name) {
  auto& postgres = test::PrivatePostgres::instance();
  const std::string database = postgres.migrated_database();
  std::vector<PersonId> persons;
  {
    test::Agency before(database);
    for (size_t i = 0; i < kCallers; ++i) persons.push_back(before.person(std::to_string(i)));
  }
  const auto open = [&](const std::string& copy) {
    return Plain(postgres.connection(copy, "postgres") +
                 (far != nullptr ? " host=" + far->folder() : ""));
  };
  const std::vector<std::string> copies{database + "_alone", database + "_plain",
                                        database + "_one"};
  for (const std::string& copy : copies) {
    postgres.sql("postgres", "CREATE DATABASE " + copy + " TEMPLATE " + database);
  }
  test::Agency agency(database, {}, far);
  note("appending from 64 callers");
  std::vector<double> took_ms;
  const double rate = append_from_all(agency, persons, options.seconds, took_ms);
  note("the same rows, without the ledger's work");
  Plain from = open(database);
  const Written written = read_written(from);
  const size_t batches = std::stoul(cell(from.run("SELECT count(*) FROM checkpoint"), 0, 0));
  Plain into_one = open(copies[0]);
  const double alone = insert_batches(into_one, written, written.rows.size() / batches);
  Plain into_two = open(copies[1]);
  const double plain = insert_from_all(into_two, written);
  Figure figure{name, rate, quantile(took_ms, 0.50), quantile(took_ms, 0.99), plain, {}};
  figure.more = {{"callers", static_cast<double>(kCallers)},
                 {"entries", static_cast<double>(took_ms.size())},
                 {"batches", static_cast<double>(batches)},
                 {"without_callers_per_s", alone},
                 {"ratio_without_callers", rate / alone}};
  print(figure);
  Plain into_three = open(copies[2]);
  PlainWriter rows(into_three, written);
  measure_one_caller(agency, persons.front(), rows, from, name);
}

}  // namespace

Result<void> measure_append(const Options& options) {
  measure_at(options, nullptr, "ledger_append");
  const test::FarPostgres far(test::PrivatePostgres::instance().folder(), kFar);
  measure_at(options, &far, "ledger_append_far");
  return {};
}

}  // namespace relais::bench
