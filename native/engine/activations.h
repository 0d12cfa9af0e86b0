// Turns float activations into what a kernel reads: int8 with scales, and lookup tables. One buffer, filled once for
// all linears that share an input.
#pragma once
#include "engine/kernels.h"
#include "engine/memory.h"
#include "engine/pool.h"

namespace lutra {

// What a linear wants of its input. Equal wants share one preparation.
struct Want {
  // Int8x32: a scale and a sum per 32 columns. Int8x16: a scale per 32, sums of 16.
  // Triples: a scale per span columns, which lie kGroupPitch bytes from the next.
  // Planes: a scale per 32 by which the |q| of four columns sum to at most 255.
  enum Form { Float, Int8x32, Int8x16, Int8x256, Lut, Triples, Planes } form;
  bool token;      // int8 mode: one scale per token
  size_t cols, padded;
  Weave weave = Weave::None;  // Int8x32 and Int8x16, of many tokens
  size_t span = 0;            // Triples
  bool vec = false;           // Lut: tables of many tokens
  bool fast = false;          // Planes: averages, which only tables give
  bool operator==(const Want& o) const {
    return form == o.form && token == o.token && cols == o.cols && padded == o.padded && weave == o.weave &&
           span == o.span && vec == o.vec && fast == o.fast;
  }
};

Want want_of(const WeightView& w, bool int8);

class Activations {
 public:
  Activations(const Kernels& kernels, Pool& pool) : kernels_(kernels), pool_(pool) {}
  // Makes room beforehand, so that a token allocates nothing.
  void reserve(const Want& want, size_t n);
  Acts prepare(const Want& want, const float* in, size_t ld, size_t n);
  size_t resident() const {
    size_t sum = 0;
    for (const Block* b : {&floats_, &codes_, &scales_, &sums_, &lut_, &rest_, &fours_, &spill_, &ends_, &short_, &woven_, &wovenScales_}) sum += b->size();
    return sum;
  }

 private:
  void quantize_token(const Want& want, const float* in, size_t t, Acts& acts);
  // Splits what does not fit in the tables; the sums become those of |q|.
  void split_token(const Want& want, size_t t, const Acts& acts);
  void split_triples(size_t t, const Acts& acts);
  void spill_tables(const Want& want, size_t t, const Acts& acts);
  void less_token(size_t t, const Acts& acts);  // Planes
  void sum_token(size_t t, const Acts& acts);  // sums of 16
  bool weaves(const Want& want, size_t n) const;
  // Lays up to eight tokens side by side: see Woven.
  void weave(const Want& want, size_t t, const Acts& acts);
  void weave_words(size_t t, const Acts& acts);  // of L2

  const Kernels& kernels_;
  Pool& pool_;
  Block floats_, codes_, scales_, sums_, lut_;
  Block rest_, fours_, spill_, ends_;  // Spill: halves that did not fit, their places, their tables; Planes: less
  Block short_;                        // sums of 16
  Block woven_, wovenScales_;          // Woven: codes; scales, then sums
};

}  // namespace lutra
