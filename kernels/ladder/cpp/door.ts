/**
 * The way into a built kernel: as a Node addon, by the few functions of Node-API (a stable ABI, so no headers are needed);
 * or as a program that reads its work from a file, for machines that are emulated.
 * after ./linear
 */

/** `run(packed, x, sums, xScales, bias | undefined, y, Int32Array of n … to)`; whoever calls has checked them. */
export const addonDoor = `#include <cstddef>
#define VISIBLE __attribute__((visibility("default")))
extern "C" {
typedef struct env_* napi_env;
typedef struct value_* napi_value;
typedef struct info_* napi_callback_info;
int napi_get_cb_info(napi_env, napi_callback_info, size_t*, napi_value*, napi_value*, void**);
int napi_get_typedarray_info(napi_env, napi_value, int*, size_t*, void**, napi_value*, size_t*);
int napi_create_function(napi_env, const char*, size_t, napi_value (*)(napi_env, napi_callback_info), void*, napi_value*);
int napi_throw_error(napi_env, const char*, const char*);
}

static napi_value run(napi_env env, napi_callback_info info) {
  napi_value args[7];
  size_t count = 7;
  void* data[7] = {};
  if (napi_get_cb_info(env, info, &count, args, nullptr, nullptr) != 0) return nullptr;
  for (int i = 0; i < 7; i++)
    if (napi_get_typedarray_info(env, args[i], nullptr, nullptr, &data[i], nullptr, nullptr) != 0 && i != 4) {
      napi_throw_error(env, nullptr, "Expected typed arrays");
      return nullptr;
    }
  const int32_t* s = static_cast<const int32_t*>(data[6]);
  linear(Work{static_cast<const uint32_t*>(data[0]), static_cast<const Input*>(data[1]), static_cast<const float*>(data[2]),
              static_cast<const float*>(data[3]), static_cast<const float*>(data[4]), static_cast<float*>(data[5]),
              s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]});
  return nullptr;
}

extern "C" VISIBLE napi_value napi_register_module_v1(napi_env env, napi_value) {
  napi_value made = nullptr;
  napi_create_function(env, "run", 3, run, nullptr, &made);
  return made;
}
`

/** Arguments: a file of (int32 length in bytes, padded to four, bytes) for each array in the order above; y's file. */
export const programDoor = `#include <cstdio>
#include <vector>

int main(int, char** argv) {
  std::FILE* in = std::fopen(argv[1], "rb");
  std::vector<std::vector<uint32_t>> a(7);
  for (auto& each : a) {
    int32_t bytes = 0;
    if (!in || std::fread(&bytes, 4, 1, in) != 1) return 1;
    each.resize((bytes + 3) / 4 + 16);
    if (std::fread(each.data(), 4, (bytes + 3) / 4, in) != static_cast<size_t>((bytes + 3) / 4)) return 1;
  }
  const int32_t* s = reinterpret_cast<const int32_t*>(a[6].data());
  const auto floats = [&](int i) { return reinterpret_cast<float*>(a[i].data()); };
  linear(Work{a[0].data(), reinterpret_cast<const Input*>(a[1].data()), floats(2), floats(3), floats(4), floats(5), s[0], s[1],
              s[2], s[3], s[4], s[5], s[6], s[7]});
  std::FILE* out = std::fopen(argv[2], "wb");
  const size_t count = static_cast<size_t>(s[0]) * s[1];
  return out && std::fwrite(floats(5), 4, count, out) == count && std::fclose(out) == 0 ? 0 : 1;
}
`
