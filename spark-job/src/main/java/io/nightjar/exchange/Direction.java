package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** The direction that blocks go in. */
public enum Direction {
  /** Blocks go from the data owner to the executors. */
  @JsonProperty("up")
  UP,
  /** Blocks go from the executors to the data owner. */
  @JsonProperty("down")
  DOWN;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
