#pragma once
#include <napi.h>

namespace lutra::quantize {
// Registers quantizeTiers, quantizeRound, quantizeWanted and quantizeDescend.
void registerRows(Napi::Env env, Napi::Object exports);
// Registers codebookAssign, codebookLook, codebookPull, codebookNormal, codebookFollow and codebookRecode.
void registerCodebooks(Napi::Env env, Napi::Object exports);
}  // namespace lutra::quantize
