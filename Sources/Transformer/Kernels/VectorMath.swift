import CVector

/// The operand of one instruction: the same channel and position of a block's sequences.
package typealias Vector = SIMD16<Float>

extension SIMD16<Float> {
  @inline(__always)
  init(_ value: Float) { self.init(repeating: value) }
}

/// a · b + c
@inline(__always)
func fma(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector { multiplyAdd(a, b, c) }

@inline(__always)
func maximum(_ a: Vector, _ b: Vector) -> Vector { greater(a, b) }

/// eˣ to two units in the last place; 0 below -87.
///
/// x = k ln 2 + r with |r| ≤ ln 2 / 2, and a polynomial in r (Cephes' `expf`, S. Moshier).
@inline(__always)
func exponential(_ x: Vector) -> Vector {
  let clamped = maximum(x, Vector(-87))
  // Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits.
  let shifted = fma(clamped, Vector(1.442_695_04), Vector(12_582_912))
  let k = shifted - Vector(12_582_912)
  var r = fma(k, Vector(-0.693_359_375), clamped)
  r = fma(k, Vector(2.121_944_40e-4), r)
  var p = Vector(1.987_569_15e-4)
  p = fma(p, r, Vector(1.398_199_950_7e-3))
  p = fma(p, r, Vector(8.333_451_907_3e-3))
  p = fma(p, r, Vector(4.166_579_589_4e-2))
  p = fma(p, r, Vector(1.666_666_545_9e-1))
  p = fma(p, r, Vector(5.000_000_120_1e-1))
  p = fma(p, r * r, r + Vector(1))
  let exponent = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
  let scaled = unsafeBitCast(unsafeBitCast(p, to: SIMD16<Int32>.self) &+ exponent, to: Vector.self)
  return chooseBelow(x, Vector(-87), Vector(0), scaled)
}

/// GELU in its erf form and its derivative: x Φ(x) and Φ(x) + x φ(x).
///
/// φ(x) is the normal density and Φ its integral. Both share one exponential:
/// Φ(-|x|) = exp(-x²/2) · t · P(t) with t = 1 / (1 + 0.3 |x|), a form of Hastings'
/// ("Approximations for Digital Computers", 1955), P fitted to a relative error of 1.4e-7.
@inline(__always)
func gelu(_ x: Vector) -> (value: Vector, derivative: Vector) {
  let magnitude = maximum(x, -x)
  let e = exponential(x * x * Vector(-0.5))
  let t = Vector(1) / fma(magnitude, Vector(0.3), Vector(1))
  var p = Vector(0.035_566_989_332_437_515)
  p = fma(p, t, Vector(-0.156_784_906_983_375_55))
  p = fma(p, t, Vector(0.205_689_206_719_398_5))
  p = fma(p, t, Vector(-0.053_124_781_697_988_51))
  p = fma(p, t, Vector(0.128_292_977_809_906))
  p = fma(p, t, Vector(0.099_987_253_546_714_78))
  p = fma(p, t, Vector(0.120_743_252_336_978_91))
  p = fma(p, t, Vector(0.119_629_934_430_122_38))
  let tail = e * t * p
  let cumulative = chooseBelow(x, Vector(0), tail, Vector(1) - tail)
  let density = e * Vector(0.398_942_280_401_432_7)
  return (x * cumulative, fma(x, density, cumulative))
}
