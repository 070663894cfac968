// SPDX-License-Identifier: Apache-2.0
#include "policy/account.h"

#include <algorithm>
#include <set>

namespace relais::policy {
namespace {

RuleRef ref(const Rule& rule) { return {rule.id, rule.cite}; }

// Collects what the words are made of, in the order of the rules.
class Accountant {
 public:
  Accountant(const Law& law, const Facts& facts, const Judgement& judgement,
             std::span<const Ground> claims)
      : law_(law), facts_(facts), judgement_(judgement), claims_(claims) {
    withheld_ = judgement.gates.data.minus(judgement.released);
    decided_ = withheld_ & law.words().decidable();
  }

  Decision write() {
    decision_.outcome = judgement_.outcome;
    decision_.released = judgement_.released;
    for (const Rule& rule : law_.rules()) {
      if (rule.grants()) account_for_grant(rule);
      if (rule.kind == RuleKind::bar) account_for_bar(rule);
      if (rule.kind == RuleKind::silence) account_for_silence(rule);
    }
    for (const Ground& claim : claims_) account_for_claim(claim);
    judgement_.gates.data.each(
        [&](CategoryBit bit) { decision_.verdicts.push_back(verdict(bit)); });
    write_secrecy_ground();
    write_attachments();
    write_packs();
    for (size_t i = 0; i < kFactKeys; ++i) {
      if (asks_[i]) decision_.asks.push_back(static_cast<FactKey>(i));
    }
    decision_.bases.assign(bases_.begin(), bases_.end());
    return std::move(decision_);
  }

 private:
  void account_for_grant(const Rule& rule) {
    const bool fired = judgement_.fired[rule.number];
    const bool duty = rule.kind == RuleKind::duty;
    if (duty) account_for_duty(rule);
    if (judgement_.short_of_consent[rule.number]) {
      stop(StopKind::consent, rule, grant_with_consent(rule, judgement_));
    }
    if (!fired) return;
    const CategorySet grant = grant_of(rule, judgement_);
    if (!judgement_.ready[rule.number]) stop(StopKind::require, rule, grant);
    if (rule.asks_consent) {
      stop(StopKind::consent, rule, grant_with_consent(rule, judgement_).minus(grant));
    }
    const CategorySet live = live_for(rule, judgement_) & judgement_.released;
    if (!live.empty()) add_ground(rule, live);
    if (!live.empty() || duty) add_attachments(rule);
  }

  void account_for_duty(const Rule& duty) {
    const Conditions& conditions = law_.conditions();
    if (judgement_.open[duty.number]) {
      conditions.open_facts(duty.when, facts_, asks_);
      if (!facts_.is_known(FactKey::purpose) && duty.purposes != ~uint64_t{0}) {
        asks_.set(static_cast<size_t>(FactKey::purpose));
      }
      if (lists_sender(law_.packs()[duty.pack], facts_) == Tri::unknown) {
        asks_.set(static_cast<size_t>(FactKey::sender_jurisdiction));
      }
    }
    if (judgement_.fired[duty.number]) {
      conditions.open_facts(duty.require, facts_, asks_);
      if (duty.mandate && !judgement_.gates.mandate_known) {
        asks_.set(static_cast<size_t>(FactKey::mandate_categories));
      }
    }
    const CategorySet contested = contested_of(duty, judgement_);
    if (judgement_.fired[duty.number]) stop(StopKind::bar, duty, contested);
  }

  void account_for_bar(const Rule& bar) {
    if (!judgement_.holding[bar.number]) return;
    const CategorySet carried = judgement_.granted.minus(judgement_.contested);
    stop(StopKind::bar, bar, bar.mask.minus(carried) | defeated_by(bar));
  }

  // What rules that fired would have granted but for this bar: it is cited, whatever else grants it
  // without being able to release it.
  CategorySet defeated_by(const Rule& bar) const {
    CategorySet defeated;
    if (bar.overridden_by.meets(judgement_.fired)) return defeated;
    for (const Rule& rule : law_.rules()) {
      if (!judgement_.fired[rule.number] || !bar.names[rule.number]) continue;
      defeated |= grant_of(rule, judgement_) & bar.mask;
    }
    return defeated;
  }

  void account_for_silence(const Rule& silence) {
    if (!judgement_.holding[silence.number]) return;
    stop(StopKind::silence, silence, unanswered(law_, silence, judgement_));
  }

  void account_for_claim(const Ground& claim) {
    const CategorySet standing = standing_of(law_, claim, judgement_) & judgement_.released;
    if (standing.empty()) return;
    decision_.grounds.push_back(claim);
    bases_.insert(claim.bases.begin(), claim.bases.end());
  }

  void stop(StopKind kind, const Rule& rule, CategorySet categories) {
    const CategorySet stopped = categories & decided_;
    if (stopped.empty()) return;
    decision_.stops.push_back({kind, ref(rule), stopped});
    // Beside a release, what the service does not need is nothing to carry there either.
    const bool wanted = judgement_.released.empty() || !(stopped & judgement_.gates.need).empty();
    if (wanted) offers_ |= rule.offer;
  }

  void add_ground(const Rule& rule, CategorySet live) {
    decision_.grounds.push_back({rule.id, rule.cite, rule.basis});
    live_.push_back({&rule, live});
    bases_.insert(rule.basis.begin(), rule.basis.end());
  }

  void add_attachments(const Rule& rule) {
    attachments_ |= rule.attach;
    for (const AttachWhen& one : rule.attach_when) {
      if (law_.conditions().test(one.when, facts_) == Tri::yes) attachments_ |= one.attach;
    }
  }

  Verdict verdict(CategoryBit bit) const {
    Verdict verdict;
    verdict.category = bit;
    verdict.effect = effect_of(judgement_, bit);
    if (verdict.effect != Effect::must_not) {
      for (const auto& [rule, live] : live_) {
        if (live.has(bit)) verdict.rules.push_back(ref(*rule));
      }
      return verdict;
    }
    verdict.stop = stop_of(judgement_, bit);
    for (const Stop& stop : decision_.stops) {
      if (stop.kind == verdict.stop && stop.categories.has(bit)) verdict.rules.push_back(stop.rule);
    }
    return verdict;
  }

  // The rule that lifted professional secrecy: secrecy is a silence that only its own pack lifts.
  void write_secrecy_ground() {
    decision_.secrecy_ground = "not_bound";
    for (const Rule& silence : law_.rules()) {
      const bool secrecy = silence.kind == RuleKind::silence && silence.freed_by.empty() &&
                           judgement_.holding[silence.number];
      if (!secrecy) continue;
      const CategorySet lifted = silence.mask & judgement_.released;
      for (const auto& [rule, live] : live_) {
        const bool answers = rule->kind == RuleKind::duty || silence.answered_by[rule->number];
        if (!answers || (live & lifted).empty()) continue;
        decision_.secrecy_ground = rule->id;
        return;
      }
    }
  }

  void write_attachments() {
    const bool human =
        judgement_.outcome == Outcome::oblige || judgement_.outcome == Outcome::blocked ||
        judgement_.outcome == Outcome::conflict || !(judgement_.owed & judgement_.released).empty();
    if (human) attachments_ |= only(Attachment::human_confirm);
    // A duty that waits for a human is no matter for a slip that somebody else may read.
    const bool waits =
        judgement_.outcome == Outcome::blocked || judgement_.outcome == Outcome::conflict;
    if (waits) offers_ = 0;
    for (size_t i = 0; i < kAttachments; ++i) {
      const auto attachment = static_cast<Attachment>(i);
      if ((offers_ & only(attachment)) != 0) decision_.offers.emplace_back(text_of(attachment));
      if (((attachments_ | offers_) & only(attachment)) == 0) continue;
      decision_.attachments.emplace_back(text_of(attachment));
    }
    std::sort(decision_.attachments.begin(), decision_.attachments.end());
    std::sort(decision_.offers.begin(), decision_.offers.end());
  }

  void write_packs() {
    for (size_t i = 0; i < law_.packs().size(); ++i) {
      if ((judgement_.engaged >> i & 1) == 0) continue;
      const Pack& pack = law_.packs()[i];
      decision_.packs.push_back({pack.id, pack.version, pack.digest, !pack.reviewed_by.empty()});
    }
  }

  struct LiveRule {
    const Rule* rule;
    CategorySet categories;
  };

  const Law& law_;
  const Facts& facts_;
  const Judgement& judgement_;
  std::span<const Ground> claims_;
  CategorySet withheld_;
  CategorySet decided_;
  Decision decision_;
  std::vector<LiveRule> live_;
  std::set<std::string> bases_;
  AttachmentSet attachments_ = 0;
  AttachmentSet offers_ = 0;
  FactSet asks_;
};

}  // namespace

Decision account_for(const Law& law, const Facts& facts, const Judgement& judgement,
                     std::span<const Ground> claims) {
  return Accountant(law, facts, judgement, claims).write();
}

}  // namespace relais::policy
