package io.nightjar.records;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A format that files of records or labels are found to have. All but IDX are tables. */
public enum RecordFormat {
  /** Text with a header line, commas and RFC 4180's quotes, in UTF-8; may be gzipped. */
  CSV(".*[.]csv", ""),
  /** A JSON object in each line; may be gzipped. */
  JSON(".*[.](json|jsonl|ndjson)", ""),
  /** Apache Parquet. */
  PARQUET(".*[.]parquet", "PAR1"),
  /** Apache ORC. */
  ORC(".*[.]orc", "ORC"),
  /** Apache Avro. */
  AVRO(".*[.]avro", "Obj\1"),
  /** Arrays of unsigned bytes, as MNIST comes in; may be gzipped. */
  IDX(".*([.]idx|[-.]idx[1-3]-ubyte)", "\0\0");

  /** How many bytes of a file's beginning tell its format. */
  static final int HEAD_BYTES = 512;

  private final Pattern names;
  private final String magic;

  /**
   * Declares a format.
   *
   * @param names what the names of its files look like, without an end that says gzip
   * @param magic the bytes that its files begin with, in ASCII; empty if they have no such bytes
   */
  RecordFormat(String names, String magic) {
    this.names = Pattern.compile(names);
    this.magic = magic;
  }

  /**
   * Returns a file's format by its first bytes, or else by its name.
   *
   * @param name the file's name, which must not contradict the bytes
   * @param head its first bytes, unzipped
   * @throws InvalidInputException if it is none of these formats
   */
  static RecordFormat of(String name, byte[] head) {
    Optional<RecordFormat> named = named(name);
    Optional<RecordFormat> begun = ofMagic(head);
    RecordFormat format =
        begun
            .or(() -> named)
            .or(() -> isText(head) ? Optional.of(CSV) : Optional.empty())
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s is neither CSV, JSON, Parquet, ORC, Avro nor IDX: name its format with --input-format"
                            .formatted(Names.quote(name))));
    if (named.orElse(format) != format) {
      throw new InvalidInputException(
          "%s is named as %s but begins as %s does: is it the right file?"
              .formatted(Names.quote(name), named.get(), format));
    }
    if (!format.magic.isEmpty() && begun.isEmpty()) {
      throw new InvalidInputException(
          "%s does not begin as %s does: is it the right file, and whole?"
              .formatted(Names.quote(name), format));
    }
    return format;
  }

  private static Optional<RecordFormat> ofMagic(byte[] head) {
    String begun = new String(head, StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(format -> !format.magic.isEmpty() && begun.startsWith(format.magic))
        .findFirst();
  }

  /** Returns what a file is named as, if it is named so. */
  static Optional<RecordFormat> named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    String bare = lower.endsWith(".gz") ? lower.substring(0, lower.length() - 3) : lower;
    return Arrays.stream(values())
        .filter(format -> format.names.matcher(bare).matches())
        .findFirst();
  }

  /** Returns whether the bytes are the beginning of UTF-8 text without control characters. */
  private static boolean isText(byte[] head) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(head.length);
    // The end of the input is not declared: the last character may be cut in two.
    boolean malformed = decoder.decode(ByteBuffer.wrap(head), text, false).isError();
    return head.length > 0
        && !malformed
        && text.flip().chars().noneMatch(c -> Character.isISOControl(c) && "\t\r\n".indexOf(c) < 0);
  }
}
