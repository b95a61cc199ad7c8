// SourceSpec: where a tensor comes from, as a plain value: `PATH`, `PATH::TENSOR` or
// `synthetic:KIND?key=value&...`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/io/tensor_file.h"
#include "core/parallel.h"
#include "core/result.h"
#include "core/tensor/synthetic.h"

namespace bitloupe {

struct SourceSpec {
  std::string path;    // empty for synthetic sources
  std::string tensor;  // empty: the only one, or (window) the largest
  std::optional<SyntheticSpec> synthetic;
  // How the file is read: no part of the text form, for they are options beside it.
  bool lenient = false;                // --lenient, "Open anyway"
  std::uint64_t max_header_bytes = 0;  // --max-header; 0: the reader's own limit
  bool operator==(const SourceSpec&) const = default;
};

Result<SourceSpec> parse_source(std::string_view text);
std::string to_text(const SourceSpec& source);

ReadOptions read_options(const SourceSpec& source, const std::stop_token& stop = {});

// Which tensor to take where the source names none and the file holds several.
enum class Pick { Refuse, Largest };

// The entry that `source` means. Refuse: error lists the names (BadArgument).
Result<const TensorEntry*> pick_tensor(const TensorFile& file, const SourceSpec& source, Pick pick);

// Opens, picks, loads. `file` may hold the already read header of source.path.
Result<std::shared_ptr<const Tensor>> load_source(const SourceSpec& source, Pick pick,
                                                  const WorkContext& context,
                                                  const TensorFile* file = nullptr);

}  // namespace bitloupe
