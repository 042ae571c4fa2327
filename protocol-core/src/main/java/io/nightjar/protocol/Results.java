package io.nightjar.protocol;

import java.util.Iterator;

/**
 * The blocks of a {@link RoundTask}, each evaluated when it is asked for; the caller closes them,
 * and this.
 */
public interface Results extends Iterator<Message>, AutoCloseable {

  @Override
  void close();
}
