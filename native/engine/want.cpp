// How a weight wants its activations.
#include "engine/activations.h"

namespace lutra {

Want want_of(const WeightView& w, bool int8) {
  switch (w.kind) {
    case Kind::Q8:
      return {Want::Int8x32, int8, w.cols, w.padded, Weave::Wide};
    case Kind::Q4:
      return {Want::Int8x32, int8, w.cols, w.padded, Weave::Eights};
    case Kind::K4:
    case Kind::K5:
    case Kind::N51:
      return {Want::Int8x32, int8, w.cols, w.padded, Weave::Real};
    case Kind::Nl:
    case Kind::Xs:
      return {Want::Int8x32, int8, w.cols, w.padded, Weave::Wide};
    case Kind::N50:
    case Kind::Mx:
    case Kind::G2:
    case Kind::G3x:
    case Kind::G3:
    case Kind::G1:
      return {Want::Int8x32, int8, w.cols, w.padded, Weave::Whole};
    case Kind::Nv:
      return {Want::Int8x16, int8, w.cols, w.padded};
    case Kind::G2s:
    case Kind::G1s:
    case Kind::K2:
    case Kind::K3:
    case Kind::K6:
      return {Want::Int8x16, int8, w.cols, w.padded, Weave::Pairs};
    case Kind::W2:
      return {Want::Int8x256, int8, w.cols, w.padded};
    case Kind::L2:
      return {Want::Lut, int8, w.cols, w.padded, Weave::None, 0, w.vec};
    case Kind::Triples:
      return {Want::Triples, int8, w.cols, w.padded, Weave::None, w.span};
    case Kind::U1:
    case Kind::U2:
    case Kind::U3:
    case Kind::U4:
      return {Want::Int8x32, int8, w.cols, w.padded, Weave::Real};
    case Kind::U8:
    case Kind::V1:
    case Kind::V2:
    case Kind::V4:
      return {Want::Int8x32, int8, w.cols, w.padded};
    case Kind::P1:
    case Kind::P2:
    case Kind::P3:
    case Kind::P4:
      return {Want::Planes, false, w.cols, w.padded, Weave::None, 0, false, w.fast};
    default:
      return {Want::Float, int8, w.cols, w.padded};
  }
}

}  // namespace lutra
