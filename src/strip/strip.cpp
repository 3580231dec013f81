#include "strip/strip.h"

#include <algorithm>

#include "strip/containers.h"

namespace gvw {

Result<Stripped> strip(std::span<const std::uint8_t> file, Format format, const StripOptions& options) {
  constexpr unsigned kMaxOrientation = 8;
  if (options.keep_orientation < 1 || options.keep_orientation > kMaxOrientation) return Status::kBadArgument;
  const auto* container = std::ranges::find(stripping::kContainers, format, &stripping::Container::format);
  if (container == stripping::kContainers.end()) return Status::kUnsupported;

  const Window whole{0, file};
  FileReader reader(file.size(), {&whole, 1});
  stripping::Rewrite out(file);
  const Failure failure = container->run(reader, out, options);
  if (!reader.ok()) return Failure{reader.status(), reader.at()};
  if (failure.status != Status::kOk) return failure;
  return out.finish();
}

}  // namespace gvw
