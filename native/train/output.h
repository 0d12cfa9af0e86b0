// Where a blocked matrix product (gemm.inl, half.inl) puts what it computed: c = rowScale * alpha * sum, or added to it.
#pragma once

namespace lutra {

template <class Real>
struct Output {
  Real* c;
  long ldc;
  const Real* rowScale;  // per row of C, or null
  Real alpha;
  bool accumulate;
};

}  // namespace lutra
