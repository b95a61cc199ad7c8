#include "allocation_meter.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace bitloupe::test {

namespace {

std::atomic<bool> measuring{false};
std::atomic<std::size_t> largest_allocation{0};

}  // namespace

AllocationMeter::AllocationMeter() {
  largest_allocation = 0;
  measuring = true;
}
AllocationMeter::~AllocationMeter() { measuring = false; }
std::size_t AllocationMeter::largest() const { return largest_allocation; }

#ifndef BITLOUPE_SANITIZED
namespace {

void note(std::size_t size) {
  if (!measuring) return;
  std::size_t known = largest_allocation;
  while (size > known && !largest_allocation.compare_exchange_weak(known, size)) continue;
}

}  // namespace
#endif

}  // namespace bitloupe::test

#ifndef BITLOUPE_SANITIZED
// The array and nothrow forms of the library call this one.
void* operator new(std::size_t size) {
  bitloupe::test::note(size);
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif
