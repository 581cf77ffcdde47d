// Vector operations that the kernels need and that the standard library's SIMD16 has only element by element: the
// optimiser would have to recognise the vector instruction, and in larger functions it does not.
#pragma once

typedef float Floats16 __attribute__((ext_vector_type(16)));

#define VECTOR_OPERATION static inline __attribute__((always_inline, const))

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

/// The number of floats in one of the CPU's registers.
VECTOR_OPERATION int floatsInRegister(void) {
#if defined(__AVX512F__)
  return 16;
#elif defined(__AVX__)
  return 8;
#else
  return 4;
#endif
}

/// a · b + c, rounded once if the CPU can.
VECTOR_OPERATION Floats16 multiplyAdd(Floats16 a, Floats16 b, Floats16 c) {
#ifdef __FMA__
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

/// The larger of a and b; a if they cannot be compared.
VECTOR_OPERATION Floats16 greater(Floats16 a, Floats16 b) { return b > a ? b : a; }

/// yes where x < bound, and no elsewhere.
VECTOR_OPERATION Floats16 chooseBelow(Floats16 x, Floats16 bound, Floats16 yes, Floats16 no) {
  return x < bound ? yes : no;
}

/// Sums of neighbours: in each quarter two of a, then two of b.
VECTOR_OPERATION Floats16 neighbourSums(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30)
    + __builtin_shufflevector(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}

/// Sums of neighbouring quarters: two quarters of a, then two of b.
VECTOR_OPERATION Floats16 quarterSums(Floats16 a, Floats16 b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
    + __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

#pragma clang diagnostic pop
