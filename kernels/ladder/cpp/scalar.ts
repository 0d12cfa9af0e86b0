/** What emitted C++ is written in, for any processor: one lane; sums in float64, where whole numbers stay exact. */
export const scalar = `#include <cmath>
#include <cstdint>
#include <cstring>

using Ints = int32_t;
using Reals = float;
using Sum = double;
constexpr int lanes = 1;

static inline Ints loadInts(const uint32_t* p) { return static_cast<Ints>(*p); }
static inline Ints ints(int32_t v) { return v; }
static inline uint32_t u(Ints v) { return static_cast<uint32_t>(v); }
static inline Ints iadd(Ints a, Ints b) { return static_cast<Ints>(u(a) + u(b)); }
static inline Ints isub(Ints a, Ints b) { return static_cast<Ints>(u(a) - u(b)); }
static inline Ints imul(Ints a, Ints b) { return static_cast<Ints>(u(a) * u(b)); }
static inline Ints iand(Ints a, Ints b) { return a & b; }
static inline Ints ior(Ints a, Ints b) { return a | b; }
static inline Ints ixor(Ints a, Ints b) { return a ^ b; }
static inline Ints shl(Ints a, Ints b) { return static_cast<Ints>(u(a) << (b & 31)); }
static inline Ints shr(Ints a, Ints b) { return static_cast<Ints>(u(a) >> (b & 31)); }
static inline Ints sar(Ints a, Ints b) { return a >> (b & 31); }
static inline Ints ieq(Ints a, Ints b) { return a == b; }
static inline Ints ilt(Ints a, Ints b) { return a < b; }
static inline Ints iselect(Ints test, Ints a, Ints b) { return test ? a : b; }
static inline Reals reals(float v) { return v; }
static inline Reals loadReals(const float* p) { return *p; }
static inline Reals toReal(Ints a) { return static_cast<float>(a); }
static inline Reals asReal(Ints a) {
  float f;
  std::memcpy(&f, &a, 4);
  return f;
}
static inline Reals add(Reals a, Reals b) { return a + b; }
static inline Reals sub(Reals a, Reals b) { return a - b; }
static inline Reals mul(Reals a, Reals b) { return a * b; }
static inline Reals select(Ints test, Reals a, Reals b) { return test ? a : b; }
static inline Reals lookUp(const float* table, int size, Ints i) { return u(i) < static_cast<uint32_t>(size) ? table[i] : 0; }
static inline Sum none() { return 0; }
static inline Sum madd(Reals a, Reals b, Sum c) { return static_cast<Sum>(a) * b + c; }
static inline Sum join(Sum a, Sum b) { return a + b; }
static inline Sum scaleBy(Sum a, float s, Sum c) { return a * s + c; }
static inline double across(Sum a) { return a; }
`
