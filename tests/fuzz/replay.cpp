// Stands in for libFuzzer where inputs are only read again: every file of the folders given, one by one.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "check.h"

int main(int count, char** arguments) {
  int inputs = 0;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[i])) {
      if (!entry.is_regular_file()) continue;
      std::ifstream stream(entry.path(), std::ios::binary);
      const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
      const std::vector<unsigned char> input(bytes.begin(), bytes.end());
      std::cout << entry.path().string() << '\n'
                << std::flush;  // said before it is read: the last one is the one at fault
      LLVMFuzzerTestOneInput(input.data(), input.size());
      ++inputs;
    }
  }
  std::cout << inputs << " inputs\n";
  return 0;
}
