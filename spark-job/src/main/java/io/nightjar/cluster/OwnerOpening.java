package io.nightjar.cluster;

import java.io.IOException;
import java.io.Serializable;
import java.util.UUID;

/**
 * Says how a process of the data owner's opens what its tasks of a job need. It travels to
 * executors, so there is no secret in it.
 */
public interface OwnerOpening extends Serializable {

  /** Returns the job. */
  UUID job();

  /** Opens the key, the records and everything else for this process. */
  OpenJob open() throws IOException;
}
