package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertLinesMatch;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Uploads that an earlier version was given are answered with the bytes of its answers. An
 * interrupted job may go on with another version of the program, and answers of the same uploads
 * under other draws or masks would tell the data owner more than one answer does.
 */
class StoredBlocksTest {

  @ParameterizedTest
  @EnumSource
  void storedUploadsAreAnsweredWithTheSameBytes(StoredJob job)
      throws IOException, URISyntaxException {
    Path root =
        Path.of(
            Objects.requireNonNull(StoredBlocksTest.class.getResource("stored-blocks")).toURI());
    List<String> stored = Files.readAllLines(job.in(root).resolve(StoredJob.RESULTS));

    assertLinesMatch(stored, job.results(root));
  }
}
