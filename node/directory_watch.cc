// SPDX-License-Identifier: Apache-2.0
#include "node/directory_watch.h"

#include <utility>

#include "node/web/transfer.h"

namespace relais {
namespace {

constexpr size_t kMostBytes = 4 * 1024 * 1024;
constexpr std::chrono::seconds kPatience{10};
constexpr long kFound = 200;

}  // namespace

Result<void> DirectoryWatch::open(const std::vector<ledger::VerifierKey>& stewards,
                                  const policy::Vocabulary& words, ops::DirectoryFile::See see) {
  ops::DirectorySettings wanted{config_.directory.path, config_.agency.federation,
                                AgencyId(config_.agency.id), stewards, config_.directory.threshold};
  wanted.refused = [this](ops::Disbelief why) {
    metrics_.directory_refused(code_of(why));
    log_.warning("directory_refused", {{"reason", ops::Token::of_static(code_of(why))}});
  };
  RELAIS_TRY(opened, ops::DirectoryFile::open(std::move(wanted), words, std::move(see)));
  file_ = std::move(opened);
  return {};
}

bool DirectoryWatch::look() {
  const auto reloaded = file_->reload();
  if (!reloaded) log_.warning("directory_not_reloaded", {{"fault", reloaded.error()}});
  if (reloaded && *reloaded) tell_in_force();
  const auto directory = current();
  const Instant now = clock_.now();
  metrics_.directory(directory->version, directory->expires);
  const bool soon = directory->expires - now < std::chrono::hours{config_.directory.grace_hours};
  metrics_.directory_ends_soon(soon);
  if (soon && !std::exchange(ends_soon_, soon)) {
    log_.warning("directory_ends_soon",
                 {{"version", directory->version}, {"left_seconds", directory->expires - now}});
  }
  ends_soon_ = soon;
  return directory->expires > now;
}

void DirectoryWatch::tell_in_force() {
  log_.info("directory_in_force", {{"version", current()->version}});
}

Result<std::string> DirectoryWatch::ask(flow::PeerDirectories& peers,
                                        const flow::DirectoryPlace& place) const {
  const auto directory = current();
  if (place.url.empty()) {
    const Agency* agency = directory->find(place.peer);
    if (agency == nullptr) {
      return fail(FaultKind::not_found, "no such agency in the directory", "peer");
    }
    return peers.directory(agency->peer_address(clock_.now()), directory->version);
  }
  RELAIS_TRY(answer, web::transfer({place.url, std::nullopt, kMostBytes, kPatience}));
  if (answer.status == kFound) return std::move(answer.body);
  return fail(FaultKind::unavailable, "the web server has no directory there", place.url);
}

Result<bool> DirectoryWatch::fetch(flow::PeerDirectories& peers,
                                   const flow::DirectoryPlace& place) {
  RELAIS_TRY(note, ask(peers, place));
  metrics_.directory_fetched(clock_.now());
  if (note.empty() && place.url.empty()) return false;  // the peer has none that is newer
  const std::string where = place.url.empty() ? place.peer.text() : place.url;
  RELAIS_TRY(taken, file_->offer(note, where, clock_.now()));
  if (taken) tell_in_force();
  return taken;
}

void DirectoryWatch::fetch_in_turn(flow::PeerDirectories& peers) {
  const auto& urls = config_.directory.urls;
  const auto& agencies = config_.directory.peers;
  const size_t places = urls.size() + agencies.size();
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::seconds every{config_.directory.fetch_seconds};
  if (places == 0 || (asked_ && now - *asked_ < every)) return;
  asked_ = now;
  const size_t which = turn_++ % places;
  flow::DirectoryPlace place;
  if (which < urls.size()) place.url = urls[which];
  if (which >= urls.size()) place.peer = AgencyId(agencies[which - urls.size()]);
  const auto fetched = fetch(peers, place);
  if (!fetched) log_.warning("directory_not_fetched", {{"fault", fetched.error()}});
}

}  // namespace relais
