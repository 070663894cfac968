// SPDX-License-Identifier: Apache-2.0
#include "node/storage/notices.h"

#include <utility>

#include "node/ledger/record.h"
#include "node/storage/sql_array.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

#define RELAIS_SELECT_NOTICE                                                       \
  "SELECT id, entry, event, lifted, cause, person, peer, service, handle, status," \
  " answer, asked_ms, due_ms, answered_ms FROM notice "
const Statement kUnsent{"notice_unsent", RELAIS_SELECT_NOTICE
                        "WHERE status = 'new' AND person IS NOT NULL"
                        " ORDER BY asked_ms, id LIMIT $1"};
const Statement kAbout{"notice_about",
                       RELAIS_SELECT_NOTICE "WHERE person = $1::uuid ORDER BY asked_ms, peer, id"};
const Statement kOfErasure{"notice_of_erasure",
                           RELAIS_SELECT_NOTICE "WHERE erasure = $1::uuid ORDER BY peer, id"};
const Statement kOverdue{"notice_overdue", RELAIS_SELECT_NOTICE
                         "WHERE answered_ms IS NULL"
                         " AND (due_ms <= $1 OR status NOT IN ('new', 'queued'))"
                         " ORDER BY due_ms, id LIMIT $2"};
const Statement kWrite{
    "notice_write",
    "INSERT INTO notice (id, erasure, entry, event, lifted, cause, person, peer, service, handle,"
    " asked_ms, due_ms) SELECT u.id, nullif($1, '')::uuid, u.entry, u.event, u.lifted, u.cause,"
    " u.person, u.peer, u.service, u.handle, u.asked, u.due"
    " FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bool[], $6::uuid[], $7::uuid[],"
    "  $8::text[], $9::text[], $10::text[], $11::bigint[], $12::bigint[])"
    " AS u (id, entry, event, lifted, cause, person, peer, service, handle, asked, due)"};
const Statement kQueued{"notice_queued",
                        "UPDATE notice SET status = 'queued' WHERE id = $1::uuid"
                        " AND status = 'new'"};
const Statement kAnswered{"notice_answered",
                          "UPDATE notice SET status = $2, answer = $3, answered_ms = $4"
                          " WHERE id = $1::uuid AND status IN ('new', 'queued')"};
const Statement kForget{
    "notice_forget",
    "WITH settled AS (SELECT n.id, n.entry FROM notice n JOIN outbox o ON o.disclosure ="
    "  n.id WHERE o.status <> 'queued' AND n.handle <> '' AND n.erasure IS NOT NULL),"
    " bodies AS (DELETE FROM body WHERE entry IN (SELECT entry FROM settled)),"
    " messages AS (DELETE FROM outbox WHERE disclosure IN (SELECT id FROM settled)),"
    " stops AS (DELETE FROM tombstone WHERE until_ms < $1)"
    " UPDATE notice SET handle = '' WHERE id IN (SELECT id FROM settled)"};
const Statement kStopped{
    "stop_beats", "SELECT 1 FROM tombstone WHERE peer = $1 AND handle = $2 AND sequence > $3"};

enum Column : pqxx::row::size_type {
  kId,
  kEntry,
  kEvent,
  kLifted,
  kCause,
  kPerson,
  kPeer,
  kService,
  kHandle,
  kStatus,
  kAnswer,
  kAsked,
  kDue,
  kAnsweredAt
};

std::string id_or_nothing(const pqxx::field& field) {
  return field.is_null() ? std::string() : field.as<std::string>();
}

flow::Notice notice_of(const pqxx::row& row) {
  flow::Notice notice;
  notice.id = DisclosureId(row[kId].as<std::string>());
  notice.entry = EntryId(row[kEntry].as<std::string>());
  notice.event = ledger::event_of(row[kEvent].as<std::string>()).value_or(ledger::Event::erased);
  notice.lifted = row[kLifted].as<bool>();
  notice.cause = EntryId(id_or_nothing(row[kCause]));
  notice.person = PersonId(id_or_nothing(row[kPerson]));
  notice.peer = AgencyId(row[kPeer].as<std::string>());
  notice.service = ServiceId(row[kService].as<std::string>());
  notice.handle = Handle(row[kHandle].as<std::string>());
  notice.status = row[kStatus].as<std::string>();
  notice.answer = row[kAnswer].as<std::string>();
  notice.asked = from_unix_ms(row[kAsked].as<int64_t>());
  notice.due = from_unix_ms(row[kDue].as<int64_t>());
  if (!row[kAnsweredAt].is_null()) notice.answered = from_unix_ms(row[kAnsweredAt].as<int64_t>());
  return notice;
}

std::vector<flow::Notice> all_of(const pqxx::result& rows) {
  std::vector<flow::Notice> notices;
  for (const auto& row : rows) notices.push_back(notice_of(row));
  return notices;
}

}  // namespace

void add_notices(Pipeline& writes, const std::vector<flow::Notice>& notices,
                 const std::string& erasure) {
  SqlArray id, entry, event, lifted, cause, person, peer, service, handle, asked, due;
  for (const flow::Notice& one : notices) {
    id.add(one.id.text());
    entry.add(one.entry.text());
    event.add(ledger::code_of(one.event));
    lifted.add_flag(one.lifted);
    cause.add_id(one.cause.text());
    person.add_id(one.person.text());
    peer.add(one.peer.text());
    service.add(one.service.text());
    handle.add(one.handle.text());
    asked.add_number(unix_ms(one.asked));
    due.add_number(unix_ms(one.due));
  }
  if (id.empty()) return;
  writes.add(kWrite, erasure, id.done(), entry.done(), event.done(), lifted.done(), cause.done(),
             person.done(), peer.done(), service.done(), handle.done(), asked.done(), due.done());
}

std::vector<flow::Notice> notices_of_erasure(Work& work, const std::string& erasure) {
  return all_of(run(work, kOfErasure, erasure));
}

Result<std::vector<flow::Notice>> NoticeStore::unsent(int limit) {
  return once(pool_, [&](Work& work) -> Result<std::vector<flow::Notice>> {
    return all_of(run(work, kUnsent, limit));
  });
}

Result<std::vector<flow::Notice>> NoticeStore::about(const PersonId& person) {
  return once(pool_, [&](Work& work) -> Result<std::vector<flow::Notice>> {
    return all_of(run(work, kAbout, text(person.text())));
  });
}

Result<std::vector<flow::Notice>> NoticeStore::overdue(Instant now, int limit) {
  return once(pool_, [&](Work& work) -> Result<std::vector<flow::Notice>> {
    return all_of(run(work, kOverdue, unix_ms(now), limit));
  });
}

Result<void> NoticeStore::queued(const DisclosureId& notice) {
  return transact(pool_, [&](Work& work) -> Result<void> {
    run(work, kQueued, text(notice.text()));
    return {};
  });
}

Result<void> NoticeStore::answered(const DisclosureId& notice, const std::string& status,
                                   const std::string& answer, std::optional<Instant> at) {
  const auto moment = at ? std::optional(unix_ms(*at)) : std::nullopt;
  return transact(pool_, [&](Work& work) -> Result<void> {
    run(work, kAnswered, text(notice.text()), text(status), text(answer), moment);
    return {};
  });
}

Result<void> NoticeStore::forget(Instant now) {
  return transact(pool_, [&](Work& work) -> Result<void> {
    run(work, kForget, unix_ms(now));
    return {};
  });
}

Result<bool> NoticeStore::stopped(const AgencyId& peer, const Handle& handle, uint64_t sequence) {
  return once(pool_, [&](Work& work) -> Result<bool> {
    return !run(work, kStopped, text(peer.text()), text(handle.text()),
                static_cast<int64_t>(sequence))
                .empty();
  });
}

}  // namespace relais::storage
