// The N-API door of the addon: each room registers its own functions here, nothing else happens in this file.
#include <napi.h>

#include "algebra/door.h"
#include "engine/door.h"
#include "gpio/door.h"
#include "quantize/door.h"
#include "tools/door.h"
#include "train/door.h"

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("abi", Napi::Number::New(env, 1));
  lutra::register_engine(env, exports);
  lutra::register_program(env, exports);
  lutra::register_run(env, exports);
  lutra::register_state(env, exports);
  lutra::register_bandwidth(env, exports);
  lutra::register_memory(env, exports);
  lutra::register_pty(env, exports);
  lutra::register_gpio(env, exports);
  lutra::train::registerTrainer(env, exports);
  lutra::algebra::registerAlgebra(env, exports);
  lutra::quantize::registerRows(env, exports);
  lutra::quantize::registerCodebooks(env, exports);
  return exports;
}

NODE_API_MODULE(lutra, Init)
