#include "pixels/resize_weights.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gvw {
namespace {

/// sin(πx), |x| ≤ 1, by its series: the same on every machine, and the library's sine would be half as large as all of
/// the resize.
double sine_of_half_turns(double x) {
  // sin(π - a) = sin(a), and sin(-π - a) = sin(a).
  const double folded = std::abs(x) > 0.5 ? std::copysign(1, x) - x : x;
  const double angle = folded * std::numbers::pi;
  const double square = angle * angle;
  constexpr double kFactors[] = {1.0 / 272, 1.0 / 210, 1.0 / 156, 1.0 / 110, 1.0 / 72, 1.0 / 42, 1.0 / 20, 1.0 / 6};
  double sum = 1;
  for (const double factor : kFactors) sum = 1 - square * factor * sum;
  return angle * sum;
}

/// sinc(x) · sinc(x / 3), |x| < 3, of one sine: sin(3a) = 3 sin(a) - 4 sin³(a).
double lanczos(double x) {
  if (x == 0) return 1;
  const double sine = sine_of_half_turns(x / 3);
  const double angle = x * std::numbers::pi;
  return 3 * sine * sine * (3 - 4 * sine * sine) / (angle * angle);
}

/// How much of the output pixel from `left` to `right` is covered by source pixel `i`, or what Lanczos gives it.
double weight(double left, double right, std::int64_t i, Filter filter) {
  const auto at = static_cast<double>(i);
  if (filter == Filter::kArea) return std::max(0.0, std::min(right, at + 1) - std::max(left, at));
  const double scale = std::max(1.0, right - left);
  const double distance = (at + 0.5 - (left + right) / 2) / scale;
  return std::abs(distance) < 3 ? lanczos(distance) : 0;
}

}  // namespace

bool Weights::fill(const Scale& scale, Filter filter, std::uint32_t tap_step) {
  const auto& [from, to, start, signed_step] = scale;
  const double step = std::abs(signed_step);
  const double reach = filter == Filter::kArea ? step / 2 : 3 * std::max(1.0, step);
  const auto needed = static_cast<std::uint32_t>(std::min<double>(from, std::ceil(2 * reach) + 1));
  taps_ = (needed + tap_step - 1) / tap_step * tap_step;
  firsts_ = Buffer::of_size(std::size_t{to} * sizeof(std::uint32_t));
  weights_ = Buffer::of_size(std::size_t{to} * taps_ * sizeof(std::int16_t));
  Buffer exact_buffer = Buffer::of_size(taps_ * sizeof(double));
  if (!firsts_.ok() || !weights_.ok() || !exact_buffer.ok()) return false;
  auto* const exact = reinterpret_cast<double*>(exact_buffer.data());
  auto* firsts = reinterpret_cast<std::uint32_t*>(firsts_.data());
  auto* weights = reinterpret_cast<std::int16_t*>(weights_.data());
  for (std::uint32_t output = 0; output < to; ++output, weights += taps_) {
    const double left = start + (signed_step < 0 ? output + 1 : output) * signed_step;
    const double right = left + step;
    const double begin = std::floor((left + right) / 2 - reach + (filter == Filter::kArea ? 0 : 0.5));
    const auto first = static_cast<std::uint32_t>(std::clamp<double>(begin, 0, from - needed));
    firsts[output] = first;
    double sum = 0;
    for (std::uint32_t i = 0; i < needed; ++i) sum += exact[i] = weight(left, right, std::int64_t{first} + i, filter);
    constexpr int kOne = 1 << kWeightBits;
    int rest = kOne;
    std::uint32_t largest = 0;
    for (std::uint32_t i = 0; i < taps_; ++i) {
      const long rounded = i < needed ? std::lround(exact[i] / sum * kOne) : 0;
      weights[i] = static_cast<std::int16_t>(rounded);
      rest -= weights[i];
      if (weights[i] > weights[largest]) largest = i;
    }
    // What rounding left over goes where it shows least, so that an even surface stays even.
    weights[largest] = static_cast<std::int16_t>(weights[largest] + rest);
  }
  return true;
}

}  // namespace gvw
