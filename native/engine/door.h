#pragma once
#include <napi.h>
namespace lutra {
// engineOpen, engineLinear, engineClose, programCompile, programRun, runCancel, programClose, state*, cpuFeatures, engineTiers.
void register_engine(Napi::Env env, Napi::Object exports);
}
