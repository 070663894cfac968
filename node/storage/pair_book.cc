// SPDX-License-Identifier: Apache-2.0
#include "node/storage/pair_book.h"

#include <algorithm>

#include "node/storage/transact.h"

namespace relais::storage {
namespace {

constexpr const char* kBeforeAll = "00000000-0000-0000-0000-000000000000";

// Each of the three is read in the order of its own index, and no further than the page.
const Statement kPage{
    "pair_page",
    "SELECT a.disclosure, a.sent, a.status, a.entry, coalesce(a.commitment, e.commitment),"
    " a.digest, a.counterpart_entry, a.counterpart_commitment, a.filed_ms FROM ("
    "(SELECT disclosure, true AS sent, status, entry, NULL::bytea AS commitment,"
    "  envelope_digest AS digest, counterpart_entry, counterpart_commitment,"
    "  NULL::bigint AS filed_ms FROM outbox"
    "  WHERE peer = $1 AND disclosure > $2::uuid ORDER BY disclosure LIMIT $3)"
    " UNION ALL "
    "(SELECT disclosure, true, status, entry, NULL, envelope_digest, counterpart_entry,"
    "  counterpart_commitment, NULL FROM sent_before"
    "  WHERE peer = $1 AND disclosure > $2::uuid ORDER BY disclosure LIMIT $3)"
    " UNION ALL "
    "(SELECT disclosure, false, status, entry, commitment, envelope_digest, NULL, NULL, time_ms"
    "  FROM filed"
    "  WHERE sender = $1 AND disclosure > $2::uuid ORDER BY disclosure LIMIT $3)"
    ") AS a LEFT JOIN entry e ON e.id = a.entry ORDER BY a.disclosure, a.sent LIMIT $3"};

std::optional<Digest> digest_in(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : digest_of(bytes_of(field));
}

Result<flow::PairRow> row_of(const pqxx::row& row) {
  flow::PairRow one;
  one.disclosure = DisclosureId(row[0].as<std::string>());
  one.sent = row[1].as<bool>();
  one.status = row[2].as<std::string>();
  one.entry = EntryId(row[3].as<std::string>());
  const auto commitment = digest_in(row[4]);
  if (!commitment) return fail(FaultKind::corrupt, "a message's entry is not there");
  one.commitment = *commitment;
  one.envelope_digest = digest_in(row[5]);
  const auto counterpart = digest_in(row[7]);
  if (one.envelope_digest && counterpart && !row[6].is_null()) {
    one.counterpart =
        flow::Counterpart{*one.envelope_digest, EntryId(row[6].as<std::string>()), *counterpart};
  }
  if (!row[8].is_null()) one.filed = from_unix_ms(row[8].as<int64_t>());
  return one;
}

}  // namespace

Result<flow::PairPage> PairBook::page(const AgencyId& peer, const flow::PairQuestion& question) {
  const int limit = std::clamp(question.limit, 2, flow::kMostPairRows);
  const std::string after = question.after ? question.after->text() : kBeforeAll;
  return once(pool_, [&](Work& work) -> Result<flow::PairPage> {
    // One more than the page: whether there is more, and whether the last id is whole.
    const pqxx::result rows = run(work, kPage, text(peer.text()), text(after), limit + 1);
    flow::PairPage page;
    for (const auto& row : rows) {
      RELAIS_TRY(one, row_of(row));
      page.rows.push_back(std::move(one));
    }
    page.more = page.rows.size() > static_cast<size_t>(limit);
    if (!page.more) return page;
    const DisclosureId cut = page.rows.back().disclosure;
    std::erase_if(page.rows, [&](const flow::PairRow& row) { return row.disclosure == cut; });
    return page;
  });
}

}  // namespace relais::storage
