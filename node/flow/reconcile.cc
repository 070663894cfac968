// SPDX-License-Identifier: Apache-2.0
#include "node/flow/reconcile.h"

#include <algorithm>
#include <functional>

namespace relais::flow {
namespace {

constexpr size_t kMostListed = 1000;
// No node tries to deliver for longer than sixty days (outbox.give_up_hours).
constexpr std::chrono::hours kQueuedAtMost{24 * 61};

// One side's rows, a page at a time.
class Side {
 public:
  using Fetch = std::function<Result<PairPage>(const PairQuestion&)>;
  explicit Side(Fetch fetch) : fetch_(std::move(fetch)) {}

  // The next row, or nullptr at the end.
  Result<const PairRow*> next() {
    while (at_ == page_.rows.size() && page_.more) {
      RELAIS_TRY(page, fetch_({after_, kMostPairRows}));
      RELAIS_TRY_VOID(check(page));
      page_ = std::move(page);
      at_ = 0;
    }
    return at_ == page_.rows.size() ? nullptr : &page_.rows[at_];
  }
  void take() { ++at_; }

 private:
  // A peer that repeats or goes back would keep this node busy for ever.
  Result<void> check(const PairPage& page) {
    if (page.rows.empty() && page.more) {
      return fail(FaultKind::invalid, "a page without rows, and more to come");
    }
    const auto rises = [](const PairRow& a, const PairRow& b) {
      return !(a.disclosure.text() < b.disclosure.text() ||
               (a.disclosure == b.disclosure && !a.sent && b.sent));
    };
    const bool ordered =
        std::adjacent_find(page.rows.begin(), page.rows.end(), rises) == page.rows.end();
    const bool onward =
        !after_ || page.rows.empty() || after_->text() < page.rows.front().disclosure.text();
    if (!ordered || !onward) return fail(FaultKind::invalid, "rows that are not in order");
    if (!page.rows.empty()) after_ = page.rows.back().disclosure;
    return {};
  }

  const Fetch fetch_;
  PairPage page_{{}, true};
  size_t at_ = 0;
  std::optional<DisclosureId> after_;
};

// The order both sides come in: by id, and what this agency received before what it sent. `sent` of
// the other side's row means the opposite here.
int order(const PairRow& mine, const PairRow& theirs) {
  const int ids = mine.disclosure.text().compare(theirs.disclosure.text());
  if (ids != 0) return ids;
  return static_cast<int>(mine.sent) - static_cast<int>(!theirs.sent);
}

void note(Reconciled& result, std::optional<Mismatch> found) {
  ++result.compared;
  if (!found) return;
  if (found->what == "different") ++result.different;
  if (found->what.starts_with("missing")) ++result.missing;
  if (result.mismatches.size() < kMostListed) result.mismatches.push_back(*std::move(found));
}

Result<Reconciled> walk(Side mine, Side theirs, Instant now) {
  Reconciled result;
  while (true) {
    RELAIS_TRY(here, mine.next());
    RELAIS_TRY(there, theirs.next());
    if (here == nullptr && there == nullptr) return result;
    const int which = here == nullptr ? 1 : (there == nullptr ? -1 : order(*here, *there));
    note(result, compare(which <= 0 ? here : nullptr, which >= 0 ? there : nullptr, now));
    if (which <= 0) mine.take();
    if (which >= 0) theirs.take();
  }
}

bool settled(const PairRow& sent) { return sent.status == "delivered" || sent.status == "refused"; }

// Who took a message long ago is not agreed with by a sender that says it still tries.
bool may_be_queued(const PairRow& received, Instant now) {
  return !received.filed || now - *received.filed < kQueuedAtMost;
}

// Whether a sent row and the received row of the same message say the same.
bool agree(const PairRow& sent, const PairRow& received) {
  const bool filed = received.status == "filed";
  if (filed != (sent.status == "delivered")) return false;
  if (!sent.counterpart) return true;  // settled before counterparts were kept
  return sent.counterpart->entry == received.entry &&
         sent.counterpart->commitment == received.commitment &&
         (!received.envelope_digest ||
          sent.counterpart->envelope_digest == *received.envelope_digest);
}

}  // namespace

std::optional<Mismatch> compare(const PairRow* mine, const PairRow* theirs, Instant now) {
  RELAIS_CHECK(mine != nullptr || theirs != nullptr);
  const bool sent_here = mine != nullptr ? mine->sent : !theirs->sent;
  const PairRow* sent = sent_here ? mine : theirs;
  const PairRow* received = sent_here ? theirs : mine;
  const auto mismatch = [&](const char* what) {
    const PairRow& known = mine != nullptr ? *mine : *theirs;
    return Mismatch{known.disclosure, sent_here, what, mine != nullptr ? mine->entry : EntryId()};
  };
  if (sent == nullptr) return mismatch(sent_here ? "missing_here" : "missing_there");
  if (received == nullptr) {
    if (!settled(*sent)) return std::nullopt;  // it never arrived, or is on its way
    return mismatch(sent_here ? "missing_there" : "missing_here");
  }
  if (sent->status == "queued") {
    if (may_be_queued(*received, now)) return std::nullopt;
    return mismatch("different");
  }
  if (!settled(*sent)) {  // withheld or given up, and yet it came
    if (received->status == "filed") return mismatch("arrived");
    return std::nullopt;
  }
  if (agree(*sent, *received)) return std::nullopt;
  return mismatch("different");
}

Result<Reconciled> reconcile(PairBook& book, PeerPairs& peers, const Directory& directory,
                             const AgencyId& peer, Instant now, std::chrono::milliseconds longest) {
  const Agency* agency = directory.find(peer);
  if (agency == nullptr)
    return fail(FaultKind::not_found, "no such agency in the directory", "peer");
  const PeerAddress address = agency->peer_address(now);
  const auto until = std::chrono::steady_clock::now() + longest;
  const auto ask = [&](const PairQuestion& question) -> Result<PairPage> {
    if (std::chrono::steady_clock::now() < until) return peers.pair(address, question);
    return fail(FaultKind::deadline, "the peer's pages did not end in time", "peer");
  };
  const auto once = [&] {
    return walk(Side([&](const PairQuestion& question) { return book.page(peer, question); }),
                Side(ask), now);
  };
  RELAIS_TRY(first, once());
  if (first.mismatches.empty()) return std::move(first);
  RELAIS_TRY(second, once());
  // The second look excuses only what both lists could hold: a peer that fills them, each time with
  // other messages that never were, must not push out what it lacks.
  if (first.mismatches.size() == kMostListed || second.mismatches.size() == kMostListed) {
    return std::move(second);
  }
  Reconciled both;
  both.compared = second.compared;
  for (Mismatch& found : second.mismatches) {
    const auto& before = first.mismatches;
    if (std::find(before.begin(), before.end(), found) == before.end()) continue;
    note(both, std::move(found));
    --both.compared;
  }
  return both;
}

}  // namespace relais::flow
