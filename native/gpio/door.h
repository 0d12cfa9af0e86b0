// The room's one function for the addon's door.
#pragma once
#include <napi.h>

namespace lutra {

// GPIO by the kernel's character device, version 2 (Linux 5.10). Exports nothing elsewhere.
//   gpioChip(path) → { name, label, lines }
//   gpioLine(path, offset) → { name, consumer, used, output, activeLow }
//   gpioRequest(path, offsets, { output?, values?, bias?, drive?, edges?, debounce?, activeLow?, consumer? }) → descriptor
//   gpioGet(descriptor, count) → booleans · gpioSet(descriptor, booleans) · gpioClose(descriptor)
//   gpioWatch(descriptor, listen(events, error)) → stop(); end it before the descriptor is closed. Of each line the newest 1024
//   edges wait while JavaScript is busy; their sequence tells how many came before them.
// Errors have the errno's name as `code`, as node:fs has it.
void register_gpio(Napi::Env env, Napi::Object exports);

}  // namespace lutra
