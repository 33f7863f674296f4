/** Converts IEEE 754 half precision: one sign bit, five exponent bits, ten mantissa bits. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const mantissa = half & 0x3ff;
    if (exponent === 0) return sign * mantissa * 2 ** -24;
    if (exponent === 31) return mantissa ? NaN : sign * Infinity;
    return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
  });
}

/** Converts bfloat16, the upper half of a float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const wide = Uint32Array.from(bits, (half) => half * 0x10000);
  return new Float32Array(wide.buffer);
}
