#pragma once
#include <napi.h>

namespace lutra::algebra {
// Registers the class `Algebra`.
void registerAlgebra(Napi::Env env, Napi::Object exports);
}  // namespace lutra::algebra
