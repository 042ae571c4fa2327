package io.nightjar.tables;

import io.nightjar.staging.StagingArea;
import io.nightjar.staging.StagingKey;
import java.util.List;
import java.util.UUID;

/** Keys that no other process has. */
final class ForgottenKeys implements StagingArea.Keys {

  @Override
  public StagingKey ofNew(UUID staged) {
    return StagingKey.draw();
  }

  @Override
  public List<StagingKey> known(UUID staged) {
    return List.of();
  }
}
