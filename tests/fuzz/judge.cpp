#include "tests/fuzz/judge.h"

namespace bitloupe::fuzz {

std::string judge_file_message(const Error& error) {
  if (error.message.empty()) return "refused without a message";
  return error.message.find('\n') == std::string::npos ? "" : "a message of several lines";
}

std::string judge_entry(const TensorFile& file, const TensorEntry& entry) {
  if (entry.error) return judge_file_message(*entry.error);
  const std::uint64_t size = file.source_of(entry)->size();
  if (entry.offset > size || entry.bytes > size - entry.offset) return "an extent outside of the file";
  const Result<Tensor> tensor = load_tensor(file, entry, {});
  if (!tensor) return "a listed tensor does not load: " + tensor.error().message;
  return tensor->count() == element_count(entry.shape) ? "" : "fewer values than the shape says";
}

}  // namespace bitloupe::fuzz
