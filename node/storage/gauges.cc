// SPDX-License-Identifier: Apache-2.0
#include "node/storage/gauges.h"

#include "node/storage/transact.h"

namespace relais::storage {
namespace {

const Statement kSize{"gauge_size",
                      "SELECT coalesce(max(size), 0) FROM checkpoint"
                      " WHERE ledger = (SELECT max(id) FROM ledger)"};
const Statement kDuties{"gauge_duties",
                        "SELECT count(*), coalesce(min(created_ms), 0) FROM referral WHERE duty"};
const Statement kNotices{"gauge_notices",
                         "SELECT count(*), count(*) FILTER (WHERE due_ms <= now_ms()"
                         " OR status NOT IN ('new', 'queued'))"
                         " FROM notice WHERE answered_ms IS NULL"};

}  // namespace

Result<Gauges> read_gauges(Pool& pool) {
  Gauges gauges;
  RELAIS_TRY(waiting, waiting_by_peer(pool));
  gauges.waiting = std::move(waiting);
  return once(pool, [&](Work& work) -> Result<Gauges> {
    gauges.ledger_size = run(work, kSize)[0][0].as<uint64_t>();
    const pqxx::result duties = run(work, kDuties);
    gauges.duties_open = duties[0][0].as<uint64_t>();
    if (gauges.duties_open > 0) gauges.oldest_duty = from_unix_ms(duties[0][1].as<int64_t>());
    const pqxx::result notices = run(work, kNotices);
    gauges.notices_unanswered = notices[0][0].as<uint64_t>();
    gauges.notices_overdue = notices[0][1].as<uint64_t>();
    return gauges;
  });
}

}  // namespace relais::storage
