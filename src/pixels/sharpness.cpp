#include "pixels/sharpness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "base/buffer.h"

namespace gvw {
namespace {

/// σ₀, as a share of the longest side. Measured on photographs: the sharp ones stay below 0.15 % from 640 pixels down
/// to 320, those blurred by 0.4 % lie above 0.2 %.
constexpr double kSharpShare = 0.0019;
/// But no less than the grid of the pixels, and looking at differences across two of them, make of a step: in pixels.
constexpr double kSharpWidth = 0.8;
/// The two scales at which slopes are compared, in pixels of a picture of kJudgedEdge; a smaller one is looked at more
/// closely. None at all would see noise and the grid of the pixels.
constexpr double kFirstBlur = 1;
constexpr double kLeastFirstBlur = 0.6;
constexpr double kSecondByFirst = 2;
/// A slope is an edge's when it is above each of these: a share of the steepest slopes, what noise reaches in a million
/// pixels (as a multiple of its deviation, at kFirstBlur), and the steps of 8 bits. Grey levels a pixel.
constexpr double kEdgeShare = 0.2;
constexpr double kNoiseSlopes = 1.3;
constexpr double kLeastSlope = 0.6;
/// The steepest slopes: all but so many are below.
constexpr double kSteepest = 0.995;
constexpr std::size_t kDirections = 4;
/// The share of a direction's edges that are at most as wide as what counts.
constexpr double kNarrowShare = 0.25;
/// A direction with fewer edges than this, or than this share of all, says nothing.
constexpr std::size_t kLeastEdges = 20;
constexpr double kLeastShare = 0.05;

/// Grey levels, row by row.
struct Plane {
  std::size_t width = 0;
  std::size_t height = 0;
  Buffer bytes;

  static Plane of_size(std::size_t width, std::size_t height) {
    return {width, height, Buffer::of_size(width * height * sizeof(float))};
  }
  [[nodiscard]] float* row(std::size_t y) { return reinterpret_cast<float*>(bytes.data()) + y * width; }
  [[nodiscard]] const float* row(std::size_t y) const {
    return reinterpret_cast<const float*>(bytes.data()) + y * width;
  }
};

/// How often values of a range occur, for what share of them lies below which.
class Histogram {
 public:
  explicit Histogram(double largest) : step_(largest / kBins) {}

  void add(double value) {
    const double bin = std::min(value / step_, kBins - 1.0);
    ++counts_[static_cast<std::size_t>(bin)];
    ++total_;
  }
  [[nodiscard]] std::size_t total() const { return total_; }
  [[nodiscard]] double quantile(double share) const {
    const double wanted = share * static_cast<double>(total_);
    std::size_t seen = 0;
    for (std::size_t bin = 0; bin < kBins; ++bin) {
      seen += counts_[bin];
      if (static_cast<double>(seen) > wanted) return (static_cast<double>(bin) + 0.5) * step_;
    }
    return kBins * step_;
  }

 private:
  static constexpr std::size_t kBins = 2048;
  double step_;
  std::size_t total_ = 0;
  std::array<std::uint32_t, kBins> counts_{};
};

/// ITU-R BT.601, clear parts on white.
float grey_of(const std::uint8_t* pixel) {
  const auto level = [&](int channel) { return static_cast<float>(pixel[channel]); };
  const float grey = 0.299F * level(0) + 0.587F * level(1) + 0.114F * level(2);
  return 255 + (grey - 255) * (level(3) / 255);
}

/// A row of the picture, each sample the mean of the pixels it covers, added to `sums` times `weight`.
void add_row(const std::uint8_t* pixels, std::size_t from, std::span<float> sums, double weight) {
  const double step = static_cast<double>(from) / static_cast<double>(sums.size());
  for (std::size_t x = 0; x < sums.size(); ++x) {
    const double begin = static_cast<double>(x) * step;
    const double end = std::min(begin + step, static_cast<double>(from));
    double sum = 0;
    for (auto i = static_cast<std::size_t>(begin); static_cast<double>(i) < end; ++i) {
      const double covered = std::min(static_cast<double>(i) + 1, end) - std::max(static_cast<double>(i), begin);
      sum += covered * static_cast<double>(grey_of(pixels + i * kPixelBytes));
    }
    sums[x] += static_cast<float>(sum / step * weight);
  }
}

/// In grey, at most kJudgedEdge long.
Plane reduced(const Image& image) {
  const std::uint32_t longest = std::max(image.width, image.height);
  const double scale = longest > kJudgedEdge ? static_cast<double>(kJudgedEdge) / longest : 1;
  const auto side = [&](std::uint32_t length) {
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(length * scale)));
  };
  Plane plane = Plane::of_size(side(image.width), side(image.height));
  if (!plane.bytes.ok()) return plane;
  const double step = static_cast<double>(image.height) / static_cast<double>(plane.height);
  for (std::size_t y = 0; y < plane.height; ++y) {
    const std::span<float> row(plane.row(y), plane.width);
    std::ranges::fill(row, 0.0F);
    const double begin = static_cast<double>(y) * step;
    const double end = std::min(begin + step, static_cast<double>(image.height));
    for (auto i = static_cast<std::size_t>(begin); static_cast<double>(i) < end; ++i) {
      const double covered = std::min(static_cast<double>(i) + 1, end) - std::max(static_cast<double>(i), begin);
      add_row(image.pixels.data() + i * image.width * kPixelBytes, image.width, row, covered / step);
    }
  }
  return plane;
}

/// Half a Gaussian, its middle first. Three σ to a side leave out 0.3 %.
struct Kernel {
  static constexpr int kMostRadius = 6;
  int radius = 0;
  std::array<float, kMostRadius + 1> weights{};

  explicit Kernel(double sigma) : radius(static_cast<int>(std::ceil(3 * sigma))) {
    double sum = 0;
    const auto weight = [&](int i) { return std::exp(-i * i / (2 * sigma * sigma)); };
    for (int i = -radius; i <= radius; ++i) sum += weight(i);
    for (int i = 0; i <= radius; ++i) weights[static_cast<std::size_t>(i)] = static_cast<float>(weight(i) / sum);
  }
};
static_assert(3 * kFirstBlur * kSecondByFirst <= Kernel::kMostRadius);

/// The edge pixels go on beyond the edge.
std::size_t inside(std::ptrdiff_t at, std::size_t length) {
  return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, static_cast<std::ptrdiff_t>(length) - 1));
}

Plane blurred(const Plane& plane, double sigma) {
  const Kernel kernel(sigma);
  Plane across = Plane::of_size(plane.width, plane.height);
  Plane both = Plane::of_size(plane.width, plane.height);
  if (!across.bytes.ok() || !both.bytes.ok()) return {};
  for (std::size_t y = 0; y < plane.height; ++y) {
    const float* in = plane.row(y);
    float* out = across.row(y);
    for (std::size_t x = 0; x < plane.width; ++x) {
      float sum = 0;
      for (int i = -kernel.radius; i <= kernel.radius; ++i) {
        sum += kernel.weights[static_cast<std::size_t>(std::abs(i))] *
               in[inside(static_cast<std::ptrdiff_t>(x) + i, plane.width)];
      }
      out[x] = sum;
    }
  }
  for (std::size_t y = 0; y < plane.height; ++y) {
    float* out = both.row(y);
    std::fill_n(out, plane.width, 0.0F);
    for (int i = -kernel.radius; i <= kernel.radius; ++i) {
      const float* in = across.row(inside(static_cast<std::ptrdiff_t>(y) + i, plane.height));
      const float weight = kernel.weights[static_cast<std::size_t>(std::abs(i))];
      for (std::size_t x = 0; x < plane.width; ++x) out[x] += weight * in[x];
    }
  }
  return both;
}

struct Slope {
  float x;
  float y;
  [[nodiscard]] double length() const { return std::hypot(static_cast<double>(x), static_cast<double>(y)); }
};

/// Not at the border.
Slope slope_at(const Plane& plane, std::size_t x, std::size_t y) {
  const float* row = plane.row(y);
  return {(row[x + 1] - row[x - 1]) / 2, (plane.row(y + 1)[x] - plane.row(y - 1)[x]) / 2};
}

/// The standard deviation of the noise, after Immerkær, "Fast noise variance estimation" (1996): what is left where a
/// Laplacian takes out edges and slopes. Of its sizes the median, so that texture in half of the picture does not
/// count.
double noise_of(const Plane& plane) {
  constexpr double kMaskNorm = 6;
  constexpr double kMedianOfNormal = 0.6745;
  Histogram sizes(255 * 2);
  for (std::size_t y = 1; y + 1 < plane.height; ++y) {
    const float* above = plane.row(y - 1);
    const float* row = plane.row(y);
    const float* below = plane.row(y + 1);
    for (std::size_t x = 1; x + 1 < plane.width; ++x) {
      const float size = 4 * row[x] - 2 * (row[x - 1] + row[x + 1] + above[x] + below[x]) + above[x - 1] +
                         above[x + 1] + below[x - 1] + below[x + 1];
      sizes.add(static_cast<double>(std::abs(size)));
    }
  }
  return sizes.quantile(0.5) / kMedianOfNormal / kMaskNorm;
}

/// The least slope that is an edge's.
double least_slope(const Plane& plane, const Plane& smooth, double first_blur) {
  constexpr double kMostSlope = 128 * std::numbers::sqrt2;
  Histogram slopes(kMostSlope);
  for (std::size_t y = 1; y + 1 < smooth.height; ++y) {
    for (std::size_t x = 1; x + 1 < smooth.width; ++x) slopes.add(slope_at(smooth, x, y).length());
  }
  const double noise = kNoiseSlopes * noise_of(plane) / (first_blur * first_blur);
  return std::max({kLeastSlope, noise, kEdgeShare * slopes.quantile(kSteepest)});
}

/// σ of an edge, in pixels, from how much steeper it is at the first scale than at the second.
double width_of(double first, double second, double first_blur) {
  constexpr double kMost = 10;
  const double ratio = first / std::max(second, 1e-6);
  const double squared = ratio * ratio;
  if (squared <= 1) return kMost;
  const double variance = first_blur * first_blur * (kSecondByFirst * kSecondByFirst - squared) / (squared - 1);
  return std::min(std::sqrt(std::max(variance, 0.0)), kMost);
}

/// Which of the directions, of which the first lies around the x axis. An edge has no front and no back.
std::size_t direction_of(const Slope& slope) {
  const double turn = std::atan2(static_cast<double>(slope.y), static_cast<double>(slope.x)) / std::numbers::pi;
  return static_cast<std::size_t>(std::lround((turn + 1) * kDirections)) % kDirections;
}

/// The picture at the two scales.
struct Scales {
  double first_blur;
  Plane once;
  Plane twice;
};

/// The widths of the edges by direction: of the pixels whose slope is as steep as their neighbours' up and down it.
void measure(const Scales& scales, double least, std::span<Histogram, kDirections> widths) {
  const Plane& once = scales.once;
  for (std::size_t y = 2; y + 2 < once.height; ++y) {
    for (std::size_t x = 2; x + 2 < once.width; ++x) {
      const Slope slope = slope_at(once, x, y);
      const double steep = slope.length();
      if (steep < least) continue;
      const bool across = std::abs(slope.x) > std::abs(slope.y);
      const Slope before = across ? slope_at(once, x - 1, y) : slope_at(once, x, y - 1);
      const Slope after = across ? slope_at(once, x + 1, y) : slope_at(once, x, y + 1);
      if (steep < before.length() || steep < after.length()) continue;
      widths[direction_of(slope)].add(width_of(steep, slope_at(scales.twice, x, y).length(), scales.first_blur));
    }
  }
}

}  // namespace

Result<double> sharpness(const Image& image) {
  const Plane plane = reduced(image);
  if (!plane.bytes.ok()) return Status::kOutOfMemory;
  const auto longest = static_cast<double>(std::max(plane.width, plane.height));
  const double first_blur = std::max(kLeastFirstBlur, kFirstBlur * longest / kJudgedEdge);
  const Scales scales{first_blur, blurred(plane, first_blur), blurred(plane, first_blur * kSecondByFirst)};
  if (scales.once.width == 0 || scales.twice.width == 0) return Status::kOutOfMemory;
  constexpr double kMostWidth = 10;
  std::array<Histogram, kDirections> widths{Histogram(kMostWidth), Histogram(kMostWidth), Histogram(kMostWidth),
                                            Histogram(kMostWidth)};
  measure(scales, least_slope(plane, scales.once, first_blur), widths);
  std::size_t edges = 0;
  for (const Histogram& direction : widths) edges += direction.total();
  double widest = 0;
  for (const Histogram& direction : widths) {
    const auto needed = static_cast<std::size_t>(kLeastShare * static_cast<double>(edges));
    if (direction.total() < std::max(kLeastEdges, needed)) continue;
    widest = std::max(widest, direction.quantile(kNarrowShare));
  }
  const double share = widest / std::max(kSharpShare * longest, kSharpWidth);
  return 1 / (1 + share * share);
}

}  // namespace gvw
