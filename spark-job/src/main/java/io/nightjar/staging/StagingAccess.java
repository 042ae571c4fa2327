package io.nightjar.staging;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/**
 * Says how another process of the data owner's gets at staged records. It travels to executors, so
 * there is no secret in it.
 */
public interface StagingAccess extends Serializable {

  /** What a process has open to get at keys. */
  interface OpenKeys extends StagingArea.Keys, AutoCloseable {
    @Override
    void close();
  }

  /** Opens the place where keys come from, in this process. */
  OpenKeys keys() throws IOException;

  /** Returns how this process reaches file systems. */
  Configuration configuration();
}
