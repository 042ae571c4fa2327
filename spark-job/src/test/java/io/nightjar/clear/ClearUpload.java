package io.nightjar.clear;

import io.nightjar.protocol.PreparedUpload;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundTask;

/** An upload as it is, of which a thread must close one before it opens the next. */
final class ClearUpload implements PreparedUpload {

  private static final ThreadLocal<Boolean> OPEN = ThreadLocal.withInitial(() -> false);

  private final PreparedUpload upload;

  ClearUpload(PreparedUpload upload) {
    if (OPEN.get()) {
      throw new IllegalStateException("The upload before is still open");
    }
    OPEN.set(true);
    this.upload = upload;
  }

  @Override
  public Results evaluate(RoundTask task) {
    return upload.evaluate(task);
  }

  @Override
  public void close() {
    OPEN.set(false);
  }
}
