package io.nightjar.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads and writes safetensors files, as far as models need them: tensors of real numbers.
 *
 * <p>Memory is allocated as bytes arrive, never because a header announces them.
 */
public final class Safetensors {

  private static final int BUFFER_BYTES = 1 << 16;

  /** The header is filled up with spaces to a multiple of this, so that the data is aligned. */
  private static final int ALIGNMENT = 8;

  private static final JsonFactory JSON = new JsonFactory();

  private Safetensors() {}

  /**
   * Reads a whole file of F64, F32, F16 and BF16 tensors. The stream is left open.
   *
   * @throws InvalidModelException naming the tensor if the file is not valid, longer than the
   *     limits, or has a number that is not finite
   */
  public static TensorFile read(InputStream in, ReadLimits limits) throws IOException {
    SafetensorsHeader header = SafetensorsHeader.read(in, limits);
    Map<String, Tensor> tensors =
        readData(in, header, header.tensors().keySet(), Safetensors::describe);
    return new TensorFile(tensors, header.metadata());
  }

  /** Writes a file, all numbers as F32, the tensors in their order. The stream is left open. */
  public static void write(TensorFile file, OutputStream out) throws IOException {
    byte[] header = headerOf(file);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(buffer.putLong(header.length).array(), 0, buffer.position());
    out.write(header);
    buffer.clear();
    for (Tensor tensor : file.tensors().values()) {
      for (float value : tensor.values()) {
        buffer.putFloat(value);
        if (!buffer.hasRemaining()) {
          out.write(buffer.array());
          buffer.clear();
        }
      }
    }
    out.write(buffer.array(), 0, buffer.position());
    out.flush();
  }

  /** Returns the words for a tensor in messages, where nothing but its name is known. */
  static String describe(String tensor) {
    return "Tensor " + Text.quote(tensor);
  }

  /** Reads the wanted tensors and passes over the others, up to the end of the stream. */
  static Map<String, Tensor> readData(
      InputStream in, SafetensorsHeader header, Set<String> wanted, UnaryOperator<String> describe)
      throws IOException {
    for (SafetensorsHeader.Entry entry : header.tensors().values()) {
      if (wanted.contains(entry.name()) && !entry.dtype().isFloat()) {
        throw new InvalidModelException(
            "%s has dtype %s: it must be F64, F32, F16 or BF16"
                .formatted(describe.apply(entry.name()), entry.dtype()));
      }
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (SafetensorsHeader.Entry entry : header.tensors().values()) {
      String description = describe.apply(entry.name());
      if (wanted.contains(entry.name())) {
        float[] values = readValues(in, entry, buffer, description);
        tensors.put(entry.name(), new Tensor(entry.shape(), values));
      } else {
        skip(in, entry, buffer, description);
      }
    }
    if (in.read() >= 0) {
      throw new InvalidModelException(
          "There are bytes after the %d of the last tensor".formatted(header.dataBytes()));
    }
    return tensors;
  }

  private static float[] readValues(
      InputStream in, SafetensorsHeader.Entry entry, byte[] buffer, String description)
      throws IOException {
    Dtype dtype = entry.dtype();
    int size = entry.size();
    int perBuffer = buffer.length / dtype.bytes();
    float[] values = new float[Math.min(size, perBuffer)];
    for (int read = 0; read < size; ) {
      int count = Math.min(perBuffer, size - read);
      fill(in, entry, buffer, count * dtype.bytes(), (long) read * dtype.bytes(), description);
      if (read + count > values.length) {
        values = Arrays.copyOf(values, (int) Math.min(size, 2L * values.length));
      }
      ByteBuffer bytes = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++, read++) {
        values[read] = narrow(dtype.get(bytes), read, description);
      }
    }
    return values;
  }

  private static float narrow(double value, int index, String description) {
    float narrowed = (float) value;
    if (!Float.isFinite(narrowed)) {
      throw new InvalidModelException(
          "%s has %s at [%d]: it must be finite as a 32-bit number"
              .formatted(description, value, index));
    }
    return narrowed;
  }

  private static void skip(
      InputStream in, SafetensorsHeader.Entry entry, byte[] buffer, String description)
      throws IOException {
    long length = entry.end() - entry.begin();
    for (long done = 0; done < length; ) {
      int count = (int) Math.min(buffer.length, length - done);
      fill(in, entry, buffer, count, done, description);
      done += count;
    }
  }

  private static void fill(
      InputStream in,
      SafetensorsHeader.Entry entry,
      byte[] buffer,
      int count,
      long done,
      String description)
      throws IOException {
    int read = in.readNBytes(buffer, 0, count);
    if (read < count) {
      throw new InvalidModelException(
          "%s: the file ends after %d of its %d bytes"
              .formatted(description, done + read, entry.end() - entry.begin()));
    }
  }

  private static byte[] headerOf(TensorFile file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!file.metadata().isEmpty()) {
        json.writeObjectFieldStart(SafetensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : file.metadata().entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Map.Entry<String, Tensor> entry : file.tensors().entrySet()) {
        Tensor tensor = entry.getValue();
        long end = begin + (long) tensor.values().length * Float.BYTES;
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", Dtype.F32.name());
        int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
        json.writeFieldName("shape");
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }
}
