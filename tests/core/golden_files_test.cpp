// The readers against files that the formats' own writers made, and against the list of bad ones.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "core/format/codec.h"
#include "core/io/tensor_file.h"
#include "io_support.h"
#include "tests/paths.h"

using namespace bitloupe;
using nlohmann::json;

namespace {

const std::string kFiles = test::golden_dir() + "/files/";

json read_json(const std::string& path) {
  std::ifstream stream(path);
  return json::parse(stream);
}

// "0x1.8p+1", "inf", a JSON number or a truth value, as a double or (integers) exactly.
double number_in(const json& value) {
  if (value.is_string()) return std::strtod(value.get<std::string>().c_str(), nullptr);
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  return value.get<double>();
}

float expected_float(const json& value) {
  if (value.is_number_unsigned()) return static_cast<float>(value.get<std::uint64_t>());
  if (value.is_number_integer()) return static_cast<float>(value.get<std::int64_t>());
  return static_cast<float>(number_in(value));
}

std::size_t differing(const Tensor& tensor, const json& expected) {
  if (tensor.count() != expected.size()) return std::max<std::size_t>(1, expected.size());
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const float x = tensor.span()[i], y = expected_float(expected[i]);
    const bool same = std::isnan(y) ? std::isnan(x) : x == y && std::signbit(x) == std::signbit(y);
    wrong += same ? 0 : 1;
  }
  return wrong;
}

Shape shape_in(const json& entry) { return entry["shape"].get<Shape>(); }

// F4 and F6 come as raw bytes: their codes, low bits first, decoded by the codec.
std::vector<float> decoded(const std::string& hex, const NumberFormat& format, std::size_t count) {
  std::vector<float> values;
  std::uint64_t bits = 0;
  int have = 0;
  for (std::size_t i = 0; i + 1 < hex.size() && values.size() < count; i += 2) {
    bits |= std::stoull(hex.substr(i, 2), nullptr, 16) << have;
    for (have += 8; have >= format.bits; have -= format.bits, bits >>= format.bits) {
      values.push_back(
          static_cast<float>(decode(format, static_cast<Code>(bits & ((1u << format.bits) - 1)))));
    }
  }
  return values;
}

}  // namespace

TEST_CASE("golden npy files: every dtype, byte order, version and memory order") {
  std::size_t read = 0;
  for (const json& expected : read_json(kFiles + "npy/expected.json")) {
    const std::string name = expected["file"], dtype = expected["dtype"];
    CAPTURE(name);
    const auto file = read_tensor_file(kFiles + "npy/" + name);
    if (dtype.find('c') != std::string::npos) {
      CHECK_FALSE(file.ok());
      CHECK(file.error().message.find("unsupported dtype") != std::string::npos);
      continue;
    }
    REQUIRE(file);
    REQUIRE(file->tensors.size() == 1);
    const TensorEntry& entry = file->tensors.front();
    CHECK(entry.name == std::filesystem::path(name).stem().string());
    CHECK(entry.dtype_name == dtype);
    CHECK(entry.shape == shape_in(expected));
    CHECK(entry.fortran_order == expected["fortran_order"].get<bool>());
    const auto tensor = load_tensor(*file, entry, {});
    REQUIRE(tensor);
    CHECK(differing(*tensor, expected["values_c_order"]) == 0);
    ++read;
  }
  CHECK(read == 31);
}

TEST_CASE("golden safetensors files: 22 dtypes, scalars, empty tensors, odd names, shards") {
  std::size_t read = 0;
  for (const json& expected : read_json(kFiles + "safetensors/expected.json")) {
    const std::string name = expected["file"];
    CAPTURE(name);
    const auto file = read_tensor_file(kFiles + "safetensors/" + name);
    REQUIRE(file);
    CHECK(file->warnings.empty());
    CHECK(file->tensors.size() == expected["tensors"].size());
    const std::size_t metadata = expected["metadata"].is_null() ? 0 : expected["metadata"].size();
    CHECK(file->metadata.size() == metadata);
    for (const auto& [key, text] : file->metadata) CHECK(expected["metadata"][key] == text);
    for (const json& row : expected["tensors"]) {
      const std::string tensor_name = row["name"];
      CAPTURE(tensor_name);
      const TensorEntry* entry = file->find(tensor_name);
      REQUIRE(entry != nullptr);
      CHECK(entry->dtype_name == row["dtype"].get<std::string>());
      CHECK(entry->shape == shape_in(row));
      const auto tensor = load_tensor(*file, *entry, {});
      CHECK(tensor.ok() == (entry->dtype_name != "C64"));
      if (!tensor) continue;
      ++read;
      if (!row["values"].is_null()) {
        CHECK(differing(*tensor, row["values"]) == 0);
        continue;
      }
      const NumberFormat format = entry->dtype == DType::F4        ? float_format(2, 1, Specials::Finite)
                                  : entry->dtype == DType::F6_E2M3 ? float_format(2, 3, Specials::Finite)
                                                                   : float_format(3, 2, Specials::Finite);
      const auto values = decoded(row["raw_hex"], format, tensor->count());
      CHECK(std::equal(values.begin(), values.end(), tensor->span().begin(), tensor->span().end()));
    }
  }
  CHECK(read == 36);
}

TEST_CASE("golden safetensors samples: every tensor holds -3 to 2") {
  std::size_t read = 0;
  for (const auto& file : std::filesystem::directory_iterator(kFiles + "safetensors/samples")) {
    const std::string path = file.path().string();
    CAPTURE(path);
    const auto content = read_tensor_file(path);
    REQUIRE(content);
    for (const TensorEntry& entry : content->tensors) {
      const auto tensor = load_tensor(*content, entry, {});
      REQUIRE(tensor);
      const bool is_unsigned = info(entry.dtype).name.front() == 'U';
      if (is_unsigned || tensor->count() != 6) continue;
      for (int i = 0; i < 6; ++i)
        CHECK(tensor->span()[static_cast<std::size_t>(i)] == static_cast<float>(i - 3));
      ++read;
    }
  }
  CHECK(read >= 9);
}

// Of blocks the first 64 values are given.
TEST_CASE("golden GGUF files: metadata, places, types") {
  std::size_t read = 0;
  for (const json& expected : read_json(kFiles + "gguf/expected.json")) {
    const std::string name = expected["file"];
    CAPTURE(name);
    const auto file = read_tensor_file(kFiles + "gguf/" + name);
    if (expected["endian"] == "big") {
      CHECK(file.error().message ==
            kFiles + "gguf/" + name + ": is a big-endian GGUF file of version 3 (expected little-endian)");
      continue;
    }
    REQUIRE(file);
    CHECK(file->format == "gguf");
    CHECK(file->warnings.empty());
    const std::map<std::string, std::string> metadata(file->metadata.begin(), file->metadata.end());
    for (const auto& item : expected["kv"].items()) {
      const std::string key = item.key();
      const json& value = item.value();
      CAPTURE(key);
      REQUIRE(metadata.count(key) == 1);
      const std::string& text = metadata.at(key);
      if (key == "t.f32" || key == "t.f64") {
        const double real = key == "t.f32" ? static_cast<double>(std::strtof(text.c_str(), nullptr))
                                           : std::strtod(text.c_str(), nullptr);
        CHECK(real == number_in(value));
      } else if (!value.is_array()) {
        CHECK(text == (value.is_string() ? value.get<std::string>() : value.dump()));
      }
    }
    CHECK(metadata.at("t.arr_i") == "i32[3]: 1, -2, 3");
    CHECK(metadata.at("t.arr_s") == "string[3]: \"a\", \"\", \"\u00df\"");
    CHECK(metadata.at("t.arr_f") == "f32[2]: 0.5, 1.5");
    CHECK(file->tensors.size() == expected["tensors"].size());
    for (const json& row : expected["tensors"]) {
      const std::string tensor_name = row["name"];
      CAPTURE(tensor_name);
      const TensorEntry* entry = file->find(tensor_name);
      REQUIRE(entry != nullptr);
      CHECK(entry->dtype_name == row["type"].get<std::string>());
      CHECK(entry->shape == row["shape_numpy"].get<Shape>());
      CHECK(entry->offset == row["data_offset_in_file"].get<std::uint64_t>());
      CHECK(entry->bytes == row["n_bytes"].get<std::uint64_t>());
      const auto tensor = load_tensor(*file, *entry, {});
      REQUIRE(tensor);
      CHECK(tensor->stored_name() == entry->dtype_name);
      ++read;
      if (row["values"].is_null()) continue;
      Tensor first = *tensor;
      first.values = std::make_shared<const Values>(
          tensor->span().begin(), tensor->span().begin() + static_cast<std::ptrdiff_t>(row["values"].size()));
      CHECK(differing(first, row["values"]) == 0);
    }
  }
  CHECK(read == 24);
}

TEST_CASE("every bad golden file is refused with one line that names it") {
  std::size_t refused = 0;
  for (const json& row : read_json(kFiles + "bad_files.json")) {
    const std::string name = row["file"];
    if (name.starts_with("npz/") || name.starts_with("onnx/")) continue;
    CAPTURE(name);
    const std::string path = kFiles + name;
    const auto file = read_tensor_file(path);
    std::string message;
    if (!file) {
      message = file.error().message;
    } else {  // S18: an unknown dtype takes only its tensor out
      REQUIRE(file->tensors.size() == 1);
      const auto tensor = load_tensor(*file, file->tensors.front(), {});
      REQUIRE_FALSE(tensor.ok());
      message = tensor.error().message;
    }
    CHECK(message.starts_with(path + ": "));
    CHECK(message.find(path, 1) == std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
    ++refused;
  }
  CHECK(refused == 27);
}

TEST_CASE("the golden sharded checkpoint holds by its index what its shards hold one by one") {
  const std::string folder = kFiles + "safetensors/sharded/";
  const auto all = read_tensor_file(folder + "model.safetensors.index.json");
  REQUIRE(all);
  CHECK(all->warnings.empty());
  CHECK(all->metadata == std::vector{std::pair<std::string, std::string>("total_size", "1376")});
  std::size_t tensors = 0;
  for (int i = 1; i <= 3; ++i) {
    const auto shard = read_tensor_file(folder + "model-0000" + std::to_string(i) + "-of-00003.safetensors");
    REQUIRE(shard);
    for (const TensorEntry& entry : shard->tensors) {
      const TensorEntry* same = all->find(entry.name);
      REQUIRE(same != nullptr);
      const auto a = load_tensor(*shard, entry, {}), b = load_tensor(*all, *same, {});
      REQUIRE(a);
      REQUIRE(b);
      CHECK(a->shape == b->shape);
      CHECK(std::memcmp(a->span().data(), b->span().data(), a->count() * sizeof(float)) == 0);
      ++tensors;
    }
  }
  CHECK(tensors == all->tensors.size());
}

TEST_CASE("real files: statistics as recorded by numpy") {
  const std::string data = test::shared_dir() + "/data/";
  if (!std::filesystem::exists(data + "tensors.json")) {
    MESSAGE("skipped: no shared data");
    return;
  }
  std::size_t tensors = 0;
  for (const json& expected : read_json(data + "tensors.json")) {
    const std::string name = expected["file"];
    if (!name.ends_with(".safetensors") && !name.ends_with(".npy")) continue;
    const auto file = read_tensor_file(data + name);
    CAPTURE(name);
    REQUIRE(file);
    CHECK(file->tensors.size() == expected["tensors"].size());
    for (const json& row : expected["tensors"]) {
      const TensorEntry* entry =
          name.ends_with(".npy") ? &file->tensors.front() : file->find(row["name"].get<std::string>());
      REQUIRE(entry != nullptr);
      const auto tensor = load_tensor(*file, *entry, {});
      REQUIRE(tensor);
      CHECK(tensor->shape == shape_in(row));
      double sum = 0, squares = 0;
      float min = std::numeric_limits<float>::infinity(), max = -min;
      for (const float x : tensor->span()) {
        sum += static_cast<double>(x);
        min = std::min(min, x);
        max = std::max(max, x);
      }
      const double mean = sum / static_cast<double>(tensor->count());
      for (const float x : tensor->span()) squares += std::pow(static_cast<double>(x) - mean, 2);
      CHECK(static_cast<double>(min) == row["min"].get<double>());
      CHECK(static_cast<double>(max) == row["max"].get<double>());
      CHECK(mean == doctest::Approx(row["mean"].get<double>()).epsilon(1e-9));
      CHECK(std::sqrt(squares / static_cast<double>(tensor->count())) ==
            doctest::Approx(row["std"].get<double>()).epsilon(1e-9));
      ++tensors;
    }
  }
  CHECK(tensors > 200);
}
