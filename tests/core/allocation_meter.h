// The largest single allocation of this program while a meter lives. Off under the sanitizers, which have an
// allocator of their own.
#pragma once

#include <cstddef>

namespace bitloupe::test {

class AllocationMeter {
 public:
  AllocationMeter();
  ~AllocationMeter();
  AllocationMeter(const AllocationMeter&) = delete;
  AllocationMeter& operator=(const AllocationMeter&) = delete;
  std::size_t largest() const;  // bytes, of any thread
};

}  // namespace bitloupe::test
