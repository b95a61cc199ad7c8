// The numbers of plots as CSV: those of the probes, with all their digits, in parts.
#include "app/figures/plot_csv.h"

#include <doctest/doctest.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/copy_line.h"
#include "app/figures/histogram_figure.h"
#include "core/text.h"
#include "tests/app/subject_bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

QuantSpec int4() {
  QuantSpec spec;
  spec.format = integer_format(4, true);
  return spec;
}

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;

  explicit Table(const std::string& text) {
    REQUIRE(text.ends_with('\n'));
    REQUIRE(text.find('\r') == std::string::npos);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::vector<std::string> cells;
      for (const std::string_view cell : split(line, ',')) cells.emplace_back(cell);
      if (header.empty())
        header = cells;
      else
        rows.push_back(cells);
    }
    for (const auto& row : rows) REQUIRE(row.size() == header.size());
  }
};

double real(const std::string& text) {
  double value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  REQUIRE_MESSAGE(end.ptr == text.data() + text.size(), text);
  return value;
}
float single(const std::string& text) {
  float value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  REQUIRE_MESSAGE(end.ptr == text.data() + text.size(), text);
  return value;
}

constexpr std::uint64_t kAll = ~std::uint64_t{0};

}  // namespace

TEST_CASE("the histogram's numbers are those of the probe, for the bins that are seen") {
  SubjectBench bench("synthetic:laplace?shape=64x64&seed=2", int4());
  for (const bool zoomed : {false, true}) {
    if (zoomed) bench.view.histogram_range = {false, -0.5, 0.25};
    const Table table(bench.csv("histogram", 428));
    CHECK(table.header ==
          std::vector<std::string>{"bin_lo", "bin_hi", "original_count", "dequantized_count"});
    const HistogramRequest request =
        histogram_request(*bench.snapshot, bench.experiment.quant, bench.view, 428);
    CHECK(request.bins == 100);
    const HistogramResult counts = histogram(*bench.snapshot, request, kAll);
    REQUIRE(table.rows.size() == 100);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      CHECK(real(table.rows[i][0]) == bin_edge(counts.original, i));
      CHECK(real(table.rows[i][1]) == bin_edge(counts.original, i + 1));
      CHECK(table.rows[i][2] == std::to_string(counts.original.counts[i]));
      CHECK(table.rows[i][3] == std::to_string(counts.dequantized.counts[i]));
      sum += counts.original.counts[i];
    }
    CHECK(real(table.rows[0][0]) == request.lo);
    CHECK(real(table.rows[99][1]) == request.hi);
    CHECK((sum == 64 * 64) == !zoomed);
  }
}

TEST_CASE("the curve's numbers are the points and the picks of the result") {
  SubjectBench bench("synthetic:laplace?shape=64x64&seed=2", int4());
  const Table table(bench.csv("curve"));
  CHECK(table.header ==
        std::vector<std::string>{"threshold", "min", "max", "mse", "mse_rounding", "mse_clipping", "pick"});
  const ErrorCurve& curve = *bench.snapshot->curve;
  const auto& picks = *bench.snapshot->picks;
  REQUIRE(table.rows.size() == curve.points.size() + picks.size());
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    const CurvePoint& point = curve.points[i];
    CHECK(real(table.rows[i][0]) == point.threshold);
    CHECK(single(table.rows[i][1]) == point.range.lo);
    CHECK(single(table.rows[i][2]) == point.range.hi);
    CHECK(real(table.rows[i][3]) == point.mse());
    CHECK(real(table.rows[i][4]) == point.mse_rounding);
    CHECK(real(table.rows[i][5]) == point.mse_clipping);
    CHECK(table.rows[i][6] == "");
  }
  for (std::size_t i = 0; i < picks.size(); ++i) {
    const auto& row = table.rows[curve.points.size() + i];
    CHECK(real(row[0]) == *picks[i].threshold);
    CHECK(real(row[3]) == picks[i].mse);
    CHECK(row[6] == picks[i].key);
  }
  QuantSpec groups = int4();
  groups.granularity = {GranularityKind::Channel, 0, 1};
  SubjectBench relative("synthetic:laplace?shape=64x64&seed=2", groups);
  CHECK(Table(relative.csv("curve")).header[0] == "fraction");
}

TEST_CASE("a grid is a matrix of what is seen, cell by cell, however far it is zoomed out") {
  SubjectBench bench("synthetic:gaussian?shape=5x30x70", int4());
  const Shape shape = bench.snapshot->tensor().shape;
  bench.view.slice.fixed = {3, 0, 0};
  for (const bool zoomed : {false, true}) {
    if (zoomed) bench.view.viewport = {false, 4, 10, 6, 20};
    const std::uint64_t row = zoomed ? 4 : 0, rows = zoomed ? 6 : 30, column = zoomed ? 10 : 0,
                        columns = zoomed ? 20 : 70;
    for (const char* plot : {"grid.original", "grid.dequantized", "grid.error", "grid.codes"}) {
      CAPTURE(plot);
      const Table table(bench.csv(plot));
      REQUIRE(table.rows.size() == rows);
      REQUIRE(table.header.size() == columns + 1);
      CHECK(table.header[1] == std::to_string(column));
      CHECK(table.header.back() == std::to_string(column + columns - 1));
      for (std::uint64_t r = 0; r < rows; ++r) {
        CHECK(table.rows[r][0] == std::to_string(row + r));
        for (std::uint64_t c = 0; c < columns; ++c) {
          const SliceView slice = normalized(bench.view.slice, shape);
          const Explanation e = explain(*bench.snapshot, element_index(slice, shape, row + r, column + c));
          const float found = single(table.rows[r][c + 1]);
          const std::string_view quantity = std::string_view(plot).substr(5);
          if (quantity == "original") CHECK(found == e.original);
          if (quantity == "dequantized") CHECK(found == e.quantized.dequantized);
          if (quantity == "codes") CHECK(found == static_cast<float>(*e.code_integer));
          if (quantity == "error") CHECK(found == static_cast<float>(e.error));
        }
      }
    }
  }
}

TEST_CASE("a signal is its visible elements; rows longer than a part are whole") {
  SubjectBench bench("synthetic:sine?shape=150000", int4());
  const Table table(bench.csv("signal"));
  CHECK(table.header ==
        std::vector<std::string>{"column", "index", "original", "code", "dequantized", "error"});
  REQUIRE(table.rows.size() == 150000);
  for (const std::size_t i : std::initializer_list<std::size_t>{0, 65535, 65536, 149999}) {
    const Explanation e = explain(*bench.snapshot, i);
    CHECK(table.rows[i][0] == std::to_string(i));
    CHECK(single(table.rows[i][2]) == e.original);
    CHECK(single(table.rows[i][4]) == e.quantized.dequantized);
  }
  const Table matrix(bench.csv("grid.original"));
  REQUIRE(matrix.rows.size() == 1);
  CHECK(matrix.header.size() == 150001);
  CHECK(single(matrix.rows[0][65537]) == explain(*bench.snapshot, 65536).original);
  SubjectBench cube("synthetic:gaussian?shape=3x4x5", int4());
  cube.view.signal_row = 2;
  cube.view.slice.fixed = {1, 0, 0};
  const Table row(cube.csv("signal"));
  REQUIRE(row.rows.size() == 5);
  CHECK(row.rows[4][1] == std::to_string(1 * 20 + 2 * 5 + 4));
}

TEST_CASE("V04 V05: NaN and infinity are words") {
  const std::string path = (std::filesystem::temp_directory_path() / "bitloupe_plot_csv.npy").string();
  {
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
    header.resize(117, ' ');
    header += '\n';
    const float values[] = {NAN, INFINITY, -INFINITY, 1};
    std::ofstream file(path, std::ios::binary);
    file << "\x93NUMPY" << '\1' << '\0' << static_cast<char>(header.size()) << '\0' << header;
    file.write(reinterpret_cast<const char*>(values), sizeof values);
  }
  SubjectBench bench(path, int4());
  std::filesystem::remove(path);
  const Table table(bench.csv("grid.original"));
  CHECK(table.rows[0][1] == "nan");
  CHECK(table.rows[0][2] == "inf");
  CHECK(table.rows[1][1] == "-inf");
  CHECK(table.rows[1][2] == "1");
}

TEST_CASE("writing can be stopped, tells how far it is, and leaves nothing when it is") {
  SubjectBench bench("synthetic:gaussian?shape=1000x1000", int4());
  const std::string path = (std::filesystem::temp_directory_path() / "bitloupe_stopped.csv").string();
  std::filesystem::remove(path);
  std::stop_source stop;
  double last = 0;
  const WorkContext work{stop.get_token(), Priority::Job, [&](double done) {
                           CHECK(done > last);
                           last = done;
                           if (done > 0.5) stop.request_stop();
                         }};
  const auto written = write_plot_csv(bench.page("grid.error", 400, 400), path, work);
  REQUIRE_FALSE(written.ok());
  CHECK(written.error().code == ErrorCode::Cancelled);
  CHECK(last < 0.8);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("U20: a copy of more than 50 MB is refused with its size, which is told early") {
  SubjectBench bench("synthetic:gaussian?shape=4096x4096", int4());
  double last = 0;
  const WorkContext work{{}, Priority::Job, [&](double done) { last = done; }};
  const auto table = plot_table(bench.page("grid.original", 400, 400), work);
  REQUIRE_FALSE(table.ok());
  CHECK(table.error().message.find(" MB of text") != std::string::npos);
  CHECK(table.error().message.find("50.0 MB at most") != std::string::npos);
  CHECK(last < 0.5);  // not written to its end
  const auto small = plot_table(bench.page("histogram", 400, 400), {});
  REQUIRE(small.ok());
  CHECK(small->starts_with("bin_lo\tbin_hi\toriginal_count"));
}

TEST_CASE("proposed names are names that every file system takes") {
  const Plot &histogram = *find_plot("histogram"), &grid = *find_plot("grid.error");
  Tensor tensor;
  tensor.name = "encoder.0.weight";
  CHECK(proposed_name(histogram, tensor, ".png") == "encoder.0.weight-histogram.png");
  CHECK(proposed_name(grid, tensor, ".csv") == "encoder.0.weight-grid-error.csv");
  tensor.name = "../etc/pass wd\n";
  CHECK(proposed_name(histogram, tensor, ".svg") == "_._etc_pass_wd_-histogram.svg");
  tensor.name = "größe";
  CHECK(proposed_name(histogram, tensor, ".svg") == "größe-histogram.svg");
  tensor.name = "\xFF\xFE";
  CHECK(proposed_name(histogram, tensor, ".svg") == "__-histogram.svg");
  tensor.name = "";
  CHECK(proposed_name(histogram, tensor, ".svg") == "histogram.svg");
  tensor.name = std::string(5000, 'x');
  CHECK(proposed_name(histogram, tensor, ".svg").size() < 130);
}
