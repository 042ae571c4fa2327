package io.nightjar.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Builds safetensors files byte by byte, valid and invalid ones. */
final class TensorBytes {

  private final List<String> entries = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** Returns a file with this header and this data. */
  static byte[] file(String header, byte[] data) {
    return file(header.getBytes(StandardCharsets.UTF_8), data);
  }

  static byte[] file(byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data)
        .array();
  }

  static String entry(String name, String dtype, String shape, long begin, long end) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, dtype, shape, begin, end);
  }

  /** Adds a tensor of F32. */
  TensorBytes add(String name, List<Integer> shape, double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(value -> bytes.putFloat((float) value));
    return add(name, "F32", shape, bytes.array());
  }

  /** Adds a tensor of any type. */
  TensorBytes add(String name, String dtype, List<Integer> shape, byte[] bytes) {
    entries.add(entry(name, dtype, shape.toString(), data.size(), data.size() + bytes.length));
    data.writeBytes(bytes);
    return this;
  }

  byte[] build() {
    return file(entries.stream().collect(Collectors.joining(",", "{", "}")), data.toByteArray());
  }

  InputStream stream() {
    return new ByteArrayInputStream(build());
  }
}
