// SPDX-License-Identifier: Apache-2.0
// The ledger record (vocabulary, section 7): what one entry commits to. A shared part, which the
// recipient may know, and a private part, which only the agency and the person may. The encoding is
// specified in docs/ledger-format.md and never changes: entries cannot be rewritten. Commitments
// are over stored bytes, never over a re-encoding. Plain values, any thread.
//
// A field that is empty is absent: "" , 0, an empty list and an empty optional are all "not
// stated".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/permit.h"
#include "node/core/result.h"

namespace relais::ledger {

enum class Event : uint8_t {
  disclosed,
  received,
  refused,
  obliged,
  outcome,
  access_read,
  consent_given,
  consent_withdrawn,
  objection,
  corrected,
  restricted,
  erased,
  merged,  // two records of one person at this agency became one
  cover,   // nothing happened; hides how much did
};
std::string_view code_of(Event event);  // "disclosed", ...
std::optional<Event> event_of(std::string_view code);

struct SharedPart {
  Event event = Event::disclosed;
  std::string entry_id;  // required
  std::string origin;    // of the ledger it is in; required
  std::string disclosure_id;
  std::string trace_id;
  std::string handle;  // pairwise, hex
  std::string sender_agency;
  std::string sender_unit;
  std::string recipient_agency;
  std::string recipient_name;  // as the directory had it
  std::string recipient_service;
  std::string recipient_service_name;
  std::string recipient_address;
  std::string purpose;
  std::vector<std::string> categories_released;
  std::optional<Digest> payload_digest;
  std::vector<Ground> grounds;
  std::vector<std::string> data_protection_basis;  // "A6-1-e", "A9-2-h"
  std::string secrecy_ground;                      // "<rule id>@<date>" or "not_bound"
  std::string consent_ref;
  std::vector<std::string> notices;
  std::vector<std::string> attachments;
  std::vector<std::string> origin_labels;  // glued to the data: "part2", "vawa", ...
  uint64_t time_claimed_ms = 0;            // unix; claimed: order is the index, not this
  std::string status;
  std::string represented_by;
  std::string counterpart_origin;  // the other agency's ledger, and its entry of this disclosure
  std::string counterpart_entry_id;
  std::string reason;  // a code
};

struct InformationGiven {
  std::string whom;  // "subject", "parents", "child"
  std::string when;  // "before", "after", "not_yet", "waived", or a date
  std::string how;
  friend bool operator==(const InformationGiven&, const InformationGiven&) = default;
};

// A category that did not leave, and what stopped it.
struct Withheld {
  std::string category;
  std::string stop;  // silence, bar, need, consent, ceiling, require, tier
  std::string rule;
  std::string citation;
  friend bool operator==(const Withheld&, const Withheld&) = default;
};

struct PackVersion {
  std::string id;
  std::string version;
  std::optional<Digest> digest;
  friend bool operator==(const PackVersion&, const PackVersion&) = default;
};

enum class Visibility : uint8_t { open, withheld };

struct PrivatePart {
  uint64_t person_seq = 0;  // from 1; 0: no person is concerned
  std::optional<Digest> previous_commitment;
  std::string span_id;
  std::string consent_id;
  uint64_t consent_version = 0;
  std::string waiver_reason;
  std::vector<InformationGiven> information_given;
  std::string mandate_reference;
  std::vector<Withheld> categories_withheld;
  std::string sentence_fr;
  std::string sentence_en;
  std::vector<PackVersion> packs;
  std::optional<Digest> packs_digest;
  std::string law_date;  // YYYY-MM-DD
  std::string engine_version;
  std::optional<Digest> facts_digest;
  Bytes facts;  // for replay
  Bytes acknowledgement;
  std::string retention_until;  // YYYY-MM-DD
  Bytes deletion_receipt;
  Visibility visibility = Visibility::open;
  std::string withheld_until;  // YYYY-MM-DD; with withheld_basis required when withheld
  std::string withheld_basis;
  std::string asking_role;  // of the acting professional; never an id
  std::vector<std::pair<std::string, std::string>> details;  // codes, by key in ascending order
  friend bool operator==(const PrivatePart&, const PrivatePart&) = default;
};

// Key of the detail of an attachment that no rule asked for: a decision made again has it not.
inline constexpr const char* kAttachedByNode = "attached_by_node";
// Key of the detail of an entry of a message that came: the sender's checkpoint it came under.
inline constexpr const char* kSenderCheckpoint = "sender_checkpoint";

struct Record {
  SharedPart shared;
  PrivatePart private_part;
};

inline constexpr size_t kMaxPartBytes = 256 * 1024;

// `invalid` with the field's name in `where`: text that is not UTF-8, a required field missing,
// details out of order, an empty list item, or a part over kMaxPartBytes.
Result<Bytes> encode(const SharedPart& part);
Result<Bytes> encode(const PrivatePart& part);
// Accept exactly what encode writes: encode(*decode_shared(b)) == b. Everything else is `invalid`.
Result<SharedPart> decode_shared(std::string_view bytes);
Result<PrivatePart> decode_private(std::string_view bytes);
// Whether every text of it is one plain line (encoding.h): what another agency wrote is shown to
// people, on paper and on terminals.
bool is_plain(const SharedPart& part);

using Opening = Digest;  // 32 fresh random bytes, never used for another record

struct Commitment {
  Digest c_s{};
  Digest c_p{};
  Digest commitment{};
  Bytes leaf_data() const;  // 0x01 || commitment, 33 bytes
  friend bool operator==(const Commitment&, const Commitment&) = default;
};
Commitment commit(std::string_view shared_bytes, const Opening& opening_s,
                  std::string_view private_bytes, const Opening& opening_p);
// What a recipient computes: it has c_p but not what is behind it.
Commitment commitment_from(std::string_view shared_bytes, const Opening& opening_s,
                           const Digest& c_p);
// What is left of a person after erasure, and of a cover leaf: c_s and c_p without openings.
Commitment commitment_from(const Digest& c_s, const Digest& c_p);

}  // namespace relais::ledger
