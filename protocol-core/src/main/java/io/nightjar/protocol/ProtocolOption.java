package io.nightjar.protocol;

import java.util.List;
import java.util.Objects;

/**
 * The declaration of an option that only one protocol has. Its value is a whole number.
 *
 * @param key the option's name, such as {@code plan.hiddenBits}
 * @param values what is allowed
 * @param standard the default
 * @param doc what it means, in one sentence for its users
 */
public record ProtocolOption(String key, Values values, long standard, String doc) {

  /** The whole numbers that an option may be. */
  public sealed interface Values {

    /** Returns whether a number is allowed. */
    boolean allow(long value);
  }

  /** The whole numbers from the least to the most of a range. */
  public record Range(int least, int most) implements Values {
    @Override
    public boolean allow(long value) {
      return value >= least && value <= most;
    }
  }

  /** A few numbers, each of which is listed. */
  public record Choice(List<Integer> allowed) implements Values {

    /** Copies the list. */
    public Choice {
      allowed = List.copyOf(allowed);
    }

    @Override
    public boolean allow(long value) {
      return allowed.stream().anyMatch(choice -> choice == value);
    }
  }

  /** A number of bytes, at least so many. */
  public record ByteSize(long least) implements Values {
    @Override
    public boolean allow(long value) {
      return value >= least;
    }
  }

  /** Checks that the default is allowed. */
  public ProtocolOption {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(doc, "doc");
    if (!values.allow(standard)) {
      throw new IllegalArgumentException(
          "The default of %s is %d, which is not among %s".formatted(key, standard, values));
    }
  }
}
