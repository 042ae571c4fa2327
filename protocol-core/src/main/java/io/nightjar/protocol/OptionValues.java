package io.nightjar.protocol;

import java.util.HashMap;
import java.util.Map;

/**
 * The values of protocols' own options; an option without a value has its default.
 *
 * @param values the values that were chosen
 */
public record OptionValues(Map<ProtocolOption, Long> values) {

  /** All options at their defaults. */
  public static final OptionValues DEFAULT = new OptionValues(Map.of());

  /** Copies the map. */
  public OptionValues {
    values = Map.copyOf(values);
  }

  /** Returns the value of an option. */
  public long get(ProtocolOption option) {
    return values.getOrDefault(option, option.standard());
  }

  /** Returns the value of an option whose values are small. */
  public int integer(ProtocolOption option) {
    return Math.toIntExact(get(option));
  }

  /** Returns these values with another one; its protocol's planner says whether it will do. */
  public OptionValues with(ProtocolOption option, long value) {
    Map<ProtocolOption, Long> changed = new HashMap<>(values);
    changed.put(option, value);
    return new OptionValues(changed);
  }
}
