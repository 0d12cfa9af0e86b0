#include "engine/pack.h"

#include "engine/super.h"
#include "engine/triples.h"
#include "engine/uniform.h"

namespace lutra {

Kind block_kind(DType dtype) {
  switch (dtype) {
    case DType::Q8_0: return Kind::Q8;
    case DType::Q4_0: return Kind::Q4;
    case DType::Q2_K: return Kind::K2;
    case DType::Q3_K: return Kind::K3;
    case DType::Q4_K: return Kind::K4;
    case DType::Q5_K: return Kind::K5;
    case DType::Q6_K: return Kind::K6;
    case DType::Q5_0: return Kind::N50;
    case DType::Q5_1: return Kind::N51;
    case DType::IQ4_NL: return Kind::Nl;
    case DType::IQ4_XS: return Kind::Xs;
    case DType::MXFP4: return Kind::Mx;
    case DType::NVFP4: return Kind::Nv;
    case DType::IQ2_XXS: return Kind::G2;
    case DType::IQ2_XS:
    case DType::IQ2_S: return Kind::G2s;
    case DType::IQ3_XXS: return Kind::G3x;
    case DType::IQ3_S: return Kind::G3;
    case DType::IQ1_S: return Kind::G1;
    case DType::IQ1_M: return Kind::G1s;
    default: return Kind::Count;
  }
}

Kind uniform_kind(DType dtype, bool planes) {
  if (uniform_of(dtype)->bits == 8) return Kind::U8;
  return static_cast<Kind>(static_cast<int>(planes ? Kind::P1 : Kind::U1) + uniform_of(dtype)->bits - 1);
}

bool is_planes(Kind kind) { return kind >= Kind::P1 && kind <= Kind::P4; }

std::optional<PackSizes> lay_out(const Source& s, Kind kind, WeightView& v) {
  if (s.dtype == DType::VQ) return kind == vq_kind(s.vq) ? std::optional(lay_out_vq(s, v)) : std::nullopt;
  const Uniform* uniform = uniform_of(s.dtype);
  if (uniform && (kind == uniform_kind(s.dtype, true) || kind == uniform_kind(s.dtype, false))) {
    const size_t side = is_planes(kind) ? kLutRows : kBlockRows, blocks = (s.rows + side - 1) / side;
    v.kind = kind;
    v.rows = s.rows;
    v.cols = v.padded = s.cols;
    v.group = uniform->group;
    v.zero = uniform->zero;
    v.stride = is_planes(kind) ? s.cols / 8 * plane_bytes(uniform->bits) : s.cols / 32 * row_lines(uniform->bits) * 32;
    return PackSizes{blocks * v.stride, blocks * (s.cols / v.group) * 2 * side * sizeof(uint16_t)};
  }
  if (is_ternary(s.dtype) ? kind != Kind::L2 && kind != Kind::W2 && kind != Kind::Triples : kind == Kind::Count || kind != block_kind(s.dtype)) return std::nullopt;
  v.kind = kind;
  v.rows = s.rows;
  v.cols = v.padded = s.cols;
  size_t side = kBlockRows, scales = 0;
  if (is_ternary(s.dtype)) {
    side = kind == Kind::W2 ? 1 : kLutRows;
    v.padded = (s.cols + 127) / 128 * 128;
    v.stride = v.padded / 4 * side;
    if (kind == Kind::Triples) {
      v.padded = s.cols;
      v.span = triple_span(!has_one_scale(s.dtype));
      v.stride = 0;
      for (size_t g = 0; g * v.span < s.cols; g++) v.stride += units_of(s.cols, v.span, g) * kUnitBytes;
    }
    if (!has_one_scale(s.dtype)) scales = side * (s.cols / kGroup) * sizeof(uint16_t);
  } else if (const Super* super = super_of(s.dtype)) {
    v.stride = s.cols / 256 * super->bytes();
  } else if (const Nibbles* nibbles = nibbles_of(s.dtype)) {
    v.stride = s.cols / nibbles->cols() * nibbles->bytes();
  } else {
    v.stride = s.cols / 32 * (16 + (kind == Kind::Q8 ? 8 : 4) * 32);
  }
  const size_t blocks = (s.rows + side - 1) / side;
  return PackSizes{blocks * v.stride, blocks * scales};
}

}  // namespace lutra
