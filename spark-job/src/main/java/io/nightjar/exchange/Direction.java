package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Which way blocks go. */
public enum Direction {
  /** From the data owner to the executors. */
  @JsonProperty("up")
  UP,
  /** From the executors to the data owner. */
  @JsonProperty("down")
  DOWN;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
