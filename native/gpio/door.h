// The room's one function for the addon's door.
#pragma once
#include <napi.h>

namespace lutra {

// gpioOpen(chip, line, bias) → a descriptor of one input line; gpioRead(descriptor) → is it high?
void register_gpio(Napi::Env env, Napi::Object exports);

}  // namespace lutra
