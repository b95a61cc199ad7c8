// Session files: reading one and finding its sources again, writing one.
#pragma once

#include <string>
#include <vector>

#include "app/session/session.h"
#include "core/io/atomic_file.h"
#include "core/result.h"

namespace bitloupe {

inline constexpr const char* kSessionExtension = ".bitloupe";
inline constexpr std::uint64_t kMaxSessionBytes = 16 << 20;  // overrides of 200,000 groups fit

struct SessionFile {
  Session session;
  std::vector<std::string> notices;  // one sentence each: newer version, sources found elsewhere
};

// Sources whose file lies where the session says from its own folder are taken from there, then from their
// absolute path: a folder that was moved or copied as a whole is still whole. A source that is at neither
// place keeps its path; loading it will say what is missing.
Result<SessionFile> read_session_file(const std::string& path);

// The session with the paths of its sources made absolute.
Session with_absolute_paths(Session session);

// Paths of sources are made absolute. `path` is written atomically (io/atomic_file.h).
Status write_session_file(const std::string& path, Session session, const WriteOptions& options = {});

// By content: does the file begin like a session? For a file that begins like nothing at all (empty, cut
// short) its name decides. False where it cannot be read.
bool is_session_file(const std::string& path);

// From the working folder; the path itself where that cannot be told.
std::string absolute_path(const std::string& path);

// "quantized" for "/tmp/quantized.bitloupe".
std::string session_name(const std::string& path);

}  // namespace bitloupe
