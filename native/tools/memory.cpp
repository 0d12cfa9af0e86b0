// Gives freed memory back to the system. glibc keeps what was freed in arrays of up to 32 MiB (its threshold for mapping one
// by itself grows to that), so a process that goes through a large model's matrices would hold three gigabytes of nothing.
// after kernels/native/tools.ts, which sdk/quantize/rows/shared.ts calls
#include <cstdlib>

#include "tools/door.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace lutra {

namespace {

// True where something was given back; false where the C library does so by itself, or nothing was free.
Napi::Value TrimMemory(const Napi::CallbackInfo& info) {
#if defined(__GLIBC__)
  return Napi::Boolean::New(info.Env(), malloc_trim(0) == 1);
#else
  return Napi::Boolean::New(info.Env(), false);
#endif
}

}  // namespace

void register_memory(Napi::Env env, Napi::Object exports) {
  exports.Set("trimMemory", Napi::Function::New<TrimMemory>(env, "trimMemory"));
}

}  // namespace lutra
