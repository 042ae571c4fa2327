package io.nightjar.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of a safetensors file: which tensors there are, and where in the data that follows.
 *
 * <p>The file is 8 bytes with the length n of the header, little-endian; n bytes of JSON; the data.
 * The JSON has an entry for each tensor: its type, its shape, and the bytes of the data it takes
 * up. The tensors fill the data without holes and without overlap.
 *
 * @param tensors the tensors by name, in the order of their data
 * @param metadata the text under {@code __metadata__}
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {

  static final String METADATA = "__metadata__";

  private static final Set<String> KEYS = Set.of("dtype", "shape", "data_offsets");

  /** The largest number of axes that a tensor may have. */
  private static final int MAX_RANK = 8;

  /**
   * One tensor: it is the bytes of the data from {@code begin} up to {@code end}.
   *
   * <p>The number of elements fits an array, and takes up exactly these bytes.
   */
  record Entry(String name, Dtype dtype, List<Integer> shape, long begin, long end) {

    int size() {
      return Math.toIntExact((end - begin) / dtype.bytes());
    }
  }

  /** Reads and checks the header; the stream is then at the first byte of the data. */
  static SafetensorsHeader read(InputStream in, ReadLimits limits) throws IOException {
    byte[] prefix = in.readNBytes(Long.BYTES);
    if (prefix.length < Long.BYTES) {
      throw new InvalidModelException(
          "%d bytes are no safetensors file: it begins with 8 bytes of length"
              .formatted(prefix.length));
    }
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > limits.headerBytes()) {
      throw new InvalidModelException(
          "The header is %s bytes long: at most %d are read"
              .formatted(Long.toUnsignedString(length), limits.headerBytes()));
    }
    byte[] json = in.readNBytes((int) length);
    if (json.length < length) {
      throw new InvalidModelException(
          "The file ends after %d of the %d bytes of the header".formatted(json.length, length));
    }
    if (json.length == 0 || json[0] != '{') {
      throw new InvalidModelException("The header does not begin with '{'");
    }
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try {
      JsonInput.read(json, input -> parse(input, entries, metadata));
    } catch (InvalidModelException e) {
      throw new InvalidModelException("Header: " + e.getMessage(), e);
    }
    return new SafetensorsHeader(inOrder(entries, limits), metadata);
  }

  /** Returns the length of the data. */
  long dataBytes() {
    return tensors.values().stream().mapToLong(Entry::end).max().orElse(0);
  }

  private static void parse(JsonInput input, List<Entry> entries, Map<String, String> metadata) {
    input.object(
        "",
        name -> {
          if (name.equals(METADATA)) {
            input.object(METADATA, key -> metadata.put(key, input.string("The metadata")));
          } else {
            entries.add(parseEntry(input, name));
          }
        });
  }

  private static Entry parseEntry(JsonInput input, String name) {
    String tensor = "tensor " + Text.quote(name);
    List<String> dtype = new ArrayList<>();
    List<Long> shape = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    Set<String> missing = new HashSet<>(KEYS);
    input.object(
        tensor,
        key -> {
          missing.remove(key);
          switch (key) {
            case "dtype" -> dtype.add(input.string("The dtype of " + tensor));
            case "shape" -> parseNumbers(input, "The shape of " + tensor, MAX_RANK, shape);
            case "data_offsets" -> parseNumbers(input, "The data_offsets of " + tensor, 2, offsets);
            default -> throw input.unknownKey(tensor, key, KEYS);
          }
        });
    if (!missing.isEmpty()) {
      throw input.invalid(
          "The key %s is missing in %s"
              .formatted(
                  Text.quote(missing.stream().min(Comparator.naturalOrder()).get()), tensor));
    }
    if (offsets.size() != 2) {
      throw input.invalid(
          "The data_offsets of %s are %s: they must be two, begin and end"
              .formatted(tensor, offsets));
    }
    return entry(name, dtypeOf(tensor, dtype.get(0)), shape, offsets.get(0), offsets.get(1));
  }

  private static void parseNumbers(JsonInput input, String path, int most, List<Long> numbers) {
    input.array(
        path,
        i -> {
          if (i >= most) {
            throw input.invalid("%s has more than %d numbers".formatted(path, most));
          }
          long number = input.integer(path);
          if (number < 0) {
            throw input.invalid("%s has %d: it must not be negative".formatted(path, number));
          }
          numbers.add(number);
        });
  }

  private static Dtype dtypeOf(String tensor, String dtype) {
    return Arrays.stream(Dtype.values())
        .filter(known -> known.name().equals(dtype))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidModelException(
                    "The dtype of %s is %s: it must be F64, F32, F16 or BF16"
                        .formatted(tensor, Text.quote(dtype))));
  }

  private static Entry entry(String name, Dtype dtype, List<Long> shape, long begin, long end) {
    long bytes = dtype.bytes();
    List<Integer> sides = new ArrayList<>();
    try {
      for (long side : shape) {
        bytes = Math.multiplyExact(bytes, side);
        sides.add(Math.toIntExact(side));
      }
      Math.toIntExact(bytes / dtype.bytes());
    } catch (ArithmeticException e) {
      throw new InvalidModelException(
          "The shape of tensor %s is %s: that is too large".formatted(Text.quote(name), shape), e);
    }
    if (end < begin || end - begin != bytes) {
      throw new InvalidModelException(
          "The data_offsets of tensor %s are %d and %d: shape %s of %s takes up %d bytes"
              .formatted(Text.quote(name), begin, end, shape, dtype, bytes));
    }
    return new Entry(name, dtype, List.copyOf(sides), begin, end);
  }

  private static Map<String, Entry> inOrder(List<Entry> entries, ReadLimits limits) {
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    Map<String, Entry> tensors = new LinkedHashMap<>();
    long next = 0;
    for (Entry entry : entries) {
      if (entry.begin() != next) {
        throw new InvalidModelException(
            "Tensor %s begins at byte %d of the data, but the tensor before it ends at %d: %s"
                .formatted(
                    Text.quote(entry.name()),
                    entry.begin(),
                    next,
                    entry.begin() < next ? "they overlap" : "there is a hole"));
      }
      if (entry.end() > limits.tensorBytes()) {
        throw new InvalidModelException(
            "Tensor %s ends at byte %d of the data: at most %d are read"
                .formatted(Text.quote(entry.name()), entry.end(), limits.tensorBytes()));
      }
      next = entry.end();
      tensors.put(entry.name(), entry);
    }
    return tensors;
  }
}
