#include "app/disk_stamp.h"

#include <errno.h>
#include <sys/stat.h>

namespace bitloupe {

DiskLook look_at_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {std::nullopt, errno != ENOENT && errno != ENOTDIR};
  return {DiskStamp{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
                    status.st_mtim.tv_sec, status.st_mtim.tv_nsec},
          false};
}

}  // namespace bitloupe
