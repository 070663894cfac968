// SPDX-License-Identifier: Apache-2.0
#include "admin/output.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "node/ledger/encoding.h"

namespace relais::admin {
namespace {

const char* name_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::invalid:
      return "invalid";
    case FaultKind::not_found:
      return "not_found";
    case FaultKind::already_exists:
      return "already_exists";
    case FaultKind::precondition:
      return "precondition";
    case FaultKind::unauthenticated:
      return "unauthenticated";
    case FaultKind::forbidden:
      return "forbidden";
    case FaultKind::exhausted:
      return "exhausted";
    case FaultKind::unavailable:
      return "unavailable";
    case FaultKind::deadline:
      return "deadline";
    case FaultKind::in_doubt:
      return "in_doubt";
    case FaultKind::corrupt:
      return "corrupt";
    case FaultKind::internal:
      return "internal";
  }
  return "internal";
}

// What a file, an argument or another agency wrote must not steer the reader's terminal: a line
// that is not plain is shown as its ASCII only.
std::string shown(const std::string& text) {
  std::string out;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    std::string line = text.substr(start, end - start);
    std::replace(line.begin(), line.end(), '\t', ' ');
    if (!ledger::is_plain_line(line)) {
      std::replace_if(
          line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    }
    out += line;
    if (end < text.size()) out += '\n';
    start = end + 1;
  }
  return out;
}

std::string dumped(const nlohmann::json& object) {
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void Output::print(const nlohmann::json& object, const std::string& text) {
  if (json_) {
    out_ << dumped(object) << "\n";
  } else {
    out_ << shown(text) << (text.empty() || text.back() == '\n' ? "" : "\n");
  }
}

int Output::done(const nlohmann::json& object, const std::string& text) {
  print(object, text);
  return kDone;
}

int Output::refused(const nlohmann::json& object, const std::string& text) {
  print(object, text);
  return kRefused;
}

int Output::fault(const Fault& fault) {
  const char* telephone = fault.telephone_route;
  if (json_) {
    nlohmann::json object{{"fault", name_of(fault.kind)},
                          {"message", std::string(fault.message.view())},
                          {"where", fault.where}};
    if (telephone != nullptr) object["telephone_route"] = telephone;
    err_ << dumped(object) << "\n";
  } else {
    const bool several = fault.where.find('\n') != std::string::npos;
    err_ << "relaisctl: " << fault.message.view();
    if (!fault.where.empty()) err_ << (several ? "\n" : ": ") << shown(fault.where);
    err_ << "\n";
    if (telephone != nullptr) err_ << telephone << "\n";
  }
  const bool later = fault.retryable() || fault.kind == FaultKind::in_doubt;
  return later ? kUnavailable : kRefused;
}

int Output::usage(const std::string& message) {
  if (json_) {
    err_ << dumped({{"fault", "usage"}, {"message", message}}) << "\n";
  } else {
    err_ << "relaisctl: " << shown(message) << "\n";
  }
  return kUsage;
}

}  // namespace relais::admin
