// HugeArray: memory for many plain values, neither zeroed nor copied; on huge pages where the system grants
// them (touching 256 MB of 4 KB pages costs as much as sorting them).
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace bitloupe {

template <class T>
class HugeArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  HugeArray() = default;
  // Uninitialised; throws std::bad_alloc.
  explicit HugeArray(std::size_t size) : size_(size) {
    if (size == 0) return;
    constexpr std::size_t kHugePage = std::size_t{1} << 21, kCacheLine = 64;
    const std::size_t bytes = size * sizeof(T);
    const std::size_t alignment = bytes >= 2 * kHugePage ? kHugePage : kCacheLine;
    void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (!memory) throw std::bad_alloc();
    if (alignment == kHugePage) madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: refusal costs time only
    data_.reset(static_cast<T*>(memory));
  }

  // The same memory under another type of the same size; its contents must have been stored as that type.
  template <class Other>
  HugeArray<Other> reused_as() && {
    static_assert(sizeof(Other) == sizeof(T));
    HugeArray<Other> other;
    other.data_.reset(reinterpret_cast<Other*>(data_.release()));
    other.size_ = std::exchange(size_, 0);
    return other;
  }

  std::size_t size() const { return size_; }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }
  T& operator[](std::size_t i) { return data_.get()[i]; }
  const T& operator[](std::size_t i) const { return data_.get()[i]; }

 private:
  template <class Other>
  friend class HugeArray;
  struct Free {
    void operator()(T* memory) const { std::free(memory); }
  };
  std::unique_ptr<T[], Free> data_;
  std::size_t size_ = 0;
};

}  // namespace bitloupe
