// SPDX-License-Identifier: Apache-2.0
#include "node/storage/verify.h"

#include <utility>

#include "node/ledger/checkpoint.h"
#include "node/ledger/record.h"
#include "node/ledger/tree.h"
#include "node/storage/transact.h"
#include "node/storage/verify_bodies.h"
#include "node/storage/verify_tiles.h"

namespace relais::storage {
namespace {

const Statement kLedgers{"verify_ledgers",
                         "SELECT l.id, l.origin, s.size, s.note FROM ledger l"
                         " LEFT JOIN ledger_seal s ON s.ledger = l.id ORDER BY l.id"};
const Statement kEntries{"verify_entries",
                         "SELECT index, commitment FROM entry WHERE ledger = $1 AND index >= $2"
                         " ORDER BY index LIMIT 16384"};
const Statement kCheckpoints{"verify_checkpoints",
                             "SELECT size, root, frontier, note FROM checkpoint WHERE ledger = $1"
                             " AND size > $2 ORDER BY size LIMIT 1024"};
const Statement kMessages{
    "verify_messages",
    "(SELECT 'message ' || o.disclosure FROM outbox o LEFT JOIN entry e ON e.id = o.entry"
    "  WHERE e.id IS NULL OR e.index <> o.index)"
    " UNION ALL (SELECT 'filed ' || f.disclosure FROM filed f LEFT JOIN entry e ON e.id = f.entry"
    "  WHERE e.id IS NULL OR e.commitment <> f.commitment) LIMIT 1000"};
const Statement kMessageCount{
    "verify_message_count", "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM filed)"};

// One ledger to walk: whose key signs it, how it ended, and how findings in it are named.
struct Walked {
  int32_t number = 0;
  const ledger::VerifierKey& log;
  std::optional<uint64_t> sealed;
  std::string sealed_note;
  std::string prefix;
};

struct StoredCheckpoint {
  uint64_t size = 0;
  Bytes root;
  Bytes frontier;
  std::string note;
};

// The checkpoints in order, a slice at a time.
class CheckpointCursor {
 public:
  CheckpointCursor(Work& work, int32_t ledger) : work_(work), ledger_(ledger) { next(); }
  const StoredCheckpoint* current() const { return current_ ? &*current_ : nullptr; }
  void next() {
    if (at_ == slice_.size()) {
      slice_ = run(work_, kCheckpoints, ledger_, after_);
      at_ = 0;
    }
    current_.reset();
    if (slice_.empty()) return;
    const pqxx::row row = slice_[at_++];
    after_ = row[0].as<int64_t>();
    current_ = StoredCheckpoint{row[0].as<uint64_t>(), bytes_of(row[1]), bytes_of(row[2]),
                                row[3].as<std::string>()};
  }

 private:
  Work& work_;
  int32_t ledger_;
  int64_t after_ = 0;
  pqxx::result slice_;
  pqxx::result::size_type at_ = 0;
  std::optional<StoredCheckpoint> current_;
};

// Grows the tree entry by entry and meets each checkpoint on the way.
class TreeWalk {
 public:
  TreeWalk(Work& work, const Walked& walked, Findings& findings)
      : work_(work),
        walked_(walked),
        ledger_(walked.number),
        findings_(findings),
        checkpoints_(work, walked.number) {}

  void walk(VerifyReport& report) {
    const bool grown = grow_all(report);
    report.entries += frontier_.size();
    if (!grown) return;
    for (; checkpoints_.current() != nullptr; checkpoints_.next()) {
      findings_.add("a checkpoint is of more entries than there are",
                    at_checkpoint(checkpoints_.current()->size));
    }
    if (last_met_ != frontier_.size()) {
      findings_.add("entries stand beyond the newest checkpoint", at_index(last_met_));
    }
    const bool ended =
        !walked_.sealed || (*walked_.sealed == last_met_ && walked_.sealed_note == last_note_);
    if (!ended) findings_.add("a sealed ledger does not end at its seal", at_checkpoint(last_met_));
  }

 private:
  std::string at_index(uint64_t index) const {
    return walked_.prefix + "index " + std::to_string(index);
  }
  std::string at_checkpoint(uint64_t size) const {
    return walked_.prefix + "checkpoint " + std::to_string(size);
  }
  bool grow_all(VerifyReport& report) {
    while (true) {
      const pqxx::result slice =
          run(work_, kEntries, ledger_, static_cast<int64_t>(frontier_.size()));
      for (const auto& row : slice) {
        if (!grow(row)) return false;
        meet(report);
      }
      if (slice.empty()) return true;
    }
  }

  bool grow(const pqxx::row& row) {
    const auto index = row[0].as<uint64_t>();
    if (index != frontier_.size()) {
      findings_.add("an entry is missing", at_index(frontier_.size()));
      return false;
    }
    // Straight from "\x…": this runs for every entry there is.
    const auto commitment = from_hex(std::string_view(row[1].c_str()).substr(2));
    if (!commitment || commitment->size() != 32) {
      findings_.add("a commitment has the wrong length", at_index(index));
      return false;
    }
    frontier_.append(ledger::leaf_hash("\x01" + *commitment));
    return true;
  }

  void meet(VerifyReport& report) {
    const StoredCheckpoint* one = checkpoints_.current();
    if (one == nullptr || one->size != frontier_.size()) return;
    compare(*one);
    ++report.checkpoints;
    last_met_ = one->size;
    last_note_ = one->note;
    checkpoints_.next();
  }

  void compare(const StoredCheckpoint& one) {
    const auto opened = ledger::open_checkpoint(one.note, walked_.log);
    if (!opened) {
      findings_.add("a checkpoint's signature does not verify", at_checkpoint(one.size));
    } else if (opened->checkpoint().size != one.size ||
               view(opened->checkpoint().root) != one.root) {
      findings_.add("a checkpoint's note says something else", at_checkpoint(one.size));
    }
    if (view(frontier_.root()) == one.root && frontier_.serialise() == one.frontier) return;
    findings_.add("the entries up to a checkpoint do not give its root", at_checkpoint(one.size));
    // Go on from what was signed, so that one change is one finding and a second one is seen too.
    const auto stored = ledger::Frontier::parse(one.frontier);
    if (stored && stored->size() == one.size && view(stored->root()) == one.root)
      frontier_ = *stored;
  }

  Work& work_;
  const Walked& walked_;
  int32_t ledger_;
  Findings& findings_;
  CheckpointCursor checkpoints_;
  ledger::Frontier frontier_;
  uint64_t last_met_ = 0;
  std::string last_note_;
};

const ledger::VerifierKey* key_for(const VerifyRequest& request, const std::string& origin) {
  if (request.log.name() == origin) return &request.log;
  for (const ledger::VerifierKey& one : request.other_logs) {
    if (one.name() == origin) return &one;
  }
  return nullptr;
}

// True when the ledger asked for is among them.
bool walk_all(Work& work, const VerifyRequest& request, VerifyReport& report, Findings& findings) {
  bool found = false;
  for (const auto& row : run(work, kLedgers)) {
    const auto origin = row[1].as<std::string>();
    const bool main = origin == request.origin;
    found = found || main;
    const ledger::VerifierKey* key = key_for(request, origin);
    if (key == nullptr) {
      findings.add("a ledger whose key is not known", origin);
      continue;
    }
    std::optional<uint64_t> sealed;
    if (!row[2].is_null()) sealed = row[2].as<uint64_t>();
    const Walked walked{row[0].as<int32_t>(), *key, sealed, row[3].as<std::string>(""),
                        main ? "" : origin + " "};
    TreeWalk(work, walked, findings).walk(report);
    verify_tiles(work, walked.number, report, findings);
  }
  return found;
}

void verify_messages(Work& work, VerifyReport& report, Findings& findings) {
  report.messages = run(work, kMessageCount)[0][0].as<uint64_t>();
  for (const auto& row : run(work, kMessages)) {
    findings.add("a message names an entry that is not there", row[0].as<std::string>());
  }
}

}  // namespace

void Findings::add(Constant what, std::string where) {
  ++report_.findings_total;
  if (report_.findings.size() < most_) report_.findings.push_back({what, std::move(where)});
}

Result<VerifyReport> verify(Pool& pool, const VerifyRequest& request) {
  return snapshot(pool, [&](Work& work) -> Result<VerifyReport> {
    work.exec(kUnhurried);
    VerifyReport report;
    Findings findings(report, request.max_findings);
    if (!walk_all(work, request, report, findings)) {
      return fail(FaultKind::not_found, "no such ledger", request.origin);
    }
    verify_messages(work, report, findings);
    if (request.keyring != nullptr) verify_bodies(work, *request.keyring, report, findings);
    return report;
  });
}

}  // namespace relais::storage
