// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/clocks.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

namespace relais::chaos {
namespace {

constexpr int64_t kHour_s = 3600;

volatile int64_t* map_file(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return nullptr;
  void* mapped = MAP_FAILED;
  if (ftruncate(file, sizeof(int64_t)) == 0) {
    mapped = mmap(nullptr, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<int64_t*>(mapped);
}

}  // namespace

Clocks::Clocks(std::string library, const std::vector<std::string>& agencies)
    : library_(std::move(library)) {
  std::string pattern = (std::filesystem::temp_directory_path() / "relais-clocks-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return;
  folder_ = pattern;
  made_ = true;
  for (const std::string& agency : agencies) {
    volatile int64_t* shift_s = map_file(folder_ + "/" + agency);
    if (shift_s != nullptr) *shift_s = kHour_s;
    made_ = made_ && shift_s != nullptr;
    shift_s_[agency] = shift_s;
  }
}

Clocks::~Clocks() {
  for (const auto& [agency, shift_s] : shift_s_) {
    if (shift_s != nullptr) munmap(const_cast<int64_t*>(shift_s), sizeof(int64_t));
  }
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::string> Clocks::environment(const std::string& agency) const {
  return {"LD_PRELOAD=" + library_, "RELAIS_CLOCK_SHIFT=" + folder_ + "/" + agency};
}

bool Clocks::turn(const std::string& agency) {
  volatile int64_t& shift_s = *shift_s_.at(agency);
  const bool back = shift_s > 0;
  shift_s = back ? 0 : kHour_s;
  return back;
}

}  // namespace relais::chaos
