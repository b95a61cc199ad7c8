// Journal: the work of a running program, kept in the state folder so that a crash loses little of it. One
// file and one lock a process; the lock says whether the process still lives. Knows nothing of what is
// written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/io/file_lock.h"
#include "core/result.h"

namespace bitloupe {

// The work of a run that ended without leaving properly.
struct LostWork {
  std::string id;            // names it among others
  std::string path;          // of the journal: a session file
  std::int64_t written = 0;  // seconds since 1970
  bool operator==(const LostWork&) const = default;
};

class Journal {
 public:
  // Takes note of the runs that crashed since the last start, then says that this one runs. The folder is
  // made.
  static Result<Journal> begin(const std::string& folder);
  Journal(Journal&&) noexcept = default;
  Journal& operator=(Journal&&) = delete;

  const std::string& path() const { return path_; }  // where this run's work is to be written
  // Runs that ended in a crash one after the other, up to this one; 0 after a run that left properly.
  int crashes() const { return crashes_; }

  void clear();  // nothing is unsaved
  void end();    // this run leaves properly, and what is unsaved was given up
  void leave();  // it leaves properly, and what is unsaved is offered again

 private:
  Journal(std::string folder, std::string id, FileLock lock, int crashes);
  std::string folder_, id_, path_;
  FileLock lock_;
  int crashes_;
};

// Newest first. Never that of a program that still runs.
std::vector<LostWork> lost_work(const std::string& folder);
// Does nothing where it is gone already: another window was faster.
void discard(const LostWork& work);
// What cannot be read is kept beside as .bad, and not offered again.
void put_aside(const LostWork& work);

}  // namespace bitloupe
