// SPDX-License-Identifier: Apache-2.0
// A disk of some megabytes that PostgreSQL may write to: a tmpfs, where this process may mount one.
// Owned by a test; gone with it.
#pragma once

#include <sys/mount.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "tests/support/postgres_program.h"

namespace relais::test {

class SmallDisk {
 public:
  SmallDisk(std::string folder, int megabytes) : folder_(std::move(folder)) {
    std::filesystem::create_directory(folder_);
    mounted_ = mount("tmpfs", folder_.c_str(), "tmpfs", 0, size(megabytes).c_str()) == 0;
    if (mounted_) hand_over(folder_);
  }
  ~SmallDisk() {
    if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
    std::error_code ignored;
    std::filesystem::remove(folder_, ignored);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  const std::string& folder() const { return folder_; }
  bool grow(int megabytes) const {
    return mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT, size(megabytes).c_str()) == 0;
  }
  // Writes until nothing is left; `leave_kb` of it are given back.
  void fill(int leave_kb) const {
    const std::string path = folder_ + "/ballast";
    std::ofstream file(path, std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), 4096).flush()) {
    }
    file.close();
    std::error_code ignored;
    const auto written = std::filesystem::file_size(path, ignored);
    std::filesystem::resize_file(path, written - std::uintmax_t(leave_kb) * 1024, ignored);
  }

 private:
  static std::string size(int megabytes) { return "size=" + std::to_string(megabytes) + "m"; }
  std::string folder_;
  bool mounted_ = false;
};

}  // namespace relais::test
