// SPDX-License-Identifier: Apache-2.0
#include "admin/output.h"

#include <nlohmann/json.hpp>
#include <ostream>

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

}  // namespace

void Output::print(const nlohmann::json& object, const std::string& text) {
  if (json_) {
    out_ << object.dump() << "\n";
  } else {
    out_ << text << (text.empty() || text.back() == '\n' ? "" : "\n");
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
    err_ << object.dump() << "\n";
  } else {
    const bool several = fault.where.find('\n') != std::string::npos;
    err_ << "relaisctl: " << fault.message.view();
    if (!fault.where.empty()) err_ << (several ? "\n" : ": ") << fault.where;
    err_ << "\n";
    if (telephone != nullptr) err_ << telephone << "\n";
  }
  const bool later = fault.retryable() || fault.kind == FaultKind::in_doubt;
  return later ? kUnavailable : kRefused;
}

int Output::usage(const std::string& message) {
  if (json_) {
    err_ << nlohmann::json{{"fault", "usage"}, {"message", message}}.dump() << "\n";
  } else {
    err_ << "relaisctl: " << message << "\n";
  }
  return kUsage;
}

}  // namespace relais::admin
