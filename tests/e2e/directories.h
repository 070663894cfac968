// SPDX-License-Identifier: Apache-2.0
// What the chapters about the directory do to its text, and how they see what came of it. Free
// functions over the stage; one thread.
#pragma once

#include <memory>

#include "node/web/http.h"
#include "tests/e2e/stage.h"

namespace relais::e2e {

// The text with its line that begins so replaced.
std::string replaced(std::string text, const std::string& line_begin, const std::string& line);
std::string with_version(const std::string& text, int64_t version);
std::string utc_in(std::chrono::seconds time);
// What a steward's verb (relaisctl directory suspend, leave, …) makes of a draft: its next version.
std::string changed(Stage& stage, const std::string& draft, std::vector<std::string> verb);

// Of the directory in that node; 0: it does not say.
int64_t version_in_force(Stage& stage, const std::string& agency);
bool in_force(Stage& stage, const std::string& agency, int64_t version);
// The state of a plain submission, or where it failed.
std::string submit(Stage& stage, demo::DeskClient& desk, const std::string& key);
// Messages in that node's outbox.
uint64_t waiting(Stage& stage, const std::string& agency);
// A series on that node's page; -1: it is not there.
double metric(Stage& stage, const std::string& agency, const std::string& name);
std::string log_of(Stage& stage, const std::string& agency);

// A web server that hands out whatever lies in one file, as /directory.note.
std::unique_ptr<web::HttpServer> serving(const std::string& path, uint16_t port = 0);
// What lies in that file from now on: the note that lies at this agency.
void offer(Stage& stage, const std::string& offered, const std::string& agency);

}  // namespace relais::e2e
