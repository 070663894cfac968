// SPDX-License-Identifier: Apache-2.0
// Notices and stops over PostgreSQL. Each method is one transaction and may be repeated.
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "node/flow/notices.h"
#include "node/storage/pipeline.h"
#include "node/storage/pool.h"

namespace relais::storage {

class NoticeStore final : public flow::Notices {
 public:
  explicit NoticeStore(Pool& pool) : pool_(pool) {}

  Result<std::vector<flow::Notice>> unsent(int limit) override;
  Result<std::vector<flow::Notice>> about(const PersonId& person) override;
  Result<std::vector<flow::Notice>> overdue(Instant now, int limit) override;
  Result<void> queued(const DisclosureId& notice) override;
  Result<void> answered(const DisclosureId& notice, const std::string& status,
                        const std::string& answer, std::optional<Instant> at) override;
  Result<void> forget(Instant now) override;
  Result<bool> stopped(const AgencyId& peer, const Handle& handle, uint64_t sequence) override;

 private:
  Pool& pool_;
};

// To be written in somebody else's transaction; `erasure` is empty for those about living persons.
void add_notices(Pipeline& writes, const std::vector<flow::Notice>& notices,
                 const std::string& erasure);
std::vector<flow::Notice> notices_of_erasure(Work& work, const std::string& erasure);

}  // namespace relais::storage
