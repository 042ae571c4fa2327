package io.nightjar.model;

import java.nio.ByteBuffer;

/** The types of numbers in a safetensors file that mean something in a model. */
enum Dtype {
  F64(8) {
    @Override
    double get(ByteBuffer bytes) {
      return bytes.getDouble();
    }
  },
  F32(4) {
    @Override
    double get(ByteBuffer bytes) {
      return bytes.getFloat();
    }
  },
  F16(2) {
    @Override
    double get(ByteBuffer bytes) {
      return halfToFloat(bytes.getShort());
    }
  },
  BF16(2) {
    @Override
    double get(ByteBuffer bytes) {
      return Float.intBitsToFloat(bytes.getShort() << 16);
    }
  },
  /** Integers, which only counters have; nobody reads those. */
  I64(8) {
    @Override
    double get(ByteBuffer bytes) {
      throw new IllegalStateException("Integer tensors are not read");
    }
  };

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of one number. */
  int bytes() {
    return bytes;
  }

  boolean isFloat() {
    return this != I64;
  }

  /** Takes the next number out of a little-endian buffer. */
  abstract double get(ByteBuffer bytes);

  /**
   * Converts an IEEE 754 binary16 number: a sign, 5 bits of exponent with bias 15, and 10 bits of
   * fraction.
   */
  private static float halfToFloat(short half) {
    int exponent = (half >> 10) & 0x1f;
    int fraction = half & 0x3ff;
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else {
      magnitude = Math.scalb((float) (fraction | 0x400), exponent - 25);
    }
    return half < 0 ? -magnitude : magnitude;
  }
}
