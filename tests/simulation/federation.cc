// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/federation.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "node/flow/tell.h"

namespace relais::simulation {
namespace {

// What the law of the tests leaves out.
constexpr const char* kRestriction = R"(
[[bar]]
id = "fr.restriction"
when = { "restriction" = true }
defeats = ["fr.orient", "fr.tell.back"]
cite = "restriction"
in_force = { from = 2009-03-27 }
)";

constexpr int kHealingRounds = 400;

Common common() {
  Common common;
  common.words = std::make_unique<policy::Vocabulary>(
      policy::Vocabulary::load(RELAIS_SOURCE_DIR "/policy/vocabulary.toml").value());
  auto law =
      policy::Law::parse(*common.words, {{"fr.toml", std::string(test::kLaw) + kRestriction}});
  if (!law) std::fprintf(stderr, "%s\n", law.error().where.c_str());
  common.law = std::make_unique<test::FixedLaw>(law.value());
  return common;
}

}  // namespace

std::vector<Need> needs_by(uint64_t bits, const policy::Vocabulary& words) {
  std::vector<Need> needs;
  bits |= 1;
  for (const Sample& sample : kSamples) {
    const CategoryBit bit = *words.find(sample.category);
    const bool wanted = (bits & 1) != 0 && words.at(bit).tier < 3;
    if (wanted) needs.push_back({bit, needs.empty() || (bits & 0x100) != 0, "needed to orient"});
    bits >>= 1;
  }
  return needs;
}

Federation::Federation(size_t agencies, uint64_t seed)
    : common_(common()),
      watch_(std::make_unique<Watch>(*common_.words)),
      network_(std::make_unique<Network>(awaits_, *watch_)) {
  test::Dice dice(seed ^ 0x5eed);
  for (size_t i = 0; i < agencies; ++i) {
    agencies_.push_back(
        std::make_unique<Agency>(i, seed * 1000003 + i * 16, common_, *network_, awaits_, *watch_));
    watch_->join(*agencies_.back());
  }
  directory_.federation = "test";
  directory_.version = 1;
  directory_.expires = Date::parse("2030-01-01")->start();
  for (const auto& agency : agencies_) {
    directory_.agencies.push_back(listed(*agency, needs_by(dice.draw(), *common_.words)));
  }
  list();
}

// Everybody takes the newest directory.
void Federation::list() {
  for (const auto& agency : agencies_) {
    agency->directory.set(directory_);
    set_clock(*agency);
  }
}

void Federation::set_clock(Agency& at) { at.clock.set(common_.clock.now() + at.skew); }

void Federation::pass(std::chrono::milliseconds time) {
  common_.clock.advance(time);
  for (const auto& agency : agencies_) set_clock(*agency);
}

std::string Federation::act(const Action& action) {
  pass(std::chrono::milliseconds{action.wait_ms});
  std::string elsewhere;
  awaits_.expect(action.trouble, action.await, [&] {
    const Action& other = action.meanwhile.front();
    nested_ = true;
    elsewhere = " [meanwhile " + act_at(*agencies_[other.at % size()], other) + "]";
    nested_ = false;
  });
  network_->begin(action.choice, action.roughness);
  std::string words = act_at(*agencies_[action.at % size()], action);
  awaits_.expect_nothing();
  nested_ = false;
  for (const auto& agency : agencies_) agency->store.tick();
  return words + elsewhere;
}

std::string Federation::act_at(Agency& at, const Action& action) {
  std::string words = at.id().text() + " ";
  try {
    const Running running(awaits_, at.number);
    return words + do_it(at, action);
  } catch (const Crash& crash) {
    Agency& fallen = *agencies_[crash.agency];
    fallen.restart();
    watch_->restarted(fallen);
    return words + std::string(name_of(action.deed)) + ", and crashed in it";
  }
}

size_t Federation::carry_all(Agency& at) {
  const flow::RetryPolicy retry;
  const auto claim = at.store.claim(64, std::chrono::seconds{120}, {});
  if (!claim || claim->messages.empty()) return 0;
  return flow::deliver(at.line(), at.courier(), retry, claim->messages).size();
}

void Federation::heal() {
  network_->mend();
  network_->begin(0, 0);
  for (relais::Agency& agency : directory_.agencies) agency.suspended = false;
  left_ = {};
  ++directory_.version;
  for (const auto& agency : agencies_) agency->skew = {};
  list();
  settle();
  pass(std::chrono::hours{24 * 31});  // what still waits for an answer runs out, on both sides
  settle();
  watch_->healed();
}

void Federation::settle() {
  for (int round = 0; round < kHealingRounds; ++round) {
    size_t left = network_->on_the_way();
    while (network_->arrive(0)) {
    }
    for (const auto& agency : agencies_) {
      (void)flow::tell_everybody(agency->line());
      (void)flow::expire(agency->line(), 1000);
      while (carry_all(*agency) > 0) {
      }
      agency->store.tick();
      left += agency->kept.waiting();
    }
    if (left == 0) break;
    pass(std::chrono::minutes{16});
  }
}

}  // namespace relais::simulation
