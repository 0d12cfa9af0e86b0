#pragma once
#include <napi.h>

namespace lutra::train {
// Registers the class `Trainer`.
void registerTrainer(Napi::Env env, Napi::Object exports);
}  // namespace lutra::train
