package io.nightjar.cluster;

import java.io.Serializable;
import java.util.UUID;

/** What an executor tells the driver: a batch of a job is poisoned. */
record Poisoned(UUID job, long batch) implements Serializable {
  private static final long serialVersionUID = 1;
}
