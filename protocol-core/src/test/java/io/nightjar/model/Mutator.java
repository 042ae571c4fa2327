package io.nightjar.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages bytes the way a hostile author of JSON and binary headers would. */
final class Mutator {

  private static final List<byte[]> TOKENS =
      List.of(
              "{",
              "}",
              "[",
              "]",
              ",",
              ":",
              "\"",
              "\\",
              "0",
              "-1",
              "1e999",
              "NaN",
              "null",
              "true",
              "[[[[[[[[[[",
              "9223372036854775807",
              "18446744073709551616",
              "2147483648",
              "0.5",
              "\"input\"",
              "\"residualAdd\"",
              "\"recall\"",
              "\"concat\"",
              "\"view\"",
              "\"sizes\":[2,3]",
              "\"softmax\"",
              "\"gelu\"",
              "\"dense\"",
              "\"F16\"",
              "\"I64\"",
              "\"__metadata__\":{},",
              "member.0.",
              "\\ud800",
              "\u0000",
              "\ufeff",
              " ",
              "weight",
              "bias",
              ".std",
              "mu_",
              "rho_",
              "\"type\":\"square\"",
              "\"type\":\"quadratic\",\"a\":0,")
          .stream()
          .map(token -> token.getBytes(StandardCharsets.UTF_8))
          .toList();

  private final Random random;

  Mutator(Random random) {
    this.random = random;
  }

  /** Returns a copy with one to four faults. */
  byte[] mutate(byte[] original) {
    byte[] bytes = original;
    int faults = 1 + random.nextInt(random.nextInt(4) + 1);
    for (int i = 0; i < faults; i++) {
      bytes = damage(bytes);
    }
    return bytes;
  }

  private byte[] damage(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int length = Math.min(bytes.length - at, 1 + random.nextInt(20));
    byte[] piece = Arrays.copyOfRange(bytes, at, at + length);
    return switch (random.nextInt(8)) {
      case 0, 1 -> flip(bytes, at);
      case 2 -> replace(bytes, at, length, new byte[0]);
      case 3 -> replace(bytes, at, 0, pick(TOKENS));
      case 4 -> replace(bytes, at, length, pick(TOKENS));
      case 5 -> changeDigit(bytes, at);
      case 6 -> replace(bytes, random.nextInt(bytes.length), 0, piece);
      default -> random.nextInt(10) > 0 ? replace(bytes, at, 0, piece) : Arrays.copyOf(bytes, at);
    };
  }

  private byte[] flip(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  /** Replaces the next digit by another, which is the likeliest way to another valid file. */
  private byte[] changeDigit(byte[] bytes, int from) {
    byte[] changed = bytes.clone();
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] >= '0' && bytes[i] <= '9') {
        changed[i] = (byte) ('0' + random.nextInt(10));
        return changed;
      }
    }
    return changed;
  }

  private byte[] pick(List<byte[]> tokens) {
    return tokens.get(random.nextInt(tokens.size()));
  }

  private static byte[] replace(byte[] bytes, int at, int length, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + by.length);
    out.write(bytes, 0, at);
    out.writeBytes(by);
    out.write(bytes, at + length, bytes.length - at - length);
    return out.toByteArray();
  }
}
