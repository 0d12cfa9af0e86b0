#include "engine/weight.h"

#include <algorithm>
#include <vector>

#include "engine/fault.h"

namespace lutra {

namespace {

struct Format {
  size_t block, bytes, tail;
  // Columns must be a multiple of this, so that rows begin at blocks where the scale lies in the block.
  size_t unit;
};

constexpr Format kFormats[] = {
    {1, 4, 0, 1}, {1, 2, 0, 1}, {1, 2, 0, 1}, {32, 34, 0, 32}, {32, 18, 0, 32}, {256, 54, 0, 256}, {256, 66, 0, 256}, {128, 32, 32, 1}, {4, 1, 4, 1},
};

bool ternary(DType d) { return d == DType::TQ1_0 || d == DType::TQ2_0 || d == DType::I2_S || d == DType::LT2; }
bool one_scale(DType d) { return d == DType::I2_S || d == DType::LT2; }

// Base-3 digits of `width` bytes, five (or four) to a byte, as codes 0, 1, 2.
void digits(const uint8_t* p, int width, int count, uint8_t* out) {
  for (int n = 0, power = 1; n < count; n++, power *= 3)
    for (int m = 0; m < width; m++)
      out[width * n + m] = static_cast<uint8_t>((static_cast<uint8_t>(p[m] * power) * 3) >> 8);
}

// Two-bit codes of one row.
void row_codes(DType dtype, const uint8_t* bytes, size_t row, size_t cols, uint8_t* out) {
  if (dtype == DType::TQ1_0) {
    const uint8_t* p = bytes + row * (cols / 256) * 54;
    for (size_t c = 0; c < cols; c += 256, p += 54) {
      digits(p, 32, 5, out + c);
      digits(p + 32, 16, 5, out + c + 160);
      digits(p + 48, 4, 4, out + c + 240);
    }
  } else if (dtype == DType::TQ2_0) {
    const uint8_t* p = bytes + row * (cols / 256) * 66;
    for (size_t c = 0; c < cols; c += 256, p += 66)
      for (int half = 0; half < 2; half++)
        for (int l = 0; l < 4; l++)
          for (int m = 0; m < 32; m++) out[c + 128 * half + 32 * l + m] = (p[32 * half + m] >> (2 * l)) & 3;
  } else if (dtype == DType::I2_S && cols % 128 == 0) {
    const uint8_t* p = bytes + row * (cols / 4);
    for (size_t c = 0; c < cols; c += 128, p += 32)
      for (int l = 0; l < 4; l++)
        for (int m = 0; m < 32; m++) out[c + 32 * l + m] = (p[m] >> (6 - 2 * l)) & 3;
  } else if (dtype == DType::I2_S) {
    for (size_t c = 0; c < cols; c++) {
      const size_t e = row * cols + c;  // blocks run on across rows
      out[c] = (bytes[e / 128 * 32 + e % 32] >> (6 - 2 * (e % 128 / 32))) & 3;
    }
  } else {
    for (size_t c = 0; c < cols; c++) {
      const size_t e = row * cols + c;
      out[c] = (bytes[e / 4] >> (2 * (e % 4))) & 3;
    }
  }
}

float one_scale_of(DType dtype, const uint8_t* bytes, size_t total) {
  const Format& f = kFormats[static_cast<int>(dtype)];
  return load_f32(bytes + total / f.block * f.bytes);
}

// The float16 scale of 256 columns.
uint16_t group_scale(DType dtype, const uint8_t* bytes, size_t row, size_t groups, size_t g) {
  const size_t size = dtype == DType::TQ1_0 ? 54 : 66;
  return load_u16(bytes + (row * groups + g) * size + size - 2);
}

void pack_mad(const Source& s, Weight& w, Pool& pool) {
  WeightView& v = w.view;
  v.stride = v.padded / 4;
  w.packed = Block(v.rows * v.stride);
  v.data = w.packed.data();
  pool.run([&](unsigned thread) {
    std::vector<uint8_t> codes(v.padded, 1);  // padding is code 1: zero
    const Part mine = part(v.rows, thread, pool.threads());
    for (size_t r = mine.from; r < mine.to; r++) {
      row_codes(s.dtype, s.bytes, r, s.cols, codes.data());
      uint8_t* out = w.packed.data() + r * v.stride;
      for (size_t b = 0; b < v.padded / 128; b++) {
        const uint8_t* c = codes.data() + b * 128;
        for (int p = 0; p < 32; p++)
          out[b * 32 + p] = static_cast<uint8_t>(c[p] << 6 | c[32 + p] << 4 | c[64 + p] << 2 | c[96 + p]);
      }
    }
  });
}

// code 0, 1, 2 = [code >= 2] + [code >= 1]: two bit planes of equal weight, so that both look up the same table and one
// sum takes both. Per eight columns and 32 rows, 64 bytes: of row r, byte 2 r is the plane [code >= 2] and byte 2 r + 1
// the plane [code >= 1]; the low nibble is the first four columns, bit j column j. Gives false when a code 3 (+2) is
// met, which two planes cannot say.
bool pack_lut(const Source& s, Weight& w, Pool& pool) {
  WeightView& v = w.view;
  const size_t fours = v.padded / 4, blocks = (v.rows + kLutRows - 1) / kLutRows;
  v.stride = fours * kLutRows;
  w.packed = Block(blocks * v.stride);
  v.data = w.packed.data();
  std::atomic<bool> fits{true};
  pool.run([&](unsigned thread) {
    // 32 rows at a time, so that each line of the packed block is written once; padding is code 1: zero.
    std::vector<uint8_t> codes(v.padded * kLutRows, 1);
    const Part mine = part(blocks, thread, pool.threads());
    for (size_t b = mine.from; b < mine.to && fits.load(std::memory_order_relaxed); b++) {
      const size_t lanes = std::min(kLutRows, v.rows - b * kLutRows);
      for (size_t lane = 0; lane < lanes; lane++)
        row_codes(s.dtype, s.bytes, b * kLutRows + lane, s.cols, codes.data() + lane * v.padded);
      unsigned bad = 0;
      for (size_t k = 0; k < fours; k += 2) {
        uint8_t* out = w.packed.data() + b * v.stride + k * kLutRows;
        for (size_t lane = 0; lane < lanes; lane++) {
          unsigned two = 0, one = 0;
          for (int half = 0; half < 2; half++) {
            // Four codes at once: bit 1 of each byte says code >= 2, either bit says code >= 1.
            uint32_t four;
            memcpy(&four, codes.data() + lane * v.padded + 4 * (k + half), 4);
            const uint32_t hi = four >> 1 & 0x01010101u, any = (four | four >> 1) & 0x01010101u;
            bad |= hi & four;
            // 2^24 + 2^17 + 2^10 + 2^3 gathers the four low bits into bits 24 to 27, lowest byte first.
            two |= (hi * 0x01020408u >> 24 & 15) << (4 * half);
            one |= (any * 0x01020408u >> 24 & 15) << (4 * half);
          }
          out[2 * lane] = static_cast<uint8_t>(two);
          out[2 * lane + 1] = static_cast<uint8_t>(one);
        }
      }
      if (bad) fits.store(false, std::memory_order_relaxed);
    }
  });
  return fits.load();
}

void pack_scales(const Source& s, Weight& w, bool lanes, Pool& pool) {
  const size_t groups = w.cols / kGroup, blocks = (w.rows + kLutRows - 1) / kLutRows;
  w.scales = Block((lanes ? blocks * kLutRows : w.rows) * groups * sizeof(uint16_t));
  uint16_t* out = w.scales.as<uint16_t>();
  pool.run([&](unsigned thread) {
    const Part mine = part(w.rows, thread, pool.threads());
    for (size_t r = mine.from; r < mine.to; r++)
      for (size_t g = 0; g < groups; g++)
        out[lanes ? (r / kLutRows * groups + g) * kLutRows + r % kLutRows : r * groups + g] = group_scale(s.dtype, s.bytes, r, groups, g);
  });
  w.view.scales = out;
}

}  // namespace

size_t source_bytes(DType dtype, size_t cols, size_t rows) {
  const Format& f = kFormats[static_cast<int>(dtype)];
  if (cols == 0 || rows == 0 || cols > (size_t{1} << 24) || rows > (size_t{1} << 30) || cols * rows > (size_t{1} << 44)) return 0;
  if (cols % f.unit != 0 || cols * rows % f.block != 0) return 0;
  return cols * rows / f.block * f.bytes + f.tail;
}

Weight pack(const Source& s, Algorithm algorithm, bool linear, bool lookup, Pool& pool) {
  Weight w;
  w.dtype = s.dtype;
  w.cols = s.cols;
  w.rows = s.rows;
  const size_t bytes = source_bytes(s.dtype, s.cols, s.rows);
  if (bytes == 0) throw Fault("mismatch", "Tensor " + s.name + " has a shape that its format cannot hold");
  WeightView& v = w.view;
  v.rows = s.rows;
  v.cols = v.padded = s.cols;
  v.scale = 1;
  const bool two_bit = ternary(s.dtype);
  const bool in_place = !two_bit || (s.dtype == DType::I2_S && s.cols % 128 == 0 && algorithm == Algorithm::Mad);

  const auto keep = [&] {
    if (w.raw) return;
    if (s.map) {
      w.map = s.map;
      w.raw = s.bytes;
    } else {
      w.bytes = Block(bytes);
      const size_t page = 1 << 16;
      pool.run([&](unsigned thread) {
        const Part mine = part(bytes, thread, pool.threads(), page);
        if (mine.to > mine.from) memcpy(w.bytes.data() + mine.from, s.bytes + mine.from, mine.to - mine.from);
      });
      w.raw = w.bytes.data();
    }
  };
  if (lookup || in_place) keep();
  if (!linear) return w;

  if (!two_bit) {
    static constexpr Kind kinds[] = {Kind::F32, Kind::F16, Kind::BF16, Kind::Q8, Kind::Q4};
    const Format& f = kFormats[static_cast<int>(s.dtype)];
    v.kind = kinds[static_cast<int>(s.dtype)];
    v.data = w.raw;
    v.stride = s.cols / f.block * f.bytes;
    return w;
  }
  v.padded = (s.cols + 127) / 128 * 128;
  if (one_scale(s.dtype)) v.scale = one_scale_of(s.dtype, s.bytes, s.cols * s.rows);
  if (algorithm == Algorithm::Lut && pack_lut(s, w, pool)) {
    v.kind = Kind::L2;
  } else {
    v.kind = Kind::W2;
    if (s.dtype == DType::I2_S && s.cols % 128 == 0) {
      keep();
      w.packed = Block();
      v.data = w.raw;
      v.stride = s.cols / 4;
    } else {
      pack_mad(s, w, pool);
    }
  }
  if (!one_scale(s.dtype)) pack_scales(s, w, v.kind == Kind::L2, pool);
  return w;
}

void decode_row(const Weight& w, size_t row, float* out) {
  const size_t cols = w.cols;
  const uint8_t* p = w.raw;
  switch (w.dtype) {
    case DType::F32:
      memcpy(out, p + row * cols * 4, cols * 4);
      return;
    case DType::F16:
      for (size_t c = 0; c < cols; c++) out[c] = f16_to_f32(load_u16(p + (row * cols + c) * 2));
      return;
    case DType::BF16:
      for (size_t c = 0; c < cols; c++) out[c] = bf16_to_f32(load_u16(p + (row * cols + c) * 2));
      return;
    case DType::Q8_0:
      p += row * (cols / 32) * 34;
      for (size_t c = 0; c < cols; c += 32, p += 34) {
        const float d = f16_to_f32(load_u16(p));
        for (int j = 0; j < 32; j++) out[c + j] = d * static_cast<int8_t>(p[2 + j]);
      }
      return;
    case DType::Q4_0:
      p += row * (cols / 32) * 18;
      for (size_t c = 0; c < cols; c += 32, p += 18) {
        const float d = f16_to_f32(load_u16(p));
        for (int j = 0; j < 16; j++) {
          out[c + j] = d * ((p[2 + j] & 15) - 8);
          out[c + j + 16] = d * ((p[2 + j] >> 4) - 8);
        }
      }
      return;
    default: {
      std::vector<uint8_t> codes(cols);
      row_codes(w.dtype, p, row, cols, codes.data());
      const float scale = one_scale(w.dtype) ? one_scale_of(w.dtype, p, cols * w.rows) : 0;
      for (size_t c = 0; c < cols; c++) {
        const float d = one_scale(w.dtype) ? scale : f16_to_f32(group_scale(w.dtype, p, row, cols / kGroup, c / kGroup));
        out[c] = d * (static_cast<int>(codes[c]) - 1);
      }
    }
  }
}

}  // namespace lutra
