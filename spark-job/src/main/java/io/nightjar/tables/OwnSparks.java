package io.nightjar.tables;

import java.io.IOException;

/** Where the data owner's own Spark comes from when there is work for it. */
public interface OwnSparks {

  /**
   * Returns one to work with, which the caller closes.
   *
   * @param name says for what, if it has to be started
   */
  OwnSpark open(String name) throws IOException;
}
