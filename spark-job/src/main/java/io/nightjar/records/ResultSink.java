package io.nightjar.records;

import java.io.Closeable;
import java.io.IOException;

/** A file of results that is being written. */
interface ResultSink extends Closeable {

  void write(ResultRow row) throws IOException;
}
