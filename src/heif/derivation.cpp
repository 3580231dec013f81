#include "heif/derivation.h"

#include <libheif/heif_items.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/four_cc.h"
#include "base/limits.h"

namespace gvw {
namespace {

/// To decode `from`, `to` is decoded too.
struct Need {
  heif_item_id from;
  heif_item_id to;
};

/// Of decoding an item and all that it needs.
struct Cost {
  std::size_t depth = 1;
  std::uint64_t pictures = 1;
};

/// ISO/IEC 14496-12, 8.11.12, and ISO/IEC 23008-12, 6.6: a derived image refers by `dimg` to those it is made of, an
/// auxiliary one by `auxl` to the one that it belongs to.
void add_needs(const heif_context* context, heif_item_id item, std::vector<Need>& needs) {
  constexpr std::uint32_t kDerivedFrom = four_cc("dimg");
  constexpr std::uint32_t kAuxiliaryTo = four_cc("auxl");
  for (int index = 0;; ++index) {
    std::uint32_t type = 0;
    heif_item_id* others = nullptr;
    const std::size_t count = heif_context_get_item_references(context, item, index, &type, &others);
    if (others == nullptr) return;
    for (const heif_item_id other : std::span(others, count)) {
      if (type == kDerivedFrom) needs.push_back({item, other});
      if (type == kAuxiliaryTo) needs.push_back({other, item});
    }
    heif_release_item_references(context, &others);
  }
}

class Derivations {
 public:
  explicit Derivations(const heif_context* context) {
    std::vector<heif_item_id> items(static_cast<std::size_t>(heif_context_get_number_of_items(context)));
    const int count = heif_context_get_list_of_item_IDs(context, items.data(), static_cast<int>(items.size()));
    items.resize(static_cast<std::size_t>(count));
    for (const heif_item_id item : items) add_needs(context, item, needs_);
    std::ranges::sort(needs_, {}, &Need::from);
  }

  /// @param depth_left how deep the item may be, which ends the recursion
  Status measure(heif_item_id item, std::size_t depth_left, Cost& cost) {  // NOLINT(misc-no-recursion)
    if (depth_left == 0) return Status::kMalformed;
    const auto known = costs_.find(item);
    if (known != costs_.end()) {
      cost = known->second;
      return cost.depth > depth_left ? Status::kMalformed : Status::kOk;
    }
    cost = {};
    for (const Need& need : std::ranges::equal_range(needs_, item, {}, &Need::from)) {
      Cost inner;
      const Status status = measure(need.to, depth_left - 1, inner);
      if (status != Status::kOk) return status;
      cost.depth = std::max(cost.depth, inner.depth + 1);
      cost.pictures += inner.pictures;
      if (cost.pictures > limits::kMaxHeifTiles + 1) return Status::kTooLarge;
    }
    costs_.emplace(item, cost);
    return Status::kOk;
  }

 private:
  std::vector<Need> needs_;
  std::unordered_map<heif_item_id, Cost> costs_;
};

}  // namespace

Status check_derivation(const heif_context* context, heif_item_id item) {
  Cost cost;
  return Derivations(context).measure(item, limits::kMaxHeifDerivations, cost);
}

}  // namespace gvw
