// Every small file of the catalogue of bad input: its verdict, strict and lenient, and what its errors say.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "allocation_meter.h"
#include "core/io/display_text.h"
#include "core/io/file_error.h"
#include "hostile_files.h"
#include "io_support.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

const ReadOptions kStrict{}, kLenient{true, 0, {}};

Result<TensorFile> read_file(const HostileFile& file, const ReadOptions& options) {
  return read_tensor_file(memory_source("memory", bytes_of(file.bytes)), options);
}

// One line that starts with the file, and every part of the error in its place.
void check_error(const Error& error, Verdict lenient) {
  CAPTURE(error.message);
  CHECK(error.message.starts_with("memory: "));
  CHECK(error.message.size() < 600);
  for (const char c : {'\n', '\0', '\r', '\x1b'}) CHECK(error.message.find(c) == std::string::npos);
  REQUIRE(error.fault != nullptr);
  const auto rows = fault_rows();
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const FaultRow& r) { return r.key == error.fault->code; });
  REQUIRE(row != rows.end());
  CHECK(error.code == row->kind);
  CHECK(error.fault->expected == row->expected);
  CHECK_FALSE(error.fault->expected.empty());
  CHECK(error.can_be_lenient() == row->can_be_lenient);
  CHECK(error.fault->file == "memory");
  // What is offered must help; nothing else is accepted.
  if (lenient > Verdict::Refuse) CHECK(error.can_be_lenient());
  if (error.can_be_lenient()) {
    CHECK(error.fault->hint.find("--lenient") != std::string_view::npos);
    CHECK(error.fault->hint.find("Open anyway") != std::string_view::npos);
  }
}

bool same_values(const Tensor& a, const Tensor& b) {
  return a.shape == b.shape && a.dtype == b.dtype && a.count() == b.count() &&
         (a.count() == 0 || std::memcmp(a.span().data(), b.span().data(), a.count() * sizeof(float)) == 0);
}

// Whatever loads strictly loads leniently, and holds the same.
void check_subset(const Result<TensorFile>& strict, const Result<TensorFile>& lenient) {
  if (!strict) return;
  REQUIRE(lenient.ok());
  CHECK(strict->tensors.size() == lenient->tensors.size());
  for (const TensorEntry& entry : strict->tensors) {
    const auto values = load_tensor(*strict, entry, {});
    if (!values) continue;
    const TensorEntry* again = lenient->find(entry.name);
    REQUIRE(again != nullptr);
    const auto same = load_tensor(*lenient, *again, {});
    REQUIRE(same.ok());
    CHECK(same_values(*values, *same));
  }
}

void check_extents(const TensorFile& file) {
  for (const TensorEntry& entry : file.tensors) {
    if (entry.error) continue;
    const std::uint64_t size = file.source_of(entry)->size();
    CHECK(entry.offset <= size);
    CHECK(entry.bytes <= size - entry.offset);
  }
}

void check_verdicts(const Result<TensorFile>& strict, const Result<TensorFile>& lenient,
                    Verdict strict_verdict, Verdict lenient_verdict, std::string_view code) {
  const Outcome found = outcome_of(strict), found_leniently = outcome_of(lenient);
  CHECK(static_cast<int>(found.verdict) == static_cast<int>(strict_verdict));
  CHECK(static_cast<int>(found_leniently.verdict) == static_cast<int>(lenient_verdict));
  CHECK(found.code == code);
  check_subset(strict, lenient);
  if (!strict) check_error(strict.error(), lenient_verdict);
  for (const auto* file : {&strict, &lenient}) {
    if (!*file) continue;
    check_extents(**file);
    std::set<std::string_view> names;
    for (const TensorEntry& entry : (*file)->tensors) CHECK(names.insert(entry.name).second);
    for (const TensorEntry& entry : (*file)->tensors)
      if (entry.error) CHECK(load_tensor(**file, entry, {}).error().fault->tensor == displayed(entry.name));
  }
}

}  // namespace

TEST_CASE("hostile files: the verdict, strict and lenient, and what the error says") {
  for (const HostileFile& file : hostile_files()) {
    CAPTURE(file.number);
    CHECK(file.bytes.size() <= 64 * 1024);
    check_verdicts(read_file(file, kStrict), read_file(file, kLenient), file.strict, file.lenient, file.code);
  }
}

TEST_CASE("hostile indexes: the verdict, strict and lenient, and what the error says") {
  for (const HostileIndex& index : hostile_indexes()) {
    CAPTURE(index.number);
    CHECK(index.text.size() <= 64 * 1024);
    check_verdicts(read_index(index, kStrict), read_index(index, kLenient), index.strict, index.lenient,
                   index.code);
  }
}

TEST_CASE("no hostile file makes a reader allocate more than 8 times its bytes and 1 MiB at once") {
  for (const HostileFile& file : hostile_files()) {
    for (const ReadOptions& options : {kStrict, kLenient}) {
      const auto source = memory_source("memory", bytes_of(file.bytes));
      const AllocationMeter meter;
      outcome_of(read_tensor_file(source, options));
      CHECK_MESSAGE(meter.largest() <= 8 * file.bytes.size() + (1 << 20), file.number);
    }
  }
  for (const HostileIndex& index : hostile_indexes()) {
    const AllocationMeter meter;
    outcome_of(read_index(index));
    CHECK_MESSAGE(meter.largest() <= 8 * index.text.size() + (1 << 20), index.number);
  }
}

TEST_CASE("the catalogue's numbers of small files are all there") {
  std::set<std::string> numbers;
  const auto collect = [&](const std::string& number) {
    for (std::size_t at = 0;
         at + 3 <= number.size() && std::isdigit(static_cast<unsigned char>(number[at + 1])); at += 4)
      numbers.insert(number.substr(at, 3));
  };
  for (const HostileFile& file : hostile_files()) collect(file.number);
  for (const HostileIndex& index : hostile_indexes()) collect(index.number);
  std::string missing;
  const auto expect = [&](char kind, int last, const std::set<int>& elsewhere) {
    for (int i = 1; i <= last; ++i) {
      const std::string number = kind + std::string(i < 10 ? "0" : "") + std::to_string(i);
      if (numbers.count(number) == 0 && elsewhere.count(i) == 0) missing += number + ' ';
    }
  };
  expect('S', 38, {5, 34});        // larger: safetensors_test.cpp
  expect('N', 26, {5});            // larger: npy_test.cpp
  expect('G', 28, {22, 27, 28});   // larger: gguf_test.cpp
  expect('I', 12, {3, 4, 9, 12});  // of files: safetensors_index_test.cpp
  CHECK(missing == "");
}
