#include <algorithm>

#include "core/io/file_error.h"
#include "hostile_files.h"
#include "io_support.h"

namespace bitloupe::test {

namespace {

using enum Verdict;

// A shard of two float32 values, and one of none.
std::string shard(std::string_view tensor) {
  return safetensors_bytes(
      R"({")" + std::string(tensor) + R"(":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
      std::string(8, '\1'));
}

std::string map(std::string_view entries, std::string_view size = "16") {
  return R"({"metadata":{"total_size":)" + std::string(size) + R"(},"weight_map":{)" + std::string(entries) +
         "}}";
}

constexpr const char* kTwo = R"("a":"1.safetensors","b":"2.safetensors")";

}  // namespace

std::vector<HostileIndex> hostile_indexes() {
  const std::pair<std::string, std::string> a{"1.safetensors", shard("a")}, b{"2.safetensors", shard("b")};
  std::vector<HostileIndex> indexes = {
      {"I01 all there", map(kTwo), {a, b}, Accept, Accept, ""},
      {"I01 one missing", map(kTwo), {a}, Skip, Skip, "IDX_SHARD_MISSING"},
      {"I01 all missing", map(kTwo), {}, Skip, Skip, "IDX_SHARD_MISSING"},
      {"I05 tensor not in its shard",
       map(kTwo),
       {a, {"2.safetensors", shard("c")}},
       Skip,
       Skip,
       "IDX_TENSOR_MISSING"},
      {"I05 tensor in the other shard",
       map(R"("a":"2.safetensors","b":"2.safetensors","c":"1.safetensors")"),
       {a, b},
       Skip,
       Skip,
       "IDX_TENSOR_MISSING"},
      {"I06 tensor not in the map",
       map(R"("a":"1.safetensors","b":"2.safetensors")", "24"),
       {a,
        {"2.safetensors", safetensors_bytes(R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                                            R"("new":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
                                            std::string(16, '\0'))}},
       Warn,
       Warn,
       ""},
      {"I07 tensor in two shards",
       map(R"("a":"1.safetensors","b":"2.safetensors")"),
       {a, {"2.safetensors", shard("a")}},
       Refuse,
       Refuse,
       "IDX_TWICE"},
      {"I08 total_size missing", R"({"weight_map":{"a":"1.safetensors"}})", {a}, Warn, Warn, ""},
      {"I08 metadata a list", R"({"metadata":[1],"weight_map":{"a":"1.safetensors"}})", {a}, Warn, Warn, ""},
      {"I08 metadata a number", R"({"metadata":1,"weight_map":{"a":"1.safetensors"}})", {a}, Warn, Warn, ""},
      {"I08 unknown member",
       R"({"metadata":{"total_size":8},"weight_map":{"a":"1.safetensors"},"x":{"y":[]}})",
       {a},
       Warn,
       Warn,
       ""},
      {"I08 nested metadata",
       R"({"metadata":{"total_size":8,"x":{"y":[1,null,-2.5]}},"weight_map":{"a":"1.safetensors"}})",
       {a},
       Accept,
       Accept,
       ""},
      {"I10 itself", map(R"("a":"model.safetensors.index.json")"), {}, Skip, Skip, "IDX_SHARD_MISSING"},
      {"I10 another index",
       map(R"("a":"1.safetensors")"),
       {{"1.safetensors", map(kTwo)}},
       Refuse,
       Refuse,
       "IDX_RECURSION"},
      {"I10 JSON by name", map(R"("a":"x.json")"), {{"x.json", shard("a")}}, Refuse, Refuse, "IDX_RECURSION"},
      {"I11 tensor twice",
       map(R"("a":"1.safetensors","a":"1.safetensors")"),
       {a, b},
       Refuse,
       Refuse,
       "JSON_DUPLICATE"},
      {"I11 map twice",
       R"({"weight_map":{"a":"1.safetensors"},"weight_map":{}})",
       {a},
       Refuse,
       Refuse,
       "JSON_DUPLICATE"},
      {"I05 shard cut",
       map(kTwo),
       {a, {"2.safetensors", b.second.substr(0, 40)}},
       Skip,
       Skip,
       "ST_HEADER_LENGTH"},
      {"I05 shard short",
       map(kTwo),
       {a, {"2.safetensors", b.second.substr(0, b.second.size() - 1)}},
       Skip,
       Skip,
       "ST_INCOMPLETE"},
      {"I05 shard with a rest",
       map(R"("a":"1.safetensors")", "8"),
       {{a.first, a.second + "x"}},
       Skip,
       Warn,
       "ST_TRAILING"},
      {"I05 shard of npy",
       map(R"("a":"1.npy")", "8"),
       {{"1.npy",
         npy_bytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", std::string(8, '\0'))}},
       Skip,
       Skip,
       "FILE_FOREIGN"},
      {"I05 shard of pickle",
       map(R"("a":"1.bin")", "8"),
       {{"1.bin", "\x80\x02 and so on"}},
       Skip,
       Skip,
       "FILE_FOREIGN"},
      {"I05 shard empty",
       map(R"("a":"1.safetensors")", "8"),
       {{"1.safetensors", ""}},
       Skip,
       Skip,
       "FILE_EMPTY"},
      {"I11 no map", R"({"metadata":{"total_size":8},"weight_maps":{}})", {}, Refuse, Refuse, "IDX_MAP"},
      {"I11 map a list", R"({"weight_map":["a"]})", {}, Refuse, Refuse, "IDX_MAP"},
      {"I11 map a text", R"({"weight_map":"a"})", {}, Refuse, Refuse, "IDX_MAP"},
      {"I11 shard a number", map(R"("a":1)"), {}, Refuse, Refuse, "IDX_MAP"},
      {"I11 shard an object", map(R"("a":{"b":"1.safetensors"})"), {}, Refuse, Refuse, "IDX_MAP"},
      {"I11 array", R"([{"weight_map":{}}])", {}, Refuse, Refuse, "JSON_TOP"},
      {"I11 cut", R"({"weight_map":{"a":"1.saf)", {}, Refuse, Refuse, "JSON_CUT"},
      {"I11 NUL", R"({"weight_map":{}})" + std::string(1, '\0'), {}, Refuse, Refuse, "JSON_NUL"},
      {"I11 deep", R"({"weight_map":{},"x":)" + std::string(50'000, '['), {}, Refuse, Refuse, "JSON_DEPTH"},
      {"I11 empty map", map("", "0"), {}, Accept, Accept, ""},
  };
  for (const char* name :
       {"../1.safetensors", "/etc/passwd", R"(..\\1.safetensors)", "C:1.safetensors", "file:1.safetensors",
        "sub/1.safetensors", "", ".", "..", R"(1\u0000.safetensors)"})
    indexes.push_back({std::string("I02 shard ") + name,
                       map(R"("a":")" + std::string(name) + "\""),
                       {a},
                       Refuse,
                       Refuse,
                       "IDX_ESCAPE"});
  for (const char* size : {"-16", "\"16\"", "15", "16.0", "null", "99999999999999999999"})
    indexes.push_back({std::string("I08 total_size ") + size, map(kTwo, size), {a, b}, Warn, Warn, ""});
  return indexes;
}

Result<TensorFile> read_index(const HostileIndex& index, const ReadOptions& options) {
  auto parsed = parse_shard_index(index.text, options.stop);
  if (!parsed) return about_file("memory", parsed.error());
  const OpenShard open = [&](const std::string& name) -> Result<std::shared_ptr<const ByteSource>> {
    const auto found = std::find_if(index.shards.begin(), index.shards.end(),
                                    [&](const auto& shard) { return shard.first == name; });
    if (found == index.shards.end())
      return about_file(name, file_error(FaultCode::FileMissing, "no such file"));
    return memory_source(name, bytes_of(found->second));
  };
  auto file = read_shards(memory_source("memory", bytes_of(index.text)), std::move(*parsed), open, options);
  if (!file) return about_file("memory", file.error());
  return file;
}

}  // namespace bitloupe::test
