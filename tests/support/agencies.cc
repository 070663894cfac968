// SPDX-License-Identifier: Apache-2.0
#include "tests/support/agencies.h"

#include "node/flow/acknowledge.h"

namespace relais::test {

const char* const kLaw = R"(
[pack]
id = "fr"
version = "test.1"
jurisdictions = ["FR"]
reviewed_by = ""

[[silence]]
id = "fr.secrecy"
when = { "sender.secrecy" = ["state", "profession", "function", "mission"] }
cite = "secrecy"
in_force = { from = 1994-03-01 }
offer = ["self_carried"]

[[lift]]
id = "fr.orient"
when = { "sender.mission" = ["homeless_intake", "social_action"] }
purposes = ["housing_orientation"]
allow = ["identity.*", "need.*", "housing.situation", "household.composition"]
consent = "required"
basis = ["A6-1-e"]
cite = "orientation"
in_force = { from = 2009-03-27 }

[[duty]]
id = "fr.report"
when = { "facts.minor" = ["at_risk", "in_danger", "grave_immediate"] }
purposes = ["child_protection_assessment"]
owe = ["identity.name", "need.code"]
basis = ["A6-1-c"]
cite = "report"
in_force = { from = 2009-03-27 }

[[lift]]
id = "fr.tell.back"
when."recipient.kind" = ["professional"]
purposes = ["outcome_feedback"]
allow = ["outcome.*"]
consent = "none"
basis = ["A6-1-e"]
cite = "the way back"
in_force = { from = 2009-03-27 }

[[bar]]
id = "fr.objection"
when = { "objection" = true }
defeats = ["fr.orient", "fr.tell.back"]
cite = "objection"
in_force = { from = 2009-03-27 }
)";

ledger::Ed25519Signer seeded_signer(const std::string& name, uint64_t seed) {
  SeededEntropy entropy(seed);
  const Digest raw = ledger::fresh_digest(entropy);
  return ledger::Ed25519Signer::make(name, ledger::SignatureType::ed25519,
                                     ledger::PrivateKey::from_seed(view(raw)).value())
      .value();
}

Agency listed(const AgencyId& id, const ledger::VerifierKey& signing,
              const ledger::VerifierKey& log) {
  Agency agency;
  agency.id = id;
  agency.name = {"Agence " + agency.id.text(), "Agency " + agency.id.text()};
  agency.category = "social_services";
  agency.jurisdiction = "FR";
  agency.missions = {"social_action"};
  agency.address = "1 rue de la Paix";
  agency.endpoint = "nowhere:1";
  agency.tls_identity = agency_identity("test", id.text());
  agency.signing_key = signing.text();
  agency.ledger_key = log.text();
  agency.valid_from = Date::parse("2026-01-01")->start();
  agency.valid_until = Date::parse("2027-01-01")->start();
  return agency;
}

Service orientation(std::vector<Need> needs) {
  Service service;
  service.id = ServiceId("orientation");
  service.name = {"Orientation", "Orientation"};
  service.kind = "organisation";
  service.address = "2 rue du Port";
  service.purposes = {"housing_orientation", "child_protection_assessment"};
  service.needs = std::move(needs);
  return service;
}

flow::ConsentAsked well_given(const AgencyId& recipient, const char* purpose,
                              std::vector<std::string> categories, Instant now,
                              std::chrono::hours valid) {
  flow::ConsentAsked asked;
  asked.consent.state = "given";
  asked.consent.giver = "subject";
  asked.consent.form = "oral_witnessed";
  asked.consent.language = "fr";
  asked.consent.notice_version = "1";
  asked.consent.informed = true;
  asked.consent.elements_complete = true;
  asked.consent.recipients = {recipient};
  asked.consent.purposes = {purpose};
  asked.consent.valid_from = now;
  asked.consent.valid_until = now + valid;
  asked.categories = std::move(categories);
  return asked;
}

namespace {

Need need(const policy::Vocabulary& words, const char* code, bool required) {
  return {*words.find(code), required, "needed to orient"};
}

class StraightCourier final : public Courier {
 public:
  StraightCourier(TwoAgencies& world, AgencyNode& to) : world_(world), to_(to) {}
  Result<Acknowledgement> deliver(const Disclosure& disclosure) override {
    if (world_.peer_away) return fail(FaultKind::unavailable, "the peer is away");
    Envelope envelope = disclosure.envelope();
    if (world_.in_transit) world_.in_transit(envelope);
    world_.seen.push_back(envelope);
    RELAIS_TRY(word, flow::receive(to_.line, envelope.sender, envelope));
    if (world_.answer_lost) return fail(FaultKind::deadline, "the peer did not answer");
    if (!flow::is_word_of_recipient(word, disclosure.envelope(), disclosure.signing_keys())) {
      return fail(FaultKind::invalid, "not the recipient's word", "acknowledgement");
    }
    return word;
  }

 private:
  TwoAgencies& world_;
  AgencyNode& to_;
};

}  // namespace

AgencyNode::AgencyNode(const std::string& id, uint64_t seed, const policy::Vocabulary& words,
                       FixedLaw& law, FixedDirectory& directory, FixedClock& clock)
    : settings{"test",
               AgencyId(id),
               seeded_signer(id + ".test/disclosures/2026", seed + 1).verifier(),
               {{"worker", "social_work_assistant", "profession", "social_list", std::nullopt},
                {"volunteer", "volunteer", "none", "not_listed", std::nullopt}}},
      entropy(seed),
      signer(seeded_signer(id + ".test/agency", seed)),
      ledger_signer(seeded_signer(id + ".test/disclosures/2026", seed + 1)),
      store(clock, entropy, directory, ledger_signer),
      line{settings, clock, entropy, words, law,         directory, signer, store, store,
           store,    store, store,   store, checkpoints, tally,     store,  store} {}

TwoAgencies::TwoAgencies() {
  words = std::make_unique<policy::Vocabulary>(
      policy::Vocabulary::load(RELAIS_SOURCE_DIR "/policy/vocabulary.toml").value());
  auto loaded = policy::Law::parse(*words, {{"fr.toml", kLaw}});
  if (!loaded) std::fprintf(stderr, "%s\n", loaded.error().where.c_str());
  law = std::make_unique<FixedLaw>(loaded.value());
  sds = std::make_unique<AgencyNode>("sds", 1, *words, *law, directory, clock);
  siao = std::make_unique<AgencyNode>("siao", 100, *words, *law, directory, clock);
  Directory content;
  content.federation = "test";
  content.version = 1;
  content.expires = Date::parse("2027-01-01")->start();
  for (const auto& node : {sds.get(), siao.get()}) {
    content.agencies.push_back(
        listed(node->settings.agency, node->signer.verifier(), node->ledger_signer.verifier()));
  }
  content.agencies[1].category = "homeless_intake";
  content.agencies[1].services = {
      orientation({need(*words, "identity.name", true), need(*words, "need.code", true),
                   need(*words, "housing.situation", false)})};
  directory.set(content);
}

flow::Request TwoAgencies::request() const {
  flow::Request request;
  request.person = PersonReference("dossier-1");
  request.recipient = AgencyId("siao");
  request.service = ServiceId("orientation");
  request.purpose = "housing_orientation";
  request.items = {{"identity.name", Sensitive<std::string>("Nadia Exemple")},
                   {"need.code", Sensitive<std::string>("housing")},
                   {"health.clinical", Sensitive<std::string>("asthme")}};
  return request;
}

ConsentId TwoAgencies::consent(const flow::Line& line) {
  const auto asked = well_given(AgencyId("siao"), "housing_orientation", {"identity.*", "need.*"},
                                clock.now(), std::chrono::hours{24});
  return flow::record_consent(line, caller(), PersonReference("dossier-1"), asked).value().key.id;
}

flow::Request TwoAgencies::consented_request() {
  flow::Request asked = request();
  const auto agreed =
      well_given(AgencyId("siao"), "housing_orientation", {"identity.*", "need.*", "housing.*"},
                 clock.now(), std::chrono::hours{24 * 40});
  asked.consent = flow::record_consent(sds->line, caller(), asked.person, agreed).value().key.id;
  return asked;
}

void TwoAgencies::look_on_both_sides() {
  std::string pack = kLaw;
  const std::string bar = "cite = \"objection\"\n";
  pack.insert(pack.find(bar), "side = \"both\"\n");
  law->set(policy::Law::parse(*words, {{"fr.toml", pack}}).value());
}

void TwoAgencies::extend_directory(const char* until) {
  Directory longer = directory.copy();
  longer.expires = Date::parse(until)->start();
  for (Agency& agency : longer.agencies) agency.valid_until = longer.expires;
  directory.set(longer);
}

std::vector<flow::Attempt> TwoAgencies::deliver_all(AgencyNode& from) {
  StraightCourier courier(*this, &from == sds.get() ? *siao : *sds);
  std::vector<flow::Attempt> attempts;
  const auto claim = from.store.claim(100, std::chrono::seconds{30}, {}).value();
  for (auto& attempt : flow::deliver(from.line, courier, {}, claim.messages)) {
    attempts.push_back(std::move(attempt).value());
  }
  return attempts;
}

}  // namespace relais::test
