// SPDX-License-Identifier: Apache-2.0
// What is held against every entry, every message that leaves and every word that is given.
#include "tests/simulation/watch.h"

#include <algorithm>

#include "node/flow/acknowledge.h"
#include "node/flow/entry.h"
#include "node/flow/payload.h"
#include "node/flow/record.h"
#include "node/ledger/crypto.h"
#include "node/ledger/exchange.h"
#include "tests/simulation/agency.h"

namespace relais::simulation {

void violate(const std::string& what) { throw Violation{what}; }

Watch::Watch(const policy::Vocabulary& words) : words_(words) {}

Agency* Watch::find(const AgencyId& id) const {
  const auto found = std::find_if(agencies_.begin(), agencies_.end(),
                                  [&](const Agency* one) { return one->id() == id; });
  return found == agencies_.end() ? nullptr : *found;
}

Moment Watch::moment_of(Agency& at, const flow::Draft& draft) {
  Moment moment;
  moment.directory_version = at.directory.current()->version;
  const auto person = at.kept.get(draft.person);
  if (person) moment.person_epoch = person->epoch;
  return moment;
}

void Watch::appended(Agency& at, const flow::Draft& asked, const Moment& moment,
                     const flow::AppendOutcome& outcome) {
  const auto* appended = std::get_if<flow::Appended>(&outcome);
  if (appended == nullptr) return;
  if (asked.referral) at.referrals.push_back(asked.referral->id);
  check_openings(at, appended->index);
  check_once(at, asked);
  check_decision(at, asked, moment);
  check_stopped(at, asked);
  check_settled(at, asked);
  note_rights_there(at, asked);
}

// As it stands by now, beneath whatever a broken store makes of it later.
void Watch::note_rights_there(Agency& at, const flow::Draft& asked) {
  const auto event = asked.shared.event;
  const bool right = event == ledger::Event::objection || event == ledger::Event::restricted;
  if (!right || !asked.filed || !asked.change || !asked.change->body) return;
  auto rights = flow::decode_request(*asked.change->body).value().rights_there;
  std::erase(rights, "corrected");
  rights_there_[{at.number, asked.shared.handle}] = std::move(rights);
}

void Watch::check_openings(Agency& at, uint64_t index) {
  const flow::AccountEntry& stored = at.kept.ledger_entries().at(index).stored;
  for (const ledger::Opening& opening : {stored.shared_opening, stored.private_opening}) {
    if (!openings_.insert(opening).second) violate("an opening is used twice");
  }
}

void Watch::check_once(Agency& at, const flow::Draft& asked) {
  if (asked.filed) {
    const MessageKey message{asked.filed->sender.text(), asked.filed->disclosure.text()};
    if (++filed_[{at.number, message}] > 1) violate("a message is filed twice");
  }
  if (asked.submission && ++keys_[{at.number, asked.submission->key}] > 1) {
    violate("one key made two referrals");
  }
}

void Watch::check_decision(Agency& at, const flow::Draft& asked, const Moment& moment) {
  if (asked.shared.event != ledger::Event::disclosed) return;
  const bool current = asked.guard && moment.person_epoch &&
                       asked.guard->person_epoch == *moment.person_epoch &&
                       asked.guard->directory_version == moment.directory_version;
  if (!current) violate(at.id().text() + " recorded a disclosure on a decision that has moved");
}

// A peer's withdrawal, and what comes after it.
void Watch::check_stopped(Agency& at, const flow::Draft& asked) {
  if (asked.stop) {
    uint64_t& stop = stops_[{at.number, asked.stop->peer.text(), asked.stop->handle.text()}];
    stop = std::max(stop, asked.stop->sequence);
  }
  if (!asked.referral || asked.referral->direction != flow::Direction::received) return;
  const auto stop =
      stops_.find({at.number, asked.referral->counterpart.text(), asked.referral->handle.text()});
  if (stop != stops_.end() && stop->second > asked.referral->sequence_in) {
    violate(at.id().text() + " filed what a withdrawal it had answered stops");
  }
}

// What a sender takes for settled is what its recipient filed.
void Watch::check_settled(Agency& at, const flow::Draft& asked) {
  if (!asked.settled) return;
  const std::string& status = asked.settled->status;
  endings_[{at.id().text(), asked.settled->disclosure.text()}] = {
      status, flow::has_detail(asked.private_part, flow::kMayHaveLeft)};
  if (status != "delivered" && status != "refused") {
    unheard_.insert(asked.shared.handle);
    return;
  }
  Agency* to = find(AgencyId(asked.shared.recipient_agency));
  const auto filed = to->kept.filed(at.id(), asked.settled->disclosure).value();
  const bool same = filed && (filed->status == "filed") == (status == "delivered");
  const bool of_these = filed && asked.settled->counterpart &&
                        filed->envelope_digest == asked.settled->counterpart->envelope_digest;
  if (!same || !of_these) {
    violate(at.id().text() + " holds a message for " + status + " that " + to->id().text() +
            " did not answer so");
  }
}

void Watch::check_recorded(Agency& from, const Envelope& envelope) {
  const auto commitment = ledger::commitment_from(envelope.shared_bytes, envelope.shared_opening,
                                                  envelope.private_commitment);
  const auto& entries = from.kept.ledger_entries();
  const bool stands = envelope.index < entries.size() &&
                      entries[envelope.index].stored.commitment == commitment.commitment;
  const auto checkpoint = checkpoints_.open(envelope.checkpoint, from.ledger_signer.verifier());
  const bool proven =
      checkpoint && ledger::verify_inclusion(envelope.index, checkpoint->size,
                                             ledger::leaf_hash(commitment.leaf_data()),
                                             envelope.proof, checkpoint->root);
  if (!stands || !proven) violate(from.id().text() + " sends what is not recorded");
  left_[from.number].push_back({envelope.disclosure.text(), envelope.index, commitment.commitment});
}

void Watch::leaves(Agency& from, const Envelope& envelope) {
  check_recorded(from, envelope);
  const auto truth = truths_.find({from.id().text(), envelope.disclosure.text()});
  if (truth == truths_.end()) violate("a message leaves that was not read from the outbox");
  const relais::Agency* to = from.directory.current()->find(envelope.recipient);
  const bool suspended = to == nullptr || !to->current(from.clock.now());
  if (suspended && truth->second.suspended) {
    violate(from.id().text() + " sends to a suspended agency");
  }
  const auto items = flow::decode_items(envelope.payload);
  const CategorySet released = set_of(items.value());
  if (released.within(truth->second.allowed)) return;
  std::string list;
  for (const std::string& code : words_.codes(released.minus(truth->second.allowed))) {
    list += " " + code;
  }
  violate(from.id().text() + " releases more than was asked, needed, consented and lawful:" + list);
}

void Watch::arrives(Agency& to, const Envelope& envelope) {
  if (envelope.recipient != to.id()) {
    violate(to.id().text() + " gets a message for " + envelope.recipient.text() +
            ", with which alone the person has a referral");
  }
}

void Watch::answered(Agency& to, const Envelope& envelope, const Acknowledgement& word) {
  const Digest digest = ledger::sha256(ledger::signed_bytes(flow::signed_part(envelope)));
  const Bytes bytes = flow::encode_acknowledgement(word);
  const auto [first, fresh] = words_given_.emplace(std::pair(to.number, digest), bytes);
  if (!fresh && first->second != bytes) violate("the same message is given another word");
  given_[to.number].push_back({{envelope.sender.text(), envelope.disclosure.text()}, digest});
}

void Watch::restarted(Agency& at) {
  const auto& entries = at.kept.ledger_entries();
  for (const Left& left : left_[at.number]) {
    if (left.index < entries.size() && entries[left.index].stored.commitment == left.commitment) {
      continue;
    }
    violate(at.id().text() + " sent what a crash found not recorded");
  }
  for (const Given& given : given_[at.number]) {
    const auto filed =
        at.kept.filed(AgencyId(given.message.first), DisclosureId(given.message.second)).value();
    if (!filed || filed->envelope_digest != given.digest) {
      violate(at.id().text() + " acknowledged what a crash found not filed");
    }
  }
}

}  // namespace relais::simulation
