// SPDX-License-Identifier: Apache-2.0
#include "node/ops/retention.h"

#include <algorithm>
#include <set>

#include "node/ops/config_reader.h"
#include "policy/document.h"

namespace relais::ops {
namespace {

// It travels in an acknowledgement, which other nodes take up to a length.
constexpr size_t kMostArticle = 160;

std::optional<Date> read_date(TableReader& row, const toml::table& raw, std::string_view key,
                              bool required) {
  row.mark(key);
  const toml::node* node = raw.get(key);
  if (node == nullptr && !required) return std::nullopt;
  const auto* value = node == nullptr ? nullptr : node->as_date();
  const auto date = value == nullptr
                        ? std::nullopt
                        : Date::of(value->get().year, value->get().month, value->get().day);
  if (!date) row.complain(key, "a day is expected, e.g. 2024-01-01");
  return date;
}

flow::RetentionDuty read_duty(TableReader& row, const toml::table& raw,
                              const policy::Vocabulary& words) {
  flow::RetentionDuty duty;
  row.required_text("id", duty.id);
  const bool code = std::all_of(duty.id.begin(), duty.id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
  if (!code || duty.id.size() > 40) row.complain("id", "at most 40 of a-z 0-9 . - _");
  row.required_text("article", duty.article);
  if (duty.article.size() > kMostArticle) row.complain("article", "at most 160 bytes");
  row.required_text("reason_fr", duty.reason.fr);
  row.required_text("reason_en", duty.reason.en);
  row.texts("purposes", duty.purposes);
  if (duty.purposes.empty()) row.complain("purposes", "at least one purpose of the vocabulary");
  for (const std::string& purpose : duty.purposes) {
    if (!words.purpose(purpose)) row.complain("purposes", "no such purpose: '" + purpose + "'");
  }
  row.integer("days", duty.days, 1, 36525);
  if (duty.days == 0) row.complain("days", "missing; it has no default");
  if (const auto from = read_date(row, raw, "from", true)) duty.from = *from;
  duty.to = read_date(row, raw, "to", false);
  row.finish();
  return duty;
}

}  // namespace

Result<std::vector<flow::RetentionDuty>> parse_retention(const std::string& text,
                                                         const std::string& name,
                                                         const policy::Vocabulary& words) {
  Complaints complaints(name);
  const auto parsed = parse_table(text, name, complaints);
  if (!parsed) {
    return fail(FaultKind::invalid, "the retention policy is not TOML", complaints.sentences());
  }
  TableReader root(&*parsed, "", complaints);
  const toml::array* rows = (*parsed)["duty"].as_array();
  std::vector<TableReader> readers = root.tables("duty");
  std::vector<flow::RetentionDuty> duties;
  std::set<std::string> seen;
  for (size_t i = 0; i < readers.size(); ++i) {
    duties.push_back(read_duty(readers[i], *rows->get(i)->as_table(), words));
    if (!seen.insert(duties.back().id).second) {
      readers[i].complain("id", "this duty stands here twice");
    }
  }
  root.finish();
  if (complaints.empty()) return duties;
  return fail(FaultKind::invalid, "the retention policy is not usable", complaints.sentences());
}

Result<std::vector<flow::RetentionDuty>> load_retention(const std::string& path,
                                                        const policy::Vocabulary& words) {
  if (path.empty()) return std::vector<flow::RetentionDuty>{};
  RELAIS_TRY(text, policy::read_file(path));
  return parse_retention(text, path, words);
}

}  // namespace relais::ops
