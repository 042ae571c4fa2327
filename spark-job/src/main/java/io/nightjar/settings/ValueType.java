package io.nightjar.settings;

import io.nightjar.model.Text;
import io.nightjar.protocol.ProtocolOption;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the text of a setting may be, and the value it stands for.
 *
 * @param allowed ends the sentence "it must be ..."
 * @param parser makes the value
 */
record ValueType<T>(String allowed, Parser<T> parser) {

  /** Returns what the values of an option may be that only one protocol has. */
  static ValueType<Long> of(ProtocolOption.Values values) {
    if (values instanceof ProtocolOption.Range range) {
      return longs(range.least(), range.most());
    } else if (values instanceof ProtocolOption.Choice choice) {
      return named(
          choice.allowed().stream().map(Integer::longValue).toList(), number -> number.toString());
    } else if (values instanceof ProtocolOption.ByteSize size) {
      return byteSizes(size.least());
    }
    throw new IllegalArgumentException("No setting has values such as " + values);
  }

  /** Returns the text of a protocol's number, as it is written in a setting. */
  static String text(ProtocolOption option) {
    return option.values() instanceof ProtocolOption.ByteSize
        ? ofBytes(option.standard())
        : Long.toString(option.standard());
  }

  /** Makes a value of a text without white space around it. */
  interface Parser<T> {

    /**
     * Returns the value.
     *
     * @throws IllegalArgumentException if the text is not allowed
     */
    T parse(String text);
  }

  private static final Pattern URI_WITH_AUTHORITY = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,19}");
  private static final Pattern NUMBER =
      Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?([eE]-?[0-9]{1,3})?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{0,100}");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,18})([A-Za-z]+)");

  /** Spark's notation: 1k, 1ki, 1kb and 1kib are all 1024. */
  private static final Pattern BYTE_SIZE =
      Pattern.compile("([0-9]{1,18})(?:([kmgtp])i?b?|b)?", Pattern.CASE_INSENSITIVE);

  /** {@code password=}, {@code //user:password@}, or Oracle's {@code :user/password@}. */
  private static final Pattern PASSWORD_IN_URL =
      Pattern.compile(
          "^jdbc:(.*(pass(word|wd|phrase)?=|pwd=|secret=|//[^/@]*:[^/]*@)|oracle:[^@]*/[^@]*@)",
          Pattern.CASE_INSENSITIVE);

  private static final String BYTE_UNITS = "kmgtp";

  /**
   * Spark's suffixes, one of which must be there: each Spark setting reads a bare number its own
   * way.
   */
  private static final Map<String, ChronoUnit> TIME_UNITS =
      Map.of(
          "us", ChronoUnit.MICROS,
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "min", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  static ValueType<Integer> wholeNumbers(int least, int most) {
    ValueType<Long> longs = longs(least, most);
    return new ValueType<>(longs.allowed, text -> Math.toIntExact(longs.parser.parse(text)));
  }

  static ValueType<Long> longs(long least, long most) {
    return new ValueType<>(
        "a whole number from %d to %d".formatted(least, most),
        text -> {
          require(WHOLE_NUMBER.matcher(text).matches());
          long value = Long.parseLong(text);
          require(value >= least && value <= most);
          return value;
        });
  }

  /** A whole number, or a word that stands for none. */
  static ValueType<OptionalLong> longsOr(long least, long most, String none) {
    ValueType<Long> longs = longs(least, most);
    return new ValueType<>(
        "%s, or %s".formatted(longs.allowed, none),
        text ->
            text.equalsIgnoreCase(none)
                ? OptionalLong.empty()
                : OptionalLong.of(longs.parser.parse(text)));
  }

  static ValueType<Double> numbersAbove(double limit, double most) {
    return new ValueType<>(
        "a number above %s and at most %s".formatted(plain(limit), plain(most)),
        text -> {
          require(NUMBER.matcher(text).matches());
          double value = Double.parseDouble(text);
          require(value > limit && value <= most);
          return value;
        });
  }

  static ValueType<Boolean> booleans() {
    return new ValueType<>(
        "true or false",
        text -> {
          boolean value = text.equalsIgnoreCase("true");
          require(value || text.equalsIgnoreCase("false"));
          return value;
        });
  }

  static ValueType<Long> byteSizes(long least) {
    return new ValueType<>(
        "a byte size of at least %s, such as 512m or 2g".formatted(ofBytes(least)),
        text -> {
          long value = bytes(text);
          require(value >= least);
          return value;
        });
  }

  static ValueType<Long> byteSizesOrZero(long least) {
    ValueType<Long> sizes = byteSizes(least);
    return new ValueType<>(
        "0 or " + sizes.allowed, text -> text.equals("0") ? 0L : sizes.parser.parse(text));
  }

  static ValueType<Duration> durations(String least, String most) {
    Duration shortest = duration(least);
    Duration longest = duration(most);
    return new ValueType<>(
        "a duration from %s to %s, such as 90s, 30m or 12h".formatted(least, most),
        text -> {
          Duration value = duration(text);
          require(value.compareTo(shortest) >= 0 && value.compareTo(longest) <= 0);
          return value;
        });
  }

  static <E extends Enum<E> & Choice> ValueType<E> choices(Class<E> type) {
    E[] all = type.getEnumConstants();
    return new ValueType<>(
        or(Arrays.stream(all).map(Choice::text).toList()),
        text ->
            Arrays.stream(all)
                .filter(choice -> choice.text().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
  }

  /** One of some values by its name. */
  static <E> ValueType<E> named(List<E> all, Function<E, String> name) {
    return new ValueType<>(
        or(all.stream().map(name).toList()),
        text ->
            all.stream()
                .filter(value -> name.apply(value).equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
  }

  static ValueType<String> words() {
    return new ValueType<>(
        "one line of text, not empty",
        text -> {
          require(!text.isEmpty() && Text.isOneLine(text));
          return text;
        });
  }

  static ValueType<Optional<String>> lines() {
    return new ValueType<>(
        "one line of text, or empty",
        text -> {
          require(Text.isOneLine(text));
          return text.isEmpty() ? Optional.empty() : Optional.of(text);
        });
  }

  /** A name such as models have. */
  static ValueType<Optional<String>> names() {
    return new ValueType<>(
        "1 to 100 characters out of A-Z, a-z, 0-9, '_', '.' and '-', or empty",
        text -> {
          require(NAME.matcher(text).matches());
          return text.isEmpty() ? Optional.empty() : Optional.of(text);
        });
  }

  /** A place on any Hadoop file system, so not a path of this machine's. */
  static ValueType<Optional<String>> locations() {
    return new ValueType<>(
        "a path or URI, or empty",
        text -> {
          require(Text.isOneLine(text));
          return text.isEmpty() ? Optional.empty() : Optional.of(text);
        });
  }

  /**
   * Where a ledger is. What follows the password of a database cannot be told in general, so no
   * message has any of it.
   */
  static ValueType<Optional<String>> ledgers() {
    ValueType<Optional<String>> locations = locations();
    return new ValueType<>(
        "a JDBC URL, a path or URI, or empty",
        text -> {
          if (PASSWORD_IN_URL.matcher(text).find()) {
            throw new SecretException();
          }
          return locations.parser.parse(text);
        });
  }

  /** A value with a secret in it, which no message may repeat. */
  static final class SecretException extends IllegalArgumentException {}

  /** A path of this machine; a URI is none, though it could be the name of a file. */
  static ValueType<Optional<Path>> localPaths() {
    return new ValueType<>(
        "a path on this machine, or empty",
        text -> {
          require(Text.isOneLine(text) && !URI_WITH_AUTHORITY.matcher(text).lookingAt());
          return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
        });
  }

  /** A path, or a word that stands for none; a file of that name is written with its directory. */
  static ValueType<Optional<Path>> localPathsOr(String none) {
    ValueType<Optional<Path>> paths = localPaths();
    return new ValueType<>(
        "a path on this machine, or %s".formatted(none),
        text -> {
          require(!text.isEmpty());
          return text.equalsIgnoreCase(none) ? Optional.empty() : paths.parser.parse(text);
        });
  }

  private static long bytes(String text) {
    Matcher size = BYTE_SIZE.matcher(text);
    require(size.matches());
    long number = Long.parseLong(size.group(1));
    int shift = size.group(2) == null ? 0 : shift(size.group(2).toLowerCase(Locale.ROOT));
    require(number <= Long.MAX_VALUE >> shift);
    return number << shift;
  }

  private static int shift(String unit) {
    return 10 * (BYTE_UNITS.indexOf(unit) + 1);
  }

  private static String ofBytes(long bytes) {
    for (String unit : List.of("g", "m", "k")) {
      if (bytes % (1L << shift(unit)) == 0) {
        return (bytes >> shift(unit)) + unit;
      }
    }
    return Long.toString(bytes);
  }

  private static Duration duration(String text) {
    Matcher quantity = DURATION.matcher(text);
    require(quantity.matches());
    ChronoUnit unit = TIME_UNITS.get(quantity.group(2).toLowerCase(Locale.ROOT));
    require(unit != null);
    try {
      return Duration.of(Long.parseLong(quantity.group(1)), unit);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String or(List<String> choices) {
    int last = choices.size() - 1;
    return last == 0
        ? choices.get(0)
        : choices.stream().limit(last).collect(Collectors.joining(", "))
            + " or "
            + choices.get(last);
  }

  /** What was wrong is said by whoever knows the setting, from {@link #allowed}. */
  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException();
    }
  }
}
