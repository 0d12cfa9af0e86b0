// The one exception of the cellar: kind is a word of LutraError's closed list, the message is for people.
#pragma once
#include <stdexcept>
#include <string>

namespace lutra {

struct Fault : std::runtime_error {
  const char* kind;
  Fault(const char* kind_, const std::string& message) : std::runtime_error(message), kind(kind_) {}
};

}  // namespace lutra
